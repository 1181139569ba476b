"""What an expression may hold, checked on its text: polars opens files while it parses, so parsing is too late."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

_TOKEN = re.compile(
    r"""(?P<comment>--[^\n]*|/\*.*?\*/)
      | (?P<quoted>'(?:[^']|'')*'|"(?:[^"]|"")*"|`[^`]*`)
      | (?P<word>[^\W\d]\w*)
      | (?P<number>[0-9]+(?:\.[0-9]+)?)
      | (?P<open>['"`]|/\*)
      | (?P<sign>\S)""",
    re.VERBOSE | re.DOTALL,
)
_QUERY_WORDS = frozenset(["SELECT", "VALUES", "WITH", "TABLE", "EXISTS", "UNION", "INTERSECT", "EXCEPT", "JOIN"])
_ACTION_WORDS = frozenset(["INSERT", "INTO", "UPDATE", "DELETE", "DROP", "CREATE", "ALTER", "COPY", "TRUNCATE"])
_OTHER_WORDS = frozenset(["EXPLAIN", "SHOW", "LATERAL", "UNNEST"])
_STATEMENTS = _QUERY_WORDS | _ACTION_WORDS | _OTHER_WORDS
_MOMENTS = frozenset(["CURRENT_DATE", "CURRENT_TIME", "CURRENT_TIMESTAMP", "LOCALTIME", "LOCALTIMESTAMP"])
_CALLS = frozenset(["NOW", "TODAY", "RANDOM", "RAND", "UUID"])
"""Refused where they are called; a lookup may bear such a name."""
_FILES = re.compile(r"(?i)(read|scan|write|sink)_\w+")
_FROM_FUNCTIONS = frozenset(["EXTRACT", "SUBSTRING", "TRIM"])


class ExpressionError(Exception):
    """An expression cannot be used; ``problem`` and ``remedy`` are the two halves of what the author reads."""

    def __init__(self, problem: str, remedy: str) -> None:
        self.problem, self.remedy = problem, remedy
        super().__init__(f"{problem}. {remedy}")


@dataclass(frozen=True, slots=True)
class _Token:
    kind: Literal["quoted", "word", "number", "sign"]
    text: str

    @property
    def upper(self) -> str:
        return self.text.upper() if self.kind == "word" else self.text


def safe_text(sql: str) -> str:
    """Return the expression without its comments; raise ExpressionError for what is more than an expression."""
    tokens = _tokens(sql)
    for position, token in enumerate(tokens):
        if token.kind == "word":
            _refuse_word(tokens, position)
        elif token.text in (";", "$", ":", "?"):
            problem = f'"{token.text}" has no meaning in an expression'
            raise ExpressionError(problem, "Constants are written out, or are settings: settings.NAME.")
    return _COMMENT.sub(_keep_quoted, sql).strip()


_COMMENT = re.compile(r"""'(?:[^']|'')*'|"(?:[^"]|"")*"|`[^`]*`|--[^\n]*|/\*.*?\*/""", re.DOTALL)


def _keep_quoted(found: re.Match[str]) -> str:
    return found[0] if found[0][0] in "'\"`" else " "


def _tokens(sql: str) -> list[_Token]:
    tokens: list[_Token] = []
    for found in _TOKEN.finditer(sql):
        kind = found.lastgroup
        if kind == "open":
            raise ExpressionError(f"{found[0]} is opened and not closed", "Close the quote or the comment.")
        if kind in ("quoted", "word", "number", "sign"):
            tokens.append(_Token(kind, found[0]))  # type: ignore[arg-type]  # the four names tested in the line above
    if not tokens:
        raise ExpressionError("the expression is empty", "Write a condition that is true where a row is wrong.")
    return tokens


def _refuse_word(tokens: list[_Token], position: int) -> None:
    word = tokens[position].upper
    if word in _STATEMENTS or _FILES.fullmatch(word) or (word == "FROM" and not _from_allowed(tokens, position)):
        problem = f'"{tokens[position].text}" is not allowed: an expression reaches no file and no other table'
        raise ExpressionError(problem, "Use a lookup or a derived table; a column of this name goes in double quotes.")
    called = [token.text for token in tokens[position + 1 : position + 2]] == ["("]
    if word in _MOMENTS or (word in _CALLS and called):
        problem = f'"{tokens[position].text}" gives another answer every time'
        raise ExpressionError(problem, "Use run.file_date, so that a run can be repeated.")


def _from_allowed(tokens: list[_Token], position: int) -> bool:
    """Tell whether this FROM belongs to IS DISTINCT FROM, EXTRACT, SUBSTRING or TRIM."""
    before = [token.upper for token in tokens[:position]]
    if before[-1:] == ["DISTINCT"]:
        return before[-2:-1] == ["IS"] or before[-3:-1] == ["IS", "NOT"]
    depth = 0
    for place in range(position - 1, 0, -1):
        depth += {")": 1, "(": -1}.get(before[place], 0)
        if depth < 0:
            between = before[place + 1 :]
            return before[place - 1] in _FROM_FUNCTIONS and bool(between) and "FROM" not in between[:position]
    return False
