"""Jobs in words, for people and for machines."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from muster.jobs.estimates import QueuedJob

JOB_HEADS = ("Job", "What", "Status", "Progress", "Left", "Asked by", "Worker", "Failure")


def job_cells(job: QueuedJob, now: datetime) -> tuple[str, ...]:
    """Return a job as a row of the queue's table."""
    row = job.job
    status = "stopping" if row.open and row.cancel_asked_at is not None else row.status
    return (
        str(row.id),
        what(job),
        status,
        f"{job.progress:.0%}" if row.status == "running" else "",
        left(job, now),
        row.asked_by,
        row.worker or "",
        row.failure or "",
    )


def job_lines(jobs: Sequence[QueuedJob], now: datetime) -> Iterator[str]:
    """Yield a line a job: what it is, how far it is, how long it will take, why it failed."""
    for job in jobs:
        _, subject, status, progress, remaining, *_, failure = job_cells(job, now)
        details = ", ".join(filter(None, (progress, remaining and f"{remaining} left")))
        yield f"Job {job.job.id}, {subject}: {status}{f' ({details})' if details else ''}{failure and f': {failure}'}"


def what(job: QueuedJob) -> str:
    """Return what a job works on, by number."""
    return f"batch {job.job.subject}" if job.job.kind == "upload" else job.job.kind


def left(job: QueuedJob, now: datetime) -> str:
    """Return how long an open job will probably take, roughly; empty where nothing is known."""
    if not job.job.open or job.ends_at is None:
        return ""
    seconds = max(0, (job.ends_at - now).total_seconds())
    if seconds < 60:
        return "under a minute"
    minutes = round(seconds / 60)
    if minutes < 90:
        return f"about {minutes} minute{'s' if minutes > 1 else ''}"
    return f"about {round(minutes / 60)} hours"


def job_document(job: QueuedJob) -> dict[str, Any]:
    """Return a job as JSON has it."""
    return {**asdict(job.job), "progress": round(job.progress, 3), "ends_at": job.ends_at}
