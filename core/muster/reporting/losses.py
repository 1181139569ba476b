"""What a workbook loses when it is opened, marked and saved by a program that is not Excel."""

from __future__ import annotations

import io
import re
import zipfile
from typing import NamedTuple


class Look(NamedTuple):
    """What one look into the workbook's parts told: its size when unpacked, what is lost, whether it calculates."""

    size: int
    lost: tuple[str, ...]
    formulas: bool


_PARTS: tuple[tuple[str, str], ...] = (
    (r"xl/vbaProject\.bin$", "macros"),
    (r"xl/(ctrlProps|activeX)/", "form controls"),
    (r"xl/media/", "some or all images"),
    (r"xl/(charts|chartsheets)/", "charts or their formatting"),
    (r"xl/(pivotTables|pivotCache)/", "pivot tables or their formatting"),
    (r"xl/(slicers|timelines)/", "slicers"),
    (r"xl/diagrams/", "diagrams"),
    (r"xl/(threadedComments|persons)/", "threads of comments (their text stays as notes)"),
    (r"xl/(queryTables/|connections\.xml)", "connections to other data"),
    (r"xl/model/", "the data model"),
    (r"xl/embeddings/", "embedded files"),
    (r"customXml/", "custom properties"),
    (r"_xmlsignatures/", "the digital signature"),
)
_TEXTS: tuple[tuple[str, bytes, str], ...] = (
    (r"xl/worksheets/", rb"sparklineGroup", "sparklines"),
    (r"xl/worksheets/", rb"<x14:dataValidation\b", "validation lists that refer to another sheet"),
    (r"xl/worksheets/", rb"<x14:conditionalFormatting\b", "some conditional formatting"),
    (r"xl/drawings/drawing", rb"<xdr:(sp|cxnSp|grpSp)\b", "drawn shapes and text boxes"),
    (r"xl/(sharedStrings|worksheets/)", rb"<r>", "formatting of single words inside a cell"),
)
_FORMULA = re.compile(rb"<f[ >/]")


def unpacked_size(data: bytes) -> int:
    """Return how large the parts say they are when unpacked; 0 for what is no zip file."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return sum(part.file_size for part in archive.infolist())
    except (zipfile.BadZipFile, OSError):
        return 0


def look_at(data: bytes) -> Look:
    """Return what marking this workbook would drop; the caller has made sure that it is not too large."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = archive.namelist()
        lost = [what for pattern, what in _PARTS if any(re.match(pattern, name) for name in names)]
        for pattern, sign, what in _TEXTS:
            if any(re.search(sign, archive.read(name)) for name in names if re.match(pattern, name)):
                lost.append(what)
        sheets = [name for name in names if name.startswith("xl/worksheets/sheet")]
        formulas = any(_FORMULA.search(archive.read(name)) for name in sheets)
        return Look(sum(part.file_size for part in archive.infolist()), tuple(lost), formulas)
