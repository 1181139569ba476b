"""``muster serve``: a command that the command line finds by entry point; Flask is imported when it runs."""

from __future__ import annotations

import getpass
import socket

import click

from muster.errors import MusterError


class CannotListenError(MusterError):
    """The server cannot listen where it was told to."""

    def __init__(self, host: str, port: int) -> None:
        super().__init__(
            f"Nothing can listen on {host}:{port}; it is in use or not allowed. Choose a different port with --port."
        )


@click.command("serve", short_help="Show states, templates and rules in a browser.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", type=click.IntRange(1, 65535), default=8000, show_default=True, help="Port to listen on.")
def serve(host: str, port: int) -> None:
    """Show the states, their templates and their rules in a browser.

    \b
    Example:
      muster serve --port 8080
    """  # noqa: D301 - click takes the control character for the mark of lines that stay as they are
    import waitress  # type: ignore[import-untyped]  # it comes without types

    from muster.app import Muster
    from muster.model.actors import local_actor
    from muster_web.app import create_app

    app = create_app(Muster(), local_actor(getpass.getuser()))
    with _listening(host, port) as listener:
        click.echo(f"muster listens on http://{_written(host)}:{port} until you press Ctrl+C.")
        waitress.serve(app, sockets=[listener], _quiet=True)


def _listening(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family)
    except OSError as problem:
        raise CannotListenError(host, port) from problem


def _written(host: str) -> str:
    return f"[{host}]" if ":" in host else host
