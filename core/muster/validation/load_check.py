"""The load check: every mistake in the rules of a collection, found without data and told to their author."""

from __future__ import annotations

from typing import TYPE_CHECKING

from muster.errors import DeclarationError
from muster.validation.check_coverage import check_field_coverage
from muster.validation.check_names import check_names
from muster.validation.check_rule import check_rule
from muster.validation.check_tables import check_lookups, check_tables
from muster.validation.complaints import Complaint
from muster.validation.rehearsal import Rehearsal

if TYPE_CHECKING:
    from muster.model.collections import Collection
    from muster.model.states import State


def check_rules(collection: Collection, state: State) -> None:
    """Raise DeclarationError, naming file, key and remedy, for the first mistake in a collection's rules.

    Names and references are compared first; then each lookup, table and rule is asked once over empty tables of the
    declared types, because some mistakes of type show only when an expression is computed.
    """
    try:
        check_names(collection, state)
        check_field_coverage(collection)
        rehearsal = Rehearsal(collection, state)
        check_tables(rehearsal)
        check_lookups(rehearsal)
        for rule in collection.ruleset.rules:
            check_rule(rule, rehearsal)
    except Complaint as complaint:
        raise DeclarationError(_file(collection), complaint.key, complaint.problem, complaint.remedy) from None


def _file(collection: Collection) -> str:
    """Return where the rules stand, as far as the declaration knows."""
    folder = collection.id.replace("-", "_")
    origins = [rule.origin for rule in collection.ruleset.rules if rule.origin]
    return f"{origins[0] if origins else collection.state}/{folder}/rules.toml"
