"""The exact reading of cells in a sheet's XML: where values stand, and which are errors."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple
from xml.parsers import expat  # document types are refused, so no entity can grow

from muster.intake.stops import StoppedError, unreadable

if TYPE_CHECKING:
    from collections.abc import Iterable

HEAD_ROWS = 20
MOST_ROWS, MOST_COLUMNS = 1_048_576, 16_384  # Excel's own

_PLACE = re.compile(r"([A-Za-z]{1,3})([0-9]{1,7})")
_NUMBER = re.compile(r"[0-9]{1,10}")
_LONGEST_TEXT, _MOST_TEXTS, _MOST_MERGED = 1000, 100, 1000


class ErrorCell(NamedTuple):
    """A cell with a spreadsheet error, or a formula without a stored result; rows and columns count from 1."""

    row: int
    column: int
    text: str
    kind: str


@dataclass(slots=True)
class Cells:
    """What the cells of a sheet come to."""

    valued: int = 0
    first_row: int = 0
    last_row: int = 0
    row_before: int = 0
    first_column: int = 0
    last_column: int = 0
    last_row_cell: str = ""
    last_column_cell: str = ""
    heads: dict[int, list[int]] = field(default_factory=dict)
    errors: list[ErrorCell] = field(default_factory=list)
    merged: list[str] = field(default_factory=list)

    @property
    def area(self) -> int:
        """Return how many cells the rectangle around all values has; readers keep all of them in memory."""
        if not self.valued:
            return 0
        return (self.last_row - self.first_row + 1) * (self.last_column - self.first_column + 1)

    def count(self, row: int, column: int, place: str) -> None:
        """Take note of a cell with a value."""
        self.valued += 1
        self.first_row = min(self.first_row or row, row)
        self.first_column = min(self.first_column or column, column)
        if row > self.last_row:
            self.row_before, self.last_row, self.last_row_cell = self.last_row, row, place
        if column > self.last_column:
            self.last_column, self.last_column_cell = column, place
        if row <= HEAD_ROWS:
            self.heads.setdefault(row, []).append(column)


def column_number(letters: str) -> int:
    """Return 1 for A, 27 for AA."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def column_letters(number: int) -> str:
    """Return A for 1, AA for 27."""
    letters = ""
    while number > 0:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def outside(place: str) -> StoppedError:
    """Return the error for a cell that no sheet has."""
    message = f'The workbook is damaged: it has a cell "{place[:20]}", which lies outside any sheet.'
    return unreadable(message, "Open it in Excel, save it under a new name and send that.")


def read_cells(pieces: Iterable[bytes]) -> Cells:
    """Parse the XML of a sheet, or of some of its rows, without building a tree.

    Prefixes are not resolved: rows cut out of a sheet use some that were declared above them.
    """
    cells = Cells()
    reader = _CellReader(cells)
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.text
    parser.StartDoctypeDeclHandler = _refuse_doctype
    try:
        for piece in pieces:
            parser.Parse(piece, False)
        parser.Parse(b"", True)
    except (expat.ExpatError, LookupError, ValueError):  # the last two: an encoding that nobody knows
        raise unreadable(
            f"The workbook is damaged: its sheet cannot be read after row {reader.row:,}.",
            "Open it in Excel, save it under a new name and send that.",
        ) from None
    return cells


def _refuse_doctype(*_: object) -> None:
    """Refuse a document type: no spreadsheet program writes one, and its entities grow without bound."""
    raise unreadable("The workbook is damaged: a sheet begins with a document type.", "Save it anew from Excel.")


class _CellReader:
    """Takes the parser's events; knows one cell at a time."""

    def __init__(self, cells: Cells) -> None:
        self.cells = cells
        self.row = 0
        self._column = 0
        self._kind: str | None = None
        self._formula: list[str] | None = None
        self._value: list[str] = []
        self._text: list[str] | None = None

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """Begin a row, a cell, or a part of a cell."""
        name = tag.rpartition(":")[2]
        if name == "c":
            self._begin_cell(attributes)
        elif name in ("v", "t"):
            self._text = self._value
        elif name == "f":
            self._text = self._formula = []
        elif name == "row":
            number = attributes.get("r", "")
            self.row = int(number) if _NUMBER.fullmatch(number) else self.row + 1
            self._column = 0
        elif name == "mergeCell" and len(self.cells.merged) < _MOST_MERGED:
            self.cells.merged.append(attributes.get("ref", ""))

    def text(self, text: str) -> None:
        """Keep the beginning of a value or of a formula."""
        if self._text is not None and len(self._text) < _MOST_TEXTS:
            self._text.append(text[:_LONGEST_TEXT])

    def end(self, tag: str) -> None:
        """End a cell or a part of it."""
        name = tag.rpartition(":")[2]
        if name in ("v", "t", "f"):
            self._text = None
        elif name == "c":
            self._end_cell()

    def _begin_cell(self, attributes: dict[str, str]) -> None:
        self._place(attributes.get("r"))
        self._kind, self._formula, self._value = attributes.get("t"), None, []

    def _place(self, place: str | None) -> None:
        """Go to the cell named, or to the next one where the writer left names out."""
        found = _PLACE.fullmatch(place) if place is not None else None
        if found:
            self._column, self.row = column_number(found[1].upper()), int(found[2])
        elif place is None:
            self._column += 1
        inside = 0 < self.row <= MOST_ROWS and self._column <= MOST_COLUMNS
        if not inside or (place is not None and not found):
            raise outside(place or f"{column_letters(self._column)}{self.row}")

    def _end_cell(self) -> None:
        value = "".join(self._value)
        if self._kind == "e" and value:
            self._error(value, "error")
        elif self._formula is not None and not value and self._kind != "str":
            self._error("=" + ("".join(self._formula) or "(shared formula)"), "formula")
            return  # readers see nothing here
        if value:
            self.cells.count(self.row, self._column, f"{column_letters(self._column)}{self.row}")

    def _error(self, text: str, kind: str) -> None:
        self.cells.errors.append(ErrorCell(self.row, self._column, text[:_LONGEST_TEXT], kind))
