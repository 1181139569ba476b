"""Batches: uploading, storing, deleting."""

from muster.collecting.batches import delete_batch, list_batches, show_batch
from muster.collecting.results import BatchDetail, DeletionReport, RowNotAdded, UploadResult
from muster.collecting.uploading import upload
from muster.store.batches import BatchRow

__all__ = [
    "BatchDetail",
    "BatchRow",
    "DeletionReport",
    "RowNotAdded",
    "UploadResult",
    "delete_batch",
    "list_batches",
    "show_batch",
    "upload",
]
