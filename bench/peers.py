"""The same file against the same field rules, by muster and by its peers; each tells row, column and what is wrong."""

from __future__ import annotations

import csv
import time
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

CREDITS = ("pathway_credits", "district_credits", "transfer_credits", "dual_credits", "work_credits")
BLANK = ("local_id", "dual_credits", "work_credits")
PATTERNS = {"district_number": "[0-9]{4}", "state_id": "[0-9]{9}", "local_id": "[0-9]{1,15}"}
LONGEST = {"last_name": 50, "first_name": 50, "pathway": 4}
CREDIT = r"[0-9]+(\.[0-9]{1,2})?"
HEADER_ROWS = 1
Told = list[tuple[int, str, str]]
"""Row, column, message."""


def names() -> tuple[str, ...]:
    """Return the columns of the file."""
    from muster.app import Muster
    from muster.model.actors import local_actor

    _, collection = Muster().collection(local_actor("bench"), "mt/cte-eoy")
    return collection.layouts_of(2025)[0].names


def _clocked(told: Told, start: float) -> dict[str, Any]:
    return {"seconds": time.perf_counter() - start, "found": len(told), "cells": len({one[:2] for one in told})}


def ours(file: str) -> dict[str, Any]:
    """Read the file, ask the field rules of its layout, and make every finding."""
    import muster.intake.text_file  # noqa: F401 - before the clock starts
    from muster.app import CheckRequest, Muster
    from muster.intake import read
    from muster.model.actors import local_actor
    from muster.model.runs import RunFacts, school_year
    from muster.validation import validate

    app = Muster()
    state, collection = app.collection(local_actor("bench"), "mt/cte-eoy")
    others = frozenset(rule.id for rule in collection.rules_of(2025) if rule.kind not in ("field", "file"))
    request = CheckRequest("mt/cte-eoy", Path(file), 2025, as_of=date(2025, 5, 20))
    start = time.perf_counter()
    intake = read(request.path, request.path.name, collection.layouts_of(2025))
    facts = RunFacts(2025, date(2025, 5, 20), *school_year(2025, state.year_start))
    run = validate(intake, collection, facts, state=state, reference={}, skip_checks=others)
    told = [(one.row or 0, one.column or "", one.message) for one in run.findings if one.severity == "error"]
    return _clocked(told, start)


def frictionless(file: str) -> dict[str, Any]:
    """Validate by a schema of Frictionless Data."""
    from frictionless import Dialect, Resource, Schema
    from frictionless.formats import CsvControl

    columns = names()
    dialect = Dialect(header=False, comment_rows=[1], controls=[CsvControl(delimiter="\t", quote_char="\0")])
    schema = Schema.from_descriptor({"fields": [_frictionless_field(name) for name in columns]})
    start = time.perf_counter()
    folder, name = str(Path(file).parent), Path(file).name
    resource = Resource(path=name, basepath=folder, format="csv", dialect=dialect, schema=schema)
    report = resource.validate(limit_errors=10**9)
    rows = report.flatten(["rowNumber", "fieldName", "message"])
    return _clocked([(row, name, message) for row, name, message in rows], start)


def _frictionless_field(name: str) -> dict[str, Any]:
    limits: dict[str, Any] = {} if name in BLANK else {"required": True}
    field: dict[str, Any] = {"name": name, "type": "string", "constraints": limits}
    if name in CREDITS:
        field["type"] = "number"
        limits["minimum"] = 0
    elif name in ("concentrator", "single_parent"):
        field |= {"type": "boolean", "trueValues": ["Y"], "falseValues": ["N"]}
    elif name == "start_date":
        field |= {"type": "date", "format": "%m/%d/%Y"}
    elif name == "end_year":
        field["type"] = "integer"
        limits |= {"minimum": 2000, "maximum": 2099}
    elif name == "record_type":
        limits["enum"] = ["CE"]
    if name in PATTERNS:
        limits["pattern"] = PATTERNS[name]
    if name in LONGEST:
        limits["maxLength"] = LONGEST[name]
    return field


