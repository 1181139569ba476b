"""Opening a database: what it needs, and the sentence when it cannot be had."""

import sqlite3
import threading
from datetime import UTC, datetime

import pytest
from sqlalchemy import text

from muster.clock import FixedClock
from muster.store import engine as engines
from muster.store import open_store
from muster.store.failures import (
    ConflictingColumnsError,
    DatabaseAddressError,
    DatabaseBusyError,
    DatabaseDamagedError,
    DatabaseFileDamagedError,
    DatabaseFullError,
    DatabaseReadOnlyError,
    DatabaseUnreachableError,
    DriverMissingError,
    NewerDatabaseError,
    NotADatabaseError,
    OldServerError,
)
from muster.store.upgrading import HEAD, configuration

CLOCK = FixedClock(datetime(2025, 3, 14, tzinfo=UTC))


def _open(url):
    open_store(url, (), CLOCK).close()


def _tables(store):
    with store.reading() as connection:
        if store.engine.dialect.name == "sqlite":
            query = "SELECT name FROM sqlite_master WHERE type = 'table'"
        else:
            query = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
        return set(connection.execute(text(query)).scalars())


def test_an_empty_database_gets_its_tables(store):
    assert _tables(store) >= {"batch", "blob", "blob_chunk", "record_change", "record_xx_clubs", "reference_xx_roster"}


def test_opening_again_keeps_what_is_stored(opening, clubs):
    first = opening()
    frame = {"organizations": _organizations()}
    first.replace_reference(clubs.state(), frame, organization=None, actor=clubs.ana)
    assert opening().reference_frames(clubs.state(), 2025)["organizations"].height == 1


def _organizations():
    import polars as pl

    return pl.DataFrame({"organization_id": ["D1"]})


def test_the_newest_migration_is_the_one_that_opening_expects():
    from alembic.script import ScriptDirectory

    assert ScriptDirectory.from_config(configuration()).get_current_head() == HEAD


def test_migrations_make_the_tables_that_the_schema_declares(store):
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    from muster.store.every_table import metadata

    options = {"include_name": lambda name, kind, _: kind != "table" or name in metadata.tables}
    with store.reading() as connection:
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, metadata) == []


def test_a_database_of_a_newer_muster_is_refused(opening):
    store = opening()
    with store.writing() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(
        NewerDatabaseError, match=r"was made by a newer muster \(tables 9999; this muster knows up to 0002\)"
    ):
        opening()


def test_an_address_that_is_none_is_quoted():
    with pytest.raises(DatabaseAddressError, match=r'"no address" is not the address of a database muster can use\.'):
        _open("no address")


def test_another_kind_of_database_is_refused():
    with pytest.raises(DatabaseAddressError, match=r'"mysql://ana:\*\*\*@host/x" is not the address'):
        _open("mysql://ana:secret@host/x")


@pytest.mark.parametrize("address", ["sqlite://", "sqlite:///%3Amemory%3A"])
def test_a_database_in_memory_would_lose_what_is_stored(address):
    with pytest.raises(DatabaseAddressError, match=f'"{address}" is not the address of a database muster can use.'):
        _open(address)


def test_a_password_in_a_broken_address_is_not_printed():
    with pytest.raises(DatabaseAddressError) as failure:
        _open("postgresql:ana:secret@host:port:/x")
    assert "secret" not in str(failure.value)


def test_a_folder_that_is_not_there_is_named(tmp_path):
    with pytest.raises(DatabaseUnreachableError, match=r"The database sqlite:////.*/a/b/x.db cannot be opened\. Check"):
        _open(f"sqlite:///{tmp_path}/a/b/x.db")


def test_the_last_folder_is_made(tmp_path):
    _open(f"sqlite:///{tmp_path}/new/x.db")
    assert (tmp_path / "new" / "x.db").is_file()


def test_a_server_that_does_not_answer_is_named():
    with pytest.raises(
        DatabaseUnreachableError, match=r"postgresql\+psycopg://ana:\*\*\*@127\.0\.0\.1:1/x cannot be opened"
    ):
        _open("postgresql://ana:secret@127.0.0.1:1/x")


def test_a_file_that_is_no_database_is_refused(tmp_path):
    (tmp_path / "x.db").write_text("no database at all, but long enough to have a header of a hundred characters" * 9)
    with pytest.raises(
        NotADatabaseError, match=r"The file of sqlite:///.*x.db is not a database\. Choose another file"
    ):
        _open(f"sqlite:///{tmp_path}/x.db")


def test_without_the_driver_the_command_to_install_it_is_given(monkeypatch):
    def missing(*_, **__):
        raise ModuleNotFoundError

    monkeypatch.setattr(engines, "create_engine", missing)
    with pytest.raises(DriverMissingError, match=r'Install it with: pip install "muster\[postgresql\]"'):
        _open("postgresql://host/x")


def test_an_old_server_is_refused(postgresql_url, monkeypatch):
    monkeypatch.setattr(engines, "_OLDEST_SERVER", 990_000)
    with pytest.raises(OldServerError, match=r"This PostgreSQL server is version \d+\.\d+; muster needs 15 or newer\."):
        _open(postgresql_url)


