"""Windows: open by dates alone, in the state's time zone, to the end of the last day."""

from datetime import UTC, date, datetime, timedelta

import pytest

from muster.clock import FixedClock
from muster.collecting.days import day_in
from muster.collecting.windows import state_of

MARCH = (date(2025, 3, 1), date(2025, 3, 9))
"""Clocks in Denver go forward on the last of these days, 2025-03-09; back on 2025-11-02."""


@pytest.fixture
def seen(signing, clubs):
    """Return a function that gives the state of the window at a moment, or on a day."""

    def given(*windows, at, year=2025):
        signed = signing(windows=windows)
        day = at if type(at) is date else day_in(signed.state, FixedClock(at).now())
        with signed.store.reading() as connection:
            return state_of(connection, signed.state, signed.collection, signed.key(year=year), day)

    return given


def test_a_collection_without_windows_has_no_closing_day(seen):
    found = seen(at=date(2025, 1, 1))
    assert (found.open, found.sentence, found.closes) == (True, "Clubs has no closing day.", None)


def test_an_open_window_says_until_when(seen, clubs):
    found = seen(clubs.window(*MARCH), at=date(2025, 3, 1))
    assert (found.open, found.sentence) == (True, "Clubs for 2025 is open until the end of 03/09/2025.")
    assert (found.opens, found.closes, found.round, found.extension) == (*MARCH, 1, None)


def test_a_window_that_comes_says_when_it_opens_and_whom_to_ask(seen, clubs):
    found = seen(clubs.window(*MARCH), at=date(2025, 2, 28))
    assert (found.open, found.sentence) == (
        False,
        (
            "Clubs for 2025 is closed on 02/28/2025: it is open from 03/01/2025 to 03/09/2025. "
            "It opens on 03/01/2025; for an earlier day ask Exland Agency."
        ),
    )


def test_a_window_that_is_over_says_whom_to_ask(seen, clubs):
    found = seen(clubs.window(*MARCH), at=date(2025, 3, 10))
    assert (found.open, found.advice) == (False, "Ask Exland Agency for an extension.")
    assert (found.opens, found.closes) == MARCH


def test_between_two_rounds_the_next_one_is_named(seen, clubs):
    second = clubs.window(date(2025, 5, 1), date(2025, 5, 31), round=2)
    found = seen(second, clubs.window(*MARCH), at=date(2025, 4, 1))
    assert found.sentence == (
        "Clubs for 2025 is closed on 04/01/2025: it is open from 03/01/2025 to 03/09/2025 and 05/01/2025 to "
        "05/31/2025. It opens on 05/01/2025; for an earlier day ask Exland Agency."
    )
    assert found.round == 2


def test_a_year_without_a_window_is_closed(seen, clubs):
    found = seen(clubs.window(*MARCH), at=date(2025, 3, 2), year=2024)
    assert found.sentence == (
        "Clubs for 2024 is closed on 03/02/2025: no window is declared for 2024. Ask Exland Agency for an extension."
    )


def test_the_year_of_the_data_decides(seen, clubs):
    late = clubs.window(*MARCH, year=2026, data_year=2025)
    assert seen(late, at=date(2025, 3, 2)).open
    assert not seen(late, at=date(2025, 3, 2), year=2026).open


@pytest.mark.parametrize(
    ("moment", "open_then"),
    [
        (datetime(2025, 3, 1, 6, 59, 59, tzinfo=UTC), False),  # 23:59:59 of the day before, seven hours behind
        (datetime(2025, 3, 1, 7, 0, 0, tzinfo=UTC), True),
        (datetime(2025, 3, 10, 5, 59, 59, tzinfo=UTC), True),  # 23:59:59 of the last day, by then six hours behind
        (datetime(2025, 3, 10, 6, 0, 0, tzinfo=UTC), False),
    ],
)
def test_the_last_day_ends_at_midnight_there_also_when_clocks_went_forward(seen, clubs, moment, open_then):
    assert seen(clubs.window(*MARCH), at=moment).open is open_then


@pytest.mark.parametrize(
    ("moment", "open_then"),
    [
        (datetime(2025, 11, 2, 7, 30, tzinfo=UTC), True),  # 01:30 for the first time
        (datetime(2025, 11, 2, 8, 30, tzinfo=UTC), True),  # 01:30 once more
        (datetime(2025, 11, 3, 6, 59, 59, tzinfo=UTC), True),  # the 25th hour of the day
        (datetime(2025, 11, 3, 7, 0, 0, tzinfo=UTC), False),
    ],
)
def test_the_last_day_has_25_hours_when_clocks_went_back(seen, clubs, moment, open_then):
    autumn = clubs.window(date(2025, 10, 1), date(2025, 11, 2))
    assert seen(autumn, at=moment).open is open_then


def test_a_moment_counts_in_whatever_zone_the_clock_tells_it(seen, clubs):
    paris = datetime.fromisoformat("2025-03-10T06:59:59+01:00")
    assert seen(clubs.window(*MARCH), at=paris).open
    assert not seen(clubs.window(*MARCH), at=paris + timedelta(seconds=1)).open


def test_a_clock_that_jumps_leaves_nothing_behind(signing, clubs):
    signed = signing(windows=(clubs.window(*MARCH),))
    days = [date(2025, 3, 9), date(2031, 1, 1), date(2025, 3, 9), date(1999, 12, 31), date(2025, 3, 9)]
    with signed.store.reading() as connection:
        asked = [state_of(connection, signed.state, signed.collection, signed.key(), day) for day in days]
    assert [one.open for one in asked] == [True, False, True, False, True]
    assert asked[0] == asked[2] == asked[4]


def test_a_state_that_writes_days_the_other_way_reads_them_so(signing, clubs):
    signed = signing(windows=(clubs.window(*MARCH),))
    state = signed.state.model_copy(update={"date_format": "YYYY-MM-DD"})
    with signed.store.reading() as connection:
        found = state_of(connection, state, signed.collection, signed.key(), date(2025, 3, 2))
    assert found.sentence == "Clubs for 2025 is open until the end of 2025-03-09."
