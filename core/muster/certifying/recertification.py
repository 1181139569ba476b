"""Correcting what was certified: a district asks and the agency decides, or the agency returns it of its own accord.

The signed copy stands until the next revision is signed.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal

from sqlalchemy import insert, select, update

from muster.access.checks import require
from muster.certifying.cases import locked_case
from muster.certifying.certifications import accept_certification, certification_of
from muster.certifying.refusals import NotReopenedError, ReasonNeededError
from muster.certifying.signing import note
from muster.collecting.submissions import set_submission, submission_by_number
from muster.store.certifying_tables import recertification

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection

    from muster.certifying.cases import Case, SigningDesk
    from muster.certifying.certifications import Certification
    from muster.model.actors import Actor
    from muster.model.permissions import Permission
    from muster.model.submissions import SubmissionKey, SubmissionRow, SubmissionStatus

Kind = Literal["request", "return"]
Decision = Literal["approved", "refused"]


@dataclass(frozen=True, slots=True)
class Recertification:
    """A request to correct a certified revision, or the agency's return of it; ``decision`` None: not decided."""

    id: int
    revision: int
    kind: Kind
    reason: str
    asked_by: str
    asked_at: datetime
    decision: Decision | None
    decided_by: str | None
    decided_at: datetime | None
    decision_reason: str | None


def ask(desk: SigningDesk, actor: Actor, key: SubmissionKey, reason: str) -> Recertification:
    """Ask the agency to let what is certified be corrected."""
    with _case(desk, actor, key, "certify") as case:
        _need(reason, "A request for recertification")
        _require_certified(case)
        if any(one.decision is None for one in requests(case.connection, case.row.id)):
            raise NotReopenedError(case.address, "has a request for recertification that is not decided yet")
        number = _add(case, "request", reason, actor)
        note(case, actor, "asked for recertification", {"reason": reason, "request": number})
        return _one(case.connection, number)


def decide(desk: SigningDesk, actor: Actor, key: SubmissionKey, *, approve: bool, reason: str) -> Recertification:
    """Approve the undecided request of a submission, or refuse it; approved, the next revision may be made."""
    with _case(desk, actor, key, "approve") as case:
        _need(reason, "A decision about recertification")
        asked = [one for one in requests(case.connection, case.row.id) if one.decision is None]
        if not asked:
            raise NotReopenedError(case.address, "has no undecided request for recertification")
        decision: Decision = "approved" if approve else "refused"
        _decide(case, asked[0].id, decision, reason, actor)
        if approve:
            _reopen(case, "reopened")
        note(case, actor, f"{decision} recertification", {"reason": reason, "request": asked[0].id})
        return _one(case.connection, asked[0].id)


def give_back(desk: SigningDesk, actor: Actor, key: SubmissionKey, reason: str) -> Recertification:
    """Return a certified submission to the organization, to be corrected and signed again."""
    with _case(desk, actor, key, "approve") as case:
        _need(reason, "A return")
        _require_certified(case)
        for one in requests(case.connection, case.row.id):
            if one.decision is None:
                _decide(case, one.id, "approved", reason, actor)
        number = _add(case, "return", reason, actor)
        _decide(case, number, "approved", reason, actor)
        _reopen(case, "returned")
        note(case, actor, "returned", {"reason": reason, "request": number})
        return _one(case.connection, number)


def accept(desk: SigningDesk, actor: Actor, key: SubmissionKey) -> Certification:
    """Accept for the agency the certified copy that stands."""
    with _case(desk, actor, key, "approve") as case:
        certified = certification_of(case.connection, case.row)
        if case.row.status != "certified":
            raise NotReopenedError(case.address, f"is {case.row.status}, and is accepted when it is signed again")
        if certified.accepted_at is not None:
            when = certified.accepted_at.date().isoformat()
            raise NotReopenedError(case.address, f"was accepted by {certified.accepted_by} on {when} already")
        accept_certification(case.connection, certified.id, actor.name, case.now)
        note(case, actor, "accepted", {"revision": certified.revision, "data": certified.data_digest})
        return certification_of(case.connection, case.row)


def requests(connection: Connection, submission: int) -> tuple[Recertification, ...]:
    """Return the requests and returns of a submission, the first first."""
    query = select(recertification).where(recertification.c.submission == submission).order_by(recertification.c.id)
    return tuple(_read(one) for one in connection.execute(query).mappings())


def undecided(connection: Connection, state: str) -> tuple[tuple[SubmissionRow, Recertification], ...]:
    """Return what the agency has to decide, the oldest first."""
    query = select(recertification).where(recertification.c.decision.is_(None)).order_by(recertification.c.id)
    found = [(submission_by_number(connection, one["submission"]), one) for one in connection.execute(query).mappings()]
    return tuple((row, _read(one)) for row, one in found if row.key.state == state)


@contextmanager
def _case(desk: SigningDesk, actor: Actor, key: SubmissionKey, permission: Permission) -> Iterator[Case]:
    """Give the submission, locked, to an actor who may do this there."""
    with locked_case(desk, key) as case:
        require(actor, permission, state=key.state, organization=key.organization, year=key.year, tree=case.tree)
        yield case


def _need(reason: str, what: str) -> None:
    if not reason.strip():
        raise ReasonNeededError(what)


def _require_certified(case: Case) -> None:
    certification_of(case.connection, case.row)
    if case.row.status != "certified":
        raise NotReopenedError(case.address, f"is {case.row.status} already, and can be corrected")


def _reopen(case: Case, status: SubmissionStatus) -> None:
    set_submission(case.connection, case.row.id, status=status, revision=case.revision)


def _add(case: Case, kind: Kind, reason: str, actor: Actor) -> int:
    values = {
        "submission": case.row.id,
        "revision": case.row.revision,
        "kind": kind,
        "reason": reason.strip(),
        "asked_by": actor.name,
        "asked_at": case.now.isoformat(timespec="seconds"),
    }
    found = case.connection.execute(insert(recertification).values(values).returning(recertification.c.id))
    return int(found.scalar_one())


def _decide(case: Case, number: int, decision: Decision, reason: str, actor: Actor) -> None:
    values = {
        "decision": decision,
        "decided_by": actor.name,
        "decided_at": case.now.isoformat(timespec="seconds"),
        "decision_reason": reason.strip(),
    }
    case.connection.execute(update(recertification).where(recertification.c.id == number).values(values))


def _one(connection: Connection, number: int) -> Recertification:
    return _read(connection.execute(select(recertification).where(recertification.c.id == number)).mappings().one())


def _read(found: Any) -> Recertification:
    values = {name: value for name, value in found.items() if name != "submission"}
    moments = {n: datetime.fromisoformat(values[n]) for n in ("asked_at", "decided_at") if values[n]}
    return Recertification(**{**values, **moments})
