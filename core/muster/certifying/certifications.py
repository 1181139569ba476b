"""Signatures, overrides and certified copies in the database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal

from sqlalchemy import insert, select, update

from muster.certifying.refusals import NothingCertifiedError
from muster.store.certifying_tables import certification, gate_override, signature

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from muster.model.submissions import SubmissionRow

CertificationStatus = Literal["standing", "superseded"]


@dataclass(frozen=True, slots=True)
class SignatureRow:
    """One person's act over one state of the data; ``lapsed_at`` and ``lapse_reason`` tell why it counts no more."""

    id: int
    revision: int
    person: int
    name: str
    role: str
    data_digest: str
    attestation: str
    signed_at: datetime
    lapsed_at: datetime | None = None
    lapse_reason: str | None = None


@dataclass(frozen=True, slots=True)
class OverrideRow:
    """A gate that refused, and the reason with which it was passed, for one state of the data."""

    gate: str
    refusal: str
    reason: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Certification:
    """A certified copy: the digests of its data and blobs, and whether the agency accepted it.

    ``snapshot``, ``ruleset`` and ``receipt`` name blobs; ``status`` superseded means that a later revision stands.
    """

    id: int
    revision: int
    status: CertificationStatus
    data_digest: str
    snapshot: str
    ruleset: str
    receipt: str
    rows: int
    certified_at: datetime
    accepted_by: str | None
    accepted_at: datetime | None


def signatures_of(connection: Connection, submission: int, revision: int | None = None) -> tuple[SignatureRow, ...]:
    """Return the signatures under a submission in the order of signing, lapsed ones too; of one revision or all."""
    own = signature.c
    wanted = [own.submission == submission] + ([] if revision is None else [own.revision == revision])
    found = connection.execute(select(signature).where(*wanted).order_by(own.id)).mappings()
    return tuple(SignatureRow(**_read(one, "signed_at", "lapsed_at")) for one in found)


def add_signature(connection: Connection, submission: int, **values: Any) -> None:
    """Keep a signature."""
    connection.execute(insert(signature).values(submission=submission, **values))


def lapse_signature(connection: Connection, number: int, at: datetime, reason: str) -> None:
    """Note that a signature counts no more, and why."""
    lapsed = update(signature).where(signature.c.id == number)
    connection.execute(lapsed.values(lapsed_at=at.isoformat(timespec="seconds"), lapse_reason=reason))


def overrides_of(connection: Connection, submission: int, revision: int, digest: str) -> tuple[OverrideRow, ...]:
    """Return the overrides that hold for one state of the data."""
    own = gate_override.c
    query = select(own.gate, own.refusal, own.reason, own.by, own.at).where(
        own.submission == submission, own.revision == revision, own.data_digest == digest
    )
    return tuple(OverrideRow(**_read(one, "at")) for one in connection.execute(query.order_by(own.id)).mappings())


def add_override(connection: Connection, submission: int, **values: Any) -> None:
    """Keep a reason with which a gate was passed."""
    connection.execute(insert(gate_override).values(submission=submission, **values))


def certifications_of(connection: Connection, submission: int) -> tuple[Certification, ...]:
    """Return the certified copies of a submission, the first revision first."""
    query = select(certification).where(certification.c.submission == submission).order_by(certification.c.revision)
    return tuple(
        Certification(**_read(one, "certified_at", "accepted_at")) for one in connection.execute(query).mappings()
    )


def latest_certification(connection: Connection, submission: int) -> Certification | None:
    """Return the certified copy that stands, None where there is none."""
    found = certifications_of(connection, submission)
    return found[-1] if found else None


def certification_of(connection: Connection, row: SubmissionRow, revision: int | None = None) -> Certification:
    """Return one revision of the certified copy (None: the one that stands)."""
    found = {one.revision: one for one in certifications_of(connection, row.id)}
    if not found:
        raise NothingCertifiedError(row.key.address)
    wanted = max(found) if revision is None else revision
    if wanted not in found:
        raise NothingCertifiedError(row.key.address, wanted)
    return found[wanted]


def add_certification(connection: Connection, submission: int, **values: Any) -> None:
    """Keep a certified copy; the one before it is superseded."""
    before = update(certification).where(certification.c.submission == submission)
    connection.execute(before.values(status="superseded"))
    connection.execute(insert(certification).values(submission=submission, status="standing", **values))


def accept_certification(connection: Connection, number: int, by: str, at: datetime) -> None:
    """Note that the agency accepted a certified copy."""
    accepted = update(certification).where(certification.c.id == number)
    connection.execute(accepted.values(accepted_by=by, accepted_at=at.isoformat(timespec="seconds")))


def _read(found: Any, *moments: str) -> dict[str, Any]:
    values = {name: value for name, value in found.items() if name != "submission"}
    return values | {name: datetime.fromisoformat(values[name]) for name in moments if values[name]}
