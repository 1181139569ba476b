"""Golden files; the toy state and the README's state, which are found here as a stranger's package would be."""

import os
import re
import sys
from pathlib import Path

import pytest

README = Path(__file__).parents[1] / "README.md"
BLOCK = re.compile(r"`(?P<name>[\w./]+)`:\n\n```\w+\n(?P<text>.*?)```", re.DOTALL)
GOLDEN = Path(__file__).parent / "golden"
TOY_STATE = str(Path(__file__).parent / "toy_state")

sys.path.insert(0, TOY_STATE)
os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [TOY_STATE, os.environ.get("PYTHONPATH")]))
OVERLAYS = os.environ.pop("MUSTER_TEST_OVERLAYS", None)
for name in ("MUSTER_OVERLAYS", "MUSTER_MODE", "MUSTER_DATABASE_URL"):
    os.environ.pop(name, None)
if OVERLAYS:
    os.environ["MUSTER_OVERLAYS"] = OVERLAYS


def pytest_addoption(parser):
    parser.addoption("--renew-golden", action="store_true", help="write the golden files anew instead of comparing")


@pytest.fixture
def golden(request):
    """Return a function that compares a text with ``tests/golden/NAME`` (or writes it with ``--renew-golden``)."""

    def compare(name, text):
        path = GOLDEN / name
        if request.config.getoption("--renew-golden"):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text.encode())
        renew = f'pytest "{request.node.nodeid}" --renew-golden'
        assert path.exists(), f"{path} is not there; look at the text and keep it with: {renew}"
        assert text == path.read_bytes().decode(), f"{path} differs; if the new text is right, keep it with: {renew}"

    return compare


@pytest.fixture(scope="session")
def lagoon(tmp_path_factory):
    """Return a folder with the state that the README shows on one screen, as pip would have installed it."""
    folder = tmp_path_factory.mktemp("lagoon")
    for block in BLOCK.finditer(README.read_text()):
        file = folder / block["name"]
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(block["text"])
    info = folder / "muster_lagoon-0.1.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: muster-lagoon\nVersion: 0.1\n")
    points = (folder / "pyproject.toml").read_text().split('[project.entry-points."muster.states"]\n')[1]
    (info / "entry_points.txt").write_text(f"[muster.states]\n{points.replace(chr(34), '')}")
    return folder


SKIPPED = []


def pytest_runtest_logreport(report):
    if report.skipped and "shared/real" not in str(report.longrepr):
        SKIPPED.append(f"{report.nodeid}: {report.longrepr}")


def pytest_sessionfinish(session):
    """Where MUSTER_TEST_EVERYTHING is set, let nothing be skipped but what needs ../shared/real."""
    if SKIPPED and os.environ.get("MUSTER_TEST_EVERYTHING") and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter):
    if SKIPPED and os.environ.get("MUSTER_TEST_EVERYTHING"):
        terminalreporter.section("skipped, though MUSTER_TEST_EVERYTHING is set", red=True)
        for line in SKIPPED:
            terminalreporter.line(line)
