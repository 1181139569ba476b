"""Tables of certifying: who must sign, signatures, overrides, certifications, recertification."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, Table, Text, UniqueConstraint

from muster.store.access_tables import numbered
from muster.store.schema import NUMBER, metadata

certifier = Table(
    "certifier",
    metadata,
    numbered(),
    Column("state", Text, nullable=False),
    Column("membership", Text, nullable=False),
    Column("organization", Text, nullable=False),
    Column("person", NUMBER, ForeignKey("person.id"), nullable=False),
    Column("kind", Text, nullable=False),
    Column("place", Integer, nullable=False),
    Column("active", Boolean, nullable=False),
    Column("changed_by", Text, nullable=False),
    Column("changed_at", Text, nullable=False),
    UniqueConstraint("state", "membership", "organization", "person"),
    sqlite_autoincrement=True,
)
"""Who may sign for an organization: ``membership`` is the state's word ("CTE Data"), ``kind`` primary or secondary,
``place`` the order where the state has one. Never deleted, only made inactive."""

signature = Table(
    "signature",
    metadata,
    numbered(),
    Column("submission", NUMBER, ForeignKey("submission.id"), nullable=False),
    Column("revision", Integer, nullable=False),
    Column("person", NUMBER, ForeignKey("person.id"), nullable=False),
    Column("name", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("data_digest", Text, nullable=False),
    Column("attestation", Text, nullable=False),
    Column("signed_at", Text, nullable=False),
    Column("lapsed_at", Text),
    Column("lapse_reason", Text),
    Index("signature_by_submission", "submission", "revision"),
    sqlite_autoincrement=True,
)
"""One person's act over one data digest, with the attestation word for word."""

gate_override = Table(
    "gate_override",
    metadata,
    numbered(),
    Column("submission", NUMBER, ForeignKey("submission.id"), nullable=False),
    Column("revision", Integer, nullable=False),
    Column("gate", Text, nullable=False),
    Column("data_digest", Text, nullable=False),
    Column("refusal", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("at", Text, nullable=False),
    Index("gate_override_by_submission", "submission", "revision"),
    sqlite_autoincrement=True,
)
"""A gate that refused and was passed with a reason, for one state of the data."""

certification = Table(
    "certification",
    metadata,
    numbered(),
    Column("submission", NUMBER, ForeignKey("submission.id"), nullable=False),
    Column("revision", Integer, nullable=False),
    Column("status", Text, nullable=False),
    Column("data_digest", Text, nullable=False),
    Column("snapshot", Text, ForeignKey("blob.sha256"), nullable=False),
    Column("ruleset", Text, ForeignKey("blob.sha256"), nullable=False),
    Column("receipt", Text, ForeignKey("blob.sha256"), nullable=False),
    Column("rows", NUMBER, nullable=False),
    Column("certified_at", Text, nullable=False),
    Column("accepted_by", Text),
    Column("accepted_at", Text),
    UniqueConstraint("submission", "revision"),
    sqlite_autoincrement=True,
)
"""All who are required signed the same digest; ``status`` is standing or superseded."""

recertification = Table(
    "recertification",
    metadata,
    numbered(),
    Column("submission", NUMBER, ForeignKey("submission.id"), nullable=False),
    Column("revision", Integer, nullable=False),
    Column("kind", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("asked_by", Text, nullable=False),
    Column("asked_at", Text, nullable=False),
    Column("decision", Text),
    Column("decided_by", Text),
    Column("decided_at", Text),
    Column("decision_reason", Text),
    Index("recertification_by_submission", "submission"),
    sqlite_autoincrement=True,
)
"""A district's request to correct what it certified, or the agency's return; ``kind`` is request or return."""
