"""Rows that were not added and not sent again: listed by submission, so that nobody signs for less unknowingly.

A rejected row counts as sent again when a later batch stored a row with its key (were it unchanged), or when somebody
has since entered or changed the record with its key by hand.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import polars as pl
from sqlalchemy import and_, bindparam, insert, or_, select, update

from muster.access import audit
from muster.collecting.refusals import ReasonNotGivenError
from muster.collecting.submissions import records_of, with_parts
from muster.model.intake import ROW
from muster.model.submissions import part_text
from muster.store.bulk import SLICE, insert_frame
from muster.store.canonical import canonical_text
from muster.store.collecting_tables import acknowledgement, rejected_key
from muster.store.schema import batch, rejected_row, writing

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from sqlalchemy import Connection

    from muster.model.actors import Actor
    from muster.model.collections import Collection
    from muster.model.runs import Run
    from muster.model.states import State
    from muster.model.submissions import SubmissionRow
    from muster.store import Store

RULE = "ROW-NOT-SENT-AGAIN"
"""Under this name such rows are acknowledged."""
_ANY = part_text({})
"""The part of a row of which nobody can tell to which of an organization's submissions it belongs."""


@dataclass(frozen=True, slots=True)
class RowLeft:
    """A row of a batch that was not added and not sent again; ``fingerprint`` is the same for the same row again."""

    batch: int
    file_name: str
    row: int
    fingerprint: str
    acknowledged: bool


def note_rejected(
    connection: Connection, collection: Collection, number: int, run: Run, known: pl.Series | None
) -> None:
    """Note of each rejected row whose it is and which record it meant.

    ``known`` are the organizations there are: a row that names another, or none, is left to its uploader.
    """
    stopped = run.stopped
    if stopped is None or stopped.is_empty():
        rows = pl.DataFrame(schema={"row": pl.Int64, "organization": pl.String, "part": pl.String, "key": pl.String})
    else:
        rows = stopped.select(
            pl.col(ROW).alias("row"),
            _owners(stopped, collection, known).alias("organization"),
            _parts(stopped, collection).alias("part"),
            _readable_keys(stopped, collection, run).alias("key"),
        )
    odd = run.intake.odd_rows.select(pl.col(ROW).cast(pl.Int64).alias("row")) if run.intake.odd_rows.width else None
    every = rows if odd is None else pl.concat([rows, odd], how="diagonal")
    every = every.with_columns(pl.col("part").fill_null(_ANY), pl.lit(number, pl.Int64).alias("batch"))
    for part in every.iter_slices(SLICE):
        insert_frame(connection, rejected_key, part)


def note_sent_again(
    connection: Connection, collection: Collection, year: int, number: int, stored: pl.DataFrame
) -> None:
    """Note which rows that earlier batches rejected this batch has stored."""
    own = rejected_key.c
    query = (
        select(own.batch, own.row, own.key)
        .join(batch, batch.c.id == own.batch)
        .where(*_of(collection, year), own.key.is_not(None), own.sent_again.is_(None), own.batch < number)
    )
    left = {(one.batch, one.row): one.key for one in connection.execute(query)}
    if not left:
        return
    found = set(_keys(stored, collection)) & set(left.values())
    places = [{"of": of, "at": at} for (of, at), key in left.items() if key in found]
    if places:
        which = and_(own.batch == bindparam("of"), own.row == bindparam("at"))
        connection.execute(update(rejected_key).where(which).values(sent_again=number), places)


def forget_sent_again(connection: Connection, number: int) -> None:
    """Note that what a batch had sent again is gone with it."""
    connection.execute(update(rejected_key).where(rejected_key.c.sent_again == number).values(sent_again=None))


def not_sent_again(
    store: Store,
    connection: Connection,
    state: State,
    collection: Collection,
    submission: SubmissionRow,
    above: Sequence[str],
) -> tuple[RowLeft, ...]:
    """Return the rows of a submission that were not added and not sent again, in their order.

    Of a row that was rejected more than once only the last counts. A row that names no organization there is counts
    for its uploader, or for everybody below it: ``above`` are the organizations above the submission's.
    """
    found = connection.execute(_rejected(collection, submission, above)).all()
    if not found:
        return ()
    written = _last_writings(store, connection, state, collection, submission)
    last: dict[Any, Any] = {}
    for one in found:
        mark = one.key if one.key is not None else (one.batch, one.row)
        last.pop(mark, None)
        if one.sent_again is None and written.get(one.key, 0) <= (one.writing or 0):
            last[mark] = one
    known = _acknowledged(connection, submission.id)
    return tuple(_left(one, known) for one in sorted(last.values(), key=lambda one: (one.batch, one.row)))


