"""Golden files, and the toy state, which is found here as a stranger's package would be."""

import os
import sys
from pathlib import Path

import pytest

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
