"""Engines for SQLite and PostgreSQL: pragmas, transactions, and database errors turned into sentences."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError, DBAPIError

from muster.store.failures import (
    DatabaseAddressError,
    DatabaseBusyError,
    DatabaseDamagedError,
    DatabaseFileDamagedError,
    DatabaseFullError,
    DatabaseReadOnlyError,
    DatabaseUnreachableError,
    DriverMissingError,
    NotADatabaseError,
    OldServerError,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from muster.errors import MusterError

WAIT_SECONDS = 60
"""How long an upload waits for another one before it gives up."""

_PRAGMAS = ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON", "cache_size=-32768", "temp_store=MEMORY")
_OLDEST_SERVER = 150_000
_TABLES_LOCK = 7_309_940_118
"""Any number, as long as it is always the same one."""
_WRITES = "muster_writes"
_AFTERWARDS = "muster_afterwards"


def make_engine(address: str) -> Engine:
    """Return an engine for the database; nothing is opened yet."""
    url = _parsed(address)
    if url.get_backend_name() == "sqlite":
        return _sqlite(url)
    try:
        return create_engine(url, hide_parameters=True, pool_pre_ping=True, connect_args={"connect_timeout": 10})
    except ModuleNotFoundError as error:
        raise DriverMissingError from error


def shown(engine: Engine) -> str:
    """Return the database's address as it may be printed: without its password."""
    return engine.url.render_as_string(hide_password=True)


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """Give a connection that sees one state of the database and changes nothing."""
    with sentences(engine), engine.connect() as connection:
        if engine.dialect.name == "postgresql":
            connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        yield connection


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """Give a connection in one transaction: all of what is written in it stands afterwards, or nothing."""
    afterwards: list[Callable[[], object]] = []
    with sentences(engine), engine.connect() as connection:
        held = connection.execution_options(**{_WRITES: True, _AFTERWARDS: afterwards})
        with held.begin():
            if engine.dialect.name == "postgresql":
                held.execute(text(f"SET LOCAL lock_timeout = '{WAIT_SECONDS}s'"))
            yield held
        _shrink(connection)
    for call in afterwards:
        call()


def after_commit(connection: Connection, call: Callable[[], object]) -> None:
    """Have a function called when the transaction stands and its connection is free; never if it is rolled back."""
    connection.get_execution_options()[_AFTERWARDS].append(call)


@contextmanager
def sentences(engine: Engine) -> Iterator[None]:
    """Turn what a driver raises into a failure with a sentence, without any value of a row."""
    try:
        yield
    except DBAPIError as error:
        raise _failure(error, shown(engine)) from None


def _parsed(address: str) -> URL:
    try:
        url = make_url(address)
    except ArgumentError:
        raise DatabaseAddressError(_without_password(address)) from None
    if url.drivername in ("postgres", "postgresql"):
        url = url.set(drivername="postgresql+psycopg")
    if url.drivername not in ("sqlite", "postgresql+psycopg"):
        raise DatabaseAddressError(str(url))
    return url


def _without_password(address: str) -> str:
    before, at, after = address.rpartition("@")
    return f"{before.split(':')[0]}:***{at}{after}" if at else address


def _sqlite(url: URL) -> Engine:
    if not url.database or url.database == ":memory:":  # what is stored there would be gone with the command
        raise DatabaseAddressError(str(url))
    try:
        Path(url.database).parent.mkdir(exist_ok=True)
    except OSError:
        raise DatabaseUnreachableError(url.render_as_string(hide_password=True)) from None
    engine = create_engine(url, hide_parameters=True, connect_args={"timeout": WAIT_SECONDS})
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


def _prepare(connection: Any, _record: Any) -> None:
    """Take transactions into our own hands: the driver's own would begin them too late and leave DDL out."""
    connection.isolation_level = None
    for pragma in _PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get(_WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def only_one(connection: Connection) -> None:
    """Let one process at a time make tables; on SQLite the transaction itself does that."""
    if connection.dialect.name == "postgresql":
        connection.execute(text(f"SELECT pg_advisory_xact_lock({_TABLES_LOCK})"))


def require_server(connection: Connection) -> None:
    """Refuse a PostgreSQL server that lacks NULLS NOT DISTINCT, which the keys of records need."""
    if connection.dialect.name != "postgresql":
        return
    number = int(connection.execute(text("SHOW server_version_num")).scalar_one())
    if number < _OLDEST_SERVER:
        raise OldServerError(f"{number // 10_000}.{number % 10_000}")


def _shrink(connection: Connection) -> None:
    """Let SQLite give back the pages of a large transaction, by way of the driver: SQLAlchemy would begin another."""
    if connection.dialect.name == "sqlite":
        driver: Any = connection.connection.driver_connection
        driver.execute("PRAGMA shrink_memory")


def _failure(error: DBAPIError, url: str) -> MusterError:
    code = getattr(error.orig, "sqlite_errorname", None) or getattr(error.orig, "sqlstate", None) or ""
    for failure, codes in _CODES:
        if code.startswith(codes):
            return failure(url)
    if not code:
        return DatabaseUnreachableError(url)
    return DatabaseDamagedError(url, code)


_CODES: tuple[tuple[Callable[[str], MusterError], tuple[str, ...]], ...] = (
    (DatabaseBusyError, ("SQLITE_BUSY", "SQLITE_LOCKED", "55P03", "40P01", "40001")),
    (DatabaseUnreachableError, ("SQLITE_CANTOPEN", "SQLITE_PERM", "08", "28", "3D000", "57P")),
    (NotADatabaseError, ("SQLITE_NOTADB",)),
    (DatabaseFileDamagedError, ("SQLITE_CORRUPT",)),
    (DatabaseFullError, ("SQLITE_FULL", "53100")),
    (DatabaseReadOnlyError, ("SQLITE_READONLY", "25006", "42501")),
)
