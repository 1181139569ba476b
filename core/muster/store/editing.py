"""One record changed or deleted by hand, within the caller's transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl
from sqlalchemy import delete

from muster.store.failures import ChangedMeanwhileError, UnknownRecordError
from muster.store.history import begin_writing, note_deletions
from muster.store.records import lock_records, replace_rows, rows_by_number

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlalchemy import Connection

    from muster.model.actors import Actor
    from muster.store.record_tables import RecordTable


def edit_record(
    connection: Connection,
    records: RecordTable,
    record: int,
    values: Mapping[str, Any],
    *,
    actor: Actor,
    at: datetime,
    version: int | None = None,
) -> None:
    """Change columns of one record; with ``version``, only if it is still the one that was shown."""
    old = _current(connection, records, record, version)
    new = old.with_columns(pl.lit(value, records.dtypes[name]).alias(name) for name, value in values.items())
    if new.equals(old):
        return
    number = begin_writing(connection, "form", actor.name, at)
    replace_rows(connection, records, old, new.drop("_modified"), number, "update")


def delete_record(
    connection: Connection, records: RecordTable, record: int, *, actor: Actor, at: datetime, version: int | None = None
) -> None:
    """Delete one record; its values stay in the history."""
    old = _current(connection, records, record, version)
    note_deletions(connection, records, old, begin_writing(connection, "form", actor.name, at))
    connection.execute(delete(records.table).where(records.table.c["_id"] == record))


def _current(connection: Connection, records: RecordTable, record: int, version: int | None) -> pl.DataFrame:
    lock_records(connection, records)
    found = rows_by_number(connection, records, [record])
    if found.is_empty():
        raise UnknownRecordError(records.collection.address, record)
    if version is not None and found["_version"].item() != version:
        raise ChangedMeanwhileError(records.collection.address, record)
    return found
