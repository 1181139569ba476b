"""Tables of jobs and messages: the queue people see, the workers' leases, the outbox."""

from __future__ import annotations

from sqlalchemy import Column, Float, Index, Integer, Table, Text

from muster.store.access_tables import numbered
from muster.store.schema import NUMBER, metadata

job = Table(
    "job",
    metadata,
    numbered(),
    Column("kind", Text, nullable=False),
    Column("subject", NUMBER, nullable=False),
    Column("status", Text, nullable=False),
    Column("asked_by", Text, nullable=False),
    Column("queued_at", Text, nullable=False),
    Column("started_at", Text),
    Column("ended_at", Text),
    Column("progress", Float, nullable=False),
    Column("rows", NUMBER, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("worker", Text),
    Column("cancel_asked_at", Text),
    Column("failure", Text),
    Index("job_by_status", "status"),
    Index("job_by_subject", "kind", "subject"),
    sqlite_autoincrement=True,
)
"""A file or a district to be worked on; ``subject`` is an id (a batch, an outbox row), never data.
``status`` is queued, running, done, failed or cancelled; ``rows`` is its size, for the estimate."""

worker = Table(
    "worker",
    metadata,
    Column("name", Text, primary_key=True),
    Column("lease_until", Text, nullable=False),
    Column("started_at", Text, nullable=False),
    Column("process", Text, nullable=False),
)
"""Who works, and until when it has promised to be alive; ``process`` is HOST:NUMBER of the process it is now."""

outbox = Table(
    "outbox",
    metadata,
    numbered(),
    Column("message_id", Text, nullable=False, unique=True),
    Column("kind", Text, nullable=False),
    Column("recipient", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("created_at", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("delivered_at", Text),
    Column("failure", Text),
    Index("outbox_by_delivery", "delivered_at"),
    sqlite_autoincrement=True,
)
"""Messages written in the transaction that caused them, delivered at least once under a stable Message-ID."""
