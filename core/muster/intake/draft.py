"""What the readers of workbooks and of text hand over, before it becomes an intake."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from muster.model.intake import ROW

if TYPE_CHECKING:
    import polars as pl

    from muster.intake.headers import Match
    from muster.model.intake import Problem
    from muster.model.layouts import Layout


@dataclass(frozen=True, slots=True)
class Draft:
    """Rows in a layout's columns, with what was noticed on the way; None stands for an empty table."""

    layout: Layout
    frame: pl.DataFrame | None = None
    odd_rows: pl.DataFrame | None = None
    error_cells: pl.DataFrame | None = None
    sheet: str | None = None
    header: dict[str, str] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    warnings: tuple[str, ...] = ()


def select(frame: pl.DataFrame, best: Match) -> pl.DataFrame:
    """Return ROW and the layout's columns in the layout's order from a frame whose columns are named 0, 1, 2, ..."""
    import polars as pl

    found = frame.select(ROW, *(pl.col(str(best.columns[name])).alias(name) for name in best.layout.names))
    blank = found.select(pl.all_horizontal(pl.exclude(ROW).is_null())).to_series()
    return found.filter(~blank) if blank.any() else found


def extra_columns(best: Match) -> tuple[str, ...]:
    """Return the sentence that names the columns which were not read."""
    if not best.extra:
        return ()
    names = ", ".join(f'"{name[:60]}"' for name in best.extra[:5])
    more = f" and {len(best.extra) - 5:,} more" if len(best.extra) > 5 else ""
    noun, verb = ("column", "is") if len(best.extra) == 1 else ("columns", "are")
    return (
        f"The {noun} {names}{more} {verb} not part of the template and {'was' if verb == 'is' else 'were'} ignored.",
    )
