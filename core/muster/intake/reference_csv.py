"""Reference tables without a database: a folder of CSV files, and the catalogs a state ships."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import TYPE_CHECKING

import polars as pl

from muster.errors import DeclarationError, MusterError
from muster.intake.delimited import MOST_COLUMNS, first_line, split_lines
from muster.intake.encoding import decode
from muster.intake.reference_cells import LINE, MOST_PROBLEMS, ReferenceProblem, shortened, type_columns
from muster.intake.stops import StoppedError
from muster.model.intake import ROW

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path
    from typing import Protocol

    from muster.model.reference import ReferenceTable
    from muster.model.states import State

    class Reader(Protocol):
        """What the csv module's readers can do."""

        line_num: int

        def __iter__(self) -> Iterator[list[str]]: ...
        def __next__(self) -> list[str]: ...


LARGEST_FILE = 512 * 1024 * 1024
_BATCH = 50_000


class NoReferenceFolderError(MusterError):
    """The path given as the reference folder is not a folder."""

    def __init__(self, path: Path | str) -> None:
        super().__init__(f'There is no reference folder "{path}". Give the folder that holds the CSV files.')


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
    found.frames[table.name] = kept.drop(LINE)


class _UnusableFileError(MusterError):
    """A reference file of which nothing can be read."""


def _text_frame(path: Path, table: ReferenceTable) -> tuple[pl.DataFrame, ReferenceFolder]:
    """Return the table's columns as text with the line each row begins on, and what was odd on the way."""
    odd = ReferenceFolder({})
    data = _decoded(path)
    even = _even(data, table, path.name, odd)
    if even is not None:
        return even, odd
    rows = csv.reader(io.StringIO(data.decode("utf-8"), newline=""), delimiter=",")
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


def _even(data: bytes, table: ReferenceTable, file: str, odd: ReferenceFolder) -> pl.DataFrame | None:
    """Return the table of a file without quotation marks whose rows are as wide as the header, else None.

    That is most files, and the csv module would take ten times as long.
    """
    row, header = first_line(data, ",", quoted=False) if b'"' not in data else (0, [])
    if not row or len(header) > MOST_COLUMNS:
        return None
    split = split_lines(data, ",", [str(place) for place in range(len(header))], skip=row, quoted=False)
    longest = split.frame.select(pl.max_horizontal(pl.exclude(ROW).str.len_bytes().max())).item() or 0
    if split.odd_rows.height or longest > csv.field_size_limit():
        return None
    places = _places(header, table, file, odd)
    return split.frame.select(
        *(pl.col(str(place)).alias(name) for name, place in places.items()), pl.col(ROW).alias(LINE)
    )


def _decoded(path: Path) -> bytes:
    size = path.stat().st_size
    if size > LARGEST_FILE:
        raise _UnusableFileError(
            f"{path.name} has {size:,} bytes; a reference file may have at most {LARGEST_FILE:,}. Split or shorten it."
        )
    data = path.read_bytes()
    if data[:2] in (b"PK", b"\xd0\xcf"):
        raise _UnusableFileError(f"{path.name} is a workbook, not a CSV file. Save it as CSV.")
    try:
        return decode(data).data
    except StoppedError as stopped:
        raise _UnusableFileError(f"{path.name}: {stopped.problem.message} {stopped.problem.fix}") from stopped


def _places(header: list[str], table: ReferenceTable, file: str, odd: ReferenceFolder) -> dict[str, int]:
    """Return which position each column of the table has in the file."""
    wanted = {_plain(one): column.name for column in table.columns for one in (*column.also, column.label)}
    wanted |= {_plain(column.name): column.name for column in table.columns}
    places: dict[str, int] = {}
    for position, cell in enumerate(header):
        name = wanted.get(_plain(cell))
        if name is None:
            if cell.strip():
                odd.notes.append(f'{file}: column "{shortened(cell.strip())}" is not one of the table\'s; ignored.')
        elif name in places:
            odd.problems.append(ReferenceProblem(file, f"{file}: {name} has two columns; the first is used.", 1, name))
        else:
            places[name] = position
    missing = [key for key in table.key if key not in places]
    if missing:
        raise _UnusableFileError(
            f"{file}: {_missing(missing)}; {table.name} cannot be looked up without that. "
            f"Columns: {', '.join(column.name for column in table.columns)}."
        )
    return places


def _missing(names: Sequence[str]) -> str:
    if len(names) == 1:
        return f"the column {names[0]} is missing"
    return f"the columns {', '.join(names[:-1])} and {names[-1]} are missing"


def _plain(word: str) -> str:
    return "".join(letter for letter in word.casefold() if letter.isalnum())


