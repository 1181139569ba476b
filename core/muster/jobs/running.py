"""One job from its beginning to its end, the same under every engine.

A job may be begun more than once (a worker dies; two believe it is theirs): what its handler does must have its effect
once however often it is called. All that an engine remembers of a job is its number.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import update

from muster.errors import MusterError
from muster.jobs import leases
from muster.jobs.failures import FaultInJobError, JobCancelledError, UnknownKindError, WorkerDiedError
from muster.jobs.queue import MOST_ATTEMPTS, JobRow, JobStatus, begin, close_batch, end, job_row, reach
from muster.store.failures import DatabaseBusyError, DatabaseUnreachableError
from muster.store.job_tables import job

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from muster.store import Store

PAUSES = (1, 2, 5, 10, 20, 30)
"""Seconds between attempts while the database does not answer, as when its server restarts."""


@dataclass(frozen=True, slots=True)
class Task:
    """A running job as its handler sees it."""

    store: Store
    job: JobRow

    def reached(self, progress: float) -> None:
        """Note how far it is (0 to 1), in a transaction of its own; stop here if someone asked for it."""
        with self.store.writing() as connection:
            if job_row(connection, self.job.id).cancel_asked_at is not None:
                raise JobCancelledError(self.job.id)
            reach(connection, self.job.id, progress)

    def measured(self, rows: int) -> None:
        """Note the size that the job turned out to have; later estimates rest on it."""
        with self.store.writing() as connection:
            connection.execute(update(job).where(job.c.id == self.job.id).values(rows=rows))


Ending = Callable[["Connection"], None]
Handler = Callable[[Task], "Ending | None"]
"""Does a job; what it returns is called in the transaction that notes the job as done."""
Handlers = Mapping[str, Handler]
"""What to do for each kind of job."""


def run_job(
    store: Store, handlers: Handlers, number: int, worker: str, pause: Callable[[float], None] = time.sleep
) -> JobStatus:
    """Do a job, unless it has ended or a living worker has it; return its status then. Never raises for a job."""
    try:
        return _persistently(lambda: _once(store, handlers, number, worker), pause)
    except MusterError as error:
        failure = str(error)
        status: JobStatus = "cancelled" if isinstance(error, JobCancelledError) else "failed"
    except (KeyboardInterrupt, SystemExit, GeneratorExit):
        raise
    except BaseException as fault:  # noqa: BLE001 - a panic of polars is no Exception; its text may hold data
        status, failure = "failed", str(FaultInJobError(type(fault).__name__))
    try:
        return _persistently(lambda: _finish(store, number, status, failure=failure), pause)
    except MusterError:
        return "running"


def _persistently(work: Callable[[], JobStatus], pause: Callable[[float], None]) -> JobStatus:
    """Go on trying while the database does not answer, as when its server restarts."""
    for seconds in PAUSES:
        try:
            return work()
        except (DatabaseUnreachableError, DatabaseBusyError):
            pause(seconds)
    return work()


def _once(store: Store, handlers: Handlers, number: int, worker: str) -> JobStatus:
    row = _take(store, number, worker)
    if row.status != "running" or row.worker != worker:
        return row.status
    if row.kind not in handlers:
        raise UnknownKindError(row.kind)
    if row.attempts > MOST_ATTEMPTS:
        raise WorkerDiedError(number, MOST_ATTEMPTS)
    ending = handlers[row.kind](Task(store, row))
    return _finish(store, number, "done", ending=ending)


def _take(store: Store, number: int, worker: str) -> JobRow:
    with store.writing() as connection:
        row = job_row(connection, number, locked=True)
        now = store.clock.now()
        taken = row.worker is not None and row.worker != worker and leases.alive(connection, row.worker, now)
        if row.open and not (row.status == "running" and taken):
            begin(connection, number, worker, now)
        return job_row(connection, number)


def _finish(
    store: Store, number: int, status: JobStatus, *, failure: str | None = None, ending: Ending | None = None
) -> JobStatus:
    with store.writing() as connection:
        row = job_row(connection, number, locked=True)
        if row.open:
            end(connection, number, status, store.clock.now(), failure)
            if status != "done":
                close_batch(connection, row)
            elif ending is not None:
                ending(connection)
        return job_row(connection, number).status
