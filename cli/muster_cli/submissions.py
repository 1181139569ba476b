"""Options by which a command names one submission, and what it prints about it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

import click

from muster_cli.options import collection_argument, year_option

if TYPE_CHECKING:
    from collections.abc import Callable

    from muster.app import Muster
    from muster.model.submissions import SubmissionKey

Command = TypeVar("Command", bound="Callable[..., Any]")


def submission_options(command: Command) -> Command:
    """Add what names a submission: a collection, an organization, a school year and, where there are any, parts."""
    options = (
        collection_argument,
        click.option("--org", required=True, metavar="ID", help="The organization whose submission it is."),
        year_option,
        click.option("--part", multiple=True, metavar="NAME=VALUE", help="Which part, such as term=1; repeatable."),
    )
    for option in reversed(options):
        command = option(command)
    return command


def submission_key(app: Muster, given: dict[str, Any]) -> SubmissionKey:
    """Return the key that the options of ``submission_options`` name."""
    return app.submission_key(given["collection"], given["org"], given["year"], pairs(given["part"], "--part"))


def pairs(values: tuple[str, ...], option: str) -> dict[str, str]:
    """Return NAME=VALUE options by name."""
    found = {}
    for value in values:
        name, sign, text = value.partition("=")
        if not sign or not name:
            raise click.UsageError(f'{option} "{value}" is not understood: write NAME=VALUE.')
        found[name] = text
    return found
