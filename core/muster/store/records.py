"""Stored records: reading those that a file touches, and writing rows over them.

``write_rows`` is the only way in, for a file of a million rows and for a form of one. A stored row is updated in the
columns of the new row's layout; columns that the layout lacks keep their values. A row that changes nothing writes
nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import polars as pl
from sqlalchemy import Text, cast, or_, select, update
from sqlalchemy.exc import IntegrityError

from muster.model.intake import ROW
from muster.store.bulk import fetch_frame, in_values, insert_frame, plain_rows, update_rows
from muster.store.failures import RepeatedKeyError, StoredKeyError
from muster.store.history import note_changes
from muster.store.schema import record_set
from muster.validation.groups import duplicated
from muster.validation.matching import places_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import ColumnElement, Connection

    from muster.store.history import Kind
    from muster.store.record_tables import RecordTable

COMPARED = 50_000
"""Rows compared at a time."""

_SHOWN_ROWS = 10


@dataclass(frozen=True, slots=True)
class Written:
    """What became of the rows that were written."""

    created: int
    updated: int
    unchanged: int


@dataclass(frozen=True, slots=True)
class Touched:
    """What a file touches: the records of the persons in it and of the organizations in it."""

    persons: Sequence[str]
    organizations: Sequence[str]


def lock_records(connection: Connection, records: RecordTable) -> None:
    """Wait until nobody else writes this collection; others may write it when this transaction ends."""
    lock_named(connection, records.name)


def lock_named(connection: Connection, name: str) -> None:
    """Do the same, given the name of the record table."""
    connection.execute(select(record_set.c.next_id).where(record_set.c.records == name).with_for_update())


def has_records(connection: Connection, records: RecordTable, year: int) -> bool:
    """Tell whether anything is stored of a year."""
    own = records.table.c
    return connection.execute(select(own["_id"]).where(own["_year"] == year).limit(1)).first() is not None


def stored_rows(
    connection: Connection,
    records: RecordTable,
    year: int,
    touched: Touched | None = None,
    names: Sequence[str] | None = None,
) -> pl.DataFrame:
    """Return the stored records of a year that a file touches (None: all), in the order of their numbers.

    Without ``names`` each comes with all its columns and our own (``_id``, ``_version`` ...).
    """
    wanted = [records.table.c["_year"] == year]
    if touched is not None:
        wanted.append(_touched(connection, records, touched))
    return rows_where(connection, records, wanted, names)


def rows_where(
    connection: Connection,
    records: RecordTable,
    wanted: Sequence[ColumnElement[bool]],
    names: Sequence[str] | None = None,
) -> pl.DataFrame:
    """Return records by conditions, in the order of their numbers: all their columns, or some of them."""
    columns = {column.name: column for column in records.table.columns}
    dtypes = {name: records.dtypes[name] for name in names or records.dtypes}
    found = fetch_frame(connection, columns, dtypes, select().select_from(records.table).where(*wanted))
    return found if found["_id"].is_sorted() else found.sort("_id")


def rows_by_number(connection: Connection, records: RecordTable, numbers: Sequence[int]) -> pl.DataFrame:
    """Return the records with these numbers; those that are gone are left out."""
    return rows_where(connection, records, [in_values(connection, records.table.c["_id"], numbers)])


def write_rows(
    connection: Connection,
    records: RecordTable,
    frame: pl.DataFrame,
    *,
    year: int,
    organization: str | None,
    writing_id: int,
    known: pl.DataFrame,
) -> Written:
    """Create or update a record for each row of a typed frame, within the caller's transaction.

    ``known`` are the stored rows that the frame touches: ``_id`` and the key's columns at least, read in the same
    transaction. A key that the frame has twice, or that is stored in a collection which does not update, is a
    failure: nothing is stored.
    """
    frame = _with_whole_key(records, frame)
    _refuse_repeated(records, frame)
    rows = _content(records, frame, organization)
    numbers = _numbers(rows, known, records.collection.key)
    matched = numbers.len() - numbers.null_count()
    if records.collection.on_existing == "reject" and matched:
        again = _row_numbers(frame.filter(numbers.is_not_null()))
        raise StoredKeyError(records.collection.address, again, records.collection.key)
    _create(connection, records, rows.filter(numbers.is_null()) if matched else rows, year, writing_id)
    updated = _update_matched(connection, records, rows, numbers, writing_id)
    return Written(rows.height - matched, updated, matched - updated)


def replace_rows(
    connection: Connection, records: RecordTable, old: pl.DataFrame, new: pl.DataFrame, writing_id: int, kind: Kind
) -> None:
    """Let ``new`` stand for ``old`` (the same records in the same order) and append the change to the history."""
    note_changes(connection, records, old, new, writing_id, kind)
    columns = [name for name in records.content if name in new.columns]
    changed = new.select(
        *columns,
        old["_version"].alias("_version") + 1,
        new["_modified"] if "_modified" in new.columns else pl.lit(writing_id).alias("_modified"),
        old["_id"],
    )
    update_rows(connection, records.table, changed.columns[:-1], list(plain_rows(connection, changed)))


def _touched(connection: Connection, records: RecordTable, touched: Touched) -> ColumnElement[bool]:
    own = records.table.c
    either = [in_values(connection, own["_organization"], touched.organizations)]
    if records.collection.person in own:
        either.append(in_values(connection, _as_text(own[records.collection.person]), touched.persons))
    return or_(*either)


def _as_text(one: ColumnElement[Any]) -> ColumnElement[Any]:
    return one if isinstance(one.type, Text) else cast(one, Text)


def _content(records: RecordTable, frame: pl.DataFrame, organization: str | None) -> pl.DataFrame:
    """Return what is stored of each row; it belongs to the organization it names, or else to the uploader's."""
    owner = pl.lit(organization, pl.String)
    named = records.collection.organization
    if named in frame.columns:
        owner = pl.coalesce(pl.col(named).cast(pl.String), owner)
    kept = [name for name in frame.columns if name in records.declared]
    return frame.select(
        owner.alias("_organization"),
        pl.col("template").alias("_template"),
        *(pl.col(name).cast(records.dtypes[name]) for name in kept),
    )


