"""Every rule of the CTE End of Year collection: lines that pass, lines that fail, and the bounds between."""

from datetime import date
from pathlib import Path

import pytest

import muster_montana
from muster.declarations import load_state
from muster.intake.reference_csv import catalog_frames, read_reference_folder
from muster.model.runs import RunFacts, school_year
from muster.validation import validate

FAILING = [
    ("MT-R01", {"record_type": "CT"}),
    ("MT-R01", {"record_type": "ce"}),
    ("MT-R01", {"record_type": ""}),
    ("MT-R02", {"district_number": "05831"}),
    ("MT-R02", {"district_number": "583A"}),
    ("MT-R02", {"district_number": "٠٥٨٣"}),
    ("MT-R02", {"district_number": ""}),
    ("MT-R02.zeros", {"district_number": "583"}),
    ("MT-R02.district", {"district_number": "9998"}),
    ("MT-R02.legal-entity", {"district_number": "0310"}),
    ("MT-R02.legal-entity", {"district_number": "0412"}),
    ("MT-R03", {"state_id": "0123456789"}),
    ("MT-R03", {"state_id": "01234567X"}),
    ("MT-R03", {"state_id": ""}),
    ("MT-R03.zeros", {"state_id": "12345678"}),
    ("MT-R04", {"state_id": "999999999"}),
    ("MT-R05", {"state_id": "100000002", "last_name": "Kestrel", "first_name": "Opal", "local_id": "4713"}),
    ("MT-R05", {"state_id": "100000003", "last_name": "Hartwell", "first_name": "Hugo", "local_id": "4714"}),
    ("MT-R05", {"state_id": "100000004", "last_name": "Dunmore", "first_name": "Cora", "local_id": "4715"}),
    ("MT-R07.last-name", {"last_name": "Larkspurr"}),
    ("MT-R07.first-name", {"first_name": "Aida"}),
    ("MT-R07.local-id", {"local_id": "04711"}),
    ("MT-R07.last-name", {"state_id": "100000006", "last_name": "Reed", "first_name": "Tess", "local_id": "4717"}),
    ("MT-R07.local-id", {"state_id": "100000006", "last_name": "Foxglove", "first_name": "Tess", "local_id": "4711"}),
    ("MT-R07.first-name", {"first_name": "A" * 50}),
    ("MT-R07.local-id", {"local_id": "1" * 15}),
    ("MT-R07.form", {"last_name": ""}),
    ("MT-R07.form", {"first_name": ""}),
    ("MT-R07.form", {"first_name": "A" * 51}),
    ("MT-R07.form", {"local_id": "4711A"}),
    ("MT-R07.form", {"local_id": "1" * 16}),
    ("MT-R08", {"pathway": "P18"}),
    ("MT-R08", {"pathway": "p10"}),
    ("MT-R08", {"pathway": "P010"}),
    ("MT-R08.form", {"pathway": "P0010"}),
    ("MT-R08.form", {"pathway": ""}),
    ("MT-R09", {"pathway": "P01"}),
    ("MT-R09", {"pathway": "P06"}),
    ("MT-R09", {"pathway": "P07"}),
    ("MT-R11", {"pathway_credits": "2,50"}),
    ("MT-R11", {"pathway_credits": "-2.50"}),
    ("MT-R11", {"pathway_credits": "2.505"}),
    ("MT-R11", {"pathway_credits": ""}),
    ("MT-R11", {"district_credits": "two"}),
    ("MT-R11", {"district_credits": ""}),
    ("MT-R11", {"transfer_credits": "-0.01"}),
    ("MT-R11", {"transfer_credits": ""}),
    ("MT-R11", {"dual_credits": "1.005"}),
    ("MT-R11", {"work_credits": "NaN"}),
    ("MT-R12", {"transfer_credits": "0.49"}),
    ("MT-R12", {"transfer_credits": "0.51"}),
    ("MT-R13.dual", {"dual_credits": "2.51"}),
    ("MT-R13.work", {"work_credits": "2.51"}),
    ("MT-R14", {"concentrator": "Yes"}),
    ("MT-R14", {"concentrator": ""}),
    ("MT-R14", {"single_parent": "0"}),
    ("MT-R14", {"single_parent": ""}),
    ("MT-R15", {"pathway_credits": "1.99", "district_credits": "1.49", "concentrator": "Y"}),
    ("MT-R15", {"pathway_credits": "2.00", "district_credits": "1.50", "concentrator": "N"}),
    ("MT-R17", {"start_date": "02/30/2023"}),
    ("MT-R17", {"start_date": "2022-07-14"}),
    ("MT-R17", {"start_date": "07/14/22"}),
    ("MT-R17", {"start_date": ""}),
    ("MT-R17.future", {"start_date": "05/21/2025"}),
    ("MT-R18", {"end_year": "25"}),
    ("MT-R18", {"end_year": "2024-25"}),
    ("MT-R18", {"end_year": ""}),
    ("MT-R18", {"end_year": "1999"}),
    ("MT-R18.run", {"end_year": "2000"}),
    ("MT-R18.run", {"end_year": "2099"}),
    ("MT-R18", {"end_year": "2100"}),
    ("MT-R18.run", {"end_year": "2024"}),
    ("MT-R18.run", {"end_year": "2026"}),
]

