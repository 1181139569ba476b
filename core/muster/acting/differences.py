"""What someone else did to a record since a person opened it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from muster.acting.failures import ChangedSinceError, DeletedSinceError, Difference, plainly
from muster.store.history import changes_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    import polars as pl
    from sqlalchemy import Connection

    from muster.store.history import Change
    from muster.store.record_tables import RecordTable


def differences_since(
    connection: Connection, records: RecordTable, stored: pl.DataFrame, version: int, now: datetime
) -> ChangedSinceError:
    """Return the failure that tells who changed a record after ``version`` of it, and what from what to what."""
    record, current = int(stored["_id"].item()), int(stored["_version"].item())
    since = changes_of(connection, records, record)[version - current :] if version < current else ()
    by, at = (since[-1].actor, since[-1].at) if since else ("someone else", now)
    told = _differences(records, since)
    return ChangedSinceError(records.collection.title, record, current, by, at.astimezone(now.tzinfo), told)


def deleted_since(
    connection: Connection, records: RecordTable, record: int, now: datetime, own: Callable[[str | None], bool]
) -> DeletedSinceError | None:
    """Return the failure that tells who deleted a record; None where it never was, or was another organization's."""
    changes = changes_of(connection, records, record)
    last = changes[-1] if changes else None
    if last is None or last.kind != "delete" or not own(last.before.get("_organization")):
        return None
    return DeletedSinceError(records.collection.title, record, last.actor, last.at.astimezone(now.tzinfo))


def _differences(records: RecordTable, since: Sequence[Change]) -> tuple[Difference, ...]:
    """Return each column that changed once, with its first value before and its last one after."""
    shown: dict[str, str | None] = {}
    now: dict[str, str | None] = {}
    for change in since:
        for name in change.before:
            shown.setdefault(name, plainly(change.before[name]))
            now[name] = plainly(change.after.get(name))
    labels = {name: column.label for name, column in records.declared.items()}
    return tuple(
        Difference(name, labels[name], shown[name], now[name])
        for name in shown
        if name in labels and shown[name] != now[name]
    )
