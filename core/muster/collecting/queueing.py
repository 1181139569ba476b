"""The port through which a room asks for a job: it knows kinds and numbers, and nothing of engines."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from sqlalchemy import Connection


class Engine(Protocol):
    """Has jobs done after the transaction in which they were asked for; never if that is rolled back."""

    def enqueue(self, connection: Connection, kind: str, subject: int, asked_by: str, rows: int = 0) -> int:
        """Put a job into the queue within the caller's transaction; return its number.

        ``subject`` is the id of what is to be worked on (a batch), never data; ``rows`` its size, for the estimate.
        """

    def again(self, connection: Connection, job: int) -> None:
        """Have a job that was put back into the queue done again, within the caller's transaction."""
