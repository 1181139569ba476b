"""``muster layouts``."""

from __future__ import annotations

import click

from muster_cli.options import YEAR, anyone, collection_argument, json_option
from muster_cli.output import print_json, print_table


@click.command("layouts")
@collection_argument
@click.option("--year", type=YEAR, metavar="YEAR", help="School year; without it all.")
@json_option
def command(collection: str, year: int | None, *, as_json: bool) -> None:
    """List the layouts of a collection, column by column.

    \b
    Example:
      muster layouts mt/cte-eoy --year 2025
    """
    from muster.app import Muster
    from muster.reporting.inventory import layout_rows, layouts_document

    layouts = Muster().layouts(anyone(), collection, year)
    if as_json:
        print_json(layouts_document(layouts))
        return
    heads = ("Year", "Layout", "No.", "Column", "Type", "Required", "Mark", "Source")
    print_table(f"Layouts of {collection}", heads, layout_rows(layouts))
