"""The empty workbook of a layout: a data sheet to fill in, and instructions made from the layout itself."""

from __future__ import annotations

from typing import IO, TYPE_CHECKING, Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.worksheet.datavalidation import DataValidation

from muster.reporting.instructions import catalog_values, column_lines, instruction_lines, source_lines

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

    from muster.model.collections import Collection
    from muster.model.columns import Column
    from muster.model.layouts import Layout
    from muster.model.states import State

LAST_ROW = 1_048_576
INLINE = 255
"""How many characters a validation list may have in place; a longer one stands on a hidden sheet."""
HEADER = ("Column", "Element", "Required", "As published", "What is expected", "Values", "Comment", "Source")
WIDTHS = (8, 28, 10, 18, 40, 30, 60, 24)
_BOLD = Font(bold=True)
_SHADED = PatternFill("solid", fgColor="DCE6F1")
_WRAPPED = Alignment(wrap_text=True, vertical="top")


def write_template_workbook(layout: Layout, collection: Collection, state: State, stream: IO[bytes]) -> None:
    """Write the data sheet, the instructions and, where a list is long, a hidden sheet with it."""
    book = Workbook()
    book.remove(book.worksheets[0])
    data = book.create_sheet((layout.sheet or "Data")[:31])
    _header(data, layout)
    lists = _Lists(book)
    catalogs = catalog_values(layout, collection, state)
    for index, column in enumerate(layout.columns, start=1):
        _format(data, get_column_letter(index), column)
        if choice := _choice(column, catalogs.get(column.name, ())):
            data.add_data_validation(lists.validation(column, choice, get_column_letter(index), _first_row(layout)))
    _instructions(book.create_sheet("Instructions", 1), layout, collection, state)
    book.save(stream)


def _first_row(layout: Layout) -> int:
    return 2 if layout.names_row else 1


def _header(sheet: Worksheet, layout: Layout) -> None:
    if not layout.names_row:
        return
    for index, column in enumerate(layout.columns, start=1):
        cell = sheet.cell(1, index, column.label)
        cell.font, cell.fill, cell.alignment, cell.number_format = _BOLD, _SHADED, _WRAPPED, "@"
    sheet.freeze_panes = "A2"


def _format(sheet: Worksheet, letter: str, column: Column) -> None:
    dimension: Any = sheet.column_dimensions[letter]
    dimension.width = max(12, min(40, len(column.label) + 4))
    dimension.number_format = _number_format(column)


def _number_format(column: Column) -> str:
    """Return Excel's format: codes as text, so that it keeps their leading zeros."""
    if column.type == "date":
        return column.date_format.lower()
    if column.type == "integer":
        return "0"
    if column.type == "decimal":
        return "0." + "0" * (2 if column.places is None else column.places) if column.places != 0 else "0"
    return "@"


def _choice(column: Column, codes: tuple[str, ...]) -> tuple[str, ...]:
    if column.type == "boolean":
        return (column.true[0], column.false[0])
    return column.allowed or codes


class _Lists:
    """Validation lists: short ones in place, long ones on a hidden sheet."""

    def __init__(self, book: Workbook) -> None:
        self._book = book
        self._sheet: Worksheet | None = None

    def validation(self, column: Column, choice: tuple[str, ...], letter: str, first: int) -> DataValidation:
        """Return the list for one column. What a catalog lacks can still be entered: it may be newer elsewhere."""
        strict = column.type == "boolean" or bool(column.allowed)
        made = DataValidation(
            type="list",
            formula1=self._formula(column, choice),
            allow_blank=True,
            errorStyle="stop" if strict else "warning",
            errorTitle=column.label[:32],
            error=f'"{column.label}" takes one of the listed values.'[:255],
            showErrorMessage=True,
        )
        made.add(f"{letter}{first}:{letter}{LAST_ROW}")
        return made

    def _formula(self, column: Column, choice: tuple[str, ...]) -> str:
        inline = ",".join(choice)
        if len(inline) <= INLINE and not any("," in one or '"' in one for one in choice):
            return f'"{inline}"'
        if self._sheet is None:
            self._sheet = self._book.create_sheet("Lists")
            self._sheet.sheet_state = "veryHidden"  # readers need not say that it was skipped: it holds no data
        index = 1 if self._sheet["A1"].value is None else self._sheet.max_column + 1
        for row, text in enumerate((column.label, *choice), start=1):
            self._sheet.cell(row, index, text).number_format = "@"
        letter = get_column_letter(index)
        return f"{quote_sheetname('Lists')}!${letter}$2:${letter}${len(choice) + 1}"


def _instructions(sheet: Worksheet, layout: Layout, collection: Collection, state: State) -> None:
    row = 0
    for row, text in enumerate(instruction_lines(layout, collection, state), start=1):
        sheet.cell(row, 1, text).font = Font(bold=row == 1, size=14 if row == 1 else 11)
    header = row + 2
    for index, (title, width) in enumerate(zip(HEADER, WIDTHS, strict=True), start=1):
        cell = sheet.cell(header, index, title)
        cell.font, cell.fill = _BOLD, _SHADED
        sheet.column_dimensions[get_column_letter(index)].width = width
    for row, line in enumerate(column_lines(layout, collection, state), start=header + 1):
        cells = (
            get_column_letter(line.number), line.element, "yes" if line.required else "", line.published,
            line.expected, line.values, line.comment, line.source,
        )  # fmt: skip
        for index, text in enumerate(cells, start=1):
            sheet.cell(row, index, text).alignment = _WRAPPED
    for below, text in enumerate(source_lines(layout, state), start=row + 2):
        sheet.cell(below, 1, text)
    sheet.freeze_panes = f"A{header + 1}"
