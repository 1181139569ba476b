"""Mistakes on purpose: each spoils one row (or one file) and says which rules must speak up.

A mutation knows neither the rules nor the engine: its intended rule and the consequences are written by hand, so that
the key of a sample is an opinion of its own.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date
    from random import Random

    from muster.model.layouts import Layout
    from muster.testing.grids import Grid
    from muster.testing.sample_files import Cell, SampleFile


@dataclass
class Sample:
    """A made-up district: reference tables, and for each layout of the year the rows of its file.

    ``as_of`` is the day the files are from; ``organization`` who sends them. ``header`` holds the columns of a header
    record by name. ``notes`` are sentences for the reader, such as what had to be made up.
    """

    year: int
    as_of: date
    organization: str
    tables: dict[str, Grid]
    sheets: dict[str, Grid]
    header: dict[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Hit:
    """One rule that must speak up, and the rows (numbers within the grid) on which; no rows: about the whole file."""

    rule: str
    rows: tuple[int, ...]


@dataclass
class Spot:
    """The row that a mutation spoils, with its file and its district around it."""

    sample: Sample
    layout: Layout
    file: SampleFile
    index: int
    random: Random
    rows: list[int] = field(default_factory=list)
    hits: list[Hit] = field(default_factory=list)
    whole: bool = False

    def __getitem__(self, column: str) -> str:
        """Return the row's value in one column, "" where blank."""
        return self.file.grid[self.index][column]

    @property
    def row(self) -> dict[str, str]:
        """Return a copy of the row."""
        return self.file.grid[self.index]

    def set(self, **values: str) -> None:
        """Give the row other values."""
        self.file.grid.change(self.index, **values)

    def copy(self, **changes: str) -> int:
        """Put a copy of the row, with changes, at the end of the file; return its number."""
        return self.file.grid.add({**self.row, **changes})

    def drop(self, index: int | None = None) -> None:
        """Take the row (or another one) out of the file."""
        self.file.grid.drop(self.index if index is None else index)

    def cell(self, column: str, value: Cell) -> None:
        """Write a number, a date or a formula (with its result) instead of text into a workbook's cell."""
        self.file.cells[self.index, column] = value

    def line(self, text: str) -> None:
        """Write this text instead of the row into a delimited file."""
        self.file.lines[self.index] = text

    def table(self, name: str) -> Grid:
        """Return a reference table, to look something up or to change it."""
        return self.sample.tables[name]

    def find(self, **values: str) -> list[int]:
        """Return the rows of the file that have these values."""
        return self.file.grid.find(**values)

    def intended(self, *rows: int) -> None:
        """Say on which rows the intended rule must speak up; without this it is the spoiled row alone."""
        self.rows.extend(rows)

    def about_the_file(self) -> None:
        """Say that the intended finding is about no row of this file."""
        self.whole = True

    def also(self, rule: str, *rows: int) -> None:
        """Say that another rule must speak up on these rows; with no row given, about the whole file."""
        self.hits.append(Hit(rule, rows))


def _always(_spot: Spot) -> bool:
    return True


@dataclass(frozen=True)
class Mutation:
    """One mistake in one row.

    ``consequences`` are rules that must speak up on the same row besides the intended one (``Spot.also`` names
    those on other rows). ``layouts`` and ``columns`` tell to which files it applies (those with all these columns);
    ``fits`` which rows it can be made in. A mistake that only an ``upload`` can find (after a first, clean file, where
    ``after_first``), one that needs another day (``as_of``) or another ``sender`` has a file of its own.
    """

    name: str
    rule: str
    spoil: Callable[[Spot], None]
    consequences: tuple[str, ...] = ()
    layouts: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    fits: Callable[[Spot], bool] = _always
    upload: bool = False
    after_first: bool = True
    as_of: Callable[[Sample], date] | None = None
    sender: Callable[[Sample], str] | None = None

    @property
    def apart(self) -> bool:
        """Tell whether the mistake has a file of its own."""
        return self.upload or self.as_of is not None or self.sender is not None

    def applies(self, layout: Layout) -> bool:
        """Tell whether the mistake can be made in files of this layout."""
        return (not self.layouts or layout.id in self.layouts) and set(self.columns) <= set(layout.names)


@dataclass(frozen=True)
class FileMutation:
    """One mistake that concerns a whole file, which therefore has a file of its own.

    ``spoil`` gets a small clean file and returns the bytes to write; ``suffix`` replaces the extension. ``line`` is the
    line that the finding names, where it names one.
    """

    name: str
    rule: str
    spoil: Callable[[SampleFile], bytes]
    consequences: tuple[str, ...] = ()
    layouts: tuple[str, ...] = ()
    suffix: str = ""
    line: int | None = None

    def applies(self, layout: Layout) -> bool:
        """Tell whether the mistake can be made in files of this layout."""
        return not self.layouts or layout.id in self.layouts


def setting(**values: str) -> Callable[[Spot], None]:
    """Return a spoiler that gives the row these values."""

    def spoil(spot: Spot) -> None:
        spot.set(**values)

    return spoil


def as_layout(layout: Layout) -> Callable[[SampleFile], bytes]:
    """Return a file spoiler that writes the same rows into another layout (columns it has in common)."""

    def spoil(file: SampleFile) -> bytes:
        return replace(file, layout=layout).to_bytes()

    return spoil
