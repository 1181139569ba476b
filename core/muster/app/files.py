"""The facade's calls about states, files, batches and reference data."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Literal

from muster.app.installation import Installation
from muster.errors import (
    DeclarationError,
    LayoutNeededError,
    NoFileToCheckError,
    NoSuchFileError,
    UnknownLayoutError,
    UnknownYearError,
)
from muster.model.districts import district_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    import polars as pl

    from muster.app.requests import CheckRequest, ImportRequest
    from muster.collecting import BatchDetail, BatchRow, DeletionReport, UploadResult
    from muster.model.actors import Actor
    from muster.model.collections import Collection
    from muster.model.findings import Finding
    from muster.model.layouts import Layout
    from muster.model.rules import Rule, When
    from muster.model.runs import Run, RunFacts
    from muster.model.states import State
    from muster.plugins import PluginRow
    from muster.reference.reports import ImportReport


class Files(Installation):
    """What a state publishes, files that are checked and stored, and reference data."""

    def states(self, actor: Actor) -> tuple[PluginRow, ...]:
        """Return a row for every plugin found, the broken ones included."""
        del actor
        return self.plugins.rows

    def collection(self, actor: Actor, address: str) -> tuple[State, Collection]:
        """Return a state and its collection by ``STATE/COLLECTION``."""
        del actor
        return self.plugins.collection(address)

    def rules(self, actor: Actor, address: str, year: int | None = None) -> tuple[Rule, ...]:
        """Return the rules of a collection, rule packs included; of one year, or of the newest."""
        _, collection = self.collection(actor, address)
        chosen = self._year(collection, year)
        return (*collection.rules_of(chosen), *self.plugins.pack_rules(collection, chosen))

    def rule_mistake(self, actor: Actor, address: str) -> str:
        """Return the first mistake in the rules of a collection as a sentence for their author; "" without one."""
        from muster.validation import check_rules

        state, collection = self.collection(actor, address)
        try:
            check_rules(collection, state)
        except DeclarationError as mistake:
            return str(mistake)
        return ""

    def layouts(self, actor: Actor, address: str, year: int | None = None) -> tuple[Layout, ...]:
        """Return the layouts of a collection, of one year or of all."""
        _, collection = self.collection(actor, address)
        return collection.layouts if year is None else collection.layouts_of(self._year(collection, year))

    def layout(self, actor: Actor, address: str, year: int, layout: str | None) -> Layout:
        """Return one layout; without a name, the only one that the year has."""
        _, collection = self.collection(actor, address)
        found = {one.id: one for one in collection.layouts_of(self._year(collection, year))}
        if layout is None and len(found) == 1:
            return next(iter(found.values()))
        if layout is None:
            raise LayoutNeededError(address, year, sorted(found))
        if layout not in found:
            raise UnknownLayoutError(address, layout, year, sorted(found))
        return found[layout]

    def write_template(self, actor: Actor, address: str, year: int, layout: str | None, target: Path) -> list[Path]:
        """Write the empty template of a layout; return the files written."""
        from muster.reporting.templates import write_template

        state, collection = self.collection(actor, address)
        chosen = self.layout(actor, address, year, layout)
        if chosen.medium == "form":
            raise NoFileToCheckError(collection.title)
        return write_template(chosen, collection, state, target, now=self._now(state))

    def validate(self, actor: Actor, request: CheckRequest) -> Run:
        """Check a file without a database; nothing is changed or stored."""
        from muster.intake import read
        from muster.validation import validate

        state, collection = self._asked(actor, request)
        self._progress(f"Reading {request.path.name}")
        layouts = collection.layouts_of(request.year)
        others = state.other_layouts(collection, request.year)
        intake = read(request.path, request.path.name, layouts, wanted=request.layout, other_years=others)
        reference, notes = self._reference(state, collection, request)
        self._progress(f"Checking {intake.rows:,} rows")
        facts = self._facts(state, request, "validate", reference)
        run = validate(
            intake,
            collection,
            facts,
            state=state,
            reference=reference,
            extra_rules=self.plugins.pack_rules(collection, request.year),
            hook_findings=self._hook_findings(state, collection, facts, reference),
        )
        return replace(run, notes=(*run.notes, *notes))

    def upload(self, actor: Actor, request: CheckRequest, mode: Literal["test", "upload"]) -> UploadResult:
        """Check a file with everything the database knows, and (in mode ``upload``) store its good rows."""
        from muster.collecting import upload

        state, collection = self._asked(actor, request)
        self._check(actor, "upload", state.id, request.organization, request.year)
        loaded = self.store.reference_frames(state, request.year, organization=request.organization)
        given, notes = self._reference(state, collection, request)
        reference = {**loaded, **given}
        self._progress(f"Uploading {request.path.name}")
        facts = self._facts(state, request, "upload", reference)
        result = upload(
            self.store,
            actor,
            state,
            collection,
            request.path,
            facts=facts,
            layout=request.layout,
            mode=mode,
            reference=reference,
            extra_rules=self.plugins.pack_rules(collection, request.year),
            hook_findings=self._hook_findings(state, collection, facts, reference),
        )
        return replace(result, run=replace(result.run, notes=(*result.run.notes, *notes)))

    def batches(self, actor: Actor) -> tuple[BatchRow, ...]:
        """Return the uploaded files, the newest first."""
        from muster.collecting import list_batches

        rows = list_batches(self.store, actor)
        if actor.everything:
            return rows
        return tuple(row for row in rows if self._may(actor, "batches", row.state, row.organization, row.year))

    def batch(self, actor: Actor, batch: int, *, limit: int = 100) -> BatchDetail:
        """Return one batch with its first ``limit`` rows that were not added."""
        from muster.collecting import show_batch

        found = show_batch(self.store, actor, batch, limit=limit)
        row = found.batch
        self._check(actor, "batch", row.state, row.organization, row.year)
        return found

    def delete_batch(self, actor: Actor, batch: int) -> DeletionReport:
        """Undo a batch as far as nobody has changed its records since."""
        from muster.collecting import delete_batch

        row = self.batch(actor, batch, limit=0).batch
        self._check(actor, "delete_batch", row.state, row.organization, row.year)
        return delete_batch(self.store, actor, batch)

    def import_reference(self, actor: Actor, request: ImportRequest) -> ImportReport:
        """Load organizations, rosters and the like into the database, or write them as a folder of CSV files."""
        from muster.reference.imports import import_reference
        from muster.reference.tables import write_reference_folder

        state = self.plugins.state(request.state)
        if request.folder is None:
            self._check(actor, "import_reference", state.id, request.organization)
        self._progress(f"Importing {request.path.name}")
        result = import_reference(request.kind, request.path, state, request.organization)
        if request.folder is not None:
            write_reference_folder(result.frames, request.folder)
        else:
            source = f"{request.kind}: {request.path.name}"
            self.store.replace_reference(
                state, result.frames, organization=request.organization, actor=actor, source=source
            )
        return result.report

    def _facts(
        self, state: State, request: CheckRequest, when: When, reference: Mapping[str, pl.DataFrame]
    ) -> RunFacts:
        """Return the facts of a run: its day, its school year, and whose file it is."""
        from muster.model.runs import RunFacts, school_year

        start, end = school_year(request.year, state.year_start)
        return RunFacts(
            year=request.year,
            file_date=request.as_of or self._now(state).date(),
            year_start=start,
            year_end=end,
            organization=request.organization,
            district=district_of(request.organization, reference.get("organizations")),
            when=when,
            database=when != "validate",
        )

    def _asked(self, actor: Actor, request: CheckRequest) -> tuple[State, Collection]:
        state, collection = self.collection(actor, request.address)
        if not request.path.is_file():
            raise NoSuchFileError(request.path)
        if request.layout is not None:
            self.layout(actor, request.address, request.year, request.layout)
        self._year(collection, request.year)
        if all(layout.medium == "form" for layout in collection.layouts_of(request.year)):
            raise NoFileToCheckError(collection.title)
        return state, collection

    def _reference(
        self, state: State, collection: Collection, request: CheckRequest
    ) -> tuple[dict[str, pl.DataFrame], tuple[str, ...]]:
        """Return the catalogs and what the request and the plugins bring, and what is to be said about it."""
        from muster.intake.reference_csv import catalog_frames, read_reference_folder

        frames = catalog_frames(state)
        notes: tuple[str, ...] = ()
        if request.reference is not None:
            folder = read_reference_folder(request.reference, state.tables)
            frames |= folder.frames
            notes = (*(problem.message for problem in folder.problems), *folder.notes)
        answers = self.plugins.manager.hook.reference_tables(
            state=state.id, collection=collection.id, year=request.year
        )
        for answer in answers:
            frames |= answer
        return frames, notes

    def _hook_findings(
        self, state: State, collection: Collection, facts: RunFacts, reference: Mapping[str, pl.DataFrame]
    ) -> Callable[[pl.DataFrame], list[Finding]]:
        def ask(records: pl.DataFrame) -> list[Finding]:
            answers = self.plugins.manager.hook.validate(
                facts=facts, state=state.id, collection=collection.id, records=records, reference=reference
            )
            return [finding for answer in answers for finding in answer]

        return ask

    def _year(self, collection: Collection, year: int | None) -> int:
        if year is None:
            return collection.years[-1]
        if year not in collection.years:
            raise UnknownYearError(collection.address, year, list(collection.years))
        return year