def pandera(file: str) -> dict[str, Any]:
    """Validate a polars frame by a pandera schema, all failures at once."""
    import pandera.polars as pa
    import polars as pl
    from pandera.errors import SchemaErrors

    columns = names()
    schema = pa.DataFrameSchema({name: _pandera_column(name) for name in columns})
    start = time.perf_counter()
    frame = pl.read_csv(
        file, has_header=False, separator="\t", quote_char=None, schema=dict.fromkeys(columns, pl.String), skip_lines=1
    )
    told: Told = []
    try:
        schema.validate(frame, lazy=True)
    except SchemaErrors as errors:
        cases = errors.failure_cases.select("index", "column", "check", "failure_case")
        told = [
            (int(row) + 1 + HEADER_ROWS, column, f"{value} does not satisfy {check}")
            for row, column, check, value in cases.iter_rows()
        ]
    return _clocked(told, start)


def _pandera_column(name: str) -> Any:
    import pandera.polars as pa
    import polars as pl

    def _date(data: Any) -> Any:
        text = pl.col(data.key)
        shaped = text.str.contains(r"^[0-9]{2}/[0-9]{2}/[0-9]{4}$")
        return data.lazyframe.select(shaped & text.str.to_date("%m/%d/%Y", strict=False).is_not_null())

    def _year(data: Any) -> Any:
        number = pl.col(data.key).cast(pl.Int64, strict=False)
        return data.lazyframe.select(number.is_between(2000, 2099).fill_null(False))

    checks: list[Any] = []
    if name in PATTERNS:
        checks.append(pa.Check.str_matches(f"^{PATTERNS[name]}$"))
    if name in LONGEST:
        checks.append(pa.Check.str_length(max_value=LONGEST[name]))
    if name in CREDITS:
        checks.append(pa.Check.str_matches(f"^{CREDIT}$"))
    if name in ("concentrator", "single_parent"):
        checks.append(pa.Check.isin(["Y", "N"]))
    if name == "record_type":
        checks.append(pa.Check.isin(["CE"]))
    if name in ("start_date", "end_year"):
        checks.append(pa.Check(_date if name == "start_date" else _year))
    return pa.Column(pl.String, checks, nullable=name in BLANK)


def pydantic(file: str) -> dict[str, Any]:
    """Validate each row by a pydantic model."""
    from pydantic import ValidationError

    columns = names()
    model = _pydantic_model(columns)
    start = time.perf_counter()
    told: Told = []
    for number, values in enumerate(_rows(file), start=1 + HEADER_ROWS):
        try:
            model.model_validate({name: value or None for name, value in zip(columns, values, strict=True)})
        except ValidationError as error:
            told += [(number, str(one["loc"][0]), one["msg"]) for one in error.errors()]
    return _clocked(told, start)


def _rows(file: str) -> Iterator[list[str]]:
    with Path(file).open(encoding="utf-8", newline="") as lines:
        reader = csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
        for _ in range(HEADER_ROWS):
            next(reader)
        yield from reader


def _pydantic_model(columns: tuple[str, ...]) -> Any:
    from pydantic import create_model

    fields: dict[str, Any] = {}
    for name in columns:
        kind = _pydantic_type(name)
        fields[name] = (kind | None, None) if name in BLANK else (kind, ...)
    return create_model("Row", **fields)


def _pydantic_type(name: str) -> Any:
    from typing import Literal

    from pydantic import BeforeValidator, Field

    if name in CREDITS:
        return Annotated[Decimal, Field(ge=0, decimal_places=2)]
    if name == "start_date":
        return Annotated[date, BeforeValidator(_day)]
    if name == "end_year":
        return Annotated[int, Field(ge=2000, le=2099)]
    if name in ("concentrator", "single_parent"):
        return Literal["Y", "N"]
    if name == "record_type":
        return Literal["CE"]
    pattern = f"^{PATTERNS[name]}$" if name in PATTERNS else None
    return Annotated[str, Field(pattern=pattern, max_length=LONGEST.get(name))]


def _day(text: Any) -> date:
    try:
        return datetime.strptime(text, "%m/%d/%Y").date()  # noqa: DTZ007 - a day has no time zone
    except TypeError:
        raise ValueError("a date is required") from None
