"""Batches: uploading, storing, deleting."""
