"""``muster batches``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from muster_cli.options import actor_of, as_option, json_option
from muster_cli.output import print_json, print_table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from muster.collecting import BatchDetail, BatchRow, DeletionReport


@click.command("batches")
@click.argument("batch", type=int, required=False, metavar="[ID]")
@click.option("--delete", is_flag=True, help="Delete the batch and what it stored, as far as nobody changed it since.")
@click.option("--watch", is_flag=True, help="Show the queue as it changes, until it is empty.")
@as_option
@json_option
def command(batch: int | None, person: str | None, *, delete: bool, watch: bool, as_json: bool) -> None:
    """List the uploaded files, show one, or delete one.

    \b
    Example:
      muster batches
      muster batches 3
      muster batches 3 --delete
    """
    from muster.app import Muster

    app, actor = Muster(), actor_of(person)
    if watch:
        for line in app.watch(actor):
            click.echo(line)
    elif batch is None:
        if delete:
            raise click.UsageError("--delete needs the number of a batch, such as: muster batches 3 --delete")
        _print_list(app.batches(actor), as_json=as_json)
    elif delete:
        _print_deletion(app.delete_batch(actor, batch), as_json=as_json)
    else:
        _print_detail(app.batch(actor, batch), as_json=as_json)


def _print_list(rows: tuple[BatchRow, ...], *, as_json: bool) -> None:
    from muster.reporting.batches import BATCH_HEADS, batch_document, batch_lines

    if as_json:
        print_json([batch_document(row) for row in rows])
    elif rows:
        print_table("Batches", BATCH_HEADS, batch_lines(rows))
    else:
        click.echo('Nothing has been uploaded yet; "muster upload --help" shows how.')


def _print_detail(detail: BatchDetail, *, as_json: bool) -> None:
    from muster.reporting.batches import detail_document, detail_lines

    _print(detail_document(detail) if as_json else detail_lines(detail))


def _print_deletion(report: DeletionReport, *, as_json: bool) -> None:
    from muster.reporting.batches import deletion_document, deletion_lines

    _print(deletion_document(report) if as_json else deletion_lines(report))


def _print(answer: dict[str, Any] | Iterator[str]) -> None:
    if isinstance(answer, dict):
        print_json(answer)
        return
    for line in answer:
        click.echo(line)
