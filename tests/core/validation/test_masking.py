"""One bad value, one finding: no rule is asked about a cell that cannot be used."""

import pytest


@pytest.mark.parametrize(
    "flag",
    [
        "hours IS NULL",
        "COALESCE(hours, 0) = 0",
        "hours IS DISTINCT FROM 2",
        "CONCAT(hours, 'x') = 'x'",
        "GREATEST(hours, 1) = 1",
        "IFNULL(hours, 9) = 9",
        "NOT (hours = 2 AND TRUE) OR hours IS NULL",
    ],
)
@pytest.mark.parametrize("raw", ["two", "99"])
def test_an_unusable_cell_makes_no_other_rule_fire(bench, flag, raw):
    run = bench.run([{"hours": raw}, {"hours": None}], {"id": "XX-A1", "flag": flag, "message": "Fired."})
    assert [one.row for one in run.findings if one.rule == "XX-A1"] in ([3], [])
    assert bench.not_asked(run, "XX-A1") == 1


def test_a_required_cell_that_is_blank_makes_no_other_rule_fire(bench):
    run = bench.run([{"member": None}], {"id": "XX-A1", "flag": "member IS NULL", "message": "Fired."})
    assert bench.said(run) == [(2, "Member is blank.")]


def test_rules_about_other_columns_are_still_asked(bench):
    run = bench.run([{"hours": "two", "fee": "9"}], {"id": "XX-A1", "flag": "fee > 5", "message": "{fee} for {hours}."})
    assert bench.said(run, "XX-A1") == [(2, "9.00 for (unreadable).")]


def test_a_warning_about_a_cell_leaves_it_usable(bench):
    fields = (
        {"id": "XX-FLD", "columns": ["*"], "checks": ["required", "form", "allowed"], "level": "field"},
        {
            "id": "XX-RNG",
            "columns": ["*"],
            "checks": ["range"],
            "level": "field",
            "severity": "warning",
            "stops": "nothing",
        },
    )
    run = bench.run([{"hours": "99"}], {"id": "XX-A1", "flag": "hours > 5", "message": "{hours}"}, field_rules=fields)
    assert bench.said(run, "XX-A1") == [(2, "99")]
    assert bench.not_asked(run, "XX-A1") == 0


def test_an_unusable_key_keeps_a_lookup_from_being_asked(bench):
    activity = bench.layout().column("activity").model_copy(update={"allowed": ("chess",)})
    layout = bench.layout(columns=(*bench.layout().columns[:2], activity, *bench.layout().columns[3:]))
    rules = [
        {"id": "XX-A1", "flag": "NOT catalog.found", "message": "m"},
        {"id": "XX-A2", "flag": "bounds.low IS NULL", "message": "m"},
        {"id": "XX-A3", "flag": "COALESCE(catalog.found, FALSE) = FALSE", "message": "m"},
    ]
    run = bench.run([{"activity": "golf"}], *rules, layout=layout)
    assert bench.said(run) == [(2, 'Activity "golf" is not chess.')]
    assert [bench.not_asked(run, rule["id"]) for rule in rules] == [1, 1, 1]


def test_a_sum_over_an_unusable_cell_is_silent(bench):
    total = bench.lookup(name="total", table="file", on=["member"], columns={"fee": "SUM(fee)", "rows": "COUNT(*)"})
    rules = [
        {"id": "XX-A1", "flag": "total.fee > 2 OR COALESCE(total.fee, 0) = 0", "message": "{total.fee}"},
        {"id": "XX-A2", "flag": "total.rows > 1", "message": "{total.rows} rows."},
    ]
    run = bench.run([{"fee": "2.50"}, {"fee": "1.x"}, {"member": "8", "fee": "3"}], *rules, lookups=[total])
    assert bench.said(run, "XX-A1") == [(4, "3.00")]
    assert bench.not_asked(run, "XX-A1") == 2
    assert bench.said(run, "XX-A2") == [(2, "2 rows."), (3, "2 rows.")]


def test_a_sum_over_rows_that_may_or_may_not_count_is_silent(bench):
    total = bench.lookup(name="total", table="file", on=["member"], where="hours > 1", columns={"fee": "SUM(fee)"})
    rule = {"id": "XX-A1", "flag": "total.fee > 1", "message": "{total.fee}"}
    run = bench.run([{}, {"hours": "x"}, {"member": "8"}], rule, lookups=[total])
    assert bench.said(run, "XX-A1") == [(4, "1.50")]


def test_a_row_with_an_unusable_key_is_in_no_group(bench):
    total = bench.lookup(name="total", table="file", on=["member"], columns={"fee": "SUM(fee)"})
    rule = {"id": "XX-A1", "flag": "total.fee > 1", "message": "{total.fee}"}
    run = bench.run([{}, {"member": "x"}], rule, lookups=[total])
    assert bench.said(run, "XX-A1") == [(2, "1.50")]


def test_a_looked_up_row_of_which_nobody_can_say_whether_it_counts_is_not_missed(bench):
    now = bench.lookup(name="now", table="file", on=["member"], where="hours > 1")
    rule = {"id": "XX-A1", "each": "stored", "flag": "NOT now.found", "message": "{member} is missing."}
    stored = bench.stored({"member": "7"}, {"member": "8"}, {"member": "9"})
    rows = [{"member": "7", "hours": "x"}, {"member": "8", "hours": "1"}]
    run = bench.run(rows, rule, lookups=[now], stored=stored)
    assert bench.said(run, "XX-A1") == [(None, "8 is missing."), (None, "9 is missing.")]


def test_a_looked_up_cell_that_cannot_be_used_makes_nothing_fire(bench):
    now = bench.lookup(name="now", table="file", on=["member"])
    rule = {"id": "XX-A1", "each": "stored", "flag": "COALESCE(now.hours, 0) < hours", "message": "{now.hours}"}
    stored = bench.stored({"member": "7"}, {"member": "8"})
    run = bench.run([{"hours": "x"}, {"member": "8", "hours": "1"}], rule, lookups=[now], stored=stored)
    assert bench.said(run, "XX-A1") == [(None, "1")]
    assert bench.not_asked(run, "XX-A1") == 1


def test_rows_outside_where_are_not_counted_as_not_asked(bench):
    rule = {"id": "XX-A1", "where": "level = 'B'", "flag": "hours > 1", "message": "m"}
    run = bench.run([{"hours": "x"}, {"hours": "x", "level": "B"}, {"level": "C"}], rule)
    assert bench.not_asked(run, "XX-A1") == 2


def test_an_unusable_cell_in_a_derived_table_is_not_asked_about(bench):
    table = bench.table(name="clubs", **{"from": "file"}, per=["club"], columns={"fee": "SUM(fee)"})
    rule = {"id": "XX-A1", "each": "clubs", "flag": "COALESCE(fee, 99) > 1", "at": "club", "message": "{club}: {fee}"}
    run = bench.run([{"fee": "x"}, {"club": "0202"}], rule, tables=[table])
    assert bench.said(run, "XX-A1") == [(3, "0202: 1.50")]
    assert bench.not_asked(run, "XX-A1") == 1
