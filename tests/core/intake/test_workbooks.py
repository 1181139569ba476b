"""What a workbook's cells come to, with Excel's own row numbers."""

from __future__ import annotations

import datetime as dt
import io

import openpyxl
import pytest
from openpyxl.chart import LineChart


def rows_of(intake):
    assert intake.problems == (), intake.problems
    return intake.frame.rows()


def test_rows_come_as_text_with_excels_row_numbers(nasty, reading):
    intake = reading(nasty.workbook(nasty.ROW, [], ["070516201", 2, 1000000002, None, 0.5]), "a.xlsx")
    assert rows_of(intake) == [(2, *nasty.ROW), (4, "070516201", "2", "1000000002", None, "0.5")]
    assert (intake.format, intake.sheet, intake.layout.id, intake.rows) == ("xlsx", "Data", "plain", 2)
    assert len(intake.sha256) == 64
    assert intake.size > 1000


def test_a_path_is_read_as_well(nasty, reading, tmp_path):
    path = tmp_path / "a.xlsx"
    path.write_bytes(nasty.workbook(nasty.ROW))
    assert rows_of(reading(path, "a.xlsx")) == [(2, *nasty.ROW)]


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (70516201, "70516201"),
        (70516201.0, "70516201"),
        (0.1 + 0.2, "0.3"),
        (1.10, "1.1"),
        (1000000000, "1000000000"),
        ("  070516201\u00a0", "070516201"),
        ("\u200b70516201\ufeff", "70516201"),
        ("a\nb", "a\nb"),
        ("", None),
        (" \u00a0 ", None),
    ],
)
def test_a_cell_is_the_plain_number_or_text_that_excel_shows(nasty, reading, cell, text):
    assert rows_of(reading(nasty.workbook([cell, "x"]), "a.xlsx")) == [(2, text, "x", None, None, None)]


def test_true_dates_come_in_the_columns_own_format(nasty, reading, plain):
    row = [None, None, None, dt.date(2008, 2, 29)]
    assert rows_of(reading(nasty.workbook(row), "a.xlsx"))[0][4] == "02/29/2008"
    columns = [
        column.model_copy(update={"date_format": "YYYY-MM-DD"}) if column.type == "date" else column
        for column in plain.columns
    ]
    other = plain.model_copy(update={"columns": tuple(columns)})
    assert rows_of(reading(nasty.workbook(row), "a.xlsx", layouts=[other]))[0][4] == "2008-02-29"


def test_a_date_with_a_time_and_a_date_in_another_column_stay_as_read(nasty, reading):
    row = [dt.date(2008, 2, 29), None, None, dt.datetime.fromisoformat("2008-02-29T10:30")]
    found = rows_of(reading(nasty.workbook(row), "a.xlsx"))[0]
    assert (found[1], found[4]) == ("2008-02-29 00:00:00", "2008-02-29 10:30:00")


def test_dates_counted_from_1904_are_the_same_dates(nasty, reading):
    assert rows_of(reading(nasty.dates_of_1904(), "a.xlsx")) == [(2, *nasty.ROW)]


def test_rows_that_only_look_empty_are_left_out(nasty, reading):
    data = nasty.workbook([" "], nasty.ROW, ["\u00a0", " \t"], [None], nasty.ROW)
    assert [row[0] for row in rows_of(reading(data, "a.xlsx"))] == [3, 6]


def test_titles_may_stand_above_the_names_and_columns_beside(nasty, reading):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet["B2"] = "Enrollment, fall"
    for place, name in enumerate(nasty.NAMES, start=3):
        sheet.cell(5, place, name)
        sheet.cell(7, place, nasty.ROW[place - 3])
    sheet["C9"].value, sheet["C9"].data_type = "#N/A", "e"
    intake = reading(nasty.saved(book), "a.xlsx")
    assert rows_of(intake) == [(7, *nasty.ROW), (9, "#N/A", None, None, None, None)]
    assert intake.error_cells.rows() == [(9, "ctds", "#N/A", "error")]


