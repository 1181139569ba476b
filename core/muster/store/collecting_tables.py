"""Tables of collecting: submissions, extensions, runs over stored records, acknowledgements, rejected rows."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, Table, Text, UniqueConstraint

from muster.store.access_tables import numbered
from muster.store.schema import NUMBER, metadata

submission = Table(
    "submission",
    metadata,
    numbered(),
    Column("state", Text, nullable=False),
    Column("collection", Text, nullable=False),
    Column("year", Integer, nullable=False),
    Column("organization", Text, nullable=False),
    Column("part", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("nothing_to_report", Boolean, nullable=False),
    Column("version", NUMBER, nullable=False),
    Column("created_at", Text, nullable=False),
    UniqueConstraint("state", "collection", "year", "organization", "part"),
    sqlite_autoincrement=True,
)
"""One organization's share of a collection in a year. ``part`` is canonical JSON of the further submission columns
(a term), "{}" where there are none. ``status`` is open, certified, reopened or returned; ``revision`` counts what was
or is being signed, from 1."""

extension = Table(
    "extension",
    metadata,
    numbered(),
    Column("state", Text, nullable=False),
    Column("function", Text, nullable=False),
    Column("data_year", Integer, nullable=False),
    Column("round", Integer, nullable=False),
    Column("organization", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("asked_by", Text, nullable=False),
    Column("asked_at", Text, nullable=False),
    Column("asked_until", Text, nullable=False),
    Column("decision", Text),
    Column("decided_by", Text),
    Column("decided_at", Text),
    Column("decision_reason", Text),
    Column("closes", Text),
    Index("extension_by_window", "state", "function", "data_year", "round", "organization"),
    sqlite_autoincrement=True,
)
"""A request for a later closing day of one window for one organization; ``decision`` is null, granted or refused."""

validation_run = Table(
    "validation_run",
    metadata,
    numbered(),
    Column("submission", NUMBER, ForeignKey("submission.id"), nullable=False),
    Column("at", Text, nullable=False),
    Column("actor", Text, nullable=False),
    Column("data_digest", Text, nullable=False),
    Column("ruleset", Text, nullable=False),
    Column("reference_digest", Text, nullable=False),
    Column("rows", NUMBER, nullable=False),
    Column("result", Text, nullable=False),
    Index("validation_run_by_submission", "submission"),
    sqlite_autoincrement=True,
)
"""One run of the rules over the stored records of a submission, with the digests of all it saw."""

run_finding = Table(
    "run_finding",
    metadata,
    Column("run", NUMBER, ForeignKey("validation_run.id"), primary_key=True),
    Column("number", NUMBER, primary_key=True),
    Column("fingerprint", Text, nullable=False),
    Column("rule", Text, nullable=False),
    Column("severity", Text, nullable=False),
    Column("stops", Text, nullable=False),
    Column("standing", Text, nullable=False),
    Column("detail", Text, nullable=False),
    Index("run_finding_by_fingerprint", "fingerprint"),
)
"""What a run found; ``standing`` is new, open or back (fixed ones are those of the run before that are missing)."""

rejected_key = Table(
    "rejected_key",
    metadata,
    Column("batch", NUMBER, ForeignKey("batch.id"), primary_key=True),
    Column("row", NUMBER, primary_key=True),
    Column("organization", Text),
    Column("part", Text, nullable=False),
    Column("key", Text),
    Column("sent_again", NUMBER, ForeignKey("batch.id")),
    Index("rejected_key_by_organization", "organization"),
    Index("rejected_key_by_batch_sent_again", "sent_again"),
)
"""Whose a rejected row is and which record it meant (null: it cannot be told), and the batch that sent it again."""

acknowledgement = Table(
    "acknowledgement",
    metadata,
    numbered(),
    Column("submission", NUMBER, ForeignKey("submission.id"), nullable=False),
    Column("act", Text, nullable=False),
    Column("rule", Text, nullable=False),
    Column("fingerprint", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("note", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("at", Text, nullable=False),
    Column("withdrawn_by", Text),
    Column("withdrawn_at", Text),
    Index("acknowledgement_by_fingerprint", "submission", "fingerprint"),
    sqlite_autoincrement=True,
)
"""One finding acknowledged with one of its rule's reasons; ``act`` is the same for all of one cause."""
