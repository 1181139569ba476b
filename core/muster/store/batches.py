"""Batches in the database: the file that came, what became of it, and its rows that were not added."""

from __future__ import annotations

import json
from dataclasses import dataclass, fields
from datetime import datetime
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Literal

import polars as pl
from sqlalchemy import func, insert, select, update

from muster.model.findings import Finding
from muster.model.intake import ROW
from muster.store.bulk import SLICE, insert_frame, insert_rows
from muster.store.failures import UnknownBatchError
from muster.store.schema import batch, batch_finding, rejected_row, writing

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy import Connection

_FIELDS = tuple(field.name for field in fields(Finding))
_values = attrgetter(*_FIELDS)
_encode = json.JSONEncoder(ensure_ascii=False).encode

Mode = Literal["test", "upload"]
BatchStatus = Literal["received", "tested", "stored", "file rejected", "no answer", "failed", "deleted"]
"""Received: kept, its run not finished. Tested: nothing was to be stored. Failed: an error, nothing was stored."""


@dataclass(frozen=True, slots=True)
class BatchRow:
    """One uploaded file: what it was, who brought it when, and what became of its rows."""

    id: int
    state: str
    collection: str
    year: int
    layout: str | None
    organization: str | None
    mode: Mode
    status: BatchStatus
    file_name: str
    sha256: str
    size: int
    uploaded_by: str
    uploaded_at: datetime
    rows: int | None
    accepted: int | None
    rejected: int | None
    created: int | None
    updated: int | None
    unchanged: int | None
    deleted_by: str | None
    deleted_at: datetime | None

    @property
    def address(self) -> str:
        """Return ``STATE/COLLECTION``."""
        return f"{self.state}/{self.collection}"


def add_batch(connection: Connection, **values: Any) -> int:
    """Note a file that came; return the batch's number."""
    found = connection.execute(insert(batch).values(status="received", **values).returning(batch.c.id))
    return int(found.scalar_one())


def set_batch(connection: Connection, number: int, **values: Any) -> None:
    """Note what became of a batch."""
    connection.execute(update(batch).where(batch.c.id == number).values(**values))


def fail_batch(connection: Connection, number: int) -> None:
    """Note that an upload broke off, unless its batch was deleted meanwhile."""
    broken = update(batch).where(batch.c.id == number, batch.c.status == "received")
    connection.execute(broken.values(status="failed"))


def batch_row(connection: Connection, number: int) -> BatchRow:
    """Return one batch."""
    found = connection.execute(select(batch).where(batch.c.id == number)).mappings().first()
    if found is None:
        raise UnknownBatchError(number)
    return _batch(dict(found))


def batch_rows(connection: Connection) -> tuple[BatchRow, ...]:
    """Return every batch, the newest first."""
    found = connection.execute(select(batch).order_by(batch.c.id.desc())).mappings()
    return tuple(_batch(dict(one)) for one in found)


def batch_result(connection: Connection, number: int) -> dict[str, Any]:
    """Return what the run of a batch said: verdict, severities, causes, coverage; empty where it did not finish."""
    found = connection.execute(select(batch.c.result).where(batch.c.id == number)).scalar_one()
    result: dict[str, Any] = json.loads(found or "{}")
    return result


def stored_before(
    connection: Connection, address: str, year: int, organization: str | None, sha256: str
) -> BatchRow | None:
    """Return the last batch that stored the same content for the same organization and was not deleted."""
    state, _, collection = address.partition("/")
    query = select(batch).where(
        batch.c.sha256 == sha256,
        batch.c.state == state,
        batch.c.collection == collection,
        batch.c.year == year,
        batch.c.organization.is_not_distinct_from(organization),
        batch.c.status == "stored",
    )
    found = connection.execute(query.order_by(batch.c.id.desc()).limit(1)).mappings().first()
    return _batch(dict(found)) if found else None


def writing_of(connection: Connection, number: int) -> int | None:
    """Return the writing by which a batch stored its records, None where it stored none."""
    query = select(writing.c.id).where(writing.c.batch == number, writing.c.origin == "batch")
    return connection.execute(query).scalar_one_or_none()


def deleted_writings(connection: Connection, state: str, collection: str, year: int) -> set[int]:
    """Return the writings of the batches of a collection and year that were deleted."""
    query = (
        select(writing.c.id)
        .join(batch, batch.c.id == writing.c.batch)
        .where(
            writing.c.origin == "batch",
            batch.c.status == "deleted",
            batch.c.state == state,
            batch.c.collection == collection,
            batch.c.year == year,
        )
    )
    return set(connection.execute(query).scalars())


def add_rejected(connection: Connection, number: int, rows: pl.DataFrame, odd_rows: pl.DataFrame) -> None:
    """Keep the rows that were not added, as given: ``rows`` in columns, ``odd_rows`` of another shape as their line."""
    columns = [name for name in rows.columns if name != ROW]
    values = pl.struct(columns).struct.json_encode() if columns else pl.lit("{}")
    line = pl.struct(pl.col("raw").alias("")).struct.json_encode()
    own = pl.lit(number, pl.Int64).alias("batch"), pl.col(ROW).alias("row")
    for frame, raw in ((rows, values), (odd_rows, line)):
        for part in frame.iter_slices(SLICE):
            insert_frame(connection, rejected_row, part.select(*own, raw.alias("raw")))


def add_findings(connection: Connection, number: int, findings: Iterable[tuple[int | None, Finding]]) -> None:
    """Keep findings, each under the row it concerns (None: the file)."""
    rows = ((number, place, row, finding_text(finding)) for place, (row, finding) in enumerate(findings))
    insert_rows(connection, batch_finding, ("batch", "number", "row", "detail"), rows)


def count_rejected(connection: Connection, number: int) -> int:
    """Return how many rows of a batch were not added."""
    query = select(func.count()).select_from(rejected_row).where(rejected_row.c.batch == number)
    return int(connection.execute(query).scalar_one())


def rejected_rows(connection: Connection, number: int, limit: int) -> list[tuple[int, dict[str, str | None]]]:
    """Return the first rows that were not added: row number and values as given."""
    query = select(rejected_row.c.row, rejected_row.c.raw).where(rejected_row.c.batch == number)
    found = connection.execute(query.order_by(rejected_row.c.row).limit(limit))
    return [(row.row, json.loads(row.raw)) for row in found]


def findings_of(connection: Connection, number: int, rows: Sequence[int] | None) -> list[tuple[int | None, Finding]]:
    """Return the kept findings of rows between the first and the last of these; with None, those of the file."""
    own = batch_finding.c
    place = own.row.is_(None) if rows is None else own.row.between(min(rows), max(rows))
    query = select(own.row, own.detail).where(own.batch == number, place).order_by(own.number)
    return [(row.row, finding_from(row.detail)) for row in connection.execute(query)]


def _batch(found: dict[str, Any]) -> BatchRow:
    found.pop("result")
    for name in ("uploaded_at", "deleted_at"):
        found[name] = datetime.fromisoformat(found[name]) if found[name] else None
    return BatchRow(**found)


def finding_text(finding: Finding) -> str:
    """Return a finding as the database keeps it."""
    return _encode(dict(zip(_FIELDS, _values(finding), strict=True)))


def finding_from(detail: str) -> Finding:
    """Return a finding that the database kept."""
    values = json.loads(detail)
    values["rows"] = tuple(values["rows"])
    return Finding(**values)
