"""Record tables: one a collection, made from the columns of its layouts of all years, and only ever added to.

Our own columns begin with an underscore, which no layout's column can. ``_created`` and ``_modified`` name writings.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import polars as pl
from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    Index,
    Integer,
    MetaData,
    Numeric,
    Table,
    Text,
    func,
    inspect,
    text,
)
from sqlalchemy.schema import CreateColumn

from muster.store.failures import ConflictingColumnsError
from muster.store.schema import NUMBER, record_set
from muster.validation.schemas import dtype_of, places_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy import Connection
    from sqlalchemy.types import TypeEngine

    from muster.model.collections import Collection
    from muster.model.columns import Column as Declared
    from muster.model.columns import ColumnType

_STORAGE: dict[ColumnType, str] = {
    "text": "text",
    "code": "text",
    "integer": "integer",
    "decimal": "decimal",
    "date": "date",
    "boolean": "boolean",
}
_TYPES: dict[str, TypeEngine[Any]] = {
    "text": Text(),
    "integer": BigInteger(),
    "decimal": Numeric().with_variant(Text(), "sqlite"),
    "date": Date().with_variant(Text(), "sqlite"),
    "boolean": Boolean().with_variant(Integer(), "sqlite"),
}
_INDEXES = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'index' AND tbl_name = :table",
    "postgresql": "SELECT indexname FROM pg_indexes WHERE tablename = :table AND schemaname = current_schema()",
}
_OWN = ("_id", "_year", "_organization", "_template", "_version", "_created", "_modified")


def merged(table: str, declared: Iterable[Declared]) -> dict[str, Declared]:
    """Return one declaration a column name; of decimals the one with the most places."""
    found: dict[str, Declared] = {}
    for column in declared:
        other = found.setdefault(column.name, column)
        if _STORAGE[other.type] != _STORAGE[column.type]:
            raise ConflictingColumnsError(table, column.name, [other.type, column.type])
        if places_of(column) > places_of(other):
            found[column.name] = column
    return found


def columns_for(declared: dict[str, Declared]) -> list[Column[Any]]:
    """Return database columns for declared ones; each may be null, since a layout of another year may lack it."""
    return [Column(name, _TYPES[_STORAGE[one.type]]) for name, one in declared.items()]


@dataclass(frozen=True, slots=True)
class RecordTable:
    """The table of one collection's records."""

    collection: Collection
    table: Table
    declared: dict[str, Declared]

    @property
    def name(self) -> str:
        """Return the table's name, by which record_set and record_change know it."""
        return self.table.name

    @property
    def dtypes(self) -> dict[str, pl.DataType]:
        """Return the type of every column in a frame, our own columns first."""
        own: dict[str, pl.DataType] = {name: pl.Int64() for name in _OWN}
        own |= {"_organization": pl.String(), "_template": pl.String()}
        return own | {name: dtype_of(column) for name, column in self.declared.items()}

    @property
    def content(self) -> list[str]:
        """Return the columns whose change is a change of the record."""
        return ["_organization", "_template", *self.declared]


def records_name(state: str, collection: str) -> str:
    """Return the name of the table of a collection's records."""
    return f"record_{state}_{collection}".replace("-", "_")


def record_table(collection: Collection) -> RecordTable:
    """Return the table of a collection; nothing is asked of a database."""
    name = records_name(collection.state, collection.id)
    kept = [column for layout in collection.layouts for column in layout.columns if column.stored]
    declared = merged(collection.address, kept)
    table = Table(
        name,
        MetaData(),
        Column("_id", NUMBER, primary_key=True, autoincrement=False),
        Column("_year", Integer, nullable=False),
        Column("_organization", Text),
        Column("_template", Text, nullable=False),
        Column("_version", Integer, nullable=False),
        Column("_created", NUMBER, nullable=False),
        Column("_modified", NUMBER),
        *columns_for(declared),
    )
    Index(f"{name}_organization", table.c["_year"], table.c["_organization"])
    _key_index(collection, table)
    return RecordTable(collection, table, declared)


def _key_index(collection: Collection, table: Table) -> None:
    """Make the key unique within a year, blanks being equal; the person first, by whom groups are looked up.

    The index is named after its columns, so that another key makes another index.
    """
    names = sorted(collection.key, key=lambda name: name != collection.person)
    name = f"{table.name}_key_{sha256(' '.join(names).encode()).hexdigest()[:8]}"
    plain = [table.c[one] for one in names]
    never_blank = (collection.person, collection.organization)
    blank_equal = [table.c[one] if one in never_blank else func.coalesce(table.c[one], "") for one in names]
    year = table.c["_year"]
    index = partial(Index, name, year, unique=True, postgresql_nulls_not_distinct=True)
    index(*blank_equal, info={"dialect": "sqlite"}).ddl_if(dialect="sqlite")
    index(*plain, info={"dialect": "postgresql"}).ddl_if(dialect="postgresql")


def make_tables(connection: Connection, tables: Sequence[Table]) -> None:
    """Create the tables that are missing, and add the columns that a new layout brings."""
    inspector = inspect(connection)
    known = set(inspector.get_table_names())
    for table in tables:
        if table.name not in known:
            table.create(connection)
            continue
        existing = {column["name"]: column["type"] for column in inspector.get_columns(table.name)}
        for column in table.columns:
            if column.name not in existing:
                _add_column(connection, table, column)
            else:
                _refuse_other_type(connection, table, column, existing[column.name])
        _renew_indexes(connection, table)


def _renew_indexes(connection: Connection, table: Table) -> None:
    """Create the indexes that are missing, and drop that of a key which is no longer the collection's."""
    wanted = {str(one.name): one for one in table.indexes if one.info.get("dialect") in (None, connection.dialect.name)}
    found = set(connection.execute(text(_INDEXES[connection.dialect.name]), {"table": table.name}).scalars())
    for name in found - wanted.keys():
        if name.startswith(f"{table.name}_key_"):
            connection.execute(text(f'DROP INDEX "{name}"'))
    for name in wanted.keys() - found:
        wanted[name].create(connection)


def _add_column(connection: Connection, table: Table, column: Column[Any]) -> None:
    definition = CreateColumn(column).compile(dialect=connection.dialect)
    connection.execute(text(f'ALTER TABLE "{table.name}" ADD COLUMN {definition}'))


def _refuse_other_type(connection: Connection, table: Table, column: Column[Any], found: TypeEngine[Any]) -> None:
    wanted = column.type.compile(dialect=connection.dialect)
    existing = found.compile(dialect=connection.dialect)
    if existing != wanted:
        raise ConflictingColumnsError(table.name, column.name, [existing, wanted])


def register(connection: Connection, records: RecordTable) -> None:
    """Note the table among those that give out record numbers."""
    known = connection.execute(record_set.select().where(record_set.c.records == records.name)).first()
    if known is None:
        connection.execute(record_set.insert().values(records=records.name, next_id=1))
