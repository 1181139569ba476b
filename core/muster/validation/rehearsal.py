"""Empty tables of the declared types, over which the load check asks every rule once."""

from __future__ import annotations

from contextlib import suppress
from datetime import date
from typing import TYPE_CHECKING

import polars as pl

from muster.model.intake import ROW
from muster.model.runs import RunFacts
from muster.validation.asking import Asking
from muster.validation.context import Context
from muster.validation.reading import Names
from muster.validation.records import Records
from muster.validation.schemas import TEMPLATE, record_schema, schema_of, stored_schema
from muster.validation.standing import NotAskedError
from muster.validation.tables import Tables

if TYPE_CHECKING:
    from muster.model.collections import Collection
    from muster.model.layouts import Layout
    from muster.model.states import State


class Rehearsal:
    """One asking a layout, each over empty tables; what was prepared is kept."""

    def __init__(self, collection: Collection, state: State) -> None:
        self.collection, self.state = collection, state
        self.names = Names.of(collection.ruleset)
        self._reference = {table.name: pl.DataFrame(schema=schema_of(table.columns)) for table in state.tables}
        self._reference |= {one.id: pl.DataFrame(schema=stored_schema(one)) for one in state.collections}
        self._columns: dict[str, set[str]] = {}
        self._asked: dict[tuple[str, int], Asking] = {}

    def asking(self, layout: Layout) -> Asking:
        """Return the asking over an empty file of this layout."""
        place = (layout.id, layout.year)
        if place not in self._asked:
            self._asked[place] = self._made(layout)
        return self._asked[place]

    def columns(self, table: str) -> set[str]:
        """Return the columns a table can have: where the file's layout matters, those with any layout."""
        if table not in self._columns:
            self._columns[table] = self._found(table)
        return self._columns[table]

    def _found(self, table: str) -> set[str]:
        if table in ("file", "records"):
            return set(record_schema(self.collection))
        if table == "stored":
            return set(stored_schema(self.collection))
        if table not in self.names.tables:
            return set(self._reference[table].columns)
        found: set[str] = set()
        for layout in self.collection.layouts:
            with suppress(pl.exceptions.PolarsError, NotAskedError):  # this layout lacks a column of the table
                made = self.asking(layout).records.table(table)
                found |= {name for name in made.columns if not name.startswith("_")}
        return found

    def _made(self, layout: Layout) -> Asking:
        context = Context.of(self.state, self.collection, _facts(layout.year), layout)
        file = pl.DataFrame(schema={ROW: pl.Int64(), TEMPLATE: pl.String(), **schema_of(layout.columns)})
        stored = pl.DataFrame(schema=stored_schema(self.collection))
        return Asking(Records(context, Tables(context, file, stored, self._reference)))


def _facts(year: int) -> RunFacts:
    return RunFacts(
        year=year,
        file_date=date(year, 1, 1),
        year_start=date(year - 1, 7, 1),
        year_end=date(year, 6, 30),
        database=True,
    )
