"""What a template says about its columns: as published, what is expected, the values, and where we know it from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from muster.reporting.inventory import source_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from muster.model.collections import Collection
    from muster.model.columns import Column
    from muster.model.layouts import Layout
    from muster.model.states import State

SMALL = 500
"""A catalog with more codes than this is no list that anybody picks from."""
SHOWN = 60
"""How many values are written out in one line."""
_TYPES = {
    "text": "Text",
    "code": "Code, kept as text: leading zeros matter",
    "integer": "Whole number",
    "decimal": "Number",
    "date": "Date",
    "boolean": "Yes or no",
}


@dataclass(frozen=True, slots=True)
class ColumnLine:
    """One line of the instructions."""

    number: int
    element: str
    required: bool
    published: str
    expected: str
    values: str
    comment: str
    source: str


def instruction_lines(layout: Layout, collection: Collection, state: State) -> Iterator[str]:
    """Yield the sentences above the list of columns."""
    year = state.vocabulary.get("year", "school year")
    yield f"{layout.title}, {year} {layout.year}"
    yield f"{collection.title}, {state.agency}"
    yield from layout.instructions
    if layout.incomplete:
        yield layout.incomplete


def column_lines(layout: Layout, collection: Collection, state: State) -> Iterator[ColumnLine]:
    """Yield what is to be said about each column, in order."""
    catalogs = catalog_values(layout, collection, state)
    for number, column in enumerate(layout.columns, start=1):
        yield ColumnLine(
            number=number,
            element=column.label,
            required=column.required,
            published=column.published,
            expected=expected(column),
            values=_values(column.allowed or catalogs.get(column.name, ())),
            comment=column.comment,
            source=_source(column),
        )


def expected(column: Column) -> str:
    """Say in words what one cell may hold."""
    return "; ".join(part for part in (_type_words(column), _size_words(column), _bound_words(column)) if part)


def _type_words(column: Column) -> str:
    if column.type == "date":
        return f"Date as {column.date_format}"
    if column.type == "boolean":
        return f"{column.true[0]} or {column.false[0]}"
    return _TYPES[column.type]


def _size_words(column: Column) -> str:
    if column.length:
        return f"exactly {column.length} characters"
    if column.most:
        return f"at most {column.most} characters"
    return f"at most {column.places} decimal places" if column.places is not None else ""


def _bound_words(column: Column) -> str:
    if column.minimum is not None and column.maximum is not None:
        return f"from {column.minimum} to {column.maximum}"
    if column.minimum is not None:
        return f"{column.minimum} or more"
    return f"{column.maximum} or less" if column.maximum is not None else ""


def _values(choice: tuple[str, ...]) -> str:
    return ", ".join(choice) if len(choice) <= SHOWN else f"one of {len(choice)} codes of the state's catalog"


def source_lines(layout: Layout, state: State) -> Iterator[str]:
    """Yield the title of each document that the layout's columns cite."""
    cited = {cite.partition(":")[0] for column in layout.columns for cite in column.cites}
    yield from (f"{key}: {state.sources[key]}" for key in sorted(cited) if key in state.sources)


def _source(column: Column) -> str:
    """Say whether the column was found (and where), derived, or is a placeholder."""
    return f"found: {source_of(column)}" if column.mark == "found" else source_of(column) or "not marked"


def catalog_values(layout: Layout, collection: Collection, state: State) -> dict[str, tuple[str, ...]]:
    """Return the codes of each column that a small catalog of the state decides, in the layout's year.

    A lookup over one column, without a condition, into a catalog tells that the column's codes are the catalog's.
    """
    found: dict[str, tuple[str, ...]] = {}
    rows = {catalog.table: catalog.rows for catalog in state.catalogs}
    for lookup in collection.ruleset.lookups:
        if len(lookup.pairs) == 1 and lookup.where is None and lookup.table in rows:
            (column, key), *_ = lookup.pairs
            codes = _codes(rows[lookup.table], key, layout.year)
            if column in layout.names and 0 < len(codes) <= SMALL:
                found.setdefault(column, codes)
    return found


def _codes(rows: tuple[dict[str, str], ...], key: str, year: int) -> tuple[str, ...]:
    return tuple(sorted({row[key] for row in rows if row.get(key) and _in_year(row, year)}))


def _in_year(row: Mapping[str, str], year: int) -> bool:
    first, last, only = row.get("first_year"), row.get("last_year"), row.get("year")
    return (not first or int(first) <= year) and (not last or year <= int(last)) and (not only or int(only) == year)
