"""``muster token``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import click

from muster_cli.answers import say
from muster_cli.options import actor_of, as_option, json_option
from muster_cli.output import print_json, print_table

if TYPE_CHECKING:
    from muster.access.tokens import TokenRow
    from muster.model.permissions import Permission


@click.group("token", invoke_without_command=True)
@as_option
@json_option
@click.pass_context
def command(context: click.Context, person: str | None, *, as_json: bool) -> None:
    """Make, list and revoke tokens with which programs act for you.

    \b
    Example:
      muster token new nightly --allow view --allow upload --state mt --org 0583 --as bea@example.org
      muster token revoke 2 --as bea@example.org
    """
    if context.invoked_subcommand is None:
        _list(person, as_json=as_json)


@command.command("new")
@click.argument("name")
@click.option("--allow", multiple=True, required=True, metavar="PERMISSION", help="view, edit, upload ...; repeatable.")
@click.option("--state", metavar="STATE", help="Only in this state.")
@click.option("--org", metavar="ID", help="Only for this organization and those below it.")
@click.option("--days", default=90, show_default=True, help="For how many days.")
@as_option
@json_option
def new(name: str, allow: tuple[str, ...], person: str | None, *, as_json: bool, **given: Any) -> None:
    """Make a token; it is shown now and never again."""
    from muster.app import Muster

    permissions = cast("tuple[Permission, ...]", allow)
    issued = Muster().issue_token(
        actor_of(person), name, permissions, days=given["days"], state=given["state"], organization=given["org"]
    )
    told = f"{issued.token}\nThis is token {issued.id}. Keep it in MUSTER_TOKEN: only its hash is kept here."
    say({"id": issued.id, "token": issued.token}, told, as_json)


@command.command("list")
@as_option
@json_option
def list_(person: str | None, *, as_json: bool) -> None:
    """List your tokens, with their last use."""
    _list(person, as_json=as_json)


@command.command("revoke")
@click.argument("number", type=int)
@as_option
@json_option
def revoke(number: int, person: str | None, *, as_json: bool) -> None:
    """End a token now."""
    from muster.app import Muster

    Muster().revoke_token(actor_of(person), number)
    say({"id": number, "revoked": True}, f"Token {number} is revoked.", as_json)


def _list(person: str | None, *, as_json: bool) -> None:
    from muster.app import Muster

    rows = [_document(one) for one in Muster().tokens(actor_of(person))]
    if as_json:
        print_json(rows)
    elif rows:
        cells = [["" if cell is None else _cell(cell) for cell in row.values()] for row in rows]
        print_table("Tokens", [head.replace("_", " ").capitalize() for head in rows[0]], cells)
    else:
        click.echo('You have no token; "muster token new --help" shows how to make one.')


def _document(one: TokenRow) -> dict[str, Any]:
    return {
        "id": one.id,
        "name": one.terms.name,
        "permissions": list(one.terms.permissions),
        "state": one.terms.state,
        "organization": one.terms.organization,
        "expires": one.terms.expires.isoformat(timespec="seconds"),
        "last_used": one.last_used_at,
        "revoked": one.revoked_at,
    }


def _cell(cell: object) -> str:
    return ", ".join(cell) if isinstance(cell, list) else str(cell)
