"""A state's folder: what is read from it, and the sentence each mistake is answered with."""

import shutil
from decimal import Decimal
from pathlib import Path

import pytest

from muster.declarations import load_state
from muster.errors import DeclarationError

KELP = Path(__file__).parents[2] / "toy_state" / "muster_kelp"


@pytest.fixture
def kelp(tmp_path):
    """Return a copy of the toy state's folder, to spoil."""
    return Path(shutil.copytree(KELP, tmp_path / "muster_kelp"))


@pytest.fixture
def overlay(tmp_path, monkeypatch):
    """Return an overlay folder for the toy state that MUSTER_OVERLAYS names."""
    folder = tmp_path / "overlay"
    (folder / "crafts").mkdir(parents=True)
    (folder / "state.toml").write_text('id = "kel"\n')
    monkeypatch.setenv("MUSTER_OVERLAYS", str(folder))
    return folder


def replace(file, old, new):
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new, 1))


def test_a_folder_becomes_a_state(kelp):
    state = load_state(kelp)
    collection = state.collection("crafts")
    assert (state.name, state.vocabulary["certify"]) == ("Kelp Islands", "seal")
    assert collection.years == (2025, 2026)
    assert [rule.id for rule in collection.rules_of(2025)] == ["KEL-01", "KEL-02", "KEL-03", "KEL-04"]
    assert state.table("roster").column("birth_date").private


def test_a_year_is_its_parent_plus_changes(kelp):
    first, second = load_state(kelp).collection("crafts").layouts
    assert first.names == ("village", "stone", "craft", "days", "teacher")
    assert second.names == ("village", "stone", "craft", "days", "finished", "teacher")


def test_a_year_retires_and_changes_columns(kelp):
    file = kelp / "crafts/layouts/2026.toml"
    file.write_text('extends = 2025\nretire = ["days"]\n[change.teacher]\nmost = 50\n')
    layout = load_state(kelp).collection("crafts").layouts[1]
    assert layout.names == ("village", "stone", "craft", "teacher")
    assert layout.column("teacher").most == 50


def test_numbers_with_a_point_stay_exact(kelp):
    with (kelp / "crafts/collection.toml").open("a") as file:
        file.write('[[setting]]\nname = "limit"\ntitle = "Limit"\nvalue = 2.10\nderived = true\n')
    assert load_state(kelp).collection("crafts").settings_of(2025) == {"limit": Decimal("2.10")}


def test_marks_are_counted(kelp):
    counts = load_state(kelp).counts()
    assert (counts["found"], counts["derived"], counts["placeholder"]) == (5, 19, 0)


