"""Words for values and messages with placeholders; built in Python from the few hits that somebody reads."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal
from typing import Any

PLACEHOLDER = re.compile(r"\{([A-Za-z_][A-Za-z0-9_.]*)\}")
BLANK = "(blank)"
UNREADABLE = "(unreadable)"
MOST_SHOWN = 80
"""A longer value is cut in a message: a cell of 10 MB is no sentence."""
MOST_LISTED = 10
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")

Words = Callable[[Any], str]


def words(date_format: str) -> Words:
    """Return the function that writes values as the state's readers expect them."""
    pattern = date_format.replace("YYYY", "%Y").replace("MM", "%m").replace("DD", "%d")

    def write(value: Any) -> str:
        if value is None:
            return BLANK
        if isinstance(value, bool):
            return "Y" if value else "N"
        if isinstance(value, date):
            return value.strftime(pattern)
        if isinstance(value, Decimal):
            return format(value, "f")
        if isinstance(value, list):
            return listed([write(one) for one in value])
        return cut(str(value))

    return write


def cut(text: str) -> str:
    """Return text that fits a sentence: one line, no control characters, not too long."""
    short = text if len(text) <= MOST_SHOWN else text[: MOST_SHOWN - 1] + "…"
    return _CONTROL.sub("�", short)


def listed(parts: Iterable[str], most: int = MOST_LISTED) -> str:
    """Return the parts with commas; of many, the first few and how many more there are."""
    every = list(parts)
    rest = len(every) - most
    return ", ".join(every[:most]) + (f" and {rest:,} more" if rest > 0 else "")


def rows_words(rows: Iterable[int]) -> str:
    """Return row numbers with commas."""
    return listed(str(row) for row in rows)


def placeholders(message: str) -> tuple[str, ...]:
    """Return the names in braces, each once."""
    return tuple(dict.fromkeys(PLACEHOLDER.findall(message)))


def fill(message: str, value_of: Callable[[str], str]) -> str:
    """Replace each name in braces by its words."""
    return PLACEHOLDER.sub(lambda found: value_of(found[1]), message)
