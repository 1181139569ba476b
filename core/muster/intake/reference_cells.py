"""Cells of a reference table: from text to typed columns, with a sentence for each cell that cannot be read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from muster.model.columns import Column
    from muster.model.reference import ReferenceTable

LINE = "_line"
"""Name of the column with the line of the file on which a row begins."""
MOST_PROBLEMS = 20
"""How many bad cells of one column are told one by one; the rest are counted."""

_ERROR_CELLS = ("#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!")


@dataclass(frozen=True, slots=True)
class ReferenceProblem:
    """One thing wrong with a reference file; ``message`` says it whole, ``value`` is None where it is private."""

    file: str
    message: str
    line: int | None = None
    column: str | None = None
    value: str | None = None


def column_type(column: Column) -> pl.DataType:
    """Return the type of a column in a typed frame."""
    types: dict[str, pl.DataType] = {
        "integer": pl.Int64(),
        "decimal": pl.Decimal(18, 2 if column.places is None else column.places),
        "date": pl.Date(),
        "boolean": pl.Boolean(),
    }
    return types.get(column.type, pl.String())


def frame_schema(table: ReferenceTable) -> dict[str, pl.DataType]:
    """Return the columns and types of a reference table's frame."""
    return {column.name: column_type(column) for column in table.columns}


def type_columns(
    text: pl.DataFrame, columns: Sequence[Column], file: str
) -> tuple[pl.DataFrame, list[ReferenceProblem]]:
    """Turn a frame of text (and ``_line``) into typed columns; a cell that cannot be read becomes blank."""
    problems: list[ReferenceProblem] = []
    typed: list[pl.Series] = []
    for column in columns:
        if column.name not in text.columns:
            typed.append(pl.Series(column.name, [None] * text.height, dtype=column_type(column)))
            continue
        both = text.select(
            pl.col(LINE), pl.col(column.name).alias("text"), _typed(pl.col(column.name), column).alias("typed")
        )
        bad = both.filter(pl.col("text").is_not_null() & pl.col("typed").is_null())
        problems += _cell_problems(bad, column, file)
        typed.append(both["typed"].alias(column.name))
    return pl.DataFrame([*typed, text[LINE]]), problems


def _typed(cell: pl.Expr, column: Column) -> pl.Expr:
    """Return the cell as the column's type, blank where it cannot be read."""
    cell = pl.when(~cell.is_in(_ERROR_CELLS)).then(cell)
    if column.type == "integer":
        whole = cell.str.contains(r"^[+-]?[0-9]{1,18}(\.0*)?$")
        return pl.when(whole).then(cell).str.replace(r"\.0*$", "").cast(pl.Int64, strict=False)
    if column.type == "decimal":
        places = 2 if column.places is None else column.places
        exact = cell.str.contains(rf"^[+-]?[0-9]{{1,{18 - places}}}(\.[0-9]{{0,{places}}}0*)?$")
        return pl.when(exact).then(cell).cast(column_type(column), strict=False)
    if column.type == "date":
        return pl.coalesce(
            _dates(cell, r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$", "%Y-%m-%d"),
            _dates(cell, r"^[0-9]{1,2}/[0-9]{1,2}/[0-9]{4}$", "%m/%d/%Y"),
        )
    if column.type == "boolean":
        word = cell.str.to_lowercase()
        yes, no = ([one.lower() for one in words] for words in (column.true, column.false))
        return pl.when(word.is_in(yes)).then(True).when(word.is_in(no)).then(False)
    return pl.when(_well_formed(cell, column)).then(cell)


def _dates(cell: pl.Expr, pattern: str, form: str) -> pl.Expr:
    return pl.when(cell.str.contains(pattern)).then(cell).str.to_date(form, strict=False)


def _well_formed(cell: pl.Expr, column: Column) -> pl.Expr:
    good = pl.lit(True)
    if column.length is not None:
        good &= cell.str.len_chars() == column.length
    if column.most is not None:
        good &= cell.str.len_chars() <= column.most
    if column.pattern:
        good &= cell.str.contains(f"^(?:{column.pattern})$")
    if column.allowed:
        good &= cell.is_in(list(column.allowed))
    return good


def _cell_problems(bad: pl.DataFrame, column: Column, file: str) -> Iterator[ReferenceProblem]:
    for line, value in bad.head(MOST_PROBLEMS).select(LINE, "text").iter_rows():
        shown = None if column.private else shortened(value)
        what = f"{column.name} cannot be read" if shown is None else f'{column.name} "{shown}" cannot be read'
        yield ReferenceProblem(
            file, f"{file}, line {line}: {what}: {_expected(column)}.", int(line), column.name, shown
        )
    if bad.height > MOST_PROBLEMS:
        more = bad.height - MOST_PROBLEMS
        yield ReferenceProblem(
            file, f"{file}: further cells of {column.name} that cannot be read: {more:,}.", None, column.name
        )


def shortened(value: str) -> str:
    """Return a value short enough for a sentence."""
    return value if len(value) <= 60 else f"{value[:57]}..."


def _expected(column: Column) -> str:
    """Return what to write instead, in the imperative."""
    places = 2 if column.places is None else column.places
    by_type = {
        "date": f"write a date as {column.date_format}",
        "boolean": f"write {column.true[0]} or {column.false[0]}",
        "integer": "write a whole number",
        "decimal": f"write a number with at most {places} places",
    }
    if column.type in by_type:
        return by_type[column.type]
    if column.allowed:
        return f"write one of {', '.join(column.allowed[:12])}{', ...' if len(column.allowed) > 12 else ''}"
    if column.length is not None:
        return f"write {column.length} characters"
    if column.most is not None:
        return f"write at most {column.most} characters"
    return "write the value in its usual form, not a spreadsheet error"
