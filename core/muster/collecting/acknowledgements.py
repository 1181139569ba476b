"""Acknowledgements: a person says, with a reason that the rule publishes, why a finding may stand as it is.

One is tied to the fingerprint of a finding: it holds in every later run that finds the same, and lapses when the
values, the reference values or the rule's revision change, since then the fingerprint is another.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, insert, select, update

from muster.access import audit
from muster.collecting.refusals import (
    NeverCheckedError,
    NotAcknowledgeableError,
    NothingToAcknowledgeError,
    UnknownAcknowledgementError,
    UnknownReasonError,
)
from muster.collecting.stored_runs import StoredFinding, findings_in, latest
from muster.store.collecting_tables import acknowledgement, run_finding, validation_run

if TYPE_CHECKING:
    from collections.abc import Collection as Several
    from collections.abc import Iterable

    from sqlalchemy import Connection

    from muster.model.actors import Actor
    from muster.model.rules import Rule
    from muster.model.submissions import SubmissionRow


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """One finding that somebody acknowledged; ``act`` is the same for all that were acknowledged at once."""

    id: int
    submission: int
    act: str
    rule: str
    fingerprint: str
    reason: str
    note: str
    by: str
    at: datetime
    withdrawn_by: str | None
    withdrawn_at: datetime | None


@dataclass(frozen=True, slots=True)
class OfCause:
    """All findings of one rule; with ``value``, only those about this value: "one wrong school number"."""

    rule: str
    value: str | None = None


def acknowledge(
    connection: Connection,
    actor: Actor,
    submission: SubmissionRow,
    which: OfCause | Several[str],
    *,
    rules: Iterable[Rule],
    reason: str,
    note: str = "",
    at: datetime,
) -> str:
    """Acknowledge findings of the newest run, by fingerprint or by cause; return the name of the act.

    ``rules`` are those of the year, whose published reasons count. What stands acknowledged already stays as it is.
    """
    chosen = _chosen(connection, submission, which)
    known = {rule.id: rule for rule in rules}
    for name in sorted({one.finding.rule for one in chosen}):
        _require_reason(known.get(name), name, reason)
    said = standing(connection, submission.id)
    act = secrets.token_hex(8)
    shared = {"submission": submission.id, "act": act, "reason": reason, "note": note.strip(), "by": actor.name}
    shared |= {"at": at.isoformat(timespec="seconds")}
    values = [
        {**shared, "rule": one.finding.rule, "fingerprint": one.finding.fingerprint}
        for one in chosen
        if one.finding.fingerprint not in said
    ]
    if values:
        connection.execute(insert(acknowledgement), values)
        detail = {"act": act, "reason": reason, "note": note, "findings": len(values)}
        _note(connection, actor, submission, "acknowledged findings", detail, at)
    return act


def withdraw(connection: Connection, actor: Actor, submission: SubmissionRow, act: str, at: datetime) -> int:
    """Take back what was acknowledged by one act; return how many findings stand again."""
    own = acknowledgement.c
    wanted = (own.submission == submission.id, own.act == act, own.withdrawn_at.is_(None))
    values = {"withdrawn_by": actor.name, "withdrawn_at": at.isoformat(timespec="seconds")}
    count = connection.execute(update(acknowledgement).where(*wanted).values(values)).rowcount
    if not count:
        raise UnknownAcknowledgementError(act)
    _note(connection, actor, submission, "withdrew an acknowledgement", {"act": act, "findings": count}, at)
    return int(count)


def standing(connection: Connection, submission: int) -> set[str]:
    """Return the fingerprints that are acknowledged, whether or not a run finds them now."""
    own = acknowledgement.c
    query = select(own.fingerprint).where(own.submission == submission, own.withdrawn_at.is_(None))
    return set(connection.execute(query).scalars())


def acknowledgements_of(connection: Connection, submission: int) -> tuple[Acknowledgement, ...]:
    """Return everything that was ever acknowledged, the newest first."""
    own = acknowledgement.c
    query = select(acknowledgement).where(own.submission == submission).order_by(own.id.desc())
    return tuple(_row(dict(one)) for one in connection.execute(query).mappings())


def lapsed(connection: Connection, submission: int) -> tuple[Acknowledgement, ...]:
    """Return what was acknowledged, not withdrawn, and is not found by the newest run: mended, or now another."""
    newest = select(func.max(validation_run.c.id)).where(validation_run.c.submission == submission).scalar_subquery()
    found = set(connection.execute(select(run_finding.c.fingerprint).where(run_finding.c.run == newest)).scalars())
    every = acknowledgements_of(connection, submission)
    return tuple(one for one in every if one.withdrawn_at is None and one.fingerprint not in found)


def still_open(connection: Connection, submission: int) -> tuple[StoredFinding, ...]:
    """Return what stops a signature and nobody acknowledged, the most important first.

    What would stop a row or a file stops a signature too: it is stored since before the rule was, or the data changed.
    """
    run = latest(connection, submission)
    said = standing(connection, submission)
    found = findings_in(connection, run.id) if run else ()
    return tuple(one for one in found if one.finding.stops != "nothing" and one.finding.fingerprint not in said)


def _chosen(
    connection: Connection, submission: SubmissionRow, which: OfCause | Several[str]
) -> tuple[StoredFinding, ...]:
    run = latest(connection, submission.id)
    if run is None:
        raise NeverCheckedError(submission.key.address)
    found = tuple(one for one in findings_in(connection, run.id) if _named(one, which))
    if not found:
        raise NothingToAcknowledgeError(submission.key.address)
    return found


def _named(one: StoredFinding, which: OfCause | Several[str]) -> bool:
    if isinstance(which, OfCause):
        return one.finding.rule == which.rule and which.value in (None, one.finding.value)
    return one.finding.fingerprint in which


def _require_reason(rule: Rule | None, name: str, reason: str) -> None:
    if rule is None or not rule.acknowledge:
        raise NotAcknowledgeableError(name)
    if reason not in rule.acknowledge:
        raise UnknownReasonError(name, reason, rule.acknowledge)


def _note(
    connection: Connection, actor: Actor, submission: SubmissionRow, act: str, detail: dict[str, Any], at: datetime
) -> None:
    audit.note(
        connection,
        state=submission.key.state,
        organization=submission.key.organization,
        actor=actor,
        act=act,
        subject=submission.key.address,
        detail=detail,
        at=at,
    )


def _row(found: dict[str, Any]) -> Acknowledgement:
    for name in ("at", "withdrawn_at"):
        found[name] = datetime.fromisoformat(found[name]) if found[name] else None
    return Acknowledgement(**found)
