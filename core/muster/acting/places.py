"""The scope of one person's work: which organizations it reaches, and what may be looked up there."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, partial
from typing import TYPE_CHECKING, Protocol, TypeVar

from muster.access.checks import allowed, require
from muster.access.organizations import tree_of
from muster.collecting.days import day_in
from muster.intake.reference_csv import catalog_frames
from muster.model.places import Place
from muster.model.runs import school_year

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    import polars as pl
    from sqlalchemy import Connection

    from muster.model.actors import Actor
    from muster.model.permissions import Permission
    from muster.model.states import State
    from muster.plugins import Plugins
    from muster.store import Store


@dataclass(frozen=True)
class Scope:
    """Who works where: ``organizations`` are those of the place and below it, None the whole state."""

    store: Store
    plugins: Plugins
    actor: Actor
    place: Place
    organizations: frozenset[str] | None

    @property
    def state(self) -> State:
        """Return the state's declaration."""
        return self.plugins.state(self.place.state)

    @cached_property
    def reference(self) -> Mapping[str, pl.DataFrame]:
        """Return catalogs and loaded reference tables, read when the first of them is asked for."""
        loaded = self.store.reference_frames(self.state, self.place.year, organization=self.place.organization)
        return {**catalog_frames(self.state), **loaded}

    def covers(self, organization: str | None) -> bool:
        """Tell whether records of this organization may be reached."""
        return self.organizations is None or organization in self.organizations


def scope_for(
    connection: Connection, store: Store, plugins: Plugins, actor: Actor, place: Place, permission: Permission
) -> Scope:
    """Return the scope of a place; an actor without the permission there is refused with a sentence."""
    state = plugins.state(place.state)
    tree = tree_of(connection, state)
    require(actor, permission, state=state.id, organization=place.organization, year=place.year, tree=tree)
    below = None if place.organization is None else tree.below(place.organization)
    return Scope(store, plugins, actor, place, below)


class _Permitted(Protocol):
    @property
    def permission(self) -> Permission: ...


Asked = TypeVar("Asked", bound=_Permitted)


def permitted(
    store: Store, plugins: Plugins, actor: Actor, place: Place, asked: tuple[Asked, ...]
) -> tuple[Asked, ...]:
    """Return those screens or actions that the actor may use at a place."""
    state = plugins.state(place.state)
    with store.reading() as connection:
        tree = tree_of(connection, state)
    may = partial(allowed, state=state.id, organization=place.organization, year=place.year, tree=tree)
    return tuple(one for one in asked if may(actor, one.permission))


def places_of(store: Store, plugins: Plugins, actor: Actor) -> tuple[Place, ...]:
    """Return where the actor's roles reach today, each in its role's year or in the present one of its state."""
    found: dict[Place, None] = {}
    for grant in actor.grants:
        if grant.state in plugins.states:
            state = plugins.states[grant.state]
            year = grant.year or year_of(state, store.clock.now())
            found[Place(state.id, grant.organization, year)] = None
    return tuple(found)


def year_of(state: State, moment: datetime) -> int:
    """Return the school year that a moment belongs to in the state, by its end year."""
    today = day_in(state, moment)
    return next(year for year in (today.year, today.year + 1) if today <= school_year(year, state.year_start)[1])