PASSING = [
    {},
    {"local_id": ""},
    {"local_id": "4711", "last_name": "LARKSPUR", "first_name": "ada"},
    {"state_id": "100000001", "last_name": "Juniper", "first_name": "Levi", "local_id": "4712"},
    {"state_id": "100000005", "last_name": "Ironwood", "first_name": "Mina", "local_id": "4716"},
    {"state_id": "100000006", "last_name": "Foxglove-Reed", "first_name": "Tess", "local_id": "4717"},
    {"state_id": "100000006", "last_name": "FOXGLOVE", "first_name": "Tess", "local_id": "4717"},
    {"state_id": "100000007", "last_name": "Gentian", "first_name": "Rolf", "local_id": "4711"},
    {"pathway": "P05"},
    {"pathway_credits": "2.5", "district_credits": "2", "transfer_credits": "0.5"},
    {"pathway_credits": "0", "district_credits": "0", "transfer_credits": "0", "dual_credits": "", "concentrator": "N"},
    {"dual_credits": "", "work_credits": ""},
    {"dual_credits": "2.50", "work_credits": "2.50"},
    {"pathway_credits": "2.00", "district_credits": "1.50", "concentrator": "Y"},
    {"pathway_credits": "1.99", "district_credits": "1.49", "concentrator": "N"},
    {"single_parent": "Y"},
    {"start_date": "05/20/2025"},
    {"start_date": "02/29/2024"},
]


@pytest.mark.parametrize(("rule", "changes"), FAILING)
def test_one_mistake_is_one_finding(rules_of, rule, changes):
    assert rules_of(changes) == [rule]


@pytest.mark.parametrize("changes", PASSING)
def test_a_right_line_passes(check, changes):
    run = check(changes)
    assert [finding.message for finding in run.findings] == []
    assert (run.verdict, run.accepted) == ("accepted", 1)


@pytest.mark.parametrize("year", [2024, 2025, 2026])
def test_the_same_rules_hold_in_each_year(rules_of, year):
    changes = {"end_year": str(year), "start_date": f"05/01/{year}", "pathway_credits": "9.99"}
    assert "MT-R12" in rules_of(changes, year=year, today=date(year, 5, 20))


def test_zeros_are_put_back_and_the_line_is_taken(check):
    run = check({"district_number": "583", "state_id": "12345678"})
    assert run.accepted == 1
    assert run.typed.select("district_number", "state_id").row(0) == ("0583", "012345678")


def test_a_number_of_another_districts_legal_entity_that_is_a_district_is_just_the_wrong_district(check):
    run = check({"district_number": "0990"}, sender="0583-1234")
    assert [finding.rule for finding in run.findings] == ["MT-R02.legal-entity"]  # 0990 is 0583's own LE number too


def test_without_a_sender_every_district_of_the_state_may_be_in_the_file(rules_of):
    known = {"district_number": "0583"}
    assert rules_of(known, sender=None) == []
    assert rules_of({"district_number": "9998"}, sender=None) == ["MT-R02.unknown"]
    assert rules_of({"district_number": "0310"}, sender=None) == ["MT-R02.legal-entity"]


def test_a_school_sees_which_students_are_not_its_own(check):
    levi = {"state_id": "100000001", "last_name": "Juniper", "first_name": "Levi", "local_id": "4712"}
    run = check({}, levi, sender="0583-1234")
    assert [(finding.rule, finding.row) for finding in run.findings] == [("MT-R06", 3)]
    assert run.accepted == 2


def test_a_student_enrolled_in_two_schools_is_at_home_in_both(rules_of):
    assert rules_of({}, sender="0583-1234") == rules_of({}, sender="0583-1235") == []


def test_credits_that_do_not_add_up_are_one_finding_whatever_follows_from_the_sum(rules_of):
    assert rules_of({"pathway_credits": "0.50"}) == ["MT-R12"]