def test_a_database_that_another_upload_holds_is_busy(opening, monkeypatch):
    monkeypatch.setattr(engines, "WAIT_SECONDS", 1)
    first, second = opening(), opening()
    address = "xx/clubs"
    from muster.store.records import lock_records

    with first.writing() as holding:
        lock_records(holding, first.records(address))
        with pytest.raises(DatabaseBusyError, match=r"is busy with another upload\. Nothing was stored; try again"):
            _locked(second, address)


def _locked(store, address):
    from muster.store.records import lock_records

    with store.writing() as connection:
        lock_records(connection, store.records(address))


def test_two_writers_wait_for_each_other(opening):
    first, second = opening(), opening()
    order = []
    started = threading.Event()

    def later():
        started.set()
        _locked(second, "xx/clubs")
        order.append("second")

    thread = threading.Thread(target=later)
    with first.writing() as connection:
        from muster.store.records import lock_records

        lock_records(connection, first.records("xx/clubs"))
        thread.start()
        started.wait()
        order.append("first")
    thread.join()
    assert order == ["first", "second"]


class _DriverError(Exception):
    def __init__(self, code):
        self.sqlite_errorname = code
        super().__init__("Zelda Example, born 2009-01-01")


@pytest.mark.parametrize(
    ("code", "failure", "message"),
    [
        (
            "SQLITE_FULL",
            DatabaseFullError,
            "cannot grow: its disk is full. Nothing was stored; make room, then try again.",
        ),
        (
            "SQLITE_READONLY",
            DatabaseReadOnlyError,
            "may only be read. Nothing was stored; ask for the right to write to it.",
        ),
        (
            "SQLITE_CORRUPT",
            DatabaseFileDamagedError,
            "is damaged. Nothing was stored; put a copy of it back, or choose another file in MUSTER_DATABASE_URL.",
        ),
        (
            "SQLITE_IOERR",
            DatabaseDamagedError,
            "refused a statement (SQLITE_IOERR). Nothing was stored; ask whoever",
        ),
    ],
)
def test_what_the_driver_says_becomes_a_sentence_without_its_values(tmp_path, code, failure, message):
    from sqlalchemy.exc import OperationalError

    engine = engines.make_engine(f"sqlite:///{tmp_path / 'x.db'}")
    with pytest.raises(failure) as caught, engines.sentences(engine):
        raise OperationalError("INSERT", {"name": "Zelda"}, _DriverError(code))
    assert message in str(caught.value)
    assert "Zelda" not in str(caught.value)
    assert caught.value.__suppress_context__


def test_a_new_years_layout_adds_its_columns(opening, clubs):
    from muster.model.columns import Column

    opening()
    advisor = Column(name="advisor", label="Advisor", type="code")
    grown = clubs.collection(layouts=(clubs.layout(), clubs.layout(year=2026, columns=(*clubs.columns, advisor))))
    store = opening(clubs.state(grown))
    with store.reading() as connection:
        connection.execute(text("SELECT advisor, hours FROM record_xx_clubs")).all()
    opening(clubs.state(grown))


def test_a_column_that_changes_its_type_is_refused(opening, clubs):
    opening()
    changed = [one.model_copy(update={"type": "text"}) if one.name == "size" else one for one in clubs.columns]
    with pytest.raises(ConflictingColumnsError, match=r'record_xx_clubs: column "size" is declared as .* and as TEXT'):
        opening(clubs.state(clubs.collection(layouts=(clubs.layout(columns=tuple(changed)),))))


def test_two_layouts_may_not_give_a_column_two_types(opening, clubs):
    changed = [one.model_copy(update={"type": "date"}) if one.name == "term" else one for one in clubs.columns]
    both = (clubs.layout(), clubs.layout(year=2026, columns=tuple(changed)))
    with pytest.raises(
        ConflictingColumnsError,
        match=r'xx/clubs: column "term" is declared as text and as date, which cannot be stored together\. '
        "Give the column of the newer layout another name",
    ):
        opening(clubs.state(clubs.collection(layouts=both)))


def test_another_key_makes_another_index(opening, clubs):
    opening()
    store = opening(clubs.state(clubs.collection(key=("student", "club"))))
    with store.reading() as connection:
        if store.engine.dialect.name == "sqlite":
            query = "SELECT name FROM sqlite_master WHERE type = 'index' AND name LIKE 'record_xx_clubs_key%'"
        else:
            query = "SELECT indexname FROM pg_indexes WHERE indexname LIKE 'record_xx_clubs_key%'"
        assert len(connection.execute(text(query)).all()) == 1


def test_sqlite_keeps_a_log_beside_the_file_so_that_readers_never_wait(tmp_path):
    url = f"sqlite:///{tmp_path / 'x.db'}"
    _open(url)
    connection = sqlite3.connect(tmp_path / "x.db")
    try:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    finally:
        connection.close()
