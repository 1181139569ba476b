"""The headers decide which layout a file follows, and a wrong file is told what it looks like."""

from __future__ import annotations

import pytest

from muster.intake import read
from muster.intake.headers import fold


def one_problem(intake):
    (problem,) = intake.problems
    assert intake.layout is None
    return problem.check, problem.message, problem.fix


@pytest.mark.parametrize(
    ("name", "same"),
    [
        ("Student's Birth Date", "STUDENT BIRTH-DATE"),
        ("Student\u2019s  BirthDate", "student birthdate"),
        ("Educator's ID", "Educator ID"),
        ("EDUCATOR'S_ID", "Educator\u2019s ID"),
        ("Minutes/Week", "minutes week"),
        (" CTDS ", "ctds"),
    ],
)
def test_names_are_the_same_whatever_their_case_punctuation_and_spaces(name, same):
    assert fold(name) == fold(same)


def test_headers_in_any_order_case_and_other_words(nasty, reading):
    names = ["credits-earned", "STATE student id", "Student birthdate", "term", "C.T.D.S."]
    intake = reading(nasty.workbook(["0.5", "7", "02/29/2008", "1", "070516201"], names=names), "a.xlsx")
    assert intake.problems == ()
    assert intake.frame.rows() == [(2, "070516201", "1", "7", "02/29/2008", "0.5")]


def test_extra_columns_are_ignored_with_a_warning(nasty, reading):
    intake = reading(nasty.workbook([*nasty.ROW, "x"], names=[*nasty.NAMES, "Note"]), "a.xlsx")
    assert intake.frame.rows() == [(2, *nasty.ROW)]
    assert intake.warnings == ('The column "Note" is not part of the template and was ignored.',)
    many = reading(nasty.workbook(nasty.ROW, names=[*nasty.NAMES, *"uvwxyz"]), "a.xlsx")
    assert many.warnings == (
        'The columns "u", "v", "w", "x", "y" and 1 more are not part of the template and were ignored.',
    )


def test_a_row_with_values_only_in_extra_columns_is_no_row(nasty, reading):
    data = nasty.workbook([*nasty.ROW, "x"], [None] * 5 + ["total"], names=[*nasty.NAMES, "Note"])
    assert [row[0] for row in reading(data, "a.xlsx").frame.rows()] == [2]


def test_the_headers_decide_between_two_layouts(nasty, reading):
    assert reading(nasty.workbook(nasty.ROW), "a.xlsx").layout.id == "plain"
    names = [*nasty.NAMES, "College CTDS"]
    assert reading(nasty.workbook(nasty.ROW, names=names), "a.xlsx").layout.id == "college"
    assert reading(nasty.workbook(nasty.ROW, names=names), "a.xlsx", wanted="college").problems == ()


def test_another_layout_than_the_one_asked_for_is_named(nasty, reading):
    names = [*nasty.NAMES, "College CTDS"]
    assert one_problem(reading(nasty.workbook(nasty.ROW, names=names), "a.xlsx", wanted="plain")) == (
        "template",
        'The column names in row 1 are those of the "College" template, but "Plain" was asked for.',
        'Choose the layout "college", or send a file made from "Plain".',
    )


def test_a_column_given_twice_is_named(nasty, reading):
    assert one_problem(reading(nasty.workbook(nasty.ROW, names=[*nasty.NAMES, "suid"]), "a.xlsx")) == (
        "template",
        'The column name "suid" stands in row 1 more than once.',
        "Keep the column that holds the data and delete the other or rename it.",
    )


