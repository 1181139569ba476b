"""Rules that compare a file with what is on record, and those that are asked at signing."""

from datetime import date
from decimal import Decimal

import pytest

from muster.reporting.wording import cause_sentence

FEWER = {"pathway_credits": "2.00", "district_credits": "1.50"}
SAME = {}
MORE = {"pathway_credits": "2.51", "district_credits": "2.01"}


@pytest.mark.parametrize(("changes", "found"), [(FEWER, ["MT-R19"]), (SAME, []), (MORE, [])])
def test_credits_on_record_do_not_fall(rules_of, stored, changes, found):
    assert rules_of(changes, stored=[stored()]) == found


def test_the_finding_names_both_numbers_of_credits(check, stored):
    (finding,) = check(FEWER, stored=[stored()]).findings
    assert finding.message == "Pathway credits of student 012345678 in P10 fall from 2.50 to 2.00."
    assert (finding.row, finding.column, finding.stops) == (2, "pathway_credits", "nothing")


def test_what_is_on_record_but_not_in_the_file_is_said_and_left(check, stored):
    (finding,) = check({}, stored=[stored(), stored(pathway="P05")]).findings
    assert (finding.rule, finding.severity, finding.row) == ("MT-R20", "info", None)
    assert finding.message == (
        "Student 012345678, pathway P05: on record for this school year, but not in the file. The record stays as it is."
    )


def test_all_that_is_not_in_the_file_is_one_cause_with_the_title_of_the_rule(check, stored):
    missing = [stored(pathway=one) for one in ("P05", "P05", "P01")]
    missing[1] |= {"state_id": "100000001"}
    run = check({}, stored=[stored(), *missing])
    (cause,) = run.findings.causes()
    assert (cause.rule, cause.findings, cause.value) == ("MT-R20", 3, None)
    assert cause_sentence(cause).startswith("What is on record is in the file; for example: Student ")


def test_records_of_a_district_that_is_not_in_the_file_are_not_missed(rules_of, stored):
    assert rules_of({}, stored=[stored(), stored(district_number="0990")]) == []


def test_one_line_by_hand_does_not_miss_all_the_others(rules_of, stored):
    assert rules_of({}, stored=[stored(), stored(pathway="P05")], when="write") == []


def test_a_new_pathway_must_agree_with_the_single_parent_answer_on_record(check, stored):
    run = check({"pathway": "P05", "single_parent": "Y"}, {}, stored=[stored(), stored(pathway="P05")])
    assert [finding.rule for finding in run.findings] == ["MT-R16"]
    alone = check({"pathway": "P05", "single_parent": "Y"}, stored=[stored()])
    assert {(finding.rule, finding.row) for finding in alone.findings} == {("MT-R16", 2), ("MT-R20", None)}


def test_a_line_that_replaces_the_answer_on_record_agrees_with_itself(rules_of, stored):
    assert rules_of({"single_parent": "Y"}, stored=[stored()]) == []


def test_without_a_database_these_rules_say_so(check):
    coverage = {one.rule: one.status for one in check({}).coverage}
    assert coverage["MT-R19"] == coverage["MT-R20"] == "not asked without a database"


def test_uploads_know_window_person_and_earlier_files_only_with_a_database(check):
    coverage = {one.rule: one.status for one in check({}).coverage}
    assert {coverage[rule] for rule in ("MT-U01", "MT-U02", "MT-U03")} == {"not asked without a database"}


def test_the_edition_is_no_matter_of_a_file(check):
    coverage = {one.rule: (one.status, one.reason) for one in check({}).coverage}
    assert coverage["MT-U04"] == (
        "asked elsewhere",
        "The state edition offers no import; a check of a file knows no edition.",
    )
    assert coverage["MT-U05"] == (
        "asked elsewhere",
        "Asked before certifying: a resync after the last change takes the records to the state edition.",
    )


@pytest.mark.parametrize(
    ("modified", "listed"),
    [
        (date(2024, 6, 30), False),
        (date(2024, 7, 1), True),
        (date(2024, 7, 8), True),
        (date(2025, 6, 30), True),
        (date(2025, 7, 1), False),
    ],
)
def test_the_list_of_records_modified_this_year_runs_from_july_to_june(check, stored, modified, listed):
    run = check({}, stored=[stored(modified_date=modified)], when="sign")
    messages = [finding.message for finding in run.findings if finding.rule == "MT-VE"]
    day = modified.strftime("%m/%d/%Y")
    text = f"Student 012345678, pathway P10: modified on {day}, in this school year."
    assert messages == ([text] if listed else [])


def test_nothing_is_said_about_modified_records_before_signing(rules_of, stored):
    assert rules_of({}, stored=[stored()]) == []


def test_two_reports_of_the_guide_stop_a_signature(check):
    wrong = {"single_parent": "Y", "concentrator": "N", "pathway": "P05"}
    run = check({}, wrong, stored=[], when="sign")
    stops = {one.rule: (one.severity, one.stops) for one in run.findings if one.stops != "nothing"}
    assert stops == {"MT-R15": ("warning", "signature"), "MT-R16": ("warning", "signature")}


def test_the_guides_example_is_wrong_before_and_right_after(rules_of):
    business = {"pathway": "P05", "single_parent": "Y", "concentrator": "N", "start_date": "07/08/2024"}
    business |= {"pathway_credits": "0.50", "district_credits": "0.50", "transfer_credits": "0", "dual_credits": ""}
    health = {"concentrator": "N", "pathway_credits": "1.50", "district_credits": "1.50", "transfer_credits": "0"}
    after = {"pathway_credits": "2.5", "district_credits": "2.5", "transfer_credits": "0", "dual_credits": "1"}
    assert rules_of(business, health) == ["MT-R16"]
    assert rules_of(business, {**after, "concentrator": "Y", "single_parent": "Y"}) == []


def test_credits_are_compared_as_decimals(rules_of, stored):
    almost = {"pathway_credits": "0.30", "district_credits": "0.10", "transfer_credits": "0.20", "concentrator": "N"}
    records = [stored(pathway_credits=Decimal("0.30"))]
    assert rules_of({**almost, "dual_credits": ""}, stored=records) == []


def test_students_are_counted_once_before_signing(check):
    other = {"state_id": "100000001", "concentrator": "N", "pathway_credits": "1.00", "district_credits": "0.50"}
    run = check({}, {"pathway": "P05", "single_parent": "Y"}, other, when="sign")
    counts = {finding.rule: finding.message for finding in run.findings if finding.severity == "info"}
    assert counts == {
        "MT-VA": "Concentrators: 1. Participants: 1.",
        "MT-VB": "Single parents: 1.",
    }


def test_no_student_is_a_count_too(check):
    unreadable = {"concentrator": "maybe", "single_parent": "maybe"}
    messages = {finding.message for finding in check(unreadable, when="sign").findings}
    assert {"Concentrators: 0. Participants: 0.", "Single parents: 0."} <= messages


def test_reports_that_show_another_rules_findings_say_which(check):
    coverage = {one.rule: (one.status, one.reason) for one in check({}, when="sign").coverage}
    assert coverage["MT-VC"] == ("asked elsewhere", "The report lists the findings of MT-R16 at signing.")
    assert coverage["MT-VD"] == ("asked elsewhere", "The report lists the findings of MT-R15 at signing.")
