"""What a run over stored records reads, with a digest of each part: the records, the rules, the tables beside them."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import polars as pl

from muster.collecting.submissions import data_digest, records_of
from muster.collecting.touching import columns_asked, stored_by_name, tables_read
from muster.errors import UnknownLayoutError
from muster.model.intake import ROW, Intake
from muster.store.canonical import canonical_lines, digest_of
from muster.store.records import Touched, stored_rows
from muster.store.stored_frames import stored_frame
from muster.validation.digests import ruleset_digest
from muster.validation.schemas import STORED_DATES, TEMPLATE, dtype_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sqlalchemy import Connection

    from muster.model.collections import Collection
    from muster.model.columns import Column
    from muster.model.layouts import Layout
    from muster.model.rules import Rule
    from muster.model.states import State
    from muster.model.submissions import SubmissionKey
    from muster.store import Store

_CELLS = pl.DataFrame(schema={ROW: pl.Int64, "column": pl.String, "value": pl.String, "kind": pl.String})
_ODD = pl.DataFrame(schema={ROW: pl.Int64, "found": pl.Int64, "raw": pl.String})
_STAMPS = {"MM/DD/YYYY": "%m/%d/%Y", "YYYY-MM-DD": "%Y-%m-%d"}


@dataclass(frozen=True)
class StoredInputs:
    """What a run over the stored records of one submission reads.

    ``reference`` are the loaded tables and catalogs. ``hooks`` tells that plugins add checks of their own, which may
    read every one of them.
    """

    store: Store
    connection: Connection
    state: State
    collection: Collection
    key: SubmissionKey
    reference: Mapping[str, pl.DataFrame]
    extra_rules: tuple[Rule, ...] = ()
    hooks: bool = field(default=False, kw_only=True)

    @cached_property
    def records(self) -> pl.DataFrame:
        """Return the stored records of the submission, sorted by key."""
        return records_of(self.store, self.connection, self.state, self.collection, self.key)

    @cached_property
    def stored(self) -> pl.DataFrame:
        """Return the stored records that rules may compare with: those of the same persons and organization."""
        records = self.store.records(self.collection.address)
        names = columns_asked(self.collection, self.rules)
        rows = stored_rows(self.connection, records, self.key.year, self._touched, names)
        return stored_frame(self.connection, rows, self.collection, self.state.time_zone)

    @cached_property
    def tables(self) -> dict[str, pl.DataFrame]:
        """Return every table that rules may look up: the loaded ones, and the records of other collections."""
        others = stored_by_name(
            self.connection, self.store, self.state, self.collection, self.key.year, self._touched, self.reference
        )
        return {**self.reference, **others}

    @property
    def rules(self) -> tuple[Rule, ...]:
        """Return the rules of the year, those of rule packs included."""
        return (*self.collection.rules_of(self.key.year), *self.extra_rules)

    @property
    def data_digest(self) -> str:
        """Return the digest of the submission's records."""
        return data_digest(self.records, self.collection)

    @property
    def ruleset(self) -> str:
        """Return the digest of the rules."""
        return ruleset_digest(self.collection, self.key.year, self.extra_rules)

    @property
    def reference_digest(self) -> str:
        """Return the digest of the tables that the run reads beside the submission's own records."""
        return digest_of(self._table_lines())

    def intakes(self) -> Iterator[Intake]:
        """Yield the records as forms, one a layout: text as a person would type it, under the record's number."""
        for name, part in self.records.partition_by(TEMPLATE, as_dict=True, maintain_order=True).items():
            yield _form(self._layout(str(name[0])), part)

    @property
    def _touched(self) -> Touched:
        person = pl.col(f"^{self.collection.person}$").cast(pl.String)
        persons = [one for (one,) in self.records.select(person.unique().sort()).iter_rows() if one is not None]
        return Touched(persons, [self.key.organization])

    def _layout(self, name: str) -> Layout:
        """Return a layout with those columns that are stored: of the others nobody knows what they held."""
        for layout in self.collection.layouts_of(self.key.year):
            if layout.id == name:
                return layout.model_copy(update={"columns": tuple(one for one in layout.columns if one.stored)})
        known = [layout.id for layout in self.collection.layouts_of(self.key.year)]
        raise UnknownLayoutError(self.collection.address, name, self.key.year, known)

    def _table_lines(self) -> Iterator[bytes]:
        named = {**self.tables, self.collection.id: self._beside()}
        for name in sorted(named.keys() & (self._read() | {self.collection.id})):
            yield f"{name}\n".encode()
            yield from canonical_lines(named[name].drop(STORED_DATES.keys(), strict=False), ())

    def _beside(self) -> pl.DataFrame:
        """Return the stored records that are not the submission's own, which have a digest of theirs."""
        key = [name for name in self.collection.key if name in self.stored.columns and name in self.records.columns]
        own = self.records.select(pl.col(name).cast(self.stored.schema[name]) for name in key)
        return self.stored.join(own, on=key, how="anti", nulls_equal=True)

    def _read(self) -> set[str]:
        """Return the names of the tables that are read; what Python is given, it may read."""
        anything = self.hooks or any(rule.python and "sign" in rule.when for rule in self.rules)
        return set(self.tables) if anything else tables_read(self.collection, self.key.year)


def _form(layout: Layout, part: pl.DataFrame) -> Intake:
    frame = part.select(pl.col("_id").alias(ROW), *(_typed_text(column) for column in layout.columns))
    return Intake("stored records", "", 0, "form", layout, frame.sort(ROW), _CELLS, _ODD)


def _typed_text(column: Column) -> pl.Expr:
    """Return a stored value as a person would type it into the layout."""
    value = pl.col(column.name).cast(dtype_of(column))
    if column.type == "date":
        return value.dt.strftime(_STAMPS[column.date_format])
    if column.type == "boolean":
        words = pl.when(value).then(pl.lit(column.true[0])).otherwise(pl.lit(column.false[0]))
        return pl.when(value.is_not_null()).then(words).alias(column.name)
    return value.cast(pl.String)
