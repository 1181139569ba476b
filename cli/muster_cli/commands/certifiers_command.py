"""``muster certifiers``."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from muster_cli.options import actor_of, as_option, collection_argument, json_option
from muster_cli.output import print_json, print_table

if TYPE_CHECKING:
    from muster.model.certifying import CertifierKind


@click.command("certifiers")
@collection_argument
@click.option("--org", required=True, metavar="ID", help="The organization for which they sign.")
@click.option("--set", "chosen", metavar="EMAIL", help="Put this person on the list, or change how the person stands.")
@click.option(
    "--kind",
    type=click.Choice(["primary", "secondary"]),
    default="primary",
    show_default=True,
    help="Only primary ones sign.",
)
@click.option(
    "--place", type=click.IntRange(min=1), default=1, show_default=True, help="The place where the state has an order."
)
@click.option("--active/--inactive", default=True, help="Nobody is taken off the list, only made inactive.")
@as_option
@json_option
def command(
    collection: str,
    org: str,
    chosen: str | None,
    kind: CertifierKind,
    place: int,
    person: str | None,
    *,
    active: bool,
    as_json: bool,
) -> None:
    """List who may sign for an organization, or change the list.

    \b
    Example:
      muster certifiers mt/cte-eoy --org 0583 --set bea@example.org
    """
    from muster.app import Muster

    app, actor = Muster(), actor_of(person)
    if chosen is not None:
        app.set_certifier(actor, collection, org, chosen, kind=kind, place=place, active=active)
    listed, warnings = app.certifiers(actor, collection, org)
    if as_json:
        print_json({"certifiers": [asdict(one) for one in listed], "warnings": warnings})
        return
    rows = [(one.name, one.kind, str(one.place), "yes" if one.active else "no") for one in listed]
    print_table("Certifiers", ("Name", "Kind", "Place", "Active"), rows)
    for warning in warnings:
        click.echo(warning, err=True)
