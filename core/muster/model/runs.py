"""One run of the rules over one frame: its facts before, its result after."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import polars as pl

    from muster.model.findings import Coverage, Findings
    from muster.model.intake import Intake
    from muster.model.rules import When

Verdict = Literal["accepted", "accepted with warnings", "rows rejected", "file rejected", "no answer"]


@dataclass(frozen=True, slots=True)
class RunFacts:
    """What a rule may know about the run: in expressions ``run.year``, ``run.file_date`` and so on.

    ``file_date`` is the day the run takes as today (never the machine's, so that a run can be repeated).
    ``organization`` is the uploader's, ``district`` its district (itself where it is one). ``year_start`` and
    ``year_end`` are the first and last day of the school year.
    """

    year: int
    file_date: date
    year_start: date
    year_end: date
    organization: str | None = None
    district: str | None = None
    when: When = "validate"
    database: bool = False


@dataclass(frozen=True, slots=True)
class Run:
    """The result of one run.

    ``typed`` holds the good rows: ROW, ``template`` (String) and the layout's columns as String, Int64,
    Decimal(18, places), Date or Boolean. ``rejected`` are the rows (ROW numbers, sorted) that something stops;
    ``accepted`` counts the good ones; ``stopped`` are the rejected ones as far as their cells could be read.
    """

    intake: Intake
    facts: RunFacts
    ruleset: str
    findings: Findings
    coverage: tuple[Coverage, ...]
    typed: pl.DataFrame
    rejected: pl.Series
    notes: tuple[str, ...] = field(default=())
    stopped: pl.DataFrame | None = None

    @property
    def rows(self) -> int:
        """Return how many data rows the file has."""
        return self.intake.rows

    @property
    def accepted(self) -> int:
        """Return how many rows nothing stops."""
        return self.typed.height

    @property
    def crashed(self) -> bool:
        """Tell whether a rule crashed, so that the answer is not whole."""
        return any(one.status == "crashed" for one in self.coverage)

    @property
    def verdict(self) -> Verdict:
        """Return the verdict in words; a crashed rule means that there is none."""
        if self.stops_file:
            return "file rejected"
        if self.crashed:
            return "no answer"
        if self.accepted < self.rows:
            return "rows rejected"
        return "accepted with warnings" if self.findings.by_severity()["warning"] else "accepted"

    @property
    def stops(self) -> frozenset[str]:
        """Return what the findings stop: file, row, signature, nothing."""
        return frozenset(self.findings.places()["stops"].unique().to_list())

    @property
    def stops_file(self) -> bool:
        """Tell whether a finding stops the whole file."""
        return "file" in self.stops


def school_year(year: int, starts: str) -> tuple[date, date]:
    """Return the first and last day of a school year, named by its end year; ``starts`` is MM-DD."""
    month, day = (int(part) for part in starts.split("-"))
    return date(year - 1, month, day), date(year, month, day) - timedelta(days=1)
