"""Submissions: who owes what, which one a record belongs to, and the records of one as they are digested and signed."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

import polars as pl
from sqlalchemy import Insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from muster.collecting.refusals import UnknownSubmissionError
from muster.model.submissions import SubmissionKey, SubmissionRow, SubmissionStatus, part_of, part_text
from muster.store.bulk import in_values, is_sqlite
from muster.store.canonical import canonical_lines, digest_of
from muster.store.collecting_tables import submission
from muster.store.record_tables import merged, records_name
from muster.store.records import lock_named, rows_where
from muster.validation.schemas import TEMPLATE, dtype_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from sqlalchemy import Connection

    from muster.model.collections import Collection
    from muster.model.states import State
    from muster.store import Store

_OWN = ("_id", "_version", "_created", "_modified")


def part_names(collection: Collection) -> tuple[str, ...]:
    """Return the columns that divide an organization's share further, such as the term, in the order of their names."""
    return tuple(sorted(name for name in collection.submission if name != collection.organization))


def keys_of(frame: pl.DataFrame, collection: Collection, year: int) -> list[SubmissionKey]:
    """Return the submissions that rows belong to; the frame has ``_organization`` and the further columns, typed."""
    names = part_names(collection)
    texts = with_parts(frame, collection).unique().sort(pl.all())
    return [
        SubmissionKey(collection.state, collection.id, year, owner, tuple(zip(names, part, strict=True)))
        for owner, *part in texts.iter_rows()
    ]


def with_owner(rows: pl.DataFrame, collection: Collection, uploader: str | None) -> pl.DataFrame:
    """Return typed rows with ``_organization``: the one that a row names, or else the uploader's."""
    owner = pl.lit(uploader, pl.String)
    if collection.organization in rows.columns:
        owner = pl.coalesce(pl.col(collection.organization).cast(pl.String), owner)
    return rows.with_columns(owner.alias("_organization"))


def with_parts(frame: pl.DataFrame, collection: Collection) -> pl.DataFrame:
    """Return whose each row is, as text: ``_organization`` and the further columns; what a layout lacks is blank."""
    names = ("_organization", *part_names(collection))
    given = [
        pl.col(name).cast(pl.String) if name in frame.columns else pl.lit(None, pl.String).alias(name) for name in names
    ]
    return frame.with_columns(one.fill_null("") for one in given).select(names)


def find_submission(connection: Connection, key: SubmissionKey) -> SubmissionRow | None:
    """Return a submission, None where nothing ever came for it."""
    own = submission.c
    wanted = (
        own.state == key.state,
        own.collection == key.collection,
        own.year == key.year,
        own.organization == key.organization,
        own.part == key.part_text,
    )
    found = connection.execute(select(submission).where(*wanted)).first()
    return _row(found) if found else None


def submission_of(connection: Connection, key: SubmissionKey, now: datetime) -> SubmissionRow:
    """Return a submission; it is made where nothing ever came for it."""
    found = find_submission(connection, key)
    if found is None:
        note_submissions(connection, [key], now)
        found = find_submission(connection, key)
    assert found is not None
    return found


def submission_by_number(connection: Connection, number: int) -> SubmissionRow:
    """Return the submission with this number."""
    found = connection.execute(select(submission).where(submission.c.id == number)).first()
    if found is None:
        raise UnknownSubmissionError(number)
    return _row(found)


def submissions_in(
    connection: Connection, state: str, collection: str, year: int, organizations: Sequence[str] | None = None
) -> tuple[SubmissionRow, ...]:
    """Return the submissions of a collection and year: of all organizations, or of some."""
    own = submission.c
    wanted = [own.state == state, own.collection == collection, own.year == year]
    if organizations is not None:
        wanted.append(in_values(connection, own.organization, organizations))
    query = select(submission).where(*wanted).order_by(own.organization, own.part)
    return tuple(_row(one) for one in connection.execute(query))


def note_submissions(connection: Connection, keys: Iterable[SubmissionKey], now: datetime) -> None:
    """Make the submissions that are not there yet."""
    values = [_values(key, now) for key in keys]
    if values:
        insert: Any = (sqlite if is_sqlite(connection) else postgresql).insert(submission)
        statement: Insert = insert.on_conflict_do_nothing()
        connection.execute(statement, values)


