"""Tables of people, audit, submissions, signatures, calculations, jobs and messages."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the tables, each after those it refers to."""
    _make_audit_entry()
    _make_audit_head()
    _make_audit_value()
    _make_organization_identifier()
    _make_organization_relation()
    _make_person()
    _make_access_request()
    _make_api_token()
    _make_role_grant()
    _make_extension()
    _make_submission()
    _make_acknowledgement()
    _make_rejected_key()
    _make_validation_run()
    _make_run_finding()
    _make_certification()
    _make_certifier()
    _make_gate_override()
    _make_recertification()
    _make_signature()
    _make_calculation_run()
    _make_job()
    _make_outbox()
    _make_worker()


def _identity() -> sa.Column[int]:
    return sa.Column("id", _NUMBER, primary_key=True, autoincrement=True)


def _make_audit_entry() -> None:
    op.create_table(
        "audit_entry",
        sa.Column("state", sa.Text, primary_key=True),
        sa.Column("organization", sa.Text, primary_key=True),
        sa.Column("number", _NUMBER, primary_key=True),
        sa.Column("at", sa.Text, nullable=False),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("act", sa.Text, nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("salt", sa.Text, nullable=False),
        sa.Column("value_digest", sa.Text, nullable=False),
        sa.Column("previous", sa.Text, nullable=False),
        sa.Column("digest", sa.Text, nullable=False),
    )


def _make_audit_head() -> None:
    op.create_table(
        "audit_head",
        sa.Column("state", sa.Text, primary_key=True),
        sa.Column("organization", sa.Text, primary_key=True),
        sa.Column("number", _NUMBER, nullable=False),
        sa.Column("digest", sa.Text, nullable=False),
    )


def _make_audit_value() -> None:
    op.create_table(
        "audit_value",
        sa.Column("state", sa.Text, primary_key=True),
        sa.Column("organization", sa.Text, primary_key=True),
        sa.Column("number", _NUMBER, primary_key=True),
        sa.Column("detail", sa.Text, nullable=False),
    )


def _make_organization_identifier() -> None:
    op.create_table(
        "organization_identifier",
        _identity(),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("organization", sa.Text, nullable=False),
        sa.Column("scheme", sa.Text, nullable=False),
        sa.Column("value", sa.Text, nullable=False),
        sa.Column("starts", sa.Text),
        sa.Column("ends", sa.Text),
        sa.UniqueConstraint("state", "scheme", "value", "starts"),
        sqlite_autoincrement=True,
    )
    op.create_index("organization_identifier_by_organization", "organization_identifier", ["state", "organization"])


def _make_organization_relation() -> None:
    op.create_table(
        "organization_relation",
        _identity(),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("organization", sa.Text, nullable=False),
        sa.Column("relation", sa.Text, nullable=False),
        sa.Column("other", sa.Text, nullable=False),
        sa.Column("starts", sa.Text),
        sa.Column("ends", sa.Text),
        sa.UniqueConstraint("state", "organization", "relation", "other", "starts"),
        sqlite_autoincrement=True,
    )


def _make_person() -> None:
    op.create_table(
        "person",
        _identity(),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("email", sa.Text, nullable=False, unique=True),
        sa.Column("active", sa.Boolean, nullable=False),
        sa.Column("password_hash", sa.Text),
        sa.Column("oidc_subject", sa.Text, unique=True),
        sa.Column("created_at", sa.Text, nullable=False),
        sa.Column("created_by", sa.Text, nullable=False),
        sqlite_autoincrement=True,
    )


def _make_access_request() -> None:
    op.create_table(
        "access_request",
        _identity(),
        sa.Column("person", _NUMBER, sa.ForeignKey("person.id"), nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("organization", sa.Text),
        sa.Column("year", sa.Integer),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("asked_at", sa.Text, nullable=False),
        sa.Column("decision", sa.Text),
        sa.Column("decided_by", sa.Text),
        sa.Column("decided_at", sa.Text),
        sa.Column("decision_reason", sa.Text),
        sqlite_autoincrement=True,
    )
    op.create_index("access_request_by_person", "access_request", ["person"])


def _make_api_token() -> None:
    op.create_table(
        "api_token",
        _identity(),
        sa.Column("person", _NUMBER, sa.ForeignKey("person.id"), nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("state", sa.Text),
        sa.Column("token_hash", sa.Text, nullable=False, unique=True),
        sa.Column("permissions", sa.Text, nullable=False),
        sa.Column("organization", sa.Text),
        sa.Column("expires_at", sa.Text, nullable=False),
        sa.Column("created_at", sa.Text, nullable=False),
        sa.Column("last_used_at", sa.Text),
        sa.Column("revoked_at", sa.Text),
        sqlite_autoincrement=True,
    )


def _make_role_grant() -> None:
    op.create_table(
        "role_grant",
        _identity(),
        sa.Column("person", _NUMBER, sa.ForeignKey("person.id"), nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("organization", sa.Text),
        sa.Column("year", sa.Integer),
        sa.Column("starts", sa.Text),
        sa.Column("ends", sa.Text),
        sa.Column("delegated_by", _NUMBER, sa.ForeignKey("person.id")),
        sa.Column("lent_grant", _NUMBER, sa.ForeignKey("role_grant.id")),
        sa.Column("given_by", sa.Text, nullable=False),
        sa.Column("given_at", sa.Text, nullable=False),
        sa.Column("ended_by", sa.Text),
        sa.Column("ended_at", sa.Text),
        sqlite_autoincrement=True,
    )
    op.create_index("role_grant_by_person", "role_grant", ["person"])
    op.create_index("role_grant_by_place", "role_grant", ["state", "organization"])


def _make_extension() -> None:
    op.create_table(
        "extension",
        _identity(),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("function", sa.Text, nullable=False),
        sa.Column("data_year", sa.Integer, nullable=False),
        sa.Column("round", sa.Integer, nullable=False),
        sa.Column("organization", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("asked_by", sa.Text, nullable=False),
        sa.Column("asked_at", sa.Text, nullable=False),
        sa.Column("asked_until", sa.Text, nullable=False),
        sa.Column("decision", sa.Text),
        sa.Column("decided_by", sa.Text),
        sa.Column("decided_at", sa.Text),
        sa.Column("decision_reason", sa.Text),
        sa.Column("closes", sa.Text),
        sqlite_autoincrement=True,
    )
    op.create_index("extension_by_window", "extension", ["state", "function", "data_year", "round", "organization"])


def _make_submission() -> None:
    op.create_table(
        "submission",
        _identity(),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("collection", sa.Text, nullable=False),
        sa.Column("year", sa.Integer, nullable=False),
        sa.Column("organization", sa.Text, nullable=False),
        sa.Column("part", sa.Text, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("nothing_to_report", sa.Boolean, nullable=False),
        sa.Column("version", _NUMBER, nullable=False),
        sa.Column("created_at", sa.Text, nullable=False),
        sa.UniqueConstraint("state", "collection", "year", "organization", "part"),
        sqlite_autoincrement=True,
    )


def _make_rejected_key() -> None:
    op.create_table(
        "rejected_key",
        sa.Column("batch", _NUMBER, sa.ForeignKey("batch.id"), primary_key=True),
        sa.Column("row", _NUMBER, primary_key=True),
        sa.Column("organization", sa.Text),
        sa.Column("part", sa.Text, nullable=False),
        sa.Column("key", sa.Text),
        sa.Column("sent_again", _NUMBER, sa.ForeignKey("batch.id")),
    )
    op.create_index("rejected_key_by_organization", "rejected_key", ["organization"])
    op.create_index("rejected_key_by_batch_sent_again", "rejected_key", ["sent_again"])


def _make_acknowledgement() -> None:
    op.create_table(
        "acknowledgement",
        _identity(),
        sa.Column("submission", _NUMBER, sa.ForeignKey("submission.id"), nullable=False),
        sa.Column("act", sa.Text, nullable=False),
        sa.Column("rule", sa.Text, nullable=False),
        sa.Column("fingerprint", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("at", sa.Text, nullable=False),
        sa.Column("withdrawn_by", sa.Text),
        sa.Column("withdrawn_at", sa.Text),
        sqlite_autoincrement=True,
    )
    op.create_index("acknowledgement_by_fingerprint", "acknowledgement", ["submission", "fingerprint"])


def _make_validation_run() -> None:
    op.create_table(
        "validation_run",
        _identity(),
        sa.Column("submission", _NUMBER, sa.ForeignKey("submission.id"), nullable=False),
        sa.Column("at", sa.Text, nullable=False),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("data_digest", sa.Text, nullable=False),
        sa.Column("ruleset", sa.Text, nullable=False),
        sa.Column("reference_digest", sa.Text, nullable=False),
        sa.Column("rows", _NUMBER, nullable=False),
        sa.Column("result", sa.Text, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("validation_run_by_submission", "validation_run", ["submission"])


def _make_run_finding() -> None:
    op.create_table(
        "run_finding",
        sa.Column("run", _NUMBER, sa.ForeignKey("validation_run.id"), primary_key=True),
        sa.Column("number", _NUMBER, primary_key=True),
        sa.Column("fingerprint", sa.Text, nullable=False),
        sa.Column("rule", sa.Text, nullable=False),
        sa.Column("severity", sa.Text, nullable=False),
        sa.Column("stops", sa.Text, nullable=False),
        sa.Column("standing", sa.Text, nullable=False),
        sa.Column("detail", sa.Text, nullable=False),
    )
    op.create_index("run_finding_by_fingerprint", "run_finding", ["fingerprint"])


def _make_certification() -> None:
    op.create_table(
        "certification",
        _identity(),
        sa.Column("submission", _NUMBER, sa.ForeignKey("submission.id"), nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("data_digest", sa.Text, nullable=False),
        sa.Column("snapshot", sa.Text, sa.ForeignKey("blob.sha256"), nullable=False),
        sa.Column("ruleset", sa.Text, sa.ForeignKey("blob.sha256"), nullable=False),
        sa.Column("receipt", sa.Text, sa.ForeignKey("blob.sha256"), nullable=False),
        sa.Column("rows", _NUMBER, nullable=False),
        sa.Column("certified_at", sa.Text, nullable=False),
        sa.Column("accepted_by", sa.Text),
        sa.Column("accepted_at", sa.Text),
        sa.UniqueConstraint("submission", "revision"),
        sqlite_autoincrement=True,
    )


def _make_certifier() -> None:
    op.create_table(
        "certifier",
        _identity(),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("membership", sa.Text, nullable=False),
        sa.Column("organization", sa.Text, nullable=False),
        sa.Column("person", _NUMBER, sa.ForeignKey("person.id"), nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("place", sa.Integer, nullable=False),
        sa.Column("active", sa.Boolean, nullable=False),
        sa.Column("changed_by", sa.Text, nullable=False),
        sa.Column("changed_at", sa.Text, nullable=False),
        sa.UniqueConstraint("state", "membership", "organization", "person"),
        sqlite_autoincrement=True,
    )


def _make_gate_override() -> None:
    op.create_table(
        "gate_override",
        _identity(),
        sa.Column("submission", _NUMBER, sa.ForeignKey("submission.id"), nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("gate", sa.Text, nullable=False),
        sa.Column("data_digest", sa.Text, nullable=False),
        sa.Column("refusal", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("at", sa.Text, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("gate_override_by_submission", "gate_override", ["submission", "revision"])


def _make_recertification() -> None:
    op.create_table(
        "recertification",
        _identity(),
        sa.Column("submission", _NUMBER, sa.ForeignKey("submission.id"), nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("asked_by", sa.Text, nullable=False),
        sa.Column("asked_at", sa.Text, nullable=False),
        sa.Column("decision", sa.Text),
        sa.Column("decided_by", sa.Text),
        sa.Column("decided_at", sa.Text),
        sa.Column("decision_reason", sa.Text),
        sqlite_autoincrement=True,
    )
    op.create_index("recertification_by_submission", "recertification", ["submission"])


def _make_signature() -> None:
    op.create_table(
        "signature",
        _identity(),
        sa.Column("submission", _NUMBER, sa.ForeignKey("submission.id"), nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("person", _NUMBER, sa.ForeignKey("person.id"), nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("data_digest", sa.Text, nullable=False),
        sa.Column("attestation", sa.Text, nullable=False),
        sa.Column("signed_at", sa.Text, nullable=False),
        sa.Column("lapsed_at", sa.Text),
        sa.Column("lapse_reason", sa.Text),
        sqlite_autoincrement=True,
    )
    op.create_index("signature_by_submission", "signature", ["submission", "revision"])


def _make_calculation_run() -> None:
    op.create_table(
        "calculation_run",
        _identity(),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("calculation", sa.Text, nullable=False),
        sa.Column("year", sa.Integer, nullable=False),
        sa.Column("organization", sa.Text, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("inputs", sa.Text, nullable=False),
        sa.Column("result", sa.Text, sa.ForeignKey("blob.sha256"), nullable=False),
        sa.Column("trace", sa.Text, sa.ForeignKey("blob.sha256"), nullable=False),
        sa.Column("rows", _NUMBER, nullable=False),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("at", sa.Text, nullable=False),
        sa.UniqueConstraint("state", "calculation", "year", "organization", "number"),
        sqlite_autoincrement=True,
    )


def _make_job() -> None:
    op.create_table(
        "job",
        _identity(),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("subject", _NUMBER, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("asked_by", sa.Text, nullable=False),
        sa.Column("queued_at", sa.Text, nullable=False),
        sa.Column("started_at", sa.Text),
        sa.Column("ended_at", sa.Text),
        sa.Column("progress", sa.Float, nullable=False),
        sa.Column("rows", _NUMBER, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("worker", sa.Text),
        sa.Column("cancel_asked_at", sa.Text),
        sa.Column("failure", sa.Text),
        sqlite_autoincrement=True,
    )
    op.create_index("job_by_status", "job", ["status"])
    op.create_index("job_by_subject", "job", ["kind", "subject"])


def _make_outbox() -> None:
    op.create_table(
        "outbox",
        _identity(),
        sa.Column("message_id", sa.Text, nullable=False, unique=True),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("recipient", sa.Text, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("created_at", sa.Text, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("delivered_at", sa.Text),
        sa.Column("failure", sa.Text),
        sqlite_autoincrement=True,
    )
    op.create_index("outbox_by_delivery", "outbox", ["delivered_at"])


def _make_worker() -> None:
    op.create_table(
        "worker",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("lease_until", sa.Text, nullable=False),
        sa.Column("started_at", sa.Text, nullable=False),
        sa.Column("process", sa.Text, nullable=False),
    )
