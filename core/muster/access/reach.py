"""How far an actor's roles reach, asked about many things at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from muster.access.checks import allowed
from muster.access.organizations import Tree, tree_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Connection

    from muster.access.grants import Held
    from muster.model.actors import Actor
    from muster.model.permissions import Permission
    from muster.model.states import State


class Reach:
    """What an actor may do where, with each state's tree read once."""

    def __init__(self, states: Mapping[str, State], connection: Connection, actor: Actor) -> None:
        self._states, self._connection, self._actor = states, connection, actor
        self._trees: dict[str, Tree] = {}

    def may(self, permission: Permission, state: str, organization: str | None, year: int | None) -> bool:
        """Tell whether the actor may do this there."""
        if state not in self._trees:
            declared = self._states.get(state)
            self._trees[state] = tree_of(self._connection, declared) if declared else Tree()
        known = self._trees[state]
        return allowed(self._actor, permission, state=state, organization=organization, year=year, tree=known)

    def administers(self, one: Held) -> bool:
        """Tell whether the actor administers a role that somebody holds."""
        return self.may("administer", one.state, one.scope.organization, one.scope.year)