def acknowledge_rows(
    connection: Connection,
    actor: Actor,
    submission: SubmissionRow,
    rows: Iterable[RowLeft],
    *,
    reason: str,
    at: datetime,
) -> int:
    """Note why rows need not be sent again; return how many were not acknowledged before."""
    if not reason.strip():
        raise ReasonNotGivenError("Leaving rows out")
    chosen = [one for one in rows if not one.acknowledged]
    when = at.isoformat(timespec="seconds")
    shared = {"submission": submission.id, "act": secrets.token_hex(8), "rule": RULE, "reason": reason.strip()}
    values = [{**shared, "note": "", "by": actor.name, "at": when, "fingerprint": one.fingerprint} for one in chosen]
    if values:
        connection.execute(insert(acknowledgement), values)
        audit.note(
            connection,
            state=submission.key.state,
            organization=submission.key.organization,
            actor=actor,
            act="left out rows",
            subject=submission.key.address,
            detail={"reason": reason.strip(), "rows": [[one.batch, one.row] for one in chosen]},
            at=at,
        )
    return len(chosen)


def _rejected(collection: Collection, submission: SubmissionRow, above: Sequence[str]) -> Any:
    """Return the query for the rejected rows that are this submission's, the oldest first."""
    own, key = rejected_key.c, submission.key
    mine = and_(own.organization == key.organization, own.part.in_([key.part_text, _ANY]))
    nobodys = and_(own.organization.is_(None), batch.c.organization.in_([key.organization, *above]))
    raw = and_(rejected_row.c.batch == own.batch, rejected_row.c.row == own.row)
    wrote = and_(writing.c.batch == own.batch, writing.c.origin == "batch")
    return (
        select(rejected_key, batch.c.file_name, rejected_row.c.raw, writing.c.id.label("writing"))
        .join(batch, batch.c.id == own.batch)
        .join(rejected_row, raw)
        .outerjoin(writing, wrote)
        .where(*_of(collection, key.year), or_(mine, nobodys))
        .order_by(own.batch, own.row)
    )


def _of(collection: Collection, year: int) -> tuple[Any, ...]:
    own = batch.c
    return own.state == collection.state, own.collection == collection.id, own.year == year, own.status == "stored"


def _last_writings(
    store: Store, connection: Connection, state: State, collection: Collection, submission: SubmissionRow
) -> dict[str, int]:
    """Return for each stored record of the submission, by its key, which writing touched it last."""
    frame = records_of(store, connection, state, collection, submission.key)
    last = frame.select(pl.coalesce("_modified", "_created")).to_series()
    return dict(zip(_keys(frame, collection), last, strict=True))


def _left(one: Any, known: set[str]) -> RowLeft:
    mark = sha256(f"{RULE}\n{one.raw}".encode()).hexdigest()
    return RowLeft(one.batch, one.file_name, one.row, mark, mark in known)


def _acknowledged(connection: Connection, submission: int) -> set[str]:
    own = acknowledgement.c
    query = select(own.fingerprint).where(own.submission == submission, own.rule == RULE, own.withdrawn_at.is_(None))
    return set(connection.execute(query).scalars())


def _owners(stopped: pl.DataFrame, collection: Collection, known: pl.Series | None) -> pl.Series:
    """Return the organization each row names, null where it names none that there is."""
    if collection.organization not in stopped.columns:
        return pl.Series([None], dtype=pl.String).new_from_index(0, stopped.height)
    named = stopped[collection.organization].cast(pl.String)
    if known is None or known.is_empty():
        return named
    return stopped.select(pl.when(named.is_in(known.implode())).then(named)).to_series()


def _parts(stopped: pl.DataFrame, collection: Collection) -> pl.Series:
    """Return the further columns of each row's submission; where one is blank or unreadable it may be any."""
    texts = [
        {k: v for k, v in one.items() if k != "_organization"} for one in with_parts(stopped, collection).to_dicts()
    ]
    return pl.Series([part_text(one) if all(one.values()) else _ANY for one in texts], dtype=pl.String)


def _readable_keys(stopped: pl.DataFrame, collection: Collection, run: Run) -> pl.Series:
    """Return the key of each row, null where one of its cells could not be read: then nobody knows which record."""
    given = stopped.select(ROW).join(run.intake.frame, on=ROW, how="left", maintain_order="left")
    names = [name for name in collection.key if name in stopped.columns]
    unread = [given[name].is_not_null() & stopped[name].is_null() for name in names]
    keys = _keys(stopped, collection)
    return pl.select(pl.when(~pl.any_horizontal(unread)).then(keys)).to_series()


def _keys(frame: pl.DataFrame, collection: Collection) -> pl.Series:
    """Return the key of each row as one text; a column that the rows lack is blank."""
    parts = [canonical_text(pl.col(name)) if name in frame.columns else pl.lit("") for name in collection.key]
    return frame.select(pl.concat_str(parts, separator="\t").alias("key")).to_series()
