"""Who wrote what when: writings, and the changes of records with the values before and after."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Literal

import polars as pl
from sqlalchemy import insert, select

from muster.store.bulk import insert_frame
from muster.store.schema import record_change, writing

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from muster.store.record_tables import RecordTable

Origin = Literal["batch", "form", "deletion"]
Kind = Literal["update", "restore", "delete"]


@dataclass(frozen=True, slots=True)
class Change:
    """One change of one record: the columns that changed with their values before and after, as text."""

    record: int
    kind: Kind
    actor: str
    at: datetime
    origin: Origin
    batch: int | None
    before: dict[str, str | None]
    after: dict[str, str | None]


def begin_writing(connection: Connection, origin: Origin, actor: str, at: datetime, batch: int | None = None) -> int:
    """Note who writes now, and return the number that records and changes carry."""
    values = {"origin": origin, "actor": actor, "at": at.isoformat(timespec="seconds"), "batch": batch}
    found = connection.execute(insert(writing).values(values).returning(writing.c.id))
    return int(found.scalar_one())


def changes_of(connection: Connection, records: RecordTable, record: int) -> tuple[Change, ...]:
    """Return the history of one record, the oldest change first."""
    query = (
        select(record_change, writing.c.actor, writing.c.at, writing.c.origin, writing.c.batch)
        .join(writing, writing.c.id == record_change.c.writing)
        .where(record_change.c.records == records.name, record_change.c.record == record)
        .order_by(record_change.c.id)
    )
    return tuple(
        Change(
            record=row.record,
            kind=row.kind,
            actor=row.actor,
            at=datetime.fromisoformat(row.at),
            origin=row.origin,
            batch=row.batch,
            before=json.loads(row.before),
            after=json.loads(row.after or "{}"),
        )
        for row in connection.execute(query)
    )


def note_changes(
    connection: Connection, records: RecordTable, old: pl.DataFrame, new: pl.DataFrame, writing_id: int, kind: Kind
) -> None:
    """Append to the history that ``old`` rows became ``new`` ones (the same records in the same order)."""
    columns = [name for name in records.content if name in new.columns]
    differs = {name: old[name].ne_missing(new[name]) for name in columns}
    _append(
        connection,
        records,
        old,
        writing_id,
        kind,
        _as_json(old.select(columns), differs),
        _as_json(new.select(columns), differs),
    )


def note_deletions(connection: Connection, records: RecordTable, old: pl.DataFrame, writing_id: int) -> None:
    """Append to the history that records were deleted, with everything they held."""
    content = old.select(records.content)
    filled = {name: content[name].is_not_null() for name in content.columns}
    _append(connection, records, old, writing_id, "delete", _as_json(content, filled), pl.lit(None, pl.String))


def _append(
    connection: Connection,
    records: RecordTable,
    old: pl.DataFrame,
    writing_id: int,
    kind: Kind,
    before: pl.Series,
    after: pl.Series | pl.Expr,
) -> None:
    frame = old.select(
        pl.lit(records.name).alias("records"),
        pl.col("_id").alias("record"),
        pl.lit(writing_id).alias("writing"),
        pl.lit(kind).alias("kind"),
        pl.coalesce("_modified", "_created").alias("previous"),
        before.alias("before"),
        after.alias("after"),
    )
    insert_frame(connection, record_change, frame)


def _as_json(frame: pl.DataFrame, chosen: dict[str, pl.Series]) -> pl.Series:
    """Return one JSON object a row with the columns chosen for that row, made column by column."""
    pieces = [
        pl.when(chosen[name]).then(pl.struct(pl.col(name).cast(pl.String)).struct.json_encode().str.slice(1))
        for name in frame.columns
    ]
    inner = [piece.str.head(-1) for piece in pieces]
    return frame.select(
        pl.concat_str(pl.lit("{"), pl.concat_str(inner, separator=",", ignore_nulls=True), pl.lit("}")).alias("json")
    )["json"]
