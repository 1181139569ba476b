"""Which cells of a file are marked, and what the note on each of them says."""

from __future__ import annotations

from dataclasses import dataclass, field
from operator import itemgetter
from typing import TYPE_CHECKING

import polars as pl

from muster.model.intake import ROW
from muster.reporting.wording import SEVERITIES, STOPS, sentence

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
    """What is said on one cell: the findings that stop most first, and how many more there are."""

    said: list[tuple[int, int, str]] = field(default_factory=list)

    def add(self, finding: Finding) -> None:
        """Add what a finding says."""
        words = f"{sentence(finding.message)} {sentence(finding.fix)}"
        text = f"{finding.severity.capitalize()}: {words} ({finding.rule})"
        self.said.append((STOPS.index(finding.stops), SEVERITIES.index(finding.severity), text))

    @property
    def severity(self) -> Severity:
        """Return the worst severity said."""
        return SEVERITIES[min(severity for _, severity, _ in self.said)]

    @property
    def text(self) -> str:
        """Return the note as it stands on the cell."""
        said = [text for *_, text in sorted(self.said, key=itemgetter(0, 1))]
        more = [f"and {len(said) - MESSAGES:,} more"] if len(said) > MESSAGES else []
        return "\n".join([*said[:MESSAGES], *more])


def notes_of(run: Run, layout: Layout) -> dict[Place, Note]:
    """Return the notes of up to ``NOTES`` cells, those of rows with errors first.

    A finding without a column stands on the first cell of its row.
    """
    notes: dict[Place, Note] = {}
    rows = _noted_rows(marked_cells(run, layout))
    for finding in run.findings.of_rows(rows):
        for row in rows.intersection(finding.rows or (finding.row,)):
            notes.setdefault((row, _column(finding.column, layout)), Note()).add(finding)
    return notes


def _noted_rows(cells: pl.DataFrame) -> set[int]:
    """Return the rows all of whose marked cells get a note."""
    worst = pl.col("severity").cast(pl.Enum(SEVERITIES)).min()
    rows = cells.group_by(ROW).agg(worst=worst, cells=pl.len()).sort("worst", ROW)
    return set(rows.filter(pl.col("cells").cum_sum() <= NOTES)[ROW])


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
