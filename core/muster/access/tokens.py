"""Tokens for programs: shown once, kept as a hash, for some of a person's rights, for some time."""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Any, get_args

from sqlalchemy import insert, select, update

from muster.access import audit
from muster.access.checks import require_person
from muster.access.organizations import tree_of
from muster.access.people import actor_of, person_of
from muster.access.refusals import (
    TokenExpiredError,
    TokenNameMissingError,
    TokenPermissionError,
    TokenRefusedError,
    TokenRevokedError,
    TokenTimeError,
    UnknownTokenError,
)
from muster.model.permissions import Permission
from muster.store.access_tables import api_token

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sqlalchemy import Connection, Row

    from muster.access.organizations import Tree
    from muster.model.actors import Actor, Grant
    from muster.model.states import State

PREFIX = "muster_"
"""So that a token is recognised where it does not belong: in a file, a log, a repository."""
MOST_DAYS = 366
USE_NOTED_EVERY = timedelta(minutes=1)
"""A program asks many times a minute; its last use is written once in that time."""


@dataclass(frozen=True, slots=True)
class TokenTerms:
    """What a token is for: some permissions, in one state or all, in an organization and below or everywhere."""

    name: str
    permissions: tuple[Permission, ...]
    expires: datetime
    state: str | None = None
    organization: str | None = None


@dataclass(frozen=True, slots=True)
class TokenRow:
    """A token as it is listed: everything but the token."""

    id: int
    person: int
    terms: TokenTerms
    created_at: str
    last_used_at: str | None
    revoked_at: str | None


def issue(connection: Connection, by: Actor, terms: TokenTerms, now: datetime) -> tuple[int, str]:
    """Make a token for oneself; return its number and the token, which nobody can show again."""
    person = require_person(by)
    _refuse_terms(terms, now)
    secret = PREFIX + secrets.token_urlsafe(32)
    values = {
        "person": person,
        "name": terms.name.strip(),
        "state": terms.state,
        "token_hash": _hash(secret),
        "permissions": json.dumps(list(terms.permissions)),
        "organization": terms.organization,
        "expires_at": terms.expires.astimezone(UTC).isoformat(timespec="seconds"),
        "created_at": now.isoformat(timespec="seconds"),
    }
    number: int = connection.execute(insert(api_token).values(values).returning(api_token.c.id)).scalar_one()
    shown = {name: value for name, value in values.items() if name != "token_hash"}
    _note(connection, by, "issued token", number, shown, now)
    return number, secret


def authenticate(connection: Connection, secret: str, now: datetime, states: Mapping[str, State]) -> Actor:
    """Return the actor of a token: its owner, with what the token and the owner's roles of today both allow."""
    row = connection.execute(select(api_token).where(api_token.c.token_hash == _hash(secret))).first()
    if row is None or not person_of(connection, row.person).active:
        raise TokenRefusedError
    token = _token(row)
    if token.revoked_at is not None:
        raise TokenRevokedError(token.terms.name, token.revoked_at)
    if token.terms.expires <= now:
        raise TokenExpiredError(token.terms.name, row.expires_at)
    owner = actor_of(connection, token.person, now, states)
    trees = {one.state: tree_of(connection, states[one.state]) for one in owner.grants}
    narrowed = tuple(_narrowed(owner.grants, token.terms, trees))
    return replace(owner, name=f"{owner.name} (token {token.id})", grants=narrowed)


def note_use(connection: Connection, secret: str, now: datetime) -> None:
    """Write down that a token was used."""
    used = update(api_token).where(api_token.c.token_hash == _hash(secret))
    connection.execute(used.values(last_used_at=now.isoformat(timespec="seconds")))


def use_is_noted(connection: Connection, secret: str, now: datetime) -> bool:
    """Tell whether a use in the last minute is written down already."""
    query = select(api_token.c.last_used_at).where(api_token.c.token_hash == _hash(secret))
    last = connection.execute(query).scalar_one_or_none()
    return last is not None and now - datetime.fromisoformat(last) < USE_NOTED_EVERY


def list_tokens(connection: Connection, person: int) -> tuple[TokenRow, ...]:
    """Return a person's tokens, in the order in which they were made."""
    query = select(api_token).where(api_token.c.person == person).order_by(api_token.c.id)
    return tuple(_token(row) for row in connection.execute(query))


def token_row(connection: Connection, token: int) -> TokenRow:
    """Return one token by its number."""
    row = connection.execute(select(api_token).where(api_token.c.id == token)).first()
    if row is None:
        raise UnknownTokenError(token)
    return _token(row)


def revoke(connection: Connection, by: Actor, token: int, now: datetime) -> None:
    """End a token now; one that was revoked before stays so."""
    if token_row(connection, token).revoked_at is None:
        values = {"revoked_at": now.isoformat(timespec="seconds")}
        connection.execute(update(api_token).where(api_token.c.id == token).values(values))
        _note(connection, by, "revoked token", token, {}, now)


def _refuse_terms(terms: TokenTerms, now: datetime) -> None:
    unknown = [one for one in terms.permissions if one not in get_args(Permission)]
    if unknown or not terms.permissions:
        raise TokenPermissionError(unknown, get_args(Permission))
    if not terms.name.strip():
        raise TokenNameMissingError
    if not timedelta(0) < terms.expires - now <= timedelta(days=MOST_DAYS):
        raise TokenTimeError(MOST_DAYS)


def _narrowed(grants: tuple[Grant, ...], terms: TokenTerms, trees: Mapping[str, Tree]) -> Iterator[Grant]:
    """Yield what of each role the token leaves."""
    for one in grants:
        left = one.permissions & set(terms.permissions)
        if terms.state not in (None, one.state) or not left:
            continue
        if terms.organization is None or _covers(trees[one.state], terms.organization, one.organization):
            yield replace(one, permissions=left)
        elif _covers(trees[one.state], one.organization, terms.organization):
            yield replace(one, permissions=left, organization=terms.organization)


def _covers(tree: Tree, upper: str | None, organization: str | None) -> bool:
    """Tell whether one scope holds another; None is the whole state."""
    return upper is None or (organization is not None and tree.covers(upper, organization))


def _hash(secret: str) -> str:
    """Return what is kept of a token: it is random and long, so a plain digest cannot be turned back."""
    return sha256(secret.encode()).hexdigest()


def _token(row: Row[Any]) -> TokenRow:
    expires = datetime.fromisoformat(row.expires_at)
    terms = TokenTerms(row.name, tuple(json.loads(row.permissions)), expires, row.state, row.organization)
    return TokenRow(row.id, row.person, terms, row.created_at, row.last_used_at, row.revoked_at)


def _note(connection: Connection, by: Actor, act: str, token: int, detail: Mapping[str, Any], now: datetime) -> None:
    audit.note(
        connection, state="", organization=None, actor=by, act=act, subject=f"token/{token}", detail=detail, at=now
    )
