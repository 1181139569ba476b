"""Screens: what a state's function answers, paged, sorted, searched and written as text, or exported as CSV."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import IO, TYPE_CHECKING, Any

from muster.acting.failures import NotATableError, UnknownScreenError, UnknownSortError
from muster.acting.inputs import read_input
from muster.acting.looking import Looking
from muster.acting.places import scope_for
from muster.acting.spreadsheets import harmless
from muster.model.screens import Counts, Detail, Form, Link, Paging, Screen, Shown, Table

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import polars as pl
    from sqlalchemy import Connection

    from muster.model.actors import Actor
    from muster.model.places import Place
    from muster.model.screens import Content
    from muster.model.states import State
    from muster.plugins import Plugins
    from muster.store import Store

_WITHIN_DETAIL = 200
"""Rows shown of a table that belongs to a detail; the count tells whether there are more."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a page: the number of the record behind it, and its cells as text."""

    record: int | None
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a table: ``rows`` ``first`` to ``last`` of ``total``, as asked."""

    title: str
    columns: tuple[Shown, ...]
    rows: tuple[Row, ...]
    total: int
    asked: Paging
    empty: str = ""
    links: tuple[Link, ...] = ()

    @property
    def first(self) -> int:
        """Return the place of the first row shown, 0 where there is none."""
        return (self.asked.page - 1) * self.asked.size + 1 if self.rows else 0

    @property
    def last(self) -> int:
        """Return the place of the last row shown."""
        return self.first + len(self.rows) - 1 if self.rows else 0

    @property
    def pages(self) -> int:
        """Return how many pages there are."""
        return max(1, -(-self.total // self.asked.size))


@dataclass(frozen=True, slots=True)
class ScreenShown:
    """A screen as it is shown: one of page, detail (with the pages of its tables), form or counts."""

    screen: Screen
    page: Page | None = None
    detail: Detail | None = None
    tables: tuple[Page, ...] = ()
    form: Form | None = None
    counts: Counts | None = None


def screens_of(plugins: Plugins, state: str) -> dict[str, Screen]:
    """Return the screens of a state by id, in the order in which plugins declare them."""
    return {one.id: one for answer in plugins.manager.hook.screens(state=state) for one in answer}


def screen_of(plugins: Plugins, state: str, screen: str) -> Screen:
    """Return one screen; UnknownScreenError where the state has none of this id."""
    known = screens_of(plugins, plugins.state(state).id)
    if screen not in known:
        raise UnknownScreenError(state, screen, sorted(known))
    return known[screen]


def show(
    store: Store, plugins: Plugins, actor: Actor, place: Place, screen: str, given: Mapping[str, Any], asked: Paging
) -> ScreenShown:
    """Return a screen: ``given`` are its parameters, ``asked`` is the part of its table."""
    found = screen_of(plugins, place.state, screen)
    with store.reading() as connection:
        content = _content(connection, store, plugins, actor, place, found, given)
        return _shown(found, content, asked, plugins.state(place.state))


def export(
    store: Store,
    plugins: Plugins,
    actor: Actor,
    place: Place,
    screen: str,
    given: Mapping[str, Any],
    asked: Paging,
    stream: IO[str],
) -> int:
    """Write every row of a screen's table that is searched for as CSV; return how many there are."""
    found = screen_of(plugins, place.state, screen)
    with store.reading() as connection:
        content = _content(connection, store, plugins, actor, place, found, given)
        if not isinstance(content, Table):
            raise NotATableError(screen)
        return _export(content, asked, plugins.state(place.state), stream)


def as_text(value: Any, state: State) -> str:
    """Return a value as people of the state read it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, date):
        return value.strftime("%Y-%m-%d" if state.date_format == "YYYY-MM-DD" else "%m/%d/%Y")
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


def _content(
    connection: Connection,
    store: Store,
    plugins: Plugins,
    actor: Actor,
    place: Place,
    screen: Screen,
    given: Mapping[str, Any],
) -> Content:
    scope = scope_for(connection, store, plugins, actor, place, screen.permission)
    return screen.show(Looking(connection, scope), read_input(screen.parameters, given))


def _shown(screen: Screen, content: Content, asked: Paging, state: State) -> ScreenShown:
    if isinstance(content, Table):
        return ScreenShown(screen, page=_page(content, asked, state))
    if isinstance(content, Detail):
        tables = tuple(_page(one, Paging(size=_WITHIN_DETAIL), state) for one in content.tables)
        return ScreenShown(screen, detail=content, tables=tables)
    if isinstance(content, Form):
        return ScreenShown(screen, form=content)
    return ScreenShown(screen, counts=content)


def _page(table: Table, asked: Paging, state: State) -> Page:
    names = _names(table, asked)
    rows = tuple(_rows(table.query.page(names, asked), names, state))
    total = table.query.count(names, asked.search)
    return Page(table.title, table.columns, rows, total, asked, table.empty, table.links)


def _export(table: Table, asked: Paging, state: State, stream: IO[str]) -> int:
    names = _names(table, asked)
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow([harmless(column.label) for column in table.columns])
    written = 0
    for part in table.query.slices(names, asked):
        numeric = [part.schema[name].is_numeric() for name in names]
        for row in _rows(part, names, state):
            cells = zip(row.cells, numeric, strict=True)
            writer.writerow([cell if number else harmless(cell) for cell, number in cells])
        written += part.height
    return written


def _names(table: Table, asked: Paging) -> list[str]:
    names = [column.name for column in table.columns]
    if asked.sort and asked.sort not in names:
        raise UnknownSortError(names)
    return names


def _rows(part: pl.DataFrame, names: list[str], state: State) -> Iterator[Row]:
    numbers = part["_id"].to_list() if "_id" in part.columns else [None] * part.height
    for number, values in zip(numbers, part.select(names).iter_rows(), strict=True):
        yield Row(number, tuple(as_text(value, state) for value in values))
