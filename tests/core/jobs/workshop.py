"""Workers in processes of their own that can be killed: a nursery imports everything once and forks each of them.

``python workshop.py DATABASE-URL FOLDER`` is the nursery: a line ``start NAME`` forks a worker that works until it is
killed, ``once NAME`` one that ends when nothing is left to do; ``wait NUMBER`` tells how a worker ended.
"""

from __future__ import annotations

import importlib.util
import os
import signal
import subprocess
import sys
import traceback
from contextlib import contextmanager
from pathlib import Path

import pluggy

from muster import hookspecs
from muster.clock import SystemClock
from muster.jobs import DurableEngine, Pace, Worker, delivery_handler, receive, upload_handler
from muster.jobs.mail import FolderBackend
from muster.model.actors import Actor, local_actor
from muster.plugins import PluginRow, Plugins
from muster.store import messages, open_store

SENDER = "muster@agency.example"
FAST = Pace(polling=0.05, beat=0.2, lease=1.0, patience=5)
ANA = Actor("ana", everything=True)
ROWS = 40


def clubs():
    """Return the made-up state of school clubs that the other tests of core use."""
    spec = importlib.util.spec_from_file_location("clubs_of_core", Path(__file__).parents[1] / "conftest.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.Clubs


def plugins_of(state):
    """Return plugins that bring one state."""
    manager = pluggy.PluginManager("muster")
    manager.add_hookspecs(hookspecs)
    return Plugins(manager, (PluginRow("xx", "", "", (state,)),))


def handlers_of(state, folder):
    """Return what to do for each kind of job; whoever uploads is told when the results are ready."""
    return {
        "upload": upload_handler(plugins_of(state), local_actor, lambda name: f"{name}@d1.example"),
        "delivery": delivery_handler(FolderBackend(folder), SENDER),
    }


class Workshop:
    """A database with a queue, seen from a program that sends files and looks at what became of them."""

    def __init__(self, url, folder):
        self.made = clubs()
        self.state = self.made.state()
        self.url, self.folder = url, Path(folder)
        self.store = open_store(url, (self.state,), SystemClock())
        self.engine = DurableEngine(self.store)
        self.sent = {}

    def send(self, number):
        """Send a file whose records no other file has."""
        rows = [f"001 {number * 1000 + row:06} chess F 1.5 09/01/2024 Y 12" for row in range(ROWS)]
        batch = receive(
            self.store,
            self.engine,
            ANA,
            self.state.collections[0],
            self.made.file(*rows),
            year=2025,
            organization="D1",
            mode="upload",
            name=f"clubs-{number}.tsv",
        )
        self.sent[batch.id] = number
        return batch.id

    def notify(self, number):
        """Write a message that no upload causes."""
        with self.store.writing() as connection:
            at = self.store.clock.now()
            messages.put(connection, "deadline near", "bo@d1.example", "Soon", "Clubs close.", f"<{number}@x>", at=at)

    def torn(self):
        """Return what is neither complete nor untouched; an empty list where all is well."""
        from sqlalchemy import func, select

        from muster.store.schema import batch, writing

        table = self.store.records("xx/clubs").table
        with self.store.reading() as connection:
            rows = dict(
                connection.execute(select(table.c["_created"], func.count()).group_by(table.c["_created"])).all()
            )
            writings = connection.execute(select(writing.c.batch, writing.c.id)).all()
            statuses = dict(connection.execute(select(batch.c.id, batch.c.status)).all())
        found = []
        for number, status in statuses.items():
            counts = [rows.get(one, 0) for owner, one in writings if owner == number]
            if counts != ([ROWS] if status == "stored" else []):
                found.append(f"batch {number} is {status} with {counts} records")
        if set(rows) - {one for _, one in writings}:
            found.append("records without a writing")
        return found

    def missing(self):
        """Return what is not done though the queue is empty; an empty list where all is well."""
        from muster.collecting import list_batches
        from muster.jobs import list_jobs, list_messages

        found = [f"batch {one.id} is {one.status}" for one in list_batches(self.store, ANA) if one.status != "stored"]
        jobs = [one.job for one in list_jobs(self.store, ANA, limit=10_000)]
        found += [f"job {one.id} is {one.status}: {one.failure}" for one in jobs if one.status != "done"]
        written = list_messages(self.store, ANA)
        found += [f"message {one.id} was not delivered" for one in written if one.delivered_at is None]
        delivered = list(self.folder.glob("*.eml"))
        if len(delivered) != len(written):
            found.append(f"{len(delivered)} mails of {len(written)} messages")
        return found

    def retry_given_up(self):
        """Have jobs done again that were given up since five workers died in them; return how many those were."""
        from muster.jobs import list_jobs, retry_job

        failed = [one.job for one in list_jobs(self.store, ANA, limit=10_000) if one.job.status == "failed"]
        for one in failed:
            assert "worker ended each time" in one.failure
            retry_job(self.store, self.engine, ANA, one.id)
        return len(failed)

    def told(self):
        """Return what was done, in numbers."""
        from muster.jobs import list_jobs

        jobs = [one.job for one in list_jobs(self.store, ANA, limit=10_000)]
        begun = sum(one.attempts for one in jobs)
        repeated = sum(one.attempts > 1 for one in jobs)
        mails = len(list(self.folder.glob("*.eml")))
        return f"{len(self.sent)} files, {mails} mails, {len(jobs)} jobs begun {begun} times, {repeated} more than once"

    def close(self):
        self.engine.close()
        self.store.close()


class Nursery:
    """The nursery's process, seen from outside."""

    def __init__(self, process):
        self._process = process

    def start(self, name, *, once=False):
        """Start a worker; return its process number."""
        return int(self._ask(f"{'once' if once else 'start'} {name}"))

    def wait(self, number):
        """Wait until a worker has ended; return its exit code, negative where a signal ended it."""
        return os.waitstatus_to_exitcode(int(self._ask(f"wait {number}")))

    def kill(self, number):
        """Kill a worker as a power cut would."""
        os.kill(number, signal.SIGKILL)
        return self.wait(number)

    def _ask(self, line):
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()
        return self._process.stdout.readline()


@contextmanager
def nursery(url, folder):
    """Give a nursery for the workers of a database."""
    command = [sys.executable, "-W", "error", __file__, url, str(folder)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield Nursery(process)
        finally:
            process.stdin.close()
            process.wait(timeout=30)


def _work(url, folder, name, *, once):
    state = clubs().state()
    store = open_store(url, (state,), SystemClock())
    Worker(store, handlers_of(state, folder), name, FAST).run(once=once)


def main(url, folder):
    """Fork a worker for each line that asks for one."""
    import dbos  # noqa: F401  # imported once, before the first fork
    import polars as pl  # noqa: F401

    clubs()
    for line in sys.stdin:
        asked, what = line.split()
        if asked == "wait":
            _answer(os.waitpid(int(what), 0)[1])
            continue
        number = os.fork()
        if number == 0:
            sys.stdin.close()
            code = 1
            try:
                _work(url, folder, what, once=asked == "once")
                code = 0
            except BaseException:  # noqa: BLE001  # a fork never returns into the loop of the nursery
                traceback.print_exc()
            finally:
                os._exit(code)
        _answer(number)


def _answer(number):
    sys.stdout.write(f"{number}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
