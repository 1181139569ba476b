"""The islands: a made-up state with roles, people with accounts, and cheap password hashes."""

from datetime import timedelta

import pytest
from argon2 import PasswordHasher

from muster.access import passwords, people
from muster.access.organizations import Tree
from muster.model.permissions import Role
from muster.model.reference import standard_table
from muster.model.states import State

PASSWORD = "the tide is high today"
ISLES = State(
    id="xx",
    name="Isles",
    agency="Council of the Isles",
    time_zone="Pacific/Kiritimati",
    tables=(standard_table("organizations", "Organizations"),),
    roles=(
        Role(name="clerk", title="Clerk", permissions=("view", "edit"), derived=True),
        Role(name="signer", title="Signer", permissions=("view", "edit", "certify"), derived=True),
        Role(name="warden", title="Warden", permissions=("view", "approve", "administer"), derived=True),
    ),
)


class Isles:
    """The state, its tree (state > D1 > S1, S2; D2 > T1), and short ways to make people."""

    state = ISLES
    tree = Tree({"D1": "A", "S1": "D1", "S2": "D1", "D2": "A", "T1": "D2"})
    password = PASSWORD

    def __init__(self, store, ana):
        self.store, self.ana, self.now, self.states = store, ana, store.clock.now(), {ISLES.id: ISLES}

    def person(self, name, password=PASSWORD):
        """Return the number of a new person whose address is the name's."""
        email = f"{name.lower()}@example.org"
        with self.store.writing() as connection:
            return people.add_person(connection, self.ana, name=name, email=email, password=password, now=self.now).id

    def actor(self, person, **later):
        """Return a person's actor now, or so much later."""
        with self.store.reading() as connection:
            return people.actor_of(connection, person, self.now + timedelta(**later), self.states)


@pytest.fixture(autouse=True)
def cheap_hashes(monkeypatch):
    monkeypatch.setattr(passwords, "HASHER", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    passwords.nobodys_hash.cache_clear()


@pytest.fixture
def isles(opening, clubs):
    return Isles(opening(ISLES), clubs.ana)
