"""The findings of a run: many hits, kept as columns, read as sentences one slice at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from muster.model.findings import Cause, Finding
from muster.model.intake import ROW
from muster.validation.causes import causes_of
from muster.validation.hits import ROWS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from muster.model.layouts import Layout
    from muster.model.rules import Severity
    from muster.validation.hits import Hits

STOPS_ORDER = ("file", "row", "signature", "nothing")
SEVERITY_ORDER = ("error", "warning", "info")
MOST_ROWS = 50
"""How many rows of a group a finding names; ``rows_total`` tells how many there are."""
_SLICE = 10_000
_PLACES = {ROW: pl.Int64, "column": pl.String, "rule": pl.String, "severity": pl.String, "stops": pl.String}


class FindingList:
    """All findings of a run, most important first; sentences are made when they are read.

    ``keys`` has ROW and the columns that tell records apart, for the fingerprints.
    """

    def __init__(self, hits: Sequence[Hits], keys: pl.DataFrame, layout: Layout | None, sheet: str | None) -> None:
        self._hits = sorted((one for one in hits if one.frame.height), key=_rank)
        self._keys = keys if keys[ROW].is_sorted() else keys.sort(ROW)
        self._labels = {column.name: column.label for column in layout.columns} if layout else {}
        self._sheet = sheet

    def __len__(self) -> int:
        """Return how many findings there are."""
        return sum(one.frame.height for one in self._hits)

    def __iter__(self) -> Iterator[Finding]:
        """Yield every finding, the most important first."""
        for _, alike in self._ranks():
            yield from self._read(alike, _order(alike))

    def by_severity(self) -> dict[Severity, int]:
        """Count the findings of each severity."""
        counts: dict[Severity, int] = {"error": 0, "warning": 0, "info": 0}
        for one in self._hits:
            counts[one.severity] += one.frame.height
        return counts

    def causes(self) -> tuple[Cause, ...]:
        """Group the findings by cause, those that stop most first."""
        return causes_of(self._hits)

    def places(self) -> pl.DataFrame:
        """Return every place: ROW, column, rule, severity, stops; one line a row of a group."""
        parts = [pl.DataFrame(schema=_PLACES), *(_places(one) for one in self._hits)]
        return pl.concat(parts)

    def of_rows(self, rows: set[int]) -> Iterator[Finding]:
        """Yield the findings that concern any of these rows, in row order."""
        asked = pl.Series(sorted(rows), dtype=pl.Int64).implode()
        chosen = [_index(one, number).filter(_touches(one, asked)) for number, one in enumerate(self._hits)]
        if chosen:
            yield from self._read(self._hits, pl.concat(chosen).sort(_READING, nulls_last=False))

    def stopped_rows(self) -> pl.Series:
        """Return the rows that something stops, sorted, each once."""
        stopped = [_rows(one) for one in self._hits if one.stops == "row"]
        series = pl.concat([pl.Series(ROW, [], dtype=pl.Int64), *stopped])
        return series.drop_nulls().unique().sort()

    @property
    def stops_file(self) -> bool:
        """Tell whether something stops the file."""
        return any(one.stops == "file" for one in self._hits)

    def _ranks(self) -> Iterator[tuple[tuple[int, int], list[Hits]]]:
        ranked: dict[tuple[int, int], list[Hits]] = {}
        for one in self._hits:
            ranked.setdefault(_rank(one)[:2], []).append(one)
        yield from ranked.items()

    def _read(self, hits: Sequence[Hits], order: pl.DataFrame) -> Iterator[Finding]:
        for part in order.select("set", "position").iter_slices(_SLICE):
            made: dict[tuple[int, int], Finding] = {}
            for (number,), chosen in part.partition_by("set", as_dict=True).items():
                positions = chosen["position"]
                found = self._made(hits[number], hits[number].frame[positions])
                made |= zip(((number, one) for one in positions), found, strict=True)
            yield from (made[place] for place in part.iter_rows())

    def _made(self, one: Hits, frame: pl.DataFrame) -> Iterator[Finding]:
        for hit, key in zip(frame.iter_rows(named=True), self._keys_of(one, frame), strict=True):
            yield self._finding(one, hit, key)

    def _keys_of(self, one: Hits, frame: pl.DataFrame) -> Iterator[tuple[Any, ...]]:
        """Return the record's key of each hit; the rows are sorted, so that each is found without a join."""
        names = [name for name in self._keys.columns if name != ROW]
        if not one.keyed or not names or self._keys.is_empty():
            return iter([()] * frame.height)
        found = self._keys[ROW].search_sorted(frame[ROW].fill_null(0)).clip(0, self._keys.height - 1)
        known = self._keys[ROW].gather(found) == frame[ROW]
        keys = self._keys.select(names)[found]
        return keys.select(pl.when(known).then(pl.col(name)).alias(name) for name in names).iter_rows()

    def _finding(self, one: Hits, hit: dict[str, Any], key: tuple[Any, ...]) -> Finding:
        told = one.tell(hit)
        rows = hit.get(ROWS) or ()
        column = told.column or one.column
        return Finding(
            rule=one.rule,
            revision=one.revision,
            severity=one.severity,
            stops=one.stops,
            message=told.message,
            fix=told.fix or one.fix,
            sheet=self._sheet if hit[ROW] is not None else None,
            row=hit[ROW],
            rows=tuple(rows[:MOST_ROWS]),
            rows_total=len(rows),
            column=column,
            label=one.label or self._labels.get(column or ""),
            value=told.value,
            fingerprint=one.fingerprint(hit, key),
        )


def _rank(one: Hits) -> tuple[int, int, int, str]:
    return STOPS_ORDER.index(one.stops), SEVERITY_ORDER.index(one.severity), one.place, one.rule


_READING = ("row", "place", "set", "position")


def _order(hits: Sequence[Hits]) -> pl.DataFrame:
    """Return which hit of which set comes when: by row, then by column."""
    return pl.concat([_index(one, number) for number, one in enumerate(hits)]).sort(_READING, nulls_last=False)


def _index(one: Hits, number: int) -> pl.DataFrame:
    return one.frame.select(
        pl.col(ROW).alias("row"),
        pl.lit(one.place, dtype=pl.Int32).alias("place"),
        pl.lit(number, dtype=pl.Int32).alias("set"),
        pl.int_range(pl.len(), dtype=pl.Int64).alias("position"),
    )


def _touches(one: Hits, asked: pl.Series) -> pl.Series:
    """Return which hits concern any of the rows."""
    if ROWS in one.frame.columns:
        touches = pl.col(ROWS).list.eval(pl.element().is_in(asked)).list.any()
    else:
        touches = pl.col(ROW).is_in(asked)
    return one.frame.select(touches).to_series()


def _rows(one: Hits) -> pl.Series:
    if ROWS in one.frame.columns:
        return one.frame[ROWS].explode(empty_as_null=True).rename(ROW)
    return one.frame[ROW]


def _places(one: Hits) -> pl.DataFrame:
    return pl.DataFrame([_rows(one)]).with_columns(
        pl.lit(one.column, dtype=pl.String).alias("column"),
        pl.lit(one.rule).alias("rule"),
        pl.lit(one.severity).alias("severity"),
        pl.lit(one.stops).alias("stops"),
    )
