"""Files as received: content-addressed, in chunks of 1 MiB, so that none is ever held whole."""

from __future__ import annotations

import io
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from sqlalchemy import insert, select, text

from muster.store.schema import blob_chunk

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection

CHUNK = 1024 * 1024
_NEW = text("INSERT INTO blob (sha256, size) VALUES (:sha256, :size) ON CONFLICT DO NOTHING")
"""Two who keep the same content at once wait for each other here; the second finds it kept."""


@dataclass(frozen=True, slots=True)
class Digest:
    """A file's content, by its SHA-256 and its size in bytes."""

    sha256: str
    size: int


def digest_of(data: bytes | Path) -> Digest:
    """Return the digest of a file or of bytes."""
    total, size = sha256(), 0
    with _opened(data) as stream:
        for chunk in _chunks(stream):
            total.update(chunk)
            size += len(chunk)
    return Digest(total.hexdigest(), size)


def keep_blob(connection: Connection, data: bytes | Path) -> Digest:
    """Keep a file's content; content that is kept already is not kept twice."""
    digest = digest_of(data)
    if not connection.execute(_NEW, {"sha256": digest.sha256, "size": digest.size}).rowcount:
        return digest
    with _opened(data) as stream:
        for number, chunk in enumerate(_chunks(stream)):
            connection.execute(insert(blob_chunk).values(sha256=digest.sha256, number=number, data=chunk))
    return digest


def read_blob(connection: Connection, digest: str) -> Iterator[bytes]:
    """Yield the chunks of a kept file in order; nothing where it is not kept."""
    wanted = blob_chunk.c.sha256 == digest
    for number in connection.execute(select(blob_chunk.c.number).where(wanted).order_by("number")).scalars().all():
        yield connection.execute(select(blob_chunk.c.data).where(wanted, blob_chunk.c.number == number)).scalar_one()


@contextmanager
def _opened(data: bytes | Path) -> Iterator[BinaryIO]:
    if isinstance(data, Path):
        with data.open("rb") as stream:
            yield stream
    else:
        yield io.BytesIO(data)


def _chunks(stream: BinaryIO) -> Iterator[bytes]:
    return iter(lambda: stream.read(CHUNK), b"")
