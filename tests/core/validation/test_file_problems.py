from dataclasses import replace

import polars as pl
import pytest

from muster.model.intake import Problem

BROKEN = Problem("unreadable", "The file is no workbook.", "Save it as .xlsx.", value="clubs.xlsx")


def bad(bench, *problems):
    """Return what reading yields when no layout was recognised."""
    return replace(bench.intake([], problems=problems), layout=None, frame=pl.DataFrame(), odd_rows=pl.DataFrame())


@pytest.mark.parametrize("check", ["unreadable", "template", "no-rows", "header-record"])
def test_a_problem_with_the_whole_file_stops_it(bench, check):
    problem = Problem(check, "Something is wrong.", "Do this.")
    run = bench.run([], {"id": "XX-A1", "flag": "hours > 1", "message": "m"}, intake=bad(bench, problem))
    [finding] = list(run.findings)
    assert (finding.rule, finding.message, finding.fix) == (f"CORE-{check.upper()}", "Something is wrong.", "Do this.")
    assert (finding.stops, finding.row, finding.sheet) == ("file", None, None)
    assert run.verdict == "file rejected"
    assert bench.coverage(run, "XX-A1") == ("skipped", "the file could not be read")
    assert bench.coverage(run, "XX-FLD") == ("skipped", "the file could not be read")


def test_a_state_binds_a_rule_of_its_own(bench):
    rules = [
        {"id": "XX-F1", "file": "unreadable", "stops": "file", "level": "file"},
        {"id": "XX-F2", "file": "template", "stops": "file", "level": "file"},
        {"id": "XX-F3", "file": "header-record", "stops": "file", "level": "file"},
        {"id": "XX-F4", "file": "window", "stops": "file", "level": "file", "when": ["upload"]},
    ]
    run = bench.run([], *rules, intake=bad(bench, BROKEN))
    assert [(one.rule, one.value) for one in run.findings] == [("XX-F1", "clubs.xlsx")]
    assert bench.coverage(run, "XX-F1") == ("ran", "")
    assert bench.coverage(run, "XX-F2") == ("skipped", "the file could not be read")
    assert bench.coverage(run, "XX-F4") == ("not asked without a database", "asked when the file is uploaded")
    good = bench.run([{}], *rules)
    assert [bench.coverage(good, f"XX-F{number}")[0] for number in (1, 2, 3)] == ["ran", "ran", "not applicable"]
    assert bench.coverage(good, "XX-F3") == ("not applicable", "the layout has no header record")


def test_an_unusual_header_is_a_warning_and_the_rows_go_in(bench):
    run = bench.run([], intake=bench.intake([{}], problems=[Problem("header-variant", "Version 8.", "Nothing.")]))
    assert [(one.severity, one.stops, one.message) for one in run.findings] == [("warning", "nothing", "Version 8.")]
    assert (run.verdict, run.accepted) == ("accepted with warnings", 1)


def test_a_row_of_another_shape_is_rejected_with_its_number(bench):
    run = bench.run([{}], odd=[(9, 3, "a\tb\tc")])
    [finding] = list(run.findings)
    assert (finding.rule, finding.row, finding.message) == (
        "CORE-ROW-SHAPE",
        9,
        "The row has 3 columns; the layout has 9.",
    )
    assert (run.rows, run.accepted, run.rejected.to_list()) == (2, 1, [9])


def test_a_row_of_another_shape_is_told_once_when_the_reader_told_it(bench):
    problem = Problem("row-shape", "Row 9 has 3 columns.", "Mend it.", row=9)
    run = bench.run([], intake=bench.intake([{}], odd=[(9, 3, "a")], problems=(problem,)))
    assert bench.said(run) == [(9, "Row 9 has 3 columns.")]
    assert run.rejected.to_list() == [9]


def test_upload_decides_window_permission_and_seen_before(bench):
    rule = {"id": "XX-F4", "file": "window", "stops": "file", "level": "file", "when": ["upload"]}
    seen = rule | {"id": "XX-F6", "file": "seen-before", "stops": "nothing", "severity": "warning"}
    problem = Problem("window", "The window closed on 03/01/2030.", "Ask for an extension.")
    run = bench.run(
        [], rule, seen, intake=bench.intake([{"hours": "x"}], problems=(problem,)), facts={"when": "upload"}
    )
    assert [one.rule for one in run.findings] == ["XX-F4", "XX-FLD"]
    assert (run.verdict, run.accepted, run.rejected.to_list()) == ("file rejected", 0, [2])
    assert bench.coverage(run, "XX-F6") == ("ran", "")


def test_a_check_that_was_not_made_is_said(bench):
    rule = {"id": "XX-F6", "file": "seen-before", "stops": "nothing", "level": "file", "when": ["upload"]}
    run = bench.run([{}], rule, facts={"when": "upload"}, skip=frozenset(["seen-before"]))
    assert bench.coverage(run, "XX-F6") == ("skipped", "not asked in this run")


def test_a_form_is_no_file(bench):
    rules = [
        {"id": "XX-F1", "file": "unreadable", "stops": "file", "level": "file", "when": ["validate", "write"]},
        {"id": "XX-A1", "flag": "hours > 1", "message": "m"},
    ]
    run = bench.run([], *rules, intake=bench.intake([{}], format="form", sheet=None), facts={"when": "write"})
    assert bench.coverage(run, "XX-F1") == ("not applicable", "typed into a form, not sent as a file")
    assert bench.said(run) == [(2, "m")]


def test_the_readers_remarks_are_notes_of_the_run(bench):
    run = bench.run([], intake=bench.intake([{}], warnings=("A hidden sheet was left out.",)))
    assert run.notes == ("A hidden sheet was left out.",)


def test_a_file_without_rows_is_validated_all_the_same(bench):
    run = bench.run(
        [], {"id": "XX-C1", "unique": "*", "message": "m"}, {"id": "XX-A1", "flag": "NOT catalog.found", "message": "m"}
    )
    assert (run.rows, run.accepted, len(run.findings)) == (0, 0, 0)
    assert [one.status for one in run.coverage] == ["ran"] * 4


def test_a_row_of_another_shape_is_never_stored_whatever_its_rule_stops(bench):
    rule = {"id": "XX-F3", "file": "row-shape", "stops": "nothing", "severity": "warning", "level": "file"}
    run = bench.run([{}], rule, odd=[(9, 3, "a")])
    assert [(one.rule, one.stops) for one in run.findings] == [("XX-F3", "nothing")]
    assert (run.verdict, run.rejected.to_list()) == ("rows rejected", [9])