def test_an_instructions_sheet_before_or_after_is_not_the_data(nasty, reading):
    for place in (0, 1):

        def explain(book, place=place):
            sheet = book.create_sheet("Instructions", place)
            for row in (["Column", "What to write"], ["CTDS", "nine digits"], ["Term", "1 or 2"]):
                sheet.append(row)

        intake = reading(nasty.workbook(nasty.ROW, title="Enrollment", change=explain), "a.xlsx")
        assert intake.sheet == "Enrollment"
        assert rows_of(intake) == [(2, *nasty.ROW)]


def test_a_hidden_sheet_is_skipped_and_named(nasty, reading):
    def hide(book):
        sheet = book.create_sheet("Old", 0)
        sheet.append(nasty.NAMES)
        sheet.append(["999999999", "9"])
        sheet.sheet_state = "hidden"
        book.active = 1

    intake = reading(nasty.workbook(nasty.ROW, change=hide), "a.xlsx")
    assert rows_of(intake) == [(2, *nasty.ROW)]
    sentence = 'The hidden sheet "Old" was skipped; if it holds data, unhide it and send the file again.'
    assert intake.warnings == (sentence,)


def test_a_second_sheet_with_the_same_headers_is_named(nasty, reading):
    def more(book):
        sheet = book.create_sheet("Spring")
        sheet.append(nasty.NAMES)
        sheet.append(nasty.ROW)

    intake = reading(nasty.workbook(nasty.ROW, change=more), "a.xlsx")
    assert intake.warnings == ('The sheet "Spring" has the same headers; only "Data" was read.',)


def test_of_two_sheets_with_the_headers_the_one_with_rows_is_read(nasty, reading):
    def more(book):
        sheet = book.create_sheet("Spring")
        sheet.append(nasty.NAMES)
        sheet.append(nasty.ROW)

    assert reading(nasty.workbook(change=more), "a.xlsx").sheet == "Spring"


def test_merged_cells_are_said(nasty, reading):
    def merge(book):
        book.active.merge_cells("A2:A3")
        book.active.merge_cells("A1:A1")

    intake = reading(nasty.workbook(nasty.ROW, nasty.ROW, change=merge), "a.xlsx")
    assert rows_of(intake)[1] == (3, None, *nasty.ROW[1:])
    sentence = (
        'Merged cells in the sheet "Data" (A2:A3) hold their value only in the first row and column; '
        "the others were read as blank."
    )
    assert intake.warnings == (sentence,)


def test_error_cells_and_formulas_without_a_result_are_named(nasty, reading):
    row = (
        '<row r="3"><c r="A3" t="e"><v>#N/A</v></c><c r="B3"><f>1+1</f></c><c r="C3"><f>1+1</f><v>2</v></c>'
        '<c r="D3" t="str"><f>""</f><v></v></c><c r="E3" t="e"><f>1/0</f><v>#DIV/0!</v></c></row>'
        '<row r="4"><c r="A4"><f t="shared" si="0"/><v/></c></row>'
    )
    xml = nasty.sheet_xml(nasty.xml_row(1, nasty.NAMES), nasty.xml_row(2, nasty.ROW), row)
    for data in (xml, xml.replace(b'<c r="', b'<c  r="')):  # searched, and parsed in full
        intake = reading(nasty.with_sheet_xml(data), "a.xlsx")
        assert rows_of(intake)[1:] == [
            (3, "#N/A", "=1+1", "2", None, "#DIV/0!"),
            (4, "=(shared formula)", None, None, None, None),
        ]
        assert sorted(intake.error_cells.rows()) == [
            (3, "credits", "#DIV/0!", "error"),
            (3, "ctds", "#N/A", "error"),
            (3, "term", "=1+1", "formula"),
            (4, "ctds", "=(shared formula)", "formula"),
        ]


def test_text_that_looks_like_xml_is_no_error_cell(nasty, reading):
    row = ['say t="e"', *nasty.ROW[1:]]
    xml = nasty.sheet_xml(nasty.xml_row(1, nasty.NAMES), nasty.xml_row(2, row))
    intake = reading(nasty.with_sheet_xml(xml), "a.xlsx")
    assert rows_of(intake) == [(2, *row)]
    assert intake.error_cells.height == 0


