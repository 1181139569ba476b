"""One run: the rows of a file, a form or an API call against every rule of a collection."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

import polars as pl

from muster.model.findings import Coverage
from muster.model.intake import ROW
from muster.model.runs import Run
from muster.validation.applicability import refuse_by_layout
from muster.validation.asked_columns import asked_columns
from muster.validation.asking import Answer, Asking, Fired
from muster.validation.context import Context
from muster.validation.digests import ruleset_digest
from muster.validation.field_hits import asked_checks, field_hits, field_rules, in_force
from muster.validation.fields import parse
from muster.validation.file_hits import file_coverage, file_hits, finding_hits
from muster.validation.finding_list import FindingList
from muster.validation.order import in_order
from muster.validation.python_rules import ask_python
from muster.validation.records import Records
from muster.validation.safety import ExpressionError
from muster.validation.schemas import BAD, TEMPLATE
from muster.validation.standing import NotAskedError, refuse_by_declaration
from muster.validation.tables import Tables

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from muster.model.collections import Collection
    from muster.model.findings import Finding
    from muster.model.intake import Intake
    from muster.model.layouts import Layout
    from muster.model.rules import FileCheck, Rule
    from muster.model.runs import RunFacts
    from muster.model.states import State
    from muster.validation.hits import Hits

    HookFindings = Callable[[pl.DataFrame], Iterable[Finding]]

CRASHES = (Exception, pl.exceptions.PanicException)
"""What a rule may raise without taking the run down; polars' panics are no Exception."""
HOOKS = "HOOKS"
"""The line of the coverage that tells of a hook which crashed."""


def validate(  # noqa: PLR0913 - the parts of a run, each named by its caller
    intake: Intake,
    collection: Collection,
    facts: RunFacts,
    *,
    state: State,
    reference: Mapping[str, pl.DataFrame],
    stored: pl.DataFrame | None = None,
    extra_rules: Iterable[Rule] = (),
    hook_findings: HookFindings | None = None,
    skip_checks: frozenset[str] = frozenset(),
) -> Run:
    """Ask every rule of a school year about the rows of one file.

    ``reference`` holds typed tables by name; a table that is not in it is not loaded. ``stored`` are the typed stored
    records of the groups the file touches, None without a database. ``hook_findings`` is called with the typed rows
    after the rules. ``skip_checks`` names file checks (or rule ids) that were not asked in this run.
    """
    extra = tuple(extra_rules)
    rules = (*collection.rules_of(facts.year), *extra)
    answering = _Run(intake, collection, facts, state, rules, skip_checks)
    answering.ask_file()
    if intake.layout is not None and ROW in intake.frame.columns:
        answering.ask_rows(intake.layout, reference, stored, hook_findings)
    else:
        answering.skip_rows()
    digest = ruleset_digest(collection, facts.year, extra)
    return answering.result(digest)


