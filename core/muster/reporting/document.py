"""The report that a program reads: one JSON document, written finding by finding.

Letters beyond ASCII are written as escapes, so that no console's code page can spoil the document.
"""

from __future__ import annotations

import json
from typing import IO, TYPE_CHECKING, Any

from muster.reporting.wording import all_notes, findings_by_stops, verdict_sentence

if TYPE_CHECKING:
    from muster.model.collections import Collection
    from muster.model.findings import Cause, Coverage, Finding
    from muster.model.runs import Run
    from muster.model.states import State


def run_document(run: Run, collection: Collection, state: State) -> dict[str, Any]:
    """Return the whole document; for many findings ``write_json`` needs far less memory."""
    return {**_head(run, collection, state), "findings": [_finding(one) for one in run.findings]}


def write_json(
    run: Run, collection: Collection, state: State, stream: IO[str], *, batch: dict[str, Any] | None = None
) -> None:
    """Write the same document as ``run_document``, one finding a line, without holding all findings at once.

    ``batch`` is what an upload stored; without an upload the document has no such key.
    """
    uploaded = {"batch": batch} if batch else {}
    head = json.dumps(_head(run, collection, state) | uploaded, indent=1)
    stream.write(head.removesuffix("\n}"))
    stream.write(',\n "findings": [')
    comma = "\n  "
    for finding in run.findings:
        stream.write(comma + json.dumps(_finding(finding)))
        comma = ",\n  "
    stream.write("\n ]\n}\n")


def _head(run: Run, collection: Collection, state: State) -> dict[str, Any]:
    causes = run.findings.causes()
    return {
        "collection": collection.address,
        "year": run.facts.year,
        "layout": run.intake.layout.id if run.intake.layout else None,
        "organization": run.facts.organization,
        "as_of": run.facts.file_date.isoformat(),
        "when": run.facts.when,
        "file": _file(run),
        "ruleset": {"id": f"{collection.address}/{run.facts.year}", "digest": run.ruleset, "overlay": state.overlay},
        "summary": _summary(run, causes),
        "notes": list(all_notes(run)),
        "coverage": [_coverage(one) for one in run.coverage],
        "causes": [_cause(one) for one in causes],
    }


def _file(run: Run) -> dict[str, Any]:
    intake = run.intake
    return {
        "name": intake.name,
        "sha256": intake.sha256,
        "rows": run.rows,
        "size": intake.size,
        "format": intake.format,
        "sheet": intake.sheet,
        "header": dict(intake.header),
    }


def _summary(run: Run, causes: tuple[Cause, ...]) -> dict[str, Any]:
    return {
        "verdict": run.verdict,
        "sentence": verdict_sentence(run),
        "rows": run.rows,
        "accepted": 0 if run.stops_file else run.accepted,
        "rejected": run.rows if run.stops_file else run.rows - run.accepted,
        "findings": dict(run.findings.by_severity()),
        "stops": dict(findings_by_stops(causes)),
    }


def _coverage(one: Coverage) -> dict[str, Any]:
    return {
        "rule": one.rule,
        "status": one.status,
        "reason": one.reason,
        "findings": one.findings,
        "not_asked": one.not_asked,
    }


def _cause(one: Cause) -> dict[str, Any]:
    return {
        "rule": one.rule,
        "severity": one.severity,
        "stops": one.stops,
        "title": one.title,
        "message": one.message,
        "fix": one.fix,
        "column": one.column,
        "label": one.label,
        "value": one.value,
        "findings": one.findings,
        "rows": list(one.rows),
    }


def _finding(one: Finding) -> dict[str, Any]:
    found: dict[str, Any] = {
        "rule": one.rule,
        "revision": one.revision,
        "severity": one.severity,
        "stops": one.stops,
        "message": one.message,
        "fix": one.fix,
        "sheet": one.sheet,
        "row": one.row,
        "column": one.column,
        "label": one.label,
        "value": one.value,
        "fingerprint": one.fingerprint,
    }
    if one.rows:
        found |= {"rows": list(one.rows), "rows_total": max(one.rows_total, len(one.rows))}
    return found
