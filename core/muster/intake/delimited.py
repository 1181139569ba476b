"""Tab- and comma-separated text, read as text with the number of each line."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from muster.intake.cells import tidy
from muster.intake.encoding import decode
from muster.intake.stops import unreadable
from muster.model.intake import ROW

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import polars as pl

MOST_COLUMNS = 16_384
"""As many as Excel has; a line with more is not a table that somebody made."""

_RAW = 10_000  # characters kept of a line of a wrong shape
_BATCH = 20_000
_LONGEST_LINE = 4 << 20  # a longer one is cut before it becomes a list of a million values
_EMPTY_LINE = re.compile(rb"\n\r?(?=\n)")


@dataclass(frozen=True, slots=True)
class Split:
    """Lines split into columns: the rows of the expected width, and the odd ones (ROW, found, raw)."""

    frame: pl.DataFrame
    odd_rows: pl.DataFrame


@dataclass(frozen=True, slots=True)
class NamedTable:
    """A table whose columns are named by its first line that is not blank; ``names`` in the file's order."""

    names: tuple[str, ...]
    names_row: int
    frame: pl.DataFrame
    odd_rows: pl.DataFrame


def no_odd_rows() -> pl.DataFrame:
    """Return the empty table of rows of a wrong shape."""
    import polars as pl

    return pl.DataFrame(schema={ROW: pl.Int64, "found": pl.Int64, "raw": pl.String})


def read_named(data: bytes, delimiter: str = ",") -> NamedTable:
    """Read a table of text with a row of names; StoppedError when it is empty, not text or a name stands twice."""
    text = decode(data).data
    row, names = first_line(text, delimiter, quoted=delimiter == ",")
    if not any(names):
        raise unreadable("The file is empty.", "Give a file whose first line names the columns.")
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        message = f'The column name "{twice[0]}" stands in the first line more than once.'
        raise unreadable(message, "Give every column a name of its own.", row=row)
    split = split_lines(text, delimiter, names, skip=row, quoted=delimiter == ",")
    return NamedTable(tuple(names), row, split.frame, split.odd_rows)


def first_line(data: bytes, delimiter: str, *, quoted: bool) -> tuple[int, list[str]]:
    """Return the number of the first line that is not blank, and its values; (0, []) when there is none."""
    for number, values in enumerate(_first_lines(data, delimiter, quoted=quoted), start=1):
        if any(values):
            return number, values
    return 0, []


def first_lines(data: bytes, delimiter: str, count: int, *, quoted: bool) -> list[list[str]]:
    """Return the values of the first lines, blank ones included."""
    found = []
    for values in _first_lines(data, delimiter, quoted=quoted):
        found.append(values)
        if len(found) == count:
            break
    return found


def _first_lines(data: bytes, delimiter: str, *, quoted: bool) -> Iterable[list[str]]:
    if quoted and b'"' in data:
        yield from ([value.strip() for value in values] for _, values in _records(data, delimiter))
        return
    start = 0
    while start < len(data):
        end = data.find(b"\n", start)
        end = len(data) if end < 0 else end
        line = data[start : min(end, start + _LONGEST_LINE)].decode("utf-8", errors="ignore")
        yield [value.strip() for value in line.split(delimiter)]
        start = end + 1


def split_lines(data: bytes, delimiter: str, names: Sequence[str], *, skip: int, quoted: bool) -> Split:
    """Split the lines after the first ``skip`` into the named columns, values tidied and blank rows left out."""
    if len(names) > MOST_COLUMNS:
        message = f"The first line has {len(names):,} columns; the most that can be read is {MOST_COLUMNS:,}."
        raise unreadable(message, "Export the file again with the columns of the template.", row=skip)
    if quoted and b'"' in data:
        return _split_quoted(data, delimiter, names, skip)
    frame = _split_even(data, delimiter, names, skip)
    if frame is not None:
        return Split(frame, no_odd_rows())
    return _split_ragged(data, delimiter, names, skip)


