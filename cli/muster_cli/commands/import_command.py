"""``muster import``."""

from __future__ import annotations

from typing import Any

import click

from muster_cli.options import FILE, actor_of, as_option, json_option
from muster_cli.output import print_json, progress


@click.command("import")
@click.argument("kind", type=click.Choice(["csv", "oneroster", "ed-fi"]))
@click.argument("path", type=FILE)
@click.option("--state", required=True, metavar="STATE", help="The state whose tables are filled: az, mt.")
@click.option("--org", required=True, metavar="ID", help="The organization whose data they are.")
@click.option("--to", "folder", type=FILE, metavar="DIR", help="Write CSV files there; the database stays as it is.")
@as_option
@json_option
def command(person: str | None, *, as_json: bool, **given: Any) -> int:
    """Load organizations, rosters and educators.

    csv is a folder of CSV files; oneroster a OneRoster 1.1 or 1.2 zip (or its folder); ed-fi a folder, a zip or one
    file of Ed-Fi interchange XML.

    \b
    Example:
      muster import oneroster roster.zip --state mt --org 0583
    """
    from muster.app import ImportRequest, Muster

    with progress() as tell:
        request = ImportRequest(given["kind"], given["path"], given["state"], given["org"], given["folder"])
        report = Muster(progress=tell).import_reference(actor_of(person), request)
    if as_json:
        print_json(report.document())
    else:
        for line in report.lines():
            click.echo(line)
    return 1 if report.problems else 0
