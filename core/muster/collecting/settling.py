"""What storing a batch settles beside its records: which submissions it is part of, and which rows were sent again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from muster.collecting.sent_again import note_rejected, note_sent_again
from muster.collecting.submissions import keys_of, touch_submissions, with_owner

if TYPE_CHECKING:
    from datetime import datetime

    import polars as pl
    from sqlalchemy import Connection

    from muster.model.collections import Collection
    from muster.model.runs import Run


def settle(
    connection: Connection,
    collection: Collection,
    batch: int,
    run: Run,
    organizations: pl.DataFrame | None,
    now: datetime,
) -> None:
    """Note the submissions of the stored rows, what they made good of earlier batches, and whose the rejected are."""
    year, uploader = run.facts.year, run.facts.organization
    touch_submissions(connection, keys_of(with_owner(run.typed, collection, uploader), collection, year), now)
    note_sent_again(connection, collection, year, batch, run.typed)
    known = None if organizations is None else organizations["organization_id"]
    note_rejected(connection, collection, batch, run, known)
