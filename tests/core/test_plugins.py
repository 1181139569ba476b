"""Plugins: found by their entry point, and a row with the reason where one is broken."""

from importlib.metadata import EntryPoint

import pytest

from muster.errors import UnknownCollectionError, UnknownStateError
from muster.plugins import GROUP, load_plugins


def point(name, value):
    return EntryPoint(name=name, value=value, group=GROUP)


KELP = point("kel", "muster_kelp")


@pytest.fixture
def stranger(tmp_path, monkeypatch):
    """Return a function that writes a module a stranger made and returns its entry point."""
    monkeypatch.syspath_prepend(tmp_path)

    def write(name, source):
        (tmp_path / f"{name}.py").write_text(source)
        return point(name, name)

    return write


def test_the_toy_state_is_found_like_a_strangers_package():
    row = next(row for row in load_plugins().rows if row.name == "kel")
    assert (row.distribution, row.version, row.problem) == ("muster-kelp", "0.3", "")
    assert [state.name for state in row.states] == ["Kelp Islands"]
    assert "states" in row.hooks


def test_a_plugin_that_fails_to_import_is_a_row_and_the_rest_goes_on(stranger):
    broken = stranger("stranger_broken", "raise RuntimeError('the tide is out')")
    rows = load_plugins(found=[broken, KELP]).rows
    assert {row.name: row.problem for row in rows} == {"stranger_broken": "RuntimeError: the tide is out", "kel": ""}


def test_a_plugin_that_is_not_there_is_a_row():
    (row,) = load_plugins(found=[point("gone", "no_such_module")]).rows
    assert row.problem == "ModuleNotFoundError: No module named 'no_such_module'"


def test_a_plugin_with_a_hook_nobody_asks_is_a_row(stranger):
    source = "from muster.plugins import hookimpl\n@hookimpl\ndef stats():\n    return []\n"
    (row,) = load_plugins(found=[stranger("stranger_stats", source)]).rows
    assert "unknown hook 'stats'" in row.problem


def test_two_plugins_cannot_bring_the_same_state(stranger):
    source = "from muster_kelp import states\n"
    rows = load_plugins(found=[KELP, stranger("zz_again", source)]).rows
    assert rows[1].problem == 'Another plugin already brings the state "kel"; disable one of the two.'
    assert load_plugins(found=[KELP, stranger("zz_again", source)]).states.keys() == {"kel"}


def test_a_disabled_plugin_is_not_loaded():
    assert load_plugins(found=[KELP], disabled=["kel"]).rows == ()


def test_an_unknown_state_names_the_known_ones():
    with pytest.raises(UnknownStateError, match='There is no state "ak". Known: kel; see "muster states".'):
        load_plugins(found=[KELP]).collection("ak/cte")


@pytest.mark.parametrize("address", ["kel/nets", "crafts"])
def test_an_unknown_collection_names_the_known_ones(address):
    sentence = f'There is no collection "{address}". Known: kel/crafts, kel/gifts; write it as STATE/COLLECTION.'
    with pytest.raises(UnknownCollectionError) as caught:
        load_plugins(found=[KELP]).collection(address)
    assert str(caught.value) == sentence


def test_a_rule_pack_adds_rules_to_a_strangers_collection(stranger):
    source = """
from muster.model.rules import Rule
from muster.plugins import hookimpl

@hookimpl
def rules(state, collection, year):
    if (state, collection) != ("kel", "crafts"):
        return []
    return [Rule(id="PACK-01", title="No more than 50 days", severity="warning", stops="nothing", level="record",
                 flag="days > 50", message="{days} days.", fix="Check.", derived=True, origin="pack")]
"""
    plugins = load_plugins(found=[KELP, stranger("a_pack", source)])
    _, collection = plugins.collection("kel/crafts")
    assert [rule.id for rule in plugins.pack_rules(collection, 2025)] == ["PACK-01"]
