"""``muster sample``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from muster_cli.options import FILE, anyone, collection_argument, json_option, year_option
from muster_cli.output import print_json, progress

if TYPE_CHECKING:
    from pathlib import Path

    from muster.testing.samples import SampleReport


class ErrorsChoice(click.ParamType[Any]):
    """``none``, ``each``, or the share of rows that get a mistake."""

    name = "errors"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the word, or the share as a number."""
        if value in ("none", "each"):
            return value
        try:
            share = float(value)
        except ValueError:
            share = -1.0
        if not 0 <= share <= 1:
            self.fail(f'"{value}" is none of: none, each, or a share of rows such as 0.01.', param, ctx)
        return share


@click.command("sample")
@collection_argument
@year_option
@click.option("--rows", type=click.IntRange(min=1), default=200, show_default=True, help="Rows of each file.")
@click.option(
    "--errors",
    type=ErrorsChoice(),
    default="none",
    show_default=True,
    metavar="none|each|RATE",
    help="No mistakes, every mistake once, or the share of rows with one.",
)
@click.option("--seed", type=int, default=1, show_default=True, help="The same seed writes the same district.")
@click.option("--people", type=FILE, metavar="DIR", help="Use the people of a reference folder.")
@click.option("-o", "--output", type=FILE, required=True, metavar="DIR", help="Folder to write into.")
@json_option
def command(
    collection: str, year: int, rows: int, errors: Any, seed: int, people: Path | None, output: Path, *, as_json: bool
) -> None:
    """Write a made-up district: reference data, files and the key to their mistakes.

    The folder gets reference/ (CSV files), the file of each layout, and expected.json, which tells for every
    spoiled row the rule that must speak up and what follows from it.

    \b
    Example:
      muster sample mt/cte-eoy --year 2025 --rows 200 --errors each --seed 1 -o demo/mt
    """
    from muster.app import Muster
    from muster.testing.makers import find_maker
    from muster.testing.samples import write_sample

    with progress() as tell:
        app = Muster()
        _, found = app.collection(anyone(), collection)
        app.layouts(anyone(), collection, year)
        maker = find_maker(app.plugins, found)
        tell(f"Writing {rows:,} rows")
        report = write_sample(
            maker, found, year=year, rows=rows, errors=errors, seed=seed, people=people, directory=output
        )
    _print(report, output, as_json=as_json)


def _print(report: SampleReport, output: Path, *, as_json: bool) -> None:
    from muster.reporting.wording import count

    if as_json:
        names = list(report.files)
        print_json({"files": names, "rows": report.rows, "mistakes": report.mistakes, "notes": list(report.notes)})
        return
    parts = (count(len(report.files), "file"), count(report.rows, "row"), count(report.mistakes, "mistake"))
    click.echo(f"{output}: {', '.join(parts)}.")
    for note in report.notes:
        click.echo(note)
