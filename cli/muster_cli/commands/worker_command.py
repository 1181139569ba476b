"""``muster worker``."""

from __future__ import annotations

import os
import signal
import socket
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from muster.jobs import Worker


@click.command("worker")
@click.option("--name", metavar="N", help="This worker's own name, the same at every start; without it the machine's.")
@click.option("--once", is_flag=True, help="End when nothing is left to do.")
def command(name: str | None, *, once: bool) -> None:
    """Work off the queue: uploads and messages.

    Any number of workers may share a PostgreSQL database, each under its own name. A worker that is killed loses
    nothing: started again, or taken over by another one, its jobs have their effect once.

    \b
    Example:
      muster worker --name north-1
    """
    from muster.app import Muster

    worker = Muster().worker(name or socket.gethostname(), tell=lambda line: click.echo(line, err=True))
    _end_on_signals(worker)
    worker.run(once=once)


def _end_on_signals(worker: Worker) -> None:
    """End after the job in hand when the system asks; at once when it asks again."""

    def asked(number: int, _: Any) -> None:
        worker.stop()
        signal.signal(number, lambda *_: os._exit(2))

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, asked)
