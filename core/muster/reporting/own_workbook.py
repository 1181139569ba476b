"""The user's own workbook with notes, fills and a sheet of findings; its formulas and formats stay."""

from __future__ import annotations

import io
import warnings
from itertools import islice
from typing import TYPE_CHECKING, Any

import openpyxl
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, MergedCell
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill

from muster.intake.headers import match
from muster.model.intake import ROW
from muster.reporting.marks import FILLS, Note, marked_cells, notes_of
from muster.reporting.report import FINDING_HEADER, FINDING_WIDTHS, cut_sentence, finding_cells, fit

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from openpyxl.workbook import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

    from muster.model.layouts import Layout
    from muster.model.runs import Run

HEADER_ROWS = 30
"""How far down a row of column names is looked for."""
HEADER_COLUMNS = 1_000
FINDINGS = 20_000
"""How many findings the added sheet lists; the full report holds the others."""
AUTHOR = "muster"


def marked_copy(data: bytes, run: Run, layout: Layout, above: Sequence[str]) -> bytes:
    """Return the workbook's bytes with marks on the bad cells and the findings on a sheet of their own."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what openpyxl drops is told by ``losses``
        book = openpyxl.load_workbook(io.BytesIO(data))
    sheet = book[run.intake.sheet] if run.intake.sheet else book.worksheets[0]
    _mark(sheet, run, layout)
    _findings(book, run, above)
    if book.calculation:
        book.calculation.fullCalcOnLoad = True
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def _mark(sheet: Worksheet, run: Run, layout: Layout) -> None:
    where = positions(sheet, layout)
    fills = {severity: PatternFill("solid", fgColor=color) for severity, color in FILLS.items()}
    for row, column, severity in marked_cells(run, layout).select(ROW, "column", "severity").iter_rows():
        _shown(sheet, row, where[column]).fill = fills[severity]
    for (row, column), note in notes_of(run, layout).items():
        cell = _shown(sheet, row, where[column])
        cell.fill = fills[note.severity]
        _add_note(cell, note)


def _shown(sheet: Worksheet, row: int, column: int) -> Any:
    """Return the cell itself, or the one that shows the value where it is hidden under a merge."""
    cell = sheet.cell(row, column)
    if isinstance(cell, MergedCell):
        area = next(one for one in sheet.merged_cells.ranges if cell.coordinate in one)
        return sheet.cell(area.min_row, area.min_col)
    return cell


def _add_note(cell: Any, note: Note) -> None:
    earlier = f"{cell.comment.text}\n" if cell.comment else ""
    text = ILLEGAL_CHARACTERS_RE.sub(" ", fit(earlier + note.text))
    cell.comment = Comment(text, AUTHOR, height=24 + 40 * (text.count("\n") + 1), width=360)


def positions(sheet: Worksheet, layout: Layout) -> dict[str, int]:
    """Return in which column (from 1) of the sheet each column of the layout stands."""
    in_order = {name: index for index, name in enumerate(layout.names, start=1)}
    if not layout.names_row:
        return in_order
    found = max((match(row, layout, 1).columns for row in _first_rows(sheet)), key=len, default={})
    if not found:
        return in_order
    first = min(found.values())
    return {name: found.get(name, first) + 1 for name in layout.names}


def _first_rows(sheet: Worksheet) -> Iterator[list[str | None]]:
    last = min(sheet.max_row, HEADER_ROWS)
    for row in sheet.iter_rows(max_row=last, max_col=min(sheet.max_column, HEADER_COLUMNS), values_only=True):
        yield [None if value is None else str(value) for value in row]


def _findings(book: Workbook, run: Run, above: Sequence[str]) -> None:
    sheet = book.create_sheet("Findings")
    for row, text in enumerate(above, start=1):
        _line(sheet, row, (text,))
    header = last = len(above) + 2 if above else 1
    _line(sheet, header, FINDING_HEADER, font=Font(bold=True))
    for last, finding in enumerate(islice(run.findings, FINDINGS), start=header + 1):
        _line(sheet, last, finding_cells(finding), alignment=Alignment(wrap_text=True, vertical="top"))
    if len(run.findings) > FINDINGS:
        _line(sheet, last + 1, (cut_sentence(len(run.findings), FINDINGS),))
    for letter, width in zip("ABCDEFGHI", FINDING_WIDTHS, strict=True):
        sheet.column_dimensions[letter].width = width
    sheet.freeze_panes = f"A{header + 1}"
    sheet.auto_filter.ref = f"A{header}:I{max(header + 1, last)}"


def _line(sheet: Worksheet, row: int, cells: Sequence[str | int | None], **style: Any) -> None:
    """Write one line; text stays text, even where it begins like a formula."""
    for column, value in enumerate(cells, start=1):
        if value is None:
            continue
        cell = sheet.cell(row, column)
        cell.value = ILLEGAL_CHARACTERS_RE.sub(" ", fit(value)) if isinstance(value, str) else value
        if isinstance(value, str):
            cell.data_type = "s"
        for key, one in style.items():
            setattr(cell, key, one)
