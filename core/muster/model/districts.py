"""Which district an organization belongs to."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl


def district_of(organization: str | None, organizations: pl.DataFrame | None) -> str | None:
    """Return the district an organization belongs to, or itself where it is one or is not known."""
    if organization is None or organizations is None:
        return organization
    parents = {row[0]: (row[1], row[2]) for row in organizations.select("organization_id", "kind", "parent_id").rows()}
    found: str | None = organization
    for _ in range(len(parents)):
        kind, parent = parents.get(found or "", (None, None))
        if kind == "district":
            return found
        found = parent
    return organization
