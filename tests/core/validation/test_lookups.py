from datetime import date

import polars as pl
import pytest

UNKNOWN = {"id": "XX-X1", "flag": "NOT catalog.found", "message": "Activity {activity} is unknown."}


@pytest.mark.parametrize(
    ("activity", "said"),
    [
        ("chess", []),
        ("golf", [(2, "Activity golf is unknown.")]),
        (None, []),
        ("Chess", [(2, "Activity Chess is unknown.")]),
    ],
)
def test_found_is_true_false_or_blank(bench, activity, said):
    assert bench.said(bench.run([{"activity": activity}], UNKNOWN), "XX-X1") == said


def test_a_table_with_years_is_cut_to_the_year_of_the_run(bench):
    run = bench.run([{"activity": "flags"}, {"activity": "rowing"}], UNKNOWN)
    assert bench.said(run) == [(2, "Activity flags is unknown.")]


def test_a_lookup_may_look_at_another_year(bench):
    last = bench.lookup(name="last_year", table="activities", on=["activity"], year=-1)
    rule = {
        "id": "XX-C3",
        "flag": "NOT catalog.found AND last_year.found",
        "message": "{activity} was a {last_year.kind} activity last year.",
    }
    run = bench.run([{"activity": "flags"}, {"activity": "golf"}], rule, lookups=[bench.catalog, last])
    assert bench.said(run) == [(2, "flags was a table activity last year.")]


def test_an_unknown_key_leaves_the_rest_of_the_chain_blank(bench):
    rule = {"id": "XX-R1", "flag": "hours > bounds.high", "message": "m"}
    chained = {"id": "XX-X2", "flag": "NOT bounds.found", "message": "No limits."}
    run = bench.run([{"activity": "golf", "hours": "50"}], rule, chained, UNKNOWN)
    assert bench.said(run) == [(2, "Activity golf is unknown.")]


def test_where_picks_the_rows_that_count(bench):
    here = bench.lookup(name="here", table="people", on=["member"], where="club = run.organization")
    rule = {"id": "XX-X9", "flag": "NOT here.found", "message": "{member} is not at {run.organization}."}
    rows = [{"member": "7"}, {"member": "8"}]
    run = bench.run(rows, rule, lookups=[here], facts={"organization": "0101"})
    assert bench.said(run) == [(3, "8 is not at 0101.")]


def test_several_keys_and_other_names(bench):
    here = bench.lookup(name="here", table="people", on={"member": "member", "club": "club"})
    known = bench.lookup(name="person", table="people", on=["member"])
    rule = {"id": "XX-X9", "flag": "person.found AND NOT here.found", "message": "{member} is not enrolled at {club}."}
    run = bench.run([{}, {"club": "0202"}, {"member": "99"}], rule, lookups=[here, known])
    assert bench.said(run) == [(3, "7 is not enrolled at 0202.")]
    assert [one.column for one in run.findings] == ["club"]


def test_aggregates_give_one_row_a_key(bench):
    total = bench.lookup(
        name="total",
        table="file",
        on=["member"],
        columns={"fee": "SUM(fee)", "most": "MAX(hours)", "rows": "COUNT(*)", "kinds": "COUNT(DISTINCT activity)"},
    )
    rule = {
        "id": "XX-C1",
        "flag": "total.fee > 2.99",
        "message": "{total.fee}, {total.most}, {total.rows}, {total.kinds}.",
    }
    run = bench.run([{}, {"activity": "rowing", "hours": "5"}, {"member": "8"}], rule, lookups=[total])
    assert bench.said(run) == [(2, "3.00, 5, 2, 2."), (3, "3.00, 5, 2, 2.")]


def test_blank_keys_are_equal_only_when_the_lookup_says_so(bench):
    rule = {"id": "XX-C2", "flag": "old.found", "message": "Stored already."}
    stored = bench.stored({"activity": None})
    for blanks, said in ((False, []), (True, [(2, "Stored already.")])):
        old = bench.lookup(name="old", table="stored", on=["member", "activity"], blanks_match=blanks)
        run = bench.run([{"activity": None}], rule, lookups=[old], stored=stored)
        assert bench.said(run, "XX-C2") == said


