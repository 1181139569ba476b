"""From text to typed columns: every cell is read once, and the first check it fails is its one finding."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import polars as pl

from muster.model.intake import ROW
from muster.validation.schemas import BAD, TEMPLATE, dtype_of, places_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from muster.model.columns import Column, FieldCheck
    from muster.model.intake import Intake
    from muster.model.layouts import Layout

RAW: Final = "_raw"
READ: Final = "_read"
KIND: Final = "_kind"

_CODES: dict[FieldCheck, int] = {
    "error-cell": 1,
    "required": 2,
    "recommended": 3,
    "form": 4,
    "range": 5,
    "allowed": 6,
    "repaired": 7,
}
_FORMS = {"MM/DD/YYYY": r"^[0-9]{2}/[0-9]{2}/[1-9][0-9]{3}$", "YYYY-MM-DD": r"^[1-9][0-9]{3}-[0-9]{2}-[0-9]{2}$"}
_STAMPS = {"MM/DD/YYYY": "%m/%d/%Y", "YYYY-MM-DD": "%Y-%m-%d"}


@dataclass(frozen=True, slots=True)
class FieldHits:
    """The cells of one column that fail one check.

    ``frame``: ROW, ``_raw`` as given, ``_read`` as repaired, ``_kind`` of an error cell.
    """

    column: Column
    check: FieldCheck
    frame: pl.DataFrame


@dataclass(frozen=True, slots=True)
class Parsed:
    """Typed columns with ROW, ``template`` and a mask ``bad:column`` where some cell cannot be used."""

    frame: pl.DataFrame
    hits: list[FieldHits] = field(default_factory=list)


def parse(intake: Intake, layout: Layout, asked: Mapping[str, Mapping[FieldCheck, bool]]) -> Parsed:
    """Read the text of a file into typed columns.

    ``asked`` holds for each column its checks in force, and whether a hit makes the cell unusable for other rules.
    """
    parts: list[pl.Series] = [intake.frame[ROW]]
    parts.append(pl.select(pl.repeat(layout.id, intake.frame.height, dtype=pl.String).alias(TEMPLATE)).to_series())
    hits: list[FieldHits] = []
    errors = intake.error_cells.partition_by("column", as_dict=True) if intake.error_cells.height else {}
    for columns in _pairs(layout.columns):
        read = _read(intake.frame, columns, asked, {key[0]: one for key, one in errors.items()})
        for column in columns:
            codes = read[f"code:{column.name}"]
            if not codes.max():
                parts.append(_whole(intake, column, read))
                continue
            found = _hits(intake, column, read, asked[column.name], errors.get((column.name,)))
            hits += found
            parts += [one.rechunk() for one in _masked(read, column, asked[column.name])]
    return Parsed(pl.DataFrame(parts), hits)


def _whole(intake: Intake, column: Column, read: pl.DataFrame) -> pl.Series:
    """Return a column in which nothing is wrong in one piece; text is that of the file itself, not a copy of it."""
    given, found = intake.frame[column.name], read[column.name]
    as_given = column.type in ("text", "code") and given.eq_missing(found).all()
    return given if as_given else found.rechunk()


def _pairs(columns: Sequence[Column]) -> list[Sequence[Column]]:
    """Take the columns a few at a time: enough to keep the processors busy, few enough to keep memory small."""
    return [columns[start : start + 4] for start in range(0, len(columns), 4)]


def _read(
    frame: pl.DataFrame,
    columns: Sequence[Column],
    asked: Mapping[str, Mapping[FieldCheck, bool]],
    errors: Mapping[str, pl.DataFrame],
) -> pl.DataFrame:
    expressions: list[pl.Expr] = []
    for column in columns:
        rows = errors[column.name]["_row"] if column.name in errors else None
        expressions += _reading(column, asked[column.name], rows)
    return frame.lazy().select(expressions).collect()


def _reading(column: Column, asked: Mapping[FieldCheck, bool], errors: pl.Series | None) -> list[pl.Expr]:
    """Return two expressions: the typed value, and the code of the first check the cell fails (0: none)."""
    raw = pl.col(column.name)
    text = _padded(column, raw)
    value = _value(column, text)
    code = pl.lit(0, dtype=pl.UInt8)
    for check, fails in reversed(_failing(column, raw, text, value)):
        if check in asked:
            code = pl.when(fails).then(pl.lit(_CODES[check], dtype=pl.UInt8)).otherwise(code)
    if errors is not None:
        wrong = pl.col(ROW).is_in(errors.implode())
        code = pl.when(wrong).then(pl.lit(_CODES["error-cell"], dtype=pl.UInt8)).otherwise(code)
        value = pl.when(wrong).then(None).otherwise(value)
    return [value.alias(column.name), code.alias(f"code:{column.name}")]


def _padded(column: Column, raw: pl.Expr) -> pl.Expr:
    if not column.pad or column.length is None:
        return raw
    return pl.when(_short(column, raw)).then(raw.str.zfill(column.length)).otherwise(raw)


def _short(column: Column, raw: pl.Expr) -> pl.Expr:
    return (raw.str.len_chars() < column.length) & raw.str.contains("^[0-9]+$")


def _value(column: Column, text: pl.Expr) -> pl.Expr:
    """Return the typed value, null where the text cannot be read as one; a pattern goes before every conversion."""
    if column.type == "integer":
        return _where(text.str.contains("^-?[0-9]+$"), text).cast(pl.Int64, strict=False)
    if column.type == "decimal":
        most = places_of(column)
        exact = text.str.contains(rf"^-?([0-9]+\.?[0-9]{{0,{most}}}|\.[0-9]{{1,{max(most, 1)}}})$")
        return _where(exact, text).cast(dtype_of(column), strict=False)
    if column.type == "date":
        form = column.date_format
        return _where(text.str.contains(_FORMS[form]), text).str.to_date(_STAMPS[form], strict=False)
    if column.type == "boolean":
        known = pl.when(text.is_in(column.true)).then(True).when(text.is_in(column.false)).then(False)
        return known.otherwise(None)
    return text


def _where(condition: pl.Expr, value: pl.Expr) -> pl.Expr:
    return pl.when(condition).then(value).otherwise(None)


def _failing(column: Column, raw: pl.Expr, text: pl.Expr, value: pl.Expr) -> list[tuple[FieldCheck, pl.Expr]]:
    """Return the checks a cell can fail in the order in which they are told; the first that fails is the finding."""
    checks: list[tuple[FieldCheck, pl.Expr]] = []
    if column.required:
        checks.append(("required", raw.is_null()))
    elif column.recommended:
        checks.append(("recommended", raw.is_null()))
    unread = _malformed(column, text, value)
    if unread is not None:
        checks.append(("form", unread))
    if column.minimum is not None or column.maximum is not None:
        checks.append(("range", _outside(column, value)))
    if column.allowed:
        checks.append(("allowed", ~text.is_in(column.allowed)))
    if column.pad:
        checks.append(("repaired", _short(column, raw)))
    return checks


def _malformed(column: Column, text: pl.Expr, value: pl.Expr) -> pl.Expr | None:
    typed = column.type not in ("text", "code")
    tests = [value.is_null() & text.is_not_null()] if typed else []
    if column.length is not None:
        tests.append(text.str.len_chars() != column.length)
    if column.most is not None:
        tests.append(text.str.len_chars() > column.most)
    if column.pattern is not None:
        tests.append(~text.str.contains(f"^(?:{column.pattern})$"))
    return pl.any_horizontal(tests) if tests else None


def _outside(column: Column, value: pl.Expr) -> pl.Expr:
    tests = []
    if column.minimum is not None:
        tests.append(value < pl.lit(column.minimum))
    if column.maximum is not None:
        tests.append(value > pl.lit(column.maximum))
    return pl.any_horizontal(tests)


def _hits(
    intake: Intake,
    column: Column,
    read: pl.DataFrame,
    asked: Mapping[FieldCheck, bool],
    errors: pl.DataFrame | None,
) -> list[FieldHits]:
    codes = read[f"code:{column.name}"]
    found: list[FieldHits] = []
    for check in ("error-cell", *asked):
        positions = (codes == _CODES[check]).arg_true()
        if positions.is_empty() or (check == "error-cell" and found):
            continue
        frame = pl.DataFrame([intake.frame[ROW].gather(positions), intake.frame[column.name].gather(positions)])
        frame = frame.rename({column.name: RAW})
        if check == "repaired":
            frame = frame.with_columns(read[column.name].gather(positions).alias(READ))
        if check == "error-cell" and errors is not None:
            kinds = errors.select(ROW, pl.col("kind").alias(KIND)).unique(ROW)
            frame = frame.join(kinds, on=ROW, how="left", maintain_order="left")
        found.append(FieldHits(column, check, frame))
    return found


def _masked(read: pl.DataFrame, column: Column, asked: Mapping[FieldCheck, bool]) -> list[pl.Series]:
    """Return the column and, where some cell cannot be used, its mask; such a cell is null."""
    unusable = [_CODES[check] for check, spoils in asked.items() if spoils]
    bad = read[f"code:{column.name}"].is_in([*unusable, _CODES["error-cell"]])
    if not bad.any():
        return [read[column.name]]
    usable = read.select(pl.when(~bad).then(pl.col(column.name)).otherwise(None).alias(column.name)).to_series()
    return [usable, bad.alias(BAD + column.name)]
