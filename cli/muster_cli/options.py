"""Options that several commands share."""

from __future__ import annotations

import getpass
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from collections.abc import Callable

    from muster.app import CheckRequest
    from muster.model.actors import Actor

Command = TypeVar("Command", bound="Callable[..., Any]")

collection_argument = click.argument("collection", metavar="COLLECTION")


class SchoolYear(click.ParamType[Any]):
    """A school year, named by the year in which it ends."""

    name = "year"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the year as a number."""
        if not str(value).isdecimal() or not _FIRST_YEAR <= int(value) <= _LAST_YEAR:
            self.fail(f'"{value}" is no school year; write the year in which it ends, such as 2025.', param, ctx)
        return int(value)


class Day(click.ParamType[Any]):
    """A day as YYYY-MM-DD."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the date."""
        from datetime import date

        try:
            return date.fromisoformat(str(value))
        except ValueError:
            self.fail(f'"{value}" is no day written as YYYY-MM-DD, such as 2025-05-20.', param, ctx)


_FIRST_YEAR, _LAST_YEAR = 1990, 2100
YEAR = SchoolYear()
year_option = click.option("--year", type=YEAR, metavar="YEAR", required=True, help="School year, by its end: 2025.")
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
        click.option("--as-of", type=Day(), metavar="DATE", help="The day taken as today: 2025-05-20."),
        click.option("--reference", type=FILE, metavar="DIR", help="Folder of CSV files: roster.csv and the like."),
        click.option(
            "--format",
            "form",
            type=click.Choice(["text", "json", "csv", "junit"]),
            default="text",
            help="How findings are printed.",
        ),
        json_option,
        click.option(
            "--limit",
            type=click.IntRange(min=0),
            metavar="N",
            default=20,
            show_default=True,
            help="Findings listed in the text; 0 lists none, all are counted.",
        ),
        click.option("--report", type=FILE, metavar="X.xlsx", help="Write all findings as a workbook."),
        click.option("--annotate", type=FILE, metavar="Y.xlsx", help="Write the file back with notes in its cells."),
    )
    for option in reversed(options):
        command = option(command)
    return command


def check_request(given: dict[str, Any]) -> CheckRequest:
    """Build the facade's request from the options of ``check_options``; refuse to write over what was given."""
    from muster.app import CheckRequest

    _require_targets(given)
    return CheckRequest(
        address=given["collection"],
        path=given["file"],
        year=given["year"],
        layout=given["layout"],
        organization=given["org"],
        as_of=given["as_of"],
        reference=given["reference"],
    )


def _require_targets(given: dict[str, Any]) -> None:
    """Refuse a report or a copy that would replace the file itself, or one the other."""
    from muster.reporting.writing import OverwritesError, require_ending

    taken = {given["file"].resolve(): "the file to check"}
    for option, what in (("report", "the report"), ("annotate", "the copy")):
        target = given[option]
        if target is not None:
            require_ending(target, ("xlsx",))
            if target.resolve() in taken:
                raise OverwritesError(target, taken[target.resolve()])
            taken[target.resolve()] = what


def actor_of(person: str | None) -> Actor:
    """Return who asks: the person of MUSTER_TOKEN, of an e-mail address and its password, or the system's user."""
    from muster.app import Muster
    from muster_cli.typed import ask_password

    token = os.environ.get("MUSTER_TOKEN")
    if token:
        return Muster().token_actor(token)
    if person and "@" in person:
        return Muster().sign_in(person, ask_password())
    return Muster().local_user(person or getpass.getuser())


def anyone() -> Actor:
    """Return somebody without any right, for what asks for none: no database is opened."""
    from muster.model.actors import Actor

    return Actor(getpass.getuser())
