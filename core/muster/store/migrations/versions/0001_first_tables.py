"""The first tables: blobs, batches, writings, record changes, reference loads."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the tables of an empty database."""
    _make_blobs()
    _make_batches()
    _make_history()
    _make_references()


def _identity() -> sa.Column[int]:
    return sa.Column("id", _NUMBER, primary_key=True, autoincrement=True)


def _make_blobs() -> None:
    op.create_table(
        "blob",
        sa.Column("sha256", sa.Text, primary_key=True),
        sa.Column("size", _NUMBER, nullable=False),
    )
    op.create_table(
        "blob_chunk",
        sa.Column("sha256", sa.Text, sa.ForeignKey("blob.sha256"), primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("data", sa.LargeBinary, nullable=False),
    )


def _make_batches() -> None:
    op.create_table(
        "batch",
        _identity(),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("collection", sa.Text, nullable=False),
        sa.Column("year", sa.Integer, nullable=False),
        sa.Column("layout", sa.Text),
        sa.Column("organization", sa.Text),
        sa.Column("mode", sa.Text, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("file_name", sa.Text, nullable=False),
        sa.Column("sha256", sa.Text, sa.ForeignKey("blob.sha256"), nullable=False),
        sa.Column("size", _NUMBER, nullable=False),
        sa.Column("uploaded_by", sa.Text, nullable=False),
        sa.Column("uploaded_at", sa.Text, nullable=False),
        *(sa.Column(name, _NUMBER) for name in ("rows", "accepted", "rejected", "created", "updated", "unchanged")),
        sa.Column("result", sa.Text),
        sa.Column("deleted_by", sa.Text),
        sa.Column("deleted_at", sa.Text),
        sqlite_autoincrement=True,
    )
    op.create_index("batch_by_file", "batch", ["sha256"])
    op.create_index("batch_by_collection", "batch", ["state", "collection", "year"])
    op.create_table(
        "rejected_row",
        sa.Column("batch", _NUMBER, sa.ForeignKey("batch.id"), primary_key=True),
        sa.Column("row", _NUMBER, primary_key=True),
        sa.Column("raw", sa.Text, nullable=False),
    )
    op.create_table(
        "batch_finding",
        sa.Column("batch", _NUMBER, sa.ForeignKey("batch.id"), primary_key=True),
        sa.Column("number", _NUMBER, primary_key=True),
        sa.Column("row", _NUMBER),
        sa.Column("detail", sa.Text, nullable=False),
    )
    op.create_index("batch_finding_by_row", "batch_finding", ["batch", "row"])


def _make_history() -> None:
    op.create_table(
        "writing",
        _identity(),
        sa.Column("origin", sa.Text, nullable=False),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("at", sa.Text, nullable=False),
        sa.Column("batch", _NUMBER, sa.ForeignKey("batch.id")),
        sqlite_autoincrement=True,
    )
    op.create_index("writing_by_batch", "writing", ["batch"])
    op.create_table(
        "record_change",
        _identity(),
        sa.Column("records", sa.Text, nullable=False),
        sa.Column("record", _NUMBER, nullable=False),
        sa.Column("writing", _NUMBER, sa.ForeignKey("writing.id"), nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("previous", _NUMBER),
        sa.Column("before", sa.Text, nullable=False),
        sa.Column("after", sa.Text),
        sqlite_autoincrement=True,
    )
    op.create_index("record_change_by_record", "record_change", ["records", "record"])
    op.create_index("record_change_by_writing", "record_change", ["writing"])
    op.create_table(
        "record_set",
        sa.Column("records", sa.Text, primary_key=True),
        sa.Column("next_id", _NUMBER, nullable=False),
    )


def _make_references() -> None:
    op.create_table(
        "reference_load",
        _identity(),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("organization", sa.Text),
        sa.Column("year", sa.Integer),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("at", sa.Text, nullable=False),
        sa.Column("rows", _NUMBER, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("reference_load_by_table", "reference_load", ["state", "name"])
