"""A full disk and a restart of the database in the middle of an upload: one clear outcome and sentence each."""

import os
import resource
import shutil
import tempfile
import threading
import uuid
from contextlib import contextmanager
from pathlib import Path

import postgresql
import pytest
from sqlalchemy import URL, create_engine, event, text
from workshop import handlers_of

from muster.collecting import list_batches, uploading
from muster.jobs import list_jobs, receive, retry_job
from muster.jobs.queue import add_job
from muster.jobs.running import run_job
from muster.store.records import stored_rows

ROWS = 20_000


class Unwilling:
    """An engine that leaves its jobs in the queue."""

    def __init__(self, store):
        self.store = store

    def enqueue(self, connection, kind, subject, asked_by, rows=0):
        return add_job(connection, kind, subject, asked_by, rows, self.store.clock.now())

    def again(self, connection, job):
        """Do nothing."""


class Server:
    """A PostgreSQL server of these tests' own, which they may ill-treat."""

    def __init__(self, folder):
        self._programs = postgresql.programs_folder()
        if self._programs is None:
            pytest.skip("no PostgreSQL here: install the server's programs")
        self._folder, self._data = folder, folder / "data"
        self._options = f"-p 5499 -k {folder} -c listen_addresses='' -c fsync=off -c full_page_writes=off"
        place = {"host": str(folder), "port": "5499"}
        self.url = URL.create("postgresql+psycopg", username="postgres", database="postgres", query=place)

    def start(self):
        arguments = ("--auth=trust", "--no-sync", "-E", "UTF8", "--locale=C", "--wal-segsize=1")
        postgresql.run_program(self._programs / "initdb", "-D", self._data, "-U", "postgres", *arguments)
        self._control("-o", self._options, "start")

    def restart(self, *, largest_file=None):
        if largest_file is None:
            self._control("-m", "immediate", "-o", self._options, "restart")
            return
        allowed = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (largest_file, allowed[1]))
        try:
            self.restart()
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, allowed)

    def stop(self):
        self._control("-m", "immediate", "stop")

    @contextmanager
    def database(self):
        name = f"muster_faults_{uuid.uuid4().hex[:12]}"
        self._tell(f"CREATE DATABASE {name}")
        yield self.url.set(database=name)
        self._tell(f"DROP DATABASE {name} WITH (FORCE)")

    def _tell(self, statement):
        engine = create_engine(self.url, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text(statement))
        engine.dispose()

    def _control(self, *arguments):
        postgresql.run_program(
            self._programs / "pg_ctl", "-D", self._data, "-w", "-l", self._folder / "log", *arguments
        )


@pytest.fixture(scope="module")
def server():
    folder = Path(tempfile.mkdtemp(prefix="muster-pg-"))
    if os.getuid() == 0:
        shutil.chown(folder, "postgres", "postgres")
    one = Server(folder)
    one.start()
    yield one
    one.stop()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def database_url(request, tmp_path):
    """Give an empty database: a file, or a database of the server that may be ill-treated."""
    if getattr(request, "param", "postgresql") == "sqlite":
        yield f"sqlite:///{tmp_path / 'test.sqlite'}"
        return
    with request.getfixturevalue("server").database() as url:
        yield url.render_as_string(hide_password=False)


@pytest.fixture
def handlers(clubs, tmp_path):
    return handlers_of(clubs.state(), tmp_path / "mail")


@pytest.fixture
def send(store, clubs):
    def sends(rows=ROWS):
        lines = [f"001 {row:06} chess{row * 7919:012} F 1.5 09/01/2024 Y 12" for row in range(rows)]
        return receive(
            store,
            Unwilling(store),
            clubs.ana,
            clubs.state().collections[0],
            clubs.file(*lines),
            year=2025,
            organization="D1",
            mode="upload",
            name="clubs.tsv",
        )

    return sends


@pytest.fixture
def stored(store):
    def count():
        with store.reading() as connection:
            return stored_rows(connection, store.records("xx/clubs"), 2025, names=("_id",)).height

    return count


