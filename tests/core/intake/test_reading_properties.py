"""Whatever is written comes back, and whatever is sent is survived."""

from __future__ import annotations

import io

import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

quick = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])

LETTERS = st.characters(
    codec="utf-8", exclude_categories=("Cs", "Cc", "Zs", "Zl", "Zp"), exclude_characters="\ufeff\u200b"
)
WORD = st.text(LETTERS, min_size=1, max_size=12)
TABLE = st.lists(st.lists(st.none() | WORD, min_size=5, max_size=5), min_size=1, max_size=8)


def expected(table, first):
    return [(row, *values) for row, values in enumerate(table, start=first) if any(values)]


def lines(table, separator):
    return "".join(separator.join(value or "" for value in values) + "\n" for values in table)


@quick
@given(table=TABLE, encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16-le"]))
def test_a_table_comes_back_from_tab_separated_text(nasty, reading, tabs, table, encoding):
    text = "\t".join(nasty.NAMES) + "\n" + lines(table, "\t")
    if encoding == "utf-16-le":
        text = "\ufeff" + text.replace('"', "'")
        table = [[value and value.replace('"', "'") for value in values] for values in table]
    intake = reading(text.encode(encoding), "a.tsv", layouts=[tabs])
    assert intake.frame.rows() == expected(table, 2)
    assert intake.odd_rows.height == 0


@quick
@given(table=TABLE)
def test_a_table_comes_back_from_comma_separated_text(nasty, reading, table, request):
    quoted = [[value and '"' + value.replace('"', '""') + '"' for value in values] for values in table]
    text = ",".join(nasty.NAMES) + "\n" + lines(quoted, ",")
    intake = reading(text.encode(), "a.csv", layouts=[request.getfixturevalue("table")])
    assert intake.frame.rows() == expected(table, 2)


@quick
@given(table=TABLE)
def test_a_table_comes_back_from_a_workbook(nasty, reading, table):
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    sheet = book.add_worksheet("Data")
    for number, values in enumerate([nasty.NAMES, *table]):
        for place, value in enumerate(values):
            if value:
                sheet.write_string(number, place, value)
    book.close()
    intake = reading(stream.getvalue(), "a.xlsx")
    assert intake.frame.rows() == expected(table, 2)


@quick
@given(rows=st.lists(st.lists(WORD, min_size=1, max_size=8), min_size=1, max_size=8))
def test_ragged_lines_lose_no_row_and_move_no_column(nasty, reading, tabs, rows):
    text = "\t".join(nasty.NAMES) + "\n" + "".join("\t".join(values) + "\n" for values in rows)
    intake = reading(text.encode(), "a.tsv", layouts=[tabs])
    even = [(number, *values) for number, values in enumerate(rows, start=2) if len(values) == 5]
    odd = [(number, len(values), "\t".join(values)) for number, values in enumerate(rows, start=2) if len(values) != 5]
    assert intake.frame.rows() == even
    assert intake.odd_rows.rows() == odd


@quick
@given(data=st.binary(max_size=400), name=st.sampled_from(["a.tsv", "a.xlsx", "a.xls"]))
def test_any_bytes_are_survived(reading, data, name):
    intake = reading(data, name)
    assert intake.problems or intake.rows
    assert all(one.message.endswith(".") and one.fix.endswith(".") for one in intake.problems)


@quick
@given(
    name=st.sampled_from(["a.xlsx", "a.xls", "a.tsv"]),
    changes=st.lists(st.tuples(st.floats(0, 1), st.integers(0, 255)), min_size=1, max_size=8),
    keep=st.floats(0.5, 1),
)
def test_a_file_spoiled_anywhere_is_survived(nasty, reading, name, changes, keep):
    makers = {"a.xlsx": nasty.workbook, "a.xls": nasty.xls, "a.tsv": lambda row: nasty.tsv("\t".join(row))}
    data = bytearray(makers[name](nasty.ROW))
    for place, value in changes:
        data[min(len(data) - 1, int(place * len(data)))] = value
    intake = reading(bytes(data[: int(keep * len(data))]), name)
    assert intake.problems or intake.rows
    assert all(one.message.endswith(".") for one in intake.problems)
