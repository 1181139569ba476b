"""Reference tables without a database: a folder of CSV files, and the catalogs a state ships."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import TYPE_CHECKING

import polars as pl

from muster.errors import DeclarationError, MusterError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from muster.model.columns import Column
    from muster.model.reference import ReferenceTable
    from muster.model.states import State

LARGEST_FILE = 512 * 1024 * 1024
MOST_PROBLEMS = 20
"""How many bad cells of one column are told one by one; the rest are counted."""

_LINE = "_line"
_BATCH = 50_000
_ERROR_CELLS = ("#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!")


class NoReferenceFolderError(MusterError):
    """The path given as the reference folder is not a folder."""

    def __init__(self, path: Path | str) -> None:
        super().__init__(f'There is no reference folder "{path}". Give the folder that holds the CSV files.')


@dataclass(frozen=True, slots=True)
class ReferenceProblem:
    """One thing wrong with a reference file; ``message`` says it whole, ``value`` is None where it is private."""

    file: str
    message: str
    line: int | None = None
    column: str | None = None
    value: str | None = None


@dataclass(frozen=True, slots=True)
class ReferenceFolder:
    """What a folder of reference CSVs holds.

    ``frames`` has a typed frame, in the table's column order, for every table that has a usable file. ``problems``
    are cells and rows that were left out, and files that could not be read; ``notes`` are sentences about what was
    repaired or ignored.
    """

    frames: dict[str, pl.DataFrame]
    problems: list[ReferenceProblem] = field(default_factory=list)
    files_ignored: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


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


def read_reference_folder(folder: Path, tables: Sequence[ReferenceTable]) -> ReferenceFolder:
    """Read one CSV a table, named after it, from a folder.

    Headers are matched by column name or label, whatever their case and punctuation. Dates may stand in the column's
    own format or as YYYY-MM-DD or M/D/YYYY (which spreadsheets write). A table without a file is not in ``frames``.
    A row without the first key column, and the second row of one key, is left out and told as a problem.
    """
    if not folder.is_dir():
        raise NoReferenceFolderError(folder)
    found = ReferenceFolder({})
    by_name = {table.name.casefold(): table for table in tables}
    for path in sorted(folder.iterdir()):
        if path.suffix.casefold() != ".csv" or not path.is_file():
            continue
        table = by_name.get(path.stem.casefold())
        if table is None:
            _ignore(found, path.name, by_name)
        elif table.name in found.frames:
            found.problems.append(
                ReferenceProblem(path.name, f"{path.name}: {table.name} has two files in this folder; keep one.")
            )
        else:
            _read_table(found, path, table)
    return found


def catalog_frames(state: State, year: int | None = None) -> dict[str, pl.DataFrame]:
    """Return the catalogs of a state as typed frames, cut to a school year where one is given."""
    return {catalog.table: _catalog_frame(state, catalog.table, catalog.rows, year) for catalog in state.catalogs}


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
            pl.col(_LINE), pl.col(column.name).alias("text"), _typed(pl.col(column.name), column).alias("typed")
        )
        bad = both.filter(pl.col("text").is_not_null() & pl.col("typed").is_null())
        problems += _cell_problems(bad, column, file)
        typed.append(both["typed"].alias(column.name))
    return pl.DataFrame([*typed, text[_LINE]]), problems


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
    for line, value in bad.head(MOST_PROBLEMS).select(_LINE, "text").iter_rows():
        shown = None if column.private else _shortened(value)
        what = f"{column.name} cannot be read" if shown is None else f'{column.name} "{shown}" cannot be read'
        yield ReferenceProblem(
            file, f"{file}, line {line}: {what}: {_expected(column)}.", int(line), column.name, shown
        )
    if bad.height > MOST_PROBLEMS:
        more = bad.height - MOST_PROBLEMS
        yield ReferenceProblem(file, f"{file}: {more:,} more cells of {column.name} cannot be read.", None, column.name)


def _shortened(value: str) -> str:
    return value if len(value) <= 60 else f"{value[:57]}..."


def _expected(column: Column) -> str:
    if column.type == "date":
        return f"write a date as {column.date_format}"
    if column.type == "boolean":
        return f"write {column.true[0]} or {column.false[0]}"
    if column.type == "integer":
        return "write a whole number"
    if column.type == "decimal":
        return f"write a number with at most {2 if column.places is None else column.places} places"
    if column.allowed:
        return f"write one of {', '.join(column.allowed[:12])}{', ...' if len(column.allowed) > 12 else ''}"
    if column.length is not None:
        return f"write {column.length} characters"
    if column.most is not None:
        return f"write at most {column.most} characters"
    return "write the value itself, not a spreadsheet error" if not column.pattern else "its form is another"


def _ignore(found: ReferenceFolder, name: str, known: dict[str, ReferenceTable]) -> None:
    found.files_ignored.append(name)
    near = get_close_matches(name[:-4].casefold(), known, n=1)
    meant = f" Did you mean {near[0]}.csv?" if near else ""
    tables = ", ".join(sorted(known)) or "none"
    found.notes.append(f"{name} was ignored: no table has this name.{meant} Tables: {tables}.")


def _read_table(found: ReferenceFolder, path: Path, table: ReferenceTable) -> None:
    try:
        text, more = _text_frame(path, table)
    except MusterError as error:
        found.problems.append(ReferenceProblem(path.name, str(error)))
        return
    found.notes.extend(more.notes)
    found.problems.extend(more.problems)
    typed, bad = type_columns(_padded(text, table, path.name, found.notes), table.columns, path.name)
    found.problems.extend(bad)
    kept, left_out = _whole_keys(typed, table, path.name)
    found.problems.extend(left_out)
    found.frames[table.name] = kept.drop(_LINE)


class _UnusableFileError(MusterError):
    """A reference file of which nothing can be read."""


def _text_frame(path: Path, table: ReferenceTable) -> tuple[pl.DataFrame, ReferenceFolder]:
    """Return the table's columns as text with the line each row begins on, and what was odd on the way."""
    odd = ReferenceFolder({})
    rows = csv.reader(io.StringIO(_decoded(path), newline=""), delimiter=",")
    try:
        header = next((row for row in rows if any(cell.strip() for cell in row)), None)
        if header is None:
            raise _UnusableFileError(f"{path.name} is empty. It needs a row of column names.")
        places = _places(header, table, path.name, odd)
        frame = _batches(rows, places, len(header), path.name, odd)
    except csv.Error as error:
        where = f"{path.name}, line {rows.line_num}"
        raise _UnusableFileError(f"{where}: this is not a CSV file. Save it again as CSV.") from error
    return frame, odd