def _split_even(data: bytes, delimiter: str, names: Sequence[str], skip: int) -> pl.DataFrame | None:
    """Return the table when every line has the same number of columns, else None.

    polars fills short lines up without a word, so the delimiters are counted.
    """
    import polars as pl

    start = _after_lines(data, skip)
    lines = data.count(b"\n", start) + (start < len(data) and not data.endswith(b"\n"))
    empty = _empty_lines(data, start)
    if data.count(delimiter.encode(), start) != (len(names) - 1) * (lines - empty) or len(names) == 1:
        return None
    schema = dict.fromkeys(names, pl.String)
    if not lines:
        return pl.DataFrame(schema={ROW: pl.Int64, **schema})
    try:
        table = pl.scan_csv(
            data, has_header=False, separator=delimiter, quote_char=None, schema=schema, skip_lines=skip
        )
        numbered = table.with_row_index(ROW, offset=skip + 1)
        return tidy(numbered.with_columns(pl.col(ROW).cast(pl.Int64)))
    except pl.exceptions.PolarsError:
        return None  # a line with too many columns: the other way finds out which


def _after_lines(data: bytes, count: int) -> int:
    place = 0
    for _ in range(count):
        found = data.find(b"\n", place)
        if found < 0:
            return len(data)
        place = found + 1
    return place


def _empty_lines(data: bytes, start: int) -> int:
    first = data[start : start + 2] == b"\r\n" or data[start : start + 1] == b"\n"
    return first + sum(1 for _ in _EMPTY_LINE.finditer(data, start))


def _split_ragged(data: bytes, delimiter: str, names: Sequence[str], skip: int) -> Split:
    """Split line by line, so that the line of a wrong shape is the finding and not the file."""
    import polars as pl

    lines = pl.read_csv(  # a NUL was refused before, so it separates nothing
        data, has_header=False, separator="\0", quote_char=None, schema={"raw": pl.String}, skip_lines=skip
    )
    lines = lines.with_row_index(ROW, offset=skip + 1).select(
        pl.col(ROW).cast(pl.Int64),
        pl.col("raw").str.strip_chars_end("\r"),
        found=(pl.col("raw").str.count_matches(delimiter, literal=True) + 1).cast(pl.Int64),
    )
    lines = lines.filter(pl.col("raw").str.replace_all(delimiter, " ", literal=True).str.strip_chars() != "")
    even = lines.filter(pl.col("found") == len(names))
    parts = pl.col("raw").str.split_exact(delimiter, len(names) - 1).struct.rename_fields(list(names))
    odd = lines.filter(pl.col("found") != len(names)).select(ROW, "found", pl.col("raw").str.slice(0, _RAW))
    return Split(tidy(even.lazy().select(ROW, parts.alias("parts")).unnest("parts")), odd)


def _split_quoted(data: bytes, delimiter: str, names: Sequence[str], skip: int) -> Split:
    import polars as pl

    schema = {ROW: pl.Int64, **dict.fromkeys(names, pl.String)}
    frames, odd, batch = [pl.DataFrame(schema=schema)], [], []
    for number, values in _records(data, delimiter):
        if number <= skip or not any(value.strip() for value in values):
            continue
        if len(values) == len(names):
            batch.append((number, *values))
        else:
            odd.append((number, len(values), delimiter.join(values)[:_RAW]))
        if len(batch) == _BATCH:
            frames.append(pl.DataFrame(batch, schema=schema, orient="row"))
            batch = []
    frames.append(pl.DataFrame(batch, schema=schema, orient="row"))
    odd_rows = pl.DataFrame(odd, schema=no_odd_rows().schema, orient="row")
    return Split(tidy(pl.concat(frames).lazy()), odd_rows)


def _records(data: bytes, delimiter: str) -> Iterable[tuple[int, list[str]]]:
    """Yield the records of quoted text with their numbers, which are the rows that Excel would show."""
    reader = csv.reader(_lines(data), delimiter=delimiter)
    number = 0
    while True:
        line = reader.line_num + 1
        try:
            values = next(reader)
        except StopIteration:
            return
        except csv.Error:
            message = f"From line {line:,} on a value goes on for more than {csv.field_size_limit():,} characters."
            fix = f"Look for a quotation mark in line {line:,} that is opened and never closed."
            raise unreadable(message, fix, row=line) from None
        number += 1
        yield number, values


def _lines(data: bytes) -> Iterable[str]:
    for number, line in enumerate(io.TextIOWrapper(io.BytesIO(data), "utf-8", newline=""), start=1):
        if len(line) > _LONGEST_LINE:
            message = f"Line {number:,} is {len(line):,} characters long, which no row of a table is."
            raise unreadable(message, "Export the file again and look at that line.", row=number)
        yield line
