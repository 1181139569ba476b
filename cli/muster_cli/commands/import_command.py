"""``muster import``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from muster_cli.options import FILE, actor_of, as_option, json_option
from muster_cli.output import print_json, progress

if TYPE_CHECKING:
    from pathlib import Path


@click.command("import")
@click.argument("kind", type=click.Choice(["csv", "oneroster", "ed-fi"]))
@click.argument("path", type=FILE)
@click.option("--state", required=True, metavar="STATE", help="The state whose tables are filled: az, mt.")
@click.option("--org", required=True, metavar="ID", help="The organization whose data they are.")
@as_option
@json_option
def command(kind: str, path: Path, state: str, org: str, person: str | None, *, as_json: bool) -> None:
    """Load organizations, rosters and educators.

    csv is a folder of CSV files, oneroster a OneRoster 1.1 or 1.2 zip, ed-fi a folder of Ed-Fi interchange XML.

    \b
    Example:
      muster import oneroster roster.zip --state mt --org 0583
    """
    from muster.app import Muster

    with progress() as tell:
        report = Muster(progress=tell).import_reference(actor_of(person), kind, path, org, state)
    if as_json:
        print_json(report.document())
        return
    for line in report.lines():
        click.echo(line)
