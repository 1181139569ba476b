"""``muster status``."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from muster_cli.options import actor_of, as_option, json_option
from muster_cli.output import print_json

if TYPE_CHECKING:
    from collections.abc import Iterator

    from muster.model.workflow import CollectionStatus


@click.command("status")
@click.argument("place", metavar="STATE/ORG")
@click.option("--year", type=click.IntRange(1990, 2100), help="School year, by its end; without it the present one.")
@as_option
@json_option
def command(place: str, year: int | None, person: str | None, *, as_json: bool) -> None:
    """Show what is done, and the next thing to do, for an organization.

    Without an organization (az) it is the whole state.

    \b
    Example:
      muster status mt/0583
      muster status mt/0583 --year 2025 --json
    """
    from muster.app import Muster

    state, _, organization = place.partition("/")
    app, actor = Muster(), actor_of(person)
    found = app.status(actor, app.place(actor, state, organization or None, year))
    if as_json:
        print_json([asdict(one) for one in found])
        return
    for line in _lines(found):
        click.echo(line)


def _lines(found: tuple[CollectionStatus, ...]) -> Iterator[str]:
    steps = [(one, one.next) for one in found if one.next is not None]
    yield f"Next: {steps[0][0].title}: {steps[0][1].reason}" if steps else "Nothing is waiting for you."
    for one in found:
        yield f"{one.title}"
        for step in one.steps:
            yield f"  {step.status:<8} {step.title}: {step.reason}"
