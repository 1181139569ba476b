"""A new workbook with the rows of a file as text, the bad cells marked, and a sheet of findings."""

from __future__ import annotations

from typing import IO, TYPE_CHECKING, Any, NamedTuple

import polars as pl
import xlsxwriter

from muster.model.intake import ROW
from muster.reporting.marks import FILLS, marked_cells, notes_of
from muster.reporting.report import OPTIONS, SHEET_ROWS, Styles, findings_sheet, fit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from muster.model.layouts import Layout
    from muster.model.runs import Run
    from muster.reporting.marks import Note, Place

ROW_TITLE = "Row in your file"
MOST = SHEET_ROWS - 2
"""How many rows or findings a sheet takes below its header, with one line left to say what was cut."""
_COLUMNS, _SEVERITIES = "_columns", "_severities"


class _Row(NamedTuple):
    number: int
    values: tuple[str | None, ...]
    marks: dict[str, str]


def write_rows(
    run: Run, layout: Layout | None, only: pl.Series | None, stream: IO[bytes], above: Sequence[str]
) -> None:
    """Write all rows, or ``only`` those; without a layout just the findings."""
    with xlsxwriter.Workbook(stream, OPTIONS) as book:
        if layout is not None:
            _Data(book, layout, notes_of(run, layout)).write(rows_of(run, layout, only))
        findings_sheet(book.add_worksheet("Findings"), Styles(book), run, MOST - len(above) - 1, above)


def rows_of(run: Run, layout: Layout, only: pl.Series | None) -> pl.DataFrame:
    """Return the rows to write in order, odd ones with their raw text in the first column, with their marks."""
    odd = run.intake.odd_rows
    frame = run.intake.frame
    if odd.height:
        frame = pl.concat([frame, odd.select(ROW, pl.col("raw").alias(layout.names[0]))], how="diagonal")
    if only is not None:
        frame = frame.join(only.to_frame(ROW), on=ROW, how="semi")
    marks = marked_cells(run, layout).group_by(ROW).agg(_COLUMNS=pl.col("column"), _SEVERITIES=pl.col("severity"))
    marks = marks.rename({"_COLUMNS": _COLUMNS, "_SEVERITIES": _SEVERITIES})
    return frame.select(ROW, *layout.names).join(marks, on=ROW, how="left").sort(ROW).head(MOST)


class _Data:
    """The sheet of data while it is written, row by row."""

    def __init__(self, book: Any, layout: Layout, notes: dict[Place, Note]) -> None:
        self._sheet = book.add_worksheet((layout.sheet or "Data")[:31])
        self._text = book.add_format({"num_format": "@"})
        self._fills: dict[str, Any] = {
            severity: book.add_format({"num_format": "@", "bg_color": f"#{color}"}) for severity, color in FILLS.items()
        }
        self._header = Styles(book).header
        self._layout, self._notes = layout, notes

    def write(self, rows: pl.DataFrame) -> None:
        names = self._layout.names
        self._sheet.set_column(0, 0, 10)
        self._sheet.set_column(1, len(names), 18, self._text)
        for column, label in enumerate((ROW_TITLE, *(column.label for column in self._layout.columns))):
            self._sheet.write_string(0, column, label, self._header)
        for at, (number, *values, columns, severities) in enumerate(rows.iter_rows(), start=1):
            marks = dict(zip(columns or (), severities or (), strict=True))
            self._row(at, _Row(number, tuple(values), marks))
        self._sheet.freeze_panes(1, 1)
        self._sheet.autofilter(0, 0, max(1, rows.height), len(names))

    def _row(self, at: int, row: _Row) -> None:
        self._sheet.write_number(at, 0, row.number)
        for column, (name, value) in enumerate(zip(self._layout.names, row.values, strict=True), start=1):
            note = self._notes.get((row.number, name))
            mark = note.severity if note else row.marks.get(name)
            style = self._fills[mark] if mark else self._text
            if value:
                self._sheet.write_string(at, column, fit(value), style)
            elif mark:
                self._sheet.write_blank(at, column, None, style)
            if note:
                self._sheet.write_comment(at, column, fit(note.text), {"x_scale": 3, "y_scale": 1.5})
