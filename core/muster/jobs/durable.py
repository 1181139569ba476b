"""The engine of many processes: DBOS, with its state in our database, brings each job to exactly one worker at a time.

What DBOS is given of a job is its number; what it keeps of it is the job's status. DBOS is imported when it is used.
"""

from __future__ import annotations

from contextlib import suppress
from functools import cached_property
from typing import TYPE_CHECKING, Any

from sqlalchemy import create_engine, event, inspect
from sqlalchemy.exc import DBAPIError

from muster.jobs.queue import add_job, job_row
from muster.store.engine import WAIT_SECONDS

if TYPE_CHECKING:
    from collections.abc import Callable

    from dbos import DBOSClient
    from sqlalchemy import Connection, Engine

    from muster.store import Store

QUEUE = "muster"
VERSION = "muster-jobs-1"
"""The same for every release whose jobs another release can do: a job has only a kind and a number, so always."""
_WORKFLOW = "muster.job"
_APPLICATION = "muster"


class DurableEngine:
    """Puts jobs into the queue of the workers, in the transaction that asks for them.

    DBOS's tables are made by the first worker that starts; it finds the jobs asked for before in our own table.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._ready = False

    def enqueue(self, connection: Connection, kind: str, subject: int, asked_by: str, rows: int = 0) -> int:
        """Put a job into the queue; a worker finds it when the caller's transaction has been committed."""
        number = add_job(connection, kind, subject, asked_by, rows, self._store.clock.now())
        self.again(connection, number)
        return number

    def again(self, connection: Connection, job: int) -> None:
        """Have a worker do a job of the queue; asking twice before it was begun asks once.

        Where DBOS's tables are of another release, or just being made, a worker finds the job in our own table.
        """
        if not self._is_ready(connection):
            return
        row = job_row(connection, job)
        options: Any = {
            "workflow_name": _WORKFLOW,
            "queue_name": QUEUE,
            "workflow_id": f"muster-job-{job}-{row.queued_at:%Y%m%d%H%M%S%f}-{row.attempts}",
            "app_version": VERSION,
        }
        with suppress(DBAPIError), connection.begin_nested():
            self._client.enqueue_in_transaction(connection, options, job)

    def close(self) -> None:
        """Let go of the database."""
        if "_client" in self.__dict__:
            self._client.destroy()
            self._state.dispose()

    def _is_ready(self, connection: Connection) -> bool:
        schema = None if connection.dialect.name == "sqlite" else "dbos"
        self._ready = self._ready or inspect(connection).has_table("workflow_status", schema=schema)
        return self._ready

    @cached_property
    def _state(self) -> Engine:
        return state_engine(self._store)

    @cached_property
    def _client(self) -> DBOSClient:
        from dbos import DBOSClient

        return DBOSClient(system_database_engine=self._state, application_name=_APPLICATION, lazy=True)


class Dispatcher:
    """A worker's side of DBOS: it calls a function with the number of each job that is this worker's to do."""

    def __init__(self, store: Store, name: str, work: Callable[[int], str], polling: float = 1.0) -> None:
        self._store, self._name, self._work, self._polling = store, name, work, polling

    def start(self) -> None:
        """Begin to take jobs, one at a time."""
        from dbos import DBOS, DBOSConfig

        self._engine = state_engine(self._store)
        config: DBOSConfig = {
            "name": _APPLICATION,
            "system_database_engine": self._engine,
            "application_version": VERSION,
            "executor_id": self._name,
            "log_level": "CRITICAL",
            "enable_otlp": False,
            "use_listen_notify": False,
        }
        self._dbos = DBOS(config=config)
        DBOS.workflow(name=_WORKFLOW, max_recovery_attempts=None)(self._workflow)
        DBOS.launch()
        DBOS.register_queue(
            QUEUE, worker_concurrency=1, polling_interval_sec=self._polling, on_conflict="always_update"
        )

    @property
    def _workflow(self) -> Callable[[int], str]:
        work = self._work

        def job(number: int) -> str:
            return work(number)

        return job

    def recover(self, names: tuple[str, ...]) -> None:
        """Free what DBOS still believes to be in the hands of workers that are gone."""
        self._dbos._recover_pending_workflows(list(names))  # noqa: SLF001 - its documented way without its paid service

    def stop(self, patience: int = 0) -> None:
        """Take no more jobs; wait so many seconds for the one in hand."""
        from dbos import DBOS

        DBOS.destroy(destroy_registry=True, workflow_completion_timeout_sec=patience)
        self._engine.dispose()


def state_engine(store: Store) -> Engine:
    """Return an engine of DBOS's own over our database; its transactions on SQLite differ from ours."""
    url = store.engine.url
    if url.get_backend_name() != "sqlite":
        return create_engine(url, hide_parameters=True, pool_pre_ping=True, connect_args={"connect_timeout": 10})
    engine = create_engine(url, hide_parameters=True, connect_args={"timeout": WAIT_SECONDS})
    event.listen(engine, "connect", _prepare)
    return engine


def _prepare(connection: Any, _record: Any) -> None:
    """Lock when a transaction begins to write, and write ahead as all our connections do."""
    connection.isolation_level = "IMMEDIATE"
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")
