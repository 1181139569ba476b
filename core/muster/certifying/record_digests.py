"""One short digest a record, so that a receipt can name the first record that differs from what was signed.

Four bytes a record: they only point at the place, the digest of the whole proves; and they give away too little to
guess a record from.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass, field
from hashlib import sha256
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_SIZE = 4
_LONGEST = 64 * 1024 * 1024
"""No record is longer; what has no line ends at all is not read to its end."""


@dataclass(slots=True)
class Lines:
    """What one pass over a canonical TSV tells: its digest, its headings, and a short digest of each record."""

    digest: str = ""
    heading: bytes = b""
    short: bytearray = field(default_factory=bytearray)

    @property
    def records(self) -> int:
        """Return how many records were read."""
        return len(self.short) // _SIZE

    @property
    def packed(self) -> str:
        """Return the short digests as text."""
        return base64.b64encode(bytes(self.short)).decode()


def read_lines(parts: Iterable[bytes]) -> Lines:
    """Read a canonical TSV part by part; the first line holds the headings, each other line one record.

    ValueError where a line does not end.
    """
    found, whole, rest, first = Lines(), sha256(), b"", True
    for part in parts:
        whole.update(part)
        *lines, rest = (rest + part).split(b"\n")
        if len(rest) > _LONGEST:
            raise ValueError("a line without an end")
        for line in lines:
            if first:
                found.heading, first = line, False
            else:
                found.short += short_digest(line)
    if rest and first:
        found.heading = rest
    elif rest:
        found.short += short_digest(rest)
    found.digest = whole.hexdigest()
    return found


def short_digest(line: bytes) -> bytes:
    """Return the short digest of one record."""
    return sha256(line).digest()[:_SIZE]


def unpack(packed: str) -> list[bytes]:
    """Return the short digests that ``packed`` holds; ValueError where it is not such a text."""
    return split(base64.b64decode(packed, validate=True))


def split(short: bytes) -> list[bytes]:
    """Return short digests one by one."""
    return [short[start : start + _SIZE] for start in range(0, len(short), _SIZE)]
