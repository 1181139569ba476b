"""The command ``muster``: it names its commands without importing them, so that help is instant."""

from __future__ import annotations

from importlib import import_module
from importlib.metadata import EntryPoint, entry_points, version

import click

from muster.errors import MusterError

COMMANDS = {
    "states": "List the states, who brings them, and what is found, derived or a placeholder.",
    "rules": "List the rules of a collection, and say where one cannot work.",
    "layouts": "List the layouts of a collection, column by column.",
    "template": "Write an empty template to fill in.",
    "sample": "Write a made-up district: reference data, files and the key to their mistakes.",
    "validate": "Check a file and say what is wrong; nothing is stored.",
    "upload": "Check a file and store its good rows.",
    "batches": "List the uploaded files, show one, or delete one.",
    "import": "Load organizations, rosters and educators.",
    "status": "Show what is done, and the next thing to do, for an organization.",
    "do": "Do one of the things that a state lets people do with records.",
    "certify": "Show what stands between a submission and its certification, and sign it.",
    "certifiers": "List who may sign for an organization, or change the list.",
    "diff": "Show what changed between two certified revisions, or since one.",
    "verify": "Prove a receipt, and that data are those that were signed.",
    "keys": "Make, list, export and retire the keys that seal receipts.",
    "people": "Make accounts, give roles, lend them, and decide who may do what.",
    "token": "Make, list and revoke tokens with which programs act for you.",
    "audit": "Check that the record of who did what is whole, and seal its newest entries.",
    "jobs": "List the queue, cancel a job, or try one again.",
    "worker": "Work off the queue: uploads and messages.",
    "demo": "Show the main job end to end with a made-up district of each state.",
}
"""Name of each command and its short help; a test holds them to the commands themselves."""


class LazyGroup(click.Group):
    """A group whose commands are imported when they are used."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names, the project's own first, then those that plugins bring."""
        del ctx
        return [*COMMANDS, *sorted(_plugin_commands())]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import one command; a plugin's command that cannot be imported says so when it is called."""
        del ctx
        if cmd_name in COMMANDS:
            found = import_module(f"muster_cli.commands.{cmd_name}_command").command
            assert isinstance(found, click.Command)
            return found
        point = _plugin_commands().get(cmd_name)
        return _plugin_command(point) if point else None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands from their short help, without importing the project's own."""
        rows = [
            *COMMANDS.items(),
            *((name, _short(self.get_command(ctx, name))) for name in sorted(_plugin_commands())),
        ]
        with formatter.section("Commands"):
            formatter.write_dl(rows)


def _short(command: click.Command | None) -> str:
    return command.get_short_help_str(limit=200) if command else ""


class BrokenCommandError(MusterError):
    """A plugin's command cannot be imported."""

    def __init__(self, name: str, error: Exception) -> None:
        super().__init__(f'The command "{name}" cannot be loaded: {type(error).__name__}: {error}.')


def _plugin_command(point: EntryPoint) -> click.Command:
    try:
        found = point.load()
    except Exception as error:  # noqa: BLE001 - a stranger's module may raise anything; the command says what
        return _broken(BrokenCommandError(point.name, error), point.name)
    if not isinstance(found, click.Command):
        return _broken(BrokenCommandError(point.name, TypeError("it is not a click command")), point.name)
    return found


def _broken(error: BrokenCommandError, name: str) -> click.Command:
    def fail(**_: object) -> None:
        raise error

    return click.Command(name, callback=fail, short_help=str(error))


def _plugin_commands() -> dict[str, EntryPoint]:
    return {point.name: point for point in entry_points(group="muster.commands") if point.name not in COMMANDS}


def _print_version(ctx: click.Context, _: click.Parameter, asked: bool) -> None:  # noqa: FBT001 - click's signature
    if asked:
        click.echo(f"muster {version('muster')}")
        ctx.exit()


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.option(
    "--version", is_flag=True, expose_value=False, is_eager=True, callback=_print_version, help="Print the version."
)
def muster() -> None:
    """Check, explain and store what districts owe their state.

    \b
    Example:
      muster validate mt/cte-eoy "CTE EOY Upload.tsv" --year 2025
    """
