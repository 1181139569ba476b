"""Error cells, formulas without a result and merged cells, which the reader shows as blank."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from muster.model.intake import ROW

if TYPE_CHECKING:
    import polars as pl

    from muster.intake.sheet_cells import Cells, ErrorCell

_BELOW = re.compile(r"[A-Z]+[0-9]+:[A-Z]+([0-9]+)")


def put_errors(
    grid: pl.DataFrame, cells: Cells, header_row: int, columns: dict[int, str]
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the grid with the errors' texts in their cells, and the table of them by layout column."""
    shift = _shift(grid, cells, header_row)
    below = [one for one in cells.errors if one.row > header_row and one.column - shift in columns]
    for position in {one.column - shift for one in below}:
        grid = _put(grid, position, [one for one in below if one.column - shift == position])
    return grid, _table([(one.row, columns[one.column - shift], one.text, one.kind) for one in below])


def _shift(grid: pl.DataFrame, cells: Cells, header_row: int) -> int:
    """Return the number of the sheet's column that is the grid's column 0, found by the first column name."""
    written = cells.heads.get(header_row, [])
    values = grid.row(header_row - 1)
    first = next((place for place, value in enumerate(values) if value is not None), 0)
    return min(written, default=1) - first


def _put(grid: pl.DataFrame, position: int, errors: list[ErrorCell]) -> pl.DataFrame:
    import polars as pl

    last = max(one.row for one in errors)
    if last > grid.height:  # the reader ends before rows that hold nothing but formulas without a result
        grid = pl.concat([grid, pl.DataFrame(schema=grid.schema).clear(last - grid.height)])
    column = grid.get_column(str(position))
    places, texts = [one.row - 1 for one in errors], [one.text for one in errors]
    return grid.with_columns(column.scatter(places, texts))


def _table(rows: list[tuple[int, str, str, str]]) -> pl.DataFrame:
    import polars as pl

    schema = {ROW: pl.Int64, "column": pl.String, "value": pl.String, "kind": pl.String}
    return pl.DataFrame(rows, schema=schema, orient="row").sort(ROW, maintain_order=True)


def merged_cells(sheet: str, cells: Cells, header_row: int) -> list[str]:
    """Return the sentence about merged cells among the data: only the first of them has the value."""
    below = [ref for ref in cells.merged if (found := _BELOW.fullmatch(ref)) and int(found[1]) > header_row]
    if not below:
        return []
    places = ", ".join(below[:3]) + (f" and {len(below) - 3:,} more" if len(below) > 3 else "")
    sentence = (
        f'Merged cells in the sheet "{sheet}" ({places}) hold their value only in the first row and column; '
        "the others were read as blank."
    )
    return [sentence]
