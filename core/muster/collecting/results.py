"""What uploading, listing and deleting answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from muster.model.findings import Finding
    from muster.model.runs import Run
    from muster.store.batches import BatchRow
    from muster.store.undoing import KeptRecord


@dataclass(frozen=True, slots=True)
class UploadResult:
    """An uploaded file: its batch, its run, and what was stored.

    ``created``, ``updated`` and ``unchanged`` count stored rows (all 0 in mode ``test``, which stores nothing);
    ``rejected`` counts those that were not added.
    """

    batch: BatchRow
    run: Run
    created: int = 0
    updated: int = 0
    unchanged: int = 0

    @property
    def rejected(self) -> int:
        """Return how many rows of the file something stops."""
        return self.run.rows - self.run.accepted


@dataclass(frozen=True, slots=True)
class RowNotAdded:
    """A row that was not added: its number in the file, its values as given, and everything said about it.

    A row of another shape than the layout's has its line under the name "".
    """

    row: int
    values: dict[str, str | None]
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class BatchDetail:
    """One batch with the result of its run.

    ``result`` holds verdict, severities, causes and coverage; ``file_findings`` concern the file as a whole;
    ``not_added`` are the first rows that were not added, ``not_added_total`` counts them all.
    """

    batch: BatchRow
    result: dict[str, Any]
    file_findings: tuple[Finding, ...]
    not_added: tuple[RowNotAdded, ...]
    not_added_total: int


@dataclass(frozen=True, slots=True)
class DeletionReport:
    """What deleting a batch did: records deleted, records set back, and those that stay since someone changed them."""

    batch: BatchRow
    deleted: int
    restored: int
    kept: tuple[KeptRecord, ...]
    kept_total: int
