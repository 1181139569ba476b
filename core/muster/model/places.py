"""Where a person works: one state, one organization with all below it, one school year."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Place:
    """A state, an organization (None: the whole state) and a school year, named by its end year."""

    state: str
    organization: str | None
    year: int

    @property
    def address(self) -> str:
        """Return ``state/organization/year``, with ``-`` for the whole state."""
        return f"{self.state}/{self.organization or '-'}/{self.year}"
