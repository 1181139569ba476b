"""Which columns of looked-up tables the rules of a run can read; a wide roster is not carried along whole."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from muster.validation.expressions import compiled
from muster.validation.reading import asked_table, every_path
from muster.validation.safety import ExpressionError
from muster.validation.schemas import BAD

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    import polars as pl

    from muster.model.rules import DerivedTable, Lookup, Rule
    from muster.validation.reading import Names

Columns = dict[str, set[str]]
_YEARS = ("year", "first_year", "last_year")


@dataclass(frozen=True, slots=True)
class AskedColumns:
    """By table and by lookup the columns that are read of it; without any, everything is read."""

    tables: Columns = field(default_factory=dict)
    lookups: Columns = field(default_factory=dict)

    def columns_of(self, table: str, every: Iterable[str]) -> set[str]:
        """Return the columns that are read of a table; ``every`` where nobody can say."""
        return self.tables.get(table, set()) if self.tables else set(every)

    def of_table(self, name: str, frame: pl.DataFrame) -> pl.DataFrame:
        """Return a table with the columns that are read of it."""
        return _narrowed(frame, self.tables.get(name))

    def of_lookup(self, name: str, frame: pl.DataFrame) -> pl.DataFrame:
        """Return the table of a lookup with the columns that are read through this lookup."""
        return _narrowed(frame, self.lookups.get(name))


def asked_columns(rules: Sequence[Rule], names: Names, keys: Callable[[str], Sequence[str]]) -> AskedColumns:
    """Return the columns that these rules read, also by way of lookups, derived tables and messages.

    ``keys`` returns the columns that tell the rows of a table apart.
    """
    try:
        paths = [path for rule in rules for path in every_path(rule)]
        lookups = {one.name: _through(one, paths, names) for one in names.lookups.values()}
        tables = _of_rules(rules, names, keys)
        for lookup in names.lookups.values():
            tables.setdefault(lookup.table, set()).update(lookups[lookup.name])
        for _ in names.tables:  # a derived table may be made from a derived one
            for table in names.tables.values():
                for source in (table.source, table.join):
                    tables.setdefault(source or "", set()).update(_behind(table, tables))
    except ExpressionError:  # whoever asks that rule will say so
        return AskedColumns()
    return AskedColumns(tables, lookups)


def _of_rules(rules: Sequence[Rule], names: Names, keys: Callable[[str], Sequence[str]]) -> Columns:
    found: Columns = {}
    for rule in rules:
        table = asked_table(rule)
        found.setdefault(table, set()).update(names.record_columns(every_path(rule)), keys(table))
    return found


def _through(lookup: Lookup, paths: Iterable[str], names: Names) -> set[str]:
    """Return what is read of a lookup's table: its keys, what it filters and reckons by, and the fields asked."""
    chained = [key for one in names.lookups.values() for key, _ in one.pairs]
    fields = [path.partition(".")[2] for path in (*paths, *chained) if path.startswith(f"{lookup.name}.")]
    return {*fields, *(theirs for _, theirs in lookup.pairs), *_roots(lookup.where, *lookup.columns.values())}


def _behind(table: DerivedTable, tables: Columns) -> set[str]:
    """Return what is read of the tables that a derived table is made from; without groups, whatever is read of it."""
    own = {*table.on, *table.per, *_roots(table.where, *table.columns.values())}
    return own if table.per else own | tables.get(table.name, set())


def _roots(*expressions: str | None) -> set[str]:
    return {root for sql in expressions if sql for root in compiled(sql).roots}


def _narrowed(frame: pl.DataFrame, columns: set[str] | None) -> pl.DataFrame:
    if columns is None:
        return frame
    return frame.select(
        name for name in frame.columns if name in columns or name in _YEARS or name.startswith(("_", BAD))
    )
