"""What a run needs beside the file, gathered from the database, the declarations and the plugins."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from muster.intake.reference_csv import catalog_frames
from muster.model.districts import district_of
from muster.model.runs import RunFacts, school_year

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import polars as pl

    from muster.model.collections import Collection
    from muster.model.findings import Finding
    from muster.model.rules import Rule
    from muster.model.states import State
    from muster.plugins import Plugins
    from muster.store import Store
    from muster.store.batches import BatchRow
    from muster.validation.run import HookFindings


@dataclass(frozen=True, slots=True)
class Circumstances:
    """A state and its collection, the facts of a run, the reference tables, and what plugins add."""

    state: State
    collection: Collection
    facts: RunFacts
    reference: Mapping[str, pl.DataFrame]
    extra_rules: Sequence[Rule]
    hook_findings: HookFindings


def circumstances_of(store: Store, plugins: Plugins, row: BatchRow) -> Circumstances:
    """Return the circumstances of a kept batch; its day is the day on which it came, in the state's time zone."""
    state, collection = plugins.collection(row.address)
    reference = _reference(store, plugins, state, collection, row)
    facts = _facts(state, row, reference.get("organizations"))

    def ask(records: pl.DataFrame) -> list[Finding]:
        answers = plugins.manager.hook.validate(
            facts=facts, state=state.id, collection=collection.id, records=records, reference=reference
        )
        return [finding for answer in answers for finding in answer]

    return Circumstances(state, collection, facts, reference, plugins.pack_rules(collection, row.year), ask)


def _reference(
    store: Store, plugins: Plugins, state: State, collection: Collection, row: BatchRow
) -> dict[str, pl.DataFrame]:
    loaded = store.reference_frames(state, row.year, organization=row.organization)
    frames = {**loaded, **catalog_frames(state)}
    hook = plugins.manager.hook
    for answer in hook.reference_tables(state=state.id, collection=collection.id, year=row.year):
        frames |= answer
    return frames


def _facts(state: State, row: BatchRow, organizations: pl.DataFrame | None) -> RunFacts:
    start, end = school_year(row.year, state.year_start)
    return RunFacts(
        year=row.year,
        file_date=row.uploaded_at.astimezone(ZoneInfo(state.time_zone)).date(),
        year_start=start,
        year_end=end,
        organization=row.organization,
        district=district_of(row.organization, organizations),
        when="upload",
        database=True,
    )
