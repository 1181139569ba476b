"""Which stored records a file touches, before its cells are typed: those of its persons and of its organizations."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from muster.store.records import Touched, has_records, stored_rows
from muster.store.stored_frames import stored_frame
from muster.validation.asked_columns import asked_columns
from muster.validation.reading import Names
from muster.validation.schemas import TEMPLATE

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Sequence

    from sqlalchemy import Connection

    from muster.model.collections import Collection
    from muster.model.columns import Column
    from muster.model.intake import Intake
    from muster.model.rules import Rule
    from muster.model.states import State
    from muster.store import Store

_OWN = {TEMPLATE: ("_template",), "created_date": ("_created",), "modified_date": ("_created", "_modified")}
"""What a stored record shows of our own columns, and what it is made from."""


def touched_by(intake: Intake, collection: Collection, organization: str | None) -> Touched:
    """Return the persons and organizations that a file names, and the uploader's own organization."""
    organizations = set(_named(intake, collection.organization))
    if organization is not None:
        organizations.add(organization)
    return Touched(_named(intake, collection.person), sorted(organizations))


def stored_by_name(
    connection: Connection,
    store: Store,
    state: State,
    collection: Collection,
    year: int,
    touched: Touched,
    standing_in: Container[str],
) -> dict[str, pl.DataFrame]:
    """Return the stored records of the state's other collections that the rules look up, by the collection's id.

    A collection of which nothing is stored in the year is left out where ``standing_in`` names a loaded table.
    """
    asked = tables_read(collection, year) - {collection.id}
    found = {}
    for other in state.collections:
        records = store.records(other.address)
        if other.id in asked and (other.id not in standing_in or has_records(connection, records, year)):
            rows = stored_rows(connection, records, year, touched)
            found[other.id] = stored_frame(connection, rows, other, state.time_zone)
    return found


def columns_asked(collection: Collection, rules: Sequence[Rule]) -> list[str]:
    """Return the columns of stored records that these rules read, and those of the key; the others are not fetched."""
    every = [column.name for column in _stored_columns(collection)]
    asked = asked_columns(rules, Names.of(collection.ruleset), lambda _: collection.key)
    known = [*every, *_OWN]
    read = {*collection.key, *asked.columns_of("stored", known), *asked.columns_of("records", known)}
    own = dict.fromkeys(name for shown, made in _OWN.items() if shown in read for name in made)
    return ["_id", *own, *(name for name in every if name in read)]


def _stored_columns(collection: Collection) -> Iterable[Column]:
    named = {column.name: column for layout in collection.layouts for column in layout.columns if column.stored}
    return named.values()


def _named(intake: Intake, name: str) -> list[str]:
    """Return the values of a column as they will be stored: filled with zeros where the layout says so."""
    if intake.layout is None or name not in intake.frame.columns:
        return []
    column = intake.layout.column(name)
    values = intake.frame[name].drop_nulls().unique()
    if column.pad and column.length is not None:
        short = values.str.contains("^[0-9]+$")
        values = pl.select(pl.when(short).then(values.str.zfill(column.length)).otherwise(values)).to_series().unique()
    return values.sort().to_list()


def tables_read(collection: Collection, year: int) -> set[str]:
    """Return the names of the tables that the rules and lookups of a year read."""
    names = Names.of(collection.ruleset)
    rules = {table for rule in collection.rules_of(year) for table in names.tables_of(rule)}
    return rules | {source for lookup in collection.ruleset.lookups for source in names.sources(lookup.table)}