@pytest.fixture
def full_disk(request, store):
    """Return what lets the database's files grow no further for a while."""
    return (_full_sqlite if store.engine.dialect.name == "sqlite" else _full_postgresql)(request, store)


@contextmanager
def _full_sqlite(_, store):
    with store.reading() as connection:
        pages = connection.execute(text("PRAGMA page_count")).scalar_one()

    def limit(connection, _record):
        connection.execute(f"PRAGMA max_page_count = {pages + 50}")

    store.engine.dispose()
    event.listen(store.engine, "connect", limit)
    yield
    event.remove(store.engine, "connect", limit)
    store.engine.dispose()


@contextmanager
def _full_postgresql(request, store):
    server = request.getfixturevalue("server")
    store.engine.dispose()
    server.restart(largest_file=1_100_000)
    yield
    server.restart()


@pytest.mark.parametrize("database_url", ["sqlite", "postgresql"], indirect=True)
def test_a_full_disk_stops_an_upload_whole_and_it_can_be_tried_again(store, clubs, handlers, send, stored, full_disk):
    send()
    with full_disk:
        assert run_job(store, handlers, 1, "north") == "failed"
    assert stored() == 0
    assert list_batches(store, clubs.ana)[0].status == "failed"
    assert list_jobs(store, clubs.ana)[0].job.failure == (
        f"The database {store.url} cannot grow: its disk is full. Nothing was stored; make room, then try again."
    )
    retry_job(store, Unwilling(store), clubs.ana, 1)
    assert run_job(store, handlers, 1, "north") == "done"
    assert stored() == ROWS


def test_a_restart_of_the_database_during_an_upload_delays_it(
    store, clubs, handlers, send, stored, server, monkeypatch
):
    send(500)
    really, restarts = uploading.write_rows, []

    def writes(*given, **more):
        written = really(*given, **more)
        if not restarts:
            restarts.append(server.restart())
        return written

    monkeypatch.setattr(uploading, "write_rows", writes)
    assert run_job(store, handlers, 1, "north", lambda _: None) == "done"
    assert restarts == [None]
    assert stored() == 500
    assert (list_batches(store, clubs.ana)[0].status, list_jobs(store, clubs.ana)[0].job.attempts) == ("stored", 2)


def test_a_restart_during_an_upload_without_a_job_is_one_sentence(store, clubs, stored, server, monkeypatch):
    from muster.collecting import upload
    from muster.store.failures import DatabaseUnreachableError

    def restarts(*_, **__):
        server.restart()
        return really(*_, **__)

    really = uploading.write_rows
    monkeypatch.setattr(uploading, "write_rows", restarts)
    state, file = clubs.state(), clubs.file("001 000001 chess F 1.5 09/01/2024 Y 12")
    with pytest.raises(DatabaseUnreachableError) as failure:
        upload(
            store,
            clubs.ana,
            state,
            state.collections[0],
            file,
            name="clubs.tsv",
            facts=clubs.facts(),
            mode="upload",
            reference={},
        )
    assert str(failure.value) == (
        f"The database {store.url} cannot be opened. Check that the server runs (or that the folder exists and may be "
        "written to) and that MUSTER_DATABASE_URL names it."
    )
    assert stored() == 0
    assert list_batches(store, clubs.ana)[0].status == "failed"


def test_two_who_take_one_job_for_theirs_store_it_once(store, clubs, handlers, send, stored):
    """A clock that jumps makes a living worker look dead: both work, and the batch is stored once."""
    send(500)
    beginning = threading.Barrier(2)
    first = handlers["upload"]

    def together(task):
        beginning.wait(10)
        return first(task)

    answers = []
    threads = [
        threading.Thread(target=lambda name=name: answers.append(run_job(store, {"upload": together}, 1, name)))
        for name in ("north", "south")
    ]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert answers == ["done", "done"]
    assert stored() == 500
    assert [one.created for one in list_batches(store, clubs.ana)] == [500]
