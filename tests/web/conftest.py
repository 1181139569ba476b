"""A server around a made-up state, or around the states that are installed."""

import re
import sys
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest

from muster.access import grants, people
from muster.app import Muster
from muster.clock import FixedClock
from muster.model.actors import local_actor
from muster.model.collections import Collection
from muster.model.columns import Column
from muster.model.layouts import HeaderRecord, Layout
from muster.model.rules import Rule, RuleSet
from muster.model.states import State
from muster.plugins import PluginRow, Plugins, load_plugins
from muster.settings import Settings
from muster_web.app import create_app

sys.path.insert(0, str(Path(__file__).parents[1]))
from postgresql import database_url, postgresql_server, postgresql_url  # noqa: F401  # fixtures, beside no package

COLUMNS = (
    Column(
        name="school", label="School <Code>", type="code", length=4, required=True, comment="Padded", cites=("X:1",)
    ),
    Column(name="student", label="Student ID", derived=True),
)


def layout(layout_id, year, **facts):
    given = {"title": layout_id.title(), "medium": "workbook", "extensions": ("xlsx",), "columns": COLUMNS}
    return Layout(id=layout_id, year=year, **given | facts)


def state(layouts):
    rule = Rule(
        id="XX-R01", title="The school is known", severity="error", stops="row", level="field", columns=("*",),
        fix="Correct the school", first_year=2025, cites=("X:9",),
    )  # fmt: skip
    collection = Collection(
        id="sample", state="xx", title="Sample collection", key=("student",), organization="school",
        organization_kind="school", person="student", on_existing="update", layouts=layouts,
        ruleset=RuleSet(rules=(rule,)),
    )  # fmt: skip
    return State(
        id="xx", name="Exemplia", agency="Department of Examples", time_zone="America/Denver",
        collections=(collection,), vocabulary={"year": "fiscal year"},
    )  # fmt: skip


@pytest.fixture
def client():
    """Return a function that starts a server (without a network) with these plugin rows."""

    def start(*rows):
        hook = SimpleNamespace(rules=lambda **_: [])
        muster = Muster(
            plugins=Plugins(SimpleNamespace(hook=hook), rows),
            clock=FixedClock(datetime(2025, 6, 1, 20, 5, 9, tzinfo=UTC)),
        )
        return create_app(muster, local_actor("tester")).test_client()

    return start


@pytest.fixture
def sample():
    header = HeaderRecord(record_type="HD", columns=(Column(name="time", label="Time"),))
    lines = layout(
        "lines", 2025, medium="delimited", extensions=("tsv",), names_row=False, header_record=header,
        instructions=("One line a student.",), incomplete="Only two columns are known.",
    )  # fmt: skip
    layouts = (layout("students", 2024), layout("students", 2025), lines)
    return PluginRow("xx", "muster-exemplia", "1.0", (state(layouts),))


ROOT = local_actor("root")
PASSWORD = "the tide comes twice a day"
NOON = datetime(2026, 1, 31, 22, 0, tzinfo=UTC)
"""The first of February, at noon, on the islands of the toy state."""
TOKEN = re.compile(r'name="token" value="([^"]+)"')


class Visit:
    """A browser at the toy state's server: it follows redirects, and sends the token that the last form carried."""

    reed = "/at/kel/V-reed/2026"

    def __init__(self, app, muster):
        self.client, self.muster, self.token, self.addresses = app.test_client(), muster, "", []

    def get(self, address, **options):
        return self._seen(self.client.get(address, follow_redirects=True, **options))

    def post(self, address, **fields):
        return self._seen(self.client.post(address, data={"token": self.token, **fields}, follow_redirects=True))

    def sign_in(self, email="sol@example.org", password=PASSWORD):
        self.get("/sign-in")
        return self.post("/sign-in", email=email, password=password)

    def sign_out(self):
        return self.post("/sign-out")

    def _seen(self, answer):
        self.addresses += [one.request.full_path for one in (*answer.history, answer)]
        found = TOKEN.search(answer.text) if answer.mimetype == "text/html" else None
        self.token = found[1] if found else self.token
        return answer


class Tide:
    """A clock that a test sets."""

    moment = NOON

    def now(self):
        return self.moment


@pytest.fixture
def islands(database_url, tmp_path):  # noqa: F811  # the fixture imported above
    """Return the facade over an empty database of the toy state, with a way to give people accounts and roles."""
    settings = Settings(database_url=database_url, home=tmp_path)
    muster = Muster(settings, clock=Tide(), plugins=load_plugins(disabled=["az", "mt"]))
    state = muster.plugins.state("kel")

    def person(name, role, organization="V-reed"):
        now = muster.clock.now()
        with muster.store.writing() as connection:
            email = f"{name.lower()}@example.org"
            made = people.add_person(connection, ROOT, name=name, email=email, password=PASSWORD, now=now)
            if role:
                grants.give(connection, ROOT, state, made.id, role, grants.Scope(organization), now)
        return made

    muster.person = person
    yield muster
    muster.store.close()


@pytest.fixture
def visit(islands):
    """Return a visit of Sol, the scribe of V-reed, who is signed in."""
    islands.person("Sol", "scribe")
    found = Visit(create_app(islands, ROOT), islands)
    found.sign_in()
    return found


@pytest.fixture
def another(visit):
    """Return a function that begins a visit of another person."""

    def begin(email):
        found = Visit(visit.client.application, visit.muster)
        found.sign_in(email)
        return found

    return begin