def _decoded(path: Path) -> str:
    size = path.stat().st_size
    if size > LARGEST_FILE:
        raise _UnusableFileError(
            f"{path.name} has {size:,} bytes; a reference file may have at most {LARGEST_FILE:,}. Split or shorten it."
        )
    data = path.read_bytes()
    if data[:2] in (b"PK", b"\xd0\xcf"):
        raise _UnusableFileError(f"{path.name} is a workbook, not a CSV file. Save it as CSV.")
    return decoded(data).replace("\x00", "")


def decoded(data: bytes) -> str:
    """Return text from UTF-8 (with or without mark), UTF-16 with mark, or else Windows-1252."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16", errors="replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")


def _places(header: list[str], table: ReferenceTable, file: str, odd: ReferenceFolder) -> dict[str, int]:
    """Return which position each column of the table has in the file."""
    wanted = {_plain(one): column.name for column in table.columns for one in (*column.also, column.label)}
    wanted |= {_plain(column.name): column.name for column in table.columns}
    places: dict[str, int] = {}
    for position, cell in enumerate(header):
        name = wanted.get(_plain(cell))
        if name is None:
            if cell.strip():
                odd.notes.append(f'{file}: column "{_shortened(cell.strip())}" is not one of the table\'s; ignored.')
        elif name in places:
            odd.problems.append(ReferenceProblem(file, f"{file}: {name} has two columns; the first is used.", 1, name))
        else:
            places[name] = position
    missing = [key for key in table.key if key not in places]
    if missing:
        raise _UnusableFileError(
            f"{file}: column {' and '.join(missing)} is missing; without it {table.name} cannot be looked up. "
            f"Columns: {', '.join(column.name for column in table.columns)}."
        )
    return places


def _plain(word: str) -> str:
    return "".join(letter for letter in word.casefold() if letter.isalnum())


def _batches(
    rows: Iterator[list[str]], places: dict[str, int], width: int, file: str, odd: ReferenceFolder
) -> pl.DataFrame:
    """Collect the rows column by column, a slice at a time, so that memory holds no million lists."""
    schema = {**dict.fromkeys(places, pl.String()), _LINE: pl.Int64()}
    frames = [pl.DataFrame(schema=schema)]
    batch: list[tuple[str | int, ...]] = []
    return frames[0] if not batch else pl.concat(frames)
