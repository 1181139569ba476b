"""The time, as something a test can set."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """Tells the time; every facade and every hook context carries one."""

    def now(self) -> datetime:
        """Return the present moment with its time zone."""


class SystemClock:
    """The machine's own clock, in UTC."""

    def now(self) -> datetime:
        """Return the present moment in UTC."""
        return datetime.now(UTC)


class FixedClock:
    """A clock that stands still, for tests and for ``--as-of``."""

    def __init__(self, moment: datetime) -> None:
        self._moment = moment

    def now(self) -> datetime:
        """Return the moment the clock was made with."""
        return self._moment
