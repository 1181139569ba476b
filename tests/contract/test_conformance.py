"""Every registered state, a stranger's included, passes the conformance kit; and the kit can fail."""

import shutil
from pathlib import Path

import pytest

from muster.declarations import load_state
from muster.plugins import PluginRow, Plugins, load_plugins
from muster.testing.conformance import CHECKS

KELP = Path(__file__).parents[1] / "toy_state" / "muster_kelp"
PLUGINS = load_plugins()


def test_every_plugin_loads():
    assert {row.name: row.problem for row in PLUGINS.rows if row.problem} == {}


@pytest.mark.parametrize("state", sorted(PLUGINS.states))
@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_the_state_conforms(check, state, tmp_path):
    assert check(PLUGINS, state, tmp_path) == []


FAULTS = [
    ("state.toml", '"03-01"', '"13-01"', "calendar_is_real", 'kel: "13-01" is no day; write MM-DD'),
    ("state.toml", 'TALE = "', 'TALK = "', "citations_name_a_listed_document", "kel: TALE is cited and not in [sources]"),
    ("crafts/collection.toml", 'person = "stone"', 'person = "face"', "columns_named_are_there", "kel/crafts slate 2025 lacks face"),
    ("crafts/collection.toml", '["stone", "craft"]', '["stone", "moon"]', "columns_named_are_there", "kel/crafts: no layout has moon"),
    ("crafts/rules.toml", "NOT known.found", "NOT knwon.found", "rules_compile", "rule KEL-02"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "old", "new", "check", "sentence"), FAULTS)
def test_the_kit_finds_the_fault(tmp_path, name, old, new, check, sentence):
    folder = Path(shutil.copytree(KELP, tmp_path / "muster_kelp"))
    text = (folder / name).read_text()
    assert old in text
    (folder / name).write_text(text.replace(old, new))
    spoiled = Plugins(PLUGINS.manager, (PluginRow("kel", "", "", (load_state(folder),)),))
    asked = next(one for one in CHECKS if one.__name__ == check)
    assert any(sentence in problem for problem in asked(spoiled, "kel", tmp_path))
