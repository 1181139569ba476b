"""What an action is given: it reads within a scope, and changes records there, all in one transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl
from sqlalchemy import delete, func, select
from sqlalchemy.exc import IntegrityError

from muster.acting.differences import deleted_since, differences_since
from muster.acting.entering import ask_rules, form_layout
from muster.acting.failures import GatesShutError, NotYoursError, TakenKeyError
from muster.acting.looking import Looking
from muster.collecting.reopening import refuse_certified
from muster.collecting.submissions import keys_of, touch_submissions, with_owner
from muster.collecting.windows import window_state
from muster.model.actions import Changed, Changes
from muster.store.bulk import in_values
from muster.store.failures import RepeatedKeyError, StoredKeyError, UnknownRecordError
from muster.store.history import begin_writing, note_deletions
from muster.store.records import lock_records, replace_rows, rows_where, write_rows
from muster.store.schema import record_change

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import Connection

    from muster.acting.entering import Asked
    from muster.acting.places import Scope
    from muster.model.collections import Collection
    from muster.model.findings import Finding
    from muster.model.submissions import SubmissionKey
    from muster.store.record_tables import RecordTable


class Working(Looking):
    """A ``Work``: every change of one action is one writing, so that its changes can be counted and told apart."""

    def __init__(self, connection: Connection, scope: Scope, expected_version: int | None) -> None:
        super().__init__(connection, scope)
        self._expected = expected_version
        self._writing: int | None = None
        self.findings: list[Finding] = []

    @property
    def expected_version(self) -> int | None:
        """Return which version of the record the person had before their eyes."""
        return self._expected

    def seen(self, collection: str, record: int) -> dict[str, Any]:
        """Return one record, if it is still the version that the person saw."""
        return self._current(self._locked(collection), record, self._expected).row(0, named=True)

    def enter(self, collection: str, rows: Sequence[Mapping[str, Any]], *, layout: str | None = None) -> int:
        """Enter rows as a person filled them in; return how many records were created or changed."""
        records = self._locked(collection)
        chosen = form_layout(records.collection, self.place.year, layout)
        asked = ask_rules(self._connection, self._scope, records.collection, chosen, rows, self.today)
        same = _same_key(records.collection, asked)
        self._require_own(records.collection, asked.run.typed, same)
        new = with_owner(asked.run.typed, records.collection, self.place.organization)
        self._settle(records.collection, same, new)
        self.findings += asked.run.findings
        try:
            written = write_rows(
                self._connection,
                records,
                asked.run.typed,
                year=self.place.year,
                organization=self.place.organization,
                writing_id=self._write(),
                known=asked.stored,
            )
        except (RepeatedKeyError, StoredKeyError):
            raise _taken(records) from None
        return written.created + written.updated

    def change(self, collection: str, record: int, values: Mapping[str, Any], *, version: int | None = None) -> None:
        """Change columns of one record, if it is still the version that the person saw."""
        records = self._locked(collection)
        old = self._current(records, record, self._expected if version is None else version)
        layout = form_layout(records.collection, self.place.year, old["_template"].item())
        row = {**old.row(0, named=True), **values}
        asked = ask_rules(
            self._connection, self._scope, records.collection, layout, [row], self.today, instead_of=record
        )
        self._require_own(records.collection, asked.run.typed, asked.stored.clear())
        self.findings += asked.run.findings
        self._replace(records, old, asked.run.typed)

    def delete(self, collection: str, records: Sequence[int]) -> int:
        """Delete records by their numbers; return how many there were."""
        table = self._locked(collection)
        wanted = self._conditions(table, {"_id": list(records)})
        old = rows_where(self._connection, table, wanted)
        missing = sorted(set(records) - set(old["_id"]))
        if missing:
            raise UnknownRecordError(table.collection.address, missing[0])
        self._settle(table.collection, old)
        note_deletions(self._connection, table, old, self._write())
        self._connection.execute(delete(table.table).where(in_values(self._connection, table.table.c["_id"], records)))
        return old.height

    def changes(self) -> Changes:
        """Count what was changed so far, by collection."""
        counted = [self._changed(one) for one in self.state.collections] if self._writing is not None else []
        return Changes(tuple(one for one in counted if one.created or one.updated or one.deleted))

    def _locked(self, collection: str) -> RecordTable:
        records = self._records(collection)
        lock_records(self._connection, records)
        return records

    def _write(self) -> int:
        if self._writing is None:
            self._writing = begin_writing(self._connection, "form", self.actor.name, self._store.clock.now())
        return self._writing

    def _current(self, records: RecordTable, record: int, version: int | None) -> pl.DataFrame:
        old = rows_where(self._connection, records, self._conditions(records, {"_id": record}))
        if old.is_empty():
            deleted = deleted_since(self._connection, records, record, self.now, self._scope.covers)
            raise deleted or UnknownRecordError(records.collection.address, record)
        if version is not None and old["_version"].item() != version:
            raise differences_since(self._connection, records, old, version, self.now)
        return old

    def _replace(self, records: RecordTable, old: pl.DataFrame, typed: pl.DataFrame) -> None:
        kept = [name for name in typed.columns if name in records.declared]
        own = records.collection.organization
        owner = [typed[own].cast(pl.String).alias("_organization")] if own in kept and typed[own].item() else []
        new = old.with_columns(*(typed[name].cast(records.dtypes[name]) for name in kept), *owner)
        if new.equals(old):
            return
        self._settle(records.collection, old, new)
        try:
            replace_rows(self._connection, records, old, new.drop("_modified"), self._write(), "update")
        except IntegrityError:
            raise _taken(records) from None

    def _settle(self, collection: Collection, *frames: pl.DataFrame) -> None:
        """Ask whether these records may change now (as they were, and as they are to be), and note whose they are."""
        year = self.place.year
        refuse_certified(self._connection, self.state, collection, year, *frames)
        keys = list(dict.fromkeys(key for frame in frames for key in keys_of(frame, collection, year)))
        self._require_gates(collection, keys)
        touch_submissions(self._connection, keys, self._store.clock.now())

    def _require_gates(self, collection: Collection, keys: Sequence[SubmissionKey]) -> None:
        """Refuse outside a window, and where a plugin's gate refuses; every reason is told."""
        whose = sorted({key.organization for key in keys})
        windows = [
            window_state(self._connection, self.state, collection, self.place.year, one, self.today) for one in whose
        ]
        refused = [one.sentence for one in windows if not one.open]
        hook = self._scope.plugins.manager.hook
        answers = [
            one for key in keys for found in hook.gates(look=self, submission=key, at="writing") for one in found
        ]
        refused += [one.reason for one in answers if not one.passes]
        if refused:
            raise GatesShutError(list(dict.fromkeys(refused)))

    def _require_own(self, collection: Collection, typed: pl.DataFrame, stored: pl.DataFrame) -> None:
        """Refuse rows of another organization, and rows whose key is another organization's record."""
        named = collection.organization
        owners = set(typed[named].cast(pl.String).drop_nulls()) if named in typed.columns else set()
        owners |= set(stored["_organization"].drop_nulls())
        if not all(self._scope.covers(one) for one in owners):
            raise NotYoursError(collection.title, self.place.organization or self.state.name)

    def _changed(self, collection: Collection) -> Changed:
        records = self._store.records(collection.address)
        created = select(func.count()).where(records.table.c["_created"] == self._writing)
        changed = record_change.c
        by_kind = (
            select(changed.kind, func.count(func.distinct(changed.record)))
            .where(changed.writing == self._writing, changed.records == records.name)
            .group_by(changed.kind)
        )
        counted = {row[0]: int(row[1]) for row in self._connection.execute(by_kind)}
        return Changed(
            collection.id,
            collection.title,
            created=int(self._connection.execute(created).scalar_one()),
            updated=counted.get("update", 0),
            deleted=counted.get("delete", 0),
        )


def _same_key(collection: Collection, asked: Asked) -> pl.DataFrame:
    """Return the stored records whose keys the rows have."""
    typed = asked.run.typed
    key = [name for name in collection.key if name in typed.columns]
    return asked.stored.join(typed, on=key, how="semi", nulls_equal=True) if asked.stored.height else asked.stored


def _taken(records: RecordTable) -> TakenKeyError:
    return TakenKeyError(records.collection.title, [records.declared[name].label for name in records.collection.key])
