"""Types of typed frames: which polars type a declared column has, and which columns a table has."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Iterable

    from muster.model.collections import Collection
    from muster.model.columns import Column

Schema = dict[str, pl.DataType]

TEMPLATE = "template"
"""Name of the text column with the id of the layout by which a row came."""
BAD = "bad:"
"""Prefix of the mask that stands beside a column in which some cell could not be used."""
DIGITS = 18
"""How many digits a number may have, before and after the point together."""


def dtype_of(column: Column) -> pl.DataType:
    """Return the type of one declared column in a typed frame."""
    if column.type == "integer":
        return pl.Int64()
    if column.type == "decimal":
        return pl.Decimal(DIGITS, places_of(column))
    if column.type == "date":
        return pl.Date()
    return pl.Boolean() if column.type == "boolean" else pl.String()


def places_of(column: Column) -> int:
    """Return how many decimals a decimal column keeps."""
    return 2 if column.places is None else column.places


def schema_of(columns: Iterable[Column]) -> Schema:
    """Return names and types of declared columns."""
    return {column.name: dtype_of(column) for column in columns}


def record_schema(collection: Collection) -> Schema:
    """Return the columns of every layout of a collection together, as its stored records have them.

    Where two layouts give a column different types, the later school year's counts.
    """
    schema: Schema = {TEMPLATE: pl.String()}
    for layout in sorted(collection.layouts, key=lambda one: one.year):
        schema |= schema_of(layout.columns)
    return schema


STORED_DATES: Schema = {"modified_date": pl.Date(), "created_date": pl.Date()}
"""What stored records have beside the collection's columns."""


def stored_schema(collection: Collection) -> Schema:
    """Return the columns of a collection's stored records."""
    return record_schema(collection) | STORED_DATES
