"""The facade's calls about the queue: jobs, workers, messages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from muster.app.installation import Installation

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from muster.app.requests import CheckRequest
    from muster.jobs.estimates import QueuedJob
    from muster.jobs.queue import JobRow
    from muster.jobs.worker import Worker
    from muster.model.actors import Actor
    from muster.store.batches import BatchRow, Mode
    from muster.store.messages import Message


class Queue(Installation):
    """What waits, what runs, what was done; each call is checked in the room ``jobs``."""

    def enqueue_upload(self, actor: Actor, request: CheckRequest, mode: Mode) -> BatchRow:
        """Keep a file and put its upload into the queue of the workers."""
        from muster.jobs import desk
        from muster.jobs.durable import DurableEngine

        _, collection = self.plugins.collection(request.address)
        self._check(actor, "upload", collection.state, request.organization, request.year)
        return desk.receive(
            self.store,
            DurableEngine(self.store),
            actor,
            collection,
            request.path,
            year=request.year,
            organization=request.organization,
            mode=mode,
            name=request.path.name,
            layout=request.layout,
        )

    def jobs(self, actor: Actor, *, limit: int = 100) -> tuple[QueuedJob, ...]:
        """Return the newest jobs that are the actor's to see, each with its place and expected end."""
        from muster.jobs import desk

        found = desk.list_jobs(self.store, actor, limit=limit)
        return tuple(one for one in found if actor.everything or self._is_theirs(actor, "jobs", one.job))

    def watch(self, actor: Actor) -> Iterator[str]:
        """Yield a line for each job whenever it changes, until none is left; for who may see every job."""
        from muster.jobs import desk

        self._require_all(actor)

        return desk.batch_lines(self.store, actor)

    def cancel_job(self, actor: Actor, job: int) -> JobRow:
        """Ask for a job to stop; one that waits is cancelled at once."""
        from muster.jobs import desk

        self._require_theirs(actor, "cancel_job", job)
        return desk.cancel_job(self.store, actor, job)

    def retry_job(self, actor: Actor, job: int) -> JobRow:
        """Put a failed or cancelled job back into the queue."""
        from muster.jobs import desk
        from muster.jobs.durable import DurableEngine

        self._require_theirs(actor, "retry_job", job)
        return desk.retry_job(self.store, DurableEngine(self.store), actor, job)

    def messages(self, actor: Actor, *, undelivered: bool = False) -> tuple[Message, ...]:
        """Return the messages of the outbox, the oldest first; for who administers the installation."""
        from muster.jobs import desk

        self._require_all(actor)
        return desk.list_messages(self.store, actor, undelivered=undelivered)

    def _is_theirs(self, actor: Actor, call: str, job: JobRow) -> bool:
        """Tell whether a job is an upload for an organization where the actor may make this call."""
        from muster.jobs.queue import UPLOAD
        from muster.store.batches import batch_row

        if job.kind != UPLOAD:
            return False
        with self.store.reading() as connection:
            row = batch_row(connection, job.subject)
        return self._may(actor, call, row.state, row.organization, row.year)

    def _require_theirs(self, actor: Actor, call: str, number: int) -> None:
        from muster.jobs.queue import job_row

        if actor.everything:
            return
        with self.store.reading() as connection:
            job = job_row(connection, number)
        if not self._is_theirs(actor, call, job):
            self._require_all(actor)

    def _require_all(self, actor: Actor) -> None:
        """Refuse who does not administer every state of the installation."""
        for state in self.plugins.states:
            self._check(actor, "messages", state)

    def worker(self, name: str, tell: Callable[[str], None]) -> Worker:
        """Return a worker of this installation; it acts for those who asked for the jobs."""
        from muster.jobs.delivery import backend_of, delivery_handler
        from muster.jobs.queue import DELIVERY, UPLOAD
        from muster.jobs.uploads import upload_handler
        from muster.jobs.worker import Worker

        backend = backend_of(self.settings.mail_backend, self.settings.mail_sender)
        handlers = {
            UPLOAD: upload_handler(self.plugins, self._named_actor),
            DELIVERY: delivery_handler(backend, self.settings.mail_sender),
        }
        return Worker(self.store, handlers, name, tell=tell)

    def _named_actor(self, name: str) -> Actor:
        """Return whoever asked for a job, with the rights held now."""
        from muster.access.desk import actor_named

        return actor_named(self.store, name, embedded=self.settings.embedded)
