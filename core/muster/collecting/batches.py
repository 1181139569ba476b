"""Listing, showing and deleting batches."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from sqlalchemy import func

from muster.collecting.reopening import certified_keys, refuse_certified
from muster.collecting.results import BatchDetail, DeletionReport, RowNotAdded
from muster.collecting.sent_again import forget_sent_again
from muster.store.batches import (
    batch_result,
    batch_row,
    batch_rows,
    count_rejected,
    deleted_writings,
    findings_of,
    rejected_rows,
    set_batch,
    writing_of,
)
from muster.store.failures import BatchDeletedError
from muster.store.history import begin_writing
from muster.store.records import lock_records, rows_where
from muster.store.undoing import Undone, undo_writing

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from muster.model.actors import Actor
    from muster.model.findings import Finding
    from muster.store import Store
    from muster.store.batches import BatchRow
    from muster.store.record_tables import RecordTable


def list_batches(store: Store, actor: Actor) -> tuple[BatchRow, ...]:
    """Return every uploaded file, the newest first."""
    del actor
    with store.reading() as connection:
        return batch_rows(connection)


def show_batch(store: Store, actor: Actor, batch: int, *, limit: int = 1_000) -> BatchDetail:
    """Return one batch with its findings and the first ``limit`` rows that were not added."""
    del actor
    with store.reading() as connection:
        row = batch_row(connection, batch)
        return BatchDetail(
            batch=row,
            result=batch_result(connection, batch),
            file_findings=tuple(finding for _, finding in findings_of(connection, batch, None)),
            not_added=_not_added(connection, batch, limit),
            not_added_total=count_rejected(connection, batch),
        )


def delete_batch(store: Store, actor: Actor, batch: int) -> DeletionReport:
    """Take back what a batch stored, as far as nobody changed it since; the file and its history stay."""
    now = store.clock.now()
    with store.writing() as connection:
        records = store.records(batch_row(connection, batch).address)
        lock_records(connection, records)
        row = batch_row(connection, batch)
        require_kept(row)
        _require_not_certified(connection, store, records, row)
        number = begin_writing(connection, "deletion", actor.name, now, batch)
        undone = _undo(connection, records, row, number)
        forget_sent_again(connection, batch)
        set_batch(
            connection,
            batch,
            status="deleted",
            deleted_by=actor.name,
            deleted_at=now.isoformat(timespec="seconds"),
        )
        row = batch_row(connection, batch)
    return DeletionReport(row, undone.deleted, undone.restored, undone.kept, undone.kept_total)


def require_kept(row: BatchRow) -> None:
    """Refuse a batch that was deleted, were it while its upload still ran."""
    if row.deleted_at is not None:
        raise BatchDeletedError(row.id, row.deleted_by or "", row.deleted_at.date().isoformat())


def _require_not_certified(connection: Connection, store: Store, records: RecordTable, row: BatchRow) -> None:
    """Refuse to take back records of a certified submission that has to be reopened first."""
    stored = writing_of(connection, row.id)
    if stored is not None and certified_keys(connection, records.collection, row.year):
        top = func.coalesce(records.table.c["_modified"], records.table.c["_created"])
        found = rows_where(connection, records, [records.table.c["_year"] == row.year, top == stored])
        refuse_certified(connection, store.states[row.state], records.collection, row.year, found)


def _undo(connection: Connection, records: RecordTable, row: BatchRow, number: int) -> Undone:
    stored = writing_of(connection, row.id)
    if stored is None:
        return Undone(0, 0, (), 0)
    earlier = deleted_writings(connection, row.state, row.collection, row.year)
    return undo_writing(connection, records, row.year, stored, earlier, number)


def _not_added(connection: Connection, batch: int, limit: int) -> tuple[RowNotAdded, ...]:
    rows = rejected_rows(connection, batch, limit)
    if not rows:
        return ()
    said: defaultdict[int | None, list[Finding]] = defaultdict(list)
    for row, finding in findings_of(connection, batch, [number for number, _ in rows]):
        said[row].append(finding)
    return tuple(RowNotAdded(number, values, tuple(said[number])) for number, values in rows)
