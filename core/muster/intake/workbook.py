"""Workbooks, read as text with Excel's own row numbers."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from muster.intake.cells import show_dates, tidy
from muster.intake.draft import Draft, extra_columns, select
from muster.intake.error_cells import merged_cells, put_errors
from muster.intake.layout_choice import HEAD, Choice
from muster.intake.sheet_cells import Cells
from muster.intake.stops import damaged, wrong_template
from muster.model.intake import ROW

if TYPE_CHECKING:
    import polars as pl

    from muster.intake.headers import Match
    from muster.intake.workbook_parts import Parts, SheetPart

_MOST_SHEETS = 50
_NO_ERRORS_SEEN = (
    "In an .xls workbook a cell with an error such as #N/A cannot be told from a blank one; "
    "save it as .xlsx to have errors named."
)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet as read: its columns are named 0, 1, 2, ... and every row is there, blank ones included."""

    name: str
    grid: pl.DataFrame
    cells: Cells

    @property
    def head(self) -> list[tuple[str | None, ...]]:
        """Return the rows in which the column names are looked for."""
        return self.grid.head(HEAD).rows()


def read_workbook(data: bytes, extension: str, choice: Choice) -> Draft:
    """Read the sheet whose headers fit best."""
    sheets, hidden = _old_sheets(data) if extension == "xls" else _sheets(data)
    warnings = [*([_NO_ERRORS_SEEN] if extension == "xls" else []), *(_hidden(name) for name in hidden)]
    matches = [
        one
        for place, sheet in enumerate(sheets)
        for one in choice.matches(sheet.head, place, sheet.grid.height, sheet.name)
    ]
    if not sheets:
        raise wrong_template("The workbook has no visible sheet.", "Unhide the sheet with the data and save.")
    if hidden and not matches:
        message = f'No visible sheet holds the column names of a template, and the sheet "{hidden[0]}" is hidden.'
        raise wrong_template(message, "Unhide the sheet with the data and save.")
    best = choice.decide(matches)
    sheet = sheets[best.sheet]
    return _draft(sheet, best, (*warnings, *_other_sheets(sheets, best, matches)))


def _draft(sheet: Sheet, best: Match, warnings: tuple[str, ...]) -> Draft:
    columns = {position: name for name, position in best.columns.items()}
    grid, errors = put_errors(sheet.grid, sheet.cells, best.row, columns)
    frame = select(tidy(_numbered(grid).slice(best.row).lazy()), best)
    return Draft(
        best.layout,
        frame=show_dates(frame, best.layout.columns),
        error_cells=errors,
        sheet=sheet.name,
        warnings=(*warnings, *extra_columns(best), *merged_cells(sheet.name, sheet.cells, best.row)),
    )


def _numbered(grid: pl.DataFrame) -> pl.DataFrame:
    import polars as pl

    return grid.with_row_index(ROW, offset=1).with_columns(pl.col(ROW).cast(pl.Int64))


def _other_sheets(sheets: list[Sheet], best: Match, matches: list[Match]) -> list[str]:
    places = {one.sheet for one in matches if one.full and one.rows > 0 and one.sheet != best.sheet}
    read = sheets[best.sheet].name
    return [
        f'The sheet "{sheets[place].name}" has the same headers; only "{read}" was read.' for place in sorted(places)
    ]


def _sheets(data: bytes) -> tuple[list[Sheet], list[str]]:
    """Return the visible sheets of an .xlsx workbook, each looked at before it is read, and the names of others."""
    from muster.intake.workbook_parts import Parts

    parts = Parts(data)
    listed = parts.sheets()
    parts.inflate_rest({sheet.path for sheet in listed})
    visible = [sheet for sheet in listed if not sheet.hidden]
    reader = _open(data)
    found = [one for sheet in visible[:_MOST_SHEETS] if (one := _load_looked(reader, parts, sheet)) is not None]
    hidden = [sheet.name for sheet in listed if sheet.hidden and not sheet.locked_away]
    return found, hidden


def _load_looked(reader: Any, parts: Parts, sheet: SheetPart) -> Sheet | None:
    from muster.intake.workbook_look import look

    if sheet.name not in reader.sheet_names:
        return None  # a sheet that is only a chart
    cells = look(parts, sheet)
    return Sheet(sheet.name, _grid(_load(reader, sheet.name)), cells)


def _old_sheets(data: bytes) -> tuple[list[Sheet], list[str]]:
    """Return the visible sheets of an .xls workbook, and the names of the hidden ones."""
    from muster.intake.old_workbook_look import look_at_old

    look_at_old(data)
    reader = _open(data)
    found, hidden = [], []
    for name in reader.sheet_names[:_MOST_SHEETS]:
        loaded = _load(reader, name)
        if loaded.visible == "visible":
            found.append(Sheet(name, _grid(loaded), Cells()))
        elif loaded.visible == "hidden":
            hidden.append(name)
    return found, hidden


def _hidden(name: str) -> str:
    return f'The hidden sheet "{name}" was skipped; if it holds data, unhide it and send the file again.'


def _open(data: bytes) -> Any:
    import fastexcel

    logging.getLogger("calamine").setLevel(logging.CRITICAL)  # it would write about the user's sheets to the terminal
    try:
        return fastexcel.read_excel(data)
    except fastexcel.FastExcelError:
        raise damaged() from None


def _load(reader: Any, name: str) -> Any:
    import fastexcel

    try:
        return reader.load_sheet(name, header_row=None, skip_rows=0, dtypes="string")
    except fastexcel.FastExcelError:
        raise damaged() from None


def _grid(loaded: Any) -> pl.DataFrame:
    frame: pl.DataFrame = loaded.to_polars()
    frame.columns = [str(position) for position in range(frame.width)]
    return frame
