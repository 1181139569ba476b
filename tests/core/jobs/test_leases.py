"""Leases: who works, and who is taken for dead."""

import subprocess
import sys
from datetime import timedelta

import pytest

from muster.jobs import leases
from muster.jobs.failures import WorkerNameTakenError
from muster.store.job_tables import worker

LATER = timedelta(seconds=31)


@pytest.fixture
def other(store, clubs):
    """Return a function that lets a worker of another process work under a name."""

    def works(name, process):
        with store.writing() as connection:
            leases.take(connection, name, clubs.now)
            connection.execute(worker.update().where(worker.c.name == name).values(process=process))

    return works


def test_a_promise_holds_until_its_moment_and_can_be_renewed(store, clubs):
    with store.writing() as connection:
        leases.take(connection, "north", clubs.now)
        assert leases.alive(connection, "north", clubs.now)
        assert leases.living(connection, clubs.now) == ("north",)
        assert not leases.alive(connection, "north", clubs.now + LATER)
        assert leases.dead(connection, clubs.now + LATER) == ("north",)
        leases.renew(connection, "north", clubs.now + LATER)
        assert leases.alive(connection, "north", clubs.now + LATER)
        leases.leave(connection, "north")
        assert not leases.alive(connection, "south", clubs.now)
        assert leases.living(connection, clubs.now) == ()


def test_a_name_under_which_another_lives_is_refused(store, clubs, other):
    other("north", "elsewhere:12")
    with (
        store.writing() as connection,
        pytest.raises(
            WorkerNameTakenError,
            match=r'^A worker named "north" is at work already \(process elsewhere:12\). '
            "Give this one another name with --name.$",
        ),
    ):
        leases.take(connection, "north", clubs.now)


def test_a_name_is_free_again_when_the_promise_is_broken(store, clubs, other):
    other("north", "elsewhere:12")
    with store.writing() as connection:
        leases.take(connection, "north", clubs.now + LATER)
        assert leases.alive(connection, "north", clubs.now + LATER)


def test_a_killed_worker_begins_again_under_its_name_at_once(store, clubs, other):
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    host = leases.this_process().rpartition(":")[0]
    other("north", f"{host}:{gone.pid}")
    with store.writing() as connection:
        leases.take(connection, "north", clubs.now)
        assert leases.living(connection, clubs.now) == ("north",)


def test_a_worker_that_was_taken_for_dead_comes_back(store, clubs):
    with store.writing() as connection:
        leases.renew(connection, "north", clubs.now)
        assert leases.living(connection, clubs.now) == ("north",)
