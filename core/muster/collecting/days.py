"""Days in the state's time zone: a moment belongs to the day that the clocks there show."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from datetime import date, datetime

    from muster.model.states import State


def day_in(state: State, moment: datetime) -> date:
    """Return the day in the state to which a moment belongs."""
    return moment.astimezone(ZoneInfo(state.time_zone)).date()


def shown(day: date, state: State) -> str:
    """Return a day as the state writes it."""
    return day.strftime("%Y-%m-%d" if state.date_format == "YYYY-MM-DD" else "%m/%d/%Y")
