"""Writes sample files as a layout wants them: workbooks with text cells, delimited files with their header record."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import IO, TYPE_CHECKING, Any, Literal

import polars as pl

if TYPE_CHECKING:
    from pathlib import Path

    from muster.model.layouts import Layout
    from muster.testing.grids import Grid

_MADE = datetime(2020, 1, 1, tzinfo=UTC)
"""What a workbook says about when it was made: the same rows are always the same file."""

Cell = int | float | date | tuple[str, str]
"""What a workbook's cell may hold instead of text; a formula is given with its stored result: ``("=NA()", "#N/A")``."""


@dataclass
class SampleFile:
    """A file before it is written: rows of text, and what is to be written in another way."""

    layout: Layout
    grid: Grid
    header: dict[str, str]
    cells: dict[tuple[int, str], Cell] = field(default_factory=dict)
    lines: dict[int, str] = field(default_factory=dict)

    @property
    def first_row(self) -> int:
        """Return the number the user sees beside the first row of data."""
        return 1 + self.layout.names_row + (self.layout.header_record is not None)

    def to_bytes(self) -> bytes:
        """Return the file's content."""
        stream = io.BytesIO()
        self._write(stream)
        return stream.getvalue()

    def write(self, path: Path) -> None:
        """Write the file."""
        with path.open("wb") as stream:
            self._write(stream)

    def frame(self) -> pl.DataFrame:
        """Return the rows in the layout's columns; a column the rows lack is blank."""
        rows = self.grid.frame()
        missing = [pl.lit(None, pl.String).alias(name) for name in self.layout.names if name not in rows.columns]
        return rows.with_columns(missing).select(self.layout.names)

    def _write(self, stream: IO[bytes]) -> None:
        if self.layout.medium == "workbook":
            _write_workbook(stream, self)
        else:
            _write_delimited(stream, self)


def _write_delimited(stream: IO[bytes], file: SampleFile) -> None:
    stream.write(_lines_above(file).encode())
    if not file.lines:
        _write_rows(stream, file)
        return
    body = io.BytesIO()
    _write_rows(body, file)
    lines = body.getvalue().decode().split("\n")
    for index, text in file.lines.items():
        lines[file.grid.position(index)] = text
    stream.write("\n".join(lines).encode())


def _write_rows(stream: IO[bytes], file: SampleFile) -> None:
    delimiter = file.layout.delimiter
    quotes: Literal["never", "necessary"] = "never" if delimiter == "\t" else "necessary"
    file.frame().write_csv(stream, include_header=False, separator=delimiter, quote_style=quotes)


def _lines_above(file: SampleFile) -> str:
    layout, lines = file.layout, []
    if layout.header_record is not None:
        values = [file.header.get(column.name, "") for column in layout.header_record.columns]
        lines.append(layout.delimiter.join([layout.header_record.record_type, *values]))
    if layout.names_row:
        lines.append(layout.delimiter.join(column.label for column in layout.columns))
    return "".join(f"{line}\n" for line in lines)


def _write_workbook(stream: IO[bytes], file: SampleFile) -> None:
    import xlsxwriter

    book = xlsxwriter.Workbook(stream, {"constant_memory": True})
    book.set_properties({"created": _MADE})
    sheet = book.add_worksheet(file.layout.sheet)
    as_text = book.add_format({"num_format": "@"})
    as_date = book.add_format({"num_format": "mm/dd/yyyy"})
    for number, column in enumerate(file.layout.columns):
        sheet.write_string(0, number, column.label, as_text)
    raw = {(file.grid.position(index), name): value for (index, name), value in file.cells.items()}
    for at, values in enumerate(file.frame().iter_rows()):
        for number, (name, value) in enumerate(zip(file.layout.names, values, strict=True)):
            if (at, name) in raw:
                _write_cell(sheet, (at + 1, number), raw[at, name], as_date)
            elif value is not None:
                sheet.write_string(at + 1, number, value, as_text)
    book.close()


def _write_cell(sheet: Any, place: tuple[int, int], value: Cell, as_date: Any) -> None:
    if isinstance(value, tuple):
        sheet.write_formula(*place, value[0], None, value[1])
    elif isinstance(value, date):
        sheet.write_datetime(*place, value, as_date)
    else:
        sheet.write_number(*place, value)
