"""Hits of rules over records as findings: the rule's own message, with the values of the row or group."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from muster.validation.groups import COUNT, KEY, MARK, VALUES
from muster.validation.hits import ROWS, Hits, Told
from muster.validation.messages import UNREADABLE, fill, listed, rows_words
from muster.validation.reading import CONTEXT, GROUP_WORDS, pointed_column
from muster.validation.schemas import BAD

if TYPE_CHECKING:
    from collections.abc import Mapping

    import polars as pl

    from muster.model.rules import Rule
    from muster.validation.context import Context
    from muster.validation.hits import Teller
    from muster.validation.messages import Words

_MOST_NAMED = 3


def record_hits(rule: Rule, frame: pl.DataFrame, context: Context) -> Hits:
    """Return the hits of one rule; ``frame`` has ROW and a column a path, for groups also keys and marks."""
    column = pointed_column(rule, context.names)
    names = context.layout.names
    keyed = not any(name.startswith(KEY) for name in frame.columns)
    marks = [name for name in frame.columns if name.startswith((KEY, MARK))]
    if COUNT not in frame.columns:
        marks += [name for name in context.plain_paths(rule) if name in frame.columns]
    return Hits(
        rule=rule.id,
        revision=rule.revision,
        severity=rule.severity,
        stops="nothing" if rule.status == "shadow" else rule.stops_when(context.facts.when),
        title=rule.title,
        fix=rule.fix,
        frame=frame,
        tell=record_teller(rule, column, context),
        column=column,
        label=context.layout.column(column).label if column in names else None,
        place=names.index(column) if column in names else -1,
        cause=rule.cause or ((column,) if column and not rule.agree else ()),
        marks=tuple(marks),
        keyed=keyed,
    )


def record_teller(rule: Rule, column: str | None, context: Context) -> Teller:
    """Return what writes the message of one hit; a private value of a lookup is never written."""
    words, private = context.words, context.private_paths(rule)

    def tell(hit: Mapping[str, Any]) -> Told:
        def value_of(path: str) -> str:
            if path in GROUP_WORDS and COUNT in hit:
                return _group_word(path, hit, context)
            if path.split(".", maxsplit=1)[0] in CONTEXT:
                return words(context.value(path))
            if path in private:
                return "(private)"
            return UNREADABLE if hit.get(BAD + path) else words(hit.get(path))

        return Told(fill(rule.message, value_of), _value(hit, column, words))

    return tell


def _value(hit: Mapping[str, Any], column: str | None, words: Words) -> str | None:
    """Return the value at fault: all of them where rows do not agree."""
    if VALUES in hit:
        return listed(words(one["value"]) for one in hit[VALUES])
    found = None if column is None else hit.get(column)
    return None if found is None else words(found)


def _values(hit: Mapping[str, Any], context: Context) -> str:
    parts = [f"{context.words(one['value'])}: {_where(one)}" for one in hit[VALUES]]
    return "; ".join(parts)


def _where(one: Mapping[str, Any]) -> str:
    """Say which rows have a value: a few by number, many by their count, stored ones apart."""
    stored = one["count"] - one["of_file"]
    said = []
    if 0 < one["of_file"] <= _MOST_NAMED:
        said.append(("row " if one["of_file"] == 1 else "rows ") + listed(str(row) for row in one["rows"]))
    elif one["of_file"]:
        said.append(f"{one['of_file']:,} rows")
    if stored:
        said.append(f"{stored:,} stored")
    return " and ".join(said)


def _group_word(word: str, hit: Mapping[str, Any], context: Context) -> str:
    if word == "rows":
        return rows_words(hit[ROWS])
    if word == "count":
        return f"{hit[COUNT]:,}"
    return _values(hit, context) if VALUES in hit else ""
