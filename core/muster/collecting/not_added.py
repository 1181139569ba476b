"""Records Not Added: the rows of an upload that were not stored, as given, with everything said about them."""

from __future__ import annotations

from itertools import takewhile
from typing import TYPE_CHECKING

import polars as pl

from muster.model.findings import Finding
from muster.model.intake import ROW
from muster.store.batches import add_findings, add_rejected

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection

    from muster.model.runs import Run

_MOST_FILE_FINDINGS = 1_000


def keep_not_added(connection: Connection, batch: int, run: Run) -> None:
    """Keep the findings about the file, and the rejected rows with theirs.

    Of a file that was rejected as a whole no row is copied: the original is kept, and each of its rows was not added.
    """
    found = [(None, finding) for finding in _about_file(run)]
    if run.stops_file or run.crashed:
        add_findings(connection, batch, found)
        return
    rejected = run.rejected.implode()
    rows = run.intake.frame.lazy().filter(pl.col(ROW).is_in(rejected)).collect()
    add_rejected(connection, batch, rows, run.intake.odd_rows)
    add_findings(connection, batch, (pair for part in (found, _about_rows(run)) for pair in part))


def _about_file(run: Run) -> Iterator[Finding]:
    """Yield findings without a row; those that stop the file come first of all findings."""
    first = takewhile(lambda one: one.stops == "file", run.findings)
    return (one for one, _ in zip(first, range(_MOST_FILE_FINDINGS), strict=False) if one.row is None)


def _about_rows(run: Run) -> Iterator[tuple[int | None, Finding]]:
    """Yield each finding under every rejected row it names; a row that only an unlisted group stops gets a line too."""
    rejected = set(run.rejected.to_list())
    silent = set(rejected)
    for finding in run.findings.of_rows(rejected):
        named = finding.rows or ((finding.row,) if finding.row is not None else ())
        for row in named:
            if row in rejected:
                silent.discard(row)
                yield row, finding
    if silent:
        yield from _about_groups(run, silent)


def _about_groups(run: Run, rows: set[int]) -> Iterator[tuple[int | None, Finding]]:
    asked = pl.col(ROW).is_in(pl.Series(sorted(rows)).implode())
    places = run.findings.places().filter(asked, pl.col("stops") == "row")
    for row, column, rule, severity, stops in places.select(ROW, "column", "rule", "severity", "stops").iter_rows():
        yield (
            row,
            Finding(
                rule=rule,
                revision=1,
                severity=severity,
                stops=stops,
                message=f"Row {row} belongs to a large group of rows that {rule} stops.",
                fix="See what is said about the first rows of the group.",
                row=row,
                column=column,
            ),
        )
