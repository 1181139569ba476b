import io
from datetime import UTC, datetime
from decimal import Decimal

import openpyxl
import pytest

from muster.errors import MusterError
from muster.intake import read
from muster.model.columns import Column
from muster.reporting.instructions import column_lines, expected
from muster.reporting.templates import write_template

NOW = datetime(2025, 6, 1, 14, 5, 9, tzinfo=UTC)


@pytest.fixture
def template(layout, collection, state):
    def make(**changed):
        stream = io.BytesIO()
        assert write_template(layout.model_copy(update=changed), collection, state, stream, now=NOW) == []
        return openpyxl.load_workbook(stream)

    return make


def lists(sheet):
    return {str(one.sqref): (one.formula1, one.errorStyle, one.error) for one in sheet.data_validations.dataValidation}


def test_the_data_sheet_has_the_published_headers_bold_and_frozen(template, layout):
    book = template()
    sheet = book["Data"]
    assert book.sheetnames == ["Data", "Instructions"]
    assert [cell.value for cell in sheet[1]] == [column.label for column in layout.columns]
    assert all(cell.font.bold for cell in sheet[1])
    assert (sheet.freeze_panes, sheet.max_row, book.active.title) == ("A2", 1, "Data")


def test_code_columns_are_text_and_date_columns_dates(template):
    dimensions = template()["Data"].column_dimensions
    formats = {letter: dimensions[letter].number_format for letter in "ABCDEFG"}
    assert formats == {"A": "@", "B": "@", "C": "mm/dd/yyyy", "D": "@", "E": "@", "F": "0.00", "G": "@"}
    assert dimensions["A"].width >= 12


def test_lists_come_from_allowed_values_booleans_and_small_catalogs(template):
    assert lists(template()["Data"]) == {
        "D2:D1048576": ('"52030010,52030020"', "warning", '"Course No." takes one of the listed values.'),
        "E2:E1048576": ('"1,2"', "stop", '"Term" takes one of the listed values.'),
        "G2:G1048576": ('"Y,N"', "stop", '"Member" takes one of the listed values.'),
    }


def test_a_long_list_stands_on_a_hidden_sheet(template, layout):
    words = tuple(f"Word {number:03}" for number in range(60))
    odd = ("yes, of course", 'the "first"')
    columns = (
        Column(name="one", label="One", allowed=words),
        Column(name="two", label="Two", allowed=odd),
    )
    book = template(columns=columns)
    assert book["Lists"].sheet_state == "veryHidden"
    found = {place: formula for place, (formula, *_) in lists(book["Data"]).items()}
    assert found == {"A2:A1048576": "'Lists'!$A$2:$A$61", "B2:B1048576": "'Lists'!$B$2:$B$3"}
    assert [book["Lists"].cell(row, 1).value for row in (1, 2, 61)] == ["One", words[0], words[-1]]
    assert [book["Lists"].cell(row, 2).value for row in (1, 2, 3)] == ["Two", *odd]


def test_a_layout_without_names_has_nothing_above_the_data(template):
    sheet = template(names_row=False)["Data"]
    assert sheet["A1"].value is None
    assert "E1:E1048576" in lists(sheet)


def test_instructions_come_from_the_layout(template):
    sheet = template(incomplete="Only the first seven columns are known.")["Instructions"]
    found = [[cell for cell in row if cell not in (None, "")] for row in sheet.iter_rows(values_only=True)]
    assert found == [
        ["Students, fiscal year 2025"],
        ["Sample collection, Department of Examples"],
        ["One row a student and course."],
        ["Only the first seven columns are known."],
        [],
        ["Column", "Element", "Required", "As published", "What is expected", "Values", "Comment", "Source"],
        ["A", "School Code", "yes", "Text, 4", "Code, kept as text: leading zeros matter; exactly 4 characters",
         "found: X:1"],
        ["B", "Student ID", "yes", "Code, kept as text: leading zeros matter; exactly 9 characters", "not marked"],
        ["C", "Birth Date", "yes", "MM/DD/YYYY", "Date as MM/DD/YYYY", "type derived"],
        ["D", "Course No.", "Code, kept as text: leading zeros matter; exactly 8 characters",
         "52030010, 52030020", "As in the catalog.", "found: X:4"],
        ["E", "Term", "Code, kept as text: leading zeros matter", "1, 2", "found: X:5"],
        ["F", "Credits", "Number; at most 2 decimal places; 0 or more", "derived"],
        ["G", "Member", "Y or N", "not marked"],
        [],
        ["X: Guide to examples"],
    ]  # fmt: skip


