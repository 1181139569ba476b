"""Actions: previewed by doing them and rolling back, done in one transaction with one audit entry, told afterwards."""

from __future__ import annotations

import logging
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import UTC
from typing import TYPE_CHECKING, Any

from muster.access import audit
from muster.acting.failures import OtherChangesError, UnknownActionError
from muster.acting.inputs import private_fields, read_input
from muster.acting.looking import Looking
from muster.acting.places import scope_for
from muster.acting.work import Working
from muster.model.actions import Performed
from muster.model.events import Event
from muster.model.screens import Form

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pydantic import BaseModel
    from sqlalchemy import Connection

    from muster.model.actions import Action, Changes
    from muster.model.actors import Actor
    from muster.model.places import Place
    from muster.plugins import Plugins
    from muster.store import Store

_log = logging.getLogger("muster")


class _RolledBackError(Exception):
    """Ends a preview's transaction without keeping anything of it."""


@dataclass(frozen=True, slots=True)
class Order:
    """What a person asks to be done.

    ``given`` are the input's fields as text or values. ``expected_version`` is the version of the record that the
    person saw. ``confirmed`` are the counts that a preview showed: where the action would now change something else,
    it is not done.
    """

    action: str
    given: Mapping[str, Any]
    expected_version: int | None = None
    confirmed: Changes | None = None


def actions_of(plugins: Plugins, state: str) -> dict[str, Action]:
    """Return the actions of a state by id, in the order in which plugins declare them."""
    return {one.id: one for answer in plugins.manager.hook.actions(state=state) for one in answer}


def action_of(plugins: Plugins, state: str, action: str) -> Action:
    """Return one action; UnknownActionError where the state has none of this id."""
    known = actions_of(plugins, plugins.state(state).id)
    if action not in known:
        raise UnknownActionError(state, action, sorted(known))
    return known[action]


def form_of(
    store: Store, plugins: Plugins, actor: Actor, place: Place, action: str, record: int | None
) -> tuple[Action, Form]:
    """Return an action with its form: filled in with a record where one is given, else empty."""
    found = action_of(plugins, place.state, action)
    with store.reading() as connection:
        scope = scope_for(connection, store, plugins, actor, place, found.permission)
        if record is None or found.fill is None:
            return found, Form(found.id, record=record)
        return found, found.fill(Looking(connection, scope), record)


def preview(store: Store, plugins: Plugins, actor: Actor, place: Place, order: Order) -> Performed:
    """Do an action, count what it changes, and roll it back: nothing stands afterwards."""
    action, given = _read(plugins, place, order)
    done: list[Performed] = []
    with suppress(_RolledBackError), store.writing() as connection:
        done.append(_do(connection, store, plugins, actor, place, action, given, order, preview=True))
        raise _RolledBackError
    return done[0]


def perform(store: Store, plugins: Plugins, actor: Actor, place: Place, order: Order) -> Performed:
    """Do an action in one transaction with one audit entry; plugins hear of it when it stands."""
    action, given = _read(plugins, place, order)
    with store.writing() as connection:
        done = _do(connection, store, plugins, actor, place, action, given, order, preview=False)
    tell(plugins, _event(store, actor, place, done))
    return done


def tell(plugins: Plugins, event: Event) -> None:
    """Let every plugin hear of an event, each for itself: one that fails is noted by its name and stops nothing."""
    for heard in plugins.manager.hook.happened.get_hookimpls():
        try:
            heard.function(**dict.fromkeys(heard.argnames, event))
        except Exception as error:  # noqa: BLE001 - a stranger's plugin may raise anything, and all is stored already
            _log.error("%s failed to hear of %s: %s", heard.plugin_name, event.kind, type(error).__name__)


def _read(plugins: Plugins, place: Place, order: Order) -> tuple[Action, BaseModel]:
    action = action_of(plugins, place.state, order.action)
    return action, read_input(action.input, order.given)


def _do(  # noqa: PLR0913 - one act: who, where, what, with what
    connection: Connection,
    store: Store,
    plugins: Plugins,
    actor: Actor,
    place: Place,
    action: Action,
    given: BaseModel,
    order: Order,
    *,
    preview: bool,
) -> Performed:
    scope = scope_for(connection, store, plugins, actor, place, action.permission)
    work = Working(connection, scope, order.expected_version)
    said = action.perform(work, given) or ""
    changes = work.changes()
    if order.confirmed is not None and order.confirmed != changes:
        raise OtherChangesError(changes)
    head = None if preview else _note(connection, work, action, given, changes)
    return Performed(action.id, preview, changes, said, tuple(work.findings), head)


def _note(connection: Connection, work: Working, action: Action, given: BaseModel, changes: Changes) -> int:
    """Add the audit entry last: it locks the newest entry of the organization's chain."""
    head = audit.note(
        connection,
        state=work.place.state,
        organization=work.place.organization,
        actor=work.actor,
        act=f"performed {action.id}",
        subject=work.place.address,
        detail={
            "input": given.model_dump(mode="json", exclude_unset=True),
            "private": sorted(private_fields(action.input)),
            "changes": [asdict(one) for one in changes.changes],
        },
        at=work.now.astimezone(UTC),
    )
    return head.number


def _event(store: Store, actor: Actor, place: Place, done: Performed) -> Event:
    counts = {"created": 0, "updated": 0, "deleted": 0}
    for one in done.changes.changes:
        counts = {kind: number + getattr(one, kind) for kind, number in counts.items()}
    return Event(
        kind="action performed",
        state=place.state,
        organization=place.organization,
        year=place.year,
        subject=f"{place.state}/{done.action}",
        actor=actor.name,
        at=store.clock.now(),
        detail=counts,
    )
