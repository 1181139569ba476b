"""Columns of the asked rows: their own, those of lookups, and the masks that keep unusable cells out of answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from muster.model.intake import ROW
from muster.validation.lookups import Lookups
from muster.validation.reading import CONTEXT, asked_table, every_path
from muster.validation.schemas import BAD

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from muster.model.rules import Rule
    from muster.validation.context import Context
    from muster.validation.tables import Tables


class Records:
    """Fetches what rules read, by path: ``minutes`` or ``range.low``."""

    def __init__(self, context: Context, tables: Tables) -> None:
        self.context = context
        self.tables = tables
        self.lookups = Lookups(context, tables)
        self._asked: dict[str, pl.DataFrame] = {}

    def table(self, each: str) -> pl.DataFrame:
        """Return the table whose rows are asked; a reference table is cut to the run's year."""
        if each not in self._asked:
            self._asked[each] = self.tables.cut(each, self.tables.table(each))
        return self._asked[each]

    def keep_for(self, rules: Sequence[Rule]) -> None:
        """Let go of what none of these rules reads: a million rows of each table and lookup add up."""
        names = self.context.names
        lookups = {name for rule in rules for name in names.used_lookups(every_path(rule))}
        waiting = [names.lookups[name].table for name in self.lookups.keep(lookups)]
        tables = {part for table in (*map(asked_table, rules), *waiting) for part in names.sources(table)}
        self.tables.keep(tables)
        self._asked = {name: table for name, table in self._asked.items() if name == "file" or name in tables}

    def rows(self, each: str) -> pl.Series:
        """Return the row of the file for each asked row, null where there is none."""
        table = self.table(each)
        if ROW in table.columns and each != "stored":
            return table[ROW]
        return pl.Series(ROW, [None], dtype=pl.Int64).new_from_index(0, table.height)

    def columns(self, each: str, paths: Iterable[str], at: pl.Series | None = None) -> pl.DataFrame:
        """Return one column a path, and its mask where some value cannot be used; ``at`` picks rows."""
        wanted = tuple(dict.fromkeys(path for path in paths if path.split(".")[0] not in CONTEXT))
        table = self.table(each)
        series: list[pl.Series] = []
        for root in dict.fromkeys(path.split(".")[0] for path in wanted):
            if root in self.context.names.lookups:
                fields = [path.split(".", 1)[1] for path in wanted if path.startswith(f"{root}.")]
                found = self.lookups.fields(each, table, root, fields, at)
                series += [_prefixed(one, root) for one in found]
            else:
                own = [name for name in (root, BAD + root) if name in table.columns]
                series += [table[name] if at is None else table[name].gather(at) for name in own]
        return pl.DataFrame(series)

    def unusable(self, each: str, paths: Iterable[str]) -> pl.Series | None:
        """Return which rows cannot be asked: a cell that these paths read, also by way of keys, cannot be used."""
        names = self.context.names
        wanted = tuple(paths)
        chained = [key for name in names.used_lookups(wanted) for key, _ in names.lookups[name].pairs]
        read = self.columns(each, [*wanted, *names.record_columns(wanted), *chained])
        masks = [name for name in read.columns if name.startswith(BAD)]
        return read.select(pl.any_horizontal(masks)).to_series() if masks else None

    def view(self, each: str, paths: Iterable[str]) -> pl.DataFrame:
        """Return the frame an expression is asked over: own columns, one struct a lookup, ``run`` and ``settings``."""
        wanted = tuple(paths)
        flat = self.columns(each, wanted)
        parts: list[pl.Series] = []
        for root in dict.fromkeys(name.split(".")[0] for name in flat.columns if not name.startswith(BAD)):
            if root in self.context.names.lookups:
                fields = [name for name in flat.columns if name.startswith(f"{root}.")]
                struct = flat.select(fields).rename({name: name.split(".", 1)[1] for name in fields})
                parts.append(struct.to_struct(root))
            else:
                parts.append(flat[root])
        height = self.table(each).height
        frame = pl.DataFrame(parts) if parts else pl.select(pl.repeat(None, height).alias("_"))
        return self.context.with_values(frame, wanted)


def _prefixed(series: pl.Series, root: str) -> pl.Series:
    name = series.name
    if name.startswith(BAD):
        return series.alias(f"{BAD}{root}.{name.removeprefix(BAD)}")
    return series.alias(f"{root}.{name}")
