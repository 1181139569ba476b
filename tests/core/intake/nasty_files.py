"""Makes the files that readers choke on; ``python nasty_files.py DIR`` writes them all into a folder.

The people and schools in them are made up.
"""

from __future__ import annotations

import datetime as dt
import io
import struct
import sys
import zipfile
from pathlib import Path

import openpyxl
import xlsxwriter

NAMES = ["CTDS", "Term", "SUID", "Student BirthDate", "Credits Earned"]
ROW = ["070516201", "1", "1000000001", "02/29/2008", "0.50"]
HD = "HD\t05/30/2025\t10:00:00\tMT9.1"
CE = "CE\t0487\t123456789\tDoe\tJane\t2025"


# --- delimited -------------------------------------------------------------------------------------------------------


def tsv(*lines: str, head: str = HD, end: str = "\n") -> bytes:
    return (end.join([head, *lines]) + end).encode()


def csv_file(*lines: str) -> bytes:
    return ("\r\n".join([",".join(NAMES), *lines]) + "\r\n").encode()


# --- .xlsx -----------------------------------------------------------------------------------------------------------


def workbook(*rows: list, names: list[str] | None = None, title: str = "Data", change=lambda _book: None) -> bytes:
    """Return a workbook with one sheet of names and rows, changed as wished."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = title
    for row in [names or NAMES, *rows]:
        sheet.append(row)
    change(book)
    return saved(book)


def saved(book: openpyxl.Workbook) -> bytes:
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def rewritten(data: bytes, part: str, old: bytes, new: bytes) -> bytes:
    """Return the workbook with some bytes of one part replaced."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as target:
        for entry in source.infolist():
            content = source.read(entry)
            if entry.filename == part:
                assert old in content, content
                content = content.replace(old, new)
            target.writestr(entry.filename, content)
    return stream.getvalue()


def with_sheet_xml(xml: bytes, *, level: int = 6) -> bytes:
    """Return a workbook whose only sheet is this XML."""
    stream = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(workbook())) as source,
        zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=level) as target,
    ):
        for entry in source.infolist():
            is_sheet = entry.filename == "xl/worksheets/sheet1.xml"
            target.writestr(entry.filename, xml if is_sheet else source.read(entry))
    return stream.getvalue()


def inline(place: str, text: str) -> str:
    return f'<c r="{place}" t="inlineStr"><is><t>{text}</t></is></c>'


def sheet_xml(*rows: str, before: str = "", after: str = "") -> bytes:
    head = '<?xml version="1.0" encoding="UTF-8"?>\n'
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return (
        f'{head}<worksheet xmlns="{space}">{before}<sheetData>{"".join(rows)}</sheetData>{after}</worksheet>'.encode()
    )


def xml_row(number: int, values: list[str]) -> str:
    cells = "".join(inline(f"{chr(65 + place)}{number}", value) for place, value in enumerate(values))
    return f'<row r="{number}">{cells}</row>'


def stray(place: str) -> bytes:
    """Return a small workbook with one value far away: XFD1048576 ends a careless reader's process."""

    def add(book: openpyxl.Workbook) -> None:
        book.active[place] = "x"

    return workbook(ROW, ROW, change=add)


def formatted_rows(count: int) -> bytes:
    """Return a workbook with two rows of data and very many rows of formatted cells without values."""
    rows = [xml_row(1, NAMES), xml_row(2, ROW)]
    rows += [
        "".join((f'<row r="{n}">', *(f'<c r="{c}{n}" s="0"/>' for c in "ABCDE"), "</row>")) for n in range(3, count)
    ]
    return with_sheet_xml(sheet_xml(*rows))


def sizes_claimed(data: bytes, part: str, size: int) -> bytes:
    """Return the zip with another inflated size of one part in its directory."""
    place = data.rindex(b"PK\x01\x02", 0, data.rindex(part.encode()))
    return data[: place + 24] + struct.pack("<I", size) + data[place + 28 :]


def bomb() -> bytes:
    """Return a workbook of 400 KB whose sheet is 400 MB of spaces."""
    return with_sheet_xml(sheet_xml(xml_row(1, NAMES), " " * (400 << 20)), level=9)


def dates_of_1904() -> bytes:
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"date_1904": True, "in_memory": True})
    sheet = book.add_worksheet("Data")
    sheet.write_row(0, 0, NAMES)
    sheet.write_row(1, 0, ROW)
    sheet.write_datetime(1, 3, dt.date(2008, 2, 29), book.add_format({"num_format": "mm/dd/yyyy"}))
    book.close()
    return stream.getvalue()


# --- .xls: BIFF8 in an OLE container, as little of it as a reader needs -------------------------------------------------


def xls(*rows: list, password: bool = False, hidden: bool = False, far: tuple[int, int] | None = None) -> bytes:
    """Return an .xls workbook: text, numbers, dates and (as ``ERROR``) error cells; ``far`` counts from 0."""
    book = _book([NAMES, *rows], password=password, hidden=hidden)
    if far:
        end = _record(0x0A, b"")
        book = book.removesuffix(end) + _cell(*far, "x") + end
    return ole({"Workbook": book})


ERROR = object()


