"""The groups of measurements; each returns its lines of the table."""

from __future__ import annotations

import shutil
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from measuring import Best, command, interleaved, muster, piece
from table import Line, at_least, at_most

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

MONTANA, MONTANA_YEAR = "mt/cte-eoy", 2025
ARIZONA, ARIZONA_YEAR, ARIZONA_LAYOUT = "az/enrollment", 2021, "non-articulated"
GIBIBYTE = 1024.0
START_SECONDS, HELP_SECONDS, HELP_STARTS = 1.5, 0.3, 12.0


@dataclass(frozen=True, slots=True)
class Bench:
    """How large, how often, where, and whom to tell; ``rows`` is the size of the largest file."""

    rows: int
    rounds: int
    folder: Path
    tell: Callable[[str], None]

    def part(self, rows: int) -> int:
        """Return a size in proportion to the largest file of the full run."""
        return max(200, rows * self.rows // 1_000_000)

    def made(self, name: str, address: str, year: int, rows: int) -> Sample:
        """Write a sample into a folder of its own."""
        self.tell(f"making {rows:,} rows of {address}")
        folder = self.folder / name
        facts = piece("sample", address=address, year=year, rows=rows, folder=folder).facts
        return Sample(folder, address, year, rows, facts)


@dataclass(frozen=True, slots=True)
class Sample:
    """A made district."""

    folder: Path
    address: str
    year: int
    rows: int
    facts: Any

    def file(self, layout: str) -> Path:
        """Return the file of a layout."""
        return self.folder / str(self.facts["files"][layout])

    def upload(self, file: Path, database: str) -> Any:
        """Upload one file of the district; return the figure."""
        return piece(
            "upload",
            file=file,
            database=database,
            address=self.address,
            year=self.year,
            organization=self.facts["organization"],
            as_of=self.facts["as_of"],
            reference=self.folder / "reference",
        )

    def floor(self, layout: str, database: str) -> Any:
        """Read and store the file of a layout, and nothing else."""
        return piece(
            "floor", file=self.file(layout), database=database, address=self.address, year=self.year, layout=layout
        )


def uploads(bench: Bench, engines: dict[str, Any]) -> Iterator[Line]:
    """Measure the first upload of a large file, and the second with one row in a hundred changed."""
    sample = bench.made("tsv", MONTANA, MONTANA_YEAR, bench.rows)
    again = sample.folder / "again.tsv"
    piece("changed", file=sample.file("eoy"), target=again)

    def once(best: Best) -> None:
        for engine, fresh in engines.items():
            with fresh() as database:
                best.add(f"{engine} floor", sample.floor("eoy", database))
            with fresh() as database:
                best.add(f"{engine} first", sample.upload(sample.file("eoy"), database))
                best.add(f"{engine} second", sample.upload(again, database))

    best = interleaved(bench.rounds, once, lambda text: bench.tell(f"uploads of {sample.rows:,} rows, {text}"))
    for engine in engines:
        yield from _upload_lines(best, engine, sample.rows)


def _upload_lines(best: Best, engine: str, rows: int) -> Iterator[Line]:
    floor, first, second = (f"{engine} {one}" for one in ("floor", "first", "second"))
    _require(best.fact(first, "created") == rows, f"the first upload created {best.fact(first, 'created'):,} rows")
    _require(best.fact(second, "updated") == rows // 100, f"the second changed {best.fact(second, 'updated'):,} rows")
    file = f"{rows:,}-row TSV, {engine}"
    yield Line(f"{file}: floor (reading and storing)", _figure(best, floor))
    first_bound, second_bound = (2.0, 1.5) if engine == "SQLite" else (None, None)
    ratios = best.ratio(first, floor), best.ratio(second, first)
    yield _bounded(f"{file}: first upload", _figure(best, first), ratios[0], first_bound, " x floor")
    yield _bounded(f"{file}: second upload, 1 % changed", _figure(best, second), ratios[1], second_bound, " x first")
    peak = max(best.peak(first), best.peak(second)) / GIBIBYTE
    yield at_most(f"{file}: peak memory of an upload", f"{peak * GIBIBYTE:,.0f} MiB", peak, 1.0, " GiB")


def _bounded(what: str, figure: str, value: float, bound: float | None, unit: str) -> Line:
    return Line(what, figure, f"{value:.2f}{unit}") if bound is None else at_most(what, figure, value, bound, unit)


def workbooks(bench: Bench, engines: dict[str, Any]) -> Iterator[Line]:
    """Measure the upload of a workbook, and the check of a small one from the command line."""
    sample = bench.made("xlsx", ARIZONA, ARIZONA_YEAR, bench.part(100_000))
    fresh = engines["SQLite"]

    def once(best: Best) -> None:
        with fresh() as database:
            best.add("floor", sample.floor(ARIZONA_LAYOUT, database))
        with fresh() as database:
            best.add("upload", sample.upload(sample.file(ARIZONA_LAYOUT), database))

    best = interleaved(bench.rounds, once, lambda text: bench.tell(f"workbook of {sample.rows:,} rows, {text}"))
    _require(best.fact("upload", "created") == best.fact("floor", "rows"), "some rows of the workbook were not stored")
    file = f"{sample.rows:,}-row xlsx, SQLite"
    yield Line(f"{file}: floor (reading and storing)", _figure(best, "floor"))
    yield at_most(f"{file}: upload", _figure(best, "upload"), best.ratio("upload", "floor"), 1.6, " x floor")


def commands(bench: Bench) -> Iterator[Line]:
    """Measure the command line as a user feels it: whole processes."""
    sample = bench.made("small", ARIZONA, ARIZONA_YEAR, 1_000)
    file = sample.file(ARIZONA_LAYOUT)
    given = ("--as-of", str(sample.facts["as_of"]), "--org", str(sample.facts["organization"]))
    reference = ("--reference", str(sample.folder / "reference"))

    def once(best: Best) -> None:
        best.add("bare", command(sys.executable, "-c", "pass"))
        best.add("help", muster("--help"))
        best.add("validate", muster("validate", ARIZONA, str(file), "--year", str(ARIZONA_YEAR), *given, *reference))

    best = interleaved(2 * bench.rounds, once, lambda text: bench.tell(f"commands, {text}"))
    seconds = best.seconds("validate")
    what = "`muster validate` of a 1,000-row xlsx, whole process"
    yield at_most(what, _figure(best, "validate"), seconds, START_SECONDS, " s")
    starts, helped = best.ratio("help", "bare"), best.seconds("help")
    bound = f"at most {HELP_SECONDS:g} s or {HELP_STARTS:g} starts"
    figure = f"{helped:.3f} s, a bare start {best.seconds('bare'):.3f} s"
    holds = helped < HELP_SECONDS or starts <= HELP_STARTS
    yield Line("`muster --help`, whole process", figure, f"{starts:.1f} bare starts", bound, holds)


def peers(bench: Bench) -> Iterator[Line]:
    """Measure the same field rules on the same file in other libraries."""
    sample = bench.made("peers", MONTANA, MONTANA_YEAR, bench.part(100_000))
    file = sample.folder / "spoiled.tsv"
    piece("spoiled", file=sample.file("eoy"), target=file)
    names = ("ours", "pandera", "pydantic", "frictionless")

    def once(best: Best) -> None:
        for name in names:
            best.add(name, piece(name, file=file))

    best = interleaved(bench.rounds, once, lambda text: bench.tell(f"peers on {sample.rows:,} rows, {text}"))
    made = sample.rows // 100
    for name in names:
        found = best.fact(name, "cells")
        _require(found == made, f"{name} found mistakes in {found:,} cells, not in {made:,}")
    what = f"{sample.rows:,}-row TSV, field rules with messages and row numbers"
    yield Line(f"{what}: muster", _figure(best, "ours"))
    for name, aim in (("pandera", 1.0), ("pydantic", None), ("frictionless", 30.0)):
        what, figure, times = f"the same: {name}", _figure(best, name), best.ratio(name, "ours")
        yield at_least(what, figure, times, aim, " x ours") if aim else Line(what, figure, f"{times:.2f} x ours")


def findings(bench: Bench) -> Iterator[Line]:
    """Measure the workbook of very many findings."""
    most = bench.part(200_000)
    fewer = most // 10
    sample = bench.made("findings", MONTANA, MONTANA_YEAR, most)
    files = {count: sample.folder / f"{count}.tsv" for count in (fewer, most)}
    for count, file in files.items():
        piece("wrong", file=sample.file("eoy"), target=file, findings=count)
    target = sample.folder / "report.xlsx"

    def report(file: Path, target: Path | None) -> Any:
        where = {"reference": sample.folder / "reference", "organization": sample.facts["organization"]}
        return piece("report", file=file, target=target, **where)

    def once(best: Best) -> None:
        best.add("none", report(files[most], None))
        for count, file in files.items():
            best.add(str(count), report(file, target))

    best = interleaved(bench.rounds, once, lambda text: bench.tell(f"reports, {text}"))
    yield Line(f"{sample.rows:,} rows checked, no report written", f"{best.peak('none'):,.0f} MiB")
    for count in files:
        name = str(count)
        found = best.fact(name, "findings")
        _require(found >= count, f"{found:,} findings, not {count:,}")
        more = best.peak(name) - best.peak("none")
        yield Line(f"the same with the xlsx report of {found:,} findings", _figure(best, name), f"{more:+,.0f} MiB")
    shutil.rmtree(sample.folder)


def _figure(best: Best, name: str) -> str:
    return f"{best.seconds(name):.2f} s, {best.peak(name):,.0f} MiB"


def _require(answer: bool, problem: str) -> None:  # noqa: FBT001 - a sentence follows
    if not answer:
        raise SystemExit(f"The figures are worthless: {problem}.")
