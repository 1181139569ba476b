"""``muster upload``."""

from __future__ import annotations

from typing import Any

import click

from muster_cli.options import actor_of, as_option, check_options, check_request
from muster_cli.output import progress
from muster_cli.results import exit_code, print_upload, write_workbooks


@click.command("upload")
@check_options
@click.option("--mode", type=click.Choice(["test", "upload"]), default="upload", help="test stores no record.")
@as_option
def command(mode: Any, person: str | None, **given: Any) -> int:
    """Check a file and store its good rows.

    The file is kept as received; its good rows are stored all or none, the others are kept for correction.

    \b
    Example:
      muster upload mt/cte-eoy "CTE EOY Upload.tsv" --year 2025 --org 0583
    """
    from muster.app import Muster

    with progress() as tell:
        app = Muster(progress=tell)
        state, collection = app.collection(actor_of(person), given["collection"])
        result = app.upload(actor_of(person), check_request(given), mode)
        told = write_workbooks(result.run, collection, state, given, tell)
    print_upload(result, collection, state, given)
    for sentence in told:
        click.echo(sentence, err=True)
    return exit_code(result.run)
