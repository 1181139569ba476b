from __future__ import annotations

import polars as pl
import pytest

from muster.model.rules import DerivedTable, Lookup, Rule
from muster.validation.asked_columns import AskedColumns, asked_columns
from muster.validation.reading import Names

WIDE = pl.DataFrame({"member": ["7"], "club": ["1"], "year": [2030], "shoe": ["9"], "_row": [1], "bad:club": [False]})
MEMBERS = DerivedTable.model_validate({"name": "members", "from": "people", "where": "hair = 'red'"})
PEOPLE = Lookup(name="person", table="people", on=("member",))
RED = Lookup(name="red", table="members", on={"person.club": "club"}, where="eyes = 'blue'")


def rule(**given):
    plain = {"id": "XX-C1", "title": "t", "fix": "f", "derived": True, "level": "record"}
    return Rule.model_validate({**plain, "severity": "error", "stops": "row", **given})


def asked(*rules):
    names = Names({"person": PEOPLE, "red": RED}, {"members": MEMBERS})
    return asked_columns(rules, names, lambda _: ("member",))


def test_a_table_has_keys_filters_fields_and_what_messages_show():
    found = asked(rule(flag="red.found AND hours > 2", message="{red.shoe} {person.note}"))
    assert found.lookups["red"] == {"club", "eyes", "shoe", "found"}
    assert found.lookups["person"] == {"member", "club", "note"}
    assert found.tables["members"] == {"club", "eyes", "shoe", "found"}
    assert found.tables["people"] == {"member", "club", "note", "eyes", "shoe", "hair", "found"}


def test_a_rule_of_another_table_keeps_that_tables_key():
    found = asked(rule(each="stored", flag="hours > 2", message="{fee}"))
    assert found.columns_of("stored", ["every"]) == {"member", "hours", "fee"}
    assert found.columns_of("records", ["every"]) == set()


def test_years_rows_and_masks_always_stay():
    found = AskedColumns({"people": {"member"}}, {})
    assert found.of_table("people", WIDE).columns == ["member", "year", "_row", "bad:club"]
    assert found.of_table("other", WIDE).columns == WIDE.columns


@pytest.mark.parametrize("flag", ["SUM(hours) > 2", "this is no condition ("])
def test_of_an_unsafe_expression_nothing_is_left_out(flag):
    found = asked(rule(flag=flag, message="m"))
    assert found.columns_of("stored", ["hours"]) == {"hours"}
    assert found.of_table("people", WIDE).columns == WIDE.columns


def test_the_least_and_the_greatest_of_a_key_that_stands_once_or_twice(bench):
    columns = {"least": "MIN(low)", "most": "MAX(high)"}
    lookup = bench.lookup(name="span", table="limits", on={"note": "kind"}, columns=columns)
    limits = pl.DataFrame({"kind": ["a", "b", "a", None], "low": [3, 5, 1, 7], "high": [4, None, 9, 9]})
    shown = {"id": "XX-C2", "flag": "span.found", "message": "{span.least} {span.most}"}
    rows = [{"note": "a"}, {"note": "b"}, {"note": "c"}, {"note": None}]
    run = bench.run(rows, shown, lookups=[lookup], reference={"limits": limits})
    assert bench.said(run, "XX-C2") == [(2, "1 9"), (3, "5 (blank)")]
