"""``muster keys``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from muster_cli.answers import say
from muster_cli.options import FILE, json_option
from muster_cli.output import print_json, print_table

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from muster.certifying.key_files import PublicKey


@click.group("keys")
def command() -> None:
    """Make, list, export and retire the keys that seal receipts.

    The private halves stand beside the database, in files that only their owner may read.

    \b
    Example:
      muster keys new
      muster keys export agency.json
    """


@command.command("new")
@json_option
def new(*, as_json: bool) -> None:
    """Make a key; from now on it seals receipts."""
    from muster.certifying.keys import new_key

    key = new_key(_folder(), _now())
    say(key.document(), f"{key.id} seals receipts from now on. Export it for those who verify them.", as_json)


@command.command("list")
@json_option
def list_(*, as_json: bool) -> None:
    """List the keys with the days of their making and retiring."""
    from muster.certifying.keys import list_keys

    keys = list_keys(_folder())
    if as_json:
        print_json([key.document() for key in keys])
    elif keys:
        print_table("Keys", ("Key", "Made", "Retired"), [_line(key) for key in keys])
    else:
        click.echo('There is no key yet; "muster keys new" makes one.')


@command.command("export")
@click.argument("target", type=FILE)
@click.option("--key", "wanted", metavar="ID", help="Which key; without it the one in use.")
@json_option
def export(target: Path, wanted: str | None, *, as_json: bool) -> None:
    """Write the public half of a key, for all who verify receipts, to a file or into a folder."""
    from muster.certifying.keys import export_key

    key = export_key(_folder(), wanted, target)
    say(key.document(), f"The public half of {key.id} was written. Publish it where districts can trust it.", as_json)


@command.command("retire")
@click.argument("wanted", metavar="ID")
@json_option
def retire(wanted: str, *, as_json: bool) -> None:
    """Put a key out of use: its private half is erased, and its receipts still verify.

    Export it again afterwards, so that whoever verifies knows until when it sealed.
    """
    from muster.certifying.keys import retire_key

    key = retire_key(_folder(), wanted, _now())
    say(key.document(), f"{key.id} seals no more. Export it again: its file now says until when it sealed.", as_json)


def _folder() -> Path:
    from muster.certifying.keys import FOLDER
    from muster.settings import Settings

    return Settings().home / FOLDER


def _now() -> datetime:
    from muster.clock import SystemClock

    return SystemClock().now()


def _line(key: PublicKey) -> tuple[str, str, str]:
    return key.id, key.made.isoformat(sep=" "), key.retired.isoformat(sep=" ") if key.retired else ""
