"""The header record in the first line of a delimited file."""

from __future__ import annotations

import pytest


def problems(intake):
    return [(one.check, one.row, one.column, one.value, one.message, one.fix) for one in intake.problems]


FIX_ALL = "Put the header record above the data: HD, Date, Time, Version."


@pytest.mark.parametrize(
    ("head", "check", "column", "value", "message", "fix"),
    [
        (
            "HD\t05/30/25\t10:00:00\tMT9.1",
            "header-record",
            "date",
            "05/30/25",
            'The Date of the header record in line 1 is "05/30/25", which is not a date MM/DD/YYYY.',
            "Write the Date as a date MM/DD/YYYY.",
        ),
        (
            "HD\t02/30/2025\t10:00:00\tMT9.1",
            "header-record",
            "date",
            "02/30/2025",
            'The Date of the header record in line 1 is "02/30/2025", which is not a date MM/DD/YYYY.',
            "Write the Date as a date MM/DD/YYYY.",
        ),
        (
            "HD\t05/30/2025\t10:00\tMT9.1",
            "header-record",
            "time",
            "10:00",
            'The Time of the header record in line 1 is "10:00", which is not HH:MM:SS.',
            "Write the Time as HH:MM:SS.",
        ),
        (
            "HD\t05/30/2025\t10:00:00",
            "header-record",
            "version",
            None,
            "The Version of the header record in line 1 is missing.",
            "Write the Version (MT9.1).",
        ),
        (
            "HD\t05/30/2025\t10:00:00\tMT10.1",
            "header-variant",
            "version",
            "MT10.1",
            'The Version of the header record in line 1 is "MT10.1", not MT9.1; the file was read all the same.',
            "Write MT9.1, unless the state has announced another Version.",
        ),
        (
            "CE\t05/30/2025\t10:00:00\tMT9.1",
            "header-variant",
            None,
            "CE",
            'The header record in line 1 is marked "CE" instead of "HD"; it was read all the same.',
            'Let the first line begin with "HD".',
        ),
        (
            "hd\t05/30/2025\t10:00:00\tMT9.1",
            "header-variant",
            None,
            "hd",
            'The header record in line 1 is marked "hd" instead of "HD"; it was read all the same.',
            'Let the first line begin with "HD".',
        ),
        (
            "HD\t05/30/2025\t10:00:00\tMT9.1\tmore",
            "header-record",
            None,
            None,
            "The header record in line 1 has 5 columns; it takes 4.",
            "Keep the first 4 columns of line 1.",
        ),
        (
            "Hello",
            "header-record",
            None,
            "Hello",
            'Line 1 begins with "Hello", not with the header record HD.',
            FIX_ALL,
        ),
        (
            "Record Type\tDistrict\tStudent ID\tLast Name\tFirst Name\tEnd Year",
            "header-record",
            None,
            "Record Type",
            'Line 1 begins with "Record Type", not with the header record HD.',
            FIX_ALL,
        ),
    ],
)
def test_a_piece_of_the_header_record_that_is_wrong_is_named(nasty, reading, head, check, column, value, message, fix):
    intake = reading(nasty.tsv(nasty.CE, head=head), "a.tsv")
    assert problems(intake) == [(check, 1, column, value, message, fix)]
    assert [row[0] for row in intake.frame.rows()] == [2]


def test_empty_columns_after_the_header_record_are_no_mistake(nasty, reading):
    assert reading(nasty.tsv(nasty.CE, head=nasty.HD + "\t\t"), "a.tsv").problems == ()


def test_without_a_header_record_the_first_line_is_a_row(nasty, reading):
    intake = reading(nasty.tsv(nasty.CE, head=nasty.CE), "a.tsv")
    sentence = 'Line 1 begins with "CE", not with the header record HD.'
    assert problems(intake) == [("header-record", 1, None, "CE", sentence, FIX_ALL)]
    assert [row[0] for row in intake.frame.rows()] == [1, 2]
    assert intake.header == {}


def test_a_second_header_record_among_the_rows_is_an_odd_row(nasty, reading):
    intake = reading(nasty.tsv(nasty.CE, nasty.HD, nasty.CE), "a.tsv")
    assert intake.odd_rows.rows() == [(3, 4, nasty.HD)]
    assert intake.frame.height == 2


def test_a_layout_without_header_record_begins_with_the_first_line(nasty, reading, report):
    plain = report.model_copy(update={"header_record": None})
    intake = reading(nasty.tsv(nasty.CE, head=nasty.CE), "a.tsv", layouts=[plain])
    assert [row[0] for row in intake.frame.rows()] == [1, 2]


def test_of_two_layouts_without_names_the_one_asked_for_or_of_that_width_is_taken(nasty, reading, report):
    wide = report.model_copy(
        update={"id": "wide", "columns": (*report.columns, report.columns[0].model_copy(update={"name": "more"}))}
    )
    assert reading(nasty.tsv(nasty.CE), "a.tsv", layouts=[wide, report]).layout.id == "eoy"
    assert reading(nasty.tsv(nasty.CE), "a.tsv", layouts=[wide, report], wanted="wide").layout.id == "wide"
