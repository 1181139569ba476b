"""What changed between two certified revisions, or since one: record by record, column by column."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from muster.certifying.certifications import certification_of
from muster.certifying.snapshots import read_snapshot
from muster.collecting.submissions import canonical_tsv

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from sqlalchemy import Connection

    from muster.certifying.cases import Case
    from muster.model.collections import Collection
    from muster.model.submissions import SubmissionRow

Record = dict[str, str]
_UNESCAPED = {"\\": "\\", "t": "\t", "n": "\n", "r": "\r"}


@dataclass(frozen=True, slots=True)
class ColumnChange:
    """One column of a record with its value before and after, as text; blank is empty."""

    column: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class ChangedRecord:
    """A record with the same key on both sides and different values."""

    key: Record
    changes: tuple[ColumnChange, ...]


@dataclass(frozen=True, slots=True)
class Differences:
    """What was added, removed and changed from one copy to another; ``before`` and ``after`` name the copies."""

    address: str
    before: str
    after: str
    added: tuple[Record, ...]
    removed: tuple[Record, ...]
    changed: tuple[ChangedRecord, ...]

    @property
    def none(self) -> bool:
        """Tell whether the two copies are the same."""
        return not (self.added or self.removed or self.changed)


def diff(case: Case, before: int | None, after: int | None) -> Differences:
    """Compare a certified revision (None: the one that stands) with another, or with the records of now (None)."""
    first = certification_of(case.connection, case.row, before)
    later = now_text(case) if after is None else revision_text(case.connection, case.row, after)
    names = f"revision {first.revision}", "now" if after is None else f"revision {after}"
    return compared(
        read_snapshot(case.connection, first.snapshot), later, case.desk.collection, address=case.address, names=names
    )


def revision_text(connection: Connection, row: SubmissionRow, revision: int) -> bytes:
    """Return the canonical text of a certified revision."""
    return read_snapshot(connection, certification_of(connection, row, revision).snapshot)


def now_text(case: Case) -> bytes:
    """Return the canonical text of the records of now."""
    return b"".join(canonical_tsv(case.frame, case.desk.collection))


def compared(
    before: bytes, after: bytes, collection: Collection, *, address: str, names: tuple[str, str]
) -> Differences:
    """Compare two canonical texts by the collection's key, which no two records of a year share."""
    old, new = _by_key(before, collection.key), _by_key(after, collection.key)
    removed = [record for key, record in old.items() if key not in new]
    added = [record for key, record in new.items() if key not in old]
    pairs = [(record, new[key]) for key, record in old.items() if key in new]
    changed = [
        ChangedRecord({name: was[name] for name in collection.key if name in was}, tuple(_changes(was, now)))
        for was, now in pairs
        if was != now
    ]
    kept = tuple(one for one in changed if one.changes)
    return Differences(address, *names, tuple(added), tuple(removed), kept)


def _changes(was: Mapping[str, str], now: Mapping[str, str]) -> Iterator[ColumnChange]:
    """Yield the columns that differ; one that a side does not have is blank there."""
    for name in dict.fromkeys((*was, *now)):
        if was.get(name, "") != now.get(name, ""):
            yield ColumnChange(name, was.get(name, ""), now.get(name, ""))


def _by_key(text: bytes, key: Sequence[str]) -> dict[tuple[str, ...], Record]:
    heading, *lines = text.decode().removesuffix("\n").split("\n")
    names = heading.split("\t")
    found: dict[tuple[str, ...], Record] = {}
    for line in lines:
        record = dict(zip(names, (_plain(cell) for cell in line.split("\t")), strict=True))
        found[tuple(record.get(name, "") for name in key)] = record
    return found


def _plain(cell: str) -> str:
    """Return a cell without the backslashes of the canonical text."""
    if "\\" not in cell:
        return cell
    signs = iter(cell)
    return "".join(_UNESCAPED[next(signs)] if sign == "\\" else sign for sign in signs)