class _Run:
    """Gathers hits and coverage while the rules of one run are asked."""

    def __init__(
        self,
        intake: Intake,
        collection: Collection,
        facts: RunFacts,
        state: State,
        rules: tuple[Rule, ...],
        skipped: frozenset[str],
    ) -> None:
        self.intake, self.collection, self.facts, self.state = intake, collection, facts, state
        self.rules, self.skipped = rules, skipped
        self.hits: list[Hits] = []
        self.coverage: dict[str, Coverage] = {}
        self.typed = pl.DataFrame(schema={ROW: pl.Int64, TEMPLATE: pl.String})
        self.standing = [rule for rule in rules if self._stands(rule)]

    def _stands(self, rule: Rule) -> bool:
        """Tell whether the declaration lets the rule be asked; if not, the coverage says why."""
        if rule.id in self.skipped:
            self.coverage[rule.id] = Coverage(rule.id, "skipped", "switched off for this run")
            return False
        try:
            refuse_by_declaration(rule, self.facts, self.intake.layout)
        except NotAskedError as refused:
            self.coverage[rule.id] = refused.coverage(rule.id)
            return False
        return True

    def ask_file(self) -> None:
        """Turn the problems of the reading into findings of the rules bound to them."""
        bound: dict[FileCheck, Rule] = {}
        for rule in self.standing:
            if rule.file:
                bound.setdefault(rule.file, rule)
        found = file_hits(self.intake, bound, self.facts)
        self.hits += found
        counts = {one.rule: one.frame.height for one in found}
        for rule in self.standing:
            if rule.file:
                asked = rule.file not in self.skipped
                self.coverage[rule.id] = file_coverage(rule, self.intake, counts.pop(rule.id, 0), asked=asked)
        self.coverage |= {rule: Coverage(rule, "ran", findings=count) for rule, count in counts.items()}

    def skip_rows(self) -> None:
        """Say of every rule about rows that no row was read."""
        for rule in self.standing:
            self.coverage.setdefault(rule.id, Coverage(rule.id, "skipped", "the file could not be read"))

    def ask_rows(
        self,
        layout: Layout,
        reference: Mapping[str, pl.DataFrame],
        stored: pl.DataFrame | None,
        hook_findings: HookFindings | None,
    ) -> None:
        """Read the fields, then ask the rules about records, then the hooks."""
        context = Context.of(self.state, self.collection, self.facts, layout)
        try:
            parsed, fired = self._ask_fields(context, layout)
        except CRASHES as error:
            self._crash_all(type(error).__name__)
            return
        rules = in_order([one for one in self.standing if one.kind in ("flag", "unique", "agree", "python")])
        asked = asked_columns(rules, context.names, context.key_of)
        records = Records(context, Tables(context, parsed, stored, reference, asked))
        asking = Asking(records, fired)
        for number, rule in enumerate(rules, start=1):
            self._ask(rule, asking, layout, reference, without_stored=stored is None)
            self._let_go(records, rules[number:])
        self._ask_hooks(parsed, hook_findings)
        self.typed = parsed.select(ROW, TEMPLATE, *layout.names)

    def _crash_all(self, error: str) -> None:
        """Say of every rule that the fields could not be read: a declaration that no load check has seen."""
        for rule in self.standing:
            if not rule.file:
                self.coverage[rule.id] = Coverage(rule.id, "crashed", f"the fields could not be read ({error})")

    def _let_go(self, records: Records, rules: Sequence[Rule]) -> None:
        with suppress(ExpressionError):  # the rule with the unsafe expression becomes its own line of the coverage
            records.keep_for(rules)

    def _ask_fields(self, context: Context, layout: Layout) -> tuple[pl.DataFrame, dict[str, Fired]]:
        own = field_rules((rule for rule in self.standing if rule.kind == "field"), layout)
        rules = in_force(layout, own)
        parsed = parse(self.intake, layout, asked_checks(layout, rules))
        fired: dict[str, Fired] = {}
        counts: dict[str, int] = {rule.id: 0 for rule in own.values()}
        for found in parsed.hits:
            rule = rules[found.column.name, found.check]
            stops = "nothing" if rule.status == "shadow" else rule.stops_when(self.facts.when)
            hits = field_hits(found, rule, stops, layout.names.index(found.column.name), context.words)
            self.hits.append(hits)
            counts[rule.id] = counts.get(rule.id, 0) + hits.frame.height
            self._fire(fired, rule, parsed.frame, hits.frame[ROW])
        for rule in self.standing:
            if rule.kind == "field" and rule.id not in counts:
                reason = f"the {layout.id} layout of {layout.year} has nothing that it checks"
                self.coverage[rule.id] = Coverage(rule.id, "not applicable", reason)
        self.coverage |= {rule: Coverage(rule, "ran", findings=count) for rule, count in counts.items()}
        return parsed.frame, fired

    def _fire(self, fired: dict[str, Fired], rule: Rule, frame: pl.DataFrame, rows: pl.Series) -> None:
        """Remember the rows of a field rule, if another is silent where it fired."""
        if rule.status == "shadow" or not any(rule.id in other.unless for other in self.rules):
            return
        known = fired.get(rule.id)
        every = rows if known is None else pl.concat([known.rows, rows]).unique()
        fired[rule.id] = Fired("file", frame[ROW].is_in(every.implode()).arg_true(), every)

    def _ask(
        self,
        rule: Rule,
        asking: Asking,
        layout: Layout,
        reference: Mapping[str, pl.DataFrame],
        *,
        without_stored: bool,
    ) -> None:
        """Ask one rule; whatever happens to it becomes its line of the coverage."""
        try:
            refuse_by_layout(rule, asking.records.context.names, layout, self.collection.layouts)
            answer = ask_python(rule, asking.records, reference) if rule.python else asking.ask(rule)
        except NotAskedError as refused:
            self.coverage[rule.id] = refused.coverage(rule.id)
        except ExpressionError as error:
            self.coverage[rule.id] = Coverage(rule.id, "crashed", f"the rule cannot be used: {error.problem}")
        except CRASHES as error:  # the text of the error could hold a student's data
            reason = f"the rule could not be computed ({type(error).__name__})"
            self.coverage[rule.id] = Coverage(rule.id, "crashed", reason)
        else:
            self._answered(rule, answer, asking, without_stored=without_stored)

    def _answered(self, rule: Rule, answer: Answer, asking: Asking, *, without_stored: bool) -> None:
        self.hits.append(answer.hits)
        if rule.status != "shadow":
            asking.fired[rule.id] = answer.fired
        within_file = without_stored and "records" in asking.records.context.names.tables_of(rule)
        self.coverage[rule.id] = Coverage(
            rule=rule.id,
            status="ran",
            reason="within the file only" if within_file else "",
            findings=answer.hits.frame.height,
            not_asked=answer.not_asked,
        )

    def _ask_hooks(self, parsed: pl.DataFrame, hook_findings: HookFindings | None) -> None:
        if hook_findings is None:
            return
        try:
            self.hits += finding_hits(hook_findings(parsed.select(pl.exclude(f"^{BAD}.*$"))))
        except CRASHES as error:
            reason = f"a plugin's own check could not be computed ({type(error).__name__})"
            self.coverage[HOOKS] = Coverage(HOOKS, "crashed", reason)

    def result(self, digest: str) -> Run:
        """Return the run: findings, coverage in the order of the rules, and the good rows."""
        names = [name for name in self.collection.key if name in self.typed.columns]
        findings = FindingList(self.hits, self.typed.select(ROW, *names), self.intake.layout, self.intake.sheet)
        every = pl.concat([self.typed[ROW], _odd(self.intake)])
        stopped = pl.concat([findings.stopped_rows(), _odd(self.intake)]).unique()
        rejected = (every if findings.stops_file else stopped).sort()
        good, bad = self.typed, self.typed.clear()
        if len(rejected):
            stands = good[ROW].is_in(rejected.implode())
            good, bad = good.filter(~stands), good.filter(stands)
        order = [rule.id for rule in self.rules]
        coverage = [self.coverage[name] for name in order if name in self.coverage]
        coverage += [one for name, one in self.coverage.items() if name not in order]
        return Run(
            intake=self.intake,
            facts=self.facts,
            ruleset=digest,
            findings=findings,
            coverage=tuple(coverage),
            typed=good,
            rejected=rejected,
            notes=self.intake.warnings,
            stopped=bad,
        )


def _odd(intake: Intake) -> pl.Series:
    if ROW in intake.odd_rows.columns:
        return intake.odd_rows[ROW].cast(pl.Int64)
    return pl.Series(ROW, [], dtype=pl.Int64)
