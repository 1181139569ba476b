"""Frames into tables and tables into frames, in slices, by the fastest way each engine has.

SQLite takes tuples through the connection's own cursor and gives each row back as one line of text; PostgreSQL copies
CSV both ways. On SQLite decimals and dates are text: a REAL would change what a district reported.
"""

from __future__ import annotations

import io
import json
from contextlib import contextmanager
from functools import reduce
from typing import TYPE_CHECKING, Any

import polars as pl
from sqlalchemy import ColumnElement, Select, String, Text, cast, column, func, literal, select
from sqlalchemy.dialects import postgresql
from sqlalchemy.exc import DBAPIError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from sqlalchemy import Connection, Table

SLICE = 25_000
"""Rows a slice: larger ones were not faster, and each holds its rows as Python values."""

_FIELD, _LINE = "\x1f", "\x1e"
_END = "_end"
_MOST_ARGUMENTS = 100


def is_sqlite(connection: Connection) -> bool:
    """Tell which of the two engines this is."""
    return connection.dialect.name == "sqlite"


def insert_frame(connection: Connection, table: Table, frame: pl.DataFrame) -> None:
    """Insert the rows of a frame, whose columns are named as the table's."""
    insert = _insert_sqlite if is_sqlite(connection) else _insert_postgresql
    for part in frame.iter_slices(SLICE):
        insert(connection, table, part)


def insert_rows(connection: Connection, table: Table, columns: Sequence[str], rows: Iterable[tuple[Any, ...]]) -> None:
    """Insert many rows that are made one by one, without holding them all."""
    statement = _insert_statement(connection, table, columns)
    part: list[tuple[Any, ...]] = []
    for row in rows:
        part.append(row)
        if len(part) == SLICE:
            connection.exec_driver_sql(statement, part)
            part = []
    if part:
        connection.exec_driver_sql(statement, part)


def fetch_frame(
    connection: Connection,
    columns: Mapping[str, ColumnElement[Any]],
    dtypes: Mapping[str, pl.DataType],
    query: Select[Any],
) -> pl.DataFrame:
    """Return the rows of a query as a typed frame; ``dtypes`` says which of the columns, and their types."""
    asked = {name: columns[name] for name in dtypes}
    parts = (_fetch_sqlite if is_sqlite(connection) else _fetch_postgresql)(connection, asked, query)
    frame = pl.concat([pl.DataFrame(schema=dict(dtypes)), *(typed(part, dtypes) for part in parts)])
    for place in range(frame.width):  # in one piece, as all frames that meet others
        frame.replace_column(place, frame.to_series(place).rechunk())
    return frame


def in_values(
    connection: Connection, wanted: ColumnElement[Any], values: Sequence[str] | Sequence[int]
) -> ColumnElement[bool]:
    """Return the condition that a column holds one of many values (all text or all numbers), sent as one parameter."""
    given = literal(json.dumps(list(values), ensure_ascii=False), String)
    if is_sqlite(connection):
        return wanted.in_(select(column("value")).select_from(func.json_each(given)))
    return wanted.in_(select(cast(func.json_array_elements_text(cast(given, postgresql.JSON)), wanted.type)))


def update_rows(
    connection: Connection, table: Table, columns: Sequence[str], rows: Sequence[tuple[Any, ...]], *, key: str = "_id"
) -> None:
    """Set columns of single rows; the last value of each tuple is the row's key."""
    mark = _mark(connection)
    settings = ", ".join(f'"{name}" = {mark}' for name in columns)
    statement = f'UPDATE "{table.name}" SET {settings} WHERE "{key}" = {mark}'  # noqa: S608 - names are declared identifiers
    for start in range(0, len(rows), SLICE):
        connection.exec_driver_sql(statement, list(rows[start : start + SLICE]))


def plain_rows(connection: Connection, frame: pl.DataFrame) -> Iterator[tuple[Any, ...]]:
    """Yield a frame's rows as the values the engine's driver takes."""
    ready = _for_sqlite(frame) if is_sqlite(connection) else frame
    return zip(*(series.to_list() for series in ready.get_columns()), strict=True)


def _mark(connection: Connection) -> str:
    return "?" if is_sqlite(connection) else "%s"


def _insert_statement(connection: Connection, table: Table, columns: Sequence[str]) -> str:
    names = ", ".join(f'"{name}"' for name in columns)
    marks = ", ".join([_mark(connection)] * len(columns))
    return f'INSERT INTO "{table.name}" ({names}) VALUES ({marks})'  # noqa: S608 - names are declared identifiers


def _for_sqlite(frame: pl.DataFrame) -> pl.DataFrame:
    texts = [name for name, dtype in frame.schema.items() if dtype == pl.Date or dtype.base_type() is pl.Decimal]
    return frame.with_columns(pl.col(texts).cast(pl.String)) if texts else frame


