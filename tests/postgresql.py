"""A private PostgreSQL server for the tests, started when the first of them asks for it and stopped at the end.

``MUSTER_TEST_POSTGRESQL_URL`` names a server to use instead; the tests make and drop databases of their own in it.
A ``conftest.py`` takes its fixtures by importing them (see tests/core/conftest.py).
"""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import uuid
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import URL, create_engine, make_url, text

if TYPE_CHECKING:
    from collections.abc import Iterator

SERVER_VARIABLE = "MUSTER_TEST_POSTGRESQL_URL"
_USER = "postgres"


@pytest.fixture(scope="session")
def postgresql_server():
    """Give the URL of a running server."""
    with server() as url:
        yield url


@pytest.fixture
def postgresql_url(postgresql_server):
    """Give the URL of an empty database on the server."""
    with database(postgresql_server) as url:
        yield url.render_as_string(hide_password=False)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request, tmp_path):
    """Give the URL of an empty database, on each of the two engines."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'test.sqlite'}"
    return request.getfixturevalue("postgresql_url")


@contextmanager
def server() -> Iterator[URL]:
    """Give the URL of a running server: the one named by the environment, or a private one in a temporary folder."""
    named = os.environ.get(SERVER_VARIABLE)
    if named:
        yield make_url(named).set(drivername="postgresql+psycopg")
        return
    programs = programs_folder()
    if programs is None:
        pytest.skip(f"no PostgreSQL here: install the server's programs, or name a server in {SERVER_VARIABLE}")
    folder = Path(tempfile.mkdtemp(prefix="muster-pg-"))
    try:
        with _private_server(programs, folder) as url:
            yield url
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def database(server_url: URL) -> Iterator[URL]:
    """Give the URL of an empty database of that server, dropped afterwards."""
    name = f"muster_test_{uuid.uuid4().hex[:12]}"
    engine = create_engine(server_url, isolation_level="AUTOCOMMIT")
    try:
        with engine.connect() as connection:
            connection.execute(text(f"CREATE DATABASE \"{name}\" TEMPLATE template0 ENCODING 'UTF8'"))
        yield server_url.set(database=name)
        with engine.connect() as connection:
            connection.execute(text(f'DROP DATABASE "{name}" WITH (FORCE)'))
    finally:
        engine.dispose()


def programs_folder() -> Path | None:
    """Return the folder with initdb and pg_ctl, the newest version's."""
    found = shutil.which("pg_ctl")
    if found:
        return Path(found).parent
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin/pg_ctl"), key=lambda one: float(one.parent.parent.name))
    return folders[-1].parent if folders else None


@contextmanager
def _private_server(programs: Path, folder: Path) -> Iterator[URL]:
    port = _free_port()
    data = folder / "data"
    if os.getuid() == 0:
        shutil.chown(folder, _USER, _USER)
    options = f"-p {port} -k {folder} -c listen_addresses='' -c fsync=off -c full_page_writes=off"
    run_program(programs / "initdb", "-D", data, "-U", _USER, "--auth=trust", "--no-sync", "-E", "UTF8", "--locale=C")
    run_program(programs / "pg_ctl", "-D", data, "-w", "-l", folder / "log", "-o", options, "start")
    try:
        yield URL.create(
            "postgresql+psycopg", username=_USER, database="postgres", query={"host": str(folder), "port": str(port)}
        )
    finally:
        run_program(programs / "pg_ctl", "-D", data, "-m", "immediate", "-w", "stop")


def run_program(program: Path, *arguments: object) -> None:
    """Run one of the server's programs; as the user postgres where we are root, whom it refuses."""
    command = [str(program), *map(str, arguments)]
    identity = {}
    if os.getuid() == 0:
        user = pwd.getpwnam(_USER)
        identity = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
    subprocess.run(command, check=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, cwd="/", **identity)


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])
