"""What a person asks of the facade about files."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class CheckRequest:
    """What a person asks when a file is to be checked.

    ``address`` is STATE/COLLECTION; ``layout`` None lets the file's headers decide; ``as_of`` None is today in the
    state's time zone; ``reference`` is a folder of CSV files with rosters and the like.
    """

    address: str
    path: Path
    year: int
    layout: str | None = None
    organization: str | None = None
    as_of: date | None = None
    reference: Path | None = None


@dataclass(frozen=True, slots=True)
class ImportRequest:
    """What a person asks when reference data are to be imported.

    ``kind`` is ``csv``, ``oneroster`` or ``ed-fi``; with ``folder`` they are written there and not into the database.
    """

    kind: str
    path: Path
    state: str
    organization: str
    folder: Path | None = None
