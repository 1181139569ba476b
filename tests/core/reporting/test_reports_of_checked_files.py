import io
import json
from datetime import date

import openpyxl
import pytest

from muster.intake import read
from muster.model.collections import Collection
from muster.model.rules import Rule, RuleSet
from muster.model.runs import RunFacts
from muster.reporting.annotated import annotate
from muster.reporting.document import write_json
from muster.reporting.report import write_report
from muster.reporting.text import render_text
from muster.validation import validate

GOOD = ("0201", "000000007", "02/29/2008", "52030010", "1", "0.50", "Y")
BAD = ("0201", "000000008", "02/30/2008", "52030010", "3", "0.50", "Y")
RULES = (
    Rule(id="XX-F01", title="Values are well formed", severity="error", stops="row", level="field", columns=("*",),
         checks=("required", "form", "range", "allowed"), fix="Correct the value", derived=True),
    Rule(id="XX-F02", title="Zeros were put back", severity="warning", stops="nothing", level="field",
         columns=("*",), checks=("repaired", "recommended"), fix="Format the column as text", derived=True),
    Rule(id="XX-R10", title="One row a student and course", severity="error", stops="row", level="cross-record",
         unique=("student", "course"), message="Student {student} has course {course} twice", fix="Keep one row",
         derived=True),
)  # fmt: skip


@pytest.fixture
def checked(layout, delimited_layout, state):
    plain = Collection(
        id="plain", state="xx", title="Plain", key=("student", "course"), organization="school",
        organization_kind="school", person="student", on_existing="update", layouts=(layout, delimited_layout),
        ruleset=RuleSet(rules=RULES),
    )  # fmt: skip
    facts = RunFacts(2025, date(2025, 6, 1), date(2024, 7, 1), date(2025, 6, 30))

    def make(data, name, chosen):
        return validate(read(data, name, [chosen]), plain, facts, state=state, reference={}), plain

    return make


@pytest.fixture
def filled(layout):
    book = openpyxl.Workbook()
    book.active.title = "Data"
    rows = [
        [column.label for column in layout.columns],
        GOOD,
        BAD,
        GOOD,
        [None] * 7,
        ("201", *GOOD[1:3], "52030020", *GOOD[4:]),
    ]
    for row in rows:
        book.active.append(row)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def test_every_report_tells_the_same(checked, filled, layout, state):
    run, collection = checked(filled, "fall.xlsx", layout)
    stream, workbook = io.StringIO(), io.BytesIO()
    write_json(run, collection, state, stream)
    write_report(run, collection, state, workbook)
    document = json.loads(stream.getvalue())
    text = list(render_text(run, collection, state))
    sheets = openpyxl.load_workbook(workbook)
    assert document["summary"]["sentence"] == text[0] == sheets["Causes"]["A1"].value
    assert text[0] == "3 of 4 rows were not accepted; 1 is good."
    assert document["summary"]["rejected"] == 3
    assert len(document["findings"]) == sheets["Findings"].max_row - 1 == len(run.findings)
    assert {one["row"] for one in document["findings"] if one["stops"] == "row"} == {2, 3}
    assert sum(one["findings"] for one in document["causes"]) == len(document["findings"])


def test_the_own_workbook_is_marked_where_the_findings_are(checked, filled, layout, tmp_path):
    run, _ = checked(filled, "fall.xlsx", layout)
    annotate(filled, run, tmp_path / "marked.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "marked.xlsx")["Data"]
    marked = {cell.coordinate for row in sheet.iter_rows() for cell in row if cell.fill.fill_type}
    noted = {cell.coordinate for row in sheet.iter_rows() for cell in row if cell.comment}
    assert noted == marked
    assert noted >= {"C3", "E3", "A6"}
    assert {place[1:] for place in noted} == {"2", "3", "4", "6"}
    assert "(XX-F02)" in sheet["A6"].comment.text


def test_the_marked_workbook_can_be_checked_again(checked, filled, layout, tmp_path):
    run, _ = checked(filled, "fall.xlsx", layout)
    annotate(filled, run, tmp_path / "marked.xlsx")
    again, _ = checked(tmp_path / "marked.xlsx", "marked.xlsx", layout)
    assert (again.intake.sheet, again.rows, again.accepted) == ("Data", run.rows, run.accepted)
    assert [one.fingerprint for one in again.findings] == [one.fingerprint for one in run.findings]


def test_a_row_of_another_shape_stands_on_its_line(checked, delimited_layout, tmp_path):
    lines = ("HD\t06/01/2025\t09:00:00\tXX1.0", "\t".join(GOOD), "0201\t000000009")
    run, _ = checked("\n".join(lines).encode(), "fall.tsv", delimited_layout)
    annotate(b"", run, tmp_path / "marked.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "marked.xlsx")["Data"]
    assert [cell.value for cell in sheet[3]][:2] == [3, "0201\t000000009"]
    assert sheet["B3"].comment.text.startswith("Error: ")


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04 broken", b"HD\t1"])
def test_a_file_that_cannot_be_read_has_every_report(checked, layout, state, tmp_path, data):
    run, collection = checked(data, "fall.xlsx", layout)
    stream = io.StringIO()
    write_json(run, collection, state, stream)
    write_report(run, collection, state, tmp_path / "report.xlsx")
    said = annotate(data, run, tmp_path / "marked.xlsx").sentences
    assert json.loads(stream.getvalue())["summary"]["verdict"] == "file rejected"
    assert next(render_text(run, collection, state)) == "The file was not accepted: no row could be taken from it."
    assert said == ("The rows of the file could not be read; the workbook holds the findings only.",)
