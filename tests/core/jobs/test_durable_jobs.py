"""Jobs that workers do: asked for in a transaction, done by one worker at a time, known to DBOS by number alone."""

import base64
import pickle
import subprocess
import sys
import time
from contextlib import suppress

import pytest
from sqlalchemy import MetaData, inspect, select, text
from workshop import ANA, FAST, ROWS, handlers_of

from muster.collecting import list_batches
from muster.jobs import DurableEngine, Worker, list_jobs, retry_job
from muster.jobs.durable import VERSION, state_engine
from muster.jobs.failures import WorkerNameTakenError
from muster.store.every_table import metadata
from muster.store.job_tables import worker


@pytest.fixture
def work(workshop):
    """Return a function that lets a worker of this process work until nothing is left to do; it returns what it told."""

    def works(name="north"):
        told = []
        Worker(workshop.store, handlers_of(workshop.state, workshop.folder), name, FAST, told.append).run(once=True)
        return told

    return works


def _states(workshop):
    """Return what DBOS keeps: the rows of all of its tables."""
    schema = None if workshop.store.engine.dialect.name == "sqlite" else "dbos"
    with workshop.store.engine.connect() as connection:
        known = MetaData(schema=schema)
        ours = set(metadata.tables)
        known.reflect(connection, only=lambda name, _: name not in ours and not name.startswith("record_"))
        return {
            table.name: [dict(row) for row in connection.execute(select(table)).mappings()]
            for table in known.sorted_tables
        }


def test_a_worker_does_what_another_program_asked_for(workshop, work):
    batch = workshop.send(1)
    assert list_batches(workshop.store, ANA)[0].status == "received"
    assert work() == ["Job 1: done.", "Job 2: done."]
    assert [(one.id, one.status, one.created) for one in list_batches(workshop.store, ANA)] == [(batch, "stored", ROWS)]
    assert workshop.torn() == workshop.missing() == []


def test_dbos_is_told_numbers_and_nothing_else(workshop, work):
    workshop.send(1)
    work()
    rows = _states(workshop)["workflow_status"]
    assert {row["application_version"] for row in rows} == {VERSION}
    assert {row["executor_id"] for row in rows} == {"north"}
    assert [_job_of(row) for row in rows] == ["1-0", "2-0"]
    given = [pickle.loads(base64.b64decode(row["inputs"]))["args"] for row in rows if row["inputs"]]
    assert all(isinstance(one, int) for arguments in given for one in arguments)
    kept = str(_states(workshop))
    for planted in ("ana", "clubs-1.tsv", "001000", "chess", "d1.example"):
        assert planted not in kept


def test_a_failed_job_is_done_when_it_is_tried_again(workshop, work, monkeypatch):
    def breaks(*_, **__):
        raise ValueError("001000 Ana Lee")

    workshop.send(1)
    with monkeypatch.context() as patched:
        patched.setattr("muster.collecting.uploading.read", breaks)
        assert work() == ["Job 1: failed."]
    assert "Ana Lee" not in str(_states(workshop))
    retry_job(workshop.store, workshop.engine, ANA, 1)
    assert work() == ["Job 1: done.", "Job 2: done."]
    assert workshop.torn() == workshop.missing() == []


def test_a_job_is_handed_to_dbos_in_the_transaction_that_asks_for_it(workshop, work):
    work()
    workshop.send(1)
    (row,) = _states(workshop)["workflow_status"]
    assert (_job_of(row), row["status"]) == ("1-0", "ENQUEUED")
    with suppress(ZeroDivisionError), workshop.store.writing() as connection:
        workshop.engine.enqueue(connection, "upload", 1, "ana")
        raise ZeroDivisionError
    assert len(_states(workshop)["workflow_status"]) == 1
    work()
    assert workshop.torn() == workshop.missing() == []


def test_a_job_dbos_does_not_know_is_adopted(workshop, work):
    work()
    workshop.send(1)
    with workshop.store.writing() as connection:
        connection.execute(text(f"DELETE FROM {_named(workshop, 'workflow_status')}"))
    work()
    assert workshop.torn() == workshop.missing() == []


def test_two_workers_share_a_queue(workshop, workers):
    for number in range(2):
        workshop.send(number)
    pair = [workers.start(name, once=True) for name in ("north", "south")]
    assert [workers.wait(one) for one in pair] == [0, 0]
    assert workshop.torn() == workshop.missing() == []


def test_a_worker_that_is_killed_in_a_job_is_found_out_by_another(workshop, workers):
    workshop.send(1)
    dead = workers.start("north")
    workers.kill(dead)
    with workshop.store.writing() as connection:
        connection.execute(text("UPDATE job SET status = 'running', worker = 'north', attempts = 1"))
    assert workers.wait(workers.start("south", once=True)) == 0
    assert workshop.torn() == workshop.missing() == []
    assert {one.job.worker for one in list_jobs(workshop.store, ANA)} <= {"south", "north"}
    with workshop.store.reading() as connection:
        assert connection.execute(select(worker.c.name)).scalars().all() == []


def test_a_name_is_for_one_worker(workshop, workers, work):
    living = workers.start("north")
    _wait_for_lease(workshop)
    with pytest.raises(WorkerNameTakenError):
        work("north")
    workers.kill(living)
    assert work("north") == []


def test_dbos_keeps_its_tables_apart_from_ours(workshop, work):
    work()
    engine = state_engine(workshop.store)
    made = set(inspect(engine).get_table_names(schema=None if engine.dialect.name == "sqlite" else "dbos"))
    engine.dispose()
    assert "workflow_status" in made
    if workshop.store.engine.dialect.name == "sqlite":
        with workshop.store.reading() as connection:
            listed = connection.execute(text("SELECT count(*) FROM sqlite_master WHERE name = 'job'")).scalar_one()
        assert listed == 1
    else:
        assert not made & set(metadata.tables)


def test_dbos_is_imported_when_it_is_used():
    program = "import sys, muster.jobs; sys.exit('dbos' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


def test_an_engine_that_was_never_used_closes(workshop):
    DurableEngine(workshop.store).close()


def _job_of(row):
    """Return the job that DBOS's row is about, and how often it was begun before."""
    _, _, job, _, begun = row["workflow_uuid"].split("-")
    return f"{job}-{begun}"


def _named(workshop, table):
    return table if workshop.store.engine.dialect.name == "sqlite" else f"dbos.{table}"


def _wait_for_lease(workshop):
    for _ in range(600):
        with workshop.store.reading() as connection:
            if connection.execute(select(worker.c.name)).first():
                return
        time.sleep(0.05)
    raise AssertionError
