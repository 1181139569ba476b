"""Expressions of rules: from SQL text to a polars expression, and which columns it reads."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import polars as pl

from muster.validation.safety import ExpressionError, safe_text

if TYPE_CHECKING:
    from collections.abc import Iterator

_GROUPED = frozenset(["Agg", "Len", "Over", "Rolling", "Rank", "Range", "CumSum", "CumCount", "Shift"])
_FOREIGN = frozenset(["SubPlan", "Selector", "AnonymousFunction"])
_WRITTEN = frozenset(["Literal", "Column", "FieldByName"])
_COUNTS = frozenset(["Count", "NUnique"])


@dataclass(frozen=True, slots=True)
class Expression:
    """One compiled expression.

    ``paths`` are the columns it reads in the order of the text: ``minutes``, ``range.low``. ``grouped`` tells that it
    reads more than one row (an aggregate or a window). ``shown`` are the paths whose values the result can show:
    a count of names tells no name.
    """

    sql: str
    expr: pl.Expr
    paths: tuple[str, ...]
    shown: tuple[str, ...]
    grouped: bool

    @property
    def roots(self) -> tuple[str, ...]:
        """Return the columns read, without the field behind a dot."""
        return tuple(dict.fromkeys(path.split(".")[0] for path in self.paths))


@lru_cache(maxsize=4096)
def compiled(sql: str) -> Expression:
    """Compile an expression; raise ExpressionError in the author's terms when it is unsafe or no expression."""
    text = safe_text(sql)
    try:
        expr = pl.sql_expr(text)
    except Exception as error:  # noqa: BLE001 - whatever the parser raises, it is the author's mistake
        problem = "this is no SQL expression: " + str(error).split("\n", 1)[0]
        raise ExpressionError(problem, "Write a condition as it would stand behind WHERE.") from None
    tree = json.loads(expr.meta.serialize(format="json"))
    keys = set(_names(tree))
    if keys & _FOREIGN:
        raise ExpressionError("the expression reads more than its row", "Name the columns it reads.")
    paths = tuple(dict.fromkeys(_paths(tree)))
    shown = tuple(dict.fromkeys(_paths(tree, without=_COUNTS)))
    return Expression(sql, expr, paths, shown, grouped=bool(keys & _GROUPED))


def row_expression(sql: str) -> Expression:
    """Compile an expression that is asked row by row: aggregates and windows are refused."""
    expression = compiled(sql)
    if expression.grouped:
        problem = "an aggregate or a window is not allowed here: it reads other rows, unreadable ones too"
        raise ExpressionError(problem, "Use a lookup with columns, or a derived table with per.")
    return expression


def _names(node: Any) -> Iterator[str]:
    """Yield the kinds of every node; what an author wrote (literals, names) is left out."""
    if isinstance(node, dict):
        for key, value in node.items():
            yield key
            if key not in _WRITTEN:
                yield from _names(value)
    elif isinstance(node, list):
        for value in node:
            yield from _names(value)
    elif isinstance(node, str):
        yield node


def _paths(node: Any, without: frozenset[str] = frozenset()) -> Iterator[str]:
    path = _path(node)
    if path:
        yield path
    elif isinstance(node, dict):
        for key, value in node.items():
            if key not in without and key != "Literal":
                yield from _paths(value, without)
    elif isinstance(node, list):
        for value in node:
            if isinstance(value, dict | list):
                yield from _paths(value, without)


def _path(node: Any) -> str | None:
    """Return ``column`` or ``struct.field`` when the node is one, however deep the fields go."""
    if not isinstance(node, dict):
        return None
    if isinstance(node.get("Column"), str):
        return str(node["Column"])
    call = node.get("Function")
    field = call.get("function") if isinstance(call, dict) else None
    name = field.get("StructExpr") if isinstance(field, dict) else None
    if isinstance(call, dict) and isinstance(name, dict) and "FieldByName" in name:
        return f"{_path(call['input'][0])}.{name['FieldByName']}"
    return None
