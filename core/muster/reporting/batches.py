"""Batches for people and programs: the list, one batch with its rows that were not added, uploads and deletions."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from muster.reporting.wording import count, sentence

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from muster.collecting.results import BatchDetail, DeletionReport, UploadResult
    from muster.model.findings import Finding
    from muster.store.batches import BatchRow

BATCH_HEADS = (
    "Batch", "Collection", "Year", "Organization", "File", "Uploaded", "By", "Mode", "Status", "Rows", "Not added",
)  # fmt: skip

_NOTHING_STORED = {
    "tested": "It was a test: nothing was stored.",
    "failed": "The upload ended early and nothing was stored. Send the file again.",
    "no answer": "A rule could not be asked, so nothing was stored. Tell whoever looks after muster.",
    "file rejected": "Nothing was stored.",
}
"""What is said of a batch that left nothing in the records, by its status."""


def batch_lines(rows: Iterable[BatchRow]) -> list[tuple[str, ...]]:
    """Return a line a batch, in the columns of ``BATCH_HEADS``."""
    return [
        (
            str(row.id),
            row.address,
            str(row.year),
            row.organization or "",
            row.file_name,
            f"{row.uploaded_at:%Y-%m-%d %H:%M %Z}",
            row.uploaded_by,
            row.mode,
            row.status,
            _number(row.rows),
            _not_added(row),
        )
        for row in rows
    ]


def _number(number: int | None) -> str:
    return "" if number is None else f"{number:,}"


def _not_added(row: BatchRow) -> str:
    if row.rows is None or row.rejected is None:
        return ""
    return f"{row.rejected:,} of {row.rows:,}" if row.rejected else f"none of {row.rows:,}"


def batch_document(row: BatchRow) -> dict[str, Any]:
    """Return a batch with all it knows; times in ISO form."""
    found = asdict(row)
    for name in ("uploaded_at", "deleted_at"):
        found[name] = found[name].isoformat() if found[name] else None
    return found


def detail_lines(detail: BatchDetail) -> Iterator[str]:
    """Yield a batch as text: what it was, what became of it, and its rows that were not added with all messages."""
    row = detail.batch
    uploaded = f"{row.uploaded_by} at {row.uploaded_at:%Y-%m-%d %H:%M %Z}"
    yield f"Batch {row.id}: {row.file_name}, {row.address} {row.year}, uploaded by {uploaded} ({row.mode})"
    yield f"SHA-256: {row.sha256}"
    yield f"Status: {row.status}. {_became(row)}"
    yield from (_message(finding) for finding in detail.file_findings)
    if not detail.not_added_total:
        return
    yield ""
    yield f"Records not added: {count(detail.not_added_total, 'row')}"
    for one in detail.not_added:
        yield f"  Row {one.row:,}: {_values(one.values)}"
        yield from (f"    {_message(finding)}" for finding in one.findings)
    if left := detail.not_added_total - len(detail.not_added):
        yield f"  and {count(left, 'more row')}"


def _became(row: BatchRow) -> str:
    """Return what the batch left in the records, and what to do where it left nothing."""
    stored = _stored(row.created, row.updated, row.unchanged)
    if row.deleted_at is not None:
        return f"Deleted by {row.deleted_by} at {row.deleted_at:%Y-%m-%d %H:%M %Z}; when it was stored: {stored}"
    return _NOTHING_STORED.get(row.status, stored)


def _values(values: dict[str, str | None]) -> str:
    return " | ".join(value or "" for value in values.values())


def _message(finding: Finding) -> str:
    return f"{sentence(finding.message)} {sentence(finding.fix)} ({finding.rule})"


def _stored(created: int | None, updated: int | None, unchanged: int | None) -> str:
    parts = (f"{created or 0:,} created", f"{updated or 0:,} updated", f"{unchanged or 0:,} unchanged")
    return f"Records: {', '.join(parts)}."


def detail_document(detail: BatchDetail) -> dict[str, Any]:
    """Return a batch, the result of its run and its rows that were not added."""
    return {
        **batch_document(detail.batch),
        "result": detail.result,
        "findings": [asdict(one) for one in detail.file_findings],
        "not_added_total": detail.not_added_total,
        "not_added": [
            {"row": one.row, "values": one.values, "findings": [asdict(finding) for finding in one.findings]}
            for one in detail.not_added
        ],
    }


def deletion_lines(report: DeletionReport) -> Iterator[str]:
    """Yield what deleting a batch did, and the records that stay since someone changed them."""
    deleted, restored = count(report.deleted, "record"), count(report.restored, "record")
    yield f"Batch {report.batch.id} is deleted: {deleted} deleted, {restored} set back to what they were."
    if report.kept_total:
        stay = (
            "record stays, since someone changed it"
            if report.kept_total == 1
            else "records stay, since someone changed them"
        )
        yield f"{report.kept_total:,} {stay} afterwards:"
        for one in report.kept:
            key = ", ".join(f"{name} {value or '(blank)'}" for name, value in one.key.items())
            where = f" (batch {one.batch})" if one.batch else ""
            yield f"  {key}: changed by {one.changed_by} on {one.changed_at:%Y-%m-%d %H:%M %Z}, {one.origin}{where}"


def deletion_document(report: DeletionReport) -> dict[str, Any]:
    """Return what deleting a batch did."""
    return {
        "batch": batch_document(report.batch),
        "deleted": report.deleted,
        "restored": report.restored,
        "kept_total": report.kept_total,
        "kept": [{**asdict(one), "changed_at": one.changed_at.isoformat()} for one in report.kept],
    }


def upload_lines(result: UploadResult) -> Iterator[str]:
    """Yield what an upload stored, never without the number of rows that were not added."""
    row, rows = result.batch, result.run.rows
    if row.mode == "test":
        yield f"Batch {row.id}: a test; nothing was stored. The file is kept."
    elif result.run.stops_file or result.run.crashed:
        yield f"Batch {row.id}: nothing was stored. The file is kept."
    else:
        yield f"Batch {row.id}: {_stored(result.created, result.updated, result.unchanged)}"
    if result.rejected and row.mode == "upload":
        was = "was" if result.rejected == 1 else "were"
        yield (
            f"{result.rejected:,} of {count(rows, 'row')} {was} not added; correct them and send them again. "
            f'See them with "muster batches {row.id}".'
        )


def upload_document(result: UploadResult) -> dict[str, Any]:
    """Return the batch and what was stored, to stand beside the document of the run."""
    return {
        **batch_document(result.batch),
        "created": result.created,
        "updated": result.updated,
        "unchanged": result.unchanged,
        "not_added": result.rejected,
    }
