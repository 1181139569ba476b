"""``muster demo``: the main job, told as the commands a person would type."""

from __future__ import annotations

import contextlib
import io
import os
import shlex
import shutil
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from muster.errors import MusterError
from muster_cli.options import FILE, actor_of, anyone, json_option
from muster_cli.output import print_json

if TYPE_CHECKING:
    from collections.abc import Iterator

    from muster.app import Muster
    from muster.collecting import BatchRow
    from muster.model.collections import Collection
    from muster.model.layouts import Layout
    from muster.testing.samples import SampleMaker

MARK = ".muster-demo"


class NotADemoFolderError(MusterError):
    """The folder holds something that the demo did not write."""

    def __init__(self, folder: Path) -> None:
        super().__init__(f'The folder "{folder}" holds other files. Choose an empty one with -o.')


class DemoFailedError(MusterError):
    """A step of the demo did not end as it should."""

    exit_code = 1

    def __init__(self, step: str, code: int) -> None:
        super().__init__(f"The demo stopped: `{step}` ended with exit code {code}.")


@dataclass(frozen=True)
class Told:
    """What became of one file of the demo."""

    collection: str
    layout: str
    rows: int
    accepted: int
    corrected: int
    rejected: int


@click.command("demo")
@click.option(
    "-o", "--output", type=FILE, default=Path("demo"), show_default=True, metavar="DIR", help="Folder to use."
)
@click.option("--rows", type=click.IntRange(min=150), default=150, show_default=True, help="Rows of each file.")
@json_option
def command(output: Path, rows: int, *, as_json: bool) -> int:
    """Show the main job end to end with a made-up district of each state.

    Each district is written with every mistake we know, checked, explained, uploaded, corrected and uploaded again.

    \b
    Example:
      muster demo -o demo
    """
    _fresh(output)
    quiet = contextlib.redirect_stdout(io.StringIO()) if as_json else contextlib.nullcontext()
    with quiet, _home(output):
        told = [one for story in _stories(output, rows) for one in story.tell()]
    if as_json:
        print_json([asdict(one) for one in told])
    else:
        _sum_up(told, output)
    return 1 if not told or any(one.rejected for one in told) else 0


def _fresh(folder: Path) -> None:
    if folder.exists():
        if any(folder.iterdir()) and not (folder / MARK).exists():
            raise NotADemoFolderError(folder)
        shutil.rmtree(folder)
    folder.mkdir(parents=True)
    (folder / MARK).touch()


@contextlib.contextmanager
def _home(folder: Path) -> Iterator[None]:
    """Keep the demo's database in its folder, whatever database the person works with otherwise."""
    before = {name: os.environ.get(name) for name in ("MUSTER_HOME", "MUSTER_DATABASE_URL")}
    os.environ |= {"MUSTER_HOME": str(folder), "MUSTER_DATABASE_URL": ""}
    try:
        yield
    finally:
        for name, value in before.items():
            os.environ.pop(name)
            os.environ |= {name: value} if value is not None else {}


def _stories(folder: Path, rows: int) -> list[_Story]:
    from muster.app import Muster
    from muster.testing.makers import find_maker
    from muster.testing.samples import NoSampleError

    app = Muster()
    stories = []
    for row in app.states(anyone()):
        for collection in (one for state in row.states for one in state.collections):
            if any(layout.medium != "form" for layout in collection.layouts):
                with contextlib.suppress(NoSampleError):
                    stories.append(_Story(app, collection, find_maker(app.plugins, collection), folder, rows))
    return stories


