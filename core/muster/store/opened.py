"""An open database: its tables, its transactions, and the frames it gives out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from muster.errors import UnknownCollectionError
from muster.store import engine as engines
from muster.store import references
from muster.store.failures import UnknownReferenceTableError
from muster.store.record_tables import RecordTable, make_tables, record_table, register
from muster.store.references import Load, LoadedTable, loaded_table
from muster.store.upgrading import upgrade

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from contextlib import AbstractContextManager

    import polars as pl
    from sqlalchemy import Connection

    from muster.clock import Clock
    from muster.model.actors import Actor
    from muster.model.states import State


def open_store(url: str, states: Sequence[State], clock: Clock) -> Store:
    """Open a database, bring its tables up to date, and add what the states' declarations newly ask for."""
    store = Store(url, states, clock)
    try:
        store.prepare()
    except BaseException:
        store.close()
        raise
    return store


class Store:
    """One database; every change goes through ``writing``, which is one transaction."""

    def __init__(self, url: str, states: Sequence[State], clock: Clock) -> None:
        self.engine = engines.make_engine(url)
        self.clock = clock
        self.states = {state.id: state for state in states}
        self._records = {one.address: record_table(one) for state in states for one in state.collections}
        self._loaded = {
            (state.id, table.name): loaded_table(state.id, table)
            for state in states
            for table in state.tables
            if table.origin == "loaded"
        }

    @property
    def url(self) -> str:
        """Return the database's address without its password."""
        return engines.shown(self.engine)

    def reading(self) -> AbstractContextManager[Connection]:
        """Give a connection that changes nothing."""
        return engines.reading(self.engine)

    def writing(self) -> AbstractContextManager[Connection]:
        """Give a connection in one transaction: all of it stands afterwards, or nothing."""
        return engines.writing(self.engine)

    def prepare(self) -> None:
        """Apply missing migrations, and make the tables and columns that the declarations ask for."""
        with self.writing() as connection:
            engines.only_one(connection)
            engines.require_server(connection)
            upgrade(connection)
            records = [one.table for one in self._records.values()]
            make_tables(connection, [*records, *(one.table for one in self._loaded.values())])
            for one in self._records.values():
                register(connection, one)

    def records(self, address: str) -> RecordTable:
        """Return the record table of ``STATE/COLLECTION``."""
        if address not in self._records:
            raise UnknownCollectionError(address, sorted(self._records))
        return self._records[address]

    def replace_reference(
        self,
        state: State,
        frames: Mapping[str, pl.DataFrame],
        *,
        organization: str | None,
        actor: Actor,
        source: str = "",
    ) -> dict[str, int]:
        """Load reference tables for an organization, all of them or none; return the rows of each."""
        load = Load(organization, source, actor.name, self.clock.now())
        with self.writing() as connection:
            return {
                name: references.replace_reference(connection, self._table(state, name), frame, load)
                for name, frame in frames.items()
            }

    def reference_frames(self, state: State, year: int, *, organization: str | None = None) -> dict[str, pl.DataFrame]:
        """Return every reference table that was loaded, by name.

        With an organization, only what was loaded for everybody, for it, and for those above and below it.
        """
        with self.reading() as connection:
            owners = self._owners(connection, state, year, organization)
            return {
                name: references.reference_frame(connection, loaded, year, owners)
                for (owner, name), loaded in self._loaded.items()
                if owner == state.id and references.was_loaded(connection, loaded)
            }

    def close(self) -> None:
        """Close every connection."""
        self.engine.dispose()

    def _owners(
        self, connection: Connection, state: State, year: int, organization: str | None
    ) -> Sequence[str] | None:
        if organization is None:
            return None
        if (state.id, "organizations") not in self._loaded:
            return [organization]
        tree = references.reference_frame(connection, self._loaded[state.id, "organizations"], year, None)
        return references.family(tree, organization)

    def _table(self, state: State, name: str) -> LoadedTable:
        if (state.id, name) not in self._loaded:
            raise UnknownReferenceTableError(
                state.id, name, sorted(table for owner, table in self._loaded if owner == state.id)
            )
        return self._loaded[state.id, name]
