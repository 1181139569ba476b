"""The toy state's islands on either engine: who may do what there, and a few crafts learned."""

from contextlib import contextmanager
from datetime import UTC, datetime

import pytest

from muster.acting.actions import Order
from muster.acting.desk import Desk
from muster.acting.places import scope_for
from muster.acting.work import Working
from muster.clock import FixedClock
from muster.model.actors import Actor, Grant
from muster.model.places import Place
from muster.plugins import load_plugins

PLUGINS = load_plugins(disabled=["az", "mt"])
REED = Place("kel", "V-reed", 2026)
NOON = datetime(2026, 1, 31, 22, 0, tzinfo=UTC)
"""The first of February, at noon, on the islands."""


def actor(name, *permissions, organization="V-reed"):
    grant = Grant("kel", "role", frozenset(permissions), organization)
    return Actor(name, person=7, grants=(grant,))


class Islands(Desk):
    """The facade's calls about looking and acting, and short ways to make them."""

    plugins = PLUGINS
    store = None
    scribe = actor("Sol", "view", "edit")
    other = actor("Bo", "view", "edit")
    guest = actor("Gia", "view")
    stranger = actor("Stan", "view", "edit", organization="V-moss")
    reed = REED

    def learn(self, stone, *crafts, who=None, place=REED):
        rows = [dict(zip(("craft", "days", "teacher"), one.split(), strict=False)) for one in crafts]
        return self.perform(who or self.scribe, place, Order("learn", {"stone": stone, "crafts": rows}))

    def seen(self, screen, who=None, place=REED, asked=None, **given):
        return self.show(who or self.scribe, place, screen, given, asked)

    @contextmanager
    def working(self):
        """Give a ``Work`` of the scribe, for what no action of the toy state does."""
        with self.store.writing() as connection:
            scope = scope_for(connection, self.store, self.plugins, self.scribe, self.reed, "edit")
            yield Working(connection, scope, None)

    def rows(self, screen, **options):
        return [row.cells for row in self.seen(screen, **options).page.rows]


@pytest.fixture
def islands(opening):
    found = Islands()
    found.open = lambda *states: opening(*states, clock=FixedClock(NOON))
    found.store = found.open(*PLUGINS.states.values())
    return found
