"""The queue people see: the rows of ``job``, and every change of their status.

queued -> running -> done | failed | cancelled; retrying makes a failed or cancelled job queued again.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Literal

from sqlalchemy import func, insert, select, update

from muster.jobs.failures import JobEndedError, JobNotRetriedError, UnknownJobError
from muster.store.batches import set_batch
from muster.store.job_tables import job
from muster.store.schema import batch

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy import Connection, Select

JobStatus = Literal["queued", "running", "done", "failed", "cancelled"]
UPLOAD, DELIVERY = "upload", "delivery"
MOST_ATTEMPTS = 5
_OPEN = ("queued", "running")


@dataclass(frozen=True, slots=True)
class JobRow:
    """One job: what is worked on, how far it is, who works on it, and why it failed."""

    id: int
    kind: str
    subject: int
    status: JobStatus
    asked_by: str
    queued_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    progress: float
    rows: int
    attempts: int
    worker: str | None
    cancel_asked_at: datetime | None
    failure: str | None

    @property
    def open(self) -> bool:
        """Tell whether it still waits or runs."""
        return self.status in _OPEN


def add_job(connection: Connection, kind: str, subject: int, asked_by: str, rows: int, at: datetime) -> int:
    """Put a job into the queue; return its number."""
    values = {"kind": kind, "subject": subject, "asked_by": asked_by, "rows": rows, "queued_at": _text(at)}
    new = insert(job).values(status="queued", progress=0.0, attempts=0, **values).returning(job.c.id)
    return int(connection.execute(new).scalar_one())


def job_row(connection: Connection, number: int, *, locked: bool = False) -> JobRow:
    """Return one job; ``locked`` keeps others from changing it until the transaction ends."""
    query = select(job).where(job.c.id == number)
    found = _rows(connection, query.with_for_update() if locked else query)
    if not found:
        raise UnknownJobError(number)
    return found[0]


def job_rows(
    connection: Connection, *, statuses: Collection[str] = (), kind: str | None = None, limit: int = 1_000
) -> tuple[JobRow, ...]:
    """Return jobs, the newest first."""
    query = select(job).order_by(job.c.id.desc()).limit(limit)
    if statuses:
        query = query.where(job.c.status.in_(list(statuses)))
    if kind is not None:
        query = query.where(job.c.kind == kind)
    return _rows(connection, query)


def is_open(connection: Connection, kind: str | None = None) -> bool:
    """Tell whether a job (of this kind) waits or runs."""
    query = select(func.count()).select_from(job).where(job.c.status.in_(_OPEN))
    return bool(connection.execute(query if kind is None else query.where(job.c.kind == kind)).scalar_one())


def waiting_since(connection: Connection, moment: datetime, limit: int = 100) -> tuple[int, ...]:
    """Return the jobs that have waited longest, asked for before a moment; nobody may know of them any more."""
    query = select(job.c.id).where(job.c.status == "queued", job.c.queued_at <= _text(moment))
    return tuple(connection.execute(query.order_by(job.c.id).limit(limit)).scalars())


def begin(connection: Connection, number: int, worker: str, at: datetime) -> None:
    """Note that a worker took the job."""
    values = {"status": "running", "worker": worker, "started_at": _text(at), "progress": 0.0}
    connection.execute(update(job).where(job.c.id == number).values(attempts=job.c.attempts + 1, **values))


def reach(connection: Connection, number: int, progress: float) -> None:
    """Note how far a running job is, from 0 to 1."""
    connection.execute(update(job).where(job.c.id == number, job.c.status == "running").values(progress=progress))


def end(connection: Connection, number: int, status: JobStatus, at: datetime, failure: str | None = None) -> None:
    """Note what became of a job, unless it has ended already."""
    values: dict[str, object] = {"status": status, "ended_at": _text(at), "failure": failure}
    if status == "done":
        values["progress"] = 1.0
    connection.execute(update(job).where(job.c.id == number, job.c.status.in_(_OPEN)).values(values))


def release(connection: Connection, worker: str) -> None:
    """Put back into the queue what a worker that is gone had begun."""
    begun = update(job).where(job.c.status == "running", job.c.worker == worker)
    connection.execute(begun.values(status="queued", worker=None, progress=0.0))


def release_orphans(connection: Connection, living: Collection[str]) -> None:
    """Put back into the queue what stands as running under nobody who is alive."""
    begun = update(job).where(job.c.status == "running", job.c.worker.not_in(list(living)))
    connection.execute(begun.values(status="queued", worker=None, progress=0.0))


def cancel(connection: Connection, number: int, at: datetime) -> JobRow:
    """Cancel a job that waits at once, and ask one that runs to stop before it stores anything."""
    row = job_row(connection, number, locked=True)
    if not row.open:
        raise JobEndedError(number, row.status)
    connection.execute(update(job).where(job.c.id == number).values(cancel_asked_at=_text(at)))
    if row.status == "queued":
        end(connection, number, "cancelled", at)
        close_batch(connection, row)
    return job_row(connection, number)


def requeue(connection: Connection, number: int, at: datetime) -> JobRow:
    """Put a failed or cancelled job into the queue again."""
    row = job_row(connection, number, locked=True)
    if row.open or row.status == "done":
        raise JobNotRetriedError(number, row.status)
    emptied = dict.fromkeys(("started_at", "ended_at", "worker", "cancel_asked_at", "failure"))
    values = {"status": "queued", "queued_at": _text(at), "progress": 0.0, "attempts": 0, **emptied}
    connection.execute(update(job).where(job.c.id == number).values(values))
    if row.kind == UPLOAD:
        again = update(batch).where(batch.c.id == row.subject, batch.c.status == "failed")
        connection.execute(again.values(status="received"))
    return job_row(connection, number)


def close_batch(connection: Connection, row: JobRow) -> None:
    """Say of the batch of an upload that was cancelled or given up that nothing of it was stored."""
    if row.kind == UPLOAD:
        status = connection.execute(select(batch.c.status).where(batch.c.id == row.subject)).scalar_one_or_none()
        if status == "received":
            set_batch(connection, row.subject, status="failed")


def _rows(connection: Connection, query: Select[tuple[object, ...]]) -> tuple[JobRow, ...]:
    return tuple(_row(dict(one)) for one in connection.execute(query).mappings())


def _row(found: dict[str, object]) -> JobRow:
    for name in ("queued_at", "started_at", "ended_at", "cancel_asked_at"):
        found[name] = datetime.fromisoformat(str(found[name])) if found[name] else None
    return JobRow(**found)  # type: ignore[arg-type]  # a row of the table has exactly these columns


def _text(at: datetime) -> str:
    return at.isoformat(timespec="microseconds")
