"""Empty tables of the declared types, over which the load check asks every rule once."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import polars as pl

from muster.model.intake import ROW
from muster.model.runs import RunFacts
from muster.validation.asking import Asking
from muster.validation.context import Context
from muster.validation.reading import Names
from muster.validation.records import Records
from muster.validation.schemas import TEMPLATE, schema_of, stored_schema
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
        self._asked: dict[tuple[str, int], Asking] = {}

    def asking(self, layout: Layout) -> Asking:
        """Return the asking over an empty file of this layout."""
        place = (layout.id, layout.year)
        if place not in self._asked:
            self._asked[place] = self._made(layout)
        return self._asked[place]

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
