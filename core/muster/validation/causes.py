"""Findings grouped by what they have in common: one wrong school number explains 20,652 of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from muster.model.findings import Cause
from muster.model.intake import ROW

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from muster.validation.hits import Hits

MOST_CAUSES = 50
"""How many values of one rule are told apart; the rest of its findings are one cause."""
SMALLEST_SHARE = 50
"""A value is told apart that explains at least one in so many of the rule's findings: 2 of 200 explain nothing."""
_FIRST_ROWS = 10


def causes_of(hits: Sequence[Hits]) -> tuple[Cause, ...]:
    """Return the causes of all hits; ``hits`` come in the order of importance, which stays."""
    ranked: dict[tuple[str, str], list[Cause]] = {}
    for one in hits:
        ranked.setdefault((one.stops, one.severity), []).extend(_causes(one))
    return tuple(cause for alike in ranked.values() for cause in sorted(alike, key=lambda cause: -cause.findings))


def _causes(one: Hits) -> Iterator[Cause]:
    """Tell apart the values that explain more than one finding; what is left has only the rule in common.

    A sentence that names one of many students explains none of the others: then the cause has no value of its own.
    """
    names = [name for name in one.cause if name in one.frame.columns]
    frame = one.frame.with_row_index("_first")
    if not names:
        yield _cause(one, 0, frame.height, _first_rows(frame), shared=False)
        return
    groups = (
        frame.lazy()
        .group_by(names)
        .agg(
            pl.len().alias("_n"),
            pl.col("_first").min(),
            pl.col("_first").head(_FIRST_ROWS).append(pl.col("_first").last()).alias("_told"),
            pl.col(ROW).drop_nulls().head(_FIRST_ROWS).alias("_some"),
        )
        .sort(pl.col("_n"), pl.col("_first"), descending=[True, False])
        .collect()
    )
    least = max(2, frame.height // SMALLEST_SHARE)
    shared = groups.filter((pl.col("_n") >= least) | (groups.height == 1)).head(MOST_CAUSES)
    for first, told, count, rows in shared.select("_first", "_told", "_n", "_some").iter_rows():
        said = [one.tell(one.frame.row(place, named=True)) for place in told]
        alike = all(one_said == said[0] for one_said in said)
        yield _cause(one, first, count, tuple(rows), shared=alike)
    rest = frame.join(groups.slice(shared.height).select(names), on=names, how="semi", nulls_equal=True)
    if rest.height:
        yield _cause(one, rest["_first"][0], rest.height, _first_rows(rest), shared=rest.height == 1)


def _first_rows(frame: pl.DataFrame) -> tuple[int, ...]:
    return tuple(frame[ROW].drop_nulls().head(_FIRST_ROWS))


def _cause(one: Hits, first: int, count: int, rows: tuple[int, ...], *, shared: bool) -> Cause:
    hit: dict[str, Any] = one.frame.row(first, named=True)
    told = one.tell(hit)
    return Cause(
        rule=one.rule,
        severity=one.severity,
        stops=one.stops,
        title=one.title,
        message=told.message,
        fix=told.fix or one.fix,
        column=told.column or one.column,
        label=one.label,
        value=told.value if shared else None,
        findings=count,
        rows=rows,
    )
