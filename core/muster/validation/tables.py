"""The tables a rule can ask or look up: the file, stored records, both, reference tables, tables made from these."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from muster.model.intake import ROW
from muster.validation.asked_columns import AskedColumns
from muster.validation.expressions import compiled, row_expression
from muster.validation.groups import duplicated
from muster.validation.hits import ROWS
from muster.validation.matching import places_of
from muster.validation.schemas import BAD
from muster.validation.standing import NotAskedError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from muster.model.rules import DerivedTable
    from muster.validation.context import Context

UNDECIDED = BAD + "?"
"""Mask of rows of which nobody can say whether they count: ``where`` reads a cell that cannot be used."""
_YEARS = ("year", "first_year", "last_year")


class Tables:
    """Makes the tables of one run, each when it is first asked for."""

    def __init__(
        self,
        context: Context,
        file: pl.DataFrame,
        stored: pl.DataFrame | None,
        reference: Mapping[str, pl.DataFrame],
        asked: AskedColumns | None = None,
    ) -> None:
        self._context = context
        self.asked = asked or AskedColumns()
        self._made: dict[str, pl.DataFrame] = {"file": file}
        self._stored = stored
        self._reference = reference

    @property
    def file(self) -> pl.DataFrame:
        """Return the typed rows of the file."""
        return self._made["file"]

    def table(self, name: str) -> pl.DataFrame:
        """Return a table with the masks of its columns; raise NotAskedError when it is not there."""
        if name not in self._made:
            self._made[name] = self._make(name)
        return self._made[name]

    def keep(self, names: set[str]) -> None:
        """Let go of the tables that no further rule reads."""
        self._made = {name: table for name, table in self._made.items() if name == "file" or name in names}

    def _make(self, name: str) -> pl.DataFrame:
        if name == "stored":
            if self._stored is None:
                raise NotAskedError("not asked without a database", "reads stored records")
            return self._stored
        if name == "records":
            return self.file if self._stored is None else self._records(self._stored)
        derived = self._context.names.tables.get(name)
        return self._derived(derived) if derived else self._referenced(name)

    def _records(self, stored: pl.DataFrame) -> pl.DataFrame:
        """Return what would stand after this file: its rows, and the stored ones it does not replace."""
        key = [name for name in self._context.collection.key if name in self.file.columns or name in stored.columns]
        unusable = _mask(self.file, key, "key")
        file = self.file if unusable is None else self.file.filter(~unusable)
        ours, theirs = _keyed(file, stored, key), _keyed(stored, file, key)
        replaced = places_of(theirs, ours, nulls_equal=True).is_not_null()
        both = pl.concat([self.file, stored.filter(~replaced)], how="diagonal_relaxed")
        return both.with_columns(pl.col(f"^{BAD}.*$").fill_null(False))

    def _referenced(self, name: str) -> pl.DataFrame:
        found = self._reference.get(name)
        if found is None:
            raise self._context.not_loaded(name)
        return self.asked.of_table(name, found)

    def _derived(self, table: DerivedTable) -> pl.DataFrame:
        frame = self._source(table, table.source)
        if table.join is not None:
            frame = _joined(frame, self._source(table, table.join), table.on)
        frame = self._kept(frame, table.where)
        if table.per:
            return grouped(frame, table.per, table.columns, self._context, rows=True)
        made = self._context.with_values(
            frame, [path for sql in table.columns.values() for path in compiled(sql).paths]
        )
        columns = [row_expression(sql).expr.alias(name) for name, sql in table.columns.items()]
        masks = [_mask(frame, row_expression(sql).roots, name) for name, sql in table.columns.items()]
        made = made.with_columns([*columns, *(mask for mask in masks if mask is not None)])
        made = made.drop("run", "settings", strict=False)
        return made if UNDECIDED not in made.columns else made.filter(~pl.col(UNDECIDED)).drop(UNDECIDED)

    def _source(self, table: DerivedTable, name: str) -> pl.DataFrame:
        """Return a source; where the table says nothing about years itself, a reference table is cut to the run's."""
        own = {*table.per, *table.on, *(root for sql in _expressions(table) for root in compiled(sql).roots)}
        frame = self.table(name)
        return frame if own & set(_YEARS) else self.cut(name, frame)

    def cut(self, name: str, frame: pl.DataFrame, offset: int = 0) -> pl.DataFrame:
        """Return the rows of a reference table that hold in the run's year."""
        context = self._context
        if name in ("file", "stored", "records") or name in context.names.tables:
            return frame
        return _filtered(frame, frame.select(_in_year(frame.columns, context.facts.year + offset)).to_series())

    def _kept(self, frame: pl.DataFrame, where: str | None) -> pl.DataFrame:
        return kept(frame, where, self._context)


