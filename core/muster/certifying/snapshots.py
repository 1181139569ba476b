"""The immutable copy that is signed: canonical text, compressed, kept as a blob; and the rules kept beside it."""

from __future__ import annotations

import gzip
from dataclasses import dataclass
from typing import TYPE_CHECKING

from muster.certifying.record_digests import Lines, read_lines
from muster.collecting.submissions import canonical_tsv
from muster.store.blobs import keep_blob, read_blob
from muster.validation.digests import ruleset_text

if TYPE_CHECKING:
    from collections.abc import Iterable

    import polars as pl
    from sqlalchemy import Connection

    from muster.model.collections import Collection
    from muster.model.rules import Rule


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A kept copy: the digest of its blob, and what a pass over its text told."""

    sha256: str
    lines: Lines


def keep_snapshot(connection: Connection, frame: pl.DataFrame, collection: Collection) -> Snapshot:
    """Keep the records of a submission as they are signed."""
    text = b"".join(canonical_tsv(frame, collection))
    digest = keep_blob(connection, gzip.compress(text, mtime=0))
    return Snapshot(digest.sha256, read_lines([text]))


def read_snapshot(connection: Connection, sha256: str) -> bytes:
    """Return the canonical text of a kept copy."""
    return gzip.decompress(b"".join(read_blob(connection, sha256)))


def keep_ruleset(connection: Connection, collection: Collection, year: int, extra: Iterable[Rule]) -> str:
    """Keep the rules, lookups, settings and layouts in force, under the digest by which runs name them."""
    return keep_blob(connection, ruleset_text(collection, year, extra)).sha256
