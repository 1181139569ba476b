"""What a file is by its first bytes, whatever its name says."""

from __future__ import annotations

import io
import re
import zipfile
from typing import TYPE_CHECKING, Literal

from muster.intake.stops import unreadable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from muster.model.layouts import Layout

Kind = Literal[
    "xlsx",
    "xlsb",
    "ods",
    "docx",
    "zip",
    "cut-zip",
    "xls",
    "old-xls",
    "encrypted",
    "ole",
    "html",
    "xml-workbook",
    "pdf",
    "picture",
    "gzip",
    "text",
    "unknown",
]

_WORDS: dict[Kind, str] = {
    "xlsx": "an .xlsx workbook",
    "xlsb": "a binary workbook (.xlsb)",
    "ods": "an OpenDocument spreadsheet (.ods)",
    "docx": "a word-processor document (.docx)",
    "zip": "a zip archive",
    "xls": "an .xls workbook (Excel 97-2003)",
    "old-xls": "a worksheet of a very old Excel (before version 5)",
    "ole": "a document of another Office program",
    "html": "a web page (HTML)",
    "xml-workbook": "an XML spreadsheet (Excel 2003)",
    "pdf": "a PDF document",
    "picture": "a picture",
    "gzip": "a compressed file (gzip)",
    "text": "a text file",
    "unknown": "of a kind that is not known here",
}
_SIGNATURES: tuple[tuple[bytes, Kind], ...] = (
    (b"%PDF", "pdf"),
    (b"\x89PNG", "picture"),
    (b"\xff\xd8\xff", "picture"),
    (b"GIF8", "picture"),
    (b"\x1f\x8b", "gzip"),
    (b"\x09\x00\x04\x00", "old-xls"),
    (b"\x09\x02\x06\x00", "old-xls"),
    (b"\x09\x04\x06\x00", "old-xls"),
)
_ZIP_PARTS: tuple[tuple[str, Kind], ...] = (
    ("xl/workbook.xml", "xlsx"),
    ("xl/workbook.bin", "xlsb"),
    ("content.xml", "ods"),
    ("word/document.xml", "docx"),
)
_WORKBOOK_KINDS: dict[str, Kind] = {"xlsx": "xlsx", "xlsm": "xlsx", "xls": "xls"}
_BEGIN_OF_BOOK = re.compile(rb"\x09\x08[\x08\x10]\x00\x00[\x05\x06]\x05\x00")
_FILE_PASS = 0x2F
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def kind_of(data: bytes) -> Kind:
    """Return what the bytes are."""
    if data.startswith(b"PK"):
        return _zip_kind(data)
    if data.startswith(_OLE):
        return _ole_kind(data)
    for signature, kind in _SIGNATURES:
        if data.startswith(signature):
            return kind
    return _text_kind(data)


def _zip_kind(data: bytes) -> Kind:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = set(archive.namelist())
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, OverflowError):
        return "cut-zip" if data.startswith((b"PK\x03\x04", b"PK\x05\x06")) else _text_kind(data)
    return next((kind for part, kind in _ZIP_PARTS if part in parts), "zip")


def _ole_kind(data: bytes) -> Kind:
    if "EncryptedPackage".encode("utf-16-le") in data:
        return "encrypted"
    if not any(name.encode("utf-16-le") in data for name in ("Workbook", "Book")):
        return "ole"
    return "encrypted" if _has_password(data) else "xls"


def _has_password(data: bytes) -> bool:
    """Return whether a FILEPASS record follows the beginning of an .xls workbook.

    The reader knows the newer encryptions and takes the oldest one (XOR) for plain text.
    """
    begin = _BEGIN_OF_BOOK.search(data)
    place = begin.start() if begin else len(data)
    for _ in range(10):  # it stands among the first records
        kind, size = (
            int.from_bytes(data[place : place + 2], "little"),
            int.from_bytes(data[place + 2 : place + 4], "little"),
        )
        if kind == _FILE_PASS:
            return True
        place += 4 + size
    return False


def _text_kind(data: bytes) -> Kind:
    head = data[:4000].removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if head.startswith((b"<html", b"<!doctype html", b"<table", b"<head", b"<body")):
        return "html"
    if head.startswith(b"<?xml") and b"schemas-microsoft-com:office:spreadsheet" in head:
        return "xml-workbook"
    if head.startswith(b"<?xml") and b"<html" in head:
        return "html"
    utf16 = head.startswith((b"\xff\xfe", b"\xfe\xff"))
    return "text" if utf16 or b"\0" not in head else "unknown"


def fitting(data: bytes, name: str, layouts: Sequence[Layout]) -> list[Layout]:
    """Return the layouts that take a file of this name; StoppedError when there is none or the name lies."""
    if not data:
        raise unreadable("The file is empty.", "Export it again and check that it has rows before you send it.")
    extension = extension_of(name)
    taken = [layout for layout in layouts if extension in {one.lower().lstrip(".") for one in layout.extensions}]
    if not taken:
        allowed = sorted({f".{one.lower().lstrip('.')}" for layout in layouts for one in layout.extensions})
        raise unreadable(
            f'The file is named "{name}", but this collection takes {" or ".join(allowed)} files.',
            f"Save or export it as {allowed[-1] if allowed else 'the template says'} and send that file.",
        )
    workbooks = [layout for layout in taken if layout.medium == "workbook"]
    _require_kind(kind_of(data), name, "workbook" if workbooks else "text")
    return workbooks or taken


def extension_of(name: str) -> str:
    """Return the file name's extension in small letters, without the dot."""
    return name.rpartition(".")[2].lower() if "." in name else ""


def _require_kind(kind: Kind, name: str, medium: Literal["workbook", "text"]) -> None:
    expected = _WORKBOOK_KINDS.get(extension_of(name), "xlsx") if medium == "workbook" else "text"
    if kind == expected or (medium == "text" and kind == "unknown"):
        return
    if kind == "encrypted":
        raise unreadable(
            "The workbook is protected with a password, so it cannot be opened.",
            "Take the password off (File, Info, Protect Workbook, Encrypt with Password) and save it.",
        )
    if kind == "cut-zip" and medium == "workbook":
        raise unreadable(
            "The workbook is cut off or damaged: its end is missing.",
            "Send the file again; if that does not help, open it in Excel and save it under a new name.",
        )
    kind = "zip" if kind == "cut-zip" else kind
    raise unreadable(f'The file is named "{name}", but it is {_WORDS[kind]}.', _remedy(kind, name, medium))


def _remedy(kind: Kind, name: str, medium: Literal["workbook", "text"]) -> str:
    extension = extension_of(name)
    if medium == "text":
        return f"Export the data as text (.{extension}); renaming the file is not enough."
    if kind in ("xlsx", "xls"):
        return f"Give the file a name that ends in .{kind}, or save it from Excel as .{extension}."
    if kind in ("zip", "gzip"):
        return "Unpack it, and send the workbook (.xlsx) that is in it."
    if kind in ("picture", "pdf", "docx", "ole", "unknown"):
        return "Export the data as an Excel workbook (.xlsx); renaming the file is not enough."
    return "Open it in Excel, choose Save As, Excel Workbook (.xlsx), and send that file."
