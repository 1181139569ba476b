"""Realistic made-up districts: reference tables, files with or without mistakes, and the key that tells the mistakes.

A state brings a :class:`SampleMaker` through the hook ``samples``; this module spoils, writes and keeps the key.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from random import Random
from typing import TYPE_CHECKING, Literal, Protocol

from muster.errors import MusterError
from muster.testing.mutations import FileMutation, Hit, Mutation, Sample, Spot
from muster.testing.people import read_people
from muster.testing.sample_files import SampleFile
from muster.testing.sample_keys import FileKey, Mistake, write_key

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    import polars as pl

    from muster.model.collections import Collection
    from muster.model.layouts import Layout

Errors = Literal["none", "each"] | float
"""No mistakes, every mistake once, or the share of rows (0.01 is one in a hundred) that get one."""
_CLEAN_ROWS = 6


class SampleMaker(Protocol):
    """What a state brings so that its collection can be sampled."""

    @property
    def mutations(self) -> Sequence[Mutation]:
        """Every mistake that can be made in a row."""

    @property
    def file_mutations(self) -> Sequence[FileMutation]:
        """Every mistake that can be made with a whole file."""

    def make(
        self, collection: Collection, *, year: int, rows: int, seed: int, people: Mapping[str, pl.DataFrame] | None
    ) -> Sample:
        """Return a district without mistakes, with ``rows`` rows in the file of every layout of the year.

        ``people`` are the tables of a CSV folder (text, as read) to be used instead of made-up people.
        """


class TooFewRowsError(MusterError):
    """There is no row left in which a mistake could be made."""

    def __init__(self, mistake: str, rows: int) -> None:
        super().__init__(f'{rows} rows are too few for the mistake "{mistake}"; ask for more with --rows.')


class NoSampleError(MusterError):
    """The state brings no sample for this collection."""

    def __init__(self, collection: str) -> None:
        super().__init__(f"There is no sample for {collection}: its state brings none.")


@dataclass(frozen=True, slots=True)
class SampleReport:
    """What was written: files (paths below the folder), rows, mistakes, and sentences for the reader."""

    files: tuple[str, ...]
    rows: int
    mistakes: int
    notes: tuple[str, ...]


def write_sample(
    maker: SampleMaker,
    collection: Collection,
    *,
    year: int,
    rows: int,
    errors: Errors,
    seed: int,
    people: Path | None,
    directory: Path,
) -> SampleReport:
    """Write a district into a folder: ``reference/``, the files, and ``expected.json`` with every mistake made."""
    given = read_people(people) if people else None
    sample = maker.make(collection, year=year, rows=rows, seed=seed, people=given)
    studio = _Studio(maker, collection, sample, Random(seed), directory)  # noqa: S311 - a repeatable sample, no secret
    directory.mkdir(parents=True, exist_ok=True)
    keys = [
        key
        for layout in collection.layouts_of(year)
        if layout.id in sample.sheets
        for key in studio.run(layout, errors)
    ]
    _write_reference(sample, directory / "reference")
    write_key(directory / "expected.json", collection.address, sample, seed, keys)
    mistakes = sum(len(key.mistakes) for key in keys)
    return SampleReport(tuple(key.file for key in keys), sum(key.rows for key in keys), mistakes, sample.notes)


def _write_reference(sample: Sample, folder: Path) -> None:
    folder.mkdir(exist_ok=True)
    for name, grid in sample.tables.items():
        grid.frame().write_csv(folder / f"{name}.csv")


class _Studio:
    """Makes the files of one sample: the main one of each layout, and those with a mistake of their own."""

    def __init__(
        self, maker: SampleMaker, collection: Collection, sample: Sample, random: Random, directory: Path
    ) -> None:
        self._maker, self._collection, self._sample = maker, collection, sample
        self._random, self._directory = random, directory
        self._several = len(sample.sheets) > 1
        self._used: set[int] = set()

    def run(self, layout: Layout, errors: Errors) -> Iterator[FileKey]:
        """Write every file of one layout; yield the key of each."""
        file = SampleFile(layout, self._sample.sheets[layout.id], self._sample.header)
        self._used = set()
        mistakes = self._spoil(file, errors)
        yield self._write(file, "", mistakes)
        if errors == "each":
            yield from self._whole_files(file)
            yield from self._apart(file)

    def _spoil(self, file: SampleFile, errors: Errors) -> tuple[Mistake, ...]:
        choice = [one for one in self._maker.mutations if one.applies(file.layout) and not one.apart]
        if errors == "none" or not choice:
            return ()
        if errors != "each":
            count = round(len(file.grid) * float(errors))
            choice = [self._random.choice(choice) for _ in range(count)]
        height = len(file.grid)
        return tuple(self._mistake(mutation, file, height) for mutation in choice)

    def _mistake(self, mutation: Mutation, file: SampleFile, height: int) -> Mistake:
        """Make one mistake in a row that nothing has touched yet."""
        for index in self._untouched(height):
            spot = Spot(self._sample, file.layout, file, index, self._random)
            if mutation.fits(spot):
                return self._apply(mutation, spot)
        raise TooFewRowsError(mutation.name, height)

    def _untouched(self, height: int) -> Iterator[int]:
        start = self._random.randrange(height) if height else 0
        return (index for at in range(height) if (index := (start + at) % height) not in self._used)

    def _apply(self, mutation: Mutation, spot: Spot) -> Mistake:
        person = self._person(spot.file, spot.index)
        mutation.spoil(spot)
        rows = () if spot.whole else tuple(spot.rows or [spot.index])
        same = tuple(Hit(rule, (spot.index,)) for rule in mutation.consequences)
        hits = (*same, *spot.hits)
        self._used.update(person, rows, *(hit.rows for hit in hits))
        return Mistake(mutation.name, Hit(mutation.rule, rows), hits)

    def _person(self, file: SampleFile, index: int) -> list[int]:
        column = self._collection.person
        return (
            [index, *file.grid.find(**{column: file.grid[index][column]})] if column in file.grid.columns else [index]
        )

    def _clean(self, file: SampleFile, name: str) -> SampleFile:
        """Return a small file of rows in which no mistake was made, all rows of a person together."""
        kept: list[int] = []
        for index in self._untouched(len(file.grid)):
            if index not in kept:
                kept.extend(one for one in dict.fromkeys(self._person(file, index)) if one not in self._used)
            if len(kept) >= _CLEAN_ROWS:
                return SampleFile(file.layout, file.grid.keep(sorted(kept)), self._sample.header)
        raise TooFewRowsError(name, len(file.grid))

    def _whole_files(self, file: SampleFile) -> Iterator[FileKey]:
        for mutation in self._maker.file_mutations:
            if mutation.applies(file.layout):
                clean = self._clean(file, mutation.name)
                name = self._name(file.layout, mutation.name, mutation.suffix)
                (self._directory / name).write_bytes(mutation.spoil(clean))
                hits = tuple(Hit(rule, ()) for rule in mutation.consequences)
                mistake = Mistake(mutation.name, Hit(mutation.rule, ()), hits, mutation.line)
                yield FileKey(name, clean, (mistake,))

    def _apart(self, file: SampleFile) -> Iterator[FileKey]:
        apart = [one for one in self._maker.mutations if one.applies(file.layout) and one.apart]
        if not apart:
            return
        clean = self._clean(file, apart[0].name)
        first = self._write(clean, "first", ())
        yield first
        for mutation in apart:
            yield self._one_apart(mutation, clean, first)

    def _one_apart(self, mutation: Mutation, clean: SampleFile, first: FileKey) -> FileKey:
        file = SampleFile(clean.layout, clean.grid.keep(range(len(clean.grid))), self._sample.header)
        used, self._used = self._used, set()
        mistake = self._mistake(mutation, file, len(file.grid))
        self._used = used
        return replace(
            self._write(file, mutation.name, (mistake,)),
            upload=mutation.upload,
            before=(first.file,) if mutation.upload and mutation.after_first else (),
            as_of=mutation.as_of(self._sample) if mutation.as_of else None,
            organization=mutation.sender(self._sample) if mutation.sender else None,
        )

    def _write(self, file: SampleFile, what: str, mistakes: tuple[Mistake, ...]) -> FileKey:
        name = self._name(file.layout, what)
        file.write(self._directory / name)
        return FileKey(name, file, mistakes)

    def _name(self, layout: Layout, what: str, suffix: str = "") -> str:
        words = [self._collection.id, *([layout.id] if self._several else [])]
        if what:
            words.append("-".join("".join(one if one.isalnum() else " " for one in what.lower()).split()))
        return f"{'-'.join(words)}.{(suffix or layout.extensions[0]).lstrip('.')}"