def test_a_key_found_twice_keeps_a_rule_from_reading_more_than_found(bench):
    reference = {"activities": pl.DataFrame({"activity": ["chess", "chess"], "kind": ["table", "board"]})}
    rules = [UNKNOWN, {"id": "XX-R1", "flag": "catalog.kind = 'board'", "message": "m"}]
    run = bench.run([{}, {"activity": "golf"}], *rules, reference=reference)
    assert bench.said(run) == [(3, "Activity golf is unknown.")]
    assert bench.coverage(run, "XX-R1") == (
        "skipped",
        "could not run: the list of activities has a key more than once",
    )


def test_a_key_that_stands_twice_and_is_not_asked_for_does_no_harm(bench):
    reference = {"activities": pl.DataFrame({"activity": ["golf", "golf", "chess"], "kind": ["a", "b", "board"]})}
    run = bench.run([{}], {"id": "XX-R1", "flag": "catalog.kind = 'board'", "message": "m"}, reference=reference)
    assert bench.said(run) == [(2, "m")]


def test_a_table_that_is_not_loaded_is_named(bench):
    run = bench.run([{}], UNKNOWN, reference={})
    assert bench.coverage(run, "XX-X1") == ("skipped", "needs the list of activities (not loaded)")


def test_a_table_that_is_loaded_and_empty_is_asked(bench):
    reference = {"activities": pl.DataFrame(schema={"activity": pl.String, "kind": pl.String})}
    assert bench.said(bench.run([{}], UNKNOWN, reference=reference)) == [(2, "Activity chess is unknown.")]


def test_a_private_value_is_compared_and_never_printed(bench):
    person = bench.lookup(name="person", table="people", on=["member"])
    rule = {"id": "XX-X11", "flag": "joined <> person.birth_date", "message": "{joined} differs: {person.birth_date}."}
    run = bench.run([{}], rule, lookups=[person])
    assert bench.said(run) == [(2, "09/01/2029 differs: (private).")]


def test_a_private_value_leaves_no_trace_in_the_fingerprint(bench):
    person = bench.lookup(name="person", table="people", on=["member"])
    rule = {"id": "XX-X11", "flag": "joined <> person.birth_date", "message": "It differs."}
    marks = []
    for born in (date(2014, 5, 6), date(2015, 1, 1)):
        people = pl.DataFrame({"member": ["7"], "birth_date": [born]})
        run = bench.run([{}], rule, lookups=[person], reference={"people": people})
        marks += [one.fingerprint for one in run.findings]
    assert len(marks) == 2
    assert len(set(marks)) == 1


def test_records_are_the_file_and_the_stored_rows_it_does_not_replace(bench):
    both = bench.lookup(name="both", table="records", on=["member"], columns={"hours": "SUM(hours)"})
    rule = {"id": "XX-C6", "flag": "both.hours > 0", "message": "{both.hours}"}
    stored = bench.stored({"hours": 10}, {"hours": 20, "club": "0202"})
    run = bench.run([{}], rule, lookups=[both], stored=stored)
    assert bench.said(run) == [(2, "22")]
    assert bench.coverage(run, "XX-C6") == ("ran", "")


def test_without_a_database_records_are_the_file_and_stored_is_not_asked(bench):
    both = bench.lookup(name="both", table="records", on=["member"], columns={"hours": "SUM(hours)"})
    old = bench.lookup(name="old", table="stored", on=["member"])
    rules = [
        {"id": "XX-C6", "flag": "both.hours > 0", "message": "{both.hours}"},
        {"id": "XX-C7", "flag": "old.hours > hours", "message": "m"},
        {"id": "XX-C8", "each": "stored", "flag": "hours > 1", "message": "m"},
    ]
    run = bench.run([{}], *rules, lookups=[both, old])
    assert bench.said(run) == [(2, "2")]
    assert bench.coverage(run, "XX-C6") == ("ran", "within the file only")
    assert bench.coverage(run, "XX-C7") == ("not asked without a database", "reads stored records")
    assert bench.coverage(run, "XX-C8") == ("not asked without a database", "reads stored records")


def test_a_stored_value_can_be_compared(bench):
    old = bench.lookup(name="old", table="stored", on=["club", "member", "activity"])
    rule = {"id": "XX-R19", "flag": "hours < old.hours", "message": "{hours} is fewer than the {old.hours} on record."}
    run = bench.run([{}, {"member": "8"}], rule, lookups=[old], stored=bench.stored({"hours": 3}))
    assert bench.said(run) == [(2, "2 is fewer than the 3 on record.")]


