"""A worker: takes jobs, keeps its lease, looks after dead workers' jobs, and sees to it that messages are delivered."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from muster.errors import MusterError
from muster.jobs import leases
from muster.jobs.durable import Dispatcher, DurableEngine
from muster.jobs.queue import DELIVERY, is_open, release, release_orphans, waiting_since
from muster.jobs.running import run_job
from muster.store import messages

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection

    from muster.jobs.running import Handlers
    from muster.store import Store


def _silent(_: str) -> None:
    return None


@dataclass(frozen=True, slots=True)
class Pace:
    """How often a worker looks for jobs and renews its lease, and how long the lease holds, in seconds."""

    polling: float = 1.0
    beat: float = 5.0
    lease: float = 30.0
    patience: int = 60


@dataclass(slots=True)
class Worker:
    """One worker process; ``name`` is its own and stays the same when it is started again."""

    store: Store
    handlers: Handlers
    name: str
    pace: Pace = field(default_factory=Pace)
    tell: Callable[[str], None] = _silent
    _in_hand: set[int] = field(default_factory=set, init=False)
    _hand: threading.Lock = field(default_factory=threading.Lock, init=False)
    _stopped: threading.Event = field(default_factory=threading.Event, init=False)
    _complaint: str = field(default="", init=False)
    _settled: bool = field(default=False, init=False)

    def stop(self) -> None:
        """Have the worker end when the job in hand is done."""
        self._stopped.set()

    def run(self, *, once: bool = False) -> None:
        """Work until ``stop`` is called; with ``once``, until nothing is left to do."""
        engine = DurableEngine(self.store)
        try:
            with self.store.writing() as connection:
                leases.take(connection, self.name, self.store.clock.now(), self._length)
                release(connection, self.name)
            self._dispatch(engine, once=once)
        finally:
            engine.close()

    def _dispatch(self, engine: DurableEngine, *, once: bool) -> None:
        dispatcher = Dispatcher(self.store, self.name, self._work, self.pace.polling)
        dispatcher.start()
        try:
            self._loop(engine, dispatcher, once=once)
        finally:
            dispatcher.stop(self.pace.patience if self._in_hand else 0)
            self._leave()

    @property
    def _length(self) -> timedelta:
        return timedelta(seconds=self.pace.lease)

    def _loop(self, engine: DurableEngine, dispatcher: Dispatcher, *, once: bool) -> None:
        while not self._stopped.is_set():
            idle = self._safely(engine, dispatcher)
            if once and idle:
                return
            self._stopped.wait(min(self.pace.polling, self.pace.beat) if once else self.pace.beat)

    def _safely(self, engine: DurableEngine, dispatcher: Dispatcher) -> bool:
        """Do one beat; while the database does not answer, say so once and go on trying."""
        try:
            idle = self.beat(engine, dispatcher)
        except MusterError as failure:
            if str(failure) != self._complaint:
                self._complaint = str(failure)
                self.tell(self._complaint)
            return False
        self._complaint = ""
        return idle

    def beat(self, engine: DurableEngine, dispatcher: Dispatcher) -> bool:
        """Renew the lease, reap dead workers, adopt jobs nobody has; return whether nothing is left to do."""
        with self._hand, self.store.writing() as connection:
            now = self.store.clock.now()
            leases.renew(connection, self.name, now, self._length)
            gone = leases.dead(connection, now)
            for name in gone:
                leases.leave(connection, name)
            release_orphans(connection, leases.living(connection, now))
            if not self._in_hand:
                release(connection, self.name)
            for job in waiting_since(connection, now - self._length if self._settled else now):
                engine.again(connection, job)
            idle = self._is_idle(connection, engine)
        self._settled = True
        if gone:
            dispatcher.recover(gone)
            self.tell(f"Took over the jobs of {', '.join(gone)}.")
        return idle

    def _is_idle(self, connection: Connection, engine: DurableEngine) -> bool:
        """Have messages delivered; return whether nothing is left to do.

        The order matters: a job that ends between two questions has written its messages before the second.
        """
        working = is_open(connection) or bool(self._in_hand)
        delivering = is_open(connection, DELIVERY)
        due = bool(messages.due(connection, self.store.clock.now()))
        if due and not delivering:
            engine.enqueue(connection, DELIVERY, 0, self.name)
        return not working and not due

    def _work(self, job: int) -> str:
        with self._hand:
            self._in_hand.add(job)
        try:
            status = run_job(self.store, self.handlers, job, self.name, self._pause)
            self.tell(f"Job {job}: {status}.")
        finally:
            self._in_hand.discard(job)
        return status

    def _pause(self, seconds: float) -> None:
        self._stopped.wait(seconds)

    def _leave(self) -> None:
        try:
            with self.store.writing() as connection:
                release(connection, self.name)
                leases.leave(connection, self.name)
        except MusterError as failure:
            self.tell(str(failure))
