"""People and their local accounts."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import insert, select, update

from muster.access import audit, passwords
from muster.access.grants import standing_grants
from muster.access.refusals import (
    KnownPersonError,
    NameMissingError,
    NotAnAddressError,
    SignInRefusedError,
    UnknownPersonError,
    WrongPasswordError,
)
from muster.model.actors import Actor
from muster.store.access_tables import person as people

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlalchemy import Connection, Row

    from muster.model.states import State

_ADDRESS = re.compile(r"[^@\s<>]+@[^@\s<>]+")


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who may sign in."""

    id: int
    name: str
    email: str
    active: bool
    local: bool
    """Whether the account has a password here."""


def add_person(
    connection: Connection, by: Actor, *, name: str, email: str, password: str | None = None, now: datetime
) -> Person:
    """Make an account; without a password its owner signs in elsewhere (OIDC), or not until one is set."""
    given = " ".join(name.split())
    address = _address(email)
    if not given:
        raise NameMissingError
    if _row(connection, people.c.email == address) is not None:
        raise KnownPersonError(address)
    values: dict[str, Any] = {
        "name": given,
        "email": address,
        "active": True,
        "password_hash": None if password is None else passwords.hash_password(password),
        "created_at": now.isoformat(timespec="seconds"),
        "created_by": by.name,
    }
    number: int = connection.execute(insert(people).values(values).returning(people.c.id)).scalar_one()
    _note(connection, by, "added person", number, {"name": given, "email": address}, now)
    return Person(number, given, address, active=True, local=password is not None)


def list_people(connection: Connection) -> tuple[Person, ...]:
    """Return everybody, by name."""
    return tuple(_person(row) for row in connection.execute(select(people).order_by(people.c.name, people.c.id)))


def person_of(connection: Connection, who: int | str) -> Person:
    """Return one person by number or address."""
    row = _row(connection, people.c.id == who if isinstance(who, int) else people.c.email == who.strip().casefold())
    if row is None:
        raise UnknownPersonError(who)
    return _person(row)


def set_active(connection: Connection, by: Actor, person: int, *, active: bool, now: datetime) -> None:
    """Let a person sign in, or no longer; what the person signed stands either way."""
    person_of(connection, person)
    connection.execute(update(people).where(people.c.id == person).values(active=active))
    _note(connection, by, "activated person" if active else "deactivated person", person, {}, now)


def set_password(connection: Connection, by: Actor, person: int, password: str, now: datetime) -> None:
    """Give a person another password."""
    person_of(connection, person)
    kept = passwords.hash_password(password)
    connection.execute(update(people).where(people.c.id == person).values(password_hash=kept))
    _note(connection, by, "set password", person, {}, now)


def sign_in(connection: Connection, email: str, password: str, now: datetime, states: Mapping[str, State]) -> Actor:
    """Return the actor of an account with the roles that hold today; every refusal is the same sentence."""
    row = _row(connection, people.c.email == email.strip().casefold())
    right = passwords.matches(row.password_hash if row is not None else None, password)
    if row is None or not right or not row.active:
        raise SignInRefusedError
    return _actor(connection, _person(row), now, states)


def renew_hash(connection: Connection, person: int, password: str) -> bool:
    """Hash a password that has just been found right again, where its hash was made with other parameters."""
    row = _row(connection, people.c.id == person)
    if row is None or row.password_hash is None or not passwords.outdated(row.password_hash):
        return False
    renewed = passwords.hash_anew(password)
    old = people.c.password_hash == row.password_hash
    connection.execute(update(people).where(people.c.id == person, old).values(password_hash=renewed))
    return True


def needs_renewal(connection: Connection, person: int) -> bool:
    """Tell whether a person's hash was made with other parameters than today's."""
    row = _row(connection, people.c.id == person)
    return row is not None and row.password_hash is not None and passwords.outdated(row.password_hash)


def actor_of(connection: Connection, person: int, now: datetime, states: Mapping[str, State]) -> Actor:
    """Return the actor of somebody who signed in before; an account that is not active any more is refused."""
    row = _row(connection, people.c.id == person)
    if row is None or not row.active:
        raise SignInRefusedError
    return _actor(connection, _person(row), now, states)


def check_password(connection: Connection, person: int, password: str) -> None:
    """Refuse unless this is the password of an active account: what signing asks, whoever is signed in."""
    row = _row(connection, people.c.id == person)
    right = passwords.matches(row.password_hash if row is not None else None, password)
    if row is None or not right or not row.active:
        raise WrongPasswordError


def _actor(connection: Connection, person: Person, now: datetime, states: Mapping[str, State]) -> Actor:
    return Actor(person.name, person=person.id, grants=standing_grants(connection, person.id, now, states))


def _address(email: str) -> str:
    address = email.strip().casefold()
    if not _ADDRESS.fullmatch(address):
        raise NotAnAddressError(address)
    return address


def _row(connection: Connection, wanted: Any) -> Row[Any] | None:
    return connection.execute(select(people).where(wanted)).first()


def _person(row: Row[Any]) -> Person:
    return Person(row.id, row.name, row.email, active=row.active, local=row.password_hash is not None)


def _note(connection: Connection, by: Actor, act: str, person: int, detail: Mapping[str, Any], now: datetime) -> None:
    audit.note(
        connection, state="", organization=None, actor=by, act=act, subject=f"person/{person}", detail=detail, at=now
    )
