"""The first line of a delimited file that is a record of its own."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from muster.model.intake import Problem

if TYPE_CHECKING:
    from collections.abc import Sequence

    from muster.model.columns import Column
    from muster.model.layouts import HeaderRecord, Layout


@dataclass(frozen=True, slots=True)
class Header:
    """What the first line says: ``present`` is false when it is no header record but a row of data."""

    present: bool
    values: dict[str, str] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()


def read_header(line: int, values: Sequence[str], layout: Layout, record: HeaderRecord) -> Header:
    """Check the first line that is not blank against the layout's header record."""
    given = list(values)
    while given and not given[-1]:
        given.pop()  # a spreadsheet fills the line up with empty columns
    kind = given[0] if given else ""
    width = len(record.columns) + 1
    usual = kind.casefold() == record.record_type.casefold()
    if not usual and (kind not in record.also or len(given) > width):
        return _absent(line, given, layout, record)
    pieces = {column.name: value for column, value in zip(record.columns, given[1:], strict=False) if value}
    problems = [] if usual and kind == record.record_type else [_other_type(line, kind, record)]
    if len(given) > width:
        problems.append(_too_many(line, len(given), width))
    for column in record.columns:
        problems += _check(line, column, pieces.get(column.name))
    return Header(present=True, values=pieces, problems=tuple(problems))


def _absent(line: int, given: Sequence[str], layout: Layout, record: HeaderRecord) -> Header:
    kind = given[0] if given else ""
    parts = ", ".join(column.label for column in record.columns)
    fix = f"Put the header record above the data: {record.record_type}, {parts}."
    message = f'Line {line} begins with "{kind[:40]}", not with the header record {record.record_type}.'
    # A row of names or anything else that is shorter than a row is no data either.
    is_data = len(given) > len(record.columns) + 1 and not _is_names_row(given, layout)
    problem = Problem("header-record", message, fix, row=line, value=kind[:40] or None)
    return Header(present=not is_data, problems=(problem,))


def _is_names_row(given: Sequence[str], layout: Layout) -> bool:
    from muster.intake.headers import match

    return len(match(given, layout, 1).columns) > len(layout.columns) // 2


def _other_type(line: int, kind: str, record: HeaderRecord) -> Problem:
    usual = record.record_type
    message = f'The header record in line {line} is marked "{kind}" instead of "{usual}"; it was read all the same.'
    fix = f'Let the first line begin with "{record.record_type}".'
    return Problem("header-variant", message, fix, row=line, value=kind)


def _too_many(line: int, found: int, width: int) -> Problem:
    message = f"The header record in line {line} has {found} columns; it takes {width}."
    return Problem("header-record", message, f"Keep the first {width} columns of line {line}.", row=line)


def _check(line: int, column: Column, value: str | None) -> list[Problem]:
    where = f"of the header record in line {line}"
    if value is None:
        if not column.required:
            return []
        message = f"The {column.label} {where} is missing."
        return [Problem("header-record", message, f"Write the {column.label} ({_form(column)}).", line, column.name)]
    if not _well_formed(column, value):
        message = f'The {column.label} {where} is "{value[:40]}", which is not {_form(column)}.'
        fix = f"Write the {column.label} as {_form(column)}."
        return [Problem("header-record", message, fix, line, column.name, value[:40])]
    if column.allowed and value not in column.allowed:
        usual = " or ".join(column.allowed)
        message = f'The {column.label} {where} is "{value[:40]}", not {usual}; the file was read all the same.'
        fix = f"Write {usual}, unless the state has announced another {column.label}."
        return [Problem("header-variant", message, fix, line, column.name, value[:40])]
    return []


def _well_formed(column: Column, value: str) -> bool:
    if column.type == "date":
        return _is_date(value, column.date_format)
    if column.type == "integer" and not re.fullmatch(r"[0-9]+", value):
        return False
    if column.pattern and not re.fullmatch(column.pattern, value):
        return False
    # An unexpected version is unusual, not malformed, so its length is not held against it.
    if column.length is not None and len(value) != column.length and not column.allowed:
        return False
    return column.most is None or len(value) <= column.most


def _is_date(value: str, form: str) -> bool:
    order = r"(?P<m>[0-9]{2})/(?P<d>[0-9]{2})/(?P<y>[0-9]{4})"
    if form == "YYYY-MM-DD":
        order = r"(?P<y>[0-9]{4})-(?P<m>[0-9]{2})-(?P<d>[0-9]{2})"
    found = re.fullmatch(order, value)
    if found is None:
        return False
    try:
        date(int(found["y"]), int(found["m"]), int(found["d"]))
    except ValueError:
        return False
    return True


def _form(column: Column) -> str:
    if column.published:
        return column.published
    if column.type == "date":
        return f"a date {column.date_format}"
    if column.allowed:
        return " or ".join(column.allowed)
    return f"{column.length} characters" if column.length else column.comment or "as the template says"
