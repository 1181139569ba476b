"""Which cells of a file are marked, and what the note on each of them says."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import polars as pl

from muster.model.intake import ROW
from muster.reporting.wording import SEVERITIES, sentence

if TYPE_CHECKING:
    from muster.model.findings import Finding
    from muster.model.layouts import Layout
    from muster.model.rules import Severity
    from muster.model.runs import Run

NOTES = 2_000
"""How many cells get a note; beyond this a workbook opens slowly, and the fill and the sheet of findings remain."""
MESSAGES = 5
"""How many findings a note tells before the rest is counted."""
FILLS: dict[Severity, str] = {"error": "FFC7CE", "warning": "FFEB9C", "info": "DDEBF7"}

Place = tuple[int, str]


@dataclass(slots=True)
class Note:
    """What is said on one cell: its first messages, and how many more there are."""

    messages: list[str] = field(default_factory=list)
    more: int = 0

    def add(self, finding: Finding) -> None:
        """Add a finding, or count it once the note is full."""
        if len(self.messages) >= MESSAGES:
            self.more += 1
            return
        words = f"{sentence(finding.message)} {sentence(finding.fix)}"
        self.messages.append(f"{finding.severity.capitalize()}: {words} ({finding.rule})")

    @property
    def text(self) -> str:
        """Return the note as it stands on the cell."""
        return "\n".join([*self.messages, *([f"and {self.more:,} more"] if self.more else [])])


def notes_of(run: Run, layout: Layout) -> dict[Place, Note]:
    """Return the notes of the first ``NOTES`` cells, the most important first.

    A finding without a column stands on the first cell of its row.
    """
    notes: dict[Place, Note] = {}
    for finding in run.findings:
        for row in finding.rows or (() if finding.row is None else (finding.row,)):
            place = (row, _column(finding.column, layout))
            if place in notes or len(notes) < NOTES:
                notes.setdefault(place, Note()).add(finding)
    return notes


def _column(column: str | None, layout: Layout) -> str:
    return column if column in layout.names else layout.names[0]


def marked_cells(run: Run, layout: Layout) -> pl.DataFrame:
    """Return every marked cell once, with its worst severity: ROW, column, severity; in row order."""
    known = pl.col("column").is_in(list(layout.names))
    worst = pl.col("severity").cast(pl.Enum(SEVERITIES))
    places = run.findings.places().filter(pl.col(ROW).is_not_null())
    return (
        places.select(ROW, pl.when(known).then("column").otherwise(pl.lit(layout.names[0])).alias("column"), worst)
        .group_by(ROW, "column")
        .agg(pl.col("severity").min())
        .sort(ROW, "column")
        .with_columns(pl.col("severity").cast(pl.String))
    )


def rows_to_mend(run: Run) -> pl.Series:
    """Return the rows with an error or something that stops; where there are none, all rows with a finding."""
    places = run.findings.places().filter(pl.col(ROW).is_not_null())
    bad = places.filter((pl.col("severity") == "error") | (pl.col("stops") != "nothing"))
    return (bad if bad.height else places).get_column(ROW).unique().sort()