def test_an_error_far_down_a_long_sheet_is_found(nasty, reading):
    def spoil(book):
        book.active["C29999"].value, book.active["C29999"].data_type = "#REF!", "e"

    intake = reading(nasty.workbook(*[nasty.ROW] * 30_000, change=spoil), "a.xlsx")
    assert intake.frame.height == 30_000
    assert intake.error_cells.rows() == [(29_999, "suid", "#REF!", "error")]
    assert intake.frame.row(29_997)[3] == "#REF!"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'<c r="', b'<c  r="'),
        (b' r="A1"', b""),
        (b"<row ", b"<!-- a note --><row "),
        (b"<sheetData>", b'<dimension ref="A1:XFD1048576"/><sheetData>'),
    ],
)
def test_sheets_written_in_another_manner_are_read_all_the_same(nasty, reading, old, new):
    xml = nasty.sheet_xml(nasty.xml_row(1, nasty.NAMES), nasty.xml_row(2, nasty.ROW))
    assert old in xml
    assert rows_of(reading(nasty.with_sheet_xml(xml.replace(old, new)), "a.xlsx")) == [(2, *nasty.ROW)]


@pytest.mark.parametrize(
    "cell",
    [
        "<c r='XFD1048576'><v>1</v></c>",
        '<c s="0" r="XFD1048576"><v>1</v></c>',
        '<c r="xfd1048576"><v>1</v></c>',
        '<c r="XFD1048576"><f>1</f><v>1</v></c>',
    ],
)
def test_a_far_cell_is_found_however_it_is_written(nasty, reading, cell):
    row = f'<row r="1048576">{cell}</row>'
    xml = nasty.sheet_xml(nasty.xml_row(1, nasty.NAMES), nasty.xml_row(2, nasty.ROW), row)
    intake = reading(nasty.with_sheet_xml(xml), "a.xlsx")
    assert intake.problems[0].message == (
        'A value stands in cell XFD1048576 of the sheet "Data", far away from the data.'
    )
    assert intake.problems[0].fix == (
        "Delete the whole row of cell XFD1048576 in Excel (press Ctrl+End to get there), save, and send it again."
    )


@pytest.mark.parametrize("place", ["XFE3", "ZZZZ3", "A99999999", "A0", "3"])
def test_a_cell_outside_any_sheet_is_damage(nasty, reading, place):
    xml = nasty.sheet_xml(
        nasty.xml_row(1, nasty.NAMES), nasty.xml_row(2, nasty.ROW), f"<row>{nasty.inline(place, 'x')}</row>"
    )
    intake = reading(nasty.with_sheet_xml(xml), "a.xlsx")
    assert [one.message for one in intake.problems] == [
        f'The workbook is damaged: it has a cell "{place}", which lies outside any sheet.'
    ]


def test_a_formatted_cell_far_away_without_a_value_does_no_harm(nasty, reading):
    xml = nasty.sheet_xml(
        nasty.xml_row(1, nasty.NAMES), nasty.xml_row(2, nasty.ROW), '<row r="1048576"><c r="XFD1048576" s="0"/></row>'
    )
    assert rows_of(reading(nasty.with_sheet_xml(xml), "a.xlsx")) == [(2, *nasty.ROW)]


def test_a_stray_value_not_too_far_away_is_a_row(nasty, reading):
    assert [row[0] for row in rows_of(reading(nasty.stray("A50000"), "a.xlsx"))] == [2, 3, 50_000]


def test_a_stray_column_is_named(nasty, reading):
    data = nasty.workbook(*[nasty.ROW] * 300, change=lambda book: book.active.cell(7, 16_384, "x"))
    sentence = 'A value stands in cell XFD7 of the sheet "Data", far away from the data.'
    assert [one.message for one in reading(data, "a.xlsx").problems] == [sentence]


