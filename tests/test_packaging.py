"""One distribution, five roots: folders, package list, entry points and wheel agree."""

import os
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
PACKAGES = PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]


@pytest.fixture(scope="session")
def wheel(tmp_path_factory):
    """Build the wheel without a network and return the names in it."""
    folder = tmp_path_factory.mktemp("wheel")
    code = "import sys; from hatchling.build import build_wheel; print(build_wheel(sys.argv[1]))"
    command = [sys.executable, "-c", code, str(folder)]
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True, env=environment)
    return zipfile.ZipFile(folder / done.stdout.split()[-1]).namelist()


def test_every_plugin_folder_is_a_package_and_an_entry_point():
    folders = {f"plugins/{one.parent.name}/{one.name}" for one in ROOT.glob("plugins/*/muster_*") if one.is_dir()}
    named = {one for one in PACKAGES if one.startswith("plugins/")}
    points = set(PROJECT["project"]["entry-points"]["muster.states"].values())
    assert folders == named
    assert points == {Path(one).name for one in named}


def test_the_arrows_are_drawn_over_every_package():
    assert {Path(one).name for one in PACKAGES} == set(PROJECT["tool"]["importlinter"]["root_packages"])
    assert {Path(one).name for one in PACKAGES} == set(PROJECT["tool"]["mypy"]["packages"])


def test_the_wheel_holds_code_declarations_and_migrations(wheel):
    kept = {name for name in wheel if ".dist-info/" not in name}
    source = {
        f"{Path(package).name}/{file.relative_to(ROOT / package).as_posix()}"
        for package in PACKAGES
        for file in (ROOT / package).rglob("*")
        if file.is_file() and "__pycache__" not in file.parts
    }
    assert kept == source
    for name in (
        "muster/py.typed",
        "muster_arizona/state.toml",
        "muster_montana/catalogs/pathways.csv",
        "muster_montana/cte_eoy/rules.toml",
        "muster_cli/group.py",
    ):
        assert name in kept


def test_the_wheel_names_the_entry_points_and_nothing_of_the_tests(wheel):
    assert any(name.endswith(".dist-info/entry_points.txt") for name in wheel)
    assert not [name for name in wheel if name.startswith(("tests/", "docs/"))]
