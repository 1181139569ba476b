"""Signing in elsewhere: a provider's ID token is checked, and leads to the account it was first used for.

Needs the extra ``muster[oidc]``. Fetching the provider's keys and the way there and back belong to the web.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import select, update

from muster.access import audit, people
from muster.access.refusals import AccessRefusedError
from muster.model.actors import Actor
from muster.store.access_tables import person as table

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlalchemy import Connection

    from muster.model.states import State

_SIGNED_WITH = ["RS256", "PS256", "ES256", "EdDSA"]
"""Public keys only: with a shared secret, whoever can check a token could make one."""
_LEEWAY_SECONDS = 60


class OidcMissingError(AccessRefusedError):
    """The libraries of the extra are not installed."""

    exit_code = 2

    def __init__(self) -> None:
        super().__init__('Signing in elsewhere is not installed. Install it with: pip install "muster[oidc]"')


class IdTokenRefusedError(AccessRefusedError):
    """The token is not one of this provider for this installation and this sign-in, or its time is over."""

    def __init__(self) -> None:
        super().__init__("The sign-in of your provider cannot be accepted. Sign in there again.")


class NoAccountError(AccessRefusedError):
    """The token is good, and no active account belongs to it."""

    def __init__(self) -> None:
        super().__init__(
            "You are signed in with your provider, but have no account here. Ask whoever administers people."
        )


@dataclass(frozen=True, slots=True)
class Provider:
    """Who vouches for people: its issuer address, our id there, and its public keys (a JWK set)."""

    issuer: str
    client_id: str
    keys: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Identity:
    """Whom a token is about: ``subject`` holds the issuer too; ``email`` only where it was verified."""

    subject: str
    email: str | None


def identity_of(provider: Provider, id_token: str, nonce: str, now: datetime) -> Identity:
    """Return whom an ID token is about; it must be signed, addressed and dated rightly, and answer our nonce."""
    claims = _claims(provider, id_token, nonce, now)
    email = claims.get("email") if claims.get("email_verified") is True else None
    return Identity(f"{provider.issuer} {claims['sub']}", email.strip().casefold() if isinstance(email, str) else None)


def sign_in(connection: Connection, identity: Identity, now: datetime, states: Mapping[str, State]) -> Actor:
    """Return the actor of the account that belongs to an identity.

    The first sign-in binds the account with the verified address to the identity; from then on the address alone opens
    nothing, since providers give addresses to others.
    """
    known = connection.execute(select(table.c.id).where(table.c.oidc_subject == identity.subject)).scalar_one_or_none()
    number = known if known is not None else _bound(connection, identity, now)
    if number is None or not people.person_of(connection, number).active:
        raise NoAccountError
    return people.actor_of(connection, number, now, states)


def _claims(provider: Provider, id_token: str, nonce: str, now: datetime) -> dict[str, Any]:
    try:
        from joserfc import jwt
        from joserfc.errors import JoseError
        from joserfc.jwk import KeySet
    except ImportError:
        raise OidcMissingError from None
    wanted: dict[str, Any] = {
        "iss": {"essential": True, "value": provider.issuer},
        "aud": {"essential": True, "value": provider.client_id},
        "sub": {"essential": True},
        "exp": {"essential": True},
        "nonce": {"essential": True, "value": nonce},
    }
    try:
        keys = KeySet.import_key_set({"keys": list(provider.keys["keys"])})
        claims = jwt.decode(id_token, keys, algorithms=_SIGNED_WITH).claims
        jwt.JWTClaimsRegistry(now=int(now.timestamp()), leeway=_LEEWAY_SECONDS, **wanted).validate(claims)
    except (JoseError, ValueError, KeyError, TypeError):
        raise IdTokenRefusedError from None
    if claims.get("azp", provider.client_id) != provider.client_id:
        raise IdTokenRefusedError
    return claims


def _bound(connection: Connection, identity: Identity, now: datetime) -> int | None:
    """Bind the account with the verified address, unless it belongs to another identity, and return its number."""
    if identity.email is None:
        return None
    free = (table.c.email == identity.email) & table.c.oidc_subject.is_(None) & table.c.active
    number: int | None = connection.execute(select(table.c.id).where(free)).scalar_one_or_none()
    if number is None:
        return None
    connection.execute(update(table).where(table.c.id == number).values(oidc_subject=identity.subject))
    person = people.person_of(connection, number)
    audit.note(
        connection,
        state="",
        organization=None,
        actor=Actor(person.name, person=number),
        act="bound account to provider",
        subject=f"person/{number}",
        detail={"subject": identity.subject},
        at=now,
    )
    return number