MISTAKES = [
    ("state.toml", "Pacific/Kiritimati", "Pacific/Atlantis", 'state.time_zone: "Pacific/Atlantis": is no time zone; one is America/Denver. Correct the entry.'),
    ("state.toml", 'agency = "Council of Elders"\n', "", "state.agency: Field required. Add it."),
    ("state.toml", "derived = true", "derived = true\ntides = 2", 'state.tides: "2": Extra inputs are not permitted. Remove it, or correct its spelling.'),
    ("state.toml", "derived = true", "derived =", "is not valid TOML: Invalid value (at line 7, column 10). Correct it there."),
    ("reference.toml", 'name = "roster"', 'name = "rosters"', "table rosters: is not a standard table. Standard tables are: organizations, roster, educators, certificates"),
    ("catalogs/craft_list.csv", "TALE:1", "", "line 2: has no source and no mark. Fill cites, or write true into derived or placeholder."),
    ("catalogs/craft_list.csv", "most_days", "days", 'column "days": is not a column of the table. Table craft_list has: craft, most_days.'),
    ("crafts/collection.toml", '"update"', '"merge"', "collection.on_existing: \"merge\": Input should be 'reject' or 'update'. Choose one of the words named."),
    ("crafts/layouts/2025.toml", 'id = "slate"\n', "", 'id: is missing. Give the layout an id, such as id = "eoy".'),
    ("crafts/layouts/2025.toml", "derived = true", "", 'column.village: has no source and no mark. Add cites = ["..."] or derived = true, to the column or the layout.'),
    ("crafts/layouts/2025.toml", "derived = true", 'derived = true\nretire = ["x"]', "retire / change: needs a parent. Add extends = YEAR."),
    ("crafts/layouts/2025.toml", "most = 40", "most = 40\npad = true", '"pad" needs type = "code" and a "length" to fill up to. Correct the entry.'),
    ("crafts/layouts/2025.toml", "most = 40", "most = 40\nplaces = 2", '"places" belongs to type = "decimal". Correct the entry.'),
    ("crafts/layouts/2025.toml", "minimum = 1", 'allowed = ["1"]', '"allowed" belongs to text and code columns; a boolean lists its words in "true" and "false". Correct the entry.'),
    ("crafts/layouts/2026.toml", "2025", "2024", "extends: there is no layout of 2024. Name an earlier year that slate has."),
    ("crafts/layouts/2026.toml", 'after = "days"', 'after = "moons"', 'after: there is no column "moons". The parent has: village, stone, craft, days, teacher.'),
    ("crafts/layouts/2026.toml", "extends = 2025", 'extends = 2025\nretire = ["moons"]', 'retire: there is no column "moons". The parent has: village, stone, craft, days, teacher.'),
    ("crafts/rules.toml", 'id = "KEL-02"', 'id = "KEL-01"', "rule KEL-01: is declared twice. Ids are for ever and used once."),
    ("crafts/rules.toml", 'id = "KEL-02"', 'id = "kel 2"', 'rule kel 2.id: "kel 2": String should match pattern'),
    ("crafts/rules.toml", 'cites = ["TALE:4"]', "", 'a rule without a source: give "cites" or "derived = true". Correct the entry.'),
    ("crafts/rules.toml", 'flag = "NOT known.found"', "", "give exactly one of columns, flag, unique, agree, file, python, outside. Correct the entry."),
    ("crafts/rules.toml", 'flag = "NOT known.found"', 'outside = "gate"', 'a rule asked elsewhere says so: give "reason". Correct the entry.'),
    ("crafts/rules.toml", 'flag = "NOT known.found"', 'agree = "days"', '"agree" needs "per", the columns of the group. Correct the entry.'),
    ("crafts/rules.toml", 'message = "Craft {craft} is not on the list of crafts."', "", 'give "message": what is wrong, with the value, in one sentence. Correct the entry.'),
    ("crafts/rules.toml", 'flag = "NOT known.found"', "python = true", 'rule KEL-02: is in Python, but there is no rules.py. Write the function there and mark it @rule("...").'),
]  # fmt: skip


@pytest.mark.parametrize(("name", "old", "new", "sentence"), MISTAKES)
def test_a_mistake_names_file_key_and_remedy(kelp, name, old, new, sentence):
    replace(kelp / name, old, new)
    with pytest.raises(DeclarationError) as caught:
        load_state(kelp)
    assert str(caught.value).startswith(str(kelp / name))
    assert sentence in str(caught.value)


def test_a_setting_without_a_mark_does_not_load(kelp):
    with (kelp / "crafts/collection.toml").open("a") as file:
        file.write('[[setting]]\nname = "limit"\ntitle = "Limit"\nvalue = 2\n')
    with pytest.raises(DeclarationError, match=r"setting limit: has no source and no mark. Add cites"):
        load_state(kelp)


def test_a_missing_file_is_named(kelp):
    (kelp / "state.toml").unlink()
    with pytest.raises(DeclarationError, match=r"state.toml: the file: is missing. Add it to the state's folder."):
        load_state(kelp)


def test_a_file_in_another_encoding_is_named(kelp):
    (kelp / "state.toml").write_bytes('name = "Kélp"'.encode("latin-1"))
    with pytest.raises(DeclarationError, match="state.toml: the file: is not UTF-8 text. Save it as UTF-8."):
        load_state(kelp)


def test_a_layout_file_is_named_after_its_year(kelp):
    (kelp / "crafts/layouts/2025.toml").rename(kelp / "crafts/layouts/next.toml")
    (kelp / "crafts/layouts/2026.toml").unlink()
    with pytest.raises(DeclarationError, match="the file's name: is not a school year. Name it 2025.toml for 2024-25."):
        load_state(kelp)


