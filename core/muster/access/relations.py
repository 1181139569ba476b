"""What the tree does not say: dated relations between organizations, and their dated identifiers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from sqlalchemy import insert, or_, select, update

from muster.access import audit
from muster.access.refusals import DaysReversedError, RepeatedRelationError, TakenIdentifierError
from muster.store.access_tables import organization_identifier as identifiers
from muster.store.access_tables import organization_relation as relations

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from sqlalchemy import ColumnElement, Connection, Row, Table

    from muster.model.actors import Actor


@dataclass(frozen=True, slots=True)
class Days:
    """First and last day, both inclusive; None is open."""

    starts: date | None = None
    ends: date | None = None


@dataclass(frozen=True, slots=True)
class Relation:
    """One organization is something to another: "member of", "provides for"."""

    id: int
    organization: str
    relation: str
    other: str
    days: Days


@dataclass(frozen=True, slots=True)
class Identifier:
    """What an organization is called in a scheme: its CTDS, its LE."""

    id: int
    organization: str
    scheme: str
    value: str
    days: Days


def relate(
    connection: Connection,
    by: Actor,
    state: str,
    organization: str,
    relation: str,
    other: str,
    days: Days,
    now: datetime,
) -> int:
    """Say that an organization is something to another on some days; return the relation's number."""
    same = (relations.c.organization == organization, relations.c.relation == relation, relations.c.other == other)
    if next(_meeting(connection, relations, state, days, *same), None) is not None:
        raise RepeatedRelationError(organization, relation, other)
    values = {"organization": organization, "relation": relation, "other": other}
    return _insert(connection, by, relations, state, values, days, now)


def identify(
    connection: Connection, by: Actor, state: str, organization: str, scheme: str, value: str, days: Days, now: datetime
) -> int:
    """Give an organization an identifier on some days; return its number."""
    same = (identifiers.c.scheme == scheme, identifiers.c.value == value)
    for taken in _meeting(connection, identifiers, state, days, *same):
        raise TakenIdentifierError(scheme, value, taken.organization)
    values = {"organization": organization, "scheme": scheme, "value": value}
    return _insert(connection, by, identifiers, state, values, days, now)


def end_relation(connection: Connection, by: Actor, relation: int, last: date, now: datetime) -> None:
    """Let a relation end with a day."""
    _end(connection, by, relations, relation, last, now)


def end_identifier(connection: Connection, by: Actor, identifier: int, last: date, now: datetime) -> None:
    """Let an identifier end with a day."""
    _end(connection, by, identifiers, identifier, last, now)


def relations_of(connection: Connection, state: str, organization: str, day: date) -> tuple[Relation, ...]:
    """Return what an organization is to others, and others to it, on a day."""
    either = or_(relations.c.organization == organization, relations.c.other == organization)
    found = _meeting(connection, relations, state, Days(day, day), either)
    return tuple(Relation(row.id, row.organization, row.relation, row.other, _days(row)) for row in found)


def identifiers_of(connection: Connection, state: str, organization: str, day: date) -> tuple[Identifier, ...]:
    """Return an organization's identifiers on a day."""
    found = _meeting(connection, identifiers, state, Days(day, day), identifiers.c.organization == organization)
    return tuple(Identifier(row.id, row.organization, row.scheme, row.value, _days(row)) for row in found)


def organization_of(connection: Connection, state: str, scheme: str, value: str, day: date) -> str | None:
    """Return whose an identifier is on a day."""
    same = (identifiers.c.scheme == scheme, identifiers.c.value == value)
    for row in _meeting(connection, identifiers, state, Days(day, day), *same):
        return str(row.organization)
    return None


def _meeting(
    connection: Connection, table: Table, state: str, days: Days, *wanted: ColumnElement[bool]
) -> Iterator[Row[Any]]:
    """Yield the rows that hold on at least one of these days."""
    conditions = [table.c.state == state, *wanted]
    if days.starts is not None:
        conditions.append(or_(table.c.ends.is_(None), table.c.ends >= days.starts.isoformat()))
    if days.ends is not None:
        conditions.append(or_(table.c.starts.is_(None), table.c.starts <= days.ends.isoformat()))
    yield from connection.execute(select(table).where(*conditions).order_by(table.c.id))


def _insert(
    connection: Connection, by: Actor, table: Table, state: str, values: dict[str, str], days: Days, now: datetime
) -> int:
    if days.starts is not None and days.ends is not None and days.ends < days.starts:
        raise DaysReversedError(days.starts, days.ends)
    stored = {
        "state": state,
        **values,
        "starts": days.starts.isoformat() if days.starts else None,
        "ends": days.ends.isoformat() if days.ends else None,
    }
    row = connection.execute(insert(table).values(stored).returning(*table.c)).one()
    _note(connection, by, f"added {_word(table)}", row, stored, now)
    return int(row.id)


def _end(connection: Connection, by: Actor, table: Table, number: int, last: date, now: datetime) -> None:
    row = connection.execute(select(table).where(table.c.id == number)).one()
    if row.starts is not None and last.isoformat() < row.starts:
        raise DaysReversedError(date.fromisoformat(row.starts), last)
    connection.execute(update(table).where(table.c.id == number).values(ends=last.isoformat()))
    _note(connection, by, f"ended {_word(table)}", row, {"ends": last.isoformat()}, now)


def _word(table: Table) -> str:
    return table.name.removeprefix("organization_")


def _days(row: Row[Any]) -> Days:
    return Days(*(date.fromisoformat(text) if text else None for text in (row.starts, row.ends)))


def _note(connection: Connection, by: Actor, act: str, row: Row[Any], detail: dict[str, Any], now: datetime) -> None:
    audit.note(
        connection,
        state=row.state,
        organization=row.organization,
        actor=by,
        act=act,
        subject=f"{act.rsplit(' ', 1)[-1]}/{row.id}",
        detail=detail,
        at=now,
    )
