from datetime import date
from decimal import Decimal

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

GOOD_COLUMNS = ("club", "member", "activity", "hours", "fee", "joined", "leader", "level", "note")

WRONG = [
    ("club", None, "Club Number is blank."),
    ("club", "01012", "Club Number 01012 has 5 digits; 4 are needed."),
    ("club", "1O1A", 'Club Number "1O1A" holds something other than digits; 4 digits are needed.'),
    ("member", "1234567", "Member has 7 digits; at most 6 are allowed: 1234567"),
    ("member", "١٢", 'Member "١٢" holds something other than digits; only digits are needed.'),
    ("hours", "two", 'Hours per Week "two" is not a whole number.'),
    ("hours", "2.5", 'Hours per Week "2.5" is not a whole number.'),
    ("hours", "٣", 'Hours per Week "٣" is not a whole number.'),
    ("hours", "1 0", 'Hours per Week "1 0" is not a whole number.'),
    ("hours", "99999999999999999999", 'Hours per Week "99999999999999999999" is not a whole number.'),
    ("hours", "-1", "Hours per Week -1 is outside 0 to 60."),
    ("hours", "61", "Hours per Week 61 is outside 0 to 60."),
    ("fee", "1.555", "Fee 1.555 has 3 decimals; at most 2 are allowed."),
    ("fee", "1,50", 'Fee "1,50" is not a number.'),
    ("fee", "1e3", 'Fee "1e3" is not a number.'),
    ("fee", "12345678901234567890", "Fee 12345678901234567890 is too large a number."),
    ("fee", "-0.01", "Fee -0.01 is less than 0."),
    ("joined", "02/30/2029", "Joined On 02/30/2029 is no day of the calendar (MM/DD/YYYY)."),
    ("joined", "02/29/2029", "Joined On 02/29/2029 is no day of the calendar (MM/DD/YYYY)."),
    ("joined", "02/09/08", 'Joined On "02/09/08" is not a date in the form MM/DD/YYYY.'),
    ("joined", "2029-09-01", 'Joined On "2029-09-01" is not a date in the form MM/DD/YYYY.'),
    ("joined", "01/01/0000", "Joined On 01/01/0000 is no day of the calendar (MM/DD/YYYY)."),
    ("leader", "y", 'Leader "y" is not Y or N.'),
    ("level", "C", 'Level "C" is not A or B.'),
    ("note", "x" * 21, f"Note has 21 characters; at most 20 are allowed: {'x' * 21}"),
]


@pytest.mark.parametrize(("column", "raw", "message"), WRONG)
def test_a_wrong_cell_is_one_finding_with_the_value_and_what_is_expected(bench, column, raw, message):
    run = bench.run([{column: raw}])
    [finding] = list(run.findings)
    assert finding.message == message
    assert (finding.rule, finding.row, finding.column, finding.value) == ("XX-FLD", 2, column, raw)
    assert (finding.severity, finding.stops, finding.fix, finding.sheet) == ("error", "row", "Mend it.", "Data")
    assert run.rejected.to_list() == [2]


GOOD_VALUES = [
    ("hours", "0", 0),
    ("hours", "60", 60),
    ("hours", "007", 7),
    ("hours", None, None),
    ("fee", "0", Decimal("0.00")),
    ("fee", ".5", Decimal("0.50")),
    ("fee", "0.30", Decimal("0.30")),
    ("fee", "1234567890123456.78", Decimal("1234567890123456.78")),
    ("joined", "02/29/2028", date(2028, 2, 29)),
    ("leader", "Y", True),
    ("leader", "N", False),
    ("level", "B", "B"),
    ("note", "x" * 20, "x" * 20),
]


@pytest.mark.parametrize(("column", "raw", "value"), GOOD_VALUES)
def test_a_good_cell_becomes_its_typed_value(bench, column, raw, value):
    run = bench.run([{column: raw}])
    assert list(run.findings) == []
    assert run.typed[column].to_list() == [value]


def test_the_good_rows_have_the_declared_types_and_the_template(bench):
    run = bench.run([{}])
    assert run.typed.schema == {
        "_row": pl.Int64,
        "template": pl.String,
        "club": pl.String,
        "member": pl.String,
        "activity": pl.String,
        "hours": pl.Int64,
        "fee": pl.Decimal(18, 2),
        "joined": pl.Date,
        "leader": pl.Boolean,
        "level": pl.String,
        "note": pl.String,
    }
    assert run.typed["template"].to_list() == ["main"]


def test_lost_zeros_are_put_back_with_a_warning_that_shows_both(bench):
    run = bench.run([{"club": "101"}])
    assert bench.said(run) == [(2, "Club Number 101 was read as 0101: the leading zeros were missing.")]
    assert run.typed["club"].to_list() == ["0101"]
    assert run.verdict == "accepted with warnings"


def test_a_repaired_cell_that_is_still_wrong_is_told_once(bench):
    club = bench.layout().column("club").model_copy(update={"pattern": "1[0-9]{3}"})
    layout = bench.layout(columns=(club, *bench.layout().columns[1:]))
    run = bench.run([{"club": "101"}], layout=layout)
    assert bench.said(run) == [(2, 'Club Number "101" does not have the form that is needed.')]


def test_a_recommended_cell_that_is_blank_is_a_warning_and_the_row_goes_in(bench):
    run = bench.run([{"activity": None}])
    assert bench.said(run, "XX-REP") == [(2, "Activity is blank.")]
    assert run.accepted == 1


