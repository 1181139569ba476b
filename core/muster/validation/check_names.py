"""Names of rules, lookups and tables: no two alike, none that hides a column, none that leads back to itself."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from muster.validation.complaints import Complaint, key_of, unknown
from muster.validation.reading import CONTEXT, RECORD_TABLES, Names
from muster.validation.schemas import TEMPLATE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from muster.model.collections import Collection
    from muster.model.rules import DerivedTable, Lookup
    from muster.model.states import State


def check_names(collection: Collection, state: State) -> None:
    """Complain about names used twice, names that hide others, unknown references and circles."""
    names = Names.of(collection.ruleset)
    _check_twice(collection)
    _check_file_rules(collection)
    _check_hidden(collection, names, state)
    _check_references(collection, names, state)
    _check_circles(collection, names)


def table_names(names: Names, state: State) -> set[str]:
    """Return every table a rule may name."""
    declared = {one.name for one in state.tables} | {one.id for one in state.collections}
    return {*RECORD_TABLES, *names.tables, *declared}


def _check_twice(collection: Collection) -> None:
    ruleset = collection.ruleset
    for what, every in (
        ("rule", [one.id for one in ruleset.rules]),
        ("lookup", [one.name for one in ruleset.lookups]),
        ("table", [one.name for one in ruleset.tables]),
    ):
        for name, count in Counter(every).items():
            if count > 1:
                raise Complaint(f"{what} {name}", f"is declared {count} times", "Ids and names are used once.")


def _check_file_rules(collection: Collection) -> None:
    """Complain about two rules for one check of the file as a whole: a finding has one id."""
    bound: dict[tuple[str, int, str], str] = {}
    for layout in collection.layouts:
        for rule in collection.rules_of(layout.year):
            place = (rule.file or "", layout.year, layout.id)
            if (
                rule.file
                and (not rule.layouts or layout.id in rule.layouts)
                and bound.setdefault(place, rule.id) != rule.id
            ):
                problem = f'{bound[place]} has the check "{rule.file}" as well'
                raise Complaint(key_of(rule, "file"), problem, "Leave it in one of them.")


def _check_hidden(collection: Collection, names: Names, state: State) -> None:
    columns = {name for layout in collection.layouts for name in layout.names}
    for lookup in names.lookups.values():
        if lookup.name in columns:
            raise Complaint(key_of(lookup), "bears the name of a column", "Give the lookup another name.")
    reserved = {*CONTEXT, TEMPLATE}
    named: list[Lookup | DerivedTable] = [*names.lookups.values(), *names.tables.values()]
    for one in named:
        if one.name in reserved:
            raise Complaint(key_of(one), f'"{one.name}" has a meaning of its own in rules', "Choose another name.")
    for table in names.tables.values():
        if table.name in columns:
            raise Complaint(key_of(table), "bears the name of a column", "Give the table another name.")
        if table.name in {*RECORD_TABLES, *(one.name for one in state.tables)}:
            raise Complaint(key_of(table), "bears the name of another table", "Give the table another name.")


def _check_references(collection: Collection, names: Names, state: State) -> None:
    tables = table_names(names, state)
    for lookup in names.lookups.values():
        if lookup.table not in tables:
            raise unknown(key_of(lookup, "table"), "table", lookup.table, tables)
        if lookup.year and lookup.table in {*RECORD_TABLES, *names.tables}:
            problem = f'"year" has no effect on "{lookup.table}", which is no reference table'
            raise Complaint(key_of(lookup, "year"), problem, "Say it in the table's where.")
    for table in names.tables.values():
        for part, name in (("from", table.source), ("join", table.join)):
            if name is not None and name not in tables:
                raise unknown(key_of(table, part), "table", name, tables)
    _check_rules(collection, tables)


def _check_rules(collection: Collection, tables: set[str]) -> None:
    ids = {rule.id for rule in collection.ruleset.rules}
    for rule in collection.ruleset.rules:
        if rule.each not in tables:
            raise unknown(key_of(rule, "each"), "table", rule.each, tables)
        for other in rule.unless:
            if other not in ids:
                raise unknown(key_of(rule, "unless"), "rule", other, ids)


def _check_circles(collection: Collection, names: Names) -> None:
    keys = {one.name: [ours.split(".")[0] for ours, _ in one.pairs] for one in names.lookups.values()}
    for lookup in names.lookups.values():
        _walk(lookup.name, lambda name: keys.get(name, []), key_of(lookup, "on"))
    parts = {one.name: [part for part in (one.source, one.join) if part] for one in names.tables.values()}
    for table in names.tables.values():
        _walk(table.name, lambda name: parts.get(name, []), key_of(table, "from"))
    silent = {rule.id: list(rule.unless) for rule in collection.ruleset.rules}
    for rule in collection.ruleset.rules:
        _walk(rule.id, lambda name: silent.get(name, []), key_of(rule, "unless"))


def _walk(start: str, following: Callable[[str], Iterable[str]], key: str) -> None:
    seen: set[str] = set()
    waiting = list(following(start))
    while waiting:
        name = waiting.pop()
        if name == start:
            raise Complaint(key, f'"{start}" leads back to itself', "Break the circle.")
        if name not in seen:
            seen.add(name)
            waiting += following(name)
