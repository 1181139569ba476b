"""Findings as CSV, one line a finding, safe to open in a spreadsheet."""

from __future__ import annotations

import csv
from typing import IO, TYPE_CHECKING

from muster.acting.spreadsheets import harmless
from muster.reporting.wording import sentence

if TYPE_CHECKING:
    from collections.abc import Iterator

    from muster.model.findings import Finding
    from muster.model.runs import Run

HEADER = (
    "severity", "stops", "rule", "sheet", "row", "rows", "column", "label", "value", "message", "fix", "fingerprint",
)  # fmt: skip


def write_csv(run: Run, stream: IO[str]) -> None:
    """Write the findings, the most important first; what looks like a formula gets an apostrophe before it."""
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow(HEADER)
    writer.writerows([harmless(cell) for cell in _cells(finding)] for finding in run.findings)


def _cells(finding: Finding) -> Iterator[str]:
    yield finding.severity
    yield finding.stops
    yield finding.rule
    yield finding.sheet or ""
    yield "" if finding.row is None else str(finding.row)
    yield all_rows(finding)
    yield finding.column or ""
    yield finding.label or ""
    yield finding.value or ""
    yield sentence(finding.message)
    yield sentence(finding.fix)
    yield finding.fingerprint


def all_rows(finding: Finding) -> str:
    """Return the rows of a finding about a group: ``7 8 9 and 11 more``; "" for a finding about one row."""
    left = finding.rows_total - len(finding.rows)
    rows = " ".join(str(row) for row in finding.rows)
    return f"{rows} and {left:,} more" if left > 0 and rows else rows
