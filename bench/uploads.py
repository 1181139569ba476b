"""Uploads as a user makes them, timed from the call to the answer."""

from __future__ import annotations

import time
from datetime import date
from pathlib import Path
from typing import Any

from floor import CLOCK

import muster.collecting
import muster.intake.text_file
import muster.intake.workbook
import muster.validation  # noqa: F401 - imported before the clock starts, like the store
from muster.app import CheckRequest, Muster
from muster.model.actors import local_actor
from muster.settings import Settings


def upload(
    file: str, database: str, address: str, year: int, organization: str, as_of: str, reference: str | None
) -> dict[str, Any]:
    """Upload a file and return the seconds and what became of its rows."""
    app = Muster(Settings(database_url=database), clock=CLOCK)
    app.store  # noqa: B018 - opened before the clock starts
    request = CheckRequest(
        address=address,
        path=Path(file),
        year=year,
        organization=organization,
        as_of=date.fromisoformat(as_of),
        reference=Path(reference) if reference else None,
    )
    start = time.perf_counter()
    result = app.upload(local_actor("bench"), request, "upload")
    seconds = time.perf_counter() - start
    app.store.close()
    return {
        "seconds": seconds,
        "created": result.created,
        "updated": result.updated,
        "unchanged": result.unchanged,
        "findings": len(result.run.findings),
        "verdict": result.run.verdict,
    }
