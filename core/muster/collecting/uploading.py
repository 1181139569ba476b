"""Uploading a file: kept, checked with everything the database knows, and its good rows stored, all or none.

Mode ``test`` changes no record: it keeps the file and the result of its run as a batch, and nothing else.
"""

from __future__ import annotations

import json
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from muster.collecting.batches import require_kept
from muster.collecting.checks import upload_problems
from muster.collecting.not_added import keep_not_added
from muster.collecting.results import UploadResult
from muster.collecting.touching import columns_asked, stored_by_name, touched_by
from muster.errors import MusterError, NoSuchFileError
from muster.intake import read
from muster.store.batches import add_batch, batch_row, fail_batch, set_batch
from muster.store.blobs import keep_blob
from muster.store.failures import FileChangedError, FileNotOpenedError
from muster.store.history import begin_writing
from muster.store.records import Written, lock_records, stored_rows, write_rows
from muster.store.stored_frames import stored_frame
from muster.validation import validate

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import polars as pl
    from sqlalchemy import Connection

    from muster.model.actors import Actor
    from muster.model.collections import Collection
    from muster.model.intake import Intake
    from muster.model.rules import Rule
    from muster.model.runs import Run, RunFacts
    from muster.model.states import State
    from muster.store import Store
    from muster.store.batches import Mode
    from muster.validation.run import HookFindings

_NOTHING = Written(0, 0, 0)


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
    options = {"extra_rules": extra_rules, "hook_findings": hook_findings}
    asked = _Upload(store, actor, state, collection, facts, reference, options)
    kept = _keep(asked, data, called, mode)
    with _failed_unless_finished(kept):
        others = state.other_layouts(collection, facts.year)
        intake = read(data, called, collection.layouts_of(facts.year), wanted=layout, other_years=others)
        if intake.sha256 and intake.sha256 != kept.sha256:
            raise FileChangedError(called)
        run, written = (_test if mode == "test" else _store)(kept, intake)
    with store.reading() as connection:
        row = batch_row(connection, kept.batch)
    return UploadResult(row, run, written.created, written.updated, written.unchanged)


def _keep(asked: _Upload, data: bytes | Path, name: str, mode: Mode) -> _Upload:
    """Keep the file and note the batch before anything else, in a transaction of its own."""
    try:
        with asked.store.writing() as connection:
            digest = keep_blob(connection, data)
            number = add_batch(
                connection,
                state=asked.state.id,
                collection=asked.collection.id,
                year=asked.facts.year,
                organization=asked.facts.organization,
                mode=mode,
                file_name=name,
                sha256=digest.sha256,
                size=digest.size,
                uploaded_by=asked.actor.name,
                uploaded_at=asked.store.clock.now().isoformat(timespec="seconds"),
            )
    except FileNotFoundError:
        raise NoSuchFileError(name) from None
    except OSError as error:
        raise FileNotOpenedError(name, error.strerror or "the system refuses it") from None
    return replace(asked, batch=number, sha256=digest.sha256)


@contextmanager
def _failed_unless_finished(asked: _Upload) -> Iterator[None]:
    try:
        yield
    except BaseException:
        with suppress(MusterError), asked.store.writing() as connection:
            fail_batch(connection, asked.batch)
        raise


def _test(asked: _Upload, intake: Intake) -> tuple[Run, Written]:
    with asked.store.reading() as connection:
        run, _ = _checked(connection, asked, intake)
    with asked.store.writing() as connection:
        _finish(connection, asked, run, _NOTHING, "tested")
    return run, _NOTHING


def _store(asked: _Upload, intake: Intake) -> tuple[Run, Written]:
    """Check and store under one lock, so that what the rules saw is what stands when the rows are written."""
    with asked.store.writing() as connection:
        lock_records(connection, asked.store.records(asked.collection.address))
        require_kept(batch_row(connection, asked.batch))
        run, stored = _checked(connection, asked, intake)
        if run.stops_file or run.crashed:
            written = _NOTHING
            _finish(connection, asked, run, written, "file rejected" if run.stops_file else "no answer")
        else:
            written = _written(connection, asked, run, stored)
            _finish(connection, asked, run, written, "stored")
        keep_not_added(connection, asked.batch, run)
    return run, written


def _checked(connection: Connection, asked: _Upload, intake: Intake) -> tuple[Run, pl.DataFrame]:
    facts, collection = asked.facts, asked.collection
    problems = upload_problems(connection, asked.actor, asked.state, collection, facts, asked.sha256, asked.reference)
    stored, others = _touched(connection, asked, intake)
    run = validate(
        replace(intake, problems=(*intake.problems, *problems)),
        collection,
        facts,
        state=asked.state,
        reference={**asked.reference, **others},
        stored=stored_frame(connection, stored, collection, asked.state.time_zone),
        **asked.options,
    )
    return run, stored


def _touched(connection: Connection, asked: _Upload, intake: Intake) -> tuple[pl.DataFrame, dict[str, pl.DataFrame]]:
    """Return the stored records that the file touches, and those of other collections by the collection's id."""
    facts, collection = asked.facts, asked.collection
    touched = touched_by(intake, collection, facts.organization)
    names = columns_asked(collection, (*collection.rules_of(facts.year), *asked.options["extra_rules"]))
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
