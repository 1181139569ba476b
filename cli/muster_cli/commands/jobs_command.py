"""``muster jobs``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from muster_cli.options import actor_of, as_option, json_option
from muster_cli.output import print_json, print_table

if TYPE_CHECKING:
    from muster.app import Muster
    from muster.jobs import QueuedJob


@click.command("jobs")
@click.argument("job", type=int, required=False, metavar="[ID]")
@click.option("--cancel", is_flag=True, help="Cancel the job; what it has not stored yet, it will not store.")
@click.option("--retry", is_flag=True, help="Put a failed or cancelled job into the queue again.")
@as_option
@json_option
def command(job: int | None, person: str | None, *, cancel: bool, retry: bool, as_json: bool) -> None:
    """List the queue, cancel a job, or try one again.

    \b
    Example:
      muster jobs
      muster jobs 12 --cancel
      muster jobs 12 --retry
    """
    from muster.app import Muster

    if (cancel or retry) and job is None:
        raise click.UsageError("--cancel and --retry need the number of a job, such as: muster jobs 12 --retry")
    if cancel and retry:
        raise click.UsageError("Choose one of --cancel and --retry.")
    app, actor = Muster(), actor_of(person)
    if job is not None and cancel:
        app.cancel_job(actor, job)
    if job is not None and retry:
        app.retry_job(actor, job)
    jobs = app.jobs(actor)
    _print(app, [one for one in jobs if job is None or one.job.id == job], as_json=as_json)


def _print(app: Muster, jobs: list[QueuedJob], *, as_json: bool) -> None:
    from muster.jobs.wording import JOB_HEADS, job_cells, job_document

    if as_json:
        print_json([job_document(job) for job in jobs])
    elif jobs:
        print_table("Jobs", JOB_HEADS, [job_cells(job, app.clock.now()) for job in jobs])
    else:
        click.echo("There are no jobs.")
