"""``muster audit``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from muster_cli.answers import say
from muster_cli.options import FILE, actor_of, as_option, json_option
from muster_cli.output import print_json

if TYPE_CHECKING:
    from pathlib import Path

    from muster.access.auditing import ChainCheck


@click.group("audit")
@json_option
def command(*, as_json: bool) -> None:
    """Check that the record of who did what is whole, and seal its newest entries.

    \b
    Example:
      muster audit seal heads/2026-03-01.json
      muster audit verify --seal heads/2026-03-01.json --key agency-key.json
    """
    click.get_current_context().obj = as_json


@command.command("verify")
@click.option("--state", metavar="STATE", help="Only the chains of this state.")
@click.option("--org", metavar="ID", help="Only the chain of this organization.")
@click.option("--seal", "seals", type=FILE, multiple=True, metavar="FILE", help="A sealed file of heads; repeatable.")
@click.option("--receipt", "receipts", type=FILE, multiple=True, metavar="FILE", help="A receipt; repeatable.")
@click.option("--key", "trust", type=FILE, metavar="FILE|DIR", help="The key (or a folder of keys) to trust.")
@as_option
@json_option
def verify(person: str | None, *, as_json: bool, **given: Any) -> int:
    """Find changed entries, gaps, and (with a seal or a receipt) a missing end."""
    from muster.app import Muster

    if (given["seals"] or given["receipts"]) and given["trust"] is None:
        raise click.UsageError("--seal and --receipt need --key: the key, or folder of keys, that you trust")
    if given["org"] is not None and given["state"] is None:
        raise click.UsageError("--org needs --state: an organization is one of a state")
    checked = Muster().verify_audit(
        actor_of(person),
        state=given["state"],
        organization=given["org"],
        seals=given["seals"],
        receipts=given["receipts"],
        trust=given["trust"],
    )
    if as_json or click.get_current_context().obj:
        print_json([_document(one) for one in checked])
    else:
        _print(checked)
    return 1 if any(one.problems for one in checked) else 0


@command.command("seal")
@click.argument("target", type=FILE, metavar="FILE")
@as_option
@json_option
def seal(target: Path, person: str | None, *, as_json: bool) -> None:
    """Write the newest entry of every chain to a file, sealed with the key in use; keep it on another machine."""
    from muster.app import Muster

    Muster().seal_audit(actor_of(person), target)
    json_asked = as_json or bool(click.get_current_context().obj)
    say({"file": str(target)}, f"Sealed in {target}; keep it where this machine cannot change it.", json_asked)


def _print(checked: tuple[ChainCheck, ...]) -> None:
    for one in checked:
        for problem in one.problems:
            click.echo(f"{one.place}: {problem}")
    entries = sum(one.entries for one in checked)
    wrong = sum(1 for one in checked if one.problems)
    whole = f"{wrong} not whole" if wrong else "all whole"
    click.echo(f"{len(checked)} chains with {entries:,} entries: {whole}.")


def _document(one: ChainCheck) -> dict[str, Any]:
    return {
        "state": one.state,
        "organization": one.organization,
        "entries": one.entries,
        "problems": list(one.problems),
    }