def _book(rows: list[list], *, password: bool, hidden: bool) -> bytes:
    begin = _record(0x809, struct.pack("<HHHHII", 0x600, 5, 0, 0, 0, 0))
    protected = _record(0x2F, struct.pack("<H", 0) + bytes(4)) if password else b""
    formats = b"".join(_record(0xE0, struct.pack("<HH16x", 0, form)) for form in (0, 14))
    name = b"Data"
    globals_size = len(begin + protected + formats) + 4 + 8 + len(name) + 4
    listed = _record(0x85, struct.pack("<IBBBB", globals_size, int(hidden), 0, len(name), 0) + name)
    sheet = _record(0x809, struct.pack("<HHHHII", 0x600, 0x10, 0, 0, 0, 0))
    size = struct.pack("<IIHHH", 0, len(rows), 0, max(map(len, rows)), 0)
    cells = b"".join(_cell(r, c, value) for r, row in enumerate(rows) for c, value in enumerate(row))
    end = _record(0x0A, b"")
    return begin + protected + formats + listed + end + sheet + _record(0x200, size) + cells + end


def _cell(row: int, column: int, value: object) -> bytes:
    if value is None:
        return b""
    if value is ERROR:
        return _record(0x205, struct.pack("<HHHBB", row, column, 0, 0x2A, 1))
    if isinstance(value, dt.date):
        days = (value - dt.date(1899, 12, 30)).days
        return _record(0x203, struct.pack("<HHHd", row, column, 1, days))
    if isinstance(value, int | float):
        return _record(0x203, struct.pack("<HHHd", row, column, 0, value))
    text = str(value).encode("utf-16-le")
    return _record(0x204, struct.pack("<HHHHB", row, column, 0, len(text) // 2, 1) + text)


def _record(kind: int, content: bytes) -> bytes:
    return struct.pack("<HH", kind, len(content)) + content


def ole(streams: dict[str, bytes]) -> bytes:
    """Return an OLE container with these streams, each padded so that it needs no small sectors."""
    sectors, chains, entries = [], [], [_entry("Root Entry", 5, 0xFFFFFFFE, 0, child=1)]
    for number, (name, content) in enumerate(streams.items(), start=1):
        padded = content.ljust(4096, b"\0")
        count = -(-len(padded) // 512)
        start = 2 + len(sectors)
        right = number + 1 if number < len(streams) else 0xFFFFFFFF
        entries.append(_entry(name, 2, start, len(padded), right=right))
        sectors += [padded[place : place + 512].ljust(512, b"\0") for place in range(0, count * 512, 512)]
        chains += [*range(start + 1, start + count), 0xFFFFFFFE]
    fat = [0xFFFFFFFD, 0xFFFFFFFE, *chains]
    assert len(fat) <= 128
    fat += [0xFFFFFFFF] * (128 - len(fat))
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
    header += struct.pack("<HHHHH6xIIIIIIIII", 0x3E, 3, 0xFFFE, 9, 6, 0, 1, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0)
    header += struct.pack("<109I", 0, *[0xFFFFFFFF] * 108)
    directory = b"".join(entries).ljust(512, b"\0")
    return header + struct.pack("<128I", *fat) + directory + b"".join(sectors)


def _entry(name: str, kind: int, start: int, size: int, child: int = 0xFFFFFFFF, right: int = 0xFFFFFFFF) -> bytes:
    text = name.encode("utf-16-le")
    head = text.ljust(64, b"\0") + struct.pack("<HBB", len(text) + 2, kind, 1)
    return head + struct.pack("<III", 0xFFFFFFFF, right, child) + bytes(36) + struct.pack("<IQ", start, size)


# --- the corpus --------------------------------------------------------------------------------------------------------

HTML = b"<html><body><table><tr><td>CTDS</td></tr></table></body></html>"


def corpus() -> dict[str, bytes]:
    """Return files from which no row can be had, by the name they are sent under."""
    good = workbook(ROW)
    return {
        "empty.xlsx": b"",
        "empty.tsv": b"",
        "blank-lines.tsv": b"\r\n \r\n",
        "cut-off.xlsx": good[: len(good) // 2],
        "web-page.xls": HTML,
        "text.xls": csv_file(",".join(ROW)),
        "new-named-old.xls": good,
        "old-named-new.xlsx": xls(ROW),
        "workbook.tsv": good,
        "document.pdf": b"%PDF-1.7",
        "locked.xlsx": ole({"EncryptedPackage": b"x", "EncryptionInfo": b"y"}),
        "locked.xls": xls(ROW, password=True),
        "far-cell.xlsx": stray("XFD1048576"),
        "far-row.xlsx": stray("A1048576"),
        "far-cell.xls": xls(ROW, far=(65_535, 255)),
        "outside.xls": xls(ROW, far=(65_535, 65_535)),
        "claims-2gb.xlsx": sizes_claimed(good, "xl/worksheets/sheet1.xml", (2 << 30) - 1),
        "claims-little.xlsx": sizes_claimed(good, "xl/worksheets/sheet1.xml", 40),
        "nul.tsv": tsv(CE.replace("Doe", "D\0e")),
        "entities.xlsx": with_sheet_xml(_entities()),
        "no-names.xlsx": workbook(ROW, names=ROW),
        "header-only.xlsx": workbook(),
        "header-only.tsv": tsv(),
        "commas.tsv": HD.replace("\t", ",").encode(),
    }


def _entities() -> bytes:
    levels = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 9))
    kind = f'<!DOCTYPE worksheet [<!ENTITY l0 "lol">{levels}]>'.encode()
    return sheet_xml(xml_row(1, NAMES), xml_row(2, ["&l8;"])).replace(b"<worksheet", kind + b"<worksheet", 1)


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for file_name, content in corpus().items():
        (folder / file_name).write_bytes(content)
