"""A state: a plugin's whole declaration."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from pydantic import ConfigDict, field_validator

from muster.model.collections import Collection
from muster.model.marks import Mark, Marked, Slug
from muster.model.permissions import Role
from muster.model.reference import Catalog, ReferenceTable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from muster.model.layouts import Layout


class State(Marked):
    """Agency, vocabulary, time zone, identifiers, reference tables, catalogs and collections.

    ``year_start`` is the first day of a school year as MM-DD. ``vocabulary`` gives the state's own words for
    ``district``, ``year``, ``student_id``, ``certify`` ... ``overlay`` is the digest of the overlays applied, or "".
    """

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)

    id: Slug
    name: str
    agency: str
    time_zone: str
    year_start: str = "07-01"
    date_format: str = "MM/DD/YYYY"
    vocabulary: dict[str, str] = {}
    identifiers: dict[str, str] = {}
    roles: tuple[Role, ...] = ()
    tables: tuple[ReferenceTable, ...] = ()
    catalogs: tuple[Catalog, ...] = ()
    collections: tuple[Collection, ...] = ()
    sources: dict[str, str] = {}
    overlay: str = ""

    @field_validator("time_zone")
    @classmethod
    def _known_zone(cls, zone: str) -> str:
        try:
            ZoneInfo(zone)
        except (KeyError, ValueError, OSError):
            raise ValueError("is no time zone; one is America/Denver") from None
        return zone

    def collection(self, collection_id: str) -> Collection:
        """Return one collection; KeyError when the state lacks it."""
        for collection in self.collections:
            if collection.id == collection_id:
                return collection
        raise KeyError(collection_id)

    def other_layouts(self, collection: Collection, year: int) -> tuple[Layout, ...]:
        """Return the layouts a wrong file may have been made from: other years' first, then other collections'."""
        others = (one for other in self.collections if other.id != collection.id for one in other.layouts)
        return (*(one for one in collection.layouts if one.year != year), *(one for one in others if one.year == year))

    def table(self, name: str) -> ReferenceTable:
        """Return one reference table's declaration; KeyError when the state lacks it."""
        for table in self.tables:
            if table.name == name:
                return table
        raise KeyError(name)

    def counts(self) -> Counter[Mark]:
        """Count everything marked: found, derived, placeholder."""
        return Counter(mark for one in self._marked() if (mark := one.mark) is not None)

    def _marked(self) -> Iterator[Marked]:
        yield from (mark for catalog in self.catalogs for mark in catalog.marks)
        for collection in self.collections:
            yield from collection.ruleset.rules
            yield from collection.settings
            yield from collection.windows
            for layout in collection.layouts:
                yield from layout.columns
