"""``muster diff``."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from muster_cli.options import actor_of, as_option, json_option
from muster_cli.output import print_json
from muster_cli.submissions import submission_key, submission_options

if TYPE_CHECKING:
    from collections.abc import Iterator

    from muster.certifying.differences import Differences


@click.command("diff")
@submission_options
@click.option(
    "--from", "before", type=click.IntRange(min=1), metavar="REVISION", help="Without it, the one that stands."
)
@click.option(
    "--to", "after", default="now", show_default=True, metavar="REVISION|now", help="What it is compared with."
)
@as_option
@json_option
def command(before: int | None, after: str, person: str | None, *, as_json: bool, **given: Any) -> int:
    """Show what changed between two certified revisions, or since one.

    \b
    Example:
      muster diff mt/cte-eoy --org 0583 --year 2025 --from 1 --to now
    """
    from muster.app import Muster

    app = Muster()
    found = app.diff(actor_of(person), submission_key(app, given), before, _revision(after))
    if as_json:
        print_json(asdict(found))
    else:
        for line in _lines(found):
            click.echo(line)
    return 0 if found.none else 1


def _revision(text: str) -> int | None:
    if text == "now":
        return None
    if not text.isascii() or not text.isdigit():
        raise click.UsageError(f'--to "{text}" is not understood: give the number of a revision, or "now".')
    return int(text)


def _lines(found: Differences) -> Iterator[str]:
    counts = f"{len(found.added):,} added, {len(found.removed):,} removed, {len(found.changed):,} changed"
    yield f"{found.address}, {found.before} to {found.after}: {counts}."
    for sign, records in (("+", found.added), ("-", found.removed)):
        yield from (f"{sign} {_values(record)}" for record in records)
    for one in found.changed:
        changes = "; ".join(f"{c.column}: {c.before or '(blank)'} -> {c.after or '(blank)'}" for c in one.changes)
        yield f"~ {_values(one.key)}: {changes}"


def _values(record: dict[str, str]) -> str:
    return ", ".join(f"{name} {value}" for name, value in record.items() if value)
