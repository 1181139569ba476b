"""What is done to every cell as read: outer white space off, blank as null, dates in the column's format."""

from __future__ import annotations

from typing import TYPE_CHECKING

from muster.intake.stops import unreadable
from muster.model.intake import ROW

if TYPE_CHECKING:
    from collections.abc import Sequence

    import polars as pl

    from muster.model.columns import Column

MOST_CHARACTERS = 32_767
"""As many as a cell of Excel holds."""

WHITE = " \t\r\n\v\f\x85\u00a0\u1680\u2028\u2029\u202f\u205f\u3000\ufeff" + "".join(map(chr, range(0x2000, 0x200C)))
"""White space as people see it: the no-break space and the zero-width one included."""

_DATE_CELL = r"^[0-9]{4}-[0-9]{2}-[0-9]{2} 00:00:00$"


def tidy(lines: pl.LazyFrame) -> pl.DataFrame:
    """Return the rows with outer white space removed, blanks as null and rows without any value left out.

    White space goes while the rows are being read and blanks in place, so that no table exists twice. Every column
    comes in one piece: where the pieces of two columns differ, polars copies all of both whenever they meet.
    """
    import polars as pl

    frame = lines.with_columns(pl.exclude(ROW).str.strip_chars(WHITE)).collect()
    emptied = frame.select((pl.exclude(ROW) == "").any())
    for place, name in enumerate(frame.columns):
        column = frame.to_series(place).rechunk()
        if name in emptied.columns and emptied.item(0, name):
            column = column.set(column == "", None)
        frame.replace_column(place, column)
    blank_rows = frame.select(pl.all_horizontal(pl.exclude(ROW).is_null())).to_series()
    return frame.filter(~blank_rows) if blank_rows.any() else frame


def show_dates(frame: pl.DataFrame, columns: Sequence[Column]) -> pl.DataFrame:
    """Return the frame with true date cells written in their column's own date format."""
    import polars as pl

    for column in columns:
        if column.type != "date":
            continue
        cells = pl.col(column.name)
        year, month, day = cells.str.slice(0, 4), cells.str.slice(5, 2), cells.str.slice(8, 2)
        parts = [month, day, year] if column.date_format == "MM/DD/YYYY" else [year, month, day]
        shown = pl.concat_str(parts, separator="/" if column.date_format == "MM/DD/YYYY" else "-")
        frame = frame.with_columns(
            pl.when(cells.str.contains(_DATE_CELL)).then(shown).otherwise(cells).alias(column.name)
        )
    return frame


def refuse_endless(frame: pl.DataFrame, columns: Sequence[Column]) -> None:
    """Stop at a value that is longer than any cell can be."""
    import polars as pl

    for column in columns:
        cells = frame.get_column(column.name)
        if (cells.str.len_bytes().max() or 0) <= MOST_CHARACTERS:  # type: ignore[operator]  # polars types max() widely
            continue
        long = frame.select(ROW, length=cells.str.len_chars()).filter(pl.col("length") > MOST_CHARACTERS)
        if long.height:
            row, length = long.row(0)
            message = f"{column.label} in row {row:,} is {length:,} characters long; a cell holds {MOST_CHARACTERS:,}."
            raise unreadable(message, f"Correct row {row:,} and send the file again.", row=row)
