"""The command line: it parses, calls the core, prints, and sets the exit code."""

from __future__ import annotations

import io
import os
import sys


def main() -> None:
    """Run ``muster``; every failure is one sentence on standard error and an exit code."""
    from muster_cli.group import muster

    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    sys.exit(run(muster))


def run(command: object, arguments: list[str] | None = None) -> int:
    """Run a command and return its exit code: 0 nothing stops, 1 the answer is no, 2 there is no answer."""
    import click

    from muster.errors import MusterError

    assert isinstance(command, click.Command)
    try:
        answer = command.main(args=arguments, prog_name="muster", standalone_mode=False)
    except MusterError as error:
        click.echo(f"muster: {error}", err=True)
        return error.exit_code
    except click.ClickException as error:
        error.show()
        return 2
    except (click.Abort, KeyboardInterrupt):
        click.echo("muster: Stopped; nothing was stored.", err=True)
        return 2
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 2
    except Exception as error:
        if os.environ.get("MUSTER_TRACEBACK"):
            raise
        click.echo(f"muster: {_refused(error) or _fault(error)}", err=True)
        return 2
    return answer if isinstance(answer, int) else 0


def _refused(error: Exception) -> str:
    """Say what the system refused where a path given by the person is the reason; "" otherwise."""
    if not isinstance(error, OSError) or not isinstance(error.filename, str | os.PathLike):
        return ""
    reason = (error.strerror or "the system refuses it").lower()
    return f'"{os.fspath(error.filename)}" cannot be used: {reason}. Check the path, or choose another one.'


def _fault(error: Exception) -> str:
    """Name the fault by its class and place alone: its text may hold student data."""
    trace = error.__traceback__
    while trace and trace.tb_next:
        trace = trace.tb_next
    place = f"{trace.tb_frame.f_code.co_name}, line {trace.tb_lineno}" if trace else "unknown place"
    return (
        f"This is a fault in muster, not in your file ({type(error).__name__} in {place}). Nothing was stored. "
        "Run it again with MUSTER_TRACEBACK=1 and send what it prints, without student data, to the developers."
    )
