"""``muster verify``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from muster_cli.options import FILE, json_option
from muster_cli.output import print_json

if TYPE_CHECKING:
    from pathlib import Path


@click.command("verify")
@click.argument("receipt", type=FILE)
@click.argument("data", type=FILE, required=False)
@click.option(
    "--key", "trust", type=FILE, required=True, metavar="FILE|DIR", help="The agency's key, or a folder of keys."
)
@json_option
def command(receipt: Path, data: Path | None, trust: Path, *, as_json: bool) -> int:
    """Prove a receipt, and that data are those that were signed.

    Needs neither database nor network; a key inside the receipt is not looked at. DATA is the snapshot, as TSV or
    compressed.

    \b
    Example:
      muster verify receipt.json data.tsv --key agency.json
    """
    from muster.certifying.verify import verify

    verdict = verify(receipt, data, trust)
    if as_json:
        said = verdict.receipt.model_dump(mode="json") if verdict.receipt else None
        print_json({"valid": verdict.valid, "sentence": verdict.sentence, "receipt": said})
    else:
        click.echo(verdict.sentence)
    return 0 if verdict.valid else 1
