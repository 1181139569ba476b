"""Clubs that are certified by school and term: the state, uploads into it, and checks of what is stored."""

from dataclasses import replace

import polars as pl
import pytest

from muster.collecting import upload
from muster.collecting.stored_runs import check_stored
from muster.collecting.submissions import submission_of
from muster.model.rules import RuleSet
from muster.model.submissions import SubmissionKey

ORGANIZATIONS = pl.DataFrame(
    {
        "organization_id": ["D1", "D2", "001", "002", "003"],
        "name": ["North", "South", "Elm", "Oak", "Ash"],
        "kind": ["district", "district", "school", "school", "school"],
        "parent_id": [None, None, "D1", "D1", "D2"],
    }
)
FALL = (("term", "F"),)


class Signed:
    """A state whose clubs are signed by school and term, with a database and what is done in it."""

    organizations = ORGANIZATIONS
    fall = FALL

    def __init__(self, clubs, opening, **changes):
        long_enough = clubs.rule(
            "XX-HOURS",
            flag="hours < settings.least",
            when=("upload", "sign"),
            stops="nothing",
            stops_at={"sign": "signature"},
            severity="warning",
            message="{student} has {hours} hours in {club}.",
            acknowledge=("The club began late", "Other"),
        )
        small = clubs.rule("XX-SIZE", flag="size > 99", when=("sign",), stops="signature", message="{size} in {club}.")
        plain = {"submission": ("school", "term"), "after_signing": "needs reopening"}
        ruleset = RuleSet(rules=(*clubs.rules, long_enough, small), lookups=clubs.lookups)
        least = {"name": "least", "title": "Hours of a member", "value": 5, "derived": True}
        given = {**plain, "ruleset": ruleset, "settings": (least,), **changes}
        self.clubs = clubs
        self.collection = clubs.collection(**given)
        self.state = clubs.state(self.collection)
        self.store = opening(self.state)
        self.store.replace_reference(self.state, {"organizations": ORGANIZATIONS}, organization=None, actor=clubs.ana)

    def key(self, school="001", *, part=FALL, year=2025):
        return SubmissionKey("xx", "clubs", year, school, part)

    def submission(self, school="001", **changes):
        with self.store.writing() as connection:
            return submission_of(connection, self.key(school, **changes), self.clubs.now)

    def put(self, *rows, collection=None, mode="upload", reference=None, **facts):
        return upload(
            self.store,
            self.clubs.ana,
            self.state,
            collection or self.collection,
            self.clubs.file(*rows),
            name="clubs.tsv",
            facts=self.clubs.facts(**facts),
            mode=mode,
            reference={"organizations": ORGANIZATIONS} if reference is None else reference,
        )

    def check(self, school="001", *, collection=None, reference=None, **changes):
        with self.store.writing() as connection:
            return check_stored(
                self.store,
                connection,
                self.clubs.ana,
                self.state,
                collection or self.collection,
                self.key(school),
                self.clubs.facts(organization=school),
                {"organizations": ORGANIZATIONS} if reference is None else reference,
                **changes,
            )

    def with_setting(self, value):
        """Return the collection with another number of hours that are enough."""
        setting = self.collection.settings[0].model_copy(update={"value": value})
        return self.collection.model_copy(update={"settings": (setting,)})

    def rules(self, **changes):
        """Return the rules of the year, that about hours with changes."""
        return [
            one.model_copy(update=changes) if one.id == "XX-HOURS" else one for one in self.collection.rules_of(2025)
        ]


@pytest.fixture
def signed(clubs, opening):
    return Signed(clubs, opening)


@pytest.fixture
def signing(clubs, opening):
    """Return a function that makes the same state with a collection that is declared otherwise."""
    return lambda **changes: Signed(clubs, opening, **changes)


@pytest.fixture
def today(clubs):
    """Return the facts of an upload on another day."""
    return lambda day: replace(clubs.facts(), file_date=day)