def _with_whole_key(records: RecordTable, frame: pl.DataFrame) -> pl.DataFrame:
    """Return the rows with blanks in those columns of the key that their layout lacks."""
    lacking = [name for name in records.collection.key if name not in frame.columns]
    return frame.with_columns(pl.lit(None, records.dtypes[name]).alias(name) for name in lacking)


def _refuse_repeated(records: RecordTable, frame: pl.DataFrame) -> None:
    repeated = duplicated(frame, records.collection.key)
    if repeated.any():
        again = frame.filter(repeated)
        first = again.join(again.head(1), on=records.collection.key, how="semi", nulls_equal=True)
        raise RepeatedKeyError(records.collection.address, _row_numbers(first), records.collection.key)


def _row_numbers(frame: pl.DataFrame) -> list[int]:
    return frame[ROW].head(_SHOWN_ROWS).to_list() if ROW in frame.columns else []


def _numbers(rows: pl.DataFrame, known: pl.DataFrame, key: Sequence[str]) -> pl.Series:
    """Return for each row the number of the stored record with the same key, null where there is none."""
    if known.is_empty():
        return pl.Series("_id", [None], dtype=pl.Int64).new_from_index(0, rows.height)
    return known["_id"].gather(places_of(rows.select(key), known.select(key), nulls_equal=True))


def _create(connection: Connection, records: RecordTable, rows: pl.DataFrame, year: int, writing_id: int) -> None:
    given = record_set.c.records == records.name
    number: int = connection.execute(select(record_set.c.next_id).where(given)).scalar_one()
    connection.execute(update(record_set).where(given).values(next_id=number + rows.height))
    numbered = rows.select(
        pl.int_range(number, number + rows.height, dtype=pl.Int64).alias("_id"),
        pl.lit(year).alias("_year"),
        pl.lit(1).alias("_version"),
        pl.lit(writing_id).alias("_created"),
        pl.all(),
    )
    try:
        insert_frame(connection, records.table, numbered)
    except IntegrityError:
        raise StoredKeyError(records.collection.address, [], records.collection.key) from None


def _update_matched(
    connection: Connection, records: RecordTable, rows: pl.DataFrame, numbers: pl.Series, writing_id: int
) -> int:
    """Compare rows with the stored ones slice by slice, write those that differ, and count them.

    Stored rows are read again for this, a slice at a time and whole: to hold all of them would double the memory.
    """
    updated = 0
    order = numbers.arg_sort(nulls_last=True).head(numbers.len() - numbers.null_count())
    for start in range(0, order.len(), COMPARED):
        chosen = order.slice(start, COMPARED)
        old, new = rows_by_number(connection, records, numbers[chosen].to_list()), rows[chosen]
        differs = _differs(old, new)
        if differs.any():
            replace_rows(connection, records, old.filter(differs), new.filter(differs), writing_id, "update")
            updated += int(differs.sum())
    return updated


def _differs(old: pl.DataFrame, new: pl.DataFrame) -> pl.Series:
    changed = pl.repeat(value=False, n=new.height, eager=True)
    for name in new.columns:
        changed |= old[name].ne_missing(new[name])
    return changed
