"""Hits: what one rule found, kept as columns and turned into sentences only when somebody reads them."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping

    import polars as pl

    from muster.model.rules import Severity, Stops

ROWS = "_rows"
"""Name of the list column with every row of the file that a finding about a group concerns."""


@dataclass(frozen=True, slots=True)
class Told:
    """What is said about one hit; ``column`` and ``fix`` only where they differ from hit to hit."""

    message: str
    value: str | None = None
    fix: str = ""
    column: str | None = None


class Teller(Protocol):
    """Turns one hit, a row of its frame, into words."""

    def __call__(self, hit: Mapping[str, Any]) -> Told:
        """Return the message and the value of one hit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hits:
    """All hits of one rule on one column.

    ``frame`` has ROW (null where no row of the file is meant), for groups also ``_rows``, and what ``tell`` needs.
    ``marks`` are the columns whose values make the fingerprint; ``keyed`` says that the key of the record does, too.
    ``cause`` are the columns whose common value explains many hits at once; ``place`` is the column's number in the
    layout.
    """

    rule: str
    revision: int
    severity: Severity
    stops: Stops
    title: str
    fix: str
    frame: pl.DataFrame
    tell: Teller
    column: str | None = None
    label: str | None = None
    place: int = -1
    cause: tuple[str, ...] = ()
    marks: tuple[str, ...] = ()
    keyed: bool = True

    def fingerprint(self, hit: Mapping[str, Any], key: tuple[Any, ...]) -> str:
        """Return the digest of rule, revision, record and values read: the same in another file or another row."""
        values = {mark: plain(hit[mark]) for mark in self.marks}
        content = [self.rule, self.revision, self.column, [plain(one) for one in key], values]
        return hashlib.sha256(_JSON.encode(content).encode()).hexdigest()[:32]


_JSON = json.JSONEncoder(sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def plain(value: Any) -> Any:
    """Return a value in one spelling: 2.5 and 2.50 are the same number."""
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list):
        return [plain(one) for one in value]
    return value
