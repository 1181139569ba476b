"""One reporting requirement of a state: its layouts, key, rules and windows."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any, Literal

from muster.model.certifying import Certifiers, GateSetting, Step
from muster.model.layouts import Layout
from muster.model.marks import Identifier, Marked, Slug
from muster.model.rules import Rule, RuleSet


class Setting(Marked):
    """A number or word of the rules that an agency may change without touching a rule."""

    name: Identifier
    title: str
    value: bool | int | Decimal | date | str
    first_year: int | None = None
    last_year: int | None = None


class Window(Marked):
    """When a function is open: by dates alone, never by the year a user has selected."""

    year: int
    function: str
    data_year: int | None = None
    round: int = 1
    opens: date
    closes: date


class Collection(Marked):
    """A collection: (state, id) is its address, written ``az/enrollment``.

    ``organization`` is the column that names whose row it is; ``person`` the column that identifies the student.
    ``key`` tells records apart within a school year; ``on_existing`` what happens to a row whose key is stored.
    """

    id: Slug
    state: Slug
    title: str
    function: str = ""
    key: tuple[str, ...]
    organization: str
    organization_kind: Literal["district", "school"]
    person: str
    on_existing: Literal["reject", "update"]
    submission: tuple[str, ...] = ()
    after_signing: Literal["open", "needs reopening"] = "open"
    certifiers: Certifiers | None = None
    gates: tuple[GateSetting, ...] = ()
    steps: tuple[Step, ...] = ()
    layouts: tuple[Layout, ...]
    settings: tuple[Setting, ...] = ()
    windows: tuple[Window, ...] = ()
    ruleset: RuleSet
    python: dict[str, Callable[..., Any]] = {}

    @property
    def address(self) -> str:
        """Return ``state/id``."""
        return f"{self.state}/{self.id}"

    @property
    def years(self) -> tuple[int, ...]:
        """Return the school years that have a layout."""
        return tuple(sorted({layout.year for layout in self.layouts}))

    def layouts_of(self, year: int) -> tuple[Layout, ...]:
        """Return the layouts of one school year."""
        return tuple(layout for layout in self.layouts if layout.year == year)

    def rules_of(self, year: int) -> tuple[Rule, ...]:
        """Return the rules in force in one school year, drafts and retired ones included (their status tells)."""
        return tuple(rule for rule in self.ruleset.rules if _holds(rule.first_year, rule.last_year, year))

    def settings_of(self, year: int) -> dict[str, Any]:
        """Return the settings of one school year by name."""
        return {one.name: one.value for one in self.settings if _holds(one.first_year, one.last_year, year)}


def _holds(first: int | None, last: int | None, year: int) -> bool:
    return (first is None or first <= year) and (last is None or year <= last)
