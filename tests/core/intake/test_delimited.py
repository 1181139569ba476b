"""What lines of text come to, with the numbers of the lines."""

from __future__ import annotations

import pytest

from muster.intake.delimited import MOST_COLUMNS, read_named
from muster.intake.stops import StoppedError

JANE = ("CE", "0487", "123456789", "Doe", "Jane", "2025")


def test_lines_are_rows_with_the_files_line_numbers(nasty, reading):
    intake = reading(nasty.tsv(nasty.CE, nasty.CE), "a.tsv")
    assert intake.problems == ()
    assert intake.frame.rows() == [(2, *JANE), (3, *JANE)]
    assert intake.header == {"date": "05/30/2025", "time": "10:00:00", "version": "MT9.1"}
    assert (intake.format, intake.layout.id, intake.rows) == ("tsv", "eoy", 2)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
def test_every_line_end_and_encoding_gives_the_same_rows(nasty, reading, end, encoding):
    text = nasty.tsv(nasty.CE.replace("Doe", "Peña"), "", nasty.CE, end=end).decode()
    intake = reading(text.encode(encoding), "a.tsv")
    assert intake.problems == ()
    assert intake.frame.rows() == [(2, *JANE[:3], "Peña", *JANE[4:]), (4, *JANE)]
    sentence = "The file is not in UTF-8; it was read as Windows-1252. Look whether accented letters came out right."
    assert intake.warnings == ((sentence,) if encoding == "cp1252" else ())


def test_the_last_line_needs_no_end_and_a_mark_of_dos_is_no_row(nasty, reading):
    assert reading(nasty.tsv(nasty.CE)[:-1], "a.tsv").frame.rows() == [(2, *JANE)]
    assert reading(nasty.tsv(nasty.CE) + b"\x1a", "a.tsv").rows == 1


@pytest.mark.parametrize("blank", ["", " ", "\t\t\t\t\t", "\t", " \t\u00a0\t"])
def test_blank_lines_are_no_rows_but_count(nasty, reading, blank):
    intake = reading(nasty.tsv(blank, nasty.CE, blank, blank, nasty.CE, blank), "a.tsv")
    assert intake.problems == ()
    assert intake.frame.rows() == [(3, *JANE), (6, *JANE)]
    assert intake.odd_rows.height == 0


def test_blank_lines_may_stand_above_the_header_record(nasty, reading):
    intake = reading(b"\n\r\n" + nasty.tsv(nasty.CE), "a.tsv")
    assert intake.problems == ()
    assert intake.frame.rows() == [(4, *JANE)]


def test_quotation_marks_are_plain_letters_between_tabs(nasty, reading):
    line = nasty.CE.replace("Doe", '"Doe').replace("Jane", 'J"an"e')
    intake = reading(nasty.tsv(line, nasty.CE), "a.tsv")
    assert intake.frame.row(0) == (2, *JANE[:3], '"Doe', 'J"an"e', "2025")
    assert intake.frame.height == 2


def test_a_row_of_a_wrong_shape_is_put_aside_and_no_column_moves(nasty, reading):
    short, long = "CE\t0487\tx", nasty.CE + "\tmore"
    intake = reading(nasty.tsv(nasty.CE, short, "", long, nasty.CE), "a.tsv")
    assert intake.problems == ()
    assert intake.frame.rows() == [(2, *JANE), (6, *JANE)]
    assert intake.odd_rows.rows() == [(3, 3, short), (5, 7, long)]
    assert intake.rows == 4


def test_rows_whose_columns_even_out_are_odd_all_the_same(nasty, reading):
    intake = reading(nasty.tsv(nasty.CE + "\tmore", nasty.CE.rpartition("\t")[0], nasty.CE), "a.tsv")
    assert [row[0] for row in intake.frame.rows()] == [4]
    assert [row[:2] for row in intake.odd_rows.rows()] == [(2, 7), (3, 5)]


