import csv
import io
import re

import pytest
from lxml import etree

from muster.model.findings import Coverage
from muster.reporting.junit import write_junit
from muster.reporting.table import HEADER, write_csv


def lines(run):
    stream = io.StringIO(newline="")
    write_csv(run, stream)
    return list(csv.DictReader(io.StringIO(stream.getvalue(), newline="")))


def suite(run, collection):
    stream = io.StringIO()
    write_junit(run, collection, stream)
    return etree.fromstring(stream.getvalue().encode())


def case(suite, rule):
    return next(one for one in suite if one.get("name").split()[0] == rule)


def test_csv_has_a_line_for_each_finding(make_run, finding):
    grouped = finding(7, stops="nothing", severity="warning", rows=(7, 8), rows_total=14)
    first, second = lines(make_run([grouped, finding(4)]))
    assert tuple(first) == HEADER
    assert first == {
        "severity": "error", "stops": "row", "rule": "XX-R01", "sheet": "Data", "row": "4", "rows": "",
        "column": "course", "label": "Course No.", "value": "52030030",
        "message": "Course 52030030 is not in the coherent sequence of school 0201.",
        "fix": "Add it there, or correct the course.", "fingerprint": "f4",
    }  # fmt: skip
    assert (second["row"], second["rows"]) == ("7", "7 8 and 12 more")


@pytest.mark.parametrize("value", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1"])
def test_csv_cells_are_never_formulas(make_run, finding, value):
    (line,) = lines(make_run([finding(4, value=value, message=f"{value} is not a course")]))
    assert line["value"] == f"'{value}"
    assert line["message"].startswith("'")


def test_csv_keeps_other_values_as_they_are(make_run, finding):
    (line,) = lines(make_run([finding(4, value='0"1,\n2')]))
    assert line["value"] == '0"1,\n2'


def test_junit_has_a_case_for_each_rule(make_run, finding, collection):
    coverage = (
        Coverage("XX-R01", "ran", findings=2),
        Coverage("XX-R02", "ran", findings=1),
        Coverage("XX-R03", "ran"),
        Coverage("XX-R04", "skipped", "needs the roster (not loaded)"),
        Coverage("XX-R05", "crashed", "the rule failed"),
        Coverage("XX-R06", "not applicable"),
    )
    warning = finding(7, rule="XX-R02", severity="warning", stops="nothing")
    report = suite(make_run([finding(4), finding(9), warning], coverage=coverage), collection)
    assert dict(report.attrib) == {
        "name": "xx/sample 2025", "failures": "1", "errors": "1", "skipped": "2", "tests": "6"
    }  # fmt: skip
    failed = case(report, "XX-R01")
    assert failed.get("name") == "XX-R01 The course is in the sequence"
    assert (failed[0].get("message"), failed[0].text) == ("2 findings", "rows 4 and 9")
    assert case(report, "XX-R02")[0].text == "Stops nothing: 1 finding"
    assert len(case(report, "XX-R03")) == 0
    assert case(report, "XX-R04")[0].get("message") == "skipped: needs the roster (not loaded)"
    assert case(report, "XX-R05")[0].get("message") == "The rule failed and could not be asked"
    assert case(report, "XX-R06")[0].get("message") == "not applicable"


def test_junit_names_a_file_that_was_rejected(make_run, finding, collection):
    report = suite(make_run([finding(None, rule="XX-FIL", stops="file", column=None)]), collection)
    assert case(report, "XX-FIL")[0].text == "the file as a whole"


def test_junit_lists_fifty_rows_and_counts_the_rest(make_run, finding, collection):
    report = suite(make_run([finding(row) for row in range(2, 62)], rows=80), collection)
    assert case(report, "XX-R01")[0].text.endswith(", 51 and 10 more")


def test_junit_has_a_case_for_findings_of_a_plugin_hook(make_run, finding, collection):
    report = suite(make_run([finding(3, rule="PACK-01")]), collection)
    assert case(report, "PACK-01").get("name") == "PACK-01"
    assert case(report, "PACK-01")[0].get("message") == "1 finding"


def test_junit_holds_no_value_of_a_row(make_run, finding, collection):
    secret = finding(4, value="Zebulon", message="Zebulon is not known", fix="Correct Zebulon", label="Zebulon")
    stream = io.StringIO()
    write_junit(make_run([secret]), collection, stream)
    assert not re.search("zebulon", stream.getvalue(), re.IGNORECASE)
