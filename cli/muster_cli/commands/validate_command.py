"""``muster validate``."""

from __future__ import annotations

from typing import Any

import click

from muster_cli.options import anyone, check_options, check_request
from muster_cli.output import progress
from muster_cli.results import exit_code, print_run, write_workbooks


@click.command("validate")
@check_options
def command(**given: Any) -> int:
    """Check a file and say what is wrong; nothing is stored.

    Exit code: 0 nothing stops, 1 something stops, 2 no answer.

    \b
    Example:
      muster validate az/enrollment fall.xlsx --year 2021 --report findings.xlsx
    """
    from muster.app import Muster

    with progress() as tell:
        app = Muster(progress=tell)
        state, collection = app.collection(anyone(), given["collection"])
        run = app.validate(anyone(), check_request(given))
        told = write_workbooks(run, collection, state, given, tell)
    print_run(run, collection, state, given)
    for sentence in told:
        click.echo(sentence, err=True)
    return exit_code(run)
