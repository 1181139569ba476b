"""A server around a made-up state, or around the states that are installed."""

from datetime import UTC, datetime
from types import SimpleNamespace

import pytest

from muster.app import Muster
from muster.clock import FixedClock
from muster.model.actors import local_actor
from muster.model.collections import Collection
from muster.model.columns import Column
from muster.model.layouts import HeaderRecord, Layout
from muster.model.rules import Rule, RuleSet
from muster.model.states import State
from muster.plugins import PluginRow, Plugins
from muster_web.app import create_app

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
