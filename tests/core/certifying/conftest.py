"""A school's club records, people with accounts who sign for it, and a key to seal receipts with."""

from datetime import UTC, datetime, timedelta

import pytest
from argon2 import PasswordHasher

from muster.access import grants, passwords, people
from muster.certifying import desk as desks
from muster.certifying.cases import SigningDesk
from muster.certifying.keys import export_key, new_key
from muster.certifying.signing import Intent
from muster.collecting import stored_runs, upload
from muster.model.certifying import Certifiers
from muster.model.permissions import Role
from muster.model.submissions import SubmissionKey

PASSWORD = "the clubs are full today"
ATTESTATION = "I attest that these clubs met: \u201cword for word\u201d."
ROLES = (
    Role(name="clerk", title="Clerk", permissions=("view", "edit"), derived=True),
    Role(name="signer", title="Signer", permissions=("view", "edit", "certify"), derived=True),
    Role(name="chief", title="Chief", permissions=("view", "certify", "assign certifiers"), derived=True),
    Role(name="agency", title="Agency", permissions=("view", "approve", "assign certifiers"), derived=True),
)
ANA = "001 000001 chess F 1.5 09/01/2024 Y 12"
BEN = "001 000002 chess F 2.5 - - -"
CYD = "001 000003 choir S 3 - N 4"


class TestClock:
    """A clock that the test moves."""

    __test__ = False

    def __init__(self, moment):
        self.moment = moment

    def now(self):
        return self.moment

    def forward(self, **later):
        self.moment += timedelta(**later)


class Office:
    """One school's submission, whoever signs it, and short ways to do what the desk does."""

    password, attestation = PASSWORD, ATTESTATION

    def __init__(self, opening, clubs, folder, **changes):
        self.clubs, self.folder, self.clock = clubs, folder, TestClock(datetime(2025, 3, 14, 15, 9, 26, tzinfo=UTC))
        certifiers = {"membership": "Club Data", "who": "all-primaries", "attestation": ATTESTATION, "derived": True}
        certifiers |= changes.pop("certifiers", {})
        plain = {"certifiers": Certifiers(**certifiers), "submission": ("school",)}
        self.state = clubs.state(clubs.collection(**{**plain, **changes})).model_copy(update={"roles": ROLES})
        self.collection = self.state.collections[0]
        self.store = opening(self.state, clock=self.clock)
        self.key = SubmissionKey("xx", "clubs", 2025, "001")
        self.keys = folder / "keys"
        new_key(self.keys, self.clock.now() - timedelta(days=30))
        export_key(self.keys, None, folder / "key.json")
        self.desk = SigningDesk(self.store, self.state, self.collection, self.keys, {})
        self.persons = {}

    def person(self, name, role="signer", *, place=1, kind="primary", certifier=True):
        """Give somebody an account, a role at the school, and a place on the list of certifiers."""
        now, ana = self.clock.now(), self.clubs.ana
        with self.store.writing() as connection:
            email = f"{name.lower()}@example.org"
            made = people.add_person(connection, ana, name=name, email=email, password=PASSWORD, now=now)
            grants.give(connection, ana, self.state, made.id, role, grants.Scope("001"), now)
        self.persons[name] = made.id
        if certifier:
            desks.assign(self.desk, ana, "001", made.id, kind=kind, place=place)
        return self.actor(name)

    def actor(self, name):
        with self.store.reading() as connection:
            return people.actor_of(connection, self.persons[name], self.clock.now(), {"xx": self.state})

    def deactivate(self, name):
        desks.assign(self.desk, self.clubs.ana, "001", self.persons[name], active=False)

    def put(self, *rows, **changes):
        """Upload rows for the school."""
        given = {
            "facts": self.clubs.facts(organization="001", district="001"),
            "mode": "upload",
            "reference": {},
            "name": "clubs.tsv",
        }
        file = self.clubs.file(*rows)
        return upload(self.store, self.clubs.ana, self.state, self.collection, file, **{**given, **changes})

    def check(self):
        """Ask the rules about the stored records."""
        with self.store.writing() as connection:
            return stored_runs.check_stored(
                self.store,
                connection,
                self.clubs.ana,
                self.state,
                self.collection,
                self.key,
                self.clubs.facts(organization="001", district="001"),
                {},
            )

    def ready(self, *rows):
        """Store rows and check them."""
        self.put(*(rows or (ANA, BEN)))
        self.check()

    def sign(self, name, password=PASSWORD, **intent):
        return desks.sign(self.desk, self.actor(name), self.key, Intent(password, **intent))

    def status(self):
        return desks.status(self.desk, self.clubs.ana, self.key)

    def gates(self):
        """Return the reasons of the gates that refuse, by gate."""
        return {one.gate: one.reason for one in self.status().gates if not one.passes}

    def records(self):
        with self.store.reading() as connection:
            return connection.exec_driver_sql("SELECT * FROM record_xx_clubs").fetchall()


@pytest.fixture(autouse=True)
def cheap_hashes(monkeypatch):
    monkeypatch.setattr(passwords, "HASHER", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


@pytest.fixture
def office_with(opening, clubs, tmp_path):
    """Return a function that makes the office of a collection with changes."""

    def make(**changes):
        return Office(opening, clubs, tmp_path, **changes)

    return make


@pytest.fixture
def office(office_with):
    return office_with()


@pytest.fixture
def rows():
    return ANA, BEN, CYD
