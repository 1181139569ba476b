"""``muster states``, ``rules`` and ``layouts``: what is installed."""

import json

KELP = "kel/crafts"


def test_states_counts_what_is_found_derived_and_placeholder(call):
    row = next(line for line in call("states").out.splitlines() if line.startswith("kel\t"))
    assert row == "kel\tKelp Islands\tmuster-kelp 0.3\tcrafts, gifts\t5\t19\t0\t"


def test_states_as_json_names_hooks_and_problems(call):
    rows = {row["plugin"]: row for row in json.loads(call("states", "--json").out)}
    assert rows["kel"]["states"][0]["counts"] == {"found": 5, "derived": 19, "placeholder": 0}
    assert rows["kel"]["problem"] is None
    assert "states" in rows["kel"]["hooks"]


def test_a_broken_plugin_is_a_row_with_the_reason(call, tmp_path, monkeypatch):
    info = tmp_path / "stranger-1.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: stranger\nVersion: 1\n")
    (info / "entry_points.txt").write_text("[muster.states]\nzzz = no_such_module\n")
    monkeypatch.syspath_prepend(tmp_path)
    answer = call("states")
    assert answer.code == 0
    assert "zzz\t\tstranger 1\t\t\t\t\tModuleNotFoundError: No module named 'no_such_module'" in answer.out
    assert "Kelp Islands" in answer.out


def test_rules_of_a_collection(call):
    lines = call("rules", KELP).out.splitlines()
    assert lines[0] == "Rule\tSeverity\tStops\tAsked\tTitle\tSource"
    assert lines[2] == "KEL-02\terror\trow\tvalidate, upload, write\tThe craft is one of the islands' crafts\tTALE:4"


def test_rules_as_json_have_kind_message_and_fix(call):
    rules = {rule["id"]: rule for rule in json.loads(call("rules", KELP, "--json").out)}
    assert rules["KEL-02"]["kind"] == "flag"
    assert rules["KEL-02"]["fix"] == "Choose a craft of the list."


def test_layouts_of_one_year(call):
    out = call("layouts", KELP, "--year", "2026").out
    assert "2026\tslate\t5\tFinished\tboolean\t\tderived\tderived" in out
    assert "2025\t" not in out


def test_layouts_as_json(call):
    years = [layout["year"] for layout in json.loads(call("layouts", KELP, "--json").out)]
    assert years == [2025, 2026]


def test_a_year_without_layout_names_the_years_there_are(call):
    answer = call("layouts", KELP, "--year", "2031")
    assert answer.code == 2
    assert (
        answer.err == "muster: kel/crafts has no layout for 2031. Years with one: 2025, 2026; choose one with --year.\n"
    )


def test_an_unknown_collection_is_exit_2(call):
    answer = call("rules", "kel/nets")
    assert answer.code == 2
    assert 'There is no collection "kel/nets".' in answer.err
