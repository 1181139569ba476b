"""Files from which no row can be had: one clear sentence each, and nothing read."""

from __future__ import annotations

import pytest

SENTENCES = {
    "empty.xlsx": ("unreadable", "The file is empty."),
    "empty.tsv": ("unreadable", "The file is empty."),
    "blank-lines.tsv": ("unreadable", "The file holds no text."),
    "cut-off.xlsx": ("unreadable", "The workbook is cut off or damaged: its end is missing."),
    "web-page.xls": ("unreadable", 'The file is named "web-page.xls", but it is a web page (HTML).'),
    "text.xls": ("unreadable", 'The file is named "text.xls", but it is a text file.'),
    "new-named-old.xls": ("unreadable", 'The file is named "new-named-old.xls", but it is an .xlsx workbook.'),
    "old-named-new.xlsx": (
        "unreadable",
        'The file is named "old-named-new.xlsx", but it is an .xls workbook (Excel 97-2003).',
    ),
    "workbook.tsv": ("unreadable", 'The file is named "workbook.tsv", but it is an .xlsx workbook.'),
    "document.pdf": ("unreadable", 'The file is named "document.pdf", but this collection takes .tsv files.'),
    "locked.xlsx": ("unreadable", "The workbook is protected with a password, so it cannot be opened."),
    "locked.xls": ("unreadable", "The workbook is protected with a password, so it cannot be opened."),
    "far-cell.xlsx": ("unreadable", 'A value stands in cell XFD1048576 of the sheet "Data", far away from the data.'),
    "far-row.xlsx": ("unreadable", 'A value stands in cell A1048576 of the sheet "Data", far away from the data.'),
    "far-cell.xls": ("unreadable", 'A value stands in cell IV65536 of the sheet "Data", far away from the data.'),
    "outside.xls": ("unreadable", "The workbook is cut off or damaged, so it cannot be read."),
    "claims-2gb.xlsx": ("unreadable", "The workbook would unpack to 2,048 MB, which no school's data needs."),
    "claims-little.xlsx": ("unreadable", "The workbook is cut off or damaged, so it cannot be read."),
    "nul.tsv": (
        "unreadable",
        "Line 2 holds a NUL byte, which no text has: the file is damaged or is not a text file.",
    ),
    "entities.xlsx": ("unreadable", "The workbook is damaged: a sheet begins with a document type."),
    "no-names.xlsx": (
        "template",
        'No row among the first 20 holds the column names of a template ("Plain", "College").',
    ),
    "header-only.xlsx": ("no-rows", "The file has no row of data."),
    "header-only.tsv": ("no-rows", "The file has no row of data."),
    "commas.tsv": ("unreadable", "The file is not separated by tabs: its first line is separated by commas."),
}


@pytest.mark.parametrize("name", SENTENCES)
def test_a_nasty_file_has_one_finding(corpus, reading, name):
    intake = reading(corpus[name], name)
    assert [(one.check, one.message) for one in intake.problems] == [SENTENCES[name]]
    assert intake.problems[0].fix.endswith(".")
    assert intake.rows == 0


def test_the_corpus_has_no_file_without_a_sentence(corpus):
    assert set(corpus) == set(SENTENCES)


def test_a_bomb_is_not_inflated(nasty, reading):
    intake = reading(nasty.bomb(), "bomb.xlsx")
    assert intake.problems[0].message.endswith("would unpack to 400 MB, which no school's data needs.")
    assert intake.problems[0].fix == "Copy the rows into a new workbook made from the template, and send that."


def test_many_formatted_rows_without_values_are_no_rows(nasty, reading):
    intake = reading(nasty.formatted_rows(200_000), "formatted.xlsx")
    assert intake.problems == ()
    assert intake.frame.rows() == [(2, *nasty.ROW)]
