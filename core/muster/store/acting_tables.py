"""Tables of acting: runs of calculations."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Integer, Table, Text, UniqueConstraint

from muster.store.access_tables import numbered
from muster.store.schema import NUMBER, metadata

calculation_run = Table(
    "calculation_run",
    metadata,
    numbered(),
    Column("state", Text, nullable=False),
    Column("calculation", Text, nullable=False),
    Column("year", Integer, nullable=False),
    Column("organization", Text, nullable=False),
    Column("number", Integer, nullable=False),
    Column("inputs", Text, nullable=False),
    Column("result", Text, ForeignKey("blob.sha256"), nullable=False),
    Column("trace", Text, ForeignKey("blob.sha256"), nullable=False),
    Column("rows", NUMBER, nullable=False),
    Column("actor", Text, nullable=False),
    Column("at", Text, nullable=False),
    UniqueConstraint("state", "calculation", "year", "organization", "number"),
    sqlite_autoincrement=True,
)
"""A numbered run; ``inputs`` is JSON of the digests of what it read: the same inputs make no second run."""
