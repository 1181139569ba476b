"""Every check that a column of a layout can fail has exactly one rule, so that each finding has an id."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from muster.validation.complaints import Complaint, key_of, unknown

if TYPE_CHECKING:
    from muster.model.collections import Collection
    from muster.model.columns import Column
    from muster.model.layouts import Layout
    from muster.model.rules import Rule


def check_field_coverage(collection: Collection) -> None:
    """Complain about a check without a rule, a check with two, and a field rule that checks nothing."""
    used: set[str] = set()
    for layout in collection.layouts:
        rules = [rule for rule in collection.rules_of(layout.year) if rule.kind == "field" and _meant(rule, layout)]
        for column in layout.columns:
            _check_pattern(column, layout)
            for check in sorted(column.checks()):
                used |= _covering(rules, layout, column.name, check)
    columns = {name for layout in collection.layouts for name in layout.names}
    for rule in collection.ruleset.rules:
        for name in rule.columns:
            if name not in {*columns, "*"}:
                raise unknown(key_of(rule, "columns"), "column", name, columns)
        if rule.kind == "field" and rule.id not in used:
            problem = f"its columns declare nothing for {', '.join(rule.checks)}"
            raise Complaint(key_of(rule, "checks"), problem, "Declare it in the layout, or correct the rule.")


def _check_pattern(column: Column, layout: Layout) -> None:
    """Complain about a pattern that polars cannot use."""
    if column.pattern is None:
        return
    try:
        pl.Series([""]).str.contains(f"^(?:{column.pattern})$")
    except pl.exceptions.ComputeError:
        key = f"column {column.name} (layout {layout.id} of {layout.year})"
        problem = f'its pattern "{column.pattern}" cannot be used'
        raise Complaint(key, problem, "Correct the regular expression.") from None


def _meant(rule: Rule, layout: Layout) -> bool:
    return not rule.layouts or layout.id in rule.layouts


def _covering(rules: list[Rule], layout: Layout, column: str, check: str) -> set[str]:
    asking = [rule for rule in rules if check in rule.checks]
    named = [rule for rule in asking if column in rule.columns]
    chosen = named or [rule for rule in asking if "*" in rule.columns]
    if not chosen and check != "error-cell":
        problem = f'no rule has the check "{check}" of the column "{column}" (layout {layout.id} of {layout.year})'
        raise Complaint("rules", problem, f'Add a rule with columns = ["{column}"] and checks = ["{check}"].')
    if len(chosen) > 1:
        problem = f'{chosen[0].id} and {chosen[1].id} both have the check "{check}" of the column "{column}"'
        raise Complaint(key_of(chosen[1], "columns"), problem, "Leave it in one of them.")
    return {rule.id for rule in chosen}
