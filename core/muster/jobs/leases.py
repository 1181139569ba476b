"""Who works: each worker promises to be alive until a moment; who does not renew the promise is taken for dead."""

from __future__ import annotations

import os
import socket
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import delete, insert, select, update

from muster.jobs.failures import WorkerNameTakenError
from muster.store.job_tables import worker

if TYPE_CHECKING:
    from sqlalchemy import Connection

LEASE = timedelta(seconds=30)


def this_process() -> str:
    """Return this process as HOST:NUMBER."""
    return f"{socket.gethostname()}:{os.getpid()}"


def take(connection: Connection, name: str, now: datetime, length: timedelta = LEASE) -> None:
    """Begin to work under a name; refuse a name under which another living process works.

    A worker that was killed begins again under its name at once: its process is gone from this machine.
    """
    found = connection.execute(select(worker).where(worker.c.name == name)).mappings().first()
    if found is not None:
        if found["lease_until"] > _text(now) and not _is_gone(found["process"]):
            raise WorkerNameTakenError(name, found["process"])
        leave(connection, name)
    values = {"name": name, "started_at": _text(now), "process": this_process()}
    connection.execute(insert(worker).values(lease_until=_text(now + length), **values))


def renew(connection: Connection, name: str, now: datetime, length: timedelta = LEASE) -> None:
    """Promise to be alive for a while longer; whoever was taken for dead meanwhile comes back."""
    renewed = update(worker).where(worker.c.name == name, worker.c.process == this_process())
    if not connection.execute(renewed.values(lease_until=_text(now + length))).rowcount:
        take(connection, name, now, length)


def leave(connection: Connection, name: str) -> None:
    """End to work under a name."""
    connection.execute(delete(worker).where(worker.c.name == name))


def alive(connection: Connection, name: str, now: datetime) -> bool:
    """Tell whether a worker's promise holds."""
    until = connection.execute(select(worker.c.lease_until).where(worker.c.name == name)).scalar_one_or_none()
    return until is not None and until > _text(now)


def living(connection: Connection, now: datetime) -> tuple[str, ...]:
    """Return the workers whose promise holds."""
    query = select(worker.c.name).where(worker.c.lease_until > _text(now)).order_by(worker.c.name)
    return tuple(connection.execute(query).scalars())


def dead(connection: Connection, now: datetime) -> tuple[str, ...]:
    """Return the workers whose promise is broken."""
    query = select(worker.c.name).where(worker.c.lease_until <= _text(now)).order_by(worker.c.name)
    return tuple(connection.execute(query).scalars())


def _is_gone(process: str) -> bool:
    host, _, number = process.rpartition(":")
    if process == this_process():
        return True
    if host != socket.gethostname():
        return False
    try:
        os.kill(int(number), 0)
    except ProcessLookupError:
        return True
    except OSError:
        return False
    return False


def _text(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds")