def test_an_error_cell_is_named_as_such_and_told_once(bench):
    run = bench.run(
        [{"hours": "#N/A"}, {"club": None}], errors=[(2, "hours", "#N/A", "error"), (3, "club", None, "formula")]
    )
    assert [(one.rule, one.message) for one in run.findings] == [
        ("CORE-ERROR-CELL", "Hours per Week holds the spreadsheet error #N/A."),
        ("CORE-ERROR-CELL", "Club Number holds a formula without a stored result."),
    ]
    assert run.rejected.to_list() == [2, 3]


def test_a_state_gives_error_cells_its_own_rule(bench):
    own = {"id": "XX-ERR", "columns": ["*"], "checks": ["error-cell"], "level": "field"}
    run = bench.run([{"note": "#REF!"}], own, errors=[(2, "note", "#REF!", "error")])
    assert [(one.rule, one.message) for one in run.findings] == [("XX-ERR", "Note holds the spreadsheet error #REF!.")]


def test_a_state_may_word_a_field_rule_itself(bench):
    level = {"id": "XX-LVL", "columns": ["level"], "checks": ["allowed"], "level": "field"}
    run = bench.run([{"level": "C"}], level | {"message": "{label}: {value} ({level}) is unknown."})
    assert [(one.rule, one.message) for one in run.findings] == [("XX-LVL", "Level: C (C) is unknown.")]


def test_a_repaired_value_can_be_shown_in_the_states_own_words(bench):
    own = {"id": "XX-ZERO", "columns": ["club"], "checks": ["repaired"], "severity": "warning", "stops": "nothing"}
    run = bench.run([{"club": "1"}], own | {"message": "{value} became {repaired}."})
    assert bench.said(run) == [(2, "1 became 0001.")]


def test_a_long_cell_is_cut_and_control_characters_are_replaced(bench):
    run = bench.run([{"hours": "9\n8\x00" + "x" * 1_000_000}])
    [finding] = list(run.findings)
    assert finding.message == 'Hours per Week "9�8�' + "x" * 75 + '…" is not a whole number.'
    assert len(finding.value) == 80


def test_a_date_column_in_the_other_form(bench):
    joined = bench.layout().column("joined").model_copy(update={"date_format": "YYYY-MM-DD"})
    layout = bench.layout(columns=(*bench.layout().columns[:5], joined, *bench.layout().columns[6:]))
    run = bench.run([{"joined": "2029-09-01"}, {"joined": "09/01/2029"}], layout=layout)
    assert bench.said(run) == [(3, 'Joined On "09/01/2029" is not a date in the form YYYY-MM-DD.')]


def test_a_suspended_field_rule_lets_text_through_and_never_an_unreadable_number(bench):
    fields = [{"id": "XX-FLD", "columns": ["*"], "level": "field", "status": "suspended"}]
    run = bench.run([{"level": "C", "hours": "two"}], field_rules=fields)
    assert [(one.rule, one.column) for one in run.findings] == [("CORE-FORM", "hours")]
    assert bench.coverage(run, "XX-FLD") == ("skipped", "suspended by the agency")


def test_a_field_rule_in_shadow_stops_nothing(bench):
    fields = [{"id": "XX-FLD", "columns": ["*"], "level": "field", "status": "shadow"}]
    run = bench.run([{"level": "C"}], field_rules=fields)
    assert [(one.rule, one.stops) for one in run.findings] == [("XX-FLD", "nothing")]
    assert run.accepted == 1


def test_many_allowed_values_are_counted_and_not_listed(bench):
    level = bench.layout().column("level").model_copy(update={"allowed": tuple("ABDEFGHIJKLM")})
    layout = bench.layout(columns=(*bench.layout().columns[:7], level))
    run = bench.run([{"level": "C"}], layout=layout)
    assert bench.said(run) == [(2, 'Level "C" is not one of the 12 values allowed.')]


def test_one_bad_cell_does_not_hide_the_others_of_its_row(bench):
    run = bench.run([{"hours": "two", "level": "C", "fee": "x"}])
    assert [one.column for one in run.findings] == ["hours", "fee", "level"]


def test_a_column_without_a_field_rule_is_read_all_the_same(bench):
    run = bench.run([{"level": "C", "joined": "soon"}], field_rules=())
    assert [(one.rule, one.column) for one in run.findings] == [("CORE-FORM", "joined")]


def test_a_pattern_that_no_load_check_has_seen_is_a_crash_and_not_a_traceback(bench):
    note = bench.layout().column("note").model_copy(update={"pattern": "[0-9"})
    layout = bench.layout(columns=(*bench.layout().columns[:8], note))
    run = bench.run([{"note": "Ann Example"}], {"id": "XX-A1", "flag": "hours > 1", "message": "m"}, layout=layout)
    said = ("crashed", "the fields could not be read (ComputeError)")
    assert [bench.coverage(run, rule) for rule in ("XX-FLD", "XX-REP", "XX-A1")] == [said] * 3
    assert (run.verdict, run.accepted) == ("no answer", 0)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(row=st.fixed_dictionaries({name: st.none() | st.text(max_size=25) for name in GOOD_COLUMNS}))
def test_whatever_stands_in_the_cells_each_has_one_finding_at_most(bench, row):
    run = bench.run([row])
    found = [one.column for one in run.findings]
    assert sorted(set(found)) == sorted(found)
    assert run.accepted == (0 if any(one.stops == "row" for one in run.findings) else 1)
