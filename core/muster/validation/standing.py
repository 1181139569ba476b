"""Why a rule is not asked in a run: decided from its declaration before any row is looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from muster.model.findings import Coverage

if TYPE_CHECKING:
    from muster.model.findings import CoverageStatus
    from muster.model.layouts import Layout
    from muster.model.rules import Rule, When
    from muster.model.runs import RunFacts

_MOMENTS: dict[When, str] = {
    "validate": "when a file is validated",
    "upload": "at upload",
    "write": "when a record is written",
    "sign": "at signing",
}


class NotAskedError(Exception):
    """A rule cannot be asked in this run; coverage prints the reason."""

    def __init__(self, status: CoverageStatus, reason: str) -> None:
        self.status, self.reason = status, reason
        super().__init__(reason)

    def coverage(self, rule: str) -> Coverage:
        """Return the line of the coverage."""
        return Coverage(rule=rule, status=self.status, reason=self.reason)


def refuse_by_declaration(rule: Rule, facts: RunFacts, layout: Layout | None) -> None:
    """Raise NotAskedError when status, kind, moment, date or template keep the rule out of this run."""
    _refuse_by_status(rule, facts)
    if rule.outside:
        raise NotAskedError("asked elsewhere", rule.reason)
    _refuse_by_moment(rule, facts)
    if layout is not None and rule.layouts and layout.id not in rule.layouts:
        raise NotAskedError("not applicable", f"only for {' and '.join(rule.layouts)}")


def _refuse_by_status(rule: Rule, facts: RunFacts) -> None:
    if rule.status == "retired":
        raise NotAskedError("not applicable", "retired")
    if rule.status == "suspended":
        raise NotAskedError("skipped", "suspended by the agency")
    if rule.status == "draft":
        raise NotAskedError("skipped", "a draft, not in force yet")
    if rule.active_from is not None and facts.file_date < rule.active_from:
        raise NotAskedError("skipped", f"in force from {rule.active_from.isoformat()}")


def _refuse_by_moment(rule: Rule, facts: RunFacts) -> None:
    if facts.when in rule.when:
        return
    needs_database = facts.when == "validate" and not facts.database
    if needs_database and ("upload" in rule.when or "write" in rule.when):
        raise NotAskedError("not asked without a database", "asked when the file is uploaded")
    moments = " and ".join(_MOMENTS[moment] for moment in rule.when)
    raise NotAskedError("asked elsewhere", f"asked {moments}")
