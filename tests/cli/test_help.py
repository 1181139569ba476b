"""Help: instant, whole, and with an example for every command."""

import subprocess
import sys

import click
import pytest

from muster_cli.group import COMMANDS, muster

HEAVY = ("pydantic", "polars", "sqlalchemy", "flask", "dbos", "openpyxl", "rich", "fastexcel", "muster_arizona")


def test_help_loads_no_plugin_and_nothing_heavy():
    code = "import sys; sys.argv=['muster','--help']\nimport muster_cli\ntry:\n muster_cli.main()\nexcept SystemExit: pass\nprint(sorted(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "Commands:" in done.stdout
    assert [name for name in HEAVY if f"'{name}'" in done.stdout] == []


def test_help_names_every_command(call):
    answer = call("--help")
    assert answer.code == 0
    assert [name for name in (*COMMANDS, "serve") if f"\n  {name} " not in answer.out] == []


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_tells_what_the_list_tells_and_gives_an_example(name):
    command = muster.get_command(click.Context(muster), name)
    assert command.name == name
    assert command.help.splitlines()[0] == COMMANDS[name]
    assert f"muster {name}" in command.help


def runnable(name):
    """Return a command, or what stands below it."""
    command = muster.get_command(click.Context(muster), name)
    return list(command.commands.values()) if isinstance(command, click.Group) else [command]


@pytest.mark.parametrize("name", [name for name in COMMANDS if name != "worker"])  # it answers nothing: it works
def test_every_command_prints_json(name):
    for command in runnable(name):
        assert "--json" in [option for parameter in command.params for option in parameter.opts], command.name


def test_version(call):
    assert call("--version").out.startswith("muster 0.")


def test_a_command_that_does_not_exist_is_exit_2(call):
    answer = call("certify-everything")
    assert answer.code == 2
    assert "No such command 'certify-everything'" in answer.err


def test_a_command_of_a_broken_plugin_says_so(call, tmp_path, monkeypatch):
    info = tmp_path / "stranger-1.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: stranger\nVersion: 1\n")
    (info / "entry_points.txt").write_text("[muster.commands]\ntide = no_such_module:tide\nmoon = json:dumps\n")
    monkeypatch.syspath_prepend(tmp_path)
    answer = call("tide")
    assert answer.code == 2
    assert "The command \"tide\" cannot be loaded: ModuleNotFoundError: No module named 'no_such_module'" in answer.err
    assert 'The command "moon" cannot be loaded: TypeError: it is not a click command' in call("moon").err
    assert call("--help").code == 0


def test_a_fault_of_ours_is_one_sentence_without_what_the_file_held(call, monkeypatch):
    def fail(*_args, **_kwargs):
        raise ValueError("Ada Alderwick 123456789")

    monkeypatch.setattr("muster.app.Muster.states", fail)
    answer = call("states")
    assert answer.code == 2
    assert "This is a fault in muster, not in your file (ValueError in fail, line " in answer.err
    assert "Alderwick" not in answer.err + answer.out
    monkeypatch.setenv("MUSTER_TRACEBACK", "1")
    with pytest.raises(ValueError, match="Ada"):
        call("states")


def test_stopping_it_is_no_fault(call, monkeypatch):
    def stop(*_args, **_kwargs):
        raise KeyboardInterrupt

    monkeypatch.setattr("muster.app.Muster.states", stop)
    answer = call("states")
    assert (answer.code, answer.err) == (2, "\nmuster: Stopped; nothing was stored.\n")
