"""Requests for access: asked with a reason, decided case by case."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import insert, select, update

from muster.access import audit, grants
from muster.access.checks import require_person
from muster.access.grants import Scope
from muster.access.refusals import (
    OwnRoleError,
    ReasonMissingError,
    RequestDecidedError,
    RequestOpenError,
    UnknownRequestError,
)
from muster.store.access_tables import access_request

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

    from sqlalchemy import Connection, Row

    from muster.model.actors import Actor
    from muster.model.states import State


@dataclass(frozen=True, slots=True)
class AccessRequest:
    """A person's request for a role somewhere; ``decision`` is None, ``approved`` or ``refused``."""

    id: int
    person: int
    state: str
    role: str
    organization: str | None
    year: int | None
    reason: str
    asked_at: str
    decision: str | None
    decided_by: str | None
    decided_at: str | None
    decision_reason: str | None


def ask(
    connection: Connection,
    by: Actor,
    state: State,
    role: str,
    reason: str,
    now: datetime,
    *,
    organization: str | None = None,
    year: int | None = None,
) -> int:
    """Ask for a role for oneself and return the request's number."""
    person = require_person(by)
    grants.role_of(state, role)
    if not reason.strip():
        raise ReasonMissingError("A request for access")
    wanted = {"person": person, "state": state.id, "role": role, "organization": organization, "year": year}
    _refuse_repeated(connection, wanted)
    values = {**wanted, "reason": reason.strip(), "asked_at": now.isoformat(timespec="seconds")}
    number: int = connection.execute(insert(access_request).values(values).returning(access_request.c.id)).scalar_one()
    _note(connection, by, "asked for access", request_of(connection, number), {**wanted, "reason": reason}, now)
    return number


def decide(
    connection: Connection,
    by: Actor,
    state: State,
    request: int,
    now: datetime,
    *,
    approved: bool,
    reason: str = "",
    ends: date | None = None,
) -> int | None:
    """Approve a request, which gives the role (until a day), or refuse it with a reason; return the role's number."""
    asked = request_of(connection, request)
    if asked.decision is not None:
        raise RequestDecidedError(request, asked.decision, asked.decided_by or "")
    if not approved and not reason.strip():
        raise ReasonMissingError("A refusal")
    if by.person == asked.person:
        raise OwnRoleError
    values = {
        "decision": "approved" if approved else "refused",
        "decided_by": by.name,
        "decided_at": now.isoformat(timespec="seconds"),
        "decision_reason": reason.strip() or None,
    }
    open_still = (access_request.c.id == request) & access_request.c.decision.is_(None)
    if not connection.execute(update(access_request).where(open_still).values(values)).rowcount:
        return decide(connection, by, state, request, now, approved=approved, reason=reason, ends=ends)
    _note(connection, by, f"{values['decision']} access request", asked, {"reason": reason.strip()}, now)
    if not approved:
        return None
    scope = Scope(asked.organization, asked.year, ends=ends)
    return grants.give(connection, by, state, asked.person, asked.role, scope, now)


def request_of(connection: Connection, request: int) -> AccessRequest:
    """Return one request."""
    row = connection.execute(select(access_request).where(access_request.c.id == request)).first()
    if row is None:
        raise UnknownRequestError(request)
    return _request(row)


def list_requests(connection: Connection, *, undecided: bool = False) -> tuple[AccessRequest, ...]:
    """Return the requests, the oldest first; all, or those that wait for a decision."""
    query = select(access_request).order_by(access_request.c.id)
    if undecided:
        query = query.where(access_request.c.decision.is_(None))
    return tuple(_request(row) for row in connection.execute(query))


def _refuse_repeated(connection: Connection, wanted: Mapping[str, Any]) -> None:
    same = [access_request.c[name].is_not_distinct_from(value) for name, value in wanted.items()]
    query = select(access_request.c.id).where(*same, access_request.c.decision.is_(None))
    row = connection.execute(query).first()
    if row is not None:
        raise RequestOpenError(row.id)


def _request(row: Row[Any]) -> AccessRequest:
    return AccessRequest(**dict(zip(row._fields, row, strict=True)))


def _note(
    connection: Connection, by: Actor, act: str, asked: AccessRequest, detail: Mapping[str, Any], now: datetime
) -> None:
    audit.note(
        connection,
        state=asked.state,
        organization=asked.organization,
        actor=by,
        act=act,
        subject=f"access-request/{asked.id}",
        detail=detail,
        at=now,
    )
