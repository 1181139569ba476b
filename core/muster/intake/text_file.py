"""A delimited file, by position or by its row of names, brought into a layout's columns."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from muster.intake.delimited import first_line, first_lines, split_lines
from muster.intake.draft import Draft, extra_columns, select
from muster.intake.encoding import decode
from muster.intake.header_record import read_header
from muster.intake.layout_choice import HEAD, Choice
from muster.intake.stops import unreadable
from muster.model.intake import Problem

if TYPE_CHECKING:
    from collections.abc import Sequence

    import polars as pl

    from muster.intake.encoding import Decoded
    from muster.model.layouts import Layout

_SEPARATORS = {"\t": "tabs", ",": "commas", ";": "semicolons", "|": "bars"}


def read_text(data: bytes, layouts: Sequence[Layout], choice: Choice) -> Draft:
    """Read a delimited file by the best of these layouts."""
    decoded = decode(data)
    if not decoded.data.strip():
        raise unreadable("The file holds no text.", "Export it again and check that it has rows before you send it.")
    _require_separator(decoded.data, layouts)
    by_position = [layout for layout in layouts if not layout.names_row]
    draft = _by_position(decoded, by_position, choice) if by_position else _by_names(decoded, layouts, choice)
    if decoded.encoding == "Windows-1252":
        sentence = (
            "The file is not in UTF-8; it was read as Windows-1252. Look whether accented letters came out right."
        )
        return replace(draft, warnings=(*draft.warnings, sentence))
    return draft


def _require_separator(data: bytes, layouts: Sequence[Layout]) -> None:
    expected = {layout.delimiter for layout in layouts}
    if any(one.encode() in data for one in expected):
        return
    wanted = " or ".join(_SEPARATORS.get(one, f'"{one}"') for one in sorted(expected))
    first = data.partition(b"\n")[0]
    others = [word for sign, word in _SEPARATORS.items() if sign.encode() in first]
    seen = f"its first line is separated by {others[0]}" if others else "each line is one column"
    message = f"The file is not separated by {wanted}: {seen}."
    raise unreadable(message, f"Export the file again with its columns separated by {wanted}.", row=1)


def _quoted(decoded: Decoded, delimiter: str) -> bool:
    """Return whether quotation marks enclose values: in comma-separated text, and in what Excel calls Unicode text."""
    return delimiter == "," or decoded.encoding == "UTF-16"


def _by_position(decoded: Decoded, layouts: Sequence[Layout], choice: Choice) -> Draft:
    layout = _widest_fit(decoded, layouts, choice.wanted)
    quoted = _quoted(decoded, layout.delimiter)
    line, values = first_line(decoded.data, layout.delimiter, quoted=quoted)
    draft = Draft(layout)
    skip = 0
    if layout.header_record is not None:
        header = read_header(line, values, layout, layout.header_record)
        draft = replace(draft, header=header.values, problems=header.problems)
        skip = line if header.present else 0
    split = split_lines(decoded.data, layout.delimiter, layout.names, skip=skip, quoted=quoted)
    problems = draft.problems + _all_odd(split.frame, split.odd_rows, layout, choice)
    return replace(draft, frame=split.frame, odd_rows=split.odd_rows, problems=problems)


def _widest_fit(decoded: Decoded, layouts: Sequence[Layout], wanted: str | None) -> Layout:
    """Return the layout asked for, else the one with as many columns as the lines at the top have."""
    for layout in layouts:
        if layout.id == wanted:
            return layout
    for layout in layouts:
        quoted = _quoted(decoded, layout.delimiter)
        lines = first_lines(decoded.data, layout.delimiter, HEAD, quoted=quoted)
        if any(len(values) == len(layout.columns) for values in lines):
            return layout
    return layouts[0]


def _all_odd(frame: pl.DataFrame, odd_rows: pl.DataFrame, layout: Layout, choice: Choice) -> tuple[Problem, ...]:
    """Say once that every row has another number of columns; the rows themselves are in ``odd_rows``."""
    if frame.height or not odd_rows.height or odd_rows.get_column("found").n_unique() > 1:
        return ()
    found, width = odd_rows.item(0, "found"), len(layout.columns)
    alike = [one for one in (*choice.layouts, *choice.other_years) if len(one.columns) == found and one != layout]
    alike.sort(key=lambda one: -one.year)
    kind = "a shorter, older" if found < width else "another"
    looks = f'the "{alike[0].title}" template of {alike[0].year}' if alike else f"{kind} template"
    message = f"Every row has {found:,} columns; expected are {width}, so it looks like {looks}."
    fix = f"Export the file again with the {width} columns of {layout.year}; no column was moved to make it fit."
    return (Problem("row-shape", message, fix),)


def _by_names(decoded: Decoded, layouts: Sequence[Layout], choice: Choice) -> Draft:
    matches = []
    for number, delimiter in enumerate(sorted({layout.delimiter for layout in layouts})):
        lines = first_lines(decoded.data, delimiter, HEAD, quoted=_quoted(decoded, delimiter))
        found = choice.matches(lines, number, HEAD + 1, "")
        matches += [one for one in found if one.layout.delimiter == delimiter]
    best = choice.decide(matches)
    layout, delimiter = best.layout, best.layout.delimiter
    quoted = _quoted(decoded, delimiter)
    written = first_lines(decoded.data, delimiter, best.row, quoted=quoted)[-1]
    names = [str(position) for position in range(len(written))]
    split = split_lines(decoded.data, delimiter, names, skip=best.row, quoted=quoted)
    frame = select(split.frame, best)
    return Draft(layout, frame=frame, odd_rows=split.odd_rows, warnings=extra_columns(best))