def test_a_catalog_too_long_to_write_out_is_counted(template, state, layout, collection):
    rows = tuple({"number": f"{number:08}"} for number in range(400))
    catalog = state.catalogs[0].model_copy(update={"rows": rows})
    (line,) = [
        one
        for one in column_lines(layout, collection, state.model_copy(update={"catalogs": (catalog,)}))
        if one.element == "Course No."
    ]
    assert line.values == "one of 400 codes of the state's catalog"


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"most": 50}, "Text; at most 50 characters"),
        ({"type": "integer", "minimum": Decimal(1), "maximum": Decimal(52)}, "Whole number; from 1 to 52"),
        ({"type": "integer", "maximum": Decimal(9)}, "Whole number; 9 or less"),
        ({"type": "date", "date_format": "YYYY-MM-DD"}, "Date as YYYY-MM-DD"),
    ],
)
def test_what_is_expected_is_said_in_words(facts, words):
    assert expected(Column(name="one", label="One", **facts)) == words


@pytest.mark.parametrize(
    ("marked", "words"),
    [
        ({"cites": ("S:1", "S:2"), "derived": "length"}, "found: S:1, S:2; length derived"),
        ({"derived": True}, "derived"),
        ({"placeholder": True}, "placeholder"),
        ({}, "not marked"),
    ],
)
def test_where_a_column_is_known_from_is_said(marked, words, layout, collection, state):
    changed = layout.model_copy(update={"columns": (Column(name="one", label="One", **marked),)})
    assert [line.source for line in column_lines(changed, collection, state)] == [words]


def test_a_delimited_template_is_its_header_record_with_columns_beside_it(
    delimited_layout, collection, state, tmp_path, golden
):
    written = write_template(delimited_layout, collection, state, tmp_path / "t.tsv", now=NOW)
    assert written == [tmp_path / "t.tsv", tmp_path / "t-columns.txt"]
    assert written[0].read_bytes() == b"HD\t06/01/2025\t14:05:09\tXX1.0\n"
    golden("reporting/template-columns.txt", written[1].read_text(encoding="utf-8"))


def test_a_delimited_template_with_names(delimited_layout, collection, state, layout):
    stream = io.BytesIO()
    named = delimited_layout.model_copy(update={"names_row": True, "header_record": None, "delimiter": ","})
    assert write_template(named, collection, state, stream, now=NOW) == []
    assert stream.getvalue().decode() == ",".join(column.label for column in layout.columns) + "\n"


def test_a_workbook_template_is_one_file(layout, collection, state, tmp_path):
    assert write_template(layout, collection, state, tmp_path / "t.xlsx", now=NOW) == [tmp_path / "t.xlsx"]
    assert [one.name for one in tmp_path.iterdir()] == ["t.xlsx"]


def test_a_template_that_cannot_be_written_is_one_sentence(layout, collection, state, tmp_path):
    with pytest.raises(MusterError, match="cannot be written: the folder does not exist"):
        write_template(layout, collection, state, tmp_path / "none" / "t.xlsx", now=NOW)


FILLED = ("0201", "000000007", "02/29/2008", "52030010", "1", "0.50", "Y")


def test_a_filled_workbook_template_can_be_read(layout, collection, state, tmp_path):
    (path,) = write_template(layout, collection, state, tmp_path / "t.xlsx", now=NOW)
    book = openpyxl.load_workbook(path)
    book["Data"].append([*FILLED[:2], datetime(2008, 2, 29), *FILLED[3:5], 0.5, "Y"])  # noqa: DTZ001  # a cell has no zone
    book.save(path)
    found = read(path, path.name, [layout])
    assert (found.problems, found.layout, found.sheet) == ((), layout, "Data")
    assert found.frame.drop("credits", "born").rows() == [(2, *FILLED[:2], *FILLED[3:5], "Y")]


def test_a_filled_delimited_template_can_be_read(delimited_layout, collection, state, tmp_path):
    path, _ = write_template(delimited_layout, collection, state, tmp_path / "t.tsv", now=NOW)
    path.write_bytes(path.read_bytes() + "\t".join(FILLED).encode() + b"\n")
    found = read(path, path.name, [delimited_layout])
    assert (found.problems, found.header["version"]) == ((), "XX1.0")
    assert found.frame.rows() == [(2, *FILLED)]


@pytest.mark.parametrize("medium", ["workbook", "delimited"])
def test_an_empty_template_is_recognised_and_has_no_rows(layout, delimited_layout, collection, state, tmp_path, medium):
    chosen, name = (layout, "t.xlsx") if medium == "workbook" else (delimited_layout, "t.tsv")
    path, *_ = write_template(chosen, collection, state, tmp_path / name, now=NOW)
    assert [one.check for one in read(path, path.name, [chosen]).problems] == ["no-rows"]