class _Story:
    """One collection's district, from its files with every mistake to its records without."""

    def __init__(self, app: Muster, collection: Collection, maker: SampleMaker, folder: Path, rows: int) -> None:
        self._app, self._collection, self._maker, self._rows = app, collection, maker, rows
        self._year = _year_of(collection)
        self._folder = folder / collection.state / collection.id
        self._clean = folder / collection.state / f"{collection.id}-without-mistakes"

    def tell(self) -> list[Told]:
        """Run every step; return what became of each file."""
        import json

        address, year = self._collection.address, str(self._year)
        click.secho(f"\n{self._collection.title}, {year} ({address})", bold=True)
        sample = ("sample", address, "--year", year, "--rows", str(self._rows), "--seed", "1")
        _do(*sample, "--errors", "each", "-o", str(self._folder))
        _do(*sample, "--errors", "none", "-o", str(self._clean), aloud=False)
        key = json.loads((self._folder / "expected.json").read_text(encoding="utf-8"))
        clean = json.loads((self._clean / "expected.json").read_text(encoding="utf-8"))["files"]
        return [self._file(one["file"], one["layout"], key) for one in clean]

    def _file(self, name: str, layout: str, key: dict[str, str]) -> Told:
        address, path = self._collection.address, self._folder / name
        organization = ("--org", key["organization"])
        options = ("--year", str(self._year), *organization, "--as-of", key["as_of"], "--layout", layout)
        importing = ("--state", self._collection.state, *organization)
        workbooks = ("--report", str(path.with_suffix(".findings.xlsx")), "--annotate", str(_marked(path)))
        reference = ("--reference", str(self._folder / "reference"))
        _do("validate", address, str(path), *options, *reference, "--limit", "5", *workbooks, allowed=(0, 1))
        _do("import", "csv", str(self._folder / "reference"), *importing)
        _do("upload", address, str(path), *options, "--limit", "0", allowed=(0, 1))
        first = self._newest()
        _do("import", "csv", str(self._clean / "reference"), *importing)
        corrected = self._correct(path, self._app.layout(anyone(), address, self._year, layout), first.id)
        _do("upload", address, str(corrected), *options, "--limit", "0", allowed=(0, 1))
        second = self._newest()
        return Told(address, layout, first.rows or 0, first.accepted or 0, second.rows or 0, second.rejected or 0)

    def _newest(self) -> BatchRow:
        return self._app.batches(actor_of(None))[0]

    def _correct(self, spoiled: Path, layout: Layout, batch: int) -> Path:
        """Write the rows that were not added as they stand in the file without mistakes."""
        from muster.intake import read
        from muster.model.intake import ROW
        from muster.testing.grids import Grid
        from muster.testing.sample_files import SampleFile

        right = read(self._clean / spoiled.name, spoiled.name, [layout])
        rows = [one.row for one in self._app.batch(actor_of(None), batch, limit=self._rows * 2).not_added]
        grid = Grid(right.frame.filter(right.frame[ROW].is_in(rows)).drop(ROW))
        corrected = spoiled.with_name(f"{spoiled.stem}-corrected{spoiled.suffix}")
        SampleFile(layout, grid, right.header).write(corrected)
        return corrected


def _marked(path: Path) -> Path:
    return path.with_suffix(".marked.xlsx")


def _year_of(collection: Collection) -> int:
    """Return the newest year that the most layouts know."""
    return max(collection.years, key=lambda year: (len(collection.layouts_of(year)), year))


def _do(*arguments: str, allowed: tuple[int, ...] = (0,), aloud: bool = True) -> None:
    from muster_cli import run
    from muster_cli.group import muster

    typed = shlex.join(("muster", *arguments))
    if aloud:
        click.secho(f"\n$ {typed}", dim=True)
    with contextlib.nullcontext() if aloud else contextlib.redirect_stdout(io.StringIO()):
        code = run(muster, list(arguments))
    if code not in allowed:
        raise DemoFailedError(typed, code)


def _sum_up(told: list[Told], folder: Path) -> None:
    click.secho("\nWhat happened", bold=True)
    for one in told:
        click.echo(
            f"  {one.collection} {one.layout}: {one.accepted:,} of {one.rows:,} rows were stored at once; "
            f"of {one.corrected:,} corrected rows {one.corrected - one.rejected:,} followed."
        )
    click.echo(f"Everything is in {folder}/: files, keys (expected.json), reports and the database (muster.sqlite).")
