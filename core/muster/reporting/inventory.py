"""What is installed: states, rules and layouts as rows for people and as documents for programs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

    from muster.model.columns import Column
    from muster.model.layouts import Layout
    from muster.model.marks import Marked
    from muster.model.rules import Rule
    from muster.plugins import PluginRow


def state_rows(rows: Iterable[PluginRow]) -> list[tuple[str, ...]]:
    """Return a line a state, and one for each plugin that could not be loaded."""
    lines: list[tuple[str, ...]] = []
    for row in rows:
        plugin = f"{row.distribution} {row.version}".strip()
        if row.problem or not row.states:
            lines.append((row.name, "", plugin, "", "", "", "", row.problem or "It brings no state."))
        for state in row.states:
            counts = state.counts()
            collections = ", ".join(one.id for one in state.collections)
            numbers = (str(counts[mark]) for mark in ("found", "derived", "placeholder"))
            lines.append((state.id, state.name, plugin, collections, *numbers, ""))
    return lines


def states_document(rows: Iterable[PluginRow]) -> list[dict[str, Any]]:
    """Return plugins with their states, hooks, counts and problems."""
    return [
        {
            "plugin": row.name,
            "distribution": row.distribution,
            "version": row.version,
            "hooks": list(row.hooks),
            "problem": row.problem or None,
            "states": [
                {
                    "id": state.id,
                    "name": state.name,
                    "agency": state.agency,
                    "overlay": state.overlay or None,
                    "collections": [one.address for one in state.collections],
                    "counts": {mark: state.counts()[mark] for mark in ("found", "derived", "placeholder")},
                }
                for state in row.states
            ],
        }
        for row in rows
    ]


def source_of(marked: Marked) -> str:
    """Return citations and marks as one short text: "S:1197; severity derived"."""
    parts = [", ".join(marked.cites)] if marked.cites else []
    if marked.placeholder:
        parts.append("placeholder")
    if marked.derived:
        parts.append("derived" if marked.derived is True else f"{marked.derived} derived")
    return "; ".join(parts)


def rule_rows(rules: Iterable[Rule]) -> list[tuple[str, ...]]:
    """Return a line a rule."""
    return [(rule.id, rule.severity, rule.stops, ", ".join(rule.when), rule.title, source_of(rule)) for rule in rules]


def rules_document(rules: Iterable[Rule]) -> list[dict[str, Any]]:
    """Return the rules as declared, with what is only a default left out, and their kind."""
    return [{"kind": rule.kind, **rule.model_dump(mode="json", exclude_defaults=True)} for rule in rules]


def layout_rows(layouts: Iterable[Layout]) -> list[tuple[str, ...]]:
    """Return a line a column."""
    return [
        (
            str(layout.year),
            layout.id,
            str(number),
            column.label,
            type_of(column),
            "yes" if column.required else "",
            column.mark or "",
            source_of(column),
        )
        for layout in layouts
        for number, column in enumerate(layout.columns, start=1)
    ]


def layouts_document(layouts: Iterable[Layout]) -> list[dict[str, Any]]:
    """Return the layouts as declared, with what is only a default left out."""
    return [layout.model_dump(mode="json", exclude_defaults=True) for layout in layouts]


def type_of(column: Column) -> str:
    """Return type and size in words: "code, 9 characters"."""
    if column.length:
        return f"{column.type}, {column.length} characters"
    if column.most:
        return f"{column.type}, up to {column.most} characters"
    if column.places is not None:
        return f"{column.type}, {column.places} places"
    return column.type
