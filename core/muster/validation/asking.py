"""Asking the rules of records: flags row by row, keys that must be unique, values that must agree."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import polars as pl

from muster.model.intake import ROW
from muster.validation.expressions import row_expression
from muster.validation.groups import KEY, PLACE, PLACES, agree_groups, flag_groups, unique_groups
from muster.validation.hits import ROWS
from muster.validation.reading import asked_paths, asked_table, pointed_column, read_paths, told_paths
from muster.validation.record_hits import record_hits
from muster.validation.safety import ExpressionError
from muster.validation.schemas import BAD

if TYPE_CHECKING:
    from collections.abc import Iterable

    from muster.model.rules import Rule
    from muster.validation.hits import Hits
    from muster.validation.records import Records


@dataclass(frozen=True, slots=True)
class Fired:
    """Where a rule fired, so that others can be silent there: places of the asked table, and rows of the file."""

    each: str
    places: pl.Series
    rows: pl.Series


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of one rule: its hits, and how many rows it could not be asked about."""

    hits: Hits
    fired: Fired
    not_asked: int = 0


@dataclass(slots=True)
class Asking:
    """Asks one rule after the other over the records of one run."""

    records: Records
    fired: dict[str, Fired] = field(default_factory=dict)

    def ask(self, rule: Rule) -> Answer:
        """Ask one rule; NotAskedError says why it cannot be, anything else means that it crashed."""
        each = asked_table(rule)
        wanted, not_asked = self._wanted(rule, each)
        if rule.flag:
            places = self._flagged(rule, each, wanted)
            frame = self._grouped(rule, each, places) if rule.per else self._single(rule, each, places)
        else:
            frame = self._compared(rule, each, wanted)
            places = frame[PLACES].explode(empty_as_null=True).drop_nulls()
            frame = frame.drop(PLACES)
        hits = record_hits(rule, frame, self.records.context)
        return Answer(hits, Fired(each, places, self.records.rows(each).gather(places).drop_nulls()), not_asked)

    def _wanted(self, rule: Rule, each: str) -> tuple[pl.Series, int]:
        """Return which rows are asked, and how many would be, but for a cell that cannot be used."""
        records = self.records
        height = records.table(each).height
        wanted = self._where(rule, each)
        asked = _all(height) if wanted is None else wanted
        not_asked = 0
        unusable = records.unusable(each, read_paths(rule, records.context.layout))
        if unusable is not None:
            undecided = records.unusable(each, row_expression(rule.where).paths) if rule.where else None
            would = asked if undecided is None else asked | undecided
            not_asked = int((unusable & would & self._of_file(each)).sum())
            asked = asked & ~unusable
        for other in rule.unless:
            if other in self.fired:
                asked = asked & ~self._silenced(self.fired[other], each, height)
        return asked, not_asked

    def _where(self, rule: Rule, each: str) -> pl.Series | None:
        if not rule.where:
            return None
        return self._true(rule.where, each)

    def _true(self, sql: str, each: str) -> pl.Series:
        expression = row_expression(sql)
        frame = self.records.view(each, expression.paths)
        found = frame.select(expression.expr.alias("true")).to_series()
        if found.dtype not in (pl.Boolean, pl.Null):
            raise ExpressionError(f"it is {found.dtype}, neither true nor false", "Compare it with something.")
        found = found.cast(pl.Boolean).fill_null(False)
        return found if found.len() == frame.height else found.new_from_index(0, frame.height)

    def _silenced(self, fired: Fired, each: str, height: int) -> pl.Series:
        if fired.each == each:
            return _all(height, value=False).scatter(fired.places, True)
        return self.records.rows(each).is_in(fired.rows.implode()).fill_null(False)

    def _flagged(self, rule: Rule, each: str, wanted: pl.Series) -> pl.Series:
        assert rule.flag is not None
        places = (self._true(rule.flag, each) & wanted).arg_true()
        return places.filter(self._of_file(each).gather(places))

    def _of_file(self, each: str) -> pl.Series:
        """Return which rows a finding may be about: of the file with the stored records, those that the file has."""
        if "records" in self.records.context.names.sources(each):
            return self.records.rows(each).is_not_null()
        return _all(self.records.table(each).height)

    def _single(self, rule: Rule, each: str, places: pl.Series) -> pl.DataFrame:
        """Return one line a row that fired, with what the message shows and the fingerprint needs."""
        names = self.records.context.names
        paths = [*told_paths(rule), *asked_paths(rule), *shown_columns(rule, pointed_column(rule, names))]
        found = self.records.columns(each, paths, places)
        parts = [self.records.rows(each).gather(places), *_useful(found), *self._group_rows(each, places)]
        return pl.DataFrame(parts)

    def _group_rows(self, each: str, places: pl.Series) -> list[pl.Series]:
        table = self.records.table(each)
        own = [ROWS, *self.records.context.key_of(each)]
        return [table[name].gather(places).alias(_mark(name)) for name in own if name in table.columns]

    def _grouped(self, rule: Rule, each: str, places: pl.Series) -> pl.DataFrame:
        read = self.records.columns(each, [*rule.per, *asked_paths(rule)], places)
        frame = read.with_columns(self.records.rows(each).gather(places), places.alias(PLACE))
        return self._told(rule, each, flag_groups(frame, rule.per, asked_paths(rule)))

    def _compared(self, rule: Rule, each: str, wanted: pl.Series) -> pl.DataFrame:
        records = self.records
        keys = group_keys(rule, records)
        value = [rule.agree] if rule.agree else []
        read = records.columns(each, [*keys, *value])
        places = pl.int_range(read.height, eager=True).alias(PLACE)
        frame = read.with_columns(records.rows(each), places).filter(wanted)
        if rule.agree:
            groups = agree_groups(frame, keys, rule.agree)
        else:
            groups = unique_groups(frame, keys, blanks=rule.blanks_match or rule.unique == "*")
        if "records" in records.context.names.sources(each):
            groups = groups.filter(pl.col(ROW).is_not_null())
        return self._told(rule, each, groups)

    def _told(self, rule: Rule, each: str, groups: pl.DataFrame) -> pl.DataFrame:
        """Add to each group what the message shows of its first row."""
        names = self.records.context.names
        paths = [*told_paths(rule), *shown_columns(rule, pointed_column(rule, names))]
        found = self.records.columns(each, paths, groups[PLACE])
        return groups.drop(PLACE).with_columns(_useful(found))


def group_keys(rule: Rule, records: Records) -> tuple[str, ...]:
    """Return the columns of a group; ``*`` means every column of the layout."""
    if rule.unique == "*":
        return records.context.layout.names
    return rule.unique or rule.per


def shown_columns(rule: Rule, pointed: str | None) -> Iterable[str]:
    """Return the columns a finding points at or is grouped by."""
    return [*([pointed] if pointed else []), *rule.cause]


def _all(height: int, *, value: bool = True) -> pl.Series:
    return pl.repeat(value, height, dtype=pl.Boolean, eager=True)


def _useful(found: pl.DataFrame) -> list[pl.Series]:
    """Leave out masks that hide nothing among these rows."""
    return [one for one in found if not (one.name.startswith(BAD) and not one.any())]


def _mark(name: str) -> str:
    return name if name == ROWS else KEY + name
