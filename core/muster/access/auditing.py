"""The calls about the audit: checking its chains, and sealing their heads."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from muster.access import audit, sealing
from muster.access.checks import allowed, require
from muster.access.organizations import Tree, tree_of
from muster.access.refusals import NotAllowedError
from muster.errors import UnknownStateError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from sqlalchemy import Connection

    from muster.access.audit import AuditHead
    from muster.access.sealing import Chain
    from muster.model.actors import Actor
    from muster.store import Store


@dataclass(frozen=True, slots=True)
class ChainCheck:
    """What the check of one chain found; ``organization`` is "" for what concerns no single one."""

    state: str
    organization: str
    entries: int
    problems: tuple[str, ...]

    @property
    def place(self) -> str:
        """Return how the chain is named: ``mt/0583``, ``mt``, or ``people``, whose chain belongs to no state."""
        return "/".join(one for one in (self.state, self.organization) if one) or "people"


def verify_audit(
    store: Store,
    actor: Actor,
    *,
    state: str | None = None,
    organization: str | None = None,
    known: Mapping[Chain, Sequence[AuditHead]] | None = None,
) -> tuple[ChainCheck, ...]:
    """Check one organization's chain, those of a state, or all that the actor administers.

    ``known`` are heads from receipts and sealed files, without which a chain that was cut off cleanly looks whole.
    """
    given = known or {}
    with store.reading() as connection:
        chains = sorted({*audit.heads(connection), *given})
        if state is not None:
            chains = [one for one in chains if one[0] == state and organization in (None, one[1])]
        mine = _administered(store, connection, actor, chains)
        if not mine:
            _refuse(store, connection, actor, state, organization)
        return tuple(
            ChainCheck(
                *one,
                audit.head(connection, *one).number,
                tuple(audit.verify(connection, *one, known=given.get(one, ()))),
            )
            for one in mine
        )


def seal_audit(store: Store, actor: Actor, key: str, seal: Callable[[bytes], bytes]) -> bytes:
    """Return a file with the head of every chain, sealed with a key: for whoever runs the whole installation."""
    with store.reading() as connection:
        for state in store.states:
            require(actor, "administer", state=state, tree=Tree())
        return sealing.seal_heads(connection, key, seal, store.clock.now())


def _administered(store: Store, connection: Connection, actor: Actor, chains: Sequence[Chain]) -> list[Chain]:
    """Return the chains that the actor may check; the people's own is for who administers a whole state."""
    trees = {state: tree_of(connection, declared) for state, declared in store.states.items()}
    anywhere = any(allowed(actor, "administer", state=state, tree=Tree()) for state in store.states)
    return [
        (state, organization)
        for state, organization in chains
        if (anywhere if not state else actor.everything)
        or allowed(
            actor,
            "administer",
            state=state,
            organization=organization or None,
            tree=trees.get(state, Tree()),
        )
    ]


def _refuse(store: Store, connection: Connection, actor: Actor, state: str | None, organization: str | None) -> None:
    """Refuse who may check nothing; an actor who may, where there is nothing yet, gets an empty answer."""
    if state is None:
        if not any(allowed(actor, "administer", state=one, tree=Tree()) for one in store.states):
            raise NotAllowedError(actor.name, "administer", "any organization with an audit")
        return
    if state not in store.states:
        raise UnknownStateError(state, sorted(store.states))
    known = tree_of(connection, store.states[state])
    require(actor, "administer", state=state, organization=organization, tree=known)
