"""What people ask of jobs: send a file, see the queue, cancel, try again, watch."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from muster.collecting.keeping import keep
from muster.jobs import queue
from muster.jobs.estimates import QueuedJob, queued_jobs
from muster.jobs.queue import UPLOAD, JobRow, job_row
from muster.jobs.wording import job_lines
from muster.store import messages

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from sqlalchemy import Connection

    from muster.collecting.queueing import Engine
    from muster.model.actors import Actor
    from muster.model.collections import Collection
    from muster.store import Store
    from muster.store.batches import BatchRow, Mode
    from muster.store.messages import Message


def receive(  # noqa: PLR0913 - who, what, where and with what, each named by the caller
    store: Store,
    engine: Engine,
    actor: Actor,
    collection: Collection,
    data: bytes | Path,
    *,
    year: int,
    organization: str | None,
    mode: Mode,
    name: str,
    layout: str | None = None,
) -> BatchRow:
    """Keep a file and put its upload into the queue, in one transaction; return the batch."""

    def queued(connection: Connection, batch: int) -> int:
        return engine.enqueue(connection, UPLOAD, batch, actor.name, rows_in(data))

    return keep(
        store,
        actor,
        collection,
        data,
        year=year,
        organization=organization,
        mode=mode,
        name=name,
        layout=layout,
        then=queued,
    )


def rows_in(data: bytes | Path) -> int:
    """Return how many lines a text has, at a glance; 0 for a workbook, whose rows only its reading tells."""
    if isinstance(data, bytes):
        return 0 if b"\0" in data[:4096] else data.count(b"\n")
    with data.open("rb") as stream:
        head = stream.read(4096)
        if b"\0" in head:
            return 0
        return head.count(b"\n") + sum(part.count(b"\n") for part in iter(lambda: stream.read(1 << 20), b""))


def list_jobs(store: Store, actor: Actor, *, limit: int = 100) -> tuple[QueuedJob, ...]:
    """Return the newest jobs first, those that are open with progress and the estimate of their end."""
    del actor
    with store.reading() as connection:
        return queued_jobs(connection, store.clock.now(), limit)


def cancel_job(store: Store, actor: Actor, job: int) -> JobRow:
    """Cancel a job: at once where it waits; where it runs, it stops before it stores anything, or not at all."""
    del actor
    with store.writing() as connection:
        return queue.cancel(connection, job, store.clock.now())


def retry_job(store: Store, engine: Engine, actor: Actor, job: int) -> JobRow:
    """Put a failed or cancelled job into the queue again."""
    del actor
    with store.writing() as connection:
        queue.requeue(connection, job, store.clock.now())
        engine.again(connection, job)
    with store.reading() as connection:
        return job_row(connection, job)


def list_messages(store: Store, actor: Actor, *, undelivered: bool = False) -> tuple[Message, ...]:
    """Return the messages of the outbox, with why those not delivered were not."""
    del actor
    with store.reading() as connection:
        return messages.messages(connection, undelivered=undelivered)


def retry_message(store: Store, actor: Actor, message: int) -> None:
    """Have a message that was given up tried again."""
    del actor
    with store.writing() as connection:
        messages.begin_again(connection, message, store.clock.now())


def batch_lines(
    store: Store, actor: Actor, *, every: float = 2.0, pause: Callable[[float], None] = time.sleep
) -> Iterator[str]:
    """Yield a line for each job of the queue whenever it changes, until none is left; for ``batches --watch``."""
    said: dict[int, str] = {}
    while True:
        jobs = list_jobs(store, actor)
        for job, line in zip(jobs, job_lines(jobs, store.clock.now()), strict=True):
            if said.get(job.job.id) != line and (job.job.open or job.job.id in said):
                yield line
            said[job.job.id] = line
        if not any(job.job.open for job in jobs):
            return
        pause(every)
