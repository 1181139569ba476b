"""``muster batches``."""

from __future__ import annotations

import click

from muster_cli.options import actor_of, as_option, json_option
from muster_cli.output import print_json, print_table


@click.command("batches")
@click.argument("batch", type=int, required=False, metavar="[ID]")
@click.option("--delete", is_flag=True, help="Delete the batch and what it stored, as far as nobody changed it since.")
@as_option
@json_option
def command(batch: int | None, person: str | None, *, delete: bool, as_json: bool) -> None:
    """List the uploaded files, show one, or delete one.

    \b
    Example:
      muster batches
      muster batches 3
      muster batches 3 --delete
    """
    from muster.app import Muster
    from muster.collecting import reports

    app, actor = Muster(), actor_of(person)
    if batch is None:
        if delete:
            raise click.UsageError("--delete needs the number of a batch, such as: muster batches 3 --delete")
        rows = app.batches(actor)
        if as_json:
            print_json(reports.batches_document(rows))
        else:
            print_table("Batches", reports.BATCH_HEADS, reports.batch_lines(rows))
        return
    answer = app.delete_batch(actor, batch) if delete else app.batch(actor, batch)
    if as_json:
        print_json(answer.document())
        return
    for line in answer.lines():
        click.echo(line)
