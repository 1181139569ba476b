"""A look at a sheet before the reader gets it: one pass over its bytes.

The reader lays out the whole rectangle around a sheet's values, so one value in the last cell ends the process;
and it shows error cells as blank. A full XML parse would double the time, so bytes are searched and only the
rows in which something was found are parsed. Whatever is not written as every known program writes it
is parsed in full.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

from muster.intake.sheet_cells import HEAD_ROWS, MOST_COLUMNS, MOST_ROWS, Cells, column_number, read_cells
from muster.intake.stops import StoppedError, unreadable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from muster.intake.workbook_parts import Parts, SheetPart

MOST_CELLS = 17_000_000
"""The largest rectangle that is read: a full sheet of 16 columns."""

_SMALL = 3_000_000  # a rectangle of this size costs 100 MB, whatever stands in it
_SPARSE = 4  # a rectangle this many times larger than its cells has a stray one
_LONGEST_ROW = 64 << 20

_CELL = b'<c r="'
_PLACES = re.compile(rb'<c r="([A-Z]{1,3})([0-9]{1,7})"')
_PLACE = re.compile(rb'<c r="[A-Z]{1,3}([0-9]{1,7})"')
_NO_RESULT = re.compile(rb"<f(?:\s[^<>]*)?(?:/>|>[^<]*</f>)\s*(?:<v\s*/>|<v>\s*</v>)?\s*</c>")
_ERROR = b't="e"'
_MERGED = re.compile(rb'<mergeCell ref="([A-Z]{1,3}[0-9]+:[A-Z]{1,3}[0-9]+)"')


def look(parts: Parts, sheet: SheetPart) -> Cells:
    """Return what must be known before the sheet is read; StoppedError when it must not be read."""
    scan = _Scan()
    try:
        for rows in _whole_rows(parts.pieces(sheet.path)):
            scan.add(rows)
        suspicious = scan.sparse
    except _UnusualError:
        suspicious = True
    if suspicious:
        cells = read_cells(parts.pieces(sheet.path))
        refuse_stray(cells, sheet.name)
        return cells
    if scan.area > MOST_CELLS and scan.cells > MOST_CELLS:
        raise _too_large(sheet.name, scan.cells)
    return scan.found()


class _UnusualError(Exception):
    """The sheet is not written in the usual way, so only a full parse tells what it holds."""


def _has(data: bytes, text: bytes, sign: bytes) -> bool:
    """Return whether the text is there; its rarest sign is looked for first, which is ten times as quick."""
    return sign in data and text in data


@lru_cache(maxsize=200)
def _beyond(widest: int, digits: int) -> re.Pattern[bytes]:
    """Return what finds a cell to the right of a column or in a row of that many digits; quick when there is none."""
    right = f"[{chr(65 + widest)}-Z]|" if widest < 26 else ""
    return re.compile(f'<c r="(?:{right}[A-Z]{{2}}|[A-Z][0-9]{{{digits}}})'.encode())


@dataclass
class _Scan:
    """Adds up what the bytes of the rows show."""

    cells: int = 0
    first_row: int = 0
    last_row: int = 0
    widest: int = 0
    wanted: list[bytes] = field(default_factory=list)
    merged: list[str] = field(default_factory=list)

    @property
    def area(self) -> int:
        return (self.last_row - self.first_row + 1) * self.widest if self.cells else 0

    @property
    def sparse(self) -> bool:
        return self.area > _SMALL and self.area > _SPARSE * self.cells

    def add(self, rows: _Rows) -> None:
        if rows.tail:
            self.merged += [ref.decode() for ref in _MERGED.findall(rows.data)][:1000]
            return
        data = rows.data
        cells = data.count(_CELL)
        if data.count(b"<c") != cells or _has(data, b"<!", b"!") or _has(data, b"='", b"'"):
            raise _UnusualError
        if not cells:
            return
        first, last = self._row(data, data.find(_CELL)), self._row(data, data.rfind(_CELL))
        if first < max(self.last_row, 1) or last < first or last > MOST_ROWS:
            raise _UnusualError
        self.cells += cells
        self.first_row, self.last_row = self.first_row or first, last
        self._widen(data, cells)
        if first <= HEAD_ROWS:
            self._want(data, [place.start() for place in re.finditer(b"<row", data)][:HEAD_ROWS])
        if _ERROR in data or _has(data, b"<f", b"f"):
            self._want_errors(data)

    def _widen(self, data: bytes, cells: int) -> None:
        """Note the columns; a row among these that is far below the last one is unusual."""
        if not _beyond(self.widest, len(str(self.last_row)) + 1).search(data):
            return
        places = _PLACES.findall(data)
        if len(places) != cells or max(int(row) for _, row in places) > self.last_row:
            raise _UnusualError
        self.widest = max(self.widest, *(column_number(one.decode()) for one in {letters for letters, _ in places}))
        if self.widest > MOST_COLUMNS:
            raise _UnusualError

    @staticmethod
    def _row(data: bytes, place: int) -> int:
        found = _PLACE.match(data, place)
        if found is None:
            raise _UnusualError
        return int(found[1])

    def _want_errors(self, data: bytes) -> None:
        places = [found.start() for found in re.finditer(re.escape(_ERROR), data)]
        places += [found.start() for found in _NO_RESULT.finditer(data)]
        self._want(data, sorted({data.rfind(b"<row", 0, place) for place in places}))

    def _want(self, data: bytes, starts: Iterable[int]) -> None:
        for start in starts:
            end = data.find(b"</row>", start)
            self.wanted.append(data[start : len(data) if end < 0 else end + 6])

    def found(self) -> Cells:
        """Return the cells of the rows that had to be parsed."""
        rows = dict.fromkeys(self.wanted)
        cells = read_cells([b"<sheetData>", *rows, b"</sheetData>"])
        cells.merged = self.merged
        return cells


@dataclass(frozen=True, slots=True)
class _Rows:
    """Bytes that begin and end between rows; ``tail`` marks what follows the last row."""

    data: bytes
    tail: bool = False


def _whole_rows(pieces: Iterator[bytes]) -> Iterator[_Rows]:
    """Cut the sheet's bytes between rows; what stands before the first row is taken off."""
    rest = _from_first_row(pieces)
    if rest[:20].partition(b">")[0].endswith(b"/"):
        return
    while (end := rest.find(b"</sheetData>")) < 0:
        cut = rest.rfind(b"<row")
        if cut > 0:
            yield _Rows(rest[:cut])
            rest = rest[cut:]
        rest += _next(pieces, rest)
    yield _Rows(rest[:end])
    tail = rest[end:]
    for piece in pieces:
        tail = (tail + piece)[-_LONGEST_ROW:]
    yield _Rows(tail, tail=True)


