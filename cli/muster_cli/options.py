"""Options that several commands share."""

from __future__ import annotations

import getpass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from muster.app import CheckRequest
    from muster.model.actors import Actor

Command = TypeVar("Command", bound="Callable[..., Any]")

collection_argument = click.argument("collection", metavar="COLLECTION")
year_option = click.option(
    "--year", type=click.IntRange(1990, 2100), required=True, help="School year, by its end: 2025."
)
layout_option = click.option("--layout", metavar="L", help="Layout; without it the file's headers decide.")
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON and nothing else.")
as_option = click.option("--as", "person", metavar="PERSON", help="Who does it; without it the system's user.")
FILE = click.Path(path_type=Path)


def check_options(command: Command) -> Command:
    """Add what ``validate`` and ``upload`` both take: a collection, a file, and how to read it."""
    options = (
        collection_argument,
        click.argument("file", type=FILE, metavar="FILE"),
        year_option,
        layout_option,
        click.option("--org", metavar="ID", help="The organization whose file it is."),
        click.option("--as-of", type=click.DateTime(["%Y-%m-%d"]), metavar="DATE", help="The day taken as today."),
        click.option("--reference", type=FILE, metavar="DIR", help="Folder of CSV files: roster.csv and the like."),
        click.option(
            "--format",
            "form",
            type=click.Choice(["text", "json", "csv", "junit"]),
            default="text",
            help="How findings are printed.",
        ),
        json_option,
        click.option("--limit", default=20, show_default=True, help="Findings listed in the text; all are counted."),
        click.option("--report", type=FILE, metavar="X.xlsx", help="Write all findings as a workbook."),
        click.option("--annotate", type=FILE, metavar="Y.xlsx", help="Write the file back with notes in its cells."),
    )
    for option in reversed(options):
        command = option(command)
    return command


def check_request(given: dict[str, Any]) -> CheckRequest:
    """Build the facade's request from the options of ``check_options``."""
    from muster.app import CheckRequest

    as_of: datetime | None = given["as_of"]
    return CheckRequest(
        address=given["collection"],
        path=given["file"],
        year=given["year"],
        layout=given["layout"],
        organization=given["org"],
        as_of=as_of.date() if as_of else None,
        reference=given["reference"],
    )


def actor_of(person: str | None) -> Actor:
    """Return who asks: until there are accounts, the operating-system user with all rights on this machine."""
    from muster.model.actors import local_actor

    return local_actor(person or getpass.getuser())