def test_rows_that_all_are_shorter_look_like_an_older_template(nasty, reading, report):
    data = nasty.tsv("CE\t0487\tx\tDoe\tJane", "CE\t0487\ty\tDoe\tJohn")
    intake = reading(data, "a.tsv")
    assert [(one.check, one.row) for one in intake.problems] == [("row-shape", None)]
    assert intake.problems[0].message == (
        "Every row has 5 columns; expected are 6, so it looks like a shorter, older template."
    )
    assert intake.problems[0].fix == (
        "Export the file again with the 6 columns of 2025; no column was moved to make it fit."
    )
    assert (intake.frame.height, intake.odd_rows.height) == (0, 2)
    older = report.model_copy(update={"year": 2023, "columns": report.columns[:-1]})
    message = reading(data, "a.tsv", other_years=[older]).problems[0].message
    assert message == 'Every row has 5 columns; expected are 6, so it looks like the "End of Year" template of 2023.'


def test_rows_that_all_are_longer_look_like_another_template(nasty, reading):
    intake = reading(nasty.tsv(nasty.CE + "\tmore"), "a.tsv")
    assert intake.problems[0].message == ("Every row has 7 columns; expected are 6, so it looks like another template.")


def test_a_hundred_thousand_columns_are_an_odd_row(nasty, reading):
    intake = reading(nasty.tsv(nasty.CE, "x\t" * 99_999 + "x"), "a.tsv")
    assert intake.frame.rows() == [(2, *JANE)]
    assert intake.odd_rows.row(0)[:2] == (3, 100_000)
    assert len(intake.odd_rows.row(0)[2]) == 10_000


def test_a_value_of_ten_million_letters_is_named(nasty, reading):
    intake = reading(nasty.tsv(nasty.CE, nasty.CE.replace("Doe", "x" * (10 << 20))), "a.tsv")
    sentence = "Last Name in row 3 is 10,485,760 characters long; a cell holds 32,767."
    assert [(one.check, one.message, one.row) for one in intake.problems] == [("unreadable", sentence, 3)]
    assert intake.problems[0].fix == "Correct row 3 and send the file again."


# --- with a row of names ------------------------------------------------------------------------------------------------


def test_names_may_stand_in_any_order_below_a_title(nasty, reading, table):
    lines = [
        "Fall,,,,,",
        "",
        "credits earned,CTDS,term,Note,Student Birth-Date,suid",
        "0.50,070516201,1,n,02/29/2008,7",
    ]
    intake = reading("\r\n".join(lines).encode(), "a.csv", layouts=[table])
    assert intake.problems == ()
    assert intake.frame.rows() == [(4, "070516201", "1", "7", "02/29/2008", "0.50")]
    assert intake.format == "csv"
    assert intake.warnings == ('The column "Note" is not part of the template and was ignored.',)


def test_quoted_values_hold_commas_quotes_and_line_ends(nasty, reading, table):
    data = nasty.csv_file(
        '070516201,"1, or 2","say ""x""",02/29/2008,0.50', ",,,,", "", '" ","a\r\nb",3,4,5', "1,2", ",".join("12345")
    )
    intake = reading(data, "a.csv", layouts=[table])
    assert intake.frame.rows() == [
        (2, "070516201", "1, or 2", 'say "x"', "02/29/2008", "0.50"),
        (5, None, "a\r\nb", "3", "4", "5"),
        (7, *"12345"),
    ]
    assert intake.odd_rows.rows() == [(6, 2, "1,2")]


def test_a_quotation_mark_never_closed_is_named(nasty, reading, table):
    data = nasty.csv_file(",".join(nasty.ROW), '"070516201,1,2,3,4', *[",".join(nasty.ROW)] * 9_000)
    intake = reading(data, "a.csv", layouts=[table])
    assert [one.message for one in intake.problems] == [
        "From line 3 on a value goes on for more than 131,072 characters."
    ]
    assert intake.problems[0].fix == "Look for a quotation mark in line 3 that is opened and never closed."


def test_a_line_without_end_is_named(nasty, reading, table):
    data = nasty.csv_file(",".join(nasty.ROW), '"x"' + "," * (5 << 20))
    sentence = "Line 3 is 5,242,885 characters long, which no row of a table is."
    assert [one.message for one in reading(data, "a.csv", layouts=[table]).problems] == [sentence]
    unquoted = reading(data.replace(b'"', b""), "a.csv", layouts=[table])
    assert unquoted.odd_rows.row(0)[:2] == (3, (5 << 20) + 1)


