"""A made-up state with a collection of school clubs, and an empty database on either engine, for every room of core."""

import sys
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from muster.clock import FixedClock
from muster.model.actors import Actor
from muster.model.collections import Collection, Window
from muster.model.columns import Column
from muster.model.layouts import Layout
from muster.model.reference import standard_table
from muster.model.rules import Lookup, Rule, RuleSet
from muster.model.runs import RunFacts
from muster.model.states import State
from muster.store import open_store

sys.path.insert(0, str(Path(__file__).parents[1]))
from postgresql import database_url, postgresql_server, postgresql_url  # noqa: F401  # fixtures, beside no package

NOW = datetime(2025, 3, 14, 15, 9, 26, tzinfo=UTC)

COLUMNS = (
    Column(name="school", label="School", type="code", length=3, pad=True, required=True),
    Column(name="student", label="Student", type="code", length=6, pad=True, required=True),
    Column(name="club", label="Club", required=True),
    Column(name="term", label="Term"),
    Column(name="hours", label="Hours", type="decimal", places=2),
    Column(name="joined", label="Joined", type="date"),
    Column(name="captain", label="Captain", type="boolean"),
    Column(name="size", label="Size", type="integer"),
)


def rule(rule_id, **values):
    plain = {
        "title": rule_id,
        "severity": "error",
        "stops": "row",
        "level": "record",
        "fix": "Mend it.",
        "derived": True,
    }
    return Rule(id=rule_id, **{**plain, **values})


RULES = (
    rule("XX-FLD", columns=("*",), level="field"),
    rule("XX-TWICE", unique=("student", "club", "term"), blanks_match=True, message="{student} is in {club} twice."),
    rule(
        "XX-ONE-SCHOOL",
        agree="school",
        per=("student",),
        within="records",
        level="cross-record",
        message="{student} is at several schools: {values}.",
    ),
    rule(
        "XX-STORED",
        flag="stored.found AND hours = 9.99",
        severity="warning",
        stops="nothing",
        level="cross-record",
        message="{student} was in {club} before.",
    ),
)
LOOKUPS = (Lookup(name="stored", table="stored", on=("student", "club")),)


def layout(**changes):
    plain = {
        "id": "clubs",
        "year": 2025,
        "title": "Clubs",
        "medium": "delimited",
        "extensions": ("tsv",),
        "columns": COLUMNS,
    }
    return Layout(**{**plain, **changes})


def collection(**changes):
    plain = {
        "id": "clubs",
        "state": "xx",
        "title": "Clubs",
        "function": "clubs",
        "key": ("student", "club", "term"),
        "organization": "school",
        "organization_kind": "school",
        "person": "student",
        "on_existing": "update",
        "layouts": (layout(),),
        "ruleset": RuleSet(rules=RULES, lookups=LOOKUPS),
    }
    return Collection(**{**plain, **changes})


def state(*collections):
    return State(
        id="xx",
        name="Exland",
        agency="Exland Agency",
        time_zone="America/Denver",
        collections=collections or (collection(),),
        tables=(standard_table("organizations", "Organizations"), standard_table("roster", "Roster")),
    )


def window(opens, closes, **changes):
    return Window(**{"year": 2025, "function": "clubs", "opens": opens, "closes": closes, "derived": True, **changes})


def facts(**changes):
    plain = {
        "year": 2025,
        "file_date": date(2025, 3, 14),
        "year_start": date(2024, 7, 1),
        "year_end": date(2025, 6, 30),
        "organization": "D1",
        "district": "D1",
        "when": "upload",
        "database": True,
    }
    return RunFacts(**{**plain, **changes})


class Clubs:
    """What tests of store and collecting make: the state, its collection, rules, facts and files."""

    now = NOW
    columns = COLUMNS
    rules = RULES
    lookups = LOOKUPS
    ana = Actor("ana", everything=True)
    layout = staticmethod(layout)
    collection = staticmethod(collection)
    state = staticmethod(state)
    window = staticmethod(window)
    facts = staticmethod(facts)
    rule = staticmethod(rule)

    @staticmethod
    def file(*rows):
        """Return a file with the layout's headings; a row is its cells, with spaces between them and - for a blank."""
        lines = ["\t".join(column.label for column in COLUMNS)]
        lines += ["\t".join("" if cell == "-" else cell for cell in row.split(" ")) for row in rows]
        return ("\n".join(lines) + "\n").encode()


@pytest.fixture
def clubs():
    return Clubs


@pytest.fixture
def opening(database_url):  # noqa: F811  # the fixture imported above
    """Return a function that opens the database for some states; all is closed at the end."""
    opened = []

    def open_for(*states, clock=None):
        opened.append(open_store(database_url, states or (state(),), clock or FixedClock(NOW)))
        return opened[-1]

    yield open_for
    for one in opened:
        one.close()


@pytest.fixture
def store(opening):
    return opening()
