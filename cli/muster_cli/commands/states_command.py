"""``muster states``."""

from __future__ import annotations

import click

from muster_cli.options import anyone, json_option
from muster_cli.output import print_json, print_table


@click.command("states")
@json_option
def command(*, as_json: bool) -> None:
    """List the states, who brings them, and what is found, derived or a placeholder.

    \b
    Example:
      muster states
    """
    from muster.app import Muster
    from muster.reporting.inventory import state_rows, states_document

    rows = Muster().states(anyone())
    if as_json:
        print_json(states_document(rows))
        return
    heads = ("State", "Name", "Plugin", "Collections", "Found", "Derived", "Placeholder", "Problem")
    print_table("States", heads, state_rows(rows))
