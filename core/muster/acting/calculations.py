"""Calculations: numbered runs that keep the digests of what they read; the same inputs make no second run."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from datetime import datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import polars as pl
from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from muster.access import audit
from muster.acting.failures import UnknownCalculationError, UnknownRunError
from muster.acting.looking import Looking
from muster.acting.places import scope_for
from muster.model.calculations import CalculationRun
from muster.store.acting_tables import calculation_run
from muster.store.blobs import keep_blob, read_blob
from muster.store.bulk import is_sqlite
from muster.store.stored_frames import stored_frame

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Connection

    from muster.acting.places import Scope
    from muster.model.actors import Actor
    from muster.model.calculations import Calculated, Calculation
    from muster.model.places import Place
    from muster.plugins import Plugins
    from muster.store import Store

_REVISION = "revision of the calculation"
"""Stands among the inputs: a corrected calculation makes a new run over the same records."""


def calculations_of(plugins: Plugins, state: str) -> dict[str, Calculation]:
    """Return the calculations of a state by id, in the order in which plugins declare them."""
    return {one.id: one for answer in plugins.manager.hook.calculations(state=state) for one in answer}


def calculation_of(plugins: Plugins, state: str, calculation: str) -> Calculation:
    """Return one calculation; UnknownCalculationError where the state has none of this id."""
    known = calculations_of(plugins, plugins.state(state).id)
    if calculation not in known:
        raise UnknownCalculationError(state, calculation, sorted(known))
    return known[calculation]


def calculate(store: Store, plugins: Plugins, actor: Actor, place: Place, calculation: str) -> CalculationRun:
    """Run a calculation, or return its last run where nothing that it reads has changed since."""
    found = calculation_of(plugins, place.state, calculation)
    with store.writing() as connection:
        scope = scope_for(connection, store, plugins, actor, place, "edit")
        frames = _inputs(connection, scope, found)
        digests = {name: frame_digest(frame) for name, frame in frames.items()}
        digests[_REVISION] = str(found.revision)
        last = last_run(connection, place, calculation)
        if last is not None and last.inputs == digests:
            return replace(last, repeated=True)
        return _kept(connection, scope, found, digests, found.compute(frames, place))


def last_run(connection: Connection, place: Place, calculation: str) -> CalculationRun | None:
    """Return the newest run of a calculation at a place, None where it never ran."""
    own = calculation_run.c
    query = select(calculation_run).where(*_at(place, calculation)).order_by(own.number.desc()).limit(1)
    row = connection.execute(query).mappings().first()
    return _run(place, dict(row)) if row else None


def runs_of(store: Store, plugins: Plugins, actor: Actor, place: Place, calculation: str) -> tuple[CalculationRun, ...]:
    """Return every run of a calculation at a place, the newest first."""
    found = calculation_of(plugins, place.state, calculation)
    with store.reading() as connection:
        scope_for(connection, store, plugins, actor, place, "view")
        query = select(calculation_run).where(*_at(place, found.id)).order_by(calculation_run.c.number.desc())
        return tuple(_run(place, dict(row)) for row in connection.execute(query).mappings())


def result_of(
    store: Store, plugins: Plugins, actor: Actor, place: Place, calculation: str, number: int
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the result and the trace of a numbered run; UnknownRunError where there is none."""
    runs = {run.number: run for run in runs_of(store, plugins, actor, place, calculation)}
    if number not in runs:
        raise UnknownRunError(calculation, number)
    with store.reading() as connection:
        return frames_of(connection, runs[number])


def frames_of(connection: Connection, run: CalculationRun) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the result and the trace of a run."""
    result, trace = (b"".join(read_blob(connection, digest)) for digest in (run.result, run.trace))
    return pl.read_parquet(io.BytesIO(result)), pl.read_parquet(io.BytesIO(trace))


def frame_digest(frame: pl.DataFrame) -> str:
    """Return the digest of a frame's content: its columns with their types, and its rows in their order."""
    total = sha256(json.dumps([(name, str(dtype)) for name, dtype in frame.schema.items()]).encode())
    for part in frame.iter_slices(10_000):
        total.update(part.write_csv(include_header=False, quote_style="always", null_value="\x00").encode())
    return total.hexdigest()


def _inputs(connection: Connection, scope: Scope, calculation: Calculation) -> dict[str, pl.DataFrame]:
    """Return what a calculation reads: typed records in the order of their keys, and reference tables as loaded."""
    look = Looking(connection, scope)
    collections = {one.id: one for one in scope.state.collections}
    frames: dict[str, pl.DataFrame] = {}
    for name in calculation.inputs:
        if name in collections:
            rows = look.records(name)
            typed = stored_frame(connection, rows, collections[name], scope.state.time_zone)
            frames[name] = typed.drop("created_date", "modified_date").sort(collections[name].key, nulls_last=True)
        elif (table := scope.reference.get(name)) is not None:
            frames[name] = table.sort(table.columns, nulls_last=True)
    return frames


def _kept(
    connection: Connection, scope: Scope, calculation: Calculation, digests: Mapping[str, str], done: Calculated
) -> CalculationRun:
    """Keep a run under the next number; of two who compute at once the second takes the number after."""
    at = scope.store.clock.now()
    values = {
        "state": scope.place.state,
        "calculation": calculation.id,
        "year": scope.place.year,
        "organization": scope.place.organization or "",
        "inputs": json.dumps(digests, sort_keys=True),
        "result": keep_blob(connection, _bytes(done.result)).sha256,
        "trace": keep_blob(connection, _bytes(done.trace)).sha256,
        "rows": done.result.height,
        "actor": scope.actor.name,
        "at": at.isoformat(timespec="seconds"),
    }
    number = _numbered(connection, scope.place, calculation.id, values)
    audit.note(
        connection,
        state=scope.place.state,
        organization=scope.place.organization,
        actor=scope.actor,
        act=f"calculated {calculation.id}",
        subject=scope.place.address,
        detail={"run": number, "inputs": dict(digests)},
        at=at,
    )
    return _run(scope.place, {**values, "number": number})


def _numbered(connection: Connection, place: Place, calculation: str, values: Mapping[str, Any]) -> int:
    insert: Any = (sqlite if is_sqlite(connection) else postgresql).insert(calculation_run)
    while True:
        last = last_run(connection, place, calculation)
        number = last.number + 1 if last else 1
        if connection.execute(insert.values(**values, number=number).on_conflict_do_nothing()).rowcount:
            return number


def _at(place: Place, calculation: str) -> tuple[Any, ...]:
    own = calculation_run.c
    return (
        own.state == place.state,
        own.calculation == calculation,
        own.year == place.year,
        own.organization == (place.organization or ""),
    )


def _bytes(frame: pl.DataFrame) -> bytes:
    stream = io.BytesIO()
    frame.write_parquet(stream)
    return stream.getvalue()


def _run(place: Place, row: Mapping[str, Any]) -> CalculationRun:
    return CalculationRun(
        calculation=row["calculation"],
        place=place,
        number=row["number"],
        inputs=json.loads(row["inputs"]),
        rows=row["rows"],
        actor=row["actor"],
        at=datetime.fromisoformat(row["at"]),
        result=row["result"],
        trace=row["trace"],
    )
