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
    return Rule.model_validate({"id": "XX-C1", "title": "t", "fix": "f", "derived": True, "level": "record", **given})


def asked(*rules):
    names = Names({"person": PEOPLE, "red": RED}, {"members": MEMBERS})
    return asked_columns(rules, names, lambda _: ("member",))


def test_a_table_has_keys_filters_fields_and_what_messages_show():
    found = asked(rule(flag="red.found AND hours > 2", message="{red.shoe} {person.note}"))
    assert found.lookups["red"] == {"club", "eyes", "shoe"}
    assert found.lookups["person"] == {"member", "club", "note"}
    assert found.tables["members"] == {"club", "eyes", "shoe"}
    assert found.tables["people"] == {"member", "club", "note", "eyes", "shoe", "hair"}


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
    lookup = bench.lookup(
        name="span",
        table="people",
        on=["member"],
        columns={"first": "MIN(year)", "last": "MAX(year)", "home": "MAX(club)"},
    )
    people = pl.DataFrame(
        {"member": ["7", "8", "7", None], "club": ["0101", None, "0303", "0404"], "year": [2030, 2029, 2028, 2027]}
    )
    shown = {"id": "XX-C2", "flag": "span.found", "message": "{span.first} {span.last} {span.home}"}
    run = bench.run([{"member": "7"}, {"member": "8"}], shown, lookups=[lookup], reference={"people": people})
    assert bench.said(run, "XX-C2") == [(2, "2028 2030 0303"), (3, "2029 2029 (blank)")]
