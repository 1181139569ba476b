"""``muster template``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from muster_cli.options import FILE, anyone, collection_argument, json_option, year_option
from muster_cli.output import print_json

if TYPE_CHECKING:
    from pathlib import Path


@click.command("template")
@collection_argument
@click.option("--layout", metavar="L", help="Layout; needed where the year has several.")
@year_option
@click.option("-o", "--output", type=FILE, required=True, metavar="FILE", help="Where to write it.")
@json_option
def command(collection: str, layout: str | None, year: int, output: Path, *, as_json: bool) -> None:
    """Write an empty template to fill in.

    \b
    Example:
      muster template az/enrollment --layout non-articulated --year 2021 -o t.xlsx
    """
    from muster.app import Muster
    from muster.reporting.writing import OverwritesError

    if output.is_file():
        raise OverwritesError(output, "a file that is there already")
    written = Muster().write_template(anyone(), collection, year, layout, output)
    if as_json:
        print_json({"written": [str(one) for one in written]})
        return
    for path in written:
        click.echo(f"Written: {path}")
