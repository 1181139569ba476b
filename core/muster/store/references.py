"""Reference tables in the database: loaded for an organization and a school year, given out as typed frames.

A load replaces what was loaded before for the same organization (and, where the table has a column ``year``, for the
years that the new rows name); what others loaded stays.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import polars as pl
from sqlalchemy import Column, Index, MetaData, Table, Text, delete, insert, or_, select

from muster.store.bulk import fetch_frame, in_values, insert_frame
from muster.store.failures import ReferenceColumnsError, RepeatedReferenceError
from muster.store.record_tables import columns_for, merged
from muster.store.schema import NUMBER, reference_load
from muster.validation.schemas import dtype_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement, Connection

    from muster.model.columns import Column as Declared
    from muster.model.reference import ReferenceTable

_DEEPEST = 10
"""How far organizations are followed upwards and downwards; a tree of agencies is four deep."""


@dataclass(frozen=True, slots=True)
class LoadedTable:
    """The table of one reference table that districts or agencies load."""

    state: str
    reference: ReferenceTable
    table: Table
    declared: dict[str, Declared]

    @property
    def dtypes(self) -> dict[str, pl.DataType]:
        """Return the types of the columns in a frame."""
        return {name: dtype_of(column) for name, column in self.declared.items()}


@dataclass(frozen=True, slots=True)
class Load:
    """Who loads a reference table, when, from where and for whom (None: for everybody)."""

    organization: str | None
    source: str
    actor: str
    at: datetime


def loaded_table(state: str, reference: ReferenceTable) -> LoadedTable:
    """Return the table of a reference table; nothing is asked of a database."""
    name = f"reference_{state}_{reference.name}".replace("-", "_")
    declared = merged(f"{state}: {reference.name}", reference.columns)
    load = Column("_load", NUMBER, nullable=False)
    owner = Column("_organization", Text)
    table = Table(name, MetaData(), load, owner, *columns_for(declared))
    Index(f"{name}_owner", owner)
    return LoadedTable(state, reference, table, declared)


def replace_reference(connection: Connection, loaded: LoadedTable, frame: pl.DataFrame, load: Load) -> int:
    """Put a frame in the place of what was loaded before for the same organization; return the number of rows."""
    rows = _fitting(loaded, frame)
    years = rows["year"].unique().drop_nulls().to_list() if "year" in rows.columns else []
    connection.execute(delete(loaded.table).where(*_replaced(connection, loaded, load.organization, years)))
    number = _note(connection, loaded, load, rows.height, years)
    own = rows.select(
        pl.lit(number, pl.Int64).alias("_load"),
        pl.lit(load.organization, pl.String).alias("_organization"),
        pl.all(),
    )
    insert_frame(connection, loaded.table, own)
    return rows.height


def was_loaded(connection: Connection, loaded: LoadedTable) -> bool:
    """Tell whether the table was ever loaded, were it with no row."""
    query = select(reference_load.c.id).where(
        reference_load.c.state == loaded.state, reference_load.c.name == loaded.reference.name
    )
    return connection.execute(query.limit(1)).first() is not None


def reference_frame(
    connection: Connection, loaded: LoadedTable, year: int, owners: Sequence[str] | None
) -> pl.DataFrame:
    """Return what was loaded for everybody and for these organizations (None: for all), of this year and the last.

    Where a key was loaded both for everybody and for an organization, the organization's row counts.
    """
    own = loaded.table.c
    wanted: list[ColumnElement[bool]] = []
    if owners is not None:
        wanted.append(or_(own["_organization"].is_(None), in_values(connection, own["_organization"], owners)))
    if "year" in own:
        wanted.append(or_(own["year"].is_(None), own["year"].in_([year - 1, year])))
    columns: dict[str, ColumnElement[Any]] = {column.name: column for column in loaded.table.columns}
    dtypes = {"_organization": pl.String(), "_load": pl.Int64()} | loaded.dtypes
    found = fetch_frame(connection, columns, dtypes, select().select_from(loaded.table).where(*wanted))
    ranked = found.sort(pl.col("_organization").is_null(), -pl.col("_load"), maintain_order=True)
    return ranked.unique(list(loaded.reference.key), keep="first", maintain_order=True).select(*loaded.dtypes)


def family(organizations: pl.DataFrame, organization: str) -> list[str]:
    """Return an organization with those above and below it, who may have loaded rows for it."""
    pairs = organizations.select("organization_id", "parent_id").drop_nulls()
    found = {organization}
    for start, end in (("organization_id", "parent_id"), ("parent_id", "organization_id")):
        reached = {organization}
        for _ in range(_DEEPEST):
            step = pairs.filter(pl.col(start).is_in(list(reached)))[end]
            reached |= set(step.to_list())
        found |= reached
    return sorted(found)


def _fitting(loaded: LoadedTable, frame: pl.DataFrame) -> pl.DataFrame:
    """Return the frame with the declared columns only; its key columns must be there, and no key with two contents."""
    key = list(loaded.reference.key)
    missing = [name for name in key if name not in frame.columns]
    if missing:
        raise ReferenceColumnsError(loaded.reference.name, missing)
    rows = frame.select(
        (pl.col(name).cast(dtype) if name in frame.columns else pl.lit(None, dtype)).alias(name)
        for name, dtype in loaded.dtypes.items()
    ).unique(maintain_order=True)
    repeated = int(rows.select(key).is_duplicated().sum())
    if repeated:
        raise RepeatedReferenceError(loaded.reference.name, key, repeated)
    return rows


def _replaced(
    connection: Connection, loaded: LoadedTable, organization: str | None, years: Sequence[int]
) -> list[ColumnElement[bool]]:
    owner = loaded.table.c["_organization"]
    replaced = [owner.is_(None) if organization is None else owner == organization]
    if years:
        replaced.append(in_values(connection, loaded.table.c["year"], years))
    return replaced


def _note(connection: Connection, loaded: LoadedTable, load: Load, rows: int, years: Sequence[int]) -> int:
    values = {
        "state": loaded.state,
        "name": loaded.reference.name,
        "organization": load.organization,
        "year": max(years, default=None),
        "source": load.source,
        "actor": load.actor,
        "at": load.at.isoformat(timespec="seconds"),
        "rows": rows,
    }
    return int(connection.execute(insert(reference_load).values(values).returning(reference_load.c.id)).scalar_one())
