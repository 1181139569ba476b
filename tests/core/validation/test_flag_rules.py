import polars as pl
import pytest

LIMITS = {
    "id": "XX-R1",
    "flag": "hours NOT BETWEEN bounds.low AND bounds.high",
    "message": "{hours} hours; {catalog.kind} clubs take {bounds.low} to {bounds.high}.",
}


@pytest.mark.parametrize(
    ("hours", "said"),
    [
        ("0", [(2, "0 hours; table clubs take 1 to 4.")]),
        ("1", []),
        ("4", []),
        ("5", [(2, "5 hours; table clubs take 1 to 4.")]),
        (None, []),
    ],
)
def test_a_chain_of_lookups_gives_the_bounds(bench, hours, said):
    assert bench.said(bench.run([{"hours": hours}], LIMITS), "XX-R1") == said


def test_the_finding_points_at_the_first_own_column_of_the_flag(bench):
    [finding] = list(bench.run([{"hours": "9"}], LIMITS).findings)
    assert (finding.column, finding.label, finding.value) == ("hours", "Hours per Week", "9")


def test_a_flag_without_own_columns_points_at_the_last_key_of_its_last_lookup(bench):
    rule = {"id": "XX-X1", "flag": "template = 'main' AND NOT bounds.found", "message": "No limits for {activity}."}
    reference = {
        "activities": pl.DataFrame({"activity": ["chess"], "kind": ["table"]}),
        "limits": pl.DataFrame(schema={"kind": pl.String, "low": pl.Int64, "high": pl.Int64}),
    }
    [finding] = list(bench.run([{}], rule, reference=reference).findings)
    assert (finding.column, finding.value, finding.message) == ("activity", "chess", "No limits for chess.")


def test_at_says_where_the_finding_points(bench):
    rule = {"id": "XX-R2", "flag": "hours > 4", "at": "fee", "message": "Too long."}
    [finding] = list(bench.run([{"hours": "9"}], rule).findings)
    assert (finding.column, finding.label, finding.value) == ("fee", "Fee", "1.50")


def test_a_blank_is_neither_true_nor_false(bench):
    rules = [
        {"id": "XX-A", "flag": "hours > 1", "message": "a"},
        {"id": "XX-B", "flag": "NOT (hours > 1)", "message": "b"},
        {"id": "XX-C", "flag": "level <> 'B'", "message": "c"},
        {"id": "XX-D", "flag": "hours IS NULL OR hours = 0", "message": "Hours are blank or 0."},
    ]
    run = bench.run([{"hours": None, "level": None}], *rules)
    assert bench.said(run) == [(2, "Hours are blank or 0.")]


@pytest.mark.parametrize(
    ("flag", "row"),
    [
        ("fee = 0.30", {"fee": "0.3"}),
        ("fee = 0.10 + 0.20", {"fee": ".30"}),
        ("fee > 1.995", {"fee": "2.00"}),
        ("fee >= 2", {"fee": "2"}),
        ("hours / 4 = 0.5", {"hours": "2"}),
        ("joined = DATE '2029-09-01'", {}),
        ("joined + INTERVAL '1 years' = DATE '2029-02-28'", {"joined": "02/29/2028"}),
        ("EXTRACT(MONTH FROM joined) = 9", {}),
        ("activity ILIKE 'CH%'", {}),
        ("activity ~ '^ch'", {}),
        ("STARTS_WITH(activity, 'ch')", {}),
        ("note IS DISTINCT FROM activity", {}),
        ("joined < run.year_end AND run.year = 2030", {}),
        ("run.organization IS NULL", {}),
        ("leader", {"leader": "Y"}),
        ("NOT leader", {}),
    ],
)
def test_an_expression_means_what_it_says(bench, flag, row):
    assert bench.said(bench.run([row], {"id": "XX-R2", "flag": flag, "message": "It is so."})) == [(2, "It is so.")]


@pytest.mark.parametrize(
    "flag", ["fee = 0.31", "NOT leader AND leader", "note IN ('x', NULL)", "note NOT IN ('x', NULL)"]
)
def test_an_expression_that_is_not_true_says_nothing(bench, flag):
    run = bench.run([{"note": "y"}], {"id": "XX-R2", "flag": flag, "message": "It is so."})
    assert bench.said(run) == []


