"""The job of an upload: the kept batch is checked and stored, once however often the job is begun."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import update

from muster.collecting.circumstances import circumstances_of
from muster.collecting.uploading import process
from muster.jobs.notices import results_ready
from muster.store.batches import batch_row
from muster.store.schema import batch

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection

    from muster.jobs.running import Ending, Handler, Task
    from muster.model.actors import Actor
    from muster.plugins import Plugins
    from muster.store import Store


def _nobody(_: str) -> str | None:
    return None


def upload_handler(
    plugins: Plugins, actor_of: Callable[[str], Actor], address_of: Callable[[str], str | None] = _nobody
) -> Handler:
    """Return what does the jobs of the kind ``upload``.

    ``actor_of`` gives the person by the name under which the job was asked for, with the rights held now;
    ``address_of`` where that person is told that the results are ready (None: nowhere).
    """

    def work(task: Task) -> Ending:
        store, number = task.store, task.job.subject
        reopen(store, number)
        with store.reading() as connection:
            row = batch_row(connection, number)
        around = circumstances_of(store, plugins, row)
        result = process(
            store,
            actor_of(task.job.asked_by),
            around.state,
            around.collection,
            number,
            facts=around.facts,
            reference=around.reference,
            extra_rules=around.extra_rules,
            hook_findings=around.hook_findings,
            reached=task.reached,
        )
        if result is not None:
            task.measured(result.run.rows)
        recipient = address_of(task.job.asked_by)

        def ending(connection: Connection) -> None:
            if recipient is not None:
                results_ready(connection, around.state, around.collection, row, recipient, at=store.clock.now())

        return ending

    return work


def reopen(store: Store, number: int) -> None:
    """Have a batch whose upload broke off processed again; one that is finished stays as it is."""
    broken = update(batch).where(batch.c.id == number, batch.c.status == "failed")
    with store.writing() as connection:
        connection.execute(broken.values(status="received"))
