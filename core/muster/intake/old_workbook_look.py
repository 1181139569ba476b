"""A look at an .xls workbook before the reader gets it: its container, and where its cells stand.

The reader believes the sizes that the file claims, and ends the process when they are absurd.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from muster.intake.sheet_cells import Cells, column_letters
from muster.intake.stops import damaged
from muster.intake.workbook_look import refuse_stray

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST_ROWS, MOST_COLUMNS = 65_536, 256  # of an .xls sheet

_LAST_SECTOR = 0xFFFFFFFA  # greater numbers mark free sectors and ends of chains
_ENTRY = 128
_SMALL_STREAM = 4096
_BEGIN, _END, _SHEET_LISTED, _STRINGS, _SIZE = 0x809, 0x0A, 0x85, 0xFC, 0x200
_VALUES = frozenset({0x06, 0xD6, 0xFD, 0x203, 0x204, 0x205, 0x27E})  # formula, texts, numbers, errors
_SEVERAL_NUMBERS = 0xBD


def look_at_old(data: bytes) -> None:
    """Refuse an .xls workbook that claims more than it has or has a value far away from the others."""
    try:
        _look(_Container(data).book(), len(data))
    except (struct.error, LookupError, ValueError):
        raise damaged() from None


def _look(book: bytes, size: int) -> None:
    names: dict[int, str] = {}
    cells, name = Cells(), "?"
    for kind, place, content in _records(book):
        if kind == _SHEET_LISTED:
            start, title = _listed(content)
            names[start] = title
        elif kind == _BEGIN and place in names:  # a chart in a sheet begins as well
            cells, name = Cells(), names.get(place, name)
        elif kind == _END:
            refuse_stray(cells, name)
        elif kind in _VALUES or kind == _SEVERAL_NUMBERS:
            _count(cells, kind, content)
        else:
            _refuse_claims(kind, content, size)
    refuse_stray(cells, name)


class _Container:
    """An OLE container: a small file system in sectors."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._size = 1 << data[30]
        if self._size not in (512, 4096):
            raise ValueError(self._size)
        first, count = struct.unpack_from("<II", data, 68)
        lists = struct.unpack_from("<109I", data, 76)
        for _ in range(min(count, len(data) // self._size)):
            more = struct.unpack(f"<{self._size // 4}I", self._sector(first))
            lists, first = lists + more[:-1], more[-1]
        parts = [self._sector(number) for number in lists if number < _LAST_SECTOR]
        self._next = struct.unpack(f"<{sum(map(len, parts)) // 4}I", b"".join(parts))

    def _sector(self, number: int) -> bytes:
        start = (number + 1) * self._size
        if start >= len(self._data):
            raise ValueError(number)
        return self._data[start : start + self._size].ljust(self._size, b"\0")

    def _chain(self, start: int) -> bytes:
        parts, seen = [], 0
        while start < _LAST_SECTOR:
            parts.append(self._sector(start))
            start, seen = self._next[start], seen + 1
            if seen > len(self._next):
                raise ValueError(start)  # a chain that bites its tail
        return b"".join(parts)

    def book(self) -> bytes:
        """Return the stream that holds the workbook."""
        directory = self._chain(struct.unpack_from("<I", self._data, 48)[0])
        entries = [directory[place : place + _ENTRY] for place in range(0, len(directory), _ENTRY)]
        found = {_entry_name(entry): struct.unpack_from("<II", entry, 116) for entry in entries}
        start, size = found.get("Workbook") or found.get("Book") or (_LAST_SECTOR, 0)
        if size > len(self._data):
            raise ValueError(size)
        if size >= _SMALL_STREAM:
            return self._chain(start)[:size]
        return self._small(start, size, self._chain(found["Root Entry"][0]))

    def _small(self, start: int, size: int, stream: bytes) -> bytes:
        table = self._chain(struct.unpack_from("<I", self._data, 60)[0])
        parts: list[bytes] = []
        while start < _LAST_SECTOR and len(parts) * 64 < size:
            parts.append(stream[start * 64 : start * 64 + 64])
            start = struct.unpack_from("<I", table, start * 4)[0]
        return b"".join(parts)[:size]


def _entry_name(entry: bytes) -> str:
    length = struct.unpack_from("<H", entry, 64)[0]
    return entry[: max(0, min(length, 64) - 2)].decode("utf-16-le", errors="replace")


def _records(book: bytes) -> Iterator[tuple[int, int, bytes]]:
    """Yield the kind, the place and the content of the records that matter."""
    wanted = _VALUES | {_BEGIN, _END, _SHEET_LISTED, _STRINGS, _SIZE, _SEVERAL_NUMBERS}
    place = 0
    while place + 4 <= len(book):
        kind, size = struct.unpack_from("<HH", book, place)
        if place + 4 + size > len(book):
            return  # what follows the last record is nobody's
        if kind in wanted:
            yield kind, place, book[place + 4 : place + 4 + size]
        place += 4 + size


def _listed(content: bytes) -> tuple[int, str]:
    """Return where a sheet begins, and its name."""
    wide = len(content) > 7 and content[7] & 1
    name = content[8:].decode("utf-16-le" if wide else "latin-1", errors="replace")
    return struct.unpack_from("<I", content)[0], name


def _count(cells: Cells, kind: int, content: bytes) -> None:
    row, column = struct.unpack_from("<HH", content)
    last = struct.unpack_from("<H", content, len(content) - 2)[0] if kind == _SEVERAL_NUMBERS else column
    if last < column or last >= MOST_COLUMNS:
        raise damaged()
    for one in {column, last}:
        cells.count(row + 1, one + 1, f"{column_letters(one + 1)}{row + 1}")
    cells.valued += max(0, last - column - 1)


def _refuse_claims(kind: int, content: bytes, size: int) -> None:
    if kind == _STRINGS and len(content) >= 8 and max(struct.unpack_from("<II", content)) > size:
        raise damaged()
    if kind != _SIZE or len(content) < 10:
        return
    form = "<IIHH" if len(content) >= 14 else "<HHHH"
    first_row, rows, first_column, columns = struct.unpack_from(form, content)
    if (
        rows > MOST_ROWS
        or columns > MOST_COLUMNS
        or (rows and first_row > rows)
        or (columns and first_column > columns)
    ):
        raise damaged()