def _from_first_row(pieces: Iterator[bytes]) -> bytes:
    rest = b""
    while (begin := rest.find(b"<sheetData")) < 0:
        rest += _next(pieces, rest)
    if b"<!" in rest[:begin]:
        raise _UnusualError
    return rest[begin:]


def _next(pieces: Iterator[bytes], so_far: bytes) -> bytes:
    """Return the next piece, unless what was gathered so far is no longer like any sheet."""
    piece = next(pieces, b"")
    if not piece or len(so_far) > _LONGEST_ROW:
        raise _UnusualError
    return piece


def refuse_stray(cells: Cells, sheet: str) -> None:
    """Stop at a value so far away from the others that the rectangle around all of them is too large."""
    if cells.area <= _SMALL or (cells.area <= _SPARSE * cells.valued and cells.area <= MOST_CELLS):
        return
    if cells.valued > MOST_CELLS:
        raise _too_large(sheet, cells.valued)
    stray_row = cells.last_row - cells.row_before > (cells.row_before - cells.first_row) + 1000
    place = cells.last_row_cell if stray_row else cells.last_column_cell
    what = "row" if stray_row else "column"
    raise unreadable(
        f'A value stands in cell {place} of the sheet "{sheet}", far away from the data.',
        f"Delete the whole {what} of cell {place} in Excel (press Ctrl+End to get there), save, and send it again.",
    )


def _too_large(sheet: str, count: int) -> StoppedError:
    message = f'The sheet "{sheet}" has {count:,} cells; up to {MOST_CELLS:,} are read.'
    return unreadable(message, "Copy the rows with data into a new workbook, or send them in several workbooks.")
