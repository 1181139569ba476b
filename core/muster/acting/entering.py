"""Rows entered by hand are asked by the rules of the collection, as the rows of a file are: a form is a frame."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import polars as pl

from muster.acting.failures import NoFormError, NotEnteredError
from muster.collecting.reopening import columns_needed
from muster.collecting.touching import columns_asked, stored_by_name, touched_by
from muster.model.districts import district_of
from muster.model.intake import ROW, Intake
from muster.model.runs import RunFacts, school_year
from muster.store.records import stored_rows
from muster.store.stored_frames import stored_frame
from muster.validation import validate

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import Connection

    from muster.acting.places import Scope
    from muster.model.collections import Collection
    from muster.model.columns import Column
    from muster.model.layouts import Layout
    from muster.model.runs import Run

_CELLS = pl.DataFrame(schema={ROW: pl.Int64, "column": pl.String, "value": pl.String, "kind": pl.String})
_ODD = pl.DataFrame(schema={ROW: pl.Int64, "found": pl.Int64, "raw": pl.String})
_DATES = {"MM/DD/YYYY": "%m/%d/%Y", "YYYY-MM-DD": "%Y-%m-%d"}


@dataclass(frozen=True, slots=True)
class Asked:
    """The answer of the rules: the run, and the stored records that the rows touch."""

    run: Run
    stored: pl.DataFrame


def form_layout(collection: Collection, year: int, layout: str | None) -> Layout:
    """Return the layout that rows entered by hand follow: the one named, or the only one of the year."""
    found = {one.id: one for one in collection.layouts_of(year)}
    if layout is None and len(found) == 1:
        return next(iter(found.values()))
    if layout not in found:
        raise NoFormError(collection.address, year, sorted(found))
    return found[layout]


def ask_rules(
    connection: Connection,
    scope: Scope,
    collection: Collection,
    layout: Layout,
    rows: Sequence[Mapping[str, Any]],
    today: date,
    *,
    instead_of: int | None = None,
) -> Asked:
    """Ask every rule about rows as a person filled them in; NotEnteredError where one of them is stopped.

    ``instead_of`` is the number of the record that the one row replaces: the rules see the row and not the record.
    """
    intake = _form(layout, rows)
    stored = _stored(connection, scope, collection, intake)
    others = stored if instead_of is None else stored.filter(pl.col("_id") != instead_of)
    run = _run(connection, scope, collection, intake, others, today)
    if run.stops_file or run.crashed or run.accepted < run.rows:
        stopping = [one for one in run.findings if one.stops in ("file", "row")]
        raise NotEnteredError(collection.title, stopping)
    return Asked(run, stored)


def as_given(value: Any, column: Column) -> str | None:
    """Return a value as a person writes it in a template: what the rules read."""
    if value is None or value == "":
        return None
    if isinstance(value, bool):
        return (column.true if value else column.false)[0] if column.type == "boolean" else str(value)
    if isinstance(value, date):
        return value.strftime(_DATES[column.date_format])
    return f"{value:f}" if isinstance(value, Decimal) else str(value).strip() or None


def _form(layout: Layout, rows: Sequence[Mapping[str, Any]]) -> Intake:
    values = {
        column.name: pl.Series([as_given(row.get(column.name), column) for row in rows], dtype=pl.String)
        for column in layout.columns
    }
    numbers = pl.Series(range(1, len(rows) + 1), dtype=pl.Int64)
    return Intake("form", "", 0, "form", layout, pl.DataFrame({ROW: numbers, **values}), _CELLS, _ODD)


def _stored(connection: Connection, scope: Scope, collection: Collection, intake: Intake) -> pl.DataFrame:
    touched = touched_by(intake, collection, scope.place.organization)
    rules = (*collection.rules_of(scope.place.year), *scope.plugins.pack_rules(collection, scope.place.year))
    names = list(dict.fromkeys([*columns_asked(collection, rules), *columns_needed(collection)]))
    return stored_rows(connection, scope.store.records(collection.address), scope.place.year, touched, names)


def _run(
    connection: Connection, scope: Scope, collection: Collection, intake: Intake, stored: pl.DataFrame, today: date
) -> Run:
    facts = _facts(scope, today)
    asked = {"state": scope.state.id, "collection": collection.id}
    hook = scope.plugins.manager.hook
    reference = dict(scope.reference)
    for answer in hook.reference_tables(**asked, year=facts.year):
        reference |= answer
    touched = touched_by(intake, collection, scope.place.organization)
    others = stored_by_name(connection, scope.store, scope.state, collection, facts.year, touched, reference)
    return validate(
        intake,
        collection,
        facts,
        state=scope.state,
        reference={**reference, **others},
        stored=stored_frame(connection, stored, collection, scope.state.time_zone),
        extra_rules=scope.plugins.pack_rules(collection, facts.year),
        hook_findings=lambda records: [
            finding
            for answer in hook.validate(**asked, facts=facts, records=records, reference=reference)
            for finding in answer
        ],
    )


def _facts(scope: Scope, today: date) -> RunFacts:
    year, organization = scope.place.year, scope.place.organization
    start, end = school_year(year, scope.state.year_start)
    return RunFacts(
        year=year,
        file_date=today,
        year_start=start,
        year_end=end,
        organization=organization,
        district=district_of(organization, scope.reference.get("organizations")),
        when="write",
        database=True,
    )
