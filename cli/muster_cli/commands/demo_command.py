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
from muster_cli.options import FILE, actor_of, json_option
from muster_cli.output import print_json

if TYPE_CHECKING:
    from muster.app import Muster
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
    stored: int


@click.command("demo")
@click.option("-o", "--output", type=FILE, default=Path("demo"), show_default=True, metavar="DIR", help="Folder to use.")
@click.option("--rows", type=click.IntRange(min=50), default=150, show_default=True, help="Rows of each file.")
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
    return 0 if all(one.stored == one.rows for one in told) else 1


def _fresh(folder: Path) -> None:
    if folder.exists():
        if any(folder.iterdir()) and not (folder / MARK).exists():
            raise NotADemoFolderError(folder)
        shutil.rmtree(folder)
    folder.mkdir(parents=True)
    (folder / MARK).touch()


@contextlib.contextmanager
def _home(folder: Path) -> contextlib.AbstractContextManager[None]:
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
    for row in app.states(actor_of(None)):
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
        organization = key["organization"]
        reference = str(self._folder / "reference")
        _do("import", "csv", reference, "--state", self._collection.state, "--org", organization)
        asked = ("--year", year, "--org", organization, "--as-of", key["as_of"])
        clean = json.loads((self._clean / "expected.json").read_text(encoding="utf-8"))["files"]
        return [self._file(one["file"], one["layout"], asked) for one in clean]

    def _file(self, name: str, layout: str, asked: tuple[str, ...]) -> Told:
        address, path = self._collection.address, self._folder / name
        report, marked = path.with_suffix(".findings.xlsx"), path.with_suffix(".marked.xlsx")
        options = (*asked, "--layout", layout)
        workbooks = ("--report", str(report), "--annotate", str(marked))
        reference = ("--reference", str(self._folder / "reference"))
        _do("validate", address, str(path), *options, *reference, "--limit", "5", *workbooks, allowed=(0, 1))
        _do("upload", address, str(path), *options, "--limit", "0", allowed=(0, 1))
        accepted = self._stored()
        corrected, rows = self._correct(name, self._layout(layout))
        _do("upload", address, str(corrected), *options, "--limit", "0", allowed=(0, 1))
        return Told(address, layout, rows, accepted, self._stored() - accepted, self._stored())
