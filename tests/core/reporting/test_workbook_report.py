import io
import tracemalloc

import openpyxl
import pytest

from muster.errors import MusterError
from muster.model.findings import Coverage
from muster.reporting import report
from muster.reporting.report import CELL_CHARACTERS, write_report


@pytest.fixture
def book(collection, state):
    def make(run, **options):
        stream = io.BytesIO()
        write_report(run, collection, state, stream, **options)
        return openpyxl.load_workbook(stream)

    return make


def rows(sheet):
    return [[cell for cell in row if cell is not None] for row in sheet.iter_rows(values_only=True)]


def test_two_sheets_say_the_verdict_the_causes_and_every_finding(book, make_run, finding):
    coverage = (
        Coverage("XX-R01", "ran", findings=2, not_asked=3, reason="blank program"),
        Coverage("XX-R04", "skipped", "needs the roster (not loaded)"),
    )
    grouped = finding(
        7, rule="XX-R02", severity="warning", stops="nothing", message="They differ", fix="Make them agree",
        rows=(7, 8), rows_total=14,
    )  # fmt: skip
    made = book(make_run([finding(4), finding(9), grouped], coverage=coverage, notes=("Read as Students",)))
    assert made.sheetnames == ["Causes", "Findings"]
    assert rows(made["Causes"]) == [
        ["2 of 40 rows were not accepted; 38 are good."],
        ["What is stopped: 2 rows (2 findings). 1 finding stops nothing."],
        ["fall.xlsx, 40 rows. Sample collection (xx/sample), fiscal year 2025."],
        ["Read as Students."],
        [],
        list(report.CAUSE_HEADER),
        [2, "Course 52030030 is not in the coherent sequence of school 0201.", "Add it there, or correct the course.",
         "XX-R01", "error", "row", "Course No.", "52030030", "rows 4 and 9"],
        [1, "They differ.", "Make them agree.", "XX-R02", "warning", "nothing", "Course No.", "52030030",
         "rows 7 and 8"],
        [],
        ["Not checked: 1 rule."],
        ["XX-R04: skipped: needs the roster (not loaded)"],
        ["XX-R01: not asked about 3 rows (blank program)"],
    ]  # fmt: skip
    assert rows(made["Findings"])[1:] == [
        ["error", "row", row, "Course No.", "52030030",
         "Course 52030030 is not in the coherent sequence of school 0201.", "Add it there, or correct the course.",
         "XX-R01"] for row in (4, 9)
    ] + [["warning", "nothing", 7, "Course No.", "52030030", "They differ.", "Make them agree.", "XX-R02",
          "7 8 and 12 more"]]  # fmt: skip


def test_headers_stay_in_sight_and_can_be_filtered(book, make_run, finding):
    made = book(make_run([finding(4), finding(9)]))
    assert (made["Findings"].freeze_panes, made["Findings"].auto_filter.ref) == ("A2", "A1:I3")
    assert (made["Causes"].freeze_panes, made["Causes"].auto_filter.ref) == ("A6", "A5:I6")
    assert made["Findings"]["A1"].font.bold
    assert made["Findings"].column_dimensions["F"].width > 60


def test_values_become_neither_formulas_nor_links_nor_numbers(book, make_run, finding):
    values = ["=1+1", "http://example.org/", "00123", "{=A1}"]
    sheet = book(make_run([finding(row, value=value) for row, value in enumerate(values, start=4)]))["Findings"]
    assert [sheet.cell(row, 5).value for row in range(2, 6)] == values
    assert {sheet.cell(row, 5).data_type for row in range(2, 6)} == {"s"}
    assert not any(sheet.cell(row, 5).hyperlink for row in range(2, 6))


def test_a_value_too_long_for_a_cell_is_cut(book, make_run, finding):
    sheet = book(make_run([finding(4, value="7" * 40_000)]))["Findings"]
    assert len(sheet["E2"].value) == CELL_CHARACTERS
    assert sheet["E2"].value.endswith(" ...")


def test_findings_that_do_not_fit_are_counted(book, make_run, finding):
    made = book(make_run([finding(row) for row in range(2, 12)]), most=4)
    said = 'The sheet "Findings" holds the first 4 of 10 findings; 6 did not fit.'
    assert rows(made["Findings"])[-1] == [said]
    assert made["Findings"].max_row == 6
    assert [f"{said} Each cause below counts all of its findings."] in rows(made["Causes"])
    assert rows(made["Causes"])[6][0] == 10


def test_causes_that_do_not_fit_are_counted(book, make_run, finding, monkeypatch):
    monkeypatch.setattr(report, "CAUSES", 3)
    made = book(make_run([finding(row, value=str(row)) for row in range(2, 12)]))
    assert ["7 more causes did not fit."] in rows(made["Causes"])


def test_a_report_without_findings(book, make_run):
    made = book(make_run())
    assert rows(made["Causes"])[0] == ["All 40 rows are good."]
    assert rows(made["Findings"]) == [list(report.FINDING_HEADER)]


def test_the_file_cannot_be_written(make_run, collection, state, tmp_path):
    with pytest.raises(MusterError, match="the folder does not exist"):
        write_report(make_run(), collection, state, tmp_path / "none" / "r.xlsx")


def test_memory_does_not_grow_with_the_findings(make_run, finding, collection, state, tmp_path):
    one = finding(4, message="Course 52030030 is not in the coherent sequence")

    def peak(number):
        run = make_run(lambda: iter([one]), rows=10)
        run.findings.__class__ = type("Many", (type(run.findings),), {
            "__iter__": lambda _: (one for _ in range(number)), "__len__": lambda _: number,
            "causes": lambda _: (),
        })  # fmt: skip
        tracemalloc.start()
        write_report(run, collection, state, tmp_path / "r.xlsx")
        size = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return size

    peak(10)
    assert peak(6_000) < 2 * peak(600)
