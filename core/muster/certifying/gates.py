"""Everything that stands between a submission and its signature; all gates are asked and every reason is told."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from muster.certifying.certifications import overrides_of
from muster.certifying.certifiers import required
from muster.certifying.not_sent_again import not_sent_again
from muster.certifying.open_findings import open_findings
from muster.collecting import stored_runs, windows
from muster.collecting.days import day_in
from muster.model.gates import GateAnswer

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from muster.certifying.cases import Case
    from muster.model.certifying import GateSetting

CORE = ("window", "nothing-to-report", "validated", "findings", "rejected-rows", "certifiers")
"""The gates of the core, by which a state's ``[[gate]]`` names them."""
_LISTED = 5


def ask_all(case: Case) -> tuple[GateAnswer, ...]:
    """Ask the gates of the core and of plugins; a refusal that was passed with a reason carries it."""
    settings = {one.gate: one for one in case.desk.collection.gates}
    answers = [_set(answer, settings) for name, ask in _ASKED.items() for answer in [ask(case, name)]]
    answers += [_set(one, settings) for one in case.desk.hook_gates(case.connection, case.row.key)]
    asked = [one for one in answers if one.gate not in settings or settings[one.gate].asked]
    reasons = {one.gate: one.reason for one in overrides_of(case.connection, case.row.id, case.revision, case.digest)}
    return tuple(replace(one, overridden=reasons.get(one.gate, "")) if _may(one) else one for one in asked)


def refusing(answers: tuple[GateAnswer, ...]) -> tuple[GateAnswer, ...]:
    """Return those that refuse and were not passed with a reason."""
    return tuple(one for one in answers if not one.passes and not one.overridden)


def _may(answer: GateAnswer) -> bool:
    return answer.overridable and not answer.passes


def _set(answer: GateAnswer, settings: Mapping[str, GateSetting]) -> GateAnswer:
    setting = settings.get(answer.gate)
    return answer if setting is None else replace(answer, overridable=setting.overridable or answer.overridable)


def _window(case: Case, gate: str) -> GateAnswer:
    today = day_in(case.desk.state, case.now)
    above = case.tree.above(case.row.key.organization)
    found = windows.state_of(case.connection, case.desk.state, case.desk.collection, case.row.key, today, above=above)
    return GateAnswer(gate, found.open, found.sentence)


def _nothing_to_report(case: Case, gate: str) -> GateAnswer:
    rows = case.frame.height
    if rows and case.row.nothing_to_report:
        reason = f"It is marked as nothing to report, but {rows:,} records are stored. Take one of the two back."
        return GateAnswer(gate, passes=False, reason=reason)
    if not rows and not case.row.nothing_to_report:
        reason = "No record is stored. If there is none, mark it as nothing to report."
        return GateAnswer(gate, passes=False, reason=reason)
    return GateAnswer(gate, passes=True, reason=f"{rows:,} records." if rows else "Nothing to report.")


def _validated(case: Case, gate: str) -> GateAnswer:
    """Refuse where the last run saw other data, rules or reference tables than those of now."""
    last = stored_runs.latest(case.connection, case.row.id)
    if last is None:
        return GateAnswer(gate, passes=False, reason="The stored records were never validated. Validate them.")
    changed = stored_runs.changed_since(last, case.inputs)
    if changed:
        reason = f"Changed since the last validation: {' and '.join(changed)}. Validate again."
        return GateAnswer(gate, passes=False, reason=reason)
    if last.crashed:
        reason = "A rule crashed in the last validation, so that its answer is not whole. Ask whoever runs muster here."
        return GateAnswer(gate, passes=False, reason=reason)
    return GateAnswer(gate, passes=True, reason="Validated since the last change.")


def _findings(case: Case, gate: str) -> GateAnswer:
    found = open_findings(case.connection, case.row.id)
    if not found:
        return GateAnswer(gate, passes=True, reason="Nothing open stops a signature.")
    count = sum(found.values())
    named = ", ".join(f"{rule} ({number:,})" for rule, number in sorted(found.items())[:_LISTED])
    more = f" and {len(found) - _LISTED} more rules" if len(found) > _LISTED else ""
    what = "finding stops" if count == 1 else "findings stop"
    reason = f"{count:,} open {what} a signature: {named}{more}. Correct them, or acknowledge those that allow it."
    return GateAnswer(gate, passes=False, reason=reason)


def _rejected_rows(case: Case, gate: str) -> GateAnswer:
    rows = [one for one in not_sent_again(case) if not one.acknowledged]
    if not rows:
        return GateAnswer(gate, passes=True, reason="Every row that was not added was sent again or acknowledged.")
    named = ", ".join(f"row {one.row} of batch {one.batch}" for one in rows[:_LISTED])
    more = f" and {len(rows) - _LISTED:,} more" if len(rows) > _LISTED else ""
    what = "row was" if len(rows) == 1 else "rows were"
    reason = f"{len(rows):,} {what} not added and not sent again: {named}{more}. Send them again, or acknowledge them."
    return GateAnswer(gate, passes=False, reason=reason)


def _certifiers(case: Case, gate: str) -> GateAnswer:
    names = [one.name for one in required(case.listed)]
    membership, whose = case.desk.certifiers.membership, case.row.key.organization
    if not names:
        reason = f"{membership} has no active primary certifier for {whose}, so nobody can sign. Assign one."
        return GateAnswer(gate, passes=False, reason=reason)
    return GateAnswer(gate, passes=True, reason=f"To sign for {whose}: {', '.join(names)}.")


_ASKED: dict[str, Callable[[Case, str], GateAnswer]] = {
    "window": _window,
    "nothing-to-report": _nothing_to_report,
    "validated": _validated,
    "findings": _findings,
    "rejected-rows": _rejected_rows,
    "certifiers": _certifiers,
}
assert tuple(_ASKED) == CORE
