"""Taking back what one writing did, as far as nobody changed the records since.

Every record has a top: the writing that touched it last. Only the top can be taken back. What it had created goes,
what it had changed becomes what it was; and where that lays bare a writing which was deleted before, that one is
taken back too.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

import polars as pl
from sqlalchemy import ColumnElement, delete, or_, select

from muster.store.bulk import SLICE, in_values, typed
from muster.store.history import note_deletions
from muster.store.records import COMPARED, replace_rows, rows_by_number, rows_where
from muster.store.schema import record_change, writing

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlalchemy import Connection

    from muster.store.history import Origin
    from muster.store.record_tables import RecordTable

LISTED = 1_000
"""Records listed one by one in a report; the rest are counted."""


@dataclass(frozen=True, slots=True)
class KeptRecord:
    """A record that stays because someone changed it since: which, and who changed it last."""

    record: int
    key: dict[str, str | None]
    changed_by: str
    changed_at: datetime
    origin: Origin
    batch: int | None


@dataclass(frozen=True, slots=True)
class Undone:
    """What taking back a writing did; ``kept`` lists the first records that stay, ``kept_total`` counts all."""

    deleted: int
    restored: int
    kept: tuple[KeptRecord, ...]
    kept_total: int


def undo_writing(
    connection: Connection, records: RecordTable, year: int, undone: int, before: set[int], writing_id: int
) -> Undone:
    """Take back the writing ``undone``.

    ``before`` are writings that were deleted earlier, ``writing_id`` is this deletion's own.
    """
    stay = _changed_since(connection, records, year, undone)
    deleted = _delete_created(connection, records, year, undone, writing_id)
    restored, bare = _restore_changed(connection, records, undone, writing_id)
    pending = bare & before
    while pending:
        lower = pending.pop()
        gone = _delete_created(connection, records, year, lower, writing_id)
        _, bare = _restore_changed(connection, records, lower, writing_id)
        pending |= bare & before
        deleted, restored = deleted + gone, restored - gone
    return Undone(deleted, restored, _listed(connection, records, stay.head(LISTED)), stay.height)


def _changed_since(connection: Connection, records: RecordTable, year: int, undone: int) -> pl.DataFrame:
    """Return the records that a writing created or changed and that something touched later."""
    own = records.table.c
    changed = select(record_change.c.record).where(*_changes(records, undone))
    touched = or_(own["_created"] == undone, own["_id"].in_(changed))
    later = own["_modified"].is_not(None) & (own["_modified"] != undone)
    return rows_where(connection, records, [own["_year"] == year, touched, later], ["_id", "_modified", *_key(records)])


def _delete_created(connection: Connection, records: RecordTable, year: int, undone: int, writing_id: int) -> int:
    """Delete what a writing created and nothing touched since, slice by slice; return how many."""
    own = records.table.c
    untouched = [own["_year"] == year, own["_created"] == undone, own["_modified"].is_(None)]
    rows = rows_where(connection, records, untouched)
    for part in rows.iter_slices(COMPARED):
        note_deletions(connection, records, part, writing_id)
    connection.execute(delete(records.table).where(*untouched))
    return rows.height


def _restore_changed(
    connection: Connection, records: RecordTable, undone: int, writing_id: int
) -> tuple[int, set[int]]:
    """Give records back the values they had before a writing; return how many, and the writings that lie bare now."""
    restored, bare = 0, set[int]()
    for changes in _slices_of_changes(connection, records, undone):
        old = rows_by_number(connection, records, [change.record for change in changes])
        old = old.filter(pl.col("_modified") == undone)
        if old.is_empty():
            continue
        new = _as_before(records, old, {change.record: change for change in changes})
        replace_rows(connection, records, old, new, writing_id, "restore")
        restored += new.height
        bare |= set(new.select(pl.coalesce("_modified", "_created")).to_series().to_list())
    return restored, bare


def _slices_of_changes(connection: Connection, records: RecordTable, undone: int) -> Iterator[Sequence[Any]]:
    own, last = record_change.c, 0
    while True:
        query = select(own.id, own.record, own.previous, own.before).where(*_changes(records, undone), own.id > last)
        found = connection.execute(query.order_by(own.id).limit(SLICE)).all()
        if not found:
            return
        last = found[-1].id
        yield found


def _as_before(records: RecordTable, old: pl.DataFrame, changes: dict[int, Any]) -> pl.DataFrame:
    """Return the rows with the values that the changes noted as those before them."""
    noted = [json.loads(changes[number].before) for number in old["_id"]]
    names = [name for name in records.content if any(name in one for one in noted)]
    dtypes = {name: records.dtypes[name] for name in names}
    texts = {name: [one.get(name) for one in noted] for name in names}
    values = typed(pl.DataFrame(texts, schema=dict.fromkeys(names, pl.String)), dtypes)
    chosen = [
        pl.when(pl.Series([name in one for one in noted])).then(values[name]).otherwise(pl.col(name)).alias(name)
        for name in names
    ]
    previous = pl.Series([changes[number].previous for number in old["_id"]], dtype=pl.Int64)
    modified = pl.when(previous != pl.col("_created")).then(previous).alias("_modified")
    return old.with_columns(*chosen, modified)


def _changes(records: RecordTable, undone: int) -> tuple[ColumnElement[bool], ...]:
    own = record_change.c
    return own.writing == undone, own.records == records.name, own.kind == "update"


def _key(records: RecordTable) -> list[str]:
    return list(records.collection.key)


def _listed(connection: Connection, records: RecordTable, kept: pl.DataFrame) -> tuple[KeptRecord, ...]:
    numbers = kept["_modified"].unique().to_list()
    found = connection.execute(select(writing).where(in_values(connection, writing.c.id, numbers)))
    writings = {one.id: one for one in found}
    keys = kept.select(pl.col(_key(records)).cast(pl.String)).to_dicts()
    return tuple(
        KeptRecord(number, key, one.actor, datetime.fromisoformat(one.at), one.origin, one.batch)
        for number, key, one in zip(kept["_id"], keys, (writings[number] for number in kept["_modified"]), strict=True)
    )
