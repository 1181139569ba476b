"""Whether a layout has the columns that a rule reads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from muster.validation.expressions import compiled
from muster.validation.reading import asked_table, read_paths
from muster.validation.schemas import TEMPLATE
from muster.validation.standing import NotAskedError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from muster.model.layouts import Layout
    from muster.model.rules import Rule
    from muster.validation.reading import Names


def refuse_by_layout(rule: Rule, names: Names, layout: Layout, layouts: Sequence[Layout] = ()) -> None:
    """Raise NotAskedError when the rule reads a column of the file that this layout lacks.

    Where ``layouts`` are those of the collection and none of them has the column, the rule itself is mistaken.
    """
    known = {*layout.names, TEMPLATE}
    lacking = [name for name in file_columns(rule, names, layout) if name not in known]
    anywhere = {name for one in layouts for name in one.names}
    for name in lacking:
        if layouts and name not in anywhere:
            raise NotAskedError("crashed", f"it reads {name}, which no layout has; correct the rule")
    if lacking:
        raise NotAskedError("not applicable", f"the {layout.id} layout of {layout.year} has no {lacking[0]}")


def file_columns(rule: Rule, names: Names, layout: Layout) -> tuple[str, ...]:
    """Return the columns of the file that a rule reads: in its own rows, and where it looks the file up."""
    found: list[str] = []
    each = asked_table(rule)
    paths = read_paths(rule, layout)
    if each in ("file", "records"):
        found += names.record_columns(paths)
    found += _of_table(each, names)
    for name in names.used_lookups(paths):
        lookup = names.lookups[name]
        found += _of_table(lookup.table, names)
        if lookup.table == "file":
            fields = [path.split(".", 1)[1] for path in paths if path.startswith(f"{name}.")]
            found += [theirs for _, theirs in lookup.pairs]
            found += [field for field in fields if field != "found" and field not in lookup.columns]
            found += [root for sql in _sqls(lookup.columns, lookup.where) for root in compiled(sql).roots]
    return tuple(dict.fromkeys(name for name in found if name not in ("run", "settings")))


def _of_table(table: str, names: Names) -> list[str]:
    """Return what a derived table reads of the file, its own sources included."""
    derived = names.tables.get(table)
    if derived is None:
        return []
    found: list[str] = []
    if derived.source == "file" and derived.join is None:
        made = [root for sql in _sqls(derived.columns, derived.where) for root in compiled(sql).roots]
        found = [*derived.per, *made]
    parts = [part for part in (derived.source, derived.join) if part is not None]
    return [*found, *(name for part in parts for name in _of_table(part, names))]


def _sqls(columns: dict[str, str], where: str | None) -> list[str]:
    return [*columns.values(), *([where] if where else [])]
