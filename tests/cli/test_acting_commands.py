"""``muster do`` and ``muster status`` on the toy state, as a person on the machine runs them."""

import json

import pytest

from muster_cli import run
from muster_cli.commands import do_command, status_command

WEAVING = ("stone=ana-tol", "crafts.0.craft=weaving", "crafts.0.days=80")
KELP = ("--org", "V-reed", "--year", "2026")


@pytest.fixture
def say(tmp_path, monkeypatch, capsys):
    """Return a function that runs one of the two commands in an empty folder, and answers its questions."""
    monkeypatch.chdir(tmp_path)

    def run_it(command, *arguments, answer=""):
        monkeypatch.setattr("click.termui.visible_prompt_func", lambda _: answer)
        code = run(command, [str(one) for one in arguments])
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return run_it


@pytest.fixture
def do(say):
    return lambda *arguments, **options: say(do_command.command, *arguments, **options)


def test_it_shows_what_it_would_do_and_asks(do):
    code, out, err = do("kel/learn", *WEAVING, *KELP, answer="y")
    assert (code, err.strip()) == (0, "")
    assert out.splitlines()[:2] == ["This would be done:", "  Crafts learned: 1 created"]
    assert out.splitlines()[-3:] == ["1 craft is noted.", "Done:", "  Crafts learned: 1 created"]


def test_without_a_yes_nothing_is_done(do):
    code, _, err = do("kel/learn", *WEAVING, *KELP, answer="n")
    assert (code, "Stopped; nothing was stored." in err) == (2, True)
    _, out, _ = do("kel/learn", *WEAVING, *KELP, "--preview")
    assert out == "This would be done:\n  Crafts learned: 1 created\n"


def test_input_from_a_file_and_json_out(do, tmp_path):
    file = tmp_path / "crafts.json"
    file.write_text(json.dumps({"stone": "ana-tol", "crafts": [{"craft": "weaving", "days": 91}]}))
    code, out, _ = do("kel/learn", "--input", file, *KELP, "--yes", "--json")
    found = json.loads(out)
    assert (code, found["preview"], found["said"], found["audit"]) == (0, False, "1 craft is noted.", 1)
    assert found["changes"]["changes"][0]["created"] == 1
    assert found["findings"][0]["rule"] == "KEL-03"
    _, out, _ = do("kel/learn", "--input", file, *KELP, "--yes")
    assert out.splitlines()[0].startswith("warning: 91 days of weaving; a season has at most 90.")
    assert out.splitlines()[-1] == "Done: nothing changes."


def test_what_the_rules_stop_is_said_row_by_row(do):
    code, out, err = do("kel/learn", "stone=ana-tol", "crafts.0.craft=kites", "crafts.0.days=2", *KELP, "--yes")
    assert (code, out) == (1, "")
    assert (
        err.splitlines()[0] == "Row 1: Craft kites is not on the list of crafts. Choose a craft of the list. (KEL-02)"
    )
    assert "what was entered is not accepted (KEL-02)" in err


def test_what_someone_else_changed_is_said(do):
    do("kel/learn", *WEAVING, *KELP, "--yes")
    do("kel/mend", "record=1", "days=85", *KELP, "--yes", "--as", "Bo")
    code, _, err = do("kel/mend", "record=1", "days=70", *KELP, "--yes", "--version", 1)
    assert code == 1
    assert err.splitlines()[0] == "Days: you saw 80, it is now 85"
    assert "record 1 was changed by Bo on" in err


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("kel/learn", "stone"), 'Write "stone" as NAME=VALUE.'),
        (("kel/learn", "stone=a", "stone.0=b"), '"stone.0" is given both as a value and as sub-rows.'),
        (("kel/learn", "stone=a", "--input", "odd.json"), "Give the input as NAME=VALUE or with --input, not both."),
        (("kel/learn", "--input", "odd.json"), '"odd.json" holds no JSON object with the fields of the input.'),
        (("kel/dance",), 'kel has no action "dance". Known: learn, mend, set-aside.'),
        (("moon/learn",), 'There is no state "moon".'),
    ],
)
def test_what_cannot_be_understood(do, tmp_path, arguments, sentence):
    (tmp_path / "odd.json").write_text("[1]")
    code, _, err = do(*arguments, *KELP)
    assert (code, sentence in err) == (2, True)


def test_status_says_what_is_next(say, do):
    code, out, _ = say(status_command.command, "kel/V-reed", "--year", 2026)
    lines = out.splitlines()
    assert (code, lines[0]) == (0, "Next: Crafts learned: No record of Crafts learned is stored yet.")
    assert lines[1:3] == ["Crafts learned", "  next     Crafts learned: No record of Crafts learned is stored yet."]
    do("kel/learn", *WEAVING, *KELP, "--yes")
    found = json.loads(say(status_command.command, "kel/V-reed", "--year", 2026, "--json")[1])
    assert (found[0]["collection"], found[0]["steps"][0]["status"]) == ("crafts", "done")
    assert say(status_command.command, "kel")[0] == 0
