"""The key of every Arizona sample and what ``validate`` finds in it are the same, file by file."""

import json
from datetime import date
from pathlib import Path

import pytest

from muster.intake import read
from muster.intake.reference_csv import catalog_frames, read_reference_folder
from muster.model.runs import RunFacts
from muster.testing.agreement import disagreements
from muster.testing.samples import write_sample
from muster.validation import validate
from muster_arizona import samples

pytestmark = pytest.mark.whole

KINDS = [("enrollment", 2020), ("enrollment", 2021), ("enrollment", 2022), ("credentials", 2021)]


def _write(arizona, name, year, folder, *, rows=400, errors="each", people=None):
    collection = arizona.collection(name)
    write_sample(
        samples("az", name), collection, year=year, rows=rows, errors=errors, seed=7, people=people, directory=folder
    )
    return json.loads((folder / "expected.json").read_text())


def _run(arizona, name, year, folder, file, key):
    collection = arizona.collection(name)
    reference = catalog_frames(arizona) | read_reference_folder(folder / "reference", arizona.tables).frames
    layouts = collection.layouts_of(year)
    facts = RunFacts(
        year=year, file_date=date.fromisoformat(file["as_of"]), year_start=date(year - 1, 7, 1),
        year_end=date(year, 6, 30), organization=key["organization"], district=key["organization"],
    )  # fmt: skip
    intake = read(Path(folder / file["file"]), file["file"], layouts)
    return validate(intake, collection, facts, reference=reference, state=arizona)


@pytest.mark.parametrize(("name", "year"), KINDS)
def test_every_mistake_is_found_and_nothing_else(arizona, tmp_path, name, year):
    key = _write(arizona, name, year, tmp_path)
    said = []
    for file in key["files"]:
        if not file["upload"]:
            said += disagreements(file, _run(arizona, name, year, tmp_path, file, key))
    assert said == []


@pytest.mark.parametrize(("name", "year"), KINDS)
def test_a_share_of_rows_with_mistakes_is_found_as_well(arizona, tmp_path, name, year):
    key = _write(arizona, name, year, tmp_path, rows=300, errors=0.1)
    assert sum(len(file["mistakes"]) for file in key["files"]) == 30 * len(key["files"])
    for file in key["files"]:
        assert disagreements(file, _run(arizona, name, year, tmp_path, file, key)) == []


@pytest.mark.parametrize(("name", "year"), KINDS)
def test_a_district_without_mistakes_has_no_finding(arizona, tmp_path, name, year):
    key = _write(arizona, name, year, tmp_path, rows=200, errors="none")
    for file in key["files"]:
        run = _run(arizona, name, year, tmp_path, file, key)
        assert [one.message for one in run.findings] == []
        assert run.accepted == run.rows == 200


MADE_OTHERWISE = {
    "AZ-ENR-R01.course": "the shipped catalog has no range of one course",
    "AZ-ENR-R01.unknown": "a rule of 2020",
    "AZ-ENR-R06": "a rule of 2022",
    "AZ-ENR-X02": "no program of the shipped catalog ended before 2021",
    "AZ-ENR-C07": "needs records of another template",
    "AZ-ENR-C09": "asked at signing",
    "AZ-ENR-C10": "asked at signing",
    "AZ-CRD-F06": "asks nothing",
    "AZ-CRD-C03": "the shipped catalog has no codes of 2020",
    "AZ-CRD-C03.gone": "the shipped catalog has no codes of 2020",
    "AZ-CRD-C05": "told by a deletion",
}


@pytest.mark.parametrize("name", ["enrollment", "credentials"])
def test_the_sample_of_2021_has_a_mistake_for_every_rule_that_a_file_can_break(arizona, tmp_path, name):
    key = _write(arizona, name, 2021, tmp_path)
    intended = {one["rule"] for file in key["files"] for one in file["mistakes"]}
    declared = {rule.id for rule in arizona.collection(name).ruleset.rules}
    assert declared - intended - MADE_OTHERWISE.keys() == set()


SKIPPED = {
    "AZ-ENR-C02.non-articulated", "AZ-ENR-C02.articulated", "AZ-ENR-C02.postsecondary", "AZ-CRD-C01", "AZ-CRD-C02",
    "AZ-FIL-04", "AZ-FIL-05", "AZ-FIL-06",
}  # fmt: skip


@pytest.mark.parametrize("name", ["enrollment", "credentials"])
def test_without_a_database_only_what_needs_one_is_not_asked(arizona, tmp_path, name):
    key = _write(arizona, name, 2021, tmp_path, rows=60, errors="none")
    for file in key["files"]:
        run = _run(arizona, name, 2021, tmp_path, file, key)
        not_asked = {one.rule for one in run.coverage if one.status in ("skipped", "not asked without a database")}
        assert not_asked <= SKIPPED
        assert not [one.rule for one in run.coverage if one.status == "crashed"]


def test_a_sample_of_given_people_says_what_was_made_up(arizona, tmp_path):
    people = tmp_path / "people"
    people.mkdir()
    (people / "roster.csv").write_text(
        "student_id,last_name,first_name,birth_date,grade,gender\n4711,Ro,Al,2004-02-29,11,F\nx-9,Do,Mi,2005-01-01,,M\n"
    )
    key = _write(arizona, "credentials", 2021, tmp_path / "out", rows=3, errors="none", people=people)
    assert key["notes"] == [
        "The people are the folder's; schools, teachers, courses, credits and what the folder lacks are made up.",
        "The folder has 2 people, fewer than the 3 needed.",
    ]
    roster = (tmp_path / "out" / "reference" / "roster.csv").read_text()
    assert "4711" in roster
    assert "x-9" not in roster
