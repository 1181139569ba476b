"""Stored records as the validation engine wants them: typed, with ``template`` and the days of their writing."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import polars as pl
from sqlalchemy import select

from muster.store.schema import writing
from muster.validation.schemas import TEMPLATE, record_schema

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from muster.model.collections import Collection


def stored_frame(connection: Connection, rows: pl.DataFrame, collection: Collection, time_zone: str) -> pl.DataFrame:
    """Return stored rows with the columns of the collection, ``template``, ``created_date`` and ``modified_date``.

    Columns that were not read are left out. The dates are days in the state's time zone; a record that was never
    changed was last modified when it was created.
    """
    days = _days(connection, rows, time_zone)
    schema = {name: dtype for name, dtype in record_schema(collection).items() if name in rows.columns}
    return rows.select(
        pl.col("_template").alias(TEMPLATE),
        *(pl.col(name).cast(dtype) for name, dtype in schema.items()),
        _day("_created", days).alias("created_date"),
        pl.coalesce(_day("_modified", days), _day("_created", days)).alias("modified_date"),
    )


def _day(name: str, days: pl.DataFrame) -> pl.Expr:
    return pl.col(name).replace_strict(days["id"], days["day"], default=None, return_dtype=pl.Date)


def _days(connection: Connection, rows: pl.DataFrame, time_zone: str) -> pl.DataFrame:
    """Return the day of every writing these rows name."""
    named = pl.concat([rows["_created"], rows["_modified"]]).drop_nulls().unique()
    first, last = named.min(), named.max()
    found = connection.execute(select(writing.c.id, writing.c.at).where(writing.c.id.between(first, last)))
    zone = ZoneInfo(time_zone)
    days = [(row.id, datetime.fromisoformat(row.at).replace(tzinfo=UTC).astimezone(zone).date()) for row in found]
    return pl.DataFrame(days, schema={"id": pl.Int64, "day": pl.Date}, orient="row")
