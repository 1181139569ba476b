"""Forms of actions: what was typed, read into fields and sub-rows, and shown again as it was typed."""

from __future__ import annotations

import json
import re
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from muster.model.actions import Changed, Changes

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from muster.acting.inputs import Field

EMPTY_ROWS = 3
"""Sub-rows shown for new ones."""


def typed(fields: Sequence[Field], form: Mapping[str, str]) -> dict[str, Any]:
    """Return what was typed: text by field, and a list of such for sub-rows, without those left empty."""
    return {
        field.name: _rows(field, form) if field.kind == "rows" else form.get(field.name, "").strip()
        for field in fields
        if field.kind == "rows" or field.name in form
    }


def inputs(fields: Sequence[Field], given: Mapping[str, Any], more: int = 0) -> list[dict[str, Any]]:
    """Return the fields for a page: each with its name, its field, its value, and its sub-rows where it has some."""
    return [_input(field, field.name, given.get(field.name), more) for field in fields]


def hidden(fields: Sequence[Field], given: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return names and values that carry on what was typed from one page to the next."""
    found: list[tuple[str, str]] = []
    for one in inputs(fields, given):
        found += [(cell["name"], cell["value"]) for row in one["rows"] for cell in row if cell["value"]]
        if one["field"].kind != "rows" and one["value"]:
            found.append((one["name"], one["value"]))
    return found


def confirmation(changes: Changes) -> str:
    """Return counts as a form carries them."""
    return json.dumps([asdict(one) for one in changes.changes], separators=(",", ":"))


def confirmed(text: str) -> Changes:
    """Return the counts that a person confirmed; what no page wrote confirms nothing."""
    try:
        return Changes(tuple(Changed(**one) for one in json.loads(text)))
    except (TypeError, ValueError):
        return Changes(())


def counted(changes: Changes) -> str:
    """Return the counts in words: ``3 of Crafts learned deleted, 1 of Gifts given deleted``."""
    words = [
        f"{number:,} of {one.title} {kind}"
        for one in changes.changes
        for kind in ("created", "updated", "deleted")
        if (number := getattr(one, kind))
    ]
    return ", ".join(words) or "nothing changes"


def _rows(field: Field, form: Mapping[str, str]) -> list[dict[str, str]]:
    rows: dict[int, dict[str, str]] = {}
    pattern = re.compile(rf"{re.escape(field.name)}-([0-9]{{1,6}})-(\w+)")
    for name, value in form.items():
        if found := pattern.fullmatch(name):
            rows.setdefault(int(found[1]), {})[found[2]] = value.strip()
    return [rows[number] for number in sorted(rows) if any(rows[number].values())]


def _input(field: Field, name: str, value: Any, more: int) -> dict[str, Any]:
    rows: list[list[dict[str, Any]]] = []
    if field.kind == "rows":
        given = [*(value or ()), *({} for _ in range(more or EMPTY_ROWS))]
        rows = [
            [_input(cell, f"{name}-{number}-{cell.name}", row.get(cell.name), 0) for cell in field.rows]
            for number, row in enumerate(given)
        ]
    return {"name": name, "field": field, "value": "" if value is None else str(value), "rows": rows}
