"""Lookups and derived tables over empty tables: columns that are not there, expressions that cannot be computed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from muster.model.rules import Lookup
from muster.validation.complaints import Complaint, key_of, unknown
from muster.validation.expressions import compiled, row_expression
from muster.validation.reading import CONTEXT
from muster.validation.safety import ExpressionError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from muster.model.rules import DerivedTable
    from muster.validation.asking import Asking
    from muster.validation.rehearsal import Rehearsal

FAILURES = (Exception, pl.exceptions.PanicException)
"""What computing an expression may raise; a panic of polars is no Exception."""


def check_tables(rehearsal: Rehearsal) -> None:
    """Complain about the first derived table that cannot be made."""
    for table in rehearsal.names.tables.values():
        _check_sql(table, grouped=bool(table.per))
        _first_fitting(rehearsal, table)


def check_lookups(rehearsal: Rehearsal) -> None:
    """Complain about the first lookup whose table has not its columns, or whose expressions cannot be computed."""
    for lookup in rehearsal.names.lookups.values():
        _check_sql(lookup, grouped=True)
        _first_fitting(rehearsal, lookup)


def _check_sql(one: DerivedTable | Lookup, *, grouped: bool) -> None:
    for name, sql in one.columns.items():
        try:
            expression = compiled(sql) if grouped else row_expression(sql)
        except ExpressionError as error:
            raise Complaint(key_of(one, f"columns.{name}"), error.problem, error.remedy) from None
        if grouped and not expression.grouped:
            problem = "is no aggregate, but there is one row a key"
            raise Complaint(key_of(one, f"columns.{name}"), problem, "Write SUM, COUNT, MIN or MAX around it.")
    if one.where is not None:
        try:
            row_expression(one.where)
        except ExpressionError as error:
            raise Complaint(key_of(one, "where"), error.problem, error.remedy) from None


def _first_fitting(rehearsal: Rehearsal, one: DerivedTable | Lookup) -> None:
    """Make the table with the first layout that has its columns; complain as the last does when none has."""
    complaint: Complaint | None = None
    for layout in reversed(rehearsal.collection.layouts):
        try:
            _make(rehearsal.asking(layout), one)
        except Complaint as found:
            complaint = complaint or found
        else:
            return
    if complaint is not None:
        raise complaint


def _make(asking: Asking, one: DerivedTable | Lookup) -> None:
    records = asking.records
    sources = [one.table] if isinstance(one, Lookup) else [one.source, *([one.join] if one.join else [])]
    frames = [records.table(source) for source in sources]
    known = [name for frame in frames for name in frame.columns if not name.startswith("_")]
    for part, name in _read(one):
        if name not in known and name not in CONTEXT:
            raise unknown(key_of(one, part), f"column of {' and '.join(sources)}", name, known)
    try:
        if isinstance(one, Lookup):
            records.lookups.prepare(one.name)
        else:
            records.table(one.name)
    except FAILURES as error:
        raise Complaint(key_of(one), _words(error), "Correct the expression.") from None


def _read(one: DerivedTable | Lookup) -> Iterable[tuple[str, str]]:
    if isinstance(one, Lookup):
        yield from (("on", theirs) for _, theirs in one.pairs)
    else:
        yield from (("on", name) for name in one.on)
        yield from (("per", name) for name in one.per)
    if one.where is not None:
        yield from (("where", name) for name in row_expression(one.where).roots)
    for name, sql in one.columns.items():
        yield from ((f"columns.{name}", root) for root in compiled(sql).roots)


def _words(error: BaseException) -> str:
    return "it cannot be computed: " + str(error).strip().split("\n", 1)[0]
