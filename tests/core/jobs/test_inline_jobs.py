"""Jobs of one process: they run after the commit, have one clear outcome, and their effect once."""

from contextlib import suppress

import polars as pl
import pytest
from workshop import handlers_of

from muster.collecting import list_batches, upload
from muster.errors import MusterError
from muster.jobs import InlineEngine, cancel_job, list_jobs, receive, retry_job
from muster.jobs.failures import JobEndedError, JobNotRetriedError, UnknownJobError
from muster.jobs.queue import add_job, begin, job_row
from muster.jobs.running import run_job
from muster.store import messages
from muster.store.batches import set_batch
from muster.store.failures import DatabaseUnreachableError, FinishedMeanwhileError

ROWS = ("001 000001 chess F 1.5 09/01/2024 Y 12", "001 000002 chess - - - - -")


class Unwilling:
    """An engine that leaves its jobs in the queue."""

    def __init__(self, store):
        self.store = store

    def enqueue(self, connection, kind, subject, asked_by, rows=0):
        return add_job(connection, kind, subject, asked_by, rows, self.store.clock.now())

    def again(self, connection, job):
        """Do nothing."""


@pytest.fixture
def handlers(store, clubs, tmp_path):
    return handlers_of(clubs.state(), tmp_path / "mail")


@pytest.fixture
def send(store, clubs, handlers):
    """Return a function that sends a file; with ``engine`` None its upload runs at once."""

    def sends(*rows, engine=None, mode="upload"):
        collection = clubs.state().collections[0]
        using = engine or InlineEngine(store, handlers)
        data = clubs.file(*(rows or ROWS))
        return receive(
            store, using, clubs.ana, collection, data, year=2025, organization="D1", mode=mode, name="clubs.tsv"
        )

    return sends


@pytest.fixture
def batches(store, clubs):
    return lambda: [(one.id, one.status, one.created) for one in list_batches(store, clubs.ana)]


@pytest.fixture
def jobs(store, clubs):
    return lambda: [one.job for one in list_jobs(store, clubs.ana)]


def unhurried(_):
    """Take the place of waiting."""


def test_an_upload_runs_when_its_file_is_kept(send, batches, jobs):
    assert send().status == "received"
    assert batches() == [(1, "stored", 2)]
    (job,) = jobs()
    assert (job.kind, job.subject, job.status, job.asked_by, job.progress, job.rows) == (
        "upload",
        1,
        "done",
        "ana",
        1.0,
        2,
    )


def test_a_test_run_stores_nothing(send, batches):
    send(mode="test")
    assert batches() == [(1, "tested", 0)]


def test_a_job_of_a_transaction_that_is_rolled_back_never_runs(store, handlers, jobs):
    engine = InlineEngine(store, handlers)
    with suppress(ZeroDivisionError), store.writing() as connection:
        engine.enqueue(connection, "upload", 1, "ana")
        raise ZeroDivisionError
    assert jobs() == []


def test_begun_twice_a_job_has_its_effect_once(store, handlers, send, batches, jobs):
    send(engine=Unwilling(store))
    with store.writing() as connection:
        begin(connection, 1, "a worker that died", store.clock.now())
    assert run_job(store, handlers, 1, "north") == "done"
    assert run_job(store, handlers, 1, "south") == "done"
    assert batches() == [(1, "stored", 2)]
    assert jobs()[0].attempts == 2


def test_a_batch_that_is_stored_is_not_processed_again(store, handlers, send, batches):
    send()
    with store.writing() as connection:
        add_job(connection, "upload", 1, "ana", 0, store.clock.now())
    assert run_job(store, handlers, 2, "north") == "done"
    assert batches() == [(1, "stored", 2)]


def test_a_killed_process_leaves_its_jobs_to_the_next(store, handlers, send, batches, jobs):
    send(engine=Unwilling(store))
    send("001 000003 chess F - - - -", engine=Unwilling(store))
    with store.writing() as connection:
        begin(connection, 1, "inline elsewhere:1", store.clock.now())
    assert InlineEngine(store, handlers).catch_up() == 2
    assert batches() == [(2, "stored", 1), (1, "stored", 2)]
    assert {job.status for job in jobs()} == {"done"}


def test_a_job_that_fails_says_why_and_can_be_tried_again(store, clubs, handlers, send, batches, jobs, monkeypatch):
    def breaks(*_, **__):
        raise MusterError("The moon is full.")

    with monkeypatch.context() as patched:
        patched.setattr("muster.collecting.uploading.read", breaks)
        send()
    assert batches() == [(1, "failed", None)]
    assert (jobs()[0].status, jobs()[0].failure) == ("failed", "The moon is full.")
    assert retry_job(store, InlineEngine(store, handlers), clubs.ana, 1).status == "done"
    assert batches() == [(1, "stored", 2)]
    assert jobs()[0].failure is None


@pytest.mark.parametrize("fault", [ValueError("000001 Ana Lee"), pl.exceptions.PanicException("000001 Ana Lee")])
def test_a_fault_is_named_without_its_text(fault, send, jobs, monkeypatch):
    def breaks(*_, **__):
        raise fault

    monkeypatch.setattr("muster.collecting.uploading.read", breaks)
    send()
    assert jobs()[0].failure == (
        f"This is a fault in muster, not in your file ({type(fault).__name__}). Nothing was stored; "
        "ask whoever runs muster."
    )


