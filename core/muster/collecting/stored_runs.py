"""Runs of the rules over the stored records of a submission, kept with all they found.

A finding's row is the number of the record. Between runs a finding is new, open (it stood in the run before) or back
(it was gone in between); what the run before had found and this one does not, is fixed.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal

from sqlalchemy import func, insert, select

from muster.access import audit
from muster.collecting.inputs import StoredInputs
from muster.collecting.submissions import lock, submission_of
from muster.store.batches import finding_from, finding_text
from muster.store.bulk import insert_rows
from muster.store.collecting_tables import run_finding, validation_run
from muster.validation import validate
from muster.validation.finding_list import SEVERITY_ORDER, STOPS_ORDER

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import polars as pl
    from sqlalchemy import Connection

    from muster.model.actors import Actor
    from muster.model.collections import Collection
    from muster.model.findings import Finding
    from muster.model.rules import Rule
    from muster.model.runs import Run, RunFacts
    from muster.model.states import State
    from muster.model.submissions import SubmissionKey, SubmissionRow
    from muster.store import Store
    from muster.validation.run import HookFindings

Standing = Literal["new", "open", "back"]


@dataclass(frozen=True, slots=True)
class ValidationRunRow:
    """One run: who asked it when, the digests of all it read, and what it said in short.

    ``result`` holds severities, standings (with ``fixed``), causes, coverage by layout, and the rules that crashed.
    """

    id: int
    submission: int
    at: datetime
    actor: str
    data_digest: str
    ruleset: str
    reference_digest: str
    rows: int
    result: dict[str, Any]

    @property
    def crashed(self) -> bool:
        """Tell whether a rule crashed, so that the answer is not whole."""
        return bool(self.result["crashed"])


@dataclass(frozen=True, slots=True)
class StoredFinding:
    """A finding of a run, with its number there and what has become of it since the run before."""

    number: int
    standing: Standing
    finding: Finding


def check_stored(  # noqa: PLR0913 - the parts of a run, each named by its caller
    store: Store,
    connection: Connection,
    actor: Actor,
    state: State,
    collection: Collection,
    key: SubmissionKey,
    facts: RunFacts,
    reference: Mapping[str, pl.DataFrame],
    *,
    extra_rules: Sequence[Rule] = (),
    hook_findings: HookFindings | None = None,
) -> ValidationRunRow:
    """Ask every rule of signing about the stored records of a submission, and keep what it says."""
    row = lock(connection, submission_of(connection, key, store.clock.now()).id)
    hooks = hook_findings is not None
    inputs = StoredInputs(store, connection, state, collection, key, reference, tuple(extra_rules), hooks=hooks)
    asked = replace(facts, when="sign", database=True)
    runs = [
        validate(
            intake,
            collection,
            asked,
            state=state,
            reference=inputs.tables,
            stored=inputs.stored,
            extra_rules=extra_rules,
            hook_findings=hook_findings,
        )
        for intake in inputs.intakes()
    ]
    return _kept(connection, actor, row, inputs, runs, store.clock.now())


def latest(connection: Connection, submission: int) -> ValidationRunRow | None:
    """Return the newest run over a submission, None where there is none."""
    own = validation_run.c
    query = select(validation_run).where(own.submission == submission).order_by(own.id.desc()).limit(1)
    found = connection.execute(query).mappings().first()
    return _row(dict(found)) if found else None


def findings_in(
    connection: Connection, run: int, *, first: int = 0, limit: int | None = None
) -> tuple[StoredFinding, ...]:
    """Return what a run found, the most important first."""
    own = run_finding.c
    query = select(own.number, own.standing, own.detail).where(own.run == run).order_by(own.number)
    return _findings(connection.execute(query.offset(first).limit(limit)))


def fixed_by(connection: Connection, run: ValidationRunRow) -> tuple[StoredFinding, ...]:
    """Return what the run before had found and this one does not."""
    own = run_finding.c
    here = select(own.fingerprint).where(own.run == run.id)
    query = select(own.number, own.standing, own.detail).where(own.run == _before(run), own.fingerprint.not_in(here))
    return _findings(connection.execute(query.order_by(own.number)))


def changed_since(run: ValidationRunRow | None, inputs: StoredInputs) -> tuple[str, ...]:
    """Return what has changed since a run: the data, the rules, the reference tables; nothing: it still counts."""
    if run is None:
        return ("the data", "the rules", "the reference tables")
    parts = {
        "the data": (run.data_digest, inputs.data_digest),
        "the rules": (run.ruleset, inputs.ruleset),
        "the reference tables": (run.reference_digest, inputs.reference_digest),
    }
    return tuple(name for name, (then, now) in parts.items() if then != now)


def _kept(
    connection: Connection,
    actor: Actor,
    row: SubmissionRow,
    inputs: StoredInputs,
    runs: Sequence[Run],
    now: datetime,
) -> ValidationRunRow:
    before = _fingerprints(connection, _last_number(row.id))
    found = sorted((finding for run in runs for finding in run.findings), key=_rank)
    findings = {finding.fingerprint: finding for finding in found}
    standing = _standing(connection, row.id, before, findings)
    counted = {one: sum(1 for other in standing.values() if other == one) for one in ("new", "open", "back")}
    values = {
        "submission": row.id,
        "at": now.isoformat(timespec="seconds"),
        "actor": actor.name,
        "data_digest": inputs.data_digest,
        "ruleset": inputs.ruleset,
        "reference_digest": inputs.reference_digest,
        "rows": inputs.records.height,
        "result": json.dumps(_result(runs, {**counted, "fixed": len(before - findings.keys())}), ensure_ascii=False),
    }
    number = int(connection.execute(insert(validation_run).values(values).returning(validation_run.c.id)).scalar_one())
    columns = ("run", "number", "fingerprint", "rule", "severity", "stops", "standing", "detail")
    insert_rows(connection, run_finding, columns, _lines(number, findings, standing))
    audit.note(
        connection,
        state=row.key.state,
        organization=row.key.organization,
        actor=actor,
        act="checked stored records",
        subject=row.key.address,
        detail={"run": number, "rows": inputs.records.height, "findings": len(findings)},
        at=now,
    )
    made = connection.execute(select(validation_run).where(validation_run.c.id == number)).mappings().one()
    return _row(dict(made))


def _rank(finding: Finding) -> tuple[int, int]:
    """Return how important a finding is; the order within one run stays."""
    return STOPS_ORDER.index(finding.stops), SEVERITY_ORDER.index(finding.severity)


def _lines(number: int, findings: Mapping[str, Finding], standing: Mapping[str, Standing]) -> Iterator[tuple[Any, ...]]:
    for place, (mark, one) in enumerate(findings.items()):
        yield number, place, mark, one.rule, one.severity, one.stops, standing[mark], finding_text(one)


def _standing(
    connection: Connection, submission: int, before: set[str], findings: Mapping[str, Finding]
) -> dict[str, Standing]:
    """Return what has become of each finding: in the run before, in an earlier one, or in none."""
    own, runs = run_finding.c, validation_run.c
    query = select(own.fingerprint).join(validation_run, runs.id == own.run).where(runs.submission == submission)
    ever = set(connection.execute(query.distinct()).scalars()) - before if findings else set()
    return {mark: "open" if mark in before else "back" if mark in ever else "new" for mark in findings}


def _fingerprints(connection: Connection, run: Any) -> set[str]:
    return set(connection.execute(select(run_finding.c.fingerprint).where(run_finding.c.run == run)).scalars())


def _last_number(submission: int) -> Any:
    return select(func.max(validation_run.c.id)).where(validation_run.c.submission == submission).scalar_subquery()


def _before(run: ValidationRunRow) -> Any:
    own = validation_run.c
    earlier = select(func.max(own.id)).where(own.submission == run.submission, own.id < run.id)
    return earlier.scalar_subquery()


def _result(runs: Sequence[Run], standings: Mapping[str, int]) -> dict[str, Any]:
    severities = [run.findings.by_severity() for run in runs]
    return {
        "severities": {name: sum(one[name] for one in severities) for name in ("error", "warning", "info")},
        "standings": dict(standings),
        "causes": [asdict(cause) for run in runs for cause in run.findings.causes()],
        "coverage": {run.intake.layout.id: [asdict(one) for one in run.coverage] for run in runs if run.intake.layout},
        "crashed": sorted({one.rule for run in runs for one in run.coverage if one.status == "crashed"}),
    }


def _findings(found: Any) -> tuple[StoredFinding, ...]:
    return tuple(StoredFinding(one.number, one.standing, finding_from(one.detail)) for one in found)


def _row(found: dict[str, Any]) -> ValidationRunRow:
    found["at"] = datetime.fromisoformat(found["at"])
    found["result"] = json.loads(found["result"])
    return ValidationRunRow(**found)