def _insert_sqlite(connection: Connection, table: Table, part: pl.DataFrame) -> None:
    statement = _insert_statement(connection, table, part.columns)
    connection.exec_driver_sql(statement, list(plain_rows(connection, part)))


def _insert_postgresql(connection: Connection, table: Table, part: pl.DataFrame) -> None:
    names = ", ".join(f'"{name}"' for name in part.columns)
    with _copying(connection, f'COPY "{table.name}" ({names}) FROM STDIN (FORMAT csv)') as copy:
        copy.write(part.write_csv(include_header=False).encode())


def _fetch_sqlite(
    connection: Connection, columns: Mapping[str, ColumnElement[Any]], query: Select[Any]
) -> list[pl.DataFrame]:
    found = connection.execute(
        query.with_only_columns(_line(list(columns.values()))), execution_options={"yield_per": SLICE}
    )
    parts: list[pl.DataFrame] = []
    for lines in found.scalars().partitions(SLICE):
        whole = _LINE.join(lines)
        if whole.count(_FIELD) != len(lines) * len(columns) or whole.count(_LINE) != len(lines) - 1 or "\r" in whole:
            return _fetch_plainly(connection, columns, query)
        options = {"separator": _FIELD, "eol_char": _LINE, "quote_char": None}
        parts.append(_parsed(whole.encode(), [*columns, _END], **options).drop(_END))
    return parts


def _line(columns: Sequence[ColumnElement[Any]]) -> ColumnElement[str]:
    """Return one text of all columns; each ends with the separator, so that no value stands at the line's end."""
    pieces = [columns[start : start + _MOST_ARGUMENTS] for start in range(0, len(columns), _MOST_ARGUMENTS)]
    texts = [func.printf(("%s" + _FIELD) * len(piece), *piece, type_=String) for piece in pieces]
    return reduce(lambda left, right: left.concat(right), texts)


def _fetch_plainly(
    connection: Connection, columns: Mapping[str, ColumnElement[Any]], query: Select[Any]
) -> list[pl.DataFrame]:
    """Return the same where a value holds a separator of ours, or a CR, which the CSV reader drops."""
    texts = [cast(one, Text).label(name) for name, one in columns.items()]
    found = connection.execute(query.with_only_columns(*texts), execution_options={"yield_per": SLICE})
    schema = dict.fromkeys(columns, pl.String)
    return [pl.DataFrame([tuple(row) for row in rows], schema=schema, orient="row") for rows in found.partitions(SLICE)]


def _fetch_postgresql(
    connection: Connection, columns: Mapping[str, ColumnElement[Any]], query: Select[Any]
) -> Iterator[pl.DataFrame]:
    dialect: Any = postgresql.dialect
    asked = query.with_only_columns(*(one.label(name) for name, one in columns.items()))
    statement = asked.compile(dialect=dialect(paramstyle="named"), compile_kwargs={"literal_binds": True})
    part: list[bytes] = []
    with _copying(connection, f"COPY ({statement}) TO STDOUT (FORMAT csv)") as copy:
        for data in copy:
            part.append(bytes(data))
            if len(part) == SLICE:
                yield _parsed(b"".join(part), list(columns))
                part = []
    if part:
        yield _parsed(b"".join(part), list(columns))


@contextmanager
def _copying(connection: Connection, statement: str) -> Iterator[Any]:
    """Give the driver's own COPY, its errors being those that any other statement would raise."""
    driver: Any = connection.connection.driver_connection
    dbapi: Any = connection.dialect.loaded_dbapi
    errors = dbapi.Error
    try:
        with driver.cursor() as cursor, cursor.copy(statement) as copy:
            yield copy
    except errors as error:
        made: Any = DBAPIError
        raise made.instance(None, None, error, errors, hide_parameters=True, dialect=connection.dialect) from None


def _parsed(data: bytes, names: list[str], **options: Any) -> pl.DataFrame:
    schema = dict.fromkeys(names, pl.String)
    return pl.read_csv(io.BytesIO(data), has_header=False, schema=schema, **options)


def typed(part: pl.DataFrame, dtypes: Mapping[str, pl.DataType]) -> pl.DataFrame:
    """Return columns of canonical text (either engine's, or history's) as their types."""
    return part.select(_cast(pl.col(name), dtype).alias(name) for name, dtype in dtypes.items())


def _cast(text: pl.Expr, dtype: pl.DataType) -> pl.Expr:
    if dtype == pl.Boolean:
        return text.is_in(["1", "t", "true"])
    if dtype == pl.Date:
        return text.str.to_date("%Y-%m-%d")
    return text if dtype == pl.String else text.cast(dtype)