def test_a_missing_column_is_named(nasty, reading):
    assert one_problem(
        reading(nasty.workbook(nasty.ROW, names=["CTDS", "Term", "SUID", "x", "Credits Earned"]), "a.xlsx")
    ) == (
        "template",
        'The column "Student\'s Birth Date" of the "Plain" template of 2021 is missing from row 1.',
        "Add it, or copy the rows into the template of 2021.",
    )
    check, message, fix = one_problem(reading(nasty.workbook(nasty.ROW, names=["CTDS", "Term", "x"]), "a.xlsx"))
    assert check == "template"
    assert message == (
        'The columns "SUID", "Student\'s Birth Date" and "Credits Earned" of the "Plain" template of 2021 '
        "are missing from row 1."
    )
    assert fix == "Add them, or copy the rows into the template of 2021."


def test_what_is_missing_is_told_of_the_layout_asked_for(nasty, reading):
    data = nasty.workbook(nasty.ROW, names=nasty.NAMES[:4])
    assert (
        '"College CTDS" of the "College" template'
        in one_problem(reading(data, "a.xlsx", wanted="college", other_years=[]))[1]
    )


def test_last_years_template_is_recognised(nasty, reading):
    assert one_problem(reading(nasty.workbook(nasty.ROW[:4], names=nasty.NAMES[:4]), "a.xlsx")) == (
        "template",
        'The column names in row 1 are those of the "Plain" template of 2020, not of 2021.',
        "Copy the rows into the template of 2021, or choose the year 2020.",
    )


def test_next_years_template_is_recognised_by_its_added_column(nasty, reading, plain):
    added = plain.columns[0].model_copy(update={"name": "kind", "label": "Student Type"})
    later = plain.model_copy(update={"year": 2022, "columns": (*plain.columns, added)})
    data = nasty.workbook([*nasty.ROW, "x"], names=[*nasty.NAMES, "Student type"])
    assert one_problem(reading(data, "a.xlsx", layouts=[plain], other_years=[later]))[1] == (
        'The column names in row 1 are those of the "Plain" template of 2022, not of 2021.'
    )


def test_a_year_with_the_same_columns_disturbs_nobody(nasty, reading, plain):
    earlier = plain.model_copy(update={"year": 2019})
    intake = reading(nasty.workbook(nasty.ROW), "a.xlsx", layouts=[plain], other_years=[earlier])
    assert (intake.problems, intake.layout.year) == ((), 2021)


def test_names_below_the_twentieth_row_are_not_looked_for(nasty, reading):
    rows = [["title"]] * 19
    assert reading(nasty.workbook(*rows[:18], nasty.NAMES, nasty.ROW, names=["t"]), "a.xlsx").frame.rows()[0][0] == 21
    check, message, fix = one_problem(reading(nasty.workbook(*rows, nasty.NAMES, nasty.ROW, names=["t"]), "a.xlsx"))
    assert check == "template"
    assert message == 'No row among the first 20 holds the column names of a template ("Plain", "College").'
    assert fix == "Put the names of the template's columns into the first row, above the data."


def test_a_file_of_another_kind_is_told_which_kinds_are_taken(reading):
    check, message, fix = one_problem(reading(b"x", "a.docx"))
    assert (check, message) == (
        "unreadable",
        'The file is named "a.docx", but this collection takes .xls or .xlsx files.',
    )
    assert fix == "Save or export it as .xlsx and send that file."
    assert one_problem(reading(b"x", "noname"))[1] == (
        'The file is named "noname", but this collection takes .xls or .xlsx files.'
    )


def test_a_file_of_another_collection_is_told_its_template(nasty, plain):
    other = plain.model_copy(
        update={
            "id": "tests",
            "title": "Tests",
            "columns": tuple(
                one.model_copy(update={"label": f"Test {one.label}", "also": (), "name": f"test_{one.name}"})
                for one in plain.columns
            ),
        }
    )
    names = [one.label for one in other.columns]
    data = nasty.workbook(nasty.ROW[: len(names)], names=names)
    (problem,) = read(data, "a.xlsx", [plain], other_years=[other]).problems
    assert problem.message == (
        'The column names in row 1 are those of the "Tests" template, which belongs to another collection.'
    )
    assert problem.fix == f'Send the file to that collection, or send a file made from "{plain.title}".'
