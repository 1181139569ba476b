"""Who may sign for an organization: the list that the district keeps, and whom the state's declaration asks of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import insert, select, update

from muster.access import audit
from muster.certifying.refusals import NotACertifierError, SecondaryCertifierError
from muster.store.access_tables import person
from muster.store.certifying_tables import certifier

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import Connection

    from muster.model.actors import Actor
    from muster.model.certifying import CertifierKind, Certifiers


@dataclass(frozen=True, slots=True)
class Membership:
    """The list of certifiers of one organization: the state, its word for the list, the organization."""

    state: str
    name: str
    organization: str


@dataclass(frozen=True, slots=True)
class Certifier:
    """One person on the list; ``active`` is false where the person, or the person's account, was deactivated."""

    person: int
    name: str
    email: str
    kind: CertifierKind
    place: int
    active: bool

    @property
    def signs(self) -> bool:
        """Tell whether this one's signature counts: only active primary certifiers sign."""
        return self.active and self.kind == "primary"


def certifiers_of(connection: Connection, membership: Membership) -> tuple[Certifier, ...]:
    """Return everybody on the list in the order of signing, those who are no longer active included."""
    own = certifier.c
    query = (
        select(
            own.person, person.c.name, person.c.email, own.kind, own.place, own.active, person.c.active.label("account")
        )
        .join(person, person.c.id == own.person)
        .where(*_of(membership))
        .order_by(own.place, own.id)
    )
    return tuple(
        Certifier(row.person, row.name, row.email, row.kind, row.place, active=bool(row.active and row.account))
        for row in connection.execute(query)
    )


def set_certifier(
    connection: Connection,
    actor: Actor,
    membership: Membership,
    person_id: int,
    *,
    now: datetime,
    kind: CertifierKind = "primary",
    place: int = 1,
    active: bool = True,
) -> None:
    """Put a person on the list, or change how the person stands on it; nobody is ever taken off.

    The caller has made sure that the actor may assign certifiers there.
    """
    values: dict[str, Any] = {
        "kind": kind,
        "place": place,
        "active": active,
        "changed_by": actor.name,
        "changed_at": now.isoformat(timespec="seconds"),
    }
    mine = (*_of(membership), certifier.c.person == person_id)
    if not connection.execute(update(certifier).where(*mine).values(**values)).rowcount:
        whose = {"state": membership.state, "membership": membership.name, "organization": membership.organization}
        connection.execute(insert(certifier).values(**whose, person=person_id, **values))
    audit.note(
        connection,
        state=membership.state,
        organization=membership.organization,
        actor=actor,
        act="set certifier",
        subject=f"{membership.state}/{membership.organization} person {person_id}",
        detail={"membership": membership.name, "kind": kind, "place": place, "active": active},
        at=now,
    )


def required(listed: Sequence[Certifier]) -> tuple[Certifier, ...]:
    """Return those whose signatures count, in the order of signing."""
    return tuple(one for one in listed if one.signs)


def missing(declared: Certifiers, listed: Sequence[Certifier], signed: set[int]) -> tuple[Certifier, ...]:
    """Return who has still to sign, given who signed the same data; empty: all who are required have signed.

    Signatures of people who were deactivated afterwards stand, but with no active certifier nothing is complete.
    """
    asked = required(listed)
    if declared.who == "one" and signed:
        return ()
    return tuple(one for one in asked if one.person not in signed)


def the_signer(listed: Sequence[Certifier], membership: Membership, person_id: int, name: str) -> Certifier:
    """Return how the person stands on the list; who may not sign is refused."""
    found = next((one for one in listed if one.person == person_id), None)
    if found is None or not found.active:
        raise NotACertifierError(name, membership.name, membership.organization, inactive=found is not None)
    if found.kind != "primary":
        raise SecondaryCertifierError(name, membership.name, membership.organization)
    return found


def warnings(declared: Certifiers, listed: Sequence[Certifier]) -> tuple[str, ...]:
    """Return what should be said about the list to whoever keeps it, and to whoever signs."""
    names = [one.name for one in required(listed)]
    if not names:
        return (f"{declared.membership} has no active primary certifier, so nothing can be certified.",)
    if len(names) == 1 or declared.who == "one":
        return ()
    order = ", in this order" if declared.who == "in-order" else ""
    return (f"{declared.membership} has {len(names)} primary certifiers: all must sign{order}: {', '.join(names)}.",)


def _of(membership: Membership) -> tuple[Any, ...]:
    own = certifier.c
    return (
        own.state == membership.state,
        own.membership == membership.name,
        own.organization == membership.organization,
    )
