"""``muster rules``."""

from __future__ import annotations

import click

from muster_cli.options import YEAR, anyone, collection_argument, json_option
from muster_cli.output import print_json, print_table


@click.command("rules")
@collection_argument
@click.option("--year", type=YEAR, metavar="YEAR", help="School year; without it the newest.")
@json_option
def command(collection: str, year: int | None, *, as_json: bool) -> int:
    """List the rules of a collection, and say where one cannot work.

    \b
    Example:
      muster rules az/enrollment --year 2021
    """
    from muster.app import Muster
    from muster.reporting.inventory import rule_rows, rules_document

    app, actor = Muster(), anyone()
    rules = app.rules(actor, collection, year)
    if as_json:
        print_json(rules_document(rules))
    else:
        heads = ("Rule", "Severity", "Stops", "Asked", "Title", "Source")
        print_table(f"Rules of {collection}", heads, rule_rows(rules))
    mistake = app.rule_mistake(actor, collection)
    if mistake:
        click.echo(f"muster: {mistake}", err=True)
    return 1 if mistake else 0