def test_the_same_student_and_pathway_twice_stops_both_lines(check):
    run = check({}, {"pathway_credits": "3.00", "district_credits": "2.50"}, {"pathway": "P05"})
    found = [(finding.rule, finding.rows) for finding in run.findings]
    assert found == [("MT-R10", (2, 3))]
    assert run.accepted == 1


def test_single_parent_must_agree_over_the_pathways_of_a_student(check):
    run = check({}, {"pathway": "P05", "single_parent": "Y"})
    assert [(finding.rule, finding.rows) for finding in run.findings] == [("MT-R16", (2, 3))]
    assert run.accepted == 2


def test_a_start_after_the_school_year_is_refused_in_summer(rules_of):
    summer = {"today": date(2025, 8, 1)}
    assert rules_of({"start_date": "07/01/2025"}, **summer) == ["MT-R17.year-end"]
    assert rules_of({"start_date": "06/30/2025"}, **summer) == []
    assert rules_of({"start_date": "08/02/2025"}, **summer) == ["MT-R17.future"]


def test_approvals_hold_from_their_first_to_their_last_year(rules_of):
    def rules(pathway, year):
        line = {"pathway": pathway, "end_year": str(year), "state_id": "100000003"}
        return [rule for rule in rules_of(line, year=year, today=date(year, 5, 20)) if rule == "MT-R09"]

    assert rules("P05", 2025) == []
    assert rules("P05", 2026) == ["MT-R09"]
    assert rules("P07", 2026) == []
    assert rules("P06", 2024) == []


def test_no_file_of_2027_is_taken_as_it_stands(montana, collection):
    catalog = next(one for one in montana.catalogs if one.table == "pathways")
    assert {row["last_year"] for row in catalog.rows} == {"2026"}
    assert collection.layouts_of(2027) == ()


NEW_PATHWAYS = (
    "code,name,first_year,last_year,cites,derived,placeholder\nN01,Healthcare & Human Services,2027,,OPI-CTE26,,\n"
)


@pytest.mark.parametrize(("pathways", "found"), [("", ["MT-R08"]), (NEW_PATHWAYS, [])])
def test_pathways_of_2027_are_refused_until_a_catalog_is_supplied(
    tmp_path, monkeypatch, reference_folder, file_of, pathways, found
):
    (tmp_path / "cte_eoy" / "layouts").mkdir(parents=True)
    (tmp_path / "state.toml").write_text('id = "mt"\n')
    (tmp_path / "cte_eoy" / "layouts" / "2027.toml").write_text('id = "eoy"\nextends = 2026\n')
    if pathways:
        (tmp_path / "catalogs").mkdir()
        (tmp_path / "catalogs" / "pathways.csv").write_text(pathways)
    monkeypatch.setenv("MUSTER_OVERLAYS", str(tmp_path))
    state = load_state(Path(muster_montana.__file__).parent)
    tables = catalog_frames(state) | read_reference_folder(reference_folder, state.tables).frames
    first, last = school_year(2027, state.year_start)
    facts = RunFacts(2027, date(2027, 5, 20), first, last, "0583", "0583")
    line = {"pathway": "N01" if pathways else "P10", "end_year": "2027"}
    collection = state.collection("cte-eoy")
    asked = {name: frame for name, frame in tables.items() if name in ("pathways", "organizations")}
    intake = file_of([line], collection.layouts_of(2027)[0])
    run = validate(intake, collection, facts, reference=asked, state=state)
    assert [one.rule for one in run.findings] == found
    assert run.accepted == (0 if found else 1)


@pytest.mark.parametrize(
    ("table", "rule", "reason"),
    [
        ("pathway_approvals", "MT-R09", "needs the list of approved pathways (not loaded)"),
        ("roster", "MT-R04", "needs the roster (not loaded)"),
        ("organizations", "MT-R05", "needs the list of districts and schools (not loaded)"),
    ],
)
def test_rules_are_skipped_when_their_table_is_not_loaded(check, table, rule, reason):
    run = check({}, without=[table])
    coverage = {one.rule: one for one in run.coverage}
    assert (coverage[rule].status, coverage[rule].reason) == ("skipped", reason)
    assert run.verdict == "accepted"


def test_no_rule_crashes_and_none_is_forgotten(check, collection):
    coverage = {one.rule: one.status for one in check({}).coverage}
    assert set(coverage) >= {rule.id for rule in collection.ruleset.rules if "validate" in rule.when}
    assert "crashed" not in coverage.values()
