import pytest

from muster.model.findings import Coverage
from muster.reporting.text import render_text


@pytest.fixture
def text(collection, state):
    return lambda run, limit=20: "\n".join(render_text(run, collection, state, limit=limit))


@pytest.fixture
def some(finding):
    return [
        *(finding(row) for row in (4, 5, 9, 12, 17, 30)),
        finding(7, rule="XX-F01", column="student", label="Student ID", value=None, message="Student ID is blank", fix="Enter it"),
        finding(7, rule="XX-R02", severity="warning", stops="nothing", column="member", label="Member", value="Y",
                message="Member differs between the rows of student 000000007", fix="Make them agree",
                rows=(7, 8, 9), rows_total=14),
        finding(3, rule="XX-R03", severity="info", stops="signature", message="Late", fix="Ask for an extension"),
    ]  # fmt: skip


def test_whole_report(text, some, make_run, golden):
    coverage = (
        Coverage("XX-R01", "ran", findings=6, not_asked=2),
        Coverage("XX-R04", "skipped", "needs the roster (not loaded)"),
        Coverage("XX-R05", "skipped", "needs the roster (not loaded)"),
        Coverage("XX-R06", "not asked without a database", "it compares with stored rows"),
        Coverage("XX-R07", "asked elsewhere", "a gate of signing"),
        Coverage("XX-R08", "not applicable"),
    )
    run = make_run(some, coverage=coverage, warnings=('The hidden sheet "Old" was not read',))
    golden("reporting/report.txt", text(run) + "\n")


def test_verdict_names_the_rows_not_accepted_and_the_good_ones(text, some, make_run):
    assert text(make_run(some, rows=412)).startswith("7 of 412 rows were not accepted; 405 are good.\n")


def test_verdict_of_one_row(text, finding, make_run):
    assert text(make_run([finding(2)], rows=2)).startswith("1 of 2 rows was not accepted; 1 is good.\n")


def test_verdict_without_findings(text, make_run):
    report = text(make_run())
    assert report.startswith("All 40 rows are good.\n")
    assert "Nothing is stopped." in report
    assert "Every rule that a file can be asked was asked." in report


def test_verdict_of_a_single_good_row(text, make_run):
    assert text(make_run(rows=1)).startswith("The 1 row is good.\n")


def test_verdict_with_warnings_only(text, finding, make_run):
    report = text(make_run([finding(5, severity="warning", stops="nothing")]))
    assert report.startswith("All 40 rows are good; 1 warning to look at.\n")
    assert "Nothing is stopped." in report
    assert "To look at, nothing stops (1 cause)" in report


def test_verdict_of_a_rejected_file_takes_no_row(text, finding, make_run):
    stopping = finding(None, rule="XX-FIL", stops="file", message="The file is not a workbook", fix="Save it as .xlsx")
    report = text(make_run([stopping]))
    assert report.startswith("The file was not accepted: none of its 40 rows can be taken.\n")
    assert "What is stopped: the whole file (1 finding)." in report
    assert "1 finding  The file is not a workbook." in report


@pytest.mark.parametrize(("rows", "words"), [(0, "no row could be taken from it"), (1, "its 1 row cannot be taken")])
def test_verdict_of_a_rejected_file_with_hardly_a_row(text, finding, make_run, rows, words):
    report = text(make_run([finding(None, rule="XX-FIL", stops="file", message="It is empty")], rows=rows))
    assert report.startswith(f"The file was not accepted: {words}.\n")


def test_a_crashed_rule_leaves_no_answer(text, finding, make_run):
    report = text(make_run([finding(4)], crashed=True))
    assert report.startswith("There is no answer: 1 rule could not be asked. So far 1 of 40 rows was not accepted.\n")
    assert "crashed: the rule failed: XX-R09" in report


def test_a_signature_that_is_stopped_is_said_apart_from_rows(text, finding, make_run):
    report = text(make_run([finding(3, stops="signature")]))
    assert "What is stopped: the signature (1 finding)." in report


def test_findings_beyond_the_limit_are_counted(text, some, make_run):
    rest = "shown here; a report as workbook, CSV or JSON holds them all."
    assert f"  The first 2 of 9 are {rest}" in text(make_run(some), limit=2)
    assert f"  The first of 9 is {rest}" in text(make_run(some), limit=1)
    assert rest not in text(make_run(some), limit=9)
    assert "the most important first" not in text(make_run(some), limit=0)


def test_causes_beyond_twenty_are_counted(text, finding, make_run):
    report = text(make_run([finding(row, message=f"Course {row} is unknown") for row in range(2, 30)]))
    assert "Why (28 causes)" in report
    assert "and 8 more causes with 8 findings" in report


def test_a_cause_that_shares_only_the_rule_gives_an_example(text, finding, make_run):
    report = text(make_run([finding(row, value=None, message="The birth date differs") for row in (4, 5)]))
    assert "2 rows  Title of XX-R01; for example: The birth date differs." in report


def test_control_characters_of_a_value_do_not_reach_the_terminal(text, finding, make_run):
    report = text(make_run([finding(4, value="\x1b[2J52\n03", message="Course \x1b[2J52\n03 is unknown")]))
    assert "\x1b" not in report
    assert '"[2J52 03"' in report.replace('" ', '"')


def test_a_long_value_is_cut(text, finding, make_run):
    assert f'"{"7" * 37}..."' in text(make_run([finding(4, value="7" * 500)]))


def test_a_note_of_the_file_is_said_once(text, make_run):
    said = "The column names stand in row 3"
    assert text(make_run(warnings=(said,), notes=(said, "Another note"))).count(f"Note: {said}.") == 1


def test_no_row_accepted_is_said_as_such(text, finding, make_run):
    assert text(make_run([finding(2), finding(3)], rows=2)).startswith("None of the 2 rows was accepted.\n")
    assert text(make_run([finding(2)], rows=1)).startswith("The 1 row was not accepted.\n")


def test_what_stops_a_whole_file_is_said_once(text, finding, make_run):
    stopping = finding(None, rule="XX-FIL", stops="file", message="The file is empty", fix="Export it again")
    report = text(make_run([stopping], rows=0))
    assert report.count("The file is empty.") == 1
    assert "the most important first" not in report


def test_of_many_rules_with_one_reason_the_first_are_named(text, make_run):
    unread = tuple(Coverage(f"XX-F{one:02}", "skipped", "the file could not be read") for one in range(1, 41))
    report = text(make_run(coverage=unread))
    assert "Not checked (40 rules)" in report
    assert "skipped: the file could not be read: XX-F01, XX-F02" in report
    assert "XX-F15 and 25 more" in report
    assert "XX-F16" not in report


def test_a_crashed_rule_tells_whom_to_ask(text, make_run):
    said = "    This is no fault of the file: tell whoever looks after muster which rules these are."
    assert said in text(make_run(crashed=True)).splitlines()
