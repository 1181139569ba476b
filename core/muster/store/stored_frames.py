"""Stored records as the validation engine wants them: typed, with ``template`` and the days of their writing."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import polars as pl
from sqlalchemy import select

from muster.store.schema import writing
from muster.validation.schemas import TEMPLATE, record_schema

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection

    from muster.model.collections import Collection


def stored_frame(connection: Connection, rows: pl.DataFrame, collection: Collection, time_zone: str) -> pl.DataFrame:
    """Return stored rows with the columns of the collection, ``template``, ``created_date`` and ``modified_date``.

    Columns and dates that were not read are left out. The dates are days in the state's time zone; a record that was
    never changed was last modified when it was created.
    """
    schema = {name: dtype for name, dtype in record_schema(collection).items() if name in rows.columns}
    return rows.select(
        *([pl.col("_template").alias(TEMPLATE)] if "_template" in rows.columns else []),
        *(pl.col(name).cast(dtype) for name, dtype in schema.items()),
        *_dates(connection, rows, time_zone),
    )


def _dates(connection: Connection, rows: pl.DataFrame, time_zone: str) -> Iterator[pl.Expr]:
    named = [name for name in ("_created", "_modified") if name in rows.columns]
    if not named:
        return
    days = _days(connection, pl.concat([rows[name] for name in named]), time_zone)
    created, *modified = (pl.col(name).replace_strict(days["id"], days["day"], default=None) for name in named)
    yield created.cast(pl.Date).alias("created_date")
    yield pl.coalesce(*modified, created).cast(pl.Date).alias("modified_date")


def _days(connection: Connection, numbers: pl.Series, time_zone: str) -> pl.DataFrame:
    """Return the day of every writing between the first and the last of these."""
    between = writing.c.id.between(numbers.min(), numbers.max())
    zone = ZoneInfo(time_zone)
    days = [
        (row.id, datetime.fromisoformat(row.at).astimezone(zone).date())
        for row in connection.execute(select(writing.c.id, writing.c.at).where(between))
    ]
    return pl.DataFrame(days, schema={"id": pl.Int64, "day": pl.Date}, orient="row")
