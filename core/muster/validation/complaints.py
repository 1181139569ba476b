"""How the load check says what is wrong: key, problem, remedy, and the nearest name."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from muster.model.rules import DerivedTable, Lookup, Rule


class Complaint(Exception):  # noqa: N818 - it never leaves the load check, which turns it into a DeclarationError
    """One mistake in a declaration."""

    def __init__(self, key: str, problem: str, remedy: str) -> None:
        self.key, self.problem, self.remedy = key, problem, remedy
        super().__init__(problem)


def key_of(one: Rule | Lookup | DerivedTable, part: str = "") -> str:
    """Return how a rule, lookup or table is named in an error: ``rule XX-R1: flag``."""
    kind, name = _KINDS[type(one).__name__], getattr(one, "id", None) or getattr(one, "name", "")
    return f"{kind} {name}: {part}" if part else f"{kind} {name}"


_KINDS = {"Rule": "rule", "Lookup": "lookup", "DerivedTable": "table"}


def unknown(key: str, what: str, name: str, known: Iterable[str]) -> Complaint:
    """Return the complaint about a name that is not known, with the nearest one that is."""
    names = sorted(known)
    near = difflib.get_close_matches(name, names, n=1)
    remedy = f'Did you mean "{near[0]}"?' if near else f"Known: {', '.join(names) or 'none'}."
    return Complaint(key, f'there is no {what} "{name}"', remedy)
