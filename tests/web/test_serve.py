import socket
import subprocess
import sys

import pytest
from click.testing import CliRunner

from muster.errors import MusterError
from muster_web.serve import serve


@pytest.fixture
def taken():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener.getsockname()[1]


@pytest.fixture
def free():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


def test_help_shows_an_example():
    said = CliRunner().invoke(serve, ["--help"]).output
    assert "muster serve --port 8080" in said
    assert "127.0.0.1" in said
    assert "\\b" not in said


def test_help_does_not_wait_for_the_web_framework():
    code = "import sys, muster_web.serve; print([one for one in ('flask', 'waitress', 'polars') if one in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_it_says_where_it_listens(monkeypatch, free):
    asked = {}
    monkeypatch.setattr("waitress.serve", lambda app, sockets, **_: asked.update(app=app, at=sockets[0].getsockname()))
    said = CliRunner().invoke(serve, ["--port", str(free)])
    assert said.output == f"muster listens on http://127.0.0.1:{free} until you press Ctrl+C.\n"
    assert (asked["app"].name, asked["at"]) == ("muster_web.app", ("127.0.0.1", free))


def test_a_port_in_use_is_one_sentence(taken):
    with pytest.raises(MusterError, match=rf"Nothing can listen on 127\.0\.0\.1:{taken}; .*Choose a different port"):
        serve.main(["--port", str(taken)], standalone_mode=False)
