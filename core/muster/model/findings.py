"""Findings, their causes, and what was and was not asked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator

    import polars as pl

    from muster.model.rules import Severity, Stops

CoverageStatus = Literal[
    "ran", "skipped", "crashed", "not asked without a database", "not applicable", "asked elsewhere"
]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing wrong: what, the value, where, by which rule, and what to do.

    ``row`` is the row the user sees; a finding about a group names its first row there and all (up to a cap, then
    ``rows_total`` tells how many) in ``rows``. ``column`` is the layout's name, ``label`` what the template calls it.
    ``fingerprint`` is the same for the same fault in another file or another row.
    """

    rule: str
    revision: int
    severity: Severity
    stops: Stops
    message: str
    fix: str
    sheet: str | None = None
    row: int | None = None
    rows: tuple[int, ...] = ()
    rows_total: int = 0
    column: str | None = None
    label: str | None = None
    value: str | None = None
    fingerprint: str = ""


@dataclass(frozen=True, slots=True)
class Cause:
    """Findings of one rule that share one reason: "one wrong school number explains 20,652 of them".

    ``value`` is None where the findings have nothing in common but the rule. ``rows`` are the first few.
    """

    rule: str
    severity: Severity
    stops: Stops
    title: str
    message: str
    fix: str
    column: str | None
    label: str | None
    value: str | None
    findings: int
    rows: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Coverage:
    """What became of one rule in a run; ``not_asked`` counts the rows it could not be asked about."""

    rule: str
    status: CoverageStatus
    reason: str = ""
    findings: int = 0
    not_asked: int = 0


class Findings(Protocol):
    """Many findings, formatted one by one when they are read: 200,000 of them stay small in memory.

    Iteration yields the most important first: what stops the file, then rows, then signatures, then nothing;
    errors before warnings before infos; then by row and column.
    """

    def __len__(self) -> int:
        """Return how many findings there are."""

    def __iter__(self) -> Iterator[Finding]:
        """Yield every finding, the most important first."""

    def by_severity(self) -> dict[Severity, int]:
        """Count the findings of each severity (all three keys are present)."""

    def causes(self) -> tuple[Cause, ...]:
        """Group the findings by cause, those that stop most first."""

    def places(self) -> pl.DataFrame:
        """Return every place, one line a row of a group.

        Columns: ROW (Int64, null for the file), column, rule, severity, stops (String).
        """

    def of_rows(self, rows: set[int]) -> Iterator[Finding]:
        """Yield the findings that concern any of these rows, in row order."""
