"""``muster rules``."""

from __future__ import annotations

import click

from muster_cli.options import actor_of, collection_argument, json_option
from muster_cli.output import print_json, print_table


@click.command("rules")
@collection_argument
@click.option("--year", type=click.IntRange(1990, 2100), help="School year; without it the newest.")
@json_option
def command(collection: str, year: int | None, *, as_json: bool) -> None:
    """List the rules of a collection.

    \b
    Example:
      muster rules az/enrollment --year 2021
    """
    from muster.app import Muster
    from muster.reporting.inventory import rule_rows, rules_document

    rules = Muster().rules(actor_of(None), collection, year)
    if as_json:
        print_json(rules_document(rules))
        return
    heads = ("Rule", "Severity", "Stops", "Asked", "Title", "Source")
    print_table(f"Rules of {collection}", heads, rule_rows(rules))
