"""Lookups: for each row of the asked table, which row of the looked-up table belongs to it.

What is kept for a million rows is one column of row numbers; values are fetched when an expression or a message needs
them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from muster.validation.groups import duplicated
from muster.validation.matching import places_of
from muster.validation.schemas import BAD
from muster.validation.standing import NotAskedError
from muster.validation.tables import UNDECIDED, grouped, kept

if TYPE_CHECKING:
    from collections.abc import Sequence

    from muster.model.rules import Lookup
    from muster.validation.context import Context
    from muster.validation.tables import Tables

_TWICE = "_twice"
FOUND = "found"


@dataclass(frozen=True, slots=True)
class Match:
    """Where each asked row's counterpart stands (null: none), which keys were blank, whether one was found twice."""

    index: pl.Series
    blank: pl.Series
    twice: bool


class Lookups:
    """Answers lookups over the tables of one run; a prepared table and a match are made once."""

    def __init__(self, context: Context, tables: Tables) -> None:
        self._context = context
        self._tables = tables
        self._prepared: dict[str, pl.DataFrame] = {}
        self._matches: dict[tuple[str, str], Match] = {}

    def match(self, each: str, frame: pl.DataFrame, name: str) -> Match:
        """Return the match of every row of ``frame``, the whole table called ``each``."""
        if (each, name) not in self._matches:
            self._matches[each, name] = self._match(frame, name, each)
        return self._matches[each, name]

    def keep(self, names: set[str]) -> set[str]:
        """Let go of the lookups that no further rule reads; return those whose table is still to be prepared."""
        self._prepared = {name: table for name, table in self._prepared.items() if name in names}
        self._matches = {place: match for place, match in self._matches.items() if place[1] in names}
        return names - self._prepared.keys()

    def fields(
        self, each: str | None, frame: pl.DataFrame, name: str, wanted: Sequence[str], at: pl.Series | None = None
    ) -> list[pl.Series]:
        """Return the wanted fields (and ``found``) of one lookup for the rows of a frame, masks included.

        ``each`` names the table when ``frame`` is the whole of it; None asks anew for a few rows. ``at`` picks rows.
        """
        match = self._match_at(each, frame, name, at)
        if match.twice and any(field != FOUND for field in wanted):
            table = self._context.names.lookups[name].table
            raise NotAskedError("skipped", f"could not run: {self._context.title_of(table)} has a key more than once")
        return [one for field in wanted for one in self._field(match, name, field)]

    def _match_at(self, each: str | None, frame: pl.DataFrame, name: str, at: pl.Series | None) -> Match:
        known = self._matches.get((each, name)) if each is not None else None
        if at is None:
            return self.match(each, frame, name) if each is not None else self._match(frame, name, None)
        if known is not None:
            return Match(known.index.gather(at), known.blank.gather(at), known.twice)
        own = [column for column in self._context.names.record_columns([name]) if column in frame.columns]
        return self._match(frame.select(own)[at], name, None)

    def _field(self, match: Match, name: str, field: str) -> list[pl.Series]:
        prepared = self.prepare(name)
        if field == FOUND:
            found = match.index.is_not_null()
            frame = pl.DataFrame([found.alias("f"), match.blank.alias("b")])
            series = [frame.select(pl.when(~pl.col("b")).then(pl.col("f")).alias(FOUND)).to_series()]
        else:
            series = [prepared[field].gather(match.index)]
        masks = [mask for mask in (BAD + field, UNDECIDED) if mask in prepared.columns]
        if masks:
            doubtful = prepared.select(pl.any_horizontal(masks).alias(BAD + field)).to_series()
            series.append(doubtful.gather(match.index).fill_null(False))
        return series

    def _match(self, frame: pl.DataFrame, name: str, each: str | None) -> Match:
        lookup = self._context.names.lookups[name]
        prepared = self.prepare(name)
        keys = pl.DataFrame([self._key(frame, each, ours).alias(theirs) for ours, theirs in lookup.pairs])
        index = places_of(keys, prepared.select(keys.columns), nulls_equal=lookup.blanks_match)
        blank = pl.repeat(False, keys.height, dtype=pl.Boolean, eager=True)
        if not lookup.blanks_match:
            blank = keys.select(pl.any_horizontal(pl.all().is_null())).to_series()
        twice = _TWICE in prepared.columns and bool(prepared[_TWICE].gather(index.drop_nulls()).any())
        return Match(index, blank, twice)

    def _key(self, frame: pl.DataFrame, each: str | None, path: str) -> pl.Series:
        root, _, field = path.partition(".")
        if not field:
            return frame[path]
        return self.fields(each, frame, root, [field])[0]

    def prepare(self, name: str) -> pl.DataFrame:
        """Return the looked-up table of one lookup, filtered and with one row a key."""
        if name not in self._prepared:
            self._prepared[name] = self._looked_up(self._context.names.lookups[name])
        return self._prepared[name]

    def _looked_up(self, lookup: Lookup) -> pl.DataFrame:
        """Return the looked-up table with one row a key; ``_twice`` marks a key that had several."""
        context = self._context
        frame = self._tables.cut(lookup.table, self._tables.table(lookup.table), lookup.year)
        frame = kept(self._tables.asked.of_lookup(lookup.name, frame), lookup.where, context)
        keys = list(dict.fromkeys(theirs for _, theirs in lookup.pairs))
        if lookup.columns:
            return grouped(frame, keys, lookup.columns, context)
        masks = [pl.col(BAD + key) for key in keys if BAD + key in frame.columns]
        if masks:
            frame = frame.filter(~pl.any_horizontal(masks))
        return _single(frame, keys)


def _single(frame: pl.DataFrame, keys: list[str]) -> pl.DataFrame:
    """Return one row a key; a row that surely belongs to the table comes before one of which nobody can say."""
    twice = duplicated(frame, keys)
    if not twice.any():
        return frame
    marked = frame.with_columns(twice.alias(_TWICE))
    if UNDECIDED in frame.columns:
        return marked.sort(UNDECIDED, maintain_order=True).unique(keys, keep="first", maintain_order=True)
    places = twice.arg_true()
    later = places.filter(~frame.select(pl.struct(keys))[places].to_series().is_first_distinct())
    return marked.filter(pl.repeat(True, frame.height, dtype=pl.Boolean, eager=True).scatter(later, False))
