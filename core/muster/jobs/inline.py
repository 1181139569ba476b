"""The engine of one process: a job runs as soon as the transaction that asked for it stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from muster.jobs import leases
from muster.jobs.queue import DELIVERY, add_job, is_open, job_rows, release
from muster.jobs.running import run_job
from muster.store import messages
from muster.store.engine import after_commit

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from muster.jobs.running import Handlers
    from muster.store import Store


class InlineEngine:
    """Does jobs in this process; what a killed process left behind is done by ``catch_up``."""

    def __init__(self, store: Store, handlers: Handlers) -> None:
        self._store = store
        self._handlers = handlers
        self._name = f"inline {leases.this_process()}"

    def enqueue(self, connection: Connection, kind: str, subject: int, asked_by: str, rows: int = 0) -> int:
        """Put a job into the queue; it runs when the caller's transaction has been committed."""
        number = add_job(connection, kind, subject, asked_by, rows, self._store.clock.now())
        self.again(connection, number)
        return number

    def again(self, connection: Connection, job: int) -> None:
        """Do a job of the queue when the caller's transaction has been committed."""
        after_commit(connection, lambda: self._run(job))

    def catch_up(self) -> int:
        """Do what is left in the queue and deliver what is due; return how many jobs that were.

        Call it when a program opens, and now and then while it serves: only one process works on an embedded database.
        """
        with self._store.writing() as connection:
            for row in job_rows(connection, statuses=("running",)):
                if row.worker is not None and row.worker != self._name:
                    release(connection, row.worker)
            if messages.due(connection, self._store.clock.now()) and not is_open(connection, DELIVERY):
                add_job(connection, DELIVERY, 0, "muster", 0, self._store.clock.now())
            left = sorted(row.id for row in job_rows(connection, statuses=("queued",)))
        for job in left:
            self._run(job)
        return len(left)

    def _run(self, job: int) -> None:
        run_job(self._store, self._handlers, job, self._name)
