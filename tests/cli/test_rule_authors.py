"""What the author of a state is told: by ``muster rules`` what cannot work, by any command why a state is missing."""

import shutil
import sys

import pytest


@pytest.fixture
def change(lagoon, tmp_path, monkeypatch):
    """Return a function that changes one text of the README's state, in a copy of its own."""
    folder = tmp_path / "site"
    shutil.copytree(lagoon, folder)
    for file in folder.rglob("*.toml"):
        file.write_text(file.read_text().replace('"lag"', '"reef"'))
    (folder / "muster_lagoon").rename(folder / "muster_reef")
    info = folder / "muster_lagoon-0.1.dist-info"
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: muster-reef\nVersion: 0.1\n")
    (info / "entry_points.txt").write_text("[muster.states]\nreef = muster_reef\n")
    info.rename(folder / "muster_reef-0.1.dist-info")
    monkeypatch.syspath_prepend(folder)
    monkeypatch.delitem(sys.modules, "muster_reef", raising=False)

    def replace(name, old, new):
        file = folder / "muster_reef" / name
        assert old in file.read_text()
        file.write_text(file.read_text().replace(old, new))

    return replace


def test_rules_without_a_mistake_are_exit_0(call, change):
    change("credits/rules.toml", "at most 8 are usual", "8 are usual")
    answer = call("rules", "reef/credits")
    assert (answer.code, answer.err) == (0, "")


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("credits > 8", "creditz > 8", "rules.toml: rule LAG-02"),
        ("{credits}", "{foo}", "rules.toml: rule LAG-02"),
        ('columns = ["*"]', 'columns = ["school"]', "rules.toml"),
    ],
)
def test_a_rule_that_cannot_work_is_named_below_the_list(call, change, old, new, words):
    change("credits/rules.toml", old, new)
    answer = call("rules", "reef/credits")
    assert answer.code == 1
    assert "LAG-02\twarning" in answer.out
    assert answer.err.startswith("muster: ")
    assert words in answer.err


def test_a_time_zone_that_is_none_is_told_with_file_and_key(call, change):
    change("state.toml", "America/Denver", "America/Lagoon")
    answer = call("rules", "reef/credits")
    assert answer.code == 2
    assert answer.err.startswith('muster: The state "reef" could not be loaded. ')
    assert answer.err.endswith(
        'state.toml: state.time_zone: "America/Lagoon": is no time zone; one is America/Denver. Correct the entry.\n'
    )
