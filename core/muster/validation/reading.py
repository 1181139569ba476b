"""What a rule reads, found in its declaration: columns, lookups with the keys behind them, tables."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from muster.validation.expressions import row_expression
from muster.validation.messages import placeholders

if TYPE_CHECKING:
    from collections.abc import Iterable

    from muster.model.layouts import Layout
    from muster.model.rules import DerivedTable, Lookup, Rule, RuleSet

CONTEXT = ("run", "settings")
GROUP_WORDS = ("rows", "values", "count")
RECORD_TABLES = ("file", "stored", "records")


@dataclass(frozen=True)
class Names:
    """The lookups and derived tables of a rule set, by name."""

    lookups: dict[str, Lookup]
    tables: dict[str, DerivedTable]

    @classmethod
    def of(cls, ruleset: RuleSet) -> Names:
        """Return the names of a rule set."""
        return cls({one.name: one for one in ruleset.lookups}, {one.name: one for one in ruleset.tables})

    def used_lookups(self, paths: Iterable[str]) -> tuple[str, ...]:
        """Return the lookups behind these paths, those of chained keys first, each once."""
        found: dict[str, None] = {}
        for path in paths:
            root = path.split(".")[0]
            if root in self.lookups and root not in found:
                keys = [key for key, _ in self.lookups[root].pairs if key.split(".")[0] != root]
                found |= dict.fromkeys(self.used_lookups(keys))
                found[root] = None
        return tuple(found)

    def record_columns(self, paths: Iterable[str]) -> tuple[str, ...]:
        """Return the record's own columns behind these paths, the keys of lookups included."""
        found: dict[str, None] = {}
        for path in paths:
            root = path.split(".")[0]
            if root in self.lookups:
                keys = [key for key, _ in self.lookups[root].pairs if key.split(".")[0] != root]
                found |= dict.fromkeys(self.record_columns(keys))
            elif root not in CONTEXT:
                found[root] = None
        return tuple(found)

    def sources(self, table: str) -> tuple[str, ...]:
        """Return a table and the tables it is made from."""
        found: dict[str, None] = {table: None}
        derived = self.tables.get(table)
        for part in (derived.source, derived.join) if derived else ():
            if part is not None and part != table:
                found |= dict.fromkeys(self.sources(part))
        return tuple(found)

    def tables_of(self, rule: Rule) -> tuple[str, ...]:
        """Return every table a rule reads: the one it asks, and those of its lookups."""
        tables = [asked_table(rule), *(self.lookups[name].table for name in self.used_lookups(every_path(rule)))]
        return tuple(dict.fromkeys(part for table in tables for part in self.sources(table)))


def asked_table(rule: Rule) -> str:
    """Return the table whose rows a rule asks."""
    return rule.within if rule.kind in ("unique", "agree") and rule.each == "file" else rule.each


def asked_paths(rule: Rule) -> tuple[str, ...]:
    """Return the paths that decide whether the rule fires, in the order of its text."""
    paths: list[str] = []
    for sql in (rule.flag, rule.where):
        if sql:
            paths += row_expression(sql).paths
    if isinstance(rule.unique, tuple):
        paths += rule.unique
    if rule.agree:
        paths.append(rule.agree)
    return tuple(dict.fromkeys([*paths, *rule.per]))


def read_paths(rule: Rule, layout: Layout) -> tuple[str, ...]:
    """Return the paths that decide whether the rule fires; ``*`` means every column of the layout."""
    every = layout.names if rule.unique == "*" else ()
    return (*asked_paths(rule), *every)


def told_paths(rule: Rule) -> tuple[str, ...]:
    """Return the paths that the message shows."""
    return tuple(path for path in placeholders(rule.message) if path not in GROUP_WORDS)


def every_path(rule: Rule) -> tuple[str, ...]:
    """Return the paths that a rule asks about, points at, groups by or shows."""
    pointed = [rule.at] if rule.at else []
    return tuple(dict.fromkeys([*asked_paths(rule), *pointed, *rule.cause, *told_paths(rule)]))


def pointed_column(rule: Rule, names: Names) -> str | None:
    """Return the column a finding points at: declared, else the flag's first own, else the last lookup's last key."""
    if rule.at:
        return rule.at
    if rule.agree:
        return rule.agree
    if rule.unique:
        return None if rule.unique == "*" else rule.unique[0]
    paths = row_expression(rule.flag).paths if rule.flag else ()
    own = [path for path in paths if path.split(".")[0] not in (*names.lookups, *CONTEXT, "template")]
    return own[0] if own else _last_key(paths, names)


def _last_key(paths: Iterable[str], names: Names) -> str | None:
    lookups = [path.split(".")[0] for path in paths if path.split(".")[0] in names.lookups]
    if not lookups:
        return None
    key = names.lookups[lookups[-1]].pairs[-1][0]
    return _last_key([key], names) if "." in key else key
