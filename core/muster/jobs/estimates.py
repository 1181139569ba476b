"""When a job will be done, from the measured speed of the jobs of its kind that are done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from muster.jobs import leases
from muster.jobs.queue import JobRow, job_rows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection

_LAST = 50
"""How many finished jobs of a kind speak for it."""


@dataclass(frozen=True, slots=True)
class QueuedJob:
    """A job as people see it: how far it probably is, and when it will probably be done (None: nothing to go by)."""

    job: JobRow
    progress: float
    ends_at: datetime | None


@dataclass(frozen=True, slots=True)
class Speed:
    """How fast jobs of a kind are done: rows a second, and seconds a job where the rows are not known."""

    rows_a_second: float | None
    seconds_a_job: float | None

    def seconds(self, rows: int) -> float | None:
        """Return how long a job of this size takes."""
        if rows and self.rows_a_second:
            return rows / self.rows_a_second
        return self.seconds_a_job


def speed_of(done: Sequence[JobRow]) -> Speed:
    """Measure the speed of finished jobs."""
    timed = [
        (row.rows, (row.ended_at - row.started_at).total_seconds())
        for row in done
        if row.started_at is not None and row.ended_at is not None
    ]
    sized = [(rows, seconds) for rows, seconds in timed if rows]
    total = sum(seconds for _, seconds in sized)
    return Speed(
        rows_a_second=sum(rows for rows, _ in sized) / total if total > 0 else None,
        seconds_a_job=sum(seconds for _, seconds in timed) / len(timed) if timed else None,
    )


def queued_jobs(connection: Connection, now: datetime, limit: int) -> tuple[QueuedJob, ...]:
    """Return the newest jobs, the open ones with an estimate of their end.

    Those that wait are done in the order in which they came, by as many workers as are alive.
    """
    rows = job_rows(connection, limit=limit)
    speeds = {
        kind: speed_of(job_rows(connection, statuses=("done",), kind=kind, limit=_LAST))
        for kind in {row.kind for row in rows if row.open}
    }
    workers = max(1, len(leases.living(connection, now)))
    ends = _ends(job_rows(connection, statuses=("queued", "running"), limit=10_000), speeds, workers, now)
    return tuple(QueuedJob(row, _progress(row, ends.get(row.id), now), ends.get(row.id)) for row in rows)


def _ends(rows: Sequence[JobRow], speeds: dict[str, Speed], workers: int, now: datetime) -> dict[int, datetime | None]:
    """Let the workers take the open jobs one after another; a job of unknown length leaves those behind it unknown."""
    free: list[datetime | None] = [now] * workers
    ends: dict[int, datetime | None] = {}
    for row in sorted(rows, key=lambda one: (one.status != "running", one.id)):
        speed = speeds.get(row.kind)
        seconds = speed.seconds(row.rows) if speed else None
        place = min(range(workers), key=lambda one: (free[one] is None, free[one] or now))
        begins = row.started_at if row.status == "running" else free[place]
        end = None if begins is None or seconds is None else max(begins + timedelta(seconds=seconds), now)
        free[place] = ends[row.id] = end
    return ends


def _progress(row: JobRow, ends_at: datetime | None, now: datetime) -> float:
    """Return what the job said of itself, or what its time says where that is more; never quite all before it ends."""
    if row.status != "running" or row.started_at is None or ends_at is None or ends_at <= row.started_at:
        return row.progress
    passed = (now - row.started_at) / (ends_at - row.started_at)
    return max(row.progress, min(passed, 0.99))