def test_unicode_text_of_excel_is_unquoted(nasty, reading, tabs):
    text = "\t".join(nasty.NAMES) + '\r\n070516201\t"1, ""a"""\t3\t4\t5\r\n'
    intake = reading(text.encode("utf-16"), "a.tsv", layouts=[tabs])
    assert intake.frame.rows() == [(2, "070516201", '1, "a"', "3", "4", "5")]


def test_another_separator_is_named(nasty, reading, table):
    data = nasty.csv_file(",".join(nasty.ROW)).replace(b",", b";")
    intake = reading(data, "a.csv", layouts=[table])
    message = "The file is not separated by commas: its first line is separated by semicolons."
    assert [(one.check, one.message) for one in intake.problems] == [("unreadable", message)]
    intake = reading(b"nothing\nhere\n", "a.csv", layouts=[table])
    assert intake.problems[0].message == "The file is not separated by commas: each line is one column."
    assert intake.problems[0].fix == "Export the file again with its columns separated by commas."


def test_far_too_many_names_are_refused(nasty, reading, table):
    names = ",".join([*nasty.NAMES, *map(str, range(MOST_COLUMNS))])
    intake = reading(f"{names}\n{names}\n".encode(), "a.csv", layouts=[table])
    assert intake.problems[0].message == "The first line has 16,389 columns; the most that can be read is 16,384."


def test_two_layouts_with_separators_of_their_own(nasty, reading, table, tabs):
    either = [
        table.model_copy(update={"extensions": ("txt",)}),
        tabs.model_copy(update={"id": "tabs", "extensions": ("txt",)}),
    ]
    intake = reading(nasty.csv_file(",".join(nasty.ROW)).replace(b",", b"\t"), "a.txt", layouts=either)
    assert intake.layout.id == "tabs"
    assert intake.frame.rows() == [(2, *nasty.ROW)]


# --- damaged text -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"\xef\xbb\xbfHD\t1\nCE\t\xff\n", "The file says it is UTF-8, but line 2 holds bytes that are not UTF-8."),
        (b"HD\t1\nCE\t\x81\n", "Line 2 holds bytes that are no letters in UTF-8, UTF-16 or Windows-1252."),
        (
            "HD\t1\nC".encode("utf-16") + b"\n",
            "Line 2 holds bytes that are no letters in UTF-8, UTF-16 or Windows-1252.",
        ),
        (
            b"\xff\xfeH\x00\t\x00\n\x00\x00\xd8\n\x00",
            "Line 2 holds bytes that are no letters in UTF-8, UTF-16 or Windows-1252.",
        ),
    ],
)
def test_bytes_that_are_no_letters_are_named(reading, data, message):
    intake = reading(data, "a.tsv")
    assert [(one.check, one.message) for one in intake.problems] == [("unreadable", message)]
    assert intake.problems[0].fix == "Export the file again, as text in UTF-8."


def test_a_letter_across_two_pieces_of_a_long_file_is_read(nasty, reading):
    line = nasty.CE.replace("Doe", "Peña")
    data = nasty.tsv(*[line] * 40_000)
    for shift in range(2):
        intake = reading(b"\n" * shift + data, "a.tsv")
        assert (intake.frame.height, intake.warnings) == (40_000, ())


def test_a_file_that_is_too_large_is_refused(nasty, reading, monkeypatch):
    monkeypatch.setattr("muster.intake.reading.MOST_BYTES", 1 << 20)
    intake = reading(nasty.tsv(*[nasty.CE] * 60_000), "a.tsv")
    assert intake.problems[0].message == "The file has 1 MB; files up to 1 MB are read."
    assert intake.problems[0].fix == "Send the rows in several smaller files."


# --- tables read by their names ---------------------------------------------------------------------------------------


def test_a_named_table_is_read_with_its_names():
    found = read_named(b"\xef\xbb\xbfid, name \r\n1,Ann\r\n\r\n2\r\n")
    assert (found.names, found.names_row) == (("id", "name"), 1)
    assert found.frame.rows() == [(2, "1", "Ann")]
    assert found.odd_rows.rows() == [(4, 1, "2")]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "The file is empty."),
        (b"\r\n\r\n", "The file is empty."),
        (b"id,name,id\r\n1,2,3\r\n", 'The column name "id" stands in the first line more than once.'),
    ],
)
def test_a_named_table_that_cannot_be_read_says_why(data, message):
    with pytest.raises(StoppedError) as stopped:
        read_named(data)
    assert str(stopped.value) == message
