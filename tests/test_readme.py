"""The README keeps its promises: the state on one screen is taken out of the page and run."""

import re
import shlex
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]


def muster(lagoon, *arguments):
    command = [sys.executable, "-m", "muster_cli", *arguments]
    environment = {"PYTHONPATH": str(lagoon), "PATH": "", "HOME": str(lagoon)}
    return subprocess.run(command, cwd=lagoon, env=environment, capture_output=True, text=True, check=False)


def test_the_state_is_listed(lagoon):
    assert re.search(
        r"^lag\tLagoon\tmuster-lagoon 0.1\tcredits\t0\t5\t0\t$", muster(lagoon, "states").stdout, re.MULTILINE
    )


def test_its_template_is_filled_in_and_checked(lagoon):
    made = muster(lagoon, "template", "lag/credits", "--year", "2026", "-o", "t.csv")
    assert made.returncode == 0, made.stderr
    with (lagoon / "t.csv").open("a", newline="") as file:
        file.write("0101,000012345,9.00\r\n0101,123456780,one\r\n")
    checked = muster(lagoon, "validate", "lag/credits", "t.csv", "--year", "2026")
    assert checked.returncode == 1, checked.stderr
    assert "1 of 2 rows" in checked.stdout
    assert "9.00 credits in one year; at most 8 are usual." in checked.stdout


def test_the_pyproject_and_the_package_have_nine_lines_each(lagoon):
    lines = (lagoon / "pyproject.toml").read_text().splitlines()
    assert len(lines) == 9
    assert len((lagoon / "muster_lagoon/__init__.py").read_text().splitlines()) < 10


def test_the_documents_it_links_are_there():
    links = re.findall(r"\]\(([\w./-]+)\)", (ROOT / "README.md").read_text())
    assert links
    assert [link for link in links if not (ROOT / link).exists()] == []


def test_the_commands_of_a_district_run_as_they_stand(tmp_path):
    page = (ROOT / "README.md").read_text().split("## What a district does")[1].split("```")[1]
    commands = [line.split("#")[0] for line in page.splitlines() if line.startswith("muster ")]
    assert len(commands) >= 6
    for command in commands:
        arguments = [sys.executable, "-m", "muster_cli", *shlex.split(command)[1:]]
        done = subprocess.run(arguments, cwd=tmp_path, capture_output=True, text=True, check=False)
        assert done.returncode in (0, 1), (command, done.stderr)
        assert done.stdout, command
    assert {one.name for one in tmp_path.iterdir()} == {"try", "findings.xlsx", "marked.xlsx", ".muster"}