def touch_submissions(connection: Connection, keys: Iterable[SubmissionKey], now: datetime) -> None:
    """Note that records came for these submissions: they are made where they are not there, and are no nil returns."""
    keys = frozenset(keys)
    note_submissions(connection, keys, now)
    for one in {(key.state, key.collection, key.year) for key in keys}:
        for row in submissions_in(connection, *one, sorted({key.organization for key in keys})):
            if row.nothing_to_report and row.key in keys:
                set_submission(connection, row.id, nothing_to_report=False)


def set_submission(connection: Connection, number: int, **values: Any) -> SubmissionRow:
    """Change a submission's status, revision or nil return; its version grows."""
    changed = update(submission).where(submission.c.id == number).values(version=submission.c.version + 1, **values)
    connection.execute(changed)
    return submission_by_number(connection, number)


def lock(connection: Connection, number: int) -> SubmissionRow:
    """Wait until nobody else writes this submission or its collection's records; return it as it is now.

    Whoever writes records locks them as well, so that none can arrive between reading and signing.
    """
    found = submission_by_number(connection, number)
    lock_named(connection, records_name(found.key.state, found.key.collection))
    connection.execute(select(submission.c.id).where(submission.c.id == number).with_for_update())
    return submission_by_number(connection, number)


def records_of(
    store: Store, connection: Connection, state: State, collection: Collection, key: SubmissionKey
) -> pl.DataFrame:
    """Return the stored records of a submission, typed and sorted by the collection's key.

    The columns are ``_id``, ``_version``, ``_created``, ``_modified``, ``template`` and those of the year's layouts.
    """
    del state
    records = store.records(collection.address)
    own = records.table.c
    owner = own["_organization"].is_(None) if not key.organization else own["_organization"] == key.organization
    found = rows_where(connection, records, [own["_year"] == key.year, owner])
    for name, value in key.part:
        found = found.filter(pl.col(name).cast(pl.String).fill_null("") == value)
    columns = _columns(collection, key.year)
    typed = found.select(*_OWN, pl.col("_template").alias(TEMPLATE), *(pl.col(n).cast(t) for n, t in columns.items()))
    return typed.sort([*_key(collection, typed), "_id"], nulls_last=False)


def canonical_tsv(frame: pl.DataFrame, collection: Collection) -> Iterator[bytes]:
    """Yield the records of a submission as they are digested and signed: no numbers, no times, sorted by key."""
    content = frame.select(name for name in frame.columns if not name.startswith("_"))
    return canonical_lines(content, _key(collection, content))


def data_digest(frame: pl.DataFrame, collection: Collection) -> str:
    """Return the SHA-256 of the canonical text of a submission's records."""
    return digest_of(canonical_tsv(frame, collection))


def _columns(collection: Collection, year: int) -> dict[str, pl.DataType]:
    """Return the stored columns of the year's layouts, so that a later year's layout changes no earlier digest."""
    kept = [column for layout in collection.layouts_of(year) for column in layout.columns if column.stored]
    return {name: dtype_of(column) for name, column in merged(collection.address, kept).items()}


def _key(collection: Collection, frame: pl.DataFrame) -> list[str]:
    return [name for name in collection.key if name in frame.columns]


def _values(key: SubmissionKey, now: datetime) -> dict[str, Any]:
    status: SubmissionStatus = "open"
    return {
        "state": key.state,
        "collection": key.collection,
        "year": key.year,
        "organization": key.organization,
        "part": part_text(dict(key.part)),
        "status": status,
        "revision": 1,
        "nothing_to_report": False,
        "version": 1,
        "created_at": now.isoformat(timespec="seconds"),
    }


def _row(found: Any) -> SubmissionRow:
    key = SubmissionKey(found.state, found.collection, found.year, found.organization, part_of(found.part))
    return SubmissionRow(
        id=found.id,
        key=key,
        status=found.status,
        revision=found.revision,
        nothing_to_report=found.nothing_to_report,
        version=found.version,
        created_at=datetime.fromisoformat(found.created_at),
    )