def test_values_too_long_for_a_cell_are_named(nasty, reading):
    long = nasty.sheet_xml(nasty.xml_row(1, nasty.NAMES), nasty.xml_row(2, ["x" * 40_000, *nasty.ROW[1:]]))
    problem = reading(nasty.with_sheet_xml(long), "a.xlsx").problems[0]
    assert (problem.check, problem.row) == ("unreadable", 2)
    assert problem.message == "CTDS in row 2 is 40,000 characters long; a cell holds 32,767."
    longer = long.replace(b"x" * 40_000, b"x" * (10 << 20))
    message = reading(nasty.with_sheet_xml(longer), "a.xlsx").problems[0].message
    assert message == "CTDS in row 2 is 10,485,760 characters long; a cell holds 32,767."


def test_a_sheet_whose_xml_breaks_off_says_where(nasty, reading):
    xml = nasty.sheet_xml(nasty.xml_row(1, nasty.NAMES), nasty.xml_row(2, nasty.ROW), "<c>")
    intake = reading(nasty.with_sheet_xml(xml), "a.xlsx")
    sentence = "The workbook is damaged: its sheet cannot be read after row 2."
    assert [one.message for one in intake.problems] == [sentence]


def test_rows_marked_as_excel_marks_them_are_read(nasty, reading):
    xml = nasty.sheet_xml(nasty.xml_row(1, nasty.NAMES), nasty.xml_row(2, nasty.ROW))
    space = b'xmlns:x14ac="http://schemas.microsoft.com/office/spreadsheetml/2009/9/ac"'
    xml = xml.replace(b"<worksheet ", b"<worksheet " + space + b" ").replace(b"<row ", b'<row x14ac:dyDescent="0.25" ')
    assert rows_of(reading(nasty.with_sheet_xml(xml), "a.xlsx")) == [(2, *nasty.ROW)]


def test_a_far_row_among_near_ones_is_found(nasty, reading):
    rows = [nasty.xml_row(1, nasty.NAMES), nasty.xml_row(1_000_000, nasty.ROW), nasty.xml_row(3, nasty.ROW)]
    intake = reading(nasty.with_sheet_xml(nasty.sheet_xml(*rows)), "a.xlsx")
    assert intake.problems[0].message == (
        'A value stands in cell A1000000 of the sheet "Data", far away from the data.'
    )


def test_a_zip_with_a_password_says_so(nasty, reading):
    data = bytearray(nasty.workbook(nasty.ROW))
    data[data.rindex(b"PK\x01\x02") + 8] |= 1
    sentence = "The workbook is a zip archive with a password, so it cannot be opened."
    assert [one.message for one in reading(bytes(data), "a.xlsx").problems] == [sentence]


def test_a_workbook_with_only_hidden_sheets_says_so(nasty, reading):
    data = nasty.rewritten(nasty.workbook(nasty.ROW), "xl/workbook.xml", b'state="visible"', b'state="hidden"')
    sentence = "The workbook has no visible sheet."
    assert [one.message for one in reading(data, "a.xlsx").problems] == [sentence]


def test_an_old_workbook_is_read_and_what_it_cannot_tell_is_said(nasty, reading):
    data = nasty.xls(nasty.ROW, [70516201, 1, nasty.ERROR, dt.date(2008, 2, 29), 0.5])
    intake = reading(data, "a.xls")
    assert rows_of(intake) == [(2, *nasty.ROW), (3, "70516201", "1", None, "02/29/2008", "0.5")]
    assert intake.format == "xls"
    sentence = (
        "In an .xls workbook a cell with an error such as #N/A cannot be told from a blank one; "
        "save it as .xlsx to have errors named."
    )
    assert intake.warnings == (sentence,)


def test_an_old_workbook_with_only_a_hidden_sheet_says_so(nasty, reading):
    intake = reading(nasty.xls(nasty.ROW, hidden=True), "a.xls")
    assert [one.message for one in intake.problems] == ["The workbook has no visible sheet."]


def test_a_damaged_old_workbook_says_so(nasty, reading):
    data = nasty.xls(nasty.ROW)
    intake = reading(data[:1536] + b"\xff" * (len(data) - 1536), "a.xls")
    assert [one.message for one in intake.problems] == ["The workbook is cut off or damaged, so it cannot be read."]


