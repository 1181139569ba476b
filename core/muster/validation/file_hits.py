"""What is wrong with the file as a whole, as findings of the rules that a state (or the core) binds to it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from muster.model.findings import Coverage
from muster.model.intake import ROW, Problem
from muster.validation.core_rules import UPLOAD_CHECKS, core_file_rule
from muster.validation.hits import Hits, Told
from muster.validation.messages import cut

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from muster.model.findings import Finding
    from muster.model.intake import Intake
    from muster.model.rules import FileCheck, Rule
    from muster.model.runs import RunFacts

_MARKS = ("message", "column", "value")
_SCHEMA = {ROW: pl.Int64, "message": pl.String, "fix": pl.String, "column": pl.String, "value": pl.String}
_READING = ("template", "no-rows", "header-record", "header-variant", "row-shape")


def file_hits(intake: Intake, rules: Mapping[FileCheck, Rule], facts: RunFacts) -> list[Hits]:
    """Return the problems of the reading (and of the upload) as findings, one set a rule."""
    problems = [*intake.problems, *_odd_rows(intake)]
    checks = dict.fromkeys(problem.check for problem in problems)
    return [
        _hits([one for one in problems if one.check == check], rules.get(check) or core_file_rule(check), facts)
        for check in checks
    ]


def _odd_rows(intake: Intake) -> list[Problem]:
    """Return a problem for each row of a wrong shape of which the reader said nothing itself."""
    if any(one.check == "row-shape" for one in intake.problems) or intake.layout is None:
        return []
    wanted = len(intake.layout.columns)
    return [
        Problem(
            check="row-shape",
            message=f"The row has {found:,} columns; the layout has {wanted:,}.",
            fix="Give the row the layout's columns.",
            row=row,
        )
        for row, found in intake.odd_rows.select(ROW, "found").iter_rows()
    ]


def _hits(problems: list[Problem], rule: Rule, facts: RunFacts) -> Hits:
    rows = [(one.row, one.message, one.fix, one.column, one.value) for one in problems]
    return Hits(
        rule=rule.id,
        revision=rule.revision,
        severity=rule.severity,
        stops="nothing" if rule.status == "shadow" else rule.stops_when(facts.when),
        title=rule.title,
        fix=rule.fix,
        frame=pl.DataFrame(rows, schema=_SCHEMA, orient="row"),
        tell=_tell,
        marks=_MARKS,
        keyed=False,
    )


def _tell(hit: Mapping[str, Any]) -> Told:
    value = hit["value"]
    return Told(hit["message"], None if value is None else cut(value), hit["fix"], hit["column"])


def finding_hits(findings: Iterable[Finding]) -> list[Hits]:
    """Return findings that a hook made as hits, so that they are sorted and counted among the others."""
    alike: dict[tuple[Any, ...], list[Finding]] = {}
    for one in findings:
        alike.setdefault((one.rule, one.revision, one.severity, one.stops, one.column), []).append(one)
    return [_made(found) for found in alike.values()]


def _made(findings: list[Finding]) -> Hits:
    first = findings[0]
    rows = [(one.row, one.message, one.fix, one.column, one.value) for one in findings]
    return Hits(
        rule=first.rule,
        revision=first.revision,
        severity=first.severity,
        stops=first.stops,
        title=first.rule,
        fix=first.fix,
        frame=pl.DataFrame(rows, schema=_SCHEMA, orient="row"),
        tell=_tell,
        column=first.column,
        label=first.label,
        cause=("value",),
        marks=_MARKS,
    )


def file_coverage(rule: Rule, intake: Intake, found: int, *, asked: bool) -> Coverage:
    """Return what became of a rule about the whole file."""
    assert rule.file is not None
    if found:
        return Coverage(rule.id, "ran", findings=found)
    if intake.format == "form" and rule.file not in UPLOAD_CHECKS:
        return Coverage(rule.id, "not applicable", "typed into a form, not sent as a file")
    if not asked:
        return Coverage(rule.id, "skipped", "not asked in this run")
    if rule.file in _READING and intake.layout is None:
        return Coverage(rule.id, "skipped", "the file could not be read")
    if rule.file.startswith("header-") and intake.layout is not None and intake.layout.header_record is None:
        return Coverage(rule.id, "not applicable", "the layout has no header record")
    return Coverage(rule.id, "ran")
