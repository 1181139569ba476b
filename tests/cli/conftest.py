"""Commands run as a user runs them: in a folder of their own, each in this process unless a test says otherwise."""

from dataclasses import dataclass

import pytest

from muster_cli import run
from muster_cli.group import muster


@dataclass(frozen=True)
class Answer:
    """What a command left behind."""

    code: int
    out: str
    err: str


@pytest.fixture
def call(tmp_path, monkeypatch, capsys):
    """Return a function that runs ``muster`` with arguments in an empty folder."""
    monkeypatch.chdir(tmp_path)

    def run_it(*arguments):
        code = run(muster, [str(one) for one in arguments])
        printed = capsys.readouterr()
        return Answer(code, printed.out, printed.err)

    return run_it
