"""The tables that every database has; record and reference tables are made from what the states declare.

Times are text in UTC (``2026-03-01T14:05:09+00:00``), the same on both engines and sortable. A *writing* is one
act of writing (an upload, a form, a deletion): who, when and whence; records and their changes name it by number, so
that a million rows of one upload do not repeat it.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, LargeBinary, MetaData, Table, Text

metadata = MetaData()

NUMBER = BigInteger().with_variant(Integer, "sqlite")
"""A row number: 64 bits on both engines (SQLite's INTEGER has them, and only INTEGER can be a row id)."""

blob = Table(
    "blob",
    metadata,
    Column("sha256", Text, primary_key=True),
    Column("size", NUMBER, nullable=False),
)
"""Files as received, under the digest of their content: the same file twice is kept once."""

blob_chunk = Table(
    "blob_chunk",
    metadata,
    Column("sha256", Text, ForeignKey("blob.sha256"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("data", LargeBinary, nullable=False),
)

batch = Table(
    "batch",
    metadata,
    Column("id", NUMBER, primary_key=True, autoincrement=True),
    Column("state", Text, nullable=False),
    Column("collection", Text, nullable=False),
    Column("year", Integer, nullable=False),
    Column("layout", Text),
    Column("organization", Text),
    Column("mode", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("file_name", Text, nullable=False),
    Column("sha256", Text, ForeignKey("blob.sha256"), nullable=False),
    Column("size", NUMBER, nullable=False),
    Column("uploaded_by", Text, nullable=False),
    Column("uploaded_at", Text, nullable=False),
    Column("rows", NUMBER),
    Column("accepted", NUMBER),
    Column("rejected", NUMBER),
    Column("created", NUMBER),
    Column("updated", NUMBER),
    Column("unchanged", NUMBER),
    Column("result", Text),
    Column("deleted_by", Text),
    Column("deleted_at", Text),
    Index("batch_by_file", "sha256"),
    Index("batch_by_collection", "state", "collection", "year"),
    sqlite_autoincrement=True,
)
"""One uploaded file and its run. ``result`` is JSON: verdict, severities, causes, coverage, digests."""

rejected_row = Table(
    "rejected_row",
    metadata,
    Column("batch", NUMBER, ForeignKey("batch.id"), primary_key=True),
    Column("row", NUMBER, primary_key=True),
    Column("raw", Text, nullable=False),
)
"""Records Not Added: the values as given, a JSON list in the layout's order."""

batch_finding = Table(
    "batch_finding",
    metadata,
    Column("batch", NUMBER, ForeignKey("batch.id"), primary_key=True),
    Column("number", NUMBER, primary_key=True),
    Column("row", NUMBER),
    Column("detail", Text, nullable=False),
    Index("batch_finding_by_row", "batch", "row"),
)
"""What was said about the file and about the rows not added; ``detail`` is the finding as JSON."""

writing = Table(
    "writing",
    metadata,
    Column("id", NUMBER, primary_key=True, autoincrement=True),
    Column("origin", Text, nullable=False),
    Column("actor", Text, nullable=False),
    Column("at", Text, nullable=False),
    Column("batch", NUMBER, ForeignKey("batch.id")),
    Index("writing_by_batch", "batch"),
    sqlite_autoincrement=True,
)

record_change = Table(
    "record_change",
    metadata,
    Column("id", NUMBER, primary_key=True, autoincrement=True),
    Column("records", Text, nullable=False),
    Column("record", NUMBER, nullable=False),
    Column("writing", NUMBER, ForeignKey("writing.id"), nullable=False),
    Column("kind", Text, nullable=False),
    Column("previous", NUMBER),
    Column("before", Text, nullable=False),
    Column("after", Text),
    Index("record_change_by_record", "records", "record"),
    Index("record_change_by_writing", "writing"),
    sqlite_autoincrement=True,
)
"""Every change and deletion of a record. ``records`` names the record table; ``kind`` is update, restore or delete;
``before`` and ``after`` are JSON of the columns that changed (of a deletion: the whole record, and nothing);
``previous`` is the writing that had last touched the record."""

record_set = Table(
    "record_set",
    metadata,
    Column("records", Text, primary_key=True),
    Column("next_id", NUMBER, nullable=False),
)
"""One row a record table: the next free record number. Whoever writes records locks it first."""

reference_load = Table(
    "reference_load",
    metadata,
    Column("id", NUMBER, primary_key=True, autoincrement=True),
    Column("state", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("organization", Text),
    Column("year", Integer),
    Column("source", Text, nullable=False),
    Column("actor", Text, nullable=False),
    Column("at", Text, nullable=False),
    Column("rows", NUMBER, nullable=False),
    Index("reference_load_by_table", "state", "name"),
    sqlite_autoincrement=True,
)
"""Every import of a reference table: what, for whom, for which year, from where, by whom."""
