"""Rows that screens show: stored records, paged in the database, and frames that were computed, paged in memory."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import polars as pl
from sqlalchemy import Boolean, Float, Text, cast, func, or_, select

from muster.store.bulk import in_values, is_sqlite
from muster.store.records import rows_where

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlalchemy import ColumnElement, Connection

    from muster.model.screens import Paging
    from muster.store.record_tables import RecordTable

EXPORTED = 5_000
"""Rows of an export that are held at a time."""


@dataclass(frozen=True, slots=True)
class RecordQuery:
    """Stored records by conditions: the database counts, searches and sorts, and only a page's records are fetched."""

    connection: Connection
    records: RecordTable
    wanted: tuple[ColumnElement[bool], ...]

    def count(self, columns: Sequence[str], search: str = "") -> int:
        """Count the records in one of whose columns the searched text stands."""
        query = select(func.count()).select_from(self.records.table).where(*self._where(columns, search))
        return int(self.connection.execute(query).scalar_one())

    def page(self, columns: Sequence[str], asked: Paging) -> pl.DataFrame:
        """Return one page, sorted."""
        return self._rows(columns, self._numbers(columns, asked, paged=True))

    def slices(self, columns: Sequence[str], asked: Paging) -> Iterator[pl.DataFrame]:
        """Yield every record that is searched for, sorted."""
        numbers = self._numbers(columns, asked, paged=False)
        for start in range(0, len(numbers), EXPORTED):
            yield self._rows(columns, numbers[start : start + EXPORTED])

    def _where(self, columns: Sequence[str], search: str) -> tuple[ColumnElement[bool], ...]:
        if not search:
            return self.wanted
        own = [self.records.table.c[name] for name in columns]
        places = [_text(one).icontains(search, autoescape=True) for one in own if not isinstance(one.type, Boolean)]
        return (*self.wanted, or_(*places))

    def _numbers(self, columns: Sequence[str], asked: Paging, *, paged: bool) -> list[int]:
        own = self.records.table.c
        query = select(own["_id"]).where(*self._where(columns, asked.search))
        if asked.sort:
            one = self._sortable(asked.sort)
            query = query.order_by((one.desc() if asked.descending else one.asc()).nulls_last())
        query = query.order_by(own["_id"])
        if paged:
            query = query.limit(asked.size).offset((asked.page - 1) * asked.size)
        return list(self.connection.execute(query).scalars())

    def _sortable(self, name: str) -> ColumnElement[Any]:
        """Return a column as it sorts: decimals are text on SQLite, and would put 10 before 9."""
        one = self.records.table.c[name]
        is_number = self.records.dtypes[name].is_decimal()
        return cast(one, Float) if is_number and is_sqlite(self.connection) else one

    def _rows(self, columns: Sequence[str], numbers: list[int]) -> pl.DataFrame:
        names = list(dict.fromkeys(("_id", *columns)))
        wanted = [in_values(self.connection, self.records.table.c["_id"], numbers)]
        found = rows_where(self.connection, self.records, wanted, names)
        order = pl.DataFrame({"_id": numbers}, schema={"_id": pl.Int64})
        return order.join(found, on="_id", how="inner", maintain_order="left").select(names)


@dataclass(frozen=True, slots=True)
class FrameQuery:
    """The rows of a frame: ``_id``, where the frame has it, is the number of the record behind a row."""

    frame: pl.DataFrame

    def count(self, columns: Sequence[str], search: str = "") -> int:
        """Count the rows in one of whose columns the searched text stands."""
        return self._found(columns, search).height

    def page(self, columns: Sequence[str], asked: Paging) -> pl.DataFrame:
        """Return one page, sorted."""
        return self._sorted(columns, asked).slice((asked.page - 1) * asked.size, asked.size)

    def slices(self, columns: Sequence[str], asked: Paging) -> Iterator[pl.DataFrame]:
        """Yield every row that is searched for, sorted."""
        yield from self._sorted(columns, asked).iter_slices(EXPORTED)

    def _found(self, columns: Sequence[str], search: str) -> pl.DataFrame:
        own = [name for name in ("_id",) if name in self.frame.columns]
        rows = self.frame.select(list(dict.fromkeys((*own, *columns))))
        if not search:
            return rows
        asked = search.lower()
        texts = [pl.col(name).cast(pl.String).str.to_lowercase() for name in columns]
        return rows.filter(pl.any_horizontal(one.str.contains(asked, literal=True) for one in texts))

    def _sorted(self, columns: Sequence[str], asked: Paging) -> pl.DataFrame:
        rows = self._found(columns, asked.search)
        if not asked.sort:
            return rows
        return rows.sort(asked.sort, descending=asked.descending, nulls_last=True, maintain_order=True)


def _text(one: ColumnElement[Any]) -> ColumnElement[Any]:
    return one if isinstance(one.type, Text) else cast(one, Text)
