"""What ``validate`` and ``upload`` print and write of a run."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Callable

    from muster.collecting import UploadResult
    from muster.model.collections import Collection
    from muster.model.runs import Run
    from muster.model.states import State


def exit_code(run: Run) -> int:
    """Return 2 where a rule crashed, 1 where something stops the file, a row or the signature, 0 otherwise."""
    if run.stops_file:
        return 1
    if run.crashed:
        return 2
    return 1 if run.stops - {"nothing"} or run.accepted < run.rows else 0


def print_run(run: Run, collection: Collection, state: State, given: dict[str, Any]) -> None:
    """Print a run on standard output in the form asked for."""
    form = "json" if given["as_json"] else given["form"]
    if form == "json":
        from muster.reporting.document import write_json

        write_json(run, collection, state, sys.stdout)
    elif form == "csv":
        from muster.reporting.table import write_csv

        write_csv(run, sys.stdout)
    elif form == "junit":
        from muster.reporting.junit import write_junit

        write_junit(run, collection, sys.stdout)
    else:
        from muster.reporting.text import render_text

        for line in render_text(run, collection, state, limit=given["limit"]):
            click.echo(line)


def print_upload(result: UploadResult, collection: Collection, state: State, given: dict[str, Any]) -> None:
    """Print an upload's run as ``print_run`` does, and what was stored: in JSON under ``batch``."""
    from muster.reporting.batches import upload_document, upload_lines

    form = "json" if given["as_json"] else given["form"]
    if form == "json":
        from muster.reporting.document import write_json

        write_json(result.run, collection, state, sys.stdout, batch=upload_document(result))
        return
    print_run(result.run, collection, state, given)
    for line in upload_lines(result):
        click.echo(line, err=form != "text")


def write_workbooks(
    run: Run, collection: Collection, state: State, given: dict[str, Any], tell: Callable[[str], None]
) -> list[str]:
    """Write the report and the annotated copy that were asked for; return what is to be said about them."""
    told: list[str] = []
    if given["report"]:
        from muster.reporting.report import write_report

        tell("Writing the report")
        told += write_report(run, collection, state, given["report"])
    if given["annotate"]:
        from muster.reporting.annotated import annotate

        tell("Writing the annotated copy")
        told += annotate(given["file"].read_bytes(), run, given["annotate"]).sentences
    return told