def kept(frame: pl.DataFrame, where: str | None, context: Context) -> pl.DataFrame:
    """Return the rows for which ``where`` is true, and with a mask those for which it cannot be decided."""
    if where is None:
        return frame
    expression = row_expression(where)
    undecided = _mask(frame, expression.roots, UNDECIDED.removeprefix(BAD))
    wanted = context.with_values(frame, expression.paths).select(expression.expr.fill_null(False)).to_series()
    if undecided is None:
        return _filtered(frame, wanted)
    marked = frame.with_columns(undecided)
    return marked.filter(wanted | marked[UNDECIDED])


def _filtered(frame: pl.DataFrame, wanted: pl.Series) -> pl.DataFrame:
    """Return the wanted rows; the frame itself where all are wanted, since a filter copies every column."""
    return frame if wanted.all(ignore_nulls=False) else frame.filter(wanted)


def grouped(
    frame: pl.DataFrame, keys: Sequence[str], columns: Mapping[str, str], context: Context, *, rows: bool = False
) -> pl.DataFrame:
    """Return one row a key; what is reckoned from a cell that cannot be used is blank, and marked so.

    Rows whose key cannot be used are left out: nobody can say to which group they belong.
    """
    bad_key = _mask(frame, keys, "key")
    usable = frame if bad_key is None else frame.filter(~bad_key)
    read = [path for sql in columns.values() for path in compiled(sql).paths]
    valued = context.with_values(usable, read)
    aggregates: list[pl.Expr] = []
    for name, sql in columns.items():
        expression = compiled(sql)
        aggregates.append(expression.expr.alias(name))
        doubtful = _doubtful(usable, expression.roots)
        if doubtful is not None:
            aggregates.append(doubtful.any().alias(BAD + name))
    if rows and ROW in usable.columns:
        aggregates += [pl.col(ROW).min(), pl.col(ROW).drop_nulls().alias(ROWS)]
    made = _aggregated(valued, keys, aggregates, ordered=rows)
    marked = [name for name in columns if BAD + name in made.columns]
    return made.with_columns(pl.when(~pl.col(BAD + name)).then(pl.col(name)).alias(name) for name in marked)


def _aggregated(
    frame: pl.DataFrame, keys: Sequence[str], aggregates: Sequence[pl.Expr], *, ordered: bool
) -> pl.DataFrame:
    """Return one row a key; where their order is of no consequence, keys that stand once are not grouped at all."""
    if ordered or not all(_is_extreme(one) for one in aggregates):
        return frame.lazy().group_by(list(keys), maintain_order=ordered).agg(aggregates).collect()
    several = duplicated(frame, keys)
    alone = [pl.col(one.meta.root_names()[0]).alias(one.meta.output_name()) for one in aggregates]
    single = frame.lazy().filter(~several).select(*keys, *alone)
    grouped = frame.lazy().filter(several).group_by(list(keys)).agg(aggregates)
    return pl.concat([single, grouped]).collect()


def _is_extreme(aggregate: pl.Expr) -> bool:
    """Return whether it is the least or the greatest value of one column, which of a single row is its own."""
    roots = aggregate.meta.root_names()
    plain = aggregate.meta.undo_aliases()
    return len(roots) == 1 and any(plain.meta.eq(one) for one in (pl.col(roots[0]).min(), pl.col(roots[0]).max()))


def _doubtful(frame: pl.DataFrame, columns: Iterable[str]) -> pl.Expr | None:
    masks = [BAD + name for name in columns if BAD + name in frame.columns]
    masks += [UNDECIDED] if UNDECIDED in frame.columns else []
    return pl.any_horizontal(masks) if masks else None


def _mask(frame: pl.DataFrame, columns: Iterable[str], name: str) -> pl.Expr | None:
    masks = [BAD + column for column in columns if BAD + column in frame.columns]
    return pl.any_horizontal(masks).alias(BAD + name) if masks else None


def _keyed(frame: pl.DataFrame, other: pl.DataFrame, key: Sequence[str]) -> pl.DataFrame:
    """Return the key columns; one that the frame lacks is blank throughout."""
    lacking = [pl.lit(None, dtype=other.schema[name]).alias(name) for name in key if name not in frame.columns]
    return frame.lazy().with_columns(lacking).select(key).collect()


def _joined(left: pl.DataFrame, right: pl.DataFrame, on: Sequence[str]) -> pl.DataFrame:
    """Return the inner join; of a column that both have, the first table's counts."""
    new = [name for name in right.columns if name in on or name not in left.columns]
    return left.join(right.select(new), on=list(on), how="inner", maintain_order="left")


def _in_year(columns: Sequence[str], year: int) -> pl.Expr:
    held = pl.lit(True)
    if "year" in columns:
        held = held & (pl.col("year") == year)
    if "first_year" in columns:
        held = held & (pl.col("first_year").is_null() | (pl.col("first_year") <= year))
    if "last_year" in columns:
        held = held & (pl.col("last_year").is_null() | (pl.col("last_year") >= year))
    return held


def _expressions(table: DerivedTable) -> list[str]:
    return [*table.columns.values(), *([table.where] if table.where else [])]