def test_a_derived_table_joins_filters_and_groups(bench):
    table = bench.table(
        name="kinds",
        **{"from": "file"},
        join="activities",
        on=["activity"],
        where="hours > 1",
        per=["member", "kind"],
        columns={"fee": "SUM(fee)"},
    )
    water = bench.lookup(name="water", table="kinds", on=["member"], where="kind = 'water'")
    rule = {"id": "XX-C1", "flag": "water.fee >= 3", "per": ["member"], "message": "{water.fee} for water by {member}."}
    rows = [{"activity": "rowing"}, {"activity": "rowing"}, {"activity": "rowing", "hours": "1"}, {}]
    run = bench.run(rows, rule, tables=[table], lookups=[water])
    assert bench.said(run) == [(2, "3.00 for water by 7.")]


def test_a_derived_table_without_groups_adds_columns(bench):
    table = bench.table(
        name="early", **{"from": "stored"}, where="level = 'A'", columns={"month": "EXTRACT(MONTH FROM joined)"}
    )
    old = bench.lookup(name="old", table="early", on=["member"])
    rule = {"id": "XX-C1", "flag": "old.month = 3", "message": "Joined in month {old.month}."}
    stored = bench.stored({"joined": date(2028, 3, 1)}, {"member": "8", "joined": date(2028, 3, 1), "level": "B"})
    run = bench.run([{}, {"member": "8"}], rule, tables=[table], lookups=[old], stored=stored)
    assert bench.said(run) == [(2, "Joined in month 3.")]


def test_a_derived_table_of_a_reference_table_holds_the_year_of_the_run(bench):
    table = bench.table(name="clubs", **{"from": "people"}, per=["member"], columns={"clubs": "COUNT(*)"})
    person = bench.lookup(name="person", table="clubs", on=["member"])
    rule = {"id": "XX-C1", "flag": "person.clubs > 0", "message": "{person.clubs}"}
    assert bench.said(bench.run([{}], rule, tables=[table], lookups=[person])) == [(2, "1")]


def test_a_derived_table_that_names_the_year_holds_every_year(bench):
    table = bench.table(
        name="clubs", **{"from": "people"}, where="year <= run.year", per=["member"], columns={"clubs": "COUNT(*)"}
    )
    person = bench.lookup(name="person", table="clubs", on=["member"])
    rule = {"id": "XX-C1", "flag": "person.clubs > 0", "message": "{person.clubs}"}
    assert bench.said(bench.run([{}], rule, tables=[table], lookups=[person])) == [(2, "2")]


def test_a_strict_join_of_text_says_nothing_where_concat_would_fire(bench):
    rules = [
        {"id": "XX-A1", "flag": "note <> '@' || catalog.kind", "message": "m"},
        {"id": "XX-A2", "flag": "note <> CONCAT('@', catalog.kind)", "message": "CONCAT eats blanks."},
    ]
    run = bench.run([{"activity": "golf", "note": "x"}], *rules)
    assert bench.said(run) == [(2, "CONCAT eats blanks.")]


def test_a_stored_row_of_another_template_is_not_replaced_by_half_a_key(bench):
    both = bench.lookup(name="both", table="records", on=["member"], columns={"hours": "SUM(hours)"})
    rule = {"id": "XX-C6", "flag": "both.hours > 0", "message": "{both.hours}"}
    layouts = {
        "layout": bench.layout(without=("level",)),
        "layouts": (bench.layout(without=("level",)), bench.layout("all")),
    }
    stored = bench.stored({"hours": 10, "level": "A"}, {"hours": 20, "level": None})
    run = bench.run([{}], rule, lookups=[both], stored=stored, key=("club", "member", "level"), **layouts)
    assert bench.said(run) == [(2, "12")]


def test_a_row_whose_key_cannot_be_used_replaces_no_stored_row(bench):
    both = bench.lookup(name="both", table="records", on=["activity"], columns={"rows": "COUNT(*)"})
    rule = {"id": "XX-C6", "flag": "both.rows > 0", "message": "{both.rows}"}
    stored = bench.stored({}, {"member": None})
    run = bench.run([{"member": "x"}], rule, lookups=[both], stored=stored)
    assert bench.said(run, "XX-C6") == [(2, "3")]
