"""The report of very many findings as a workbook."""

from __future__ import annotations

import time
from datetime import date
from pathlib import Path
from typing import Any


def report(file: str, reference: str, organization: str, target: str | None) -> dict[str, Any]:
    """Check a file and write its report (without ``target`` none); the seconds are those of the writing."""
    from muster.app import CheckRequest, Muster
    from muster.model.actors import local_actor
    from muster.reporting.report import write_report

    app, actor = Muster(), local_actor("bench")
    state, collection = app.collection(actor, "mt/cte-eoy")
    request = CheckRequest(
        "mt/cte-eoy", Path(file), 2025, organization=organization, as_of=date(2025, 5, 20), reference=Path(reference)
    )
    run = app.validate(actor, request)
    start = time.perf_counter()
    if target is not None:
        write_report(run, collection, state, Path(target))
    return {"seconds": time.perf_counter() - start, "findings": len(run.findings)}