def test_a_catalog_file_needs_its_table(kelp):
    (kelp / "catalogs/moons.csv").write_text("moon,cites\nfull,TALE:9\n")
    with pytest.raises(DeclarationError, match=r"moons.csv: the file: belongs to no catalog table. Declare the table"):
        load_state(kelp)


def test_a_table_may_not_bear_the_name_of_a_collection(kelp):
    for name in ("reference.toml", "crafts/rules.toml"):
        replace(kelp / name, '"craft_list"', '"crafts"')
    (kelp / "catalogs/craft_list.csv").rename(kelp / "catalogs/crafts.csv")
    sentence = "table crafts: bears the name of a collection, whose stored records have that name. Rename the table."
    with pytest.raises(DeclarationError, match=sentence):
        load_state(kelp)


def test_an_overlay_replaces_texts_settings_of_rules_and_catalogs(kelp, overlay):
    (overlay / "state.toml").write_text('id = "kel"\n[vocabulary]\ncertify = "bind"\n')
    (overlay / "catalogs").mkdir()
    (overlay / "catalogs/craft_list.csv").write_text("craft,most_days,cites\nnets,10,TALE:7\n")
    (overlay / "crafts/rules.toml").write_text('[[rule]]\nid = "KEL-03"\nseverity = "error"\nstops = "row"\n')
    state = load_state(kelp)
    rule = next(one for one in state.collection("crafts").rules_of(2025) if one.id == "KEL-03")
    assert state.vocabulary == {**load_state(KELP).vocabulary, "certify": "bind"}
    assert [row["craft"] for row in state.catalogs[0].rows] == ["nets"]
    assert (rule.severity, rule.stops, rule.flag) == ("error", "row", "days > known.most_days")


def test_an_overlay_adds_a_year_and_changes_the_digest(kelp, overlay):
    before = load_state(kelp).overlay
    (overlay / "crafts/layouts").mkdir()
    (overlay / "crafts/layouts/2027.toml").write_text('extends = 2026\nretire = ["finished"]\n')
    state = load_state(kelp)
    assert state.collection("crafts").years == (2025, 2026, 2027)
    assert len(state.overlay) == 64
    assert state.overlay != before


def test_an_overlay_of_another_state_changes_nothing(kelp, overlay):
    (overlay / "state.toml").write_text('id = "other"\n')
    assert load_state(kelp).overlay == ""


def test_an_overlay_brings_no_new_rules(kelp, overlay):
    (overlay / "crafts/rules.toml").write_text('[[rule]]\nid = "KEL-99"\nseverity = "error"\n')
    sentence = "rule KEL-99: is no rule of the collection. Correct the id; new rules come in a rule pack."
    with pytest.raises(DeclarationError, match=sentence):
        load_state(kelp)


def test_a_mistake_in_an_overlay_names_the_overlays_file(kelp, overlay):
    (overlay / "crafts/rules.toml").write_text('[[rule]]\nid = "KEL-03"\nseverity = "grave"\n')
    with pytest.raises(DeclarationError, match=f'{overlay}/crafts/rules.toml: rule KEL-03.severity: "grave"'):
        load_state(kelp)


def test_an_overlay_says_which_state_it_is_for(kelp, overlay):
    (overlay / "state.toml").write_text('name = "x"\n')
    with pytest.raises(DeclarationError, match="id: is missing. Name the state that the overlay is for."):
        load_state(kelp)


def test_an_overlay_that_is_no_folder_is_named(kelp, monkeypatch):
    monkeypatch.setenv("MUSTER_OVERLAYS", "/no/such/folder")
    with pytest.raises(DeclarationError, match="MUSTER_OVERLAYS: is not a folder. Correct the path, or take it out."):
        load_state(kelp)


def test_production_refuses_placeholders(kelp, monkeypatch):
    replace(kelp / "catalogs/craft_list.csv", "TALE:1,,", ",,true")
    assert load_state(kelp).counts()["placeholder"] == 1
    monkeypatch.setenv("MUSTER_MODE", "production")
    sentence = "has 1 placeholders, which production refuses. Supply the official codes with an overlay."
    with pytest.raises(DeclarationError, match=sentence):
        load_state(kelp)