def _batches(rows: Reader, places: dict[str, int], width: int, file: str, odd: ReferenceFolder) -> pl.DataFrame:
    """Collect the rows a slice at a time, so that memory never holds a million lists."""
    schema = {**dict.fromkeys(places, pl.String()), LINE: pl.Int64()}
    slices = [pl.DataFrame(schema=schema)]
    batch: list[tuple[str | int, ...]] = []
    shape: list[int] = []
    for line, row in _numbered(rows):
        if not any(row):
            continue
        if len(row) < width or any(row[width:]):
            shape.append(line)
            continue
        batch.append((*(row[place] for place in places.values()), line))
        if len(batch) == _BATCH:
            slices.append(pl.DataFrame(batch, schema=schema, orient="row"))
            batch = []
    slices.append(pl.DataFrame(batch, schema=schema, orient="row"))
    odd.problems.extend(_shape_problems(shape, width, file))
    text = pl.concat(slices).with_columns(pl.col(list(places)).str.strip_chars())
    return text.with_columns(pl.col(list(places)).replace("", None))


def _numbered(rows: Reader) -> Iterator[tuple[int, list[str]]]:
    """Yield each row with the line it begins on; a quoted cell may span several lines."""
    before = rows.line_num
    for row in rows:
        yield before + 1, row
        before = rows.line_num


def _shape_problems(lines: list[int], width: int, file: str) -> Iterator[ReferenceProblem]:
    for line in lines[:MOST_PROBLEMS]:
        yield ReferenceProblem(
            file,
            f"{file}, line {line}: the row was left out; it does not have {width} columns as the header has.",
            line,
        )
    if len(lines) > MOST_PROBLEMS:
        more = len(lines) - MOST_PROBLEMS
        yield ReferenceProblem(file, f"{file}: further rows without {width} columns, left out: {more:,}.")


def _padded(text: pl.DataFrame, table: ReferenceTable, file: str, notes: list[str]) -> pl.DataFrame:
    """Put back the leading zeros that a spreadsheet dropped, and say so."""
    for column in table.columns:
        if not column.pad or column.name not in text.columns:
            continue
        cell = pl.col(column.name)
        short = cell.str.contains("^[0-9]+$") & (cell.str.len_chars() < (column.length or 0))
        if count := text.select(short.sum()).item():
            notes.append(f"{file}: leading zeros were put back in {column.name} (cells: {count:,}).")
            text = text.with_columns(pl.when(short).then(cell.str.zfill(column.length or 0)).otherwise(cell))
    return text


def _whole_keys(typed: pl.DataFrame, table: ReferenceTable, file: str) -> tuple[pl.DataFrame, list[ReferenceProblem]]:
    """Leave out rows that name nothing, and rows whose key has been there."""
    first = table.key[0]
    blank = pl.col(first).is_null()
    said = "the row was left out"
    problems = _row_problems(typed.filter(blank), file, f"{first} is blank; {said}", first)
    kept = typed.filter(~blank)
    years = ["first_year"] if "first_year" in typed.columns and "first_year" not in table.key else []
    again = ~pl.struct([*table.key, *years]).is_first_distinct()
    problems += _row_problems(
        kept.filter(again), file, f"an earlier row has the same {', '.join([*table.key, *years])}; {said}", first
    )
    return kept.filter(~again), problems


def _row_problems(rows: pl.DataFrame, file: str, what: str, column: str) -> list[ReferenceProblem]:
    told = [
        ReferenceProblem(file, f"{file}, line {line}: {what}.", line, column)
        for line in rows[LINE].head(MOST_PROBLEMS).to_list()
    ]
    if rows.height > MOST_PROBLEMS:
        told.append(ReferenceProblem(file, f"{file}: {what}; further rows: {rows.height - MOST_PROBLEMS:,}."))
    return told


def _catalog_frame(state: State, name: str, rows: tuple[dict[str, str], ...], year: int | None) -> pl.DataFrame:
    table = state.table(name)
    schema = {**dict.fromkeys((column.name for column in table.columns), pl.String()), LINE: pl.Int64()}
    text = pl.DataFrame(
        [
            (*((row.get(name) or "").strip() or None for name in list(schema)[:-1]), number)
            for number, row in enumerate(rows, start=2)
        ],
        schema=schema,
        orient="row",
    )
    typed, problems = type_columns(text, table.columns, f"catalogs/{name}.csv")
    if problems:
        bad = problems[0]
        where = f"{bad.file}, line {bad.line}: "
        raise DeclarationError(
            bad.file, f"line {bad.line}", bad.message.removeprefix(where).rstrip("."), "Correct the catalog."
        )
    return _of_year(typed.drop(LINE), year)


def _of_year(frame: pl.DataFrame, year: int | None) -> pl.DataFrame:
    if year is None:
        return frame
    if "year" in frame.columns:
        return frame.filter(pl.col("year") == year)
    for column, holds in (("first_year", pl.col("first_year") <= year), ("last_year", pl.col("last_year") >= year)):
        if column in frame.columns:
            frame = frame.filter(pl.col(column).is_null() | holds)
    return frame
