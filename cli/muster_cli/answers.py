"""What a command that did one thing says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from muster_cli.output import print_json

if TYPE_CHECKING:
    from collections.abc import Mapping


def say(document: Mapping[str, Any], sentence: str, as_json: bool) -> None:  # noqa: FBT001 - which of the two is printed
    """Print the sentence, or the document where JSON is asked for."""
    if as_json:
        print_json(dict(document))
    else:
        click.echo(sentence)