def test_an_expression_of_constants_is_asked_of_every_row(bench):
    run = bench.run([{}, {}], {"id": "XX-R2", "flag": "run.year = 2030", "message": "{run.year}."})
    assert bench.said(run) == [(2, "2030."), (3, "2030.")]


def test_where_picks_the_rows_that_are_asked(bench):
    rule = {"id": "XX-R2", "where": "level = 'B'", "flag": "hours > 1", "message": "Too long for {level}."}
    assert bench.said(bench.run([{"level": "A"}, {"level": "B"}, {"level": None}], rule)) == [(3, "Too long for B.")]


def test_settings_and_facts_of_the_run_are_columns(bench):
    rule = {
        "id": "XX-R2",
        "flag": "fee > settings.most AND joined < run.file_date",
        "message": "{fee} is over {settings.most} on {run.file_date} ({leader}, {note}).",
    }
    from decimal import Decimal

    run = bench.run([{"fee": "2.01"}, {"fee": "2.00"}], rule, settings=[bench.setting("most", Decimal("2.00"))])
    assert bench.said(run) == [(2, "2.01 is over 2.00 on 03/01/2030 (N, (blank)).")]


def test_dates_are_written_as_the_state_writes_them(bench):
    rule = {"id": "XX-R2", "flag": "hours > 1", "message": "{joined}"}
    run = bench.run([{}], rule, state={"date_format": "DD.MM.YYYY"})
    assert bench.said(run) == [(2, "01.09.2029")]


def test_a_flag_with_per_is_one_finding_a_group_with_its_rows(bench):
    rule = {
        "id": "XX-C6",
        "flag": "both.fee > 2",
        "per": ["member", "activity"],
        "message": "{both.fee} for {activity} in {count} rows ({rows}).",
    }
    both = bench.lookup(name="both", table="records", on=["member", "activity"], columns={"fee": "SUM(fee)"})
    run = bench.run([{}, {"fee": "1.00"}, {"member": "8"}], rule, lookups=[both])
    [finding] = list(run.findings)
    assert (finding.row, finding.rows, finding.rows_total) == (2, (2, 3), 2)
    assert finding.message == "2.50 for chess in 2 rows (2, 3)."
    assert run.rejected.to_list() == [2, 3]


def test_a_rule_is_silent_where_another_fired(bench):
    first = {"id": "XX-Z1", "flag": "hours > 3", "message": "Over 3."}
    second = {"id": "XX-A1", "flag": "hours > 1", "message": "Over 1.", "unless": ["XX-Z1"]}
    run = bench.run([{"hours": "2"}, {"hours": "5"}], second, first)
    assert bench.said(run) == [(2, "Over 1."), (3, "Over 3.")]


def test_a_group_rule_leaves_out_rows_where_another_fired(bench):
    first = {"id": "XX-Z1", "flag": "hours > 3", "message": "Over 3."}
    second = {"id": "XX-A1", "unique": ["member"], "message": "Twice: {rows}.", "unless": ["XX-Z1"]}
    run = bench.run([{}, {"hours": "5"}], second, first)
    assert bench.said(run) == [(3, "Over 3.")]


def test_a_row_rule_is_silent_in_every_row_of_a_group_that_fired(bench):
    group = {"id": "XX-Z1", "unique": ["member"], "message": "Twice: {rows}."}
    row = {"id": "XX-A1", "flag": "hours > 1", "message": "Over 1.", "unless": ["XX-Z1"]}
    run = bench.run([{}, {}, {"member": "8"}], row, group)
    assert bench.said(run) == [(2, "Twice: 2, 3."), (4, "Over 1.")]


def test_a_rule_is_silent_where_a_field_rule_fired(bench):
    rule = {"id": "XX-A1", "flag": "hours > 1", "message": "Over 1.", "unless": ["XX-FLD"]}
    assert bench.said(bench.run([{"level": "C"}, {}], rule), "XX-A1") == [(3, "Over 1.")]


