"""Which layout a file follows, decided by its headers; and what to say when it follows none."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from muster.intake.headers import Match, match
from muster.intake.stops import wrong_template

if TYPE_CHECKING:
    from collections.abc import Sequence

    from muster.model.layouts import Layout

HEAD = 20
"""How many rows are searched for the column names; titles may stand above them."""


@dataclass(frozen=True, slots=True)
class Choice:
    """The year's layouts, the one asked for, and other years' layouts to say what a wrong file looks like."""

    layouts: Sequence[Layout]
    wanted: str | None
    other_years: Sequence[Layout]

    def matches(self, head: Sequence[Sequence[str | None]], sheet: int, height: int, title: str) -> list[Match]:
        """Return for each layout the row of the table that fits best, if any row fits at all."""
        found = []
        for layout in (*self.layouts, *self.other_years):
            rows = [match(values, layout, number) for number, values in enumerate(head, start=1)]
            best = max(rows, key=lambda one: (len(one.columns), -len(one.twice), -one.row), default=None)
            if best is not None and len(best.columns) >= min(2, len(layout.columns)):
                found.append(replace(best, sheet=sheet, rows=height - best.row))
        return sorted(found, key=lambda one: one.layout.sheet.casefold() != title.casefold())

    def decide(self, matches: Sequence[Match]) -> Match:
        """Return the match of the layout to read by; StoppedError with what the headers look like otherwise."""
        own = [one for one in matches if one.layout in self.layouts]
        others = [one for one in matches if one.layout not in self.layouts and one.full]
        best = min(own, key=self._rank, default=None)
        other = min(others, key=lambda one: (len(one.extra), -one.layout.year), default=None)
        if other is not None and (best is None or not best.full or (best.extra and not other.extra)):
            raise self._of_another_year(other)
        if best is None:
            raise self._of_none()
        if not best.full:
            raise _incomplete(self._of_wanted(own) or best)
        if self.wanted and best.layout.id != self.wanted:
            raise self._not_wanted(best)
        if best.twice:
            raise _doubled(best)
        return best

    def _rank(self, one: Match) -> tuple[int, int, bool, bool]:
        return len(one.missing), len(one.extra), one.layout.id != self.wanted, one.rows < 1

    def _of_wanted(self, matches: Sequence[Match]) -> Match | None:
        asked = [one for one in matches if one.layout.id == self.wanted]
        return min(asked, key=self._rank, default=None)

    def _of_another_year(self, other: Match) -> Exception:
        if any(other.layout.year == layout.year for layout in self.layouts):
            return self._of_another_collection(other)
        years = sorted({layout.year for layout in self.layouts})
        year = years[0] if years else other.layout.year
        message = (
            f"The column names in row {other.row} are those of the {_title(other.layout)} template "
            f"of {other.layout.year}, not of {year}."
        )
        return wrong_template(
            message, f"Copy the rows into the template of {year}, or choose the year {other.layout.year}."
        )

    def _of_another_collection(self, other: Match) -> Exception:
        titles = ", ".join(_title(layout) for layout in self.layouts)
        message = (
            f"The column names in row {other.row} are those of the {_title(other.layout)} template, "
            f"which belongs to another collection."
        )
        return wrong_template(message, f"Send the file to that collection, or send a file made from {titles}.")

    def _of_none(self) -> Exception:
        titles = ", ".join(_title(layout) for layout in self.layouts)
        message = f"No row among the first {HEAD} holds the column names of a template ({titles})."
        return wrong_template(message, "Put the names of the template's columns into the first row, above the data.")

    def _not_wanted(self, best: Match) -> Exception:
        asked = next((_title(one) for one in self.layouts if one.id == self.wanted), f'"{self.wanted}"')
        message = (
            f"The column names in row {best.row} are those of the {_title(best.layout)} template, "
            f"but {asked} was asked for."
        )
        return wrong_template(message, f'Choose the layout "{best.layout.id}", or send a file made from {asked}.')


def _title(layout: Layout) -> str:
    return f'"{layout.title}"'


def _listed(names: Sequence[str]) -> str:
    """Return up to five names as they stand in a sentence, and how many are left."""
    if len(names) > 5:
        return f"{', '.join(names[:5])} and {len(names) - 5} more"
    return " and ".join(part for part in (", ".join(names[:-1]), names[-1]) if part)


def _incomplete(best: Match) -> Exception:
    names = _listed([f'"{column.label}"' for column in best.missing])
    noun = "The column" if len(best.missing) == 1 else "The columns"
    verb = "is" if len(best.missing) == 1 else "are"
    layout = best.layout
    message = f"{noun} {names} of the {_title(layout)} template of {layout.year} {verb} missing from row {best.row}."
    them = "it" if len(best.missing) == 1 else "them"
    return wrong_template(message, f"Add {them}, or copy the rows into the template of {layout.year}.")


def _doubled(best: Match) -> Exception:
    message = f'The column name "{best.twice[0]}" stands in row {best.row} more than once.'
    return wrong_template(message, "Keep the column that holds the data and delete the other or rename it.")
