"""Empty templates: a workbook with instructions, or a delimited file with a list of its columns beside it."""

from __future__ import annotations

from pathlib import Path
from typing import IO, TYPE_CHECKING

from muster.reporting.instructions import column_lines, instruction_lines, source_lines
from muster.reporting.template_workbook import write_template_workbook
from muster.reporting.writing import require_ending, whole

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from muster.model.collections import Collection
    from muster.model.columns import Column
    from muster.model.layouts import HeaderRecord, Layout
    from muster.model.states import State


def write_template(
    layout: Layout, collection: Collection, state: State, target: Path | IO[bytes], *, now: datetime
) -> list[Path]:
    """Write the empty template of a layout and return the files written (none for a stream).

    A delimited template holds its header record (with the date and time of ``now``) and, where the layout has
    one, the row of names. ``t.tsv`` comes with ``t-columns.txt``, which lists the columns: a delimited
    file has no place for them.
    """
    if isinstance(target, Path):
        require_ending(target, _endings(layout))
    if layout.medium == "workbook":
        with whole(target) as stream:
            write_template_workbook(layout, collection, state, stream)
        return [target] if isinstance(target, Path) else []
    with whole(target) as stream:
        stream.write("".join(f"{line}\n" for line in _delimited(layout, now)).encode())
    if not isinstance(target, Path):
        return []
    columns = target.with_name(f"{target.stem}-columns.txt")
    with whole(columns) as stream:
        stream.write("".join(f"{line}\n" for line in _columns_text(layout, collection, state)).encode())
    return [target, columns]


def _endings(layout: Layout) -> tuple[str, ...]:
    if layout.medium == "workbook":
        return ("xlsx",)
    return tuple(one.lower().lstrip(".") for one in layout.extensions)


def _delimited(layout: Layout, now: datetime) -> Iterator[str]:
    if layout.header_record:
        yield layout.delimiter.join(_header_cells(layout.header_record, now))
    if layout.names_row:
        yield layout.delimiter.join(column.label for column in layout.columns)


def _header_cells(header: HeaderRecord, now: datetime) -> Iterator[str]:
    yield header.record_type
    yield from (_header_cell(column, now) for column in header.columns)


def _header_cell(column: Column, now: datetime) -> str:
    """Return what a header record holds of the moment it is written, or the one value it allows."""
    if column.type == "date":
        return now.strftime("%m/%d/%Y" if column.date_format == "MM/DD/YYYY" else "%Y-%m-%d")
    if "time" in column.name:
        return now.strftime("%H:%M:%S")
    return column.allowed[0] if column.allowed else ""


def _columns_text(layout: Layout, collection: Collection, state: State) -> Iterator[str]:
    yield from instruction_lines(layout, collection, state)
    yield _how_to_fill(layout)
    for line in column_lines(layout, collection, state):
        yield ""
        yield f"{line.number}. {line.element} ({'required' if line.required else 'may be blank'})"
        for title, text in (("As published", line.published), ("Expected", line.expected), ("Values", line.values)):
            if text:
                yield f"   {title}: {text}"
        if line.comment:
            yield f"   {line.comment}"
        yield f"   Source: {line.source}"
    yield ""
    yield from source_lines(layout, state)


def _how_to_fill(layout: Layout) -> str:
    between = "a tab" if layout.delimiter == "\t" else f'"{layout.delimiter}"'
    first = "Keep the first line as it is. " if layout.header_record else ""
    return (
        f"{first}Write one line a record, with these {len(layout.columns)} columns in this order and {between} between."
    )
