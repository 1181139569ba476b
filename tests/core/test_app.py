"""The facade: every call takes an actor; facts of a run; a district found through its schools."""

import inspect
from datetime import UTC, date, datetime

import polars as pl
import pytest

from muster.app import CheckRequest, Muster
from muster.clock import FixedClock
from muster.errors import LayoutNeededError, NoSuchFileError
from muster.model.actors import local_actor
from muster.model.districts import district_of
from muster.settings import Settings

CLERK = local_actor("Clerk")
ADDRESS = "lag/credits"


@pytest.fixture
def app(lagoon, monkeypatch, tmp_path):
    """Return an installation with the README's state, at 5 am in Greenwich, which is still the day before there."""
    monkeypatch.syspath_prepend(lagoon)
    settings = Settings(database_url=f"sqlite:///{tmp_path / 'm.sqlite'}")
    return Muster(settings, clock=FixedClock(datetime(2026, 6, 2, 5, tzinfo=UTC)))


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "c.csv"
    path.write_text("School,Student ID,Credits\n0101,000012345,1\n")
    return path


def test_every_call_takes_an_actor():
    doors = {
        "sign_in",
        "actor_of",
        "token_actor",
        "local_user",
        "submission_key",
        "worker",
    }  # what gives an actor, or needs none
    found = inspect.getmembers(Muster, inspect.isfunction)
    calls = {name: call for name, call in found if name[0] != "_" and name not in doors}
    assert len(calls) >= 50
    assert [name for name, call in calls.items() if list(inspect.signature(call).parameters)[1] != "actor"] == []


def test_today_is_the_states_today(app, file):
    facts = app.validate(CLERK, CheckRequest(ADDRESS, file, 2026)).facts
    assert facts.file_date == date(2026, 6, 1)
    assert (facts.year_start, facts.year_end) == (date(2025, 7, 1), date(2026, 6, 30))
    assert (facts.when, facts.database) == ("validate", False)


ORGANIZATIONS = pl.DataFrame(
    {
        "organization_id": ["01", "0101", "0102", "09", "08", "07"],
        "kind": ["district", "school", "site", "school", "school", "region"],
        "parent_id": ["07", "01", "0101", "09", None, None],
    }
)


@pytest.mark.parametrize(
    ("organization", "district"),
    [
        ("0101", "01"),
        ("0102", "01"),
        ("01", "01"),
        ("09", "09"),
        ("08", "08"),
        ("07", "07"),
        ("??", "??"),
        (None, None),
    ],
)
def test_a_district_is_found_above_its_schools(organization, district):
    assert district_of(organization, ORGANIZATIONS) == district


def test_without_organizations_an_organization_is_its_own_district():
    assert district_of("0101", None) == "0101"


def test_a_folder_is_no_file(app, tmp_path):
    with pytest.raises(NoSuchFileError, match='There is no file ".*". Check the name and the folder.'):
        app.validate(CLERK, CheckRequest(ADDRESS, tmp_path, 2026))


def test_checking_opens_no_database(app, file, tmp_path):
    app.validate(CLERK, CheckRequest(ADDRESS, file, 2026))
    assert not (tmp_path / "m.sqlite").exists()
    app.upload(CLERK, CheckRequest(ADDRESS, file, 2026), "test")
    assert (tmp_path / "m.sqlite").exists()


def test_checking_imports_neither_store_nor_reference(lagoon, file):
    import subprocess
    import sys

    code = (
        f"import sys; sys.path.insert(0, {str(lagoon)!r})\n"
        "from pathlib import Path\nfrom muster.app import CheckRequest, Muster\n"
        "from muster.model.actors import local_actor\n"
        f"Muster().validate(local_actor('x'), CheckRequest('lag/credits', Path({str(file)!r}), 2026))\n"
        "print([name for name in sys.modules if name.startswith(('muster.store', 'muster.reference', 'sqlalchemy', 'muster.collecting'))])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_of_several_layouts_one_has_to_be_chosen():
    error = LayoutNeededError("az/enrollment", 2021, ["articulated", "non-articulated"])
    assert str(error) == (
        "az/enrollment has several layouts for 2021: articulated, non-articulated. Choose one with --layout."
    )
    assert error.exit_code == 2
