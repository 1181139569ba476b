"""What people see: a screen is a function from parameters to a table, a detail, a form or counts.

A state declares screens and writes no pages: the core pages, sorts, searches and exports what a screen answers, and
the web and the command line show it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from pydantic import BaseModel, ConfigDict, Field

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from datetime import date, datetime

    import polars as pl

    from muster.model.actors import Actor
    from muster.model.permissions import Permission
    from muster.model.places import Place


def private(default: Any = None, **options: Any) -> Any:
    """Return a parameter or input that identifies a student: it never stands in an address, a log or an audit text."""
    return Field(default, json_schema_extra={"private": True}, **options)


class Parameters(BaseModel):
    """What a screen may be asked: its own fields are filters; ``record`` is the number of one record."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    record: int | None = None


@dataclass(frozen=True, slots=True)
class Shown:
    """One column of a table: where its value comes from and what stands above it.

    ``screen`` makes the value a link to another screen with this row's ``record``. ``private`` values identify a
    student: a table with one is searched and filtered without its address telling.
    """

    name: str
    label: str
    number: bool = False
    private: bool = False
    screen: str = ""


@dataclass(frozen=True, slots=True)
class Paging:
    """Which part of a table is asked: a page of ``size`` rows, sorted by a column, holding a searched text."""

    page: int = 1
    size: int = 50
    sort: str = ""
    descending: bool = False
    search: str = ""


class Query(Protocol):
    """Rows that can be counted, paged, sorted and searched; ``_id`` is the number of the record behind a row."""

    def count(self, columns: Sequence[str], search: str = "") -> int:
        """Count the rows in one of whose columns the searched text stands."""

    def page(self, columns: Sequence[str], asked: Paging) -> pl.DataFrame:
        """Return one page with these columns and, where there are records behind the rows, ``_id``."""

    def slices(self, columns: Sequence[str], asked: Paging) -> Iterator[pl.DataFrame]:
        """Yield every row that is searched for, sorted, some thousands at a time: what an export writes."""


@dataclass(frozen=True, slots=True)
class Link:
    """A way on: to a screen, to the form of an action, or to the signing of a collection.

    ``parameters`` stand in an address, so they never identify a student; ``record`` is the number of a record.
    """

    label: str
    screen: str = ""
    action: str = ""
    sign: str = ""
    parameters: Mapping[str, str | int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of a query under columns; ``empty`` says why there are none and what fills them."""

    query: Query
    columns: tuple[Shown, ...]
    title: str = ""
    empty: str = "There is nothing here yet."
    links: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True)
class Detail:
    """One thing in full: labels with values, the tables that belong to it, and what can be done with it.

    ``record`` and ``version`` are those of the record shown; an action's form carries them on, so that it is known
    which state of the record a person had before their eyes.
    """

    title: str
    values: tuple[tuple[str, str | None], ...]
    tables: tuple[Table, ...] = ()
    links: tuple[Link, ...] = ()
    record: int | None = None
    version: int | None = None


@dataclass(frozen=True, slots=True)
class Form:
    """The form of an action, filled in with what is stored now."""

    action: str
    values: Mapping[str, Any] = field(default_factory=dict)
    record: int | None = None
    version: int | None = None


@dataclass(frozen=True, slots=True)
class Count:
    """A number that is a link to what it counts."""

    label: str
    number: int
    link: Link | None = None


@dataclass(frozen=True, slots=True)
class Counts:
    """Numbers side by side."""

    title: str
    counts: tuple[Count, ...]


Content = Table | Detail | Form | Counts


class Look(Protocol):
    """What a screen, a step of the workflow or a gate may read: only what the actor may see at this place."""

    @property
    def actor(self) -> Actor:
        """Return who looks."""

    @property
    def place(self) -> Place:
        """Return the state, organization and school year that are looked at."""

    @property
    def now(self) -> datetime:
        """Return the present moment in the state's time zone."""

    @property
    def today(self) -> date:
        """Return the present day in the state's time zone."""

    def query(self, collection: str, **where: Any) -> Query:
        """Return the stored records of a collection whose columns have these values (a list: one of them)."""

    def query_of(self, frame: pl.DataFrame) -> Query:
        """Return the rows of a frame that was computed, so that it is paged, sorted and searched alike."""

    def records(self, collection: str, **where: Any) -> pl.DataFrame:
        """Return stored records with all columns, typed, and our own: ``_id``, ``_version``, ``_organization``."""

    def record(self, collection: str, number: int) -> dict[str, Any]:
        """Return one record by its number; a failure where there is none within what the actor may see."""

    def count(self, collection: str, **where: Any) -> int:
        """Count stored records."""

    def reference(self, table: str) -> pl.DataFrame | None:
        """Return a reference table, None where it is not loaded."""


@dataclass(frozen=True, slots=True)
class Screen:
    """One screen: who sees it, what it may be asked, and what it shows.

    ``listed`` false leaves it out of menus: it is reached through links (the detail of a record).
    """

    id: str
    title: str
    show: Callable[[Look, Any], Content]
    permission: Permission = "view"
    parameters: type[Parameters] = Parameters
    help: str = ""
    listed: bool = True
