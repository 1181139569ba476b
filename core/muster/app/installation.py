"""One installation: its settings, clock, plugins and database, and who may call what."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from muster.clock import Clock, SystemClock
from muster.plugins import Plugins, load_plugins
from muster.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from muster.model.actors import Actor
    from muster.model.states import State
    from muster.store import Store


def _silent(_: str) -> None:
    return None


class Installation:
    """What every call of the facade stands on."""

    def __init__(
        self,
        settings: Settings | None = None,
        *,
        clock: Clock | None = None,
        plugins: Plugins | None = None,
        progress: Callable[[str], None] = _silent,
    ) -> None:
        self.settings = settings or Settings()
        self.clock = clock or SystemClock()
        self._plugins = plugins
        self._progress = progress

    @cached_property
    def plugins(self) -> Plugins:
        """Return the plugins, loaded when they are first asked for."""
        return self._plugins or load_plugins(disabled=self.settings.disabled)

    @cached_property
    def store(self) -> Store:
        """Return the database, opened (and brought up to date) when it is first asked for."""
        from muster.store import open_store

        return open_store(self.settings.database, tuple(self.plugins.states.values()), self.clock)

    def _check(
        self, actor: Actor, call: str, state: str, organization: str | None = None, year: int | None = None
    ) -> None:
        """Refuse a call that the actor may not make there."""
        from muster.access.desk import check

        check(self.store, actor, call, state=state, organization=organization, year=year)

    def _may(self, actor: Actor, call: str, state: str, organization: str | None, year: int | None) -> bool:
        from muster.access.refusals import AccessRefusedError

        try:
            self._check(actor, call, state, organization, year)
        except AccessRefusedError:
            return False
        return True

    def _now(self, state: State) -> datetime:
        return self.clock.now().astimezone(ZoneInfo(state.time_zone))
