"""The order in which rules are asked: a rule that is silent where another fired comes after it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from muster.model.rules import Rule


def in_order(rules: Sequence[Rule]) -> list[Rule]:
    """Return the rules so that each comes after those it is silent for; otherwise their order stays.

    Rules that wait for each other come last, as they are: the load check refuses them.
    """
    waiting = list(rules)
    ordered: list[Rule] = []
    while waiting:
        ids = {rule.id for rule in waiting}
        ready = [rule for rule in waiting if not ids & set(rule.unless)]
        if not ready:
            return [*ordered, *waiting]
        ordered += ready
        waiting = [rule for rule in waiting if rule.id not in {one.id for one in ready}]
    return ordered
