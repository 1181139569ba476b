"""Roles that people hold: given, lent with dates, ended; and those that stand today."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from sqlalchemy import insert, select, update

from muster.access import audit
from muster.access.checks import place
from muster.access.refusals import (
    DaysReversedError,
    NotLentError,
    OwnRoleError,
    UnknownGrantError,
    UnknownPersonError,
    UnknownRoleError,
)
from muster.model.actors import Grant
from muster.store.access_tables import person as people
from muster.store.access_tables import role_grant

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from sqlalchemy import Connection, Row

    from muster.access.organizations import Tree
    from muster.model.actors import Actor
    from muster.model.permissions import Role
    from muster.model.states import State


@dataclass(frozen=True, slots=True)
class Scope:
    """Where and when a role holds: an organization with all below it (None: the whole state), a year (None: all).

    ``starts`` and ``ends`` are days in the state's time zone, both inclusive; None is open.
    """

    organization: str | None = None
    year: int | None = None
    starts: date | None = None
    ends: date | None = None


@dataclass(frozen=True, slots=True)
class Held:
    """A role that a person was given, as it is listed; ``lent`` is the grant that ``lender`` lends it from."""

    id: int
    person: int
    state: str
    role: str
    scope: Scope
    lent: int | None
    lender: int | None
    given_by: str
    given_at: str
    ended_at: str | None


def give(connection: Connection, by: Actor, state: State, person: int, role: str, scope: Scope, now: datetime) -> int:
    """Give a person a role and return its number; nobody gives one to himself."""
    role_of(state, role)
    _refuse_own(by, person)
    return _insert(connection, by, state, person, role, scope, None, now)


def end(connection: Connection, by: Actor, grant: int, now: datetime) -> None:
    """End a role now; what was lent from it ends with it."""
    row = _standing_row(connection, grant)
    values = {"ended_by": by.name, "ended_at": now.isoformat(timespec="seconds")}
    connection.execute(update(role_grant).where(role_grant.c.id == grant).values(values))
    _note(connection, by, "ended role", row.state, row.organization, grant, {"role": row.role}, now)


def delegate(
    connection: Connection, by: Actor, state: State, grant: int, to: int, scope: Scope, now: datetime, *, tree: Tree
) -> int:
    """Lend one's own role to another person, within its organization, year and days; return the new grant's number.

    The loan needs a last day. It holds only as long as the lender's own role does, and cannot be lent on.
    """
    own = held(_standing_row(connection, grant))
    if by.person != own.person or own.state != state.id or not _lendable(own, scope, tree):
        raise NotLentError(by.name, own.role, place(state.id, scope.organization, scope.year))
    _refuse_own(by, to)
    return _insert(connection, by, state, to, own.role, scope, own, now)


def list_grants(connection: Connection, person: int | None = None) -> tuple[Held, ...]:
    """Return all roles ever given, or those of one person, in the order in which they were given."""
    query = select(role_grant).order_by(role_grant.c.id)
    if person is not None:
        query = query.where(role_grant.c.person == person)
    return tuple(held(row) for row in connection.execute(query))


def grant_of(connection: Connection, grant: int) -> Held:
    """Return one role that was not ended."""
    return held(_standing_row(connection, grant))


def standing_grants(
    connection: Connection, person: int, now: datetime, states: Mapping[str, State]
) -> tuple[Grant, ...]:
    """Return what a person's roles allow today, by the state's own calendar and its declaration of the roles."""
    return tuple(_standing(connection, person, now, states))


def role_of(state: State, role: str) -> Role:
    """Return a role as the state declares it."""
    for one in state.roles:
        if one.name == role:
            return one
    raise UnknownRoleError(state.id, role, [one.name for one in state.roles])


def held(row: Row[Any]) -> Held:
    """Return a stored grant."""
    scope = Scope(row.organization, row.year, _day(row.starts), _day(row.ends))
    return Held(
        row.id,
        row.person,
        row.state,
        row.role,
        scope,
        row.lent_grant,
        row.delegated_by,
        row.given_by,
        row.given_at,
        row.ended_at,
    )


def _standing(connection: Connection, person: int, now: datetime, states: Mapping[str, State]) -> Iterator[Grant]:
    for one in list_grants(connection, person):
        state = states.get(one.state)
        roles = {role.name: role for role in state.roles} if state is not None else {}
        if state is None or one.role not in roles:
            continue
        today = now.astimezone(ZoneInfo(state.time_zone)).date()
        if _holds(one, today) and (one.lent is None or _lender_holds(connection, one.lent, today)):
            permissions = frozenset(roles[one.role].permissions)
            yield Grant(one.state, one.role, permissions, one.scope.organization, one.scope.year)


def _holds(one: Held, today: date) -> bool:
    starts, ends = one.scope.starts, one.scope.ends
    return one.ended_at is None and (starts is None or starts <= today) and (ends is None or today <= ends)


def _lender_holds(connection: Connection, grant: int, today: date) -> bool:
    """Tell whether the role that was lent is still the lender's own, and the lender still active."""
    query = select(role_grant, people.c.active.label("lender_active")).join(people, people.c.id == role_grant.c.person)
    row = connection.execute(query.where(role_grant.c.id == grant)).one()
    return bool(row.lender_active) and _holds(held(row), today)


def _lendable(own: Held, scope: Scope, tree: Tree) -> bool:
    mine = own.scope
    inside = mine.organization is None or (
        scope.organization is not None and tree.covers(mine.organization, scope.organization)
    )
    return (
        own.lent is None
        and inside
        and mine.year in (None, scope.year)
        and scope.ends is not None
        and (mine.ends is None or scope.ends <= mine.ends)
    )


def _insert(
    connection: Connection,
    by: Actor,
    state: State,
    person: int,
    role: str,
    scope: Scope,
    lent: Held | None,
    now: datetime,
) -> int:
    if scope.starts is not None and scope.ends is not None and scope.ends < scope.starts:
        raise DaysReversedError(scope.starts, scope.ends)
    if connection.execute(select(people.c.id).where(people.c.id == person)).first() is None:
        raise UnknownPersonError(person)
    values = {
        "person": person,
        "state": state.id,
        "role": role,
        "organization": scope.organization,
        "year": scope.year,
        "starts": _text(scope.starts),
        "ends": _text(scope.ends),
        "delegated_by": lent.person if lent else None,
        "lent_grant": lent.id if lent else None,
        "given_by": by.name,
        "given_at": now.isoformat(timespec="seconds"),
    }
    number: int = connection.execute(insert(role_grant).values(values).returning(role_grant.c.id)).scalar_one()
    act = "lent role" if lent else "gave role"
    _note(connection, by, act, state.id, scope.organization, number, {**values, "person": f"person/{person}"}, now)
    return number


def _refuse_own(by: Actor, person: int) -> None:
    if by.person == person:
        raise OwnRoleError


def _standing_row(connection: Connection, grant: int) -> Row[Any]:
    query = select(role_grant).where(role_grant.c.id == grant, role_grant.c.ended_at.is_(None))
    row = connection.execute(query).first()
    if row is None:
        raise UnknownGrantError(grant)
    return row


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def _text(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _note(
    connection: Connection,
    by: Actor,
    act: str,
    state: str,
    organization: str | None,
    grant: int,
    detail: Mapping[str, Any],
    now: datetime,
) -> None:
    audit.note(
        connection,
        state=state,
        organization=organization,
        actor=by,
        act=act,
        subject=f"role/{grant}",
        detail=detail,
        at=now,
    )