def test_a_job_waits_until_the_database_is_back(store, handlers, send, batches, monkeypatch):
    send(engine=Unwilling(store))
    answers = iter([DatabaseUnreachableError("x"), DatabaseUnreachableError("x")])
    waited = []

    def sometimes(*given):
        for failure in answers:
            raise failure
        begin(*given)

    monkeypatch.setattr("muster.jobs.running.begin", sometimes)
    assert run_job(store, handlers, 1, "north", waited.append) == "done"
    assert waited == [1, 2]
    assert batches() == [(1, "stored", 2)]


def test_a_job_that_kills_its_workers_is_given_up_until_someone_asks_again(store, clubs, handlers, send, batches, jobs):
    send(engine=Unwilling(store))
    for _ in range(5):
        with store.writing() as connection:
            begin(connection, 1, "a worker that died", store.clock.now())
    assert run_job(store, handlers, 1, "north") == "failed"
    assert jobs()[0].failure == (
        "Job 1 was begun 5 times and its worker ended each time before it was done. Nothing was stored; the file may be "
        "too large for the machine's memory. Ask whoever runs muster."
    )
    assert batches() == [(1, "failed", None)]
    retry_job(store, InlineEngine(store, handlers), clubs.ana, 1)
    assert batches() == [(1, "stored", 2)]


def test_a_kind_nobody_knows_fails(store, handlers):
    with store.writing() as connection:
        add_job(connection, "sing", 1, "ana", 0, store.clock.now())
    assert run_job(store, handlers, 1, "north") == "failed"
    with store.reading() as connection:
        assert job_row(connection, 1).failure == (
            'This worker cannot do jobs of the kind "sing". Update muster on the worker\'s machine.'
        )


def test_a_waiting_job_is_cancelled_at_once(store, clubs, handlers, send, batches, jobs):
    send(engine=Unwilling(store))
    assert cancel_job(store, clubs.ana, 1).status == "cancelled"
    assert run_job(store, handlers, 1, "north") == "cancelled"
    assert batches() == [(1, "failed", None)]
    retry_job(store, InlineEngine(store, handlers), clubs.ana, 1)
    assert batches() == [(1, "stored", 2)]


def test_a_running_job_stops_before_it_stores(store, clubs, handlers, send, batches, jobs, monkeypatch):
    from muster.collecting import uploading

    really = uploading.read

    def cancels(*given, **more):
        assert cancel_job(store, clubs.ana, 1).status == "running"
        return really(*given, **more)

    monkeypatch.setattr(uploading, "read", cancels)
    send(engine=Unwilling(store))
    assert run_job(store, handlers, 1, "north") == "cancelled"
    assert batches() == [(1, "failed", None)]
    assert jobs()[0].failure == "Job 1 was cancelled; nothing was stored."


def test_an_upload_whose_batch_another_process_finished_says_so(store, clubs, batches, monkeypatch):
    from muster.collecting import uploading

    state, really = clubs.state(), uploading.read

    def overtaken(*given, **more):
        monkeypatch.setattr(uploading, "read", really)
        done = uploading.process(store, clubs.ana, state, state.collections[0], 1, facts=clubs.facts(), reference={})
        assert done.created == 2
        return really(*given, **more)

    monkeypatch.setattr(uploading, "read", overtaken)
    with pytest.raises(FinishedMeanwhileError) as failure:
        upload(
            store,
            clubs.ana,
            state,
            state.collections[0],
            clubs.file(*ROWS),
            name="clubs.tsv",
            facts=clubs.facts(),
            mode="upload",
            reference={},
        )
    assert str(failure.value) == 'Batch 1 was finished by another process meanwhile; see "muster batches 1".'
    assert batches() == [(1, "stored", 2)]


def test_what_cannot_be_cancelled_or_tried_again_says_so(store, clubs, handlers, send):
    send()
    engine = InlineEngine(store, handlers)
    with pytest.raises(JobEndedError, match="^Job 1 cannot be cancelled: it is done.$"):
        cancel_job(store, clubs.ana, 1)
    with pytest.raises(
        JobNotRetriedError,
        match="^Job 1 cannot be tried again: it is done. Only failed and cancelled jobs can.$",
    ):
        retry_job(store, engine, clubs.ana, 1)
    with pytest.raises(UnknownJobError, match='^There is no job 9. See "muster jobs" for those there are.$'):
        cancel_job(store, clubs.ana, 9)


def test_a_batch_deleted_while_it_waits_is_not_stored(store, handlers, send, batches, jobs):
    send(engine=Unwilling(store))
    with store.writing() as connection:
        set_batch(connection, 1, status="deleted", deleted_by="bo", deleted_at="2025-03-14T15:09:26+00:00")
    assert run_job(store, handlers, 1, "north", unhurried) == "done"
    assert batches() == [(1, "deleted", None)]


def test_the_uploader_is_told_once_that_results_are_ready(store, handlers, send):
    send()
    with store.writing() as connection:
        add_job(connection, "upload", 1, "ana", 0, store.clock.now())
    run_job(store, handlers, 2, "north")
    with store.reading() as connection:
        (message,) = messages.messages(connection)
    assert (message.kind, message.recipient, message.title) == (
        "results ready",
        "ana@d1.example",
        "The results of batch 1 are ready",
    )
    assert message.body == (
        "Batch 1 (Clubs, 2025, D1) has been checked.\n\n"
        'See what was stored and what was not added with "muster batches 1".'
    )