def test_a_value_further_down_an_old_workbook_is_a_row(nasty, reading):
    intake = reading(nasty.xls(nasty.ROW, far=(300, 0)), "a.xls")
    assert rows_of(intake) == [(2, *nasty.ROW), (301, "x", None, None, None, None)]


@pytest.mark.parametrize("claim", [b"\xff" * 14, b"\x09\x00\x00\x00\x01\x00\x00\x00\x00\x00\x05\x00\x00\x00"])
def test_an_old_workbook_that_claims_an_absurd_size_is_damaged(nasty, reading, claim):
    data = nasty.xls(nasty.ROW)
    place = data.index(b"\x00\x02\x0e\x00") + 4
    intake = reading(data[:place] + claim + data[place + 14 :], "a.xls")
    assert [one.message for one in intake.problems] == ["The workbook is cut off or damaged, so it cannot be read."]


def test_a_sheet_in_an_encoding_that_nobody_knows_is_damaged(nasty, reading):
    xml = nasty.sheet_xml(nasty.xml_row(1, nasty.NAMES), "<!-- -->").replace(b'encoding="UTF-8"', b'encoding="QXZ"')
    (problem,) = reading(nasty.with_sheet_xml(xml), "a.xlsx").problems
    assert problem.message == "The workbook is damaged: its sheet cannot be read after row 0."


def test_a_missing_file_is_no_finding(reading, tmp_path):
    from muster.errors import NoSuchFileError

    with pytest.raises(NoSuchFileError, match=r'There is no file ".*none\.xlsx"'):
        reading(tmp_path / "none.xlsx", "none.xlsx")


def test_a_panic_of_the_reader_is_a_sentence(nasty, reading, monkeypatch, caplog):
    class PanicError(BaseException):
        pass

    def panic(_data):
        raise PanicError("Doe, Jane")

    monkeypatch.setattr("fastexcel.read_excel", panic)
    problem = reading(nasty.workbook(nasty.ROW), "a.xlsx").problems[0]
    assert problem.message == "The file could not be read: something in it is not as it should be."
    assert problem.fix.startswith("Open it, save it under a new name")
    assert "PanicError" in caplog.text
    assert "Doe" not in caplog.text


def test_a_sheet_with_too_many_cells_says_how_many(nasty, reading, monkeypatch):
    monkeypatch.setattr("muster.intake.workbook_look.MOST_CELLS", 40)
    intake = reading(nasty.workbook(*[nasty.ROW] * 20), "a.xlsx")
    assert intake.problems[0].message == 'The sheet "Data" has 105 cells; up to 40 are read.'
    assert intake.problems[0].fix == "Copy the rows with data into a new workbook, or send them in several workbooks."


def test_importing_the_room_imports_no_reader():
    import subprocess
    import sys

    code = (
        "import sys, muster.intake; print([m for m in ('polars', 'fastexcel', 'openpyxl', 'lxml') if m in sys.modules])"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


def test_a_workbook_saved_by_a_stream_is_read(nasty, reading):
    stream = io.BytesIO()
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("Data")
    sheet.append(nasty.NAMES)
    sheet.append(nasty.ROW)
    book.save(stream)
    assert rows_of(reading(stream.getvalue(), "a.xlsx")) == [(2, *nasty.ROW)]


def test_a_hidden_sheet_with_the_data_beside_an_empty_one_is_named(nasty, reading):
    def hide(book):
        book.active.sheet_state = "hidden"
        book.active = book.index(book.create_sheet("Empty"))

    (problem,) = reading(nasty.workbook(nasty.ROW, change=hide), "a.xlsx").problems
    assert problem.message == ('No visible sheet holds the column names of a template, and the sheet "Data" is hidden.')
    assert problem.fix == "Unhide the sheet with the data and save."


def test_the_reader_writes_nothing_to_the_terminal_about_a_sheet_that_is_a_chart(nasty, reading, caplog):
    def chart(book):
        book.create_chartsheet("Chart").add_chart(LineChart())

    assert reading(nasty.workbook(nasty.ROW, change=chart), "a.xlsx").problems == ()
    assert caplog.records == []
