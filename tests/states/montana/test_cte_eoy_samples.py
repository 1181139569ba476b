"""Made-up files of the CTE End of Year collection: nothing is said of a clean one, and exactly the key of a spoiled one."""

import json
from datetime import date

import polars as pl
import pytest

from muster.intake import read
from muster.intake.reference_csv import catalog_frames, read_reference_folder
from muster.model.runs import RunFacts, school_year
from muster.testing.agreement import disagreements
from muster.testing.samples import write_sample
from muster.validation import validate
from muster_montana.cte_eoy.sample import CteEoySamples

YEARS = [2024, 2025, 2026]

pytestmark = pytest.mark.whole


@pytest.fixture
def sample(collection, tmp_path):
    """Return a function that writes a sample and returns its folder and key."""

    def write(errors, year=2025, rows=150, seed=1, people=None):
        folder = tmp_path / f"{year}-{seed}"
        write_sample(
            CteEoySamples(), collection, year=year, rows=rows, errors=errors, seed=seed, people=people, directory=folder
        )
        return folder, json.loads((folder / "expected.json").read_text())

    return write


@pytest.fixture
def run_of(montana, collection):
    """Return a function that checks one file of a sample as its key says."""

    def run(folder, key, file):
        loaded = read_reference_folder(folder / "reference", montana.tables)
        assert not loaded.problems
        first, last = school_year(key["year"], montana.year_start)
        sender = file["organization"] or None
        day = date.fromisoformat(file["as_of"])
        facts = RunFacts(key["year"], day, first, last, sender, sender[:4] if sender else None)
        intake = read(folder / file["file"], file["file"], collection.layouts_of(key["year"]))
        tables = catalog_frames(montana) | loaded.frames
        return validate(intake, collection, facts, reference=tables, state=montana)

    return run


@pytest.mark.parametrize("year", YEARS)
def test_nothing_is_said_of_a_clean_file(sample, run_of, year):
    folder, key = sample("none", year, rows=500)
    run = run_of(folder, key, key["files"][0])
    assert [finding.message for finding in run.findings] == []
    assert (run.rows, run.accepted) == (500, 500)


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("year", YEARS)
def test_of_every_mistake_exactly_its_rules_speak_up(sample, run_of, year, seed):
    folder, key = sample("each", year, seed=seed)
    asked = [file for file in key["files"] if not file["upload"]]
    assert [one for file in asked for one in disagreements(file, run_of(folder, key, file))] == []


def test_a_share_of_mistakes_is_found_as_well(sample, run_of):
    folder, key = sample(0.1, rows=400)
    (file,) = key["files"]
    assert len(file["mistakes"]) == 40
    assert disagreements(file, run_of(folder, key, file)) == []


def test_every_rule_that_a_file_can_break_has_a_mistake(collection):
    maker = CteEoySamples()
    made = {mutation.rule for mutation in (*maker.mutations, *maker.file_mutations)}
    unmade = {rule.id for rule in collection.ruleset.rules} - made
    assert unmade == {
        *("MT-U04", "MT-U05"),  # asked of an edition
        *("MT-VA", "MT-VB", "MT-VC", "MT-VD", "MT-VE"),  # asked at signing
    }


def test_the_people_of_a_folder_take_the_place_of_made_up_ones(sample, run_of, tmp_path):
    people = tmp_path / "people"
    people.mkdir()
    names = ["Amber", "Birch", "Clay"]
    roster = pl.DataFrame({"student_id": ["604821", "604822", "S-7"], "last_name": names, "first_name": ["Al"] * 3})
    roster.write_csv(people / "roster.csv")
    organizations = pl.DataFrame({"name": ["Grand Bend ISD", "Grand Bend High"], "kind": ["district", "school"]})
    organizations.write_csv(people / "organizations.csv")
    folder, key = sample("none", rows=3, people=people)
    run = run_of(folder, key, key["files"][0])
    assert set(run.typed["last_name"]) <= set(names)
    assert "000604821" in run.typed["state_id"].to_list()
    assert (len(run.findings), run.accepted) == (0, 3)
    assert "Grand Bend ISD" in (folder / "reference/organizations.csv").read_text()
    assert key["notes"] == [
        "The people are the folder's; numbers of district and schools, enrollments, pathways and credits are made up."
    ]


def test_too_few_people_are_said(sample, tmp_path):
    people = tmp_path / "people"
    people.mkdir()
    (people / "roster.csv").write_text("student_id,last_name,first_name\n1,Amber,Al\n")
    _, key = sample("none", rows=50, people=people)
    assert key["notes"][1] == "The folder has 1 people, fewer than the rows asked for need."
