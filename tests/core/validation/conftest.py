"""A made-up state with one collection, on which every test of the engine writes its own rules."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import polars as pl
import pytest

from muster.model.collections import Collection, Setting
from muster.model.columns import Column
from muster.model.intake import ROW, Intake
from muster.model.layouts import Layout
from muster.model.reference import ReferenceTable
from muster.model.rules import DerivedTable, Lookup, Rule, RuleSet
from muster.model.runs import RunFacts
from muster.model.states import State
from muster.validation import check_rules, validate
from muster.validation.schemas import schema_of

CLUB = Column(name="club", label="Club Number", type="code", required=True, length=4, pattern="[0-9]{4}", pad=True)
COLUMNS = (
    CLUB,
    Column(name="member", label="Member", type="code", required=True, most=6, pattern="[0-9]+"),
    Column(name="activity", label="Activity", type="code", recommended=True),
    Column(name="hours", label="Hours per Week", type="integer", minimum=Decimal(0), maximum=Decimal(60)),
    Column(name="fee", label="Fee", type="decimal", places=2, minimum=Decimal(0)),
    Column(name="joined", label="Joined On", type="date"),
    Column(name="leader", label="Leader", type="boolean"),
    Column(name="level", label="Level", type="code", allowed=("A", "B")),
    Column(name="note", label="Note", most=20),
)
GOOD = {
    "club": "0101",
    "member": "7",
    "activity": "chess",
    "hours": "2",
    "fee": "1.50",
    "joined": "09/01/2029",
    "leader": "N",
    "level": "A",
    "note": None,
}
MAIN = Layout(
    id="main", year=2030, title="Clubs", medium="workbook", extensions=("xlsx",), columns=COLUMNS, derived=True
)
FIELD_RULES = (
    {"id": "XX-FLD", "columns": ["*"], "level": "field"},
    {
        "id": "XX-REP",
        "columns": ["*"],
        "checks": ["repaired", "recommended"],
        "severity": "warning",
        "stops": "nothing",
    },
)
TABLES = (
    ReferenceTable(
        name="activities",
        title="List of activities",
        origin="catalog",
        key=("activity",),
        derived=True,
        columns=(
            Column(name="activity", label="Activity", type="code"),
            Column(name="kind", label="Kind"),
            Column(name="first_year", label="First year", type="integer"),
            Column(name="last_year", label="Last year", type="integer"),
        ),
    ),
    ReferenceTable(
        name="limits",
        title="Limits",
        origin="catalog",
        key=("kind",),
        derived=True,
        columns=(
            Column(name="kind", label="Kind"),
            Column(name="low", label="Low", type="integer"),
            Column(name="high", label="High", type="integer"),
        ),
    ),
    ReferenceTable(
        name="people",
        title="People",
        origin="loaded",
        key=("member",),
        derived=True,
        columns=(
            Column(name="member", label="Member", type="code"),
            Column(name="club", label="Club", type="code"),
            Column(name="year", label="Year", type="integer"),
            Column(name="birth_date", label="Birth date", type="date", date_format="YYYY-MM-DD", private=True),
        ),
    ),
)
ACTIVITIES = pl.DataFrame(
    {
        "activity": ["chess", "rowing", "flags"],
        "kind": ["table", "water", "table"],
        "first_year": [None, 2025, None],
        "last_year": [None, None, 2029],
    },
    schema=schema_of(TABLES[0].columns),
)
LIMITS = pl.DataFrame({"kind": ["table", "water"], "low": [1, 3], "high": [4, 9]})
PEOPLE = pl.DataFrame(
    {
        "member": ["7", "8", "7"],
        "club": ["0101", "0202", "0303"],
        "year": [2030, 2030, 2029],
        "birth_date": [date(2014, 5, 6), date(2013, 1, 2), date(2014, 5, 6)],
    },
    schema=schema_of(TABLES[2].columns),
)
CATALOG = Lookup(name="catalog", table="activities", on=("activity",))
BOUNDS = Lookup(name="bounds", table="limits", on={"catalog.kind": "kind"})


class Bench:
    """Builds collections, files and runs."""

    facts = RunFacts(year=2030, file_date=date(2030, 3, 1), year_start=date(2029, 7, 1), year_end=date(2030, 6, 30))
    catalog, bounds = CATALOG, BOUNDS

    def rule(self, **given):
        usual = {"title": "Title", "severity": "error", "stops": "row", "level": "record", "fix": "Mend it."}
        return Rule.model_validate(usual | {"derived": True} | given)

    def lookup(self, **given):
        return Lookup.model_validate(given)

    def table(self, **given):
        return DerivedTable.model_validate(given)

    def setting(self, name, value):
        return Setting(name=name, title=name, value=value, derived=True)

    def layout(self, layout_id="main", year=2030, without=(), columns=COLUMNS, **given):
        kept = tuple(column for column in columns if column.name not in without)
        return MAIN.model_copy(update={"id": layout_id, "year": year, "columns": kept, **given})

    def collection(
        self,
        *rules,
        lookups=(CATALOG, BOUNDS),
        tables=(),
        settings=(),
        layouts=(MAIN,),
        key=("club", "member"),
        python=None,
        field_rules=FIELD_RULES,
    ):
        declared = [one if isinstance(one, Rule) else self.rule(**one) for one in (*field_rules, *rules)]
        return Collection(
            id="club-members",
            state="xx",
            title="Club members",
            key=key,
            organization="club",
            organization_kind="school",
            person="member",
            on_existing="reject",
            layouts=layouts,
            settings=settings,
            python=python or {},
            derived=True,
            ruleset=RuleSet(rules=tuple(declared), lookups=tuple(lookups), tables=tuple(tables)),
        )

    def state(self, collection, **given):
        usual = {
            "id": "xx",
            "name": "Xanadu",
            "agency": "Agency",
            "time_zone": "UTC",
            "tables": TABLES,
            "derived": True,
        }
        return State(**usual | given, collections=(collection,))

    def intake(self, rows, layout=MAIN, errors=(), odd=(), **given):
        data = {ROW: list(range(2, len(rows) + 2))}
        data |= {name: [({**GOOD, **row}).get(name) for row in rows] for name in layout.names}
        schema = {ROW: pl.Int64} | dict.fromkeys(layout.names, pl.String)
        error_schema = {ROW: pl.Int64, "column": pl.String, "value": pl.String, "kind": pl.String}
        odd_schema = {ROW: pl.Int64, "found": pl.Int64, "raw": pl.String}
        usual = {
            "name": "clubs.xlsx",
            "sha256": "0" * 64,
            "size": 1,
            "format": "xlsx",
            "layout": layout,
            "frame": pl.DataFrame(data, schema=schema),
            "error_cells": pl.DataFrame(list(errors), schema=error_schema, orient="row"),
            "odd_rows": pl.DataFrame(list(odd), schema=odd_schema, orient="row"),
            "sheet": "Data",
        }
        return Intake(**usual | given)

    def stored(self, *rows):
        schema = {"template": pl.String(), **schema_of(COLUMNS)}
        good = {"template": "main", "club": "0101", "member": "7", "activity": "chess", "hours": 2, "level": "A"}
        return pl.DataFrame([{**good, **row} for row in rows], schema=schema)

    def run(  # noqa: PLR0913 - every part of a run that some test changes
        self,
        rows,
        *rules,
        reference=None,
        stored=None,
        layout=MAIN,
        errors=(),
        odd=(),
        intake=None,
        facts=None,
        hook=None,
        skip=frozenset(),
        state=None,
        extra=(),
        **declared,
    ):
        layouts = (layout,) if layout is MAIN else (layout, MAIN.model_copy(update={"year": MAIN.year - 1}))
        collection = self.collection(*rules, **({"layouts": layouts} | declared))
        found = {"activities": ACTIVITIES, "limits": LIMITS, "people": PEOPLE} if reference is None else reference
        return validate(
            intake or self.intake(rows, layout, errors, odd),
            collection,
            replace(self.facts, **facts or {}),
            state=self.state(collection, **state or {}),
            reference=found,
            stored=stored,
            hook_findings=hook,
            skip_checks=skip,
            extra_rules=extra,
        )

    def check(self, *rules, state=None, **declared):
        collection = self.collection(*rules, **declared)
        check_rules(collection, self.state(collection, **state or {}))

    def said(self, run, rule=None):
        """Return (row, message) of every finding, or of one rule's."""
        return [(one.row, one.message) for one in run.findings if rule in (None, one.rule)]

    def coverage(self, run, rule):
        """Return status and reason of one rule."""
        return next((one.status, one.reason) for one in run.coverage if one.rule == rule)

    def not_asked(self, run, rule):
        return next(one.not_asked for one in run.coverage if one.rule == rule)


@pytest.fixture
def bench():
    """Return the builder of collections, files and runs."""
    return Bench()
