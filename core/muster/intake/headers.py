"""Whether a row of cells holds the column names of a layout."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from muster.model.columns import Column
    from muster.model.layouts import Layout

_POSSESSIVE = re.compile(r"['\u2019]s(?![^\W_])", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Match:
    """How far one row of names fits one layout.

    ``row`` counts from 1. ``columns``: layout column name to position, from 0. ``extra`` and ``twice`` are names as
    written in the file. ``sheet`` is the place of the sheet in the workbook, ``rows`` how many rows stand below.
    """

    layout: Layout
    row: int
    columns: dict[str, int]
    missing: tuple[Column, ...]
    extra: tuple[str, ...]
    twice: tuple[str, ...]
    sheet: int = 0
    rows: int = 1

    @property
    def full(self) -> bool:
        """Return whether no column is missing."""
        return not self.missing


@lru_cache(maxsize=4096)
def fold(name: str) -> str:
    """Return a name without case, punctuation, white space and possessive: Educator's ID is educatorid."""
    return "".join(letter for letter in _POSSESSIVE.sub("", name).casefold() if letter.isalnum())


def match(values: Sequence[str | None], layout: Layout, row: int) -> Match:
    """Compare one row of cells with the names of a layout's columns."""
    known = _names(layout)
    columns: dict[str, int] = {}
    extra, twice = [], []
    for position, value in enumerate(values):
        written = " ".join((value or "").split())
        if not fold(written):
            continue
        name = known.get(fold(written))
        if name is None:
            extra.append(written)
        elif name in columns:
            twice.append(written)
        else:
            columns[name] = position
    missing = tuple(column for column in layout.columns if column.name not in columns)
    return Match(layout, row, columns, missing, tuple(extra), tuple(twice))


def _names(layout: Layout) -> dict[str, str]:
    """Return the folded names of the columns; a label goes before another column's other names."""
    known: dict[str, str] = {}
    for column in layout.columns:
        known.setdefault(fold(column.label), column.name)
    for column in layout.columns:
        for name in (*column.also, column.name):
            known.setdefault(fold(name), column.name)
    return known
