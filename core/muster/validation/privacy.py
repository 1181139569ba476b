"""Which values of lookups may be compared, but never printed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from muster.validation.expressions import compiled
from muster.validation.reading import RECORD_TABLES

if TYPE_CHECKING:
    from muster.model.collections import Collection
    from muster.model.rules import DerivedTable, Lookup, Rule
    from muster.model.states import State
    from muster.validation.reading import Names

PrivateTables = dict[str, frozenset[str]]


def private_tables(state: State, collection: Collection) -> PrivateTables:
    """Return the private columns of every declared table: reference tables, collections, and the file itself."""
    found = {table.name: frozenset(one.name for one in table.columns if one.private) for table in state.tables}
    found |= {one.id: _private_columns(one) for one in state.collections}
    return found | dict.fromkeys(RECORD_TABLES, _private_columns(collection))


def private_paths(rule: Rule, names: Names, tables: PrivateTables) -> frozenset[str]:
    """Return the private paths a rule could name; the columns of its own record are the reader's own."""
    found = {f"{name}.{field}" for name, lookup in names.lookups.items() for field in _of_lookup(lookup, names, tables)}
    if rule.each not in RECORD_TABLES:
        found |= private_columns(rule.each, names, tables)
    return frozenset(found)


def private_columns(table: str, names: Names, tables: PrivateTables) -> frozenset[str]:
    """Return the private columns of a table; what is made from a private column is private, a count of it is not."""
    derived = names.tables.get(table)
    return _of_derived(derived, names, tables) if derived else tables.get(table, frozenset())


def _of_derived(derived: DerivedTable, names: Names, tables: PrivateTables) -> frozenset[str]:
    below = private_columns(derived.source, names, tables)
    if derived.join is not None:
        below |= private_columns(derived.join, names, tables)
    made = _made(derived.columns, below)
    return made | (below & set(derived.per) if derived.per else below)


def _of_lookup(lookup: Lookup, names: Names, tables: PrivateTables) -> frozenset[str]:
    below = private_columns(lookup.table, names, tables)
    own = _made(lookup.columns, below) | below if lookup.columns else below
    return own | set(lookup.private)


def _made(columns: dict[str, str], private: frozenset[str]) -> frozenset[str]:
    return frozenset(name for name, sql in columns.items() if private & set(compiled(sql).shown))


def _private_columns(collection: Collection) -> frozenset[str]:
    return frozenset(one.name for layout in collection.layouts for one in layout.columns if one.private)
