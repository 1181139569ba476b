"""What only an upload can ask: the window, the right, and whether the organization is known."""

from datetime import date

import polars as pl
import pytest

from muster.collecting import upload
from muster.model.actors import Actor

ROW = "001 000001 chess F - - - -"
SPRING = (date(2025, 3, 1), date(2025, 3, 31))


@pytest.fixture
def said(store, clubs):
    """Return a function that uploads a row in mode test and gives the messages about the file."""

    def messages(*, windows=(), actor=clubs.ana, organizations=None, **changes):
        state = clubs.state(clubs.collection(windows=windows))
        reference = {} if organizations is None else {"organizations": organizations}
        result = upload(
            store,
            actor,
            state,
            state.collections[0],
            clubs.file(ROW),
            name="clubs.tsv",
            facts=clubs.facts(**changes),
            mode="test",
            reference=reference,
        )
        return [finding.message for finding in result.run.findings if finding.row is None]

    return messages


def test_a_collection_without_windows_is_open(said):
    assert said() == []


@pytest.mark.parametrize("day", [date(2025, 3, 1), date(2025, 3, 31)])
def test_the_first_and_the_last_day_of_a_window_are_open(said, clubs, day):
    assert said(windows=(clubs.window(*SPRING),), file_date=day) == []


@pytest.mark.parametrize(("day", "shown"), [(date(2025, 2, 28), "02/28/2025"), (date(2025, 4, 1), "04/01/2025")])
def test_the_day_before_and_the_day_after_are_closed(said, clubs, day, shown):
    message = f"Clubs for 2025 is closed on {shown}: it is open from 03/01/2025 to 03/31/2025."
    assert said(windows=(clubs.window(*SPRING),), file_date=day) == [message]


def test_every_window_of_the_year_is_named(said, clubs):
    windows = (clubs.window(*SPRING), clubs.window(date(2025, 9, 1), date(2025, 9, 30), round=2))
    assert said(windows=windows, file_date=date(2025, 6, 1)) == [
        "Clubs for 2025 is closed on 06/01/2025: it is open from 03/01/2025 to 03/31/2025 and 09/01/2025 to 09/30/2025."
    ]


def test_a_window_is_for_the_year_of_its_data(said, clubs):
    late = clubs.window(*SPRING, year=2026, data_year=2025)
    assert said(windows=(late,)) == []


def test_a_year_without_a_window_is_closed(said, clubs):
    assert said(windows=(clubs.window(*SPRING, year=2024),)) == [
        "Clubs for 2025 is closed on 03/14/2025: no window is declared for 2025."
    ]


def test_a_window_of_another_function_neither_opens_nor_closes(said, clubs):
    assert said(windows=(clubs.window(*SPRING, function="sports"),)) == []


def test_somebody_without_the_right_may_not_upload(said):
    assert said(actor=Actor("bob")) == ["bob may not upload Clubs for D1."]


def test_an_organization_that_the_state_does_not_know_is_named(said):
    known = pl.DataFrame({"organization_id": ["D1", "001"]})
    assert said(organizations=known) == []
    assert said(organizations=known, organization="D7") == [
        'Exland has no organization "D7", so nobody may upload for it.'
    ]


def test_all_of_it_is_said_at_once(said, clubs):
    closed = clubs.window(date(2025, 5, 1), date(2025, 5, 2))
    assert len(said(windows=(closed,), actor=Actor("bob"))) == 2
