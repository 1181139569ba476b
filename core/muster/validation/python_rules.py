"""Rules in Python: for the odd rule that the kinds of a declaration cannot express."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

import polars as pl

from muster.model.intake import ROW
from muster.validation.asking import Answer, Fired
from muster.validation.reading import told_paths
from muster.validation.record_hits import record_hits
from muster.validation.schemas import BAD
from muster.validation.standing import NotAskedError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from muster.model.rules import Rule
    from muster.validation.records import Records

    Function = TypeVar("Function", bound=Callable[..., Any])


def rule(rule_id: str, *, reads: tuple[str, ...] | None = None) -> Callable[[Function], Function]:
    """Mark a function as the logic of one rule that is declared with ``python = true``.

    The function gets ``records`` (typed rows of the file, ``_row`` the row the user sees), ``reference`` (tables by
    name), ``facts`` and ``settings``, and returns a frame with ``_row`` and the columns of its message's
    placeholders: one line a finding. It is not given rows in which a column of ``reads`` cannot be used; without
    ``reads``, in which any column cannot. ``reads`` may also name a column of ``reference`` as ``table.column``, so
    that the rule is skipped with a reason where that table is not loaded.
    """

    def mark(function: Function) -> Function:
        function.rule_id = rule_id  # type: ignore[attr-defined]  # a mark for the loader, as pytest and click leave theirs
        function.rule_reads = reads  # type: ignore[attr-defined]  # read by ask_python
        return function

    return mark


def ask_python(declared: Rule, records: Records, reference: Mapping[str, pl.DataFrame]) -> Answer:
    """Ask one Python rule over the typed rows of the file."""
    context = records.context
    function = context.collection.python.get(declared.id)
    if function is None:
        raise NotAskedError("crashed", "the collection's rules.py has no function marked with this id")
    reads = getattr(getattr(function, "function", function), "rule_reads", None)
    _refuse_missing(reads or (), records, reference)
    usable, not_asked = _usable(records.table("file"), reads)
    found = function(usable, reference, context.facts, context.settings)
    frame = _checked(found, declared)
    positions = records.rows("file").is_in(frame[ROW].implode()).arg_true()
    return Answer(record_hits(declared, frame, context), Fired("file", positions, frame[ROW].drop_nulls()), not_asked)


def _refuse_missing(reads: tuple[str, ...], records: Records, reference: Mapping[str, pl.DataFrame]) -> None:
    for path in reads:
        table, point, _ = path.partition(".")
        if point and table not in reference:
            raise records.context.not_loaded(table)
        if not point and table not in records.table("file").columns:
            raise NotAskedError("not applicable", f"the layout has no {table}")


def _usable(frame: pl.DataFrame, reads: tuple[str, ...] | None) -> tuple[pl.DataFrame, int]:
    """Return the rows a function may see, and how many it may not."""
    masks = [name for name in frame.columns if name.startswith(BAD)]
    plain = frame.drop(masks)
    hiding = [name for name in masks if reads is None or name.removeprefix(BAD) in reads]
    if not hiding:
        return plain, 0
    hidden = frame.select(pl.any_horizontal(hiding)).to_series()
    return plain.filter(~hidden), int(hidden.sum())


def _checked(found: pl.DataFrame, declared: Rule) -> pl.DataFrame:
    context_words = ("run", "settings")
    needed = [path for path in told_paths(declared) if path.split(".")[0] not in context_words]
    lacking = [name for name in (ROW, *needed) if name not in found.columns]
    if lacking:
        raise NotAskedError("crashed", f"its function returns no column {lacking[0]}")
    return found.with_columns(pl.col(ROW).cast(pl.Int64))
