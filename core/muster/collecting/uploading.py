"""Uploading a file: kept, checked with everything the database knows, and its good rows stored, all or none.

Mode ``test`` changes no record: it keeps the file and the result of its run as a batch, and nothing else.

The two halves may run in two processes: ``keep`` puts the file away as a batch, ``process`` works on a kept batch.
Processing a batch again changes nothing: whoever comes second finds it finished, under the lock that the first held.
"""

from __future__ import annotations

import json
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from muster.collecting.batches import require_kept
from muster.collecting.checks import upload_problems
from muster.collecting.keeping import keep
from muster.collecting.not_added import keep_not_added
from muster.collecting.reopening import certified_keys, columns_needed, row_findings
from muster.collecting.results import UploadResult
from muster.collecting.settling import settle
from muster.collecting.touching import columns_asked, stored_by_name, touched_by
from muster.errors import MusterError
from muster.intake import read
from muster.store.batches import batch_row, fail_batch, set_batch
from muster.store.blobs import read_blob
from muster.store.failures import FileChangedError, FinishedMeanwhileError
from muster.store.history import begin_writing
from muster.store.records import Written, lock_records, stored_rows, write_rows
from muster.store.stored_frames import stored_frame
from muster.validation import validate

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    import polars as pl
    from sqlalchemy import Connection

    from muster.model.actors import Actor
    from muster.model.collections import Collection
    from muster.model.intake import Intake
    from muster.model.rules import Rule
    from muster.model.runs import Run, RunFacts
    from muster.model.states import State
    from muster.store import Store
    from muster.store.batches import BatchRow, Mode
    from muster.validation.run import HookFindings

_NOTHING = Written(0, 0, 0)


def _unheard(_: float) -> None:
    return None


@dataclass(frozen=True, slots=True)
class _Upload:
    """One upload on its way: what was asked, and the number of its batch."""

    store: Store
    actor: Actor
    state: State
    collection: Collection
    facts: RunFacts
    reference: Mapping[str, pl.DataFrame]
    options: dict[str, Any] = field(default_factory=dict)
    batch: int = 0
    sha256: str = ""


def upload(  # noqa: PLR0913 - who, what, where and with what, each named by the caller
    store: Store,
    actor: Actor,
    state: State,
    collection: Collection,
    data: bytes | Path,
    *,
    facts: RunFacts,
    mode: Mode,
    reference: Mapping[str, pl.DataFrame],
    name: str | None = None,
    layout: str | None = None,
    extra_rules: Sequence[Rule] = (),
    hook_findings: HookFindings | None = None,
) -> UploadResult:
    """Keep a file, check it, and in mode ``upload`` store its good rows in one transaction.

    ``facts`` say for which year, organization and day. ``extra_rules`` and ``hook_findings`` are those of ``validate``.
    """
    called = name or (data.name if isinstance(data, Path) else "file")
    row = keep(
        store,
        actor,
        collection,
        data,
        year=facts.year,
        organization=facts.organization,
        mode=mode,
        name=called,
        layout=layout,
    )
    options = {"extra_rules": extra_rules, "hook_findings": hook_findings}
    asked = _Upload(store, actor, state, collection, facts, reference, options, row.id, row.sha256)
    return _processed(asked, row, data)


def process(  # noqa: PLR0913 - who, what, where and with what, each named by the caller
    store: Store,
    actor: Actor,
    state: State,
    collection: Collection,
    batch: int,
    *,
    facts: RunFacts,
    reference: Mapping[str, pl.DataFrame],
    extra_rules: Sequence[Rule] = (),
    hook_findings: HookFindings | None = None,
    reached: Callable[[float], None] = _unheard,
) -> UploadResult | None:
    """Check a kept batch and store its good rows; None where it was finished before, and then nothing changes.

    ``reached`` hears how far it is, from 0 to 1, outside of any transaction; what it raises ends the work.
    """
    with store.reading() as connection:
        row = batch_row(connection, batch)
        data = b"".join(read_blob(connection, row.sha256)) if row.status == "received" else b""
    if row.status != "received":
        return None
    options = {"extra_rules": extra_rules, "hook_findings": hook_findings}
    asked = _Upload(store, actor, state, collection, facts, reference, options, batch, row.sha256)
    try:
        return _processed(asked, row, data, reached)
    except FinishedMeanwhileError:
        return None


def _processed(
    asked: _Upload, row: BatchRow, data: bytes | Path, reached: Callable[[float], None] = _unheard
) -> UploadResult:
    facts, collection = asked.facts, asked.collection
    with _failed_unless_finished(asked):
        reached(0.05)
        others = asked.state.other_layouts(collection, facts.year)
        layouts = collection.layouts_of(facts.year)
        intake = read(data, row.file_name, layouts, wanted=row.layout, other_years=others)
        if intake.sha256 and intake.sha256 != row.sha256:
            raise FileChangedError(row.file_name)
        reached(0.25)
        run, written = (_test if row.mode == "test" else _store)(asked, intake)
    with asked.store.reading() as connection:
        row = batch_row(connection, asked.batch)
    return UploadResult(row, run, written.created, written.updated, written.unchanged)


