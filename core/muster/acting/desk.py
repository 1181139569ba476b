"""The facade's calls about looking and acting: what web, command line and API ask, each on behalf of an actor.

Rooms are imported when a call is made, so that a command which asks nothing of them starts quickly.
"""

from __future__ import annotations

from typing import IO, TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    import polars as pl

    from muster.acting.actions import Order
    from muster.acting.screens import ScreenShown
    from muster.model.actions import Action, Performed
    from muster.model.actors import Actor
    from muster.model.calculations import CalculationRun
    from muster.model.places import Place
    from muster.model.screens import Form, Paging, Screen
    from muster.model.workflow import CollectionStatus
    from muster.plugins import Plugins
    from muster.store import Store


class Desk:
    """What people see and do at a place; the facade is one of these."""

    if TYPE_CHECKING:

        @property
        def plugins(self) -> Plugins:
            """Return the plugins."""

        @property
        def store(self) -> Store:
            """Return the database."""

    def sign_in(self, email: str, password: str) -> Actor:
        """Return the actor of an account; every refusal is the same sentence."""
        from muster.access.desk import sign_in

        return sign_in(self.store, email, password)

    def actor_of(self, person: int) -> Actor:
        """Return the actor of somebody who signed in before, with the roles of today."""
        from muster.access.desk import actor_of

        return actor_of(self.store, person)

    def places(self, actor: Actor) -> tuple[Place, ...]:
        """Return where the actor's roles reach today, in the present school year of each state."""
        from muster.acting.places import places_of

        return places_of(self.store, self.plugins, actor)

    def place(self, actor: Actor, state: str, organization: str | None, year: int | None = None) -> Place:
        """Return a place; without a year, in the present school year of the state."""
        from muster.acting.places import year_of
        from muster.model.places import Place

        del actor
        declared = self.plugins.state(state)
        return Place(declared.id, organization, year or year_of(declared, self.store.clock.now()))

    def screens(self, actor: Actor, place: Place) -> tuple[Screen, ...]:
        """Return the screens that the actor may see at a place."""
        from muster.acting.places import permitted
        from muster.acting.screens import screens_of

        known = screens_of(self.plugins, self.plugins.state(place.state).id)
        return permitted(self.store, self.plugins, actor, place, tuple(known.values()))

    def actions(self, actor: Actor, place: Place) -> tuple[Action, ...]:
        """Return the actions that the actor may do at a place."""
        from muster.acting.actions import actions_of
        from muster.acting.places import permitted

        known = actions_of(self.plugins, self.plugins.state(place.state).id)
        return permitted(self.store, self.plugins, actor, place, tuple(known.values()))

    def show(
        self, actor: Actor, place: Place, screen: str, given: Mapping[str, Any], asked: Paging | None = None
    ) -> ScreenShown:
        """Return a screen with its parameters, and the part of its table that is asked."""
        from muster.acting.screens import show
        from muster.model.screens import Paging

        return show(self.store, self.plugins, actor, place, screen, given, asked or Paging())

    def export(
        self, actor: Actor, place: Place, screen: str, given: Mapping[str, Any], asked: Paging, stream: IO[str]
    ) -> int:
        """Write every row of a screen's table that is searched for as CSV; return how many there are."""
        from muster.acting.screens import export

        return export(self.store, self.plugins, actor, place, screen, given, asked, stream)

    def form(self, actor: Actor, place: Place, action: str, record: int | None = None) -> tuple[Action, Form]:
        """Return an action with its form, filled in with a record where one is given."""
        from muster.acting.actions import form_of

        return form_of(self.store, self.plugins, actor, place, action, record)

    def preview(self, actor: Actor, place: Place, order: Order) -> Performed:
        """Do an action, count what it changes, and roll it back."""
        from muster.acting.actions import preview

        return preview(self.store, self.plugins, actor, place, order)

    def perform(self, actor: Actor, place: Place, order: Order) -> Performed:
        """Do an action in one transaction with one audit entry."""
        from muster.acting.actions import perform

        return perform(self.store, self.plugins, actor, place, order)

    def status(self, actor: Actor, place: Place) -> tuple[CollectionStatus, ...]:
        """Return the steps of each collection at a place, with reasons and the next thing to do."""
        from muster.acting.workflow import status

        return status(self.store, self.plugins, actor, place)

    def calculate(self, actor: Actor, place: Place, calculation: str) -> CalculationRun:
        """Run a calculation, or return its last run where nothing that it reads has changed."""
        from muster.acting.calculations import calculate

        return calculate(self.store, self.plugins, actor, place, calculation)

    def calculation_runs(self, actor: Actor, place: Place, calculation: str) -> tuple[CalculationRun, ...]:
        """Return the runs of a calculation at a place, the newest first."""
        from muster.acting.calculations import runs_of

        return runs_of(self.store, self.plugins, actor, place, calculation)

    def calculation_result(
        self, actor: Actor, place: Place, calculation: str, number: int
    ) -> tuple[pl.DataFrame, pl.DataFrame]:
        """Return the result and the trace of a numbered run."""
        from muster.acting.calculations import result_of

        return result_of(self.store, self.plugins, actor, place, calculation, number)
