"""What messages say: whose, which collection, which year, and what to do; never anything about a student.

Each has a Message-ID made from what it is about, so that writing it again writes nothing.
"""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

from muster.store.messages import put

if TYPE_CHECKING:
    from datetime import date, datetime

    from sqlalchemy import Connection

    from muster.model.collections import Collection
    from muster.model.states import State
    from muster.store.batches import BatchRow


def deadline_near(
    connection: Connection, state: State, title: str, year: int, closes: date, recipient: str, *, at: datetime
) -> None:
    """Remind that a window closes soon; once for each recipient and closing day."""
    day = _day(state, closes)
    body = (
        f"{title} for {year} closes on {day}, at the end of the day.\n\n"
        f"What is not signed by then needs an extension from {state.agency}."
    )
    about = f"deadline/{state.id}/{title}/{year}/{closes}"
    put(connection, "deadline near", recipient, f"{title} closes on {day}", body, _id(about, recipient), at=at)


def results_ready(
    connection: Connection, state: State, collection: Collection, row: BatchRow, recipient: str, *, at: datetime
) -> None:
    """Tell who uploaded a batch that it has been worked on."""
    whose = row.organization or state.agency
    body = (
        f"Batch {row.id} ({collection.title}, {row.year}, {whose}) has been checked.\n\n"
        f'See what was stored and what was not added with "muster batches {row.id}".'
    )
    title = f"The results of batch {row.id} are ready"
    put(connection, "results ready", recipient, title, body, _id(f"results/{row.id}", recipient), at=at)


def certify_request(
    connection: Connection, address: str, title: str, revision: int, recipient: str, *, at: datetime
) -> None:
    """Ask a certifier to sign a submission; once for each of its revisions."""
    body = (
        f"{title} ({address}) is ready to be signed as revision {revision}.\n\nSign in to muster, read it, and sign it."
    )
    about = f"certify/{address}/{revision}"
    put(connection, "certify request", recipient, f"Please sign {title}", body, _id(about, recipient), at=at)


def extension_decided(
    connection: Connection, extension: int, title: str, outcome: str, recipient: str, *, at: datetime
) -> None:
    """Tell who asked for an extension how it was decided; ``outcome`` is a sentence with the new date or the reason."""
    body = f"Your request for an extension of {title} was decided.\n\n{outcome}"
    subject = f"Your request for an extension of {title}"
    put(connection, "extension decided", recipient, subject, body, _id(f"extension/{extension}", recipient), at=at)


def _id(about: str, recipient: str) -> str:
    """Return a Message-ID that is the same for the same message, and tells no address."""
    return f"<{sha256(f'{about} {recipient}'.encode()).hexdigest()[:32]}@muster.invalid>"


def _day(state: State, day: date) -> str:
    return day.strftime("%Y-%m-%d" if state.date_format == "YYYY-MM-DD" else "%m/%d/%Y")
