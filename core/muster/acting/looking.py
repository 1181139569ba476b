"""What one person may read at one place, within one connection: what screens, steps and gates are given."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from muster.acting.queries import FrameQuery, RecordQuery
from muster.store.bulk import in_values
from muster.store.failures import UnknownRecordError
from muster.store.records import rows_where

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

    import polars as pl
    from sqlalchemy import ColumnElement, Connection

    from muster.acting.places import Scope
    from muster.model.actors import Actor
    from muster.model.places import Place
    from muster.model.screens import Query
    from muster.model.states import State
    from muster.store import Store
    from muster.store.record_tables import RecordTable


class Looking:
    """Reads within a scope: records of the place's year and of its organizations, nobody else's."""

    def __init__(self, connection: Connection, scope: Scope) -> None:
        self._connection, self._scope = connection, scope

    @property
    def actor(self) -> Actor:
        """Return who looks."""
        return self._scope.actor

    @property
    def place(self) -> Place:
        """Return the state, organization and school year that are looked at."""
        return self._scope.place

    @property
    def state(self) -> State:
        """Return the state's declaration."""
        return self._scope.state

    @cached_property
    def now(self) -> datetime:
        """Return the present moment in the state's time zone; it stands still while a screen is made."""
        return self._store.clock.now().astimezone(ZoneInfo(self.state.time_zone))

    @property
    def today(self) -> date:
        """Return the present day in the state's time zone."""
        return self.now.date()

    def query(self, collection: str, **where: Any) -> Query:
        """Return the stored records of a collection whose columns have these values (a list: one of them)."""
        records = self._records(collection)
        return RecordQuery(self._connection, records, self._conditions(records, where))

    def query_of(self, frame: pl.DataFrame) -> Query:
        """Return the rows of a frame that was computed."""
        return FrameQuery(frame)

    def records(self, collection: str, **where: Any) -> pl.DataFrame:
        """Return stored records with all columns, in the order of their numbers."""
        records = self._records(collection)
        return rows_where(self._connection, records, self._conditions(records, where))

    def record(self, collection: str, number: int) -> dict[str, Any]:
        """Return one record; UnknownRecordError where there is none within the scope."""
        found = self.records(collection, _id=number)
        if found.is_empty():
            raise UnknownRecordError(self._records(collection).collection.address, number)
        return found.row(0, named=True)

    def count(self, collection: str, **where: Any) -> int:
        """Count stored records."""
        records = self._records(collection)
        query = select(func.count()).select_from(records.table).where(*self._conditions(records, where))
        return int(self._connection.execute(query).scalar_one())

    def reference(self, table: str) -> pl.DataFrame | None:
        """Return a reference table, None where it is not loaded."""
        return self._scope.reference.get(table)

    @property
    def _store(self) -> Store:
        return self._scope.store

    def _records(self, collection: str) -> RecordTable:
        return self._store.records(f"{self.place.state}/{collection}")

    def _conditions(self, records: RecordTable, where: Mapping[str, Any]) -> tuple[ColumnElement[bool], ...]:
        own = records.table.c
        wanted = [own["_year"] == self.place.year]
        if self._scope.organizations is not None:
            wanted.append(in_values(self._connection, own["_organization"], sorted(self._scope.organizations)))
        return (*wanted, *(self._condition(own[name], value) for name, value in where.items()))

    def _condition(self, one: ColumnElement[Any], value: Any) -> ColumnElement[bool]:
        if isinstance(value, list | tuple | set | frozenset):
            return in_values(self._connection, one, sorted(value))
        return one.is_(None) if value is None else one == value
