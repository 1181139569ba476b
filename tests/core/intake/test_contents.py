"""Files that are not what their names say."""

from __future__ import annotations

import gzip
import io
import zipfile
from pathlib import Path

import pytest


def zipped(*names):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return stream.getvalue()


XML_WORKBOOK = b'<?xml version="1.0"?>\n<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>'
SAVE_AS = "Open it in Excel, choose Save As, Excel Workbook (.xlsx), and send that file."
UNPACK = "Unpack it, and send the workbook (.xlsx) that is in it."
EXPORT = "Export the data as an Excel workbook (.xlsx); renaming the file is not enough."


@pytest.mark.parametrize(
    ("data", "what", "fix"),
    [
        (zipped("xl/workbook.bin"), "a binary workbook (.xlsb)", SAVE_AS),
        (zipped("content.xml", "mimetype"), "an OpenDocument spreadsheet (.ods)", SAVE_AS),
        (zipped("word/document.xml"), "a word-processor document (.docx)", EXPORT),
        (zipped("a.csv"), "a zip archive", UNPACK),
        (b"\x09\x04\x06\x00\x00\x00\x10\x00", "a worksheet of a very old Excel (before version 5)", SAVE_AS),
        (b"<!DOCTYPE html><p>CTDS", "a web page (HTML)", SAVE_AS),
        (b"\xef\xbb\xbf\r\n <TABLE><tr>", "a web page (HTML)", SAVE_AS),
        (b'<?xml version="1.0"?><html>', "a web page (HTML)", SAVE_AS),
        (XML_WORKBOOK, "an XML spreadsheet (Excel 2003)", SAVE_AS),
        (b"%PDF-1.7", "a PDF document", EXPORT),
        (b"\x89PNG\r\n", "a picture", EXPORT),
        (gzip.compress(b"x"), "a compressed file (gzip)", UNPACK),
        ("CTDS\tTerm".encode("utf-16"), "a text file", SAVE_AS),
        (b"PKW,was,here", "a text file", SAVE_AS),
        (b"\x01\x00\x02\x00\x03", "of a kind that is not known here", EXPORT),
    ],
    ids=lambda one: one if isinstance(one, str) else "bytes",
)
def test_a_workbook_that_is_something_else_says_what(reading, data, what, fix):
    (problem,) = reading(data, "a.xlsx").problems
    assert (problem.check, problem.message) == ("unreadable", f'The file is named "a.xlsx", but it is {what}.')
    assert problem.fix == fix


def test_a_document_of_another_office_program_says_so(nasty, reading):
    (problem,) = reading(nasty.ole({"WordDocument": b"x"}), "a.xls").problems
    assert problem.message == 'The file is named "a.xls", but it is a document of another Office program.'


def test_the_remedy_tells_how_to_get_the_right_file(nasty, reading):
    (problem,) = reading(nasty.workbook(nasty.ROW), "a.xls").problems
    assert problem.fix == "Give the file a name that ends in .xlsx, or save it from Excel as .xls."
    (problem,) = reading(nasty.workbook(nasty.ROW), "a.tsv").problems
    assert problem.fix == "Export the data as text (.tsv); renaming the file is not enough."
    (problem,) = reading(zipped("a.tsv")[:-9], "a.tsv").problems
    assert problem.message == 'The file is named "a.tsv", but it is a zip archive.'
    (problem,) = reading(nasty.ole({"EncryptedPackage": b"x"}), "a.xlsx").problems
    assert problem.fix == "Take the password off (File, Info, Protect Workbook, Encrypt with Password) and save it."


@pytest.mark.parametrize("part", ["xl/_rels/workbook.xml.rels", "xl/workbook.xml", "xl/styles.xml"])
def test_a_workbook_with_a_damaged_part_says_so(nasty, reading, part):
    data = nasty.rewritten(nasty.workbook(nasty.ROW), part, b"<", b"<<")
    (problem,) = reading(data, "a.xlsx").problems
    assert problem.message == "The workbook is cut off or damaged, so it cannot be read."
    assert problem.fix == "Send the file again; if that does not help, open it in Excel and save it under a new name."


@pytest.mark.parametrize("part", ["xl/_rels/workbook.xml.rels", "xl/workbook.xml"])
def test_a_part_with_a_document_type_is_damage(nasty, reading, part):
    data = nasty.workbook(nasty.ROW)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        start = archive.read(part)[:14]
    spoiled = nasty.rewritten(data, part, start, b"<!DOCTYPE x>" + start)
    (problem,) = reading(spoiled, "a.xlsx").problems
    assert problem.message == "The workbook is cut off or damaged, so it cannot be read."


def test_a_workbook_with_a_part_twice_is_damage(nasty, reading):
    stream = io.BytesIO(nasty.workbook(nasty.ROW))
    with zipfile.ZipFile(stream, "a") as archive, pytest.warns(UserWarning, match="Duplicate name"):
        archive.writestr("xl/workbook.xml", "x")
    (problem,) = reading(stream.getvalue(), "a.xlsx").problems
    assert problem.message == "The workbook is cut off or damaged, so it cannot be read."


def test_a_file_that_the_system_keeps_closed_says_so(reading, tmp_path, monkeypatch):
    path = tmp_path / "a.xlsx"
    path.write_bytes(b"x")

    def refuse(_path):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_bytes", refuse)
    (problem,) = reading(path, "a.xlsx").problems
    assert problem.message == "The file cannot be opened: Permission denied."
    assert problem.fix == "Close it in other programs and check that you may read it."
