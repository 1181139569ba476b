"""``muster do``."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from muster_cli.options import actor_of, as_option, json_option
from muster_cli.output import print_json

if TYPE_CHECKING:
    from muster.acting.actions import Order
    from muster.app import Muster
    from muster.errors import MusterError
    from muster.model.actions import Changes, Performed
    from muster.model.actors import Actor
    from muster.model.places import Place


@click.command("do")
@click.argument("action", metavar="STATE/ACTION")
@click.argument("values", nargs=-1, metavar="[NAME=VALUE]...")
@click.option("--org", metavar="ID", help="The organization for which it is done; without it the whole state.")
@click.option("--year", type=click.IntRange(1990, 2100), help="School year, by its end; without it the present one.")
@click.option("--input", "file", type=click.File(encoding="utf-8"), metavar="FILE.json", help="The input; - reads it.")
@click.option("--version", type=int, metavar="N", help="Do it only to this version of the record.")
@click.option("--preview", is_flag=True, help="Only count what it would change.")
@click.option("--yes", is_flag=True, help="Do not ask before it is done.")
@as_option
@json_option
def command(
    action: str, values: tuple[str, ...], person: str | None, *, preview: bool, yes: bool, as_json: bool, **given: Any
) -> None:
    """Do one of the things that a state lets people do with records.

    What it would change is counted and shown first. Sub-rows are numbered from 0: crafts.0.craft=weaving.

    \b
    Example:
      muster do az/copy-sequence from=2020 to=2021 --org 070516 --preview
      muster do az/copy-sequence --input copy.json --org 070516 --yes
    """
    from muster.acting.actions import Order
    from muster.app import Muster

    state, _, name = action.partition("/")
    app, actor = Muster(), actor_of(person)
    place = app.place(actor, state, given["org"], given["year"])
    order = Order(name, _input(values, given["file"]), given["version"])
    done = _done(app, actor, place, order, preview=preview, yes=yes, quiet=as_json)
    _print(done, as_json=as_json)


def _done(app: Muster, actor: Actor, place: Place, order: Order, *, preview: bool, yes: bool, quiet: bool) -> Performed:
    """Preview or perform; what was confirmed is what is done."""
    from dataclasses import replace

    from muster.errors import MusterError

    try:
        if yes and not preview:
            return app.perform(actor, place, order)
        seen = app.preview(actor, place, order)
        if preview:
            return seen
        if not quiet:
            _print_counts(seen.changes, "This would be done")
        click.confirm("Do it?", abort=True, err=True)
        return app.perform(actor, place, replace(order, confirmed=seen.changes))
    except MusterError as error:
        _print_details(error)
        raise


def _input(values: tuple[str, ...], file: Any) -> dict[str, Any]:
    """Return the input from a file or from the arguments."""
    if file is not None:
        if values:
            raise click.UsageError("Give the input as NAME=VALUE or with --input, not both.")
        return _from_file(file)
    found: dict[str, Any] = {}
    for one in values:
        name, sign, value = one.partition("=")
        if not sign:
            raise click.UsageError(f'Write "{one}" as NAME=VALUE.')
        _put(found, name.split("."), value)
    return {name: _as_rows(value) for name, value in found.items()}


def _from_file(file: Any) -> dict[str, Any]:
    try:
        found = json.load(file)
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise click.UsageError(f'"{Path(file.name).name}" holds no JSON object with the fields of the input.')
    return found


def _put(found: dict[str, Any], path: list[str], value: str) -> None:
    for name in path[:-1]:
        found = found.setdefault(name, {})
        if not isinstance(found, dict):
            raise click.UsageError(f'"{".".join(path)}" is given both as a value and as sub-rows.')
    found[path[-1]] = value


def _as_rows(value: Any) -> Any:
    """Return numbered sub-rows as a list in the order of their numbers."""
    if isinstance(value, dict) and all(name.isdecimal() for name in value):
        return [value[name] for name in sorted(value, key=int)]
    return value


def _print(done: Performed, *, as_json: bool) -> None:
    if as_json:
        print_json(asdict(done))
        return
    for finding in done.findings:
        click.echo(f"{finding.severity}: {finding.message} {finding.fix} ({finding.rule})")
    if done.said and not done.preview:
        click.echo(done.said)
    _print_counts(done.changes, "This would be done" if done.preview else "Done")


def _print_counts(changes: Changes, said: str) -> None:
    click.echo(f"{said}:" if changes.total else f"{said}: nothing changes.")
    for one in changes.changes:
        counts = (("created", one.created), ("updated", one.updated), ("deleted", one.deleted))
        told = ", ".join(f"{number:,} {kind}" for kind, number in counts if number)
        click.echo(f"  {one.title}: {told}")


def _print_details(error: MusterError) -> None:
    """Print what a refusal has beside its sentence: findings of rows, and what someone else changed."""
    for finding in getattr(error, "findings", ()):
        click.echo(f"Row {finding.row}: {finding.message} {finding.fix} ({finding.rule})", err=True)
    for one in getattr(error, "differences", ()):
        click.echo(f"{one.label}: you saw {one.shown or '(blank)'}, it is now {one.now or '(blank)'}", err=True)