@contextmanager
def _failed_unless_finished(asked: _Upload) -> Iterator[None]:
    try:
        yield
    except FinishedMeanwhileError:
        raise
    except BaseException:
        with suppress(MusterError), asked.store.writing() as connection:
            fail_batch(connection, asked.batch)
        raise


def _test(asked: _Upload, intake: Intake) -> tuple[Run, Written]:
    with asked.store.reading() as connection:
        run, _ = _checked(connection, asked, intake)
    with asked.store.writing() as connection:
        _require_unfinished(connection, asked)
        _finish(connection, asked, run, _NOTHING, "tested")
    return run, _NOTHING


def _store(asked: _Upload, intake: Intake) -> tuple[Run, Written]:
    """Check and store under one lock, so that what the rules saw is what stands when the rows are written."""
    with asked.store.writing() as connection:
        lock_records(connection, asked.store.records(asked.collection.address))
        _require_unfinished(connection, asked)
        run, stored = _checked(connection, asked, intake)
        if run.stops_file or run.crashed:
            written = _NOTHING
            _finish(connection, asked, run, written, "file rejected" if run.stops_file else "no answer")
        else:
            written = _written(connection, asked, run, stored)
            organizations = asked.reference.get("organizations")
            settle(connection, asked.collection, asked.batch, run, organizations, asked.store.clock.now())
            _finish(connection, asked, run, written, "stored")
        keep_not_added(connection, asked.batch, run)
    return run, written


def _require_unfinished(connection: Connection, asked: _Upload) -> None:
    row = batch_row(connection, asked.batch)
    require_kept(row)
    if row.status != "received":
        raise FinishedMeanwhileError(row.id)


def _checked(connection: Connection, asked: _Upload, intake: Intake) -> tuple[Run, pl.DataFrame]:
    facts, collection = asked.facts, asked.collection
    problems = upload_problems(connection, asked.actor, asked.state, collection, facts, asked.sha256, asked.reference)
    stored, others = _touched(connection, asked, intake)
    certified = certified_keys(connection, collection, facts.year)
    then = asked.options["hook_findings"]
    run = validate(
        replace(intake, problems=(*intake.problems, *problems)),
        collection,
        facts,
        state=asked.state,
        reference={**asked.reference, **others},
        stored=stored_frame(connection, stored, collection, asked.state.time_zone),
        extra_rules=asked.options["extra_rules"],
        hook_findings=row_findings(asked.state, collection, certified, stored, facts.organization, then),
    )
    return run, stored


def _touched(connection: Connection, asked: _Upload, intake: Intake) -> tuple[pl.DataFrame, dict[str, pl.DataFrame]]:
    """Return the stored records that the file touches, and those of other collections by the collection's id."""
    facts, collection = asked.facts, asked.collection
    touched = touched_by(intake, collection, facts.organization)
    rules = (*collection.rules_of(facts.year), *asked.options["extra_rules"])
    names = list(dict.fromkeys([*columns_asked(collection, rules), *columns_needed(collection)]))
    stored = stored_rows(connection, asked.store.records(collection.address), facts.year, touched, names)
    others = stored_by_name(connection, asked.store, asked.state, collection, facts.year, touched, asked.reference)
    return stored, others


def _written(connection: Connection, asked: _Upload, run: Run, stored: pl.DataFrame) -> Written:
    return write_rows(
        connection,
        asked.store.records(asked.collection.address),
        run.typed,
        year=asked.facts.year,
        organization=asked.facts.organization,
        writing_id=begin_writing(connection, "batch", asked.actor.name, asked.store.clock.now(), asked.batch),
        known=stored,
    )


def _finish(connection: Connection, asked: _Upload, run: Run, written: Written, status: str) -> None:
    layout = run.intake.layout
    set_batch(
        connection,
        asked.batch,
        status=status,
        layout=layout.id if layout else None,
        rows=run.rows,
        accepted=run.accepted,
        rejected=run.rows - run.accepted,
        created=written.created,
        updated=written.updated,
        unchanged=written.unchanged,
        result=json.dumps(_result(run), ensure_ascii=False),
    )


def _result(run: Run) -> dict[str, Any]:
    """Return the run in short: what a list of batches and its detail show without asking the rules again."""
    return {
        "verdict": run.verdict,
        "ruleset": run.ruleset,
        "as_of": run.facts.file_date.isoformat(),
        "severities": run.findings.by_severity(),
        "causes": [asdict(one) for one in run.findings.causes()],
        "coverage": [asdict(one) for one in run.coverage],
        "notes": list(run.notes),
    }
