"""The one spelling of records that is digested, signed and kept: UTF-8, tabs between columns, sorted by key."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

_SLICE = 10_000
_ESCAPES = (("\\", "\\\\"), ("\t", "\\t"), ("\n", "\\n"), ("\r", "\\r"))


def canonical_lines(frame: pl.DataFrame, key: Sequence[str]) -> Iterator[bytes]:
    """Yield a line with the names and one a row, sorted by ``key`` and then by all the rest, blanks first.

    Dates are YYYY-MM-DD, decimals have all their places, booleans are true and false; a blank cell is empty. A tab,
    line break or backslash within a value is written with a backslash.
    """
    yield ("\t".join(frame.columns) + "\n").encode()
    order = [*key, *(name for name in frame.columns if name not in key)]
    ordered = frame.sort(order, nulls_last=False) if order else frame
    for part in ordered.iter_slices(_SLICE):
        lines = part.select(pl.concat_str([canonical_text(pl.col(name)) for name in part.columns], separator="\t"))
        yield ("\n".join(lines.to_series().to_list()) + "\n").encode()


def digest_of(parts: Iterable[bytes]) -> str:
    """Return the SHA-256 of bytes that come in parts."""
    digest = hashlib.sha256()
    for part in parts:
        digest.update(part)
    return digest.hexdigest()


def canonical_text(column: pl.Expr) -> pl.Expr:
    """Return a column's values in their one spelling."""
    text = column.cast(pl.String).fill_null("")
    for given, written in _ESCAPES:
        text = text.str.replace_all(given, written, literal=True)
    return text
