"""Windows: whether something may be entered or signed today, decided by dates alone, and the sentence that says so.

A window is open from its first day to the end of its last, in the state's time zone. What decides is the year of the
data, never a year that somebody has selected.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from muster.access.organizations import tree_of
from muster.collecting.days import shown
from muster.collecting.extensions import granted_to, windows_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from sqlalchemy import Connection

    from muster.collecting.extensions import Extension
    from muster.model.collections import Collection
    from muster.model.states import State
    from muster.model.submissions import SubmissionKey


@dataclass(frozen=True, slots=True)
class WindowState:
    """Whether a collection is open for an organization on a day.

    ``opens`` and ``closes`` are the days of the window that is open, else of the next, else of the last; None where no
    window is declared. ``round`` is its number, ``extension`` the one by which it is still open.
    """

    open: bool
    message: str
    advice: str
    opens: date | None = None
    closes: date | None = None
    round: int | None = None
    extension: Extension | None = None

    @property
    def sentence(self) -> str:
        """Return what is the case, and when it opens or whom to ask."""
        return f"{self.message} {self.advice}".strip()


@dataclass(frozen=True, slots=True)
class _Span:
    round: int
    opens: date
    closes: date
    extension: Extension | None


def state_of(
    connection: Connection,
    state: State,
    collection: Collection,
    key: SubmissionKey,
    today: date,
    *,
    above: Iterable[str] | None = None,
) -> WindowState:
    """Return whether a submission may be entered and signed today.

    An extension counts for those below, too: ``above`` are the organizations above it where the caller knows them.
    """
    return window_state(connection, state, collection, key.year, key.organization, today, above=above)


def window_state(
    connection: Connection,
    state: State,
    collection: Collection,
    year: int,
    organization: str | None,
    today: date,
    *,
    above: Iterable[str] | None = None,
) -> WindowState:
    """Return whether an organization (None: nobody in particular) may enter data of a year today."""
    if not any(one.function == collection.function for one in collection.windows):
        return WindowState(open=True, message=f"{collection.title} has no closing day.", advice="")
    whose = [] if organization is None else [organization]
    whose += tree_of(connection, state).above(organization or "") if above is None else above
    spans = _spans(collection, year, granted_to(connection, collection, year, whose))
    now = [one for one in spans if one.opens <= today <= one.closes]
    if now:
        return _open(state, collection, year, max(now, key=lambda one: one.closes))
    return _closed(state, collection, year, spans, today)


def _spans(collection: Collection, year: int, extensions: Mapping[int, Extension]) -> list[_Span]:
    return [_span(one.round, one.opens, one.closes, extensions.get(one.round)) for one in windows_of(collection, year)]


def _span(number: int, opens: date, closes: date, extension: Extension | None) -> _Span:
    if extension is None or extension.closes is None or extension.closes <= closes:
        return _Span(number, opens, closes, None)
    return _Span(number, opens, extension.closes, extension)


def _open(state: State, collection: Collection, year: int, span: _Span) -> WindowState:
    by = f", by extension {span.extension.id}" if span.extension else ""
    return WindowState(
        open=True,
        message=f"{collection.title} for {year} is open until the end of {shown(span.closes, state)}{by}.",
        advice="",
        opens=span.opens,
        closes=span.closes,
        round=span.round,
        extension=span.extension,
    )


def _closed(state: State, collection: Collection, year: int, spans: list[_Span], today: date) -> WindowState:
    message = f"{collection.title} for {year} is closed on {shown(today, state)}: "
    ask = f"Ask {state.agency} for an extension."
    if not spans:
        return WindowState(open=False, message=f"{message}no window is declared for {year}.", advice=ask)
    named = " and ".join(f"{shown(one.opens, state)} to {shown(one.closes, state)}" for one in spans)
    later = [one for one in spans if one.opens > today]
    nearest = later[0] if later else max(spans, key=lambda one: one.closes)
    advice = f"It opens on {shown(nearest.opens, state)}; for an earlier day ask {state.agency}." if later else ask
    return WindowState(
        open=False,
        message=f"{message}it is open from {named}.",
        advice=advice,
        opens=nearest.opens,
        closes=nearest.closes,
        round=nearest.round,
        extension=nearest.extension,
    )