def test_a_rule_in_shadow_stops_nothing_and_silences_nobody(bench):
    shadow = {"id": "XX-Z1", "flag": "hours > 1", "message": "Shadow.", "status": "shadow"}
    other = {"id": "XX-A1", "flag": "hours > 1", "message": "Over 1.", "unless": ["XX-Z1"], "stops": "signature"}
    run = bench.run([{}], other, shadow)
    assert [(one.message, one.stops) for one in run.findings] == [("Over 1.", "signature"), ("Shadow.", "nothing")]
    assert run.accepted == 1


def test_what_a_hit_stops_may_depend_on_the_moment(bench):
    rule = {"id": "XX-A1", "flag": "hours > 1", "message": "m", "stops": "nothing", "stops_at": {"upload": "row"}}
    assert bench.run([{}], rule).rejected.to_list() == []
    assert bench.run([{}], rule, facts={"when": "upload"}).rejected.to_list() == [2]


def test_each_asks_the_rows_of_another_table(bench):
    rule = {
        "id": "XX-R20",
        "each": "stored",
        "flag": "NOT now.found",
        "message": "{member}, {activity}: not in the file.",
    }
    now = bench.lookup(name="now", table="file", on=["member", "activity"])
    stored = bench.stored({"member": "8"}, {"member": "7"})
    run = bench.run([{}], rule | {"severity": "info", "stops": "nothing"}, lookups=[now], stored=stored)
    [finding] = list(run.findings)
    assert (finding.row, finding.sheet, finding.message) == (None, None, "8, chess: not in the file.")
    assert (finding.column, finding.value) == ("activity", "chess")
    assert run.verdict == "accepted"


def test_each_over_a_grouped_table_lists_the_rows_behind_it(bench):
    table = bench.table(
        name="clubs", **{"from": "file"}, per=["club"], columns={"hours": "SUM(hours)", "members": "COUNT(*)"}
    )
    rule = {
        "id": "XX-C8",
        "each": "clubs",
        "flag": "hours > 4",
        "at": "club",
        "message": "{club}: {hours} by {members}.",
    }
    run = bench.run([{"member": "1"}, {"member": "2", "hours": "3"}, {"club": "0202"}], rule, tables=[table])
    [finding] = list(run.findings)
    assert (finding.row, finding.rows, finding.message) == (2, (2, 3), "0101: 5 by 2.")
    assert run.rejected.to_list() == [2, 3]


def test_a_crash_is_a_line_of_the_coverage_without_any_data(bench):
    rules = [
        {"id": "XX-A1", "flag": "CAST(note AS INTEGER) > 1", "message": "m"},
        {"id": "XX-A2", "flag": "hours > 1", "message": "Still asked."},
    ]
    run = bench.run([{"note": "Ann Example"}], *rules)
    assert bench.coverage(run, "XX-A1") == ("crashed", "the rule could not be computed (InvalidOperationError)")
    assert bench.said(run) == [(2, "Still asked.")]
    assert run.verdict == "no answer"


def test_try_cast_gives_a_blank_instead(bench):
    rule = {"id": "XX-A1", "flag": "TRY_CAST(note AS INTEGER) > 1", "message": "{note}"}
    assert bench.said(bench.run([{"note": "Ann"}, {"note": "2"}], rule)) == [(3, "2")]


def test_a_panic_is_isolated_as_well(bench, monkeypatch):
    def panic(*_):
        raise pl.exceptions.PanicException("Ann Example")

    monkeypatch.setattr("muster.validation.asking.Asking._flagged", panic)
    run = bench.run([{}], {"id": "XX-A1", "flag": "hours > 1", "message": "m"})
    assert bench.coverage(run, "XX-A1") == ("crashed", "the rule could not be computed (PanicException)")


def test_an_unsafe_rule_that_no_load_check_has_seen_is_refused_and_said(bench):
    rules = [
        {"id": "XX-A1", "flag": "hours IN (FROM read_csv('/nowhere'))", "message": "m"},
        {"id": "XX-A2", "flag": "hours > 1", "message": "Still asked."},
    ]
    run = bench.run([{}], *rules)
    assert bench.coverage(run, "XX-A1") == (
        "crashed",
        'the rule cannot be used: "FROM" is not allowed: an expression reaches no file and no other table',
    )
    assert bench.said(run) == [(2, "Still asked.")]
