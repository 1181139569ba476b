"""A submission: one organization's share of a collection in a year, and its state."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal
from urllib.parse import quote

if TYPE_CHECKING:
    from datetime import datetime

SubmissionStatus = Literal["open", "certified", "reopened", "returned"]
"""Open: never certified. Certified: the signed copy stands. Reopened: the agency let the district correct what it
certified. Returned: the agency itself asked for a correction. In the last two the signed copy still stands."""


@dataclass(frozen=True, slots=True)
class SubmissionKey:
    """Whose share of which collection in which year.

    ``part`` are the further columns that tell submissions apart with their values, in the order of their names.
    """

    state: str
    collection: str
    year: int
    organization: str
    part: tuple[tuple[str, str], ...] = ()

    @property
    def address(self) -> str:
        """Return ``mt/cte-eoy/2025/0583``, with ``/term=1`` where the state divides further."""
        pieces = [self.state, self.collection, str(self.year), quote(self.organization, safe="")]
        pieces += [f"{name}={quote(value, safe='')}" for name, value in self.part]
        return "/".join(pieces)

    @property
    def part_text(self) -> str:
        """Return the part as the database keeps it: canonical JSON, ``{}`` where there is none."""
        return part_text(dict(self.part))


@dataclass(frozen=True, slots=True)
class SubmissionRow:
    """A submission as stored.

    ``revision`` is the number of what was signed last, or is to be signed, from 1. ``version`` grows with each change
    of the submission itself (its status, its nil return), not of its records.
    """

    id: int
    key: SubmissionKey
    status: SubmissionStatus
    revision: int
    nothing_to_report: bool
    version: int
    created_at: datetime


def part_text(part: dict[str, str]) -> str:
    """Return canonical JSON of the further columns."""
    return json.dumps(part, ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def part_of(text: str) -> tuple[tuple[str, str], ...]:
    """Return the further columns from their canonical JSON."""
    part: dict[str, str] = json.loads(text)
    return tuple(part.items())
