"""The outbox: messages written in the transaction that causes them, delivered later by a job, at least once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Literal

from sqlalchemy import select, text, update

from muster.store.job_tables import outbox

if TYPE_CHECKING:
    from sqlalchemy import Connection

Kind = Literal["deadline near", "results ready", "certify request", "extension decided"]

MOST_ATTEMPTS = 8
"""With the growing pauses between them, the last attempt is about four hours after the message was written."""

_NEW = text(
    "INSERT INTO outbox (message_id, kind, recipient, title, body, created_at, attempts) "
    "VALUES (:message_id, :kind, :recipient, :title, :body, :created_at, 0) ON CONFLICT (message_id) DO NOTHING"
)


@dataclass(frozen=True, slots=True)
class Message:
    """One message of the outbox; ``failure`` is why the last attempt to deliver it did not work."""

    id: int
    message_id: str
    kind: str
    recipient: str
    title: str
    body: str
    created_at: datetime
    attempts: int
    delivered_at: datetime | None
    failure: str | None

    @property
    def given_up(self) -> bool:
        """Tell whether no further attempt will be made."""
        return self.delivered_at is None and self.attempts >= MOST_ATTEMPTS

    def due(self, now: datetime) -> bool:
        """Tell whether an attempt is due: at once, then after 1, 3, 7, 15 ... minutes from its writing."""
        waited = timedelta(minutes=2**self.attempts - 1)
        return self.delivered_at is None and not self.given_up and self.created_at + waited <= now


def put(
    connection: Connection, kind: Kind, recipient: str, title: str, body: str, message_id: str, *, at: datetime
) -> None:
    """Write a message within the caller's transaction; one whose ``message_id`` is there already is not written twice.

    Title and body name collections, years and organizations, never a student.
    """
    values = {"message_id": message_id, "kind": kind, "recipient": recipient, "title": title, "body": body}
    connection.execute(_NEW, {**values, "created_at": at.isoformat(timespec="seconds")})


def messages(connection: Connection, *, undelivered: bool = False) -> tuple[Message, ...]:
    """Return the messages, the oldest first; all, or those that have not been delivered."""
    query = select(outbox).order_by(outbox.c.id)
    if undelivered:
        query = query.where(outbox.c.delivered_at.is_(None))
    return tuple(_message(dict(one)) for one in connection.execute(query).mappings())


def due(connection: Connection, now: datetime) -> tuple[Message, ...]:
    """Return the messages that are to be delivered now."""
    return tuple(one for one in messages(connection, undelivered=True) if one.due(now))


def note_delivered(connection: Connection, message: int, at: datetime) -> None:
    """Note that a message was handed over."""
    done = {"delivered_at": at.isoformat(timespec="seconds"), "failure": None, "attempts": outbox.c.attempts + 1}
    connection.execute(update(outbox).where(outbox.c.id == message).values(done))


def note_failure(connection: Connection, message: int, failure: str) -> None:
    """Note that an attempt did not work, and why."""
    values = {"failure": failure, "attempts": outbox.c.attempts + 1}
    connection.execute(update(outbox).where(outbox.c.id == message).values(values))


def begin_again(connection: Connection, message: int, at: datetime) -> None:
    """Let a message that was given up be tried again from now on."""
    values = {"attempts": 0, "created_at": at.isoformat(timespec="seconds")}
    open_ones = update(outbox).where(outbox.c.id == message, outbox.c.delivered_at.is_(None))
    connection.execute(open_ones.values(values))


def _message(found: dict[str, object]) -> Message:
    for name in ("created_at", "delivered_at"):
        found[name] = datetime.fromisoformat(str(found[name])) if found[name] else None
    return Message(**found)  # type: ignore[arg-type]  # a row of the table has exactly these columns
