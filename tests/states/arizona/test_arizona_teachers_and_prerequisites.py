"""Rules about who may teach a course, and what a student took before an internship or cooperative course."""

from datetime import date

import pytest

NA, AR, PS = "non-articulated", "articulated", "postsecondary"
SITE, COLLEGE, SECOND_SCHOOL = "070802280", "079955001", "079901202"

OLD_HAND = {"suid": "100000002", "birth_date": "09/01/2003"}
TEACHERS = [
    ("52030075", "5550001", {}),
    ("52030075", "5550002", {}),
    ("52030075", "5550003", {"AZ-ENR-X13.internship": "Educator 5550003 has no CTE certificate valid on 05/01/2021 in any program, as an internship needs."}),
    ("52030075", "5550004", {}),
    ("52030075", "5550005", {"AZ-ENR-X13.internship": "Educator 5550005 has no CTE certificate valid on 05/01/2021 in any program, as an internship needs."}),
    ("52030080", "5550001", {}),
    ("52030080", "5550002", {"AZ-ENR-X13.coop": "Educator 5550002 lacks a CTE certificate for program 52030000 or the Cooperative Education Endorsement (CEN), valid on 05/01/2021."}),
    ("52030080", "5550004", {"AZ-ENR-X13.coop": "Educator 5550004 lacks a CTE certificate for program 52030000 or the"}),
    ("52030070", "5550001", {}),
    ("52030070", "5550004", {}),
    ("52030070", "5550002", {"AZ-ENR-X13.dce": "Educator 5550002 lacks a CTE certificate or the Cooperative Education Endorsement (CEN), valid on 05/01/2021."}),
    ("52030070", "5550005", {"AZ-ENR-X13.dce": "Educator 5550005 lacks a CTE certificate or the"}),
    ("52030020", "5550003", {}),
]  # fmt: skip


@pytest.mark.parametrize(("course", "educator", "expected"), TEACHERS)
def test_teachers_have_the_certificates_of_the_kind_of_course(bench, course, educator, expected):
    answer = bench.ask(NA, OLD_HAND | {"course": course, "educator_id": educator})
    assert answer.rules == set(expected)
    for rule, message in expected.items():
        assert answer.messages[rule][0].startswith(message)


DAYS = [(date(2021, 5, 1), date(2027, 6, 30), False), (date(2021, 5, 2), date(2027, 6, 30), True), (date(2015, 7, 1), date(2021, 5, 1), False), (date(2015, 7, 1), date(2021, 4, 30), True), (None, None, False)]  # fmt: skip


@pytest.mark.parametrize(("since", "until", "fires"), DAYS)
def test_a_certificate_counts_when_it_is_valid_on_may_1(bench, since, until, fires):
    mine = [
        {"educator_id": "5550003", "certificate": "CTE", "program": "52030000", "valid_from": since, "valid_to": until}
    ]
    row = OLD_HAND | {"course": "52030075", "educator_id": "5550003"}
    answer = bench.ask(NA, row, tables={"certificates": mine})
    assert answer.rules == ({"AZ-ENR-X13.internship"} if fires else set())


def test_regular_courses_need_a_certificate_the_program_accepts_once_the_agency_has_said_which(bench):
    answer = bench.ask(AR, {"educator_id": "5550002"})
    message = "Educator 5550002 has no certificate valid on 05/01/2021 that program 46040020 accepts."
    assert answer.messages == {"AZ-ENR-X13.regular": [message]}
    assert bench.ask(AR, {"educator_id": "5550004"}).messages == {}


def test_a_course_of_unknown_role_is_asked_like_any_other(bench):
    answer = bench.ask(
        NA, {"program": "12050000", "course": "12050010"}, tables={"sequence": [bench.offered("12050000", "12050010")]}
    )
    assert answer.messages == {}
    assert answer.run.accepted == 1


def test_certificates_for_regular_courses_are_unknown_until_certification_requirements_are_loaded(bench):
    answer = bench.ask(AR, {"educator_id": "5550002"}, without=["certification_requirements"])
    assert answer.messages == {}
    coverage = answer.coverage("AZ-ENR-X13.regular")
    assert (coverage.status, coverage.reason) == (
        "skipped",
        "needs the certificates accepted for regular courses (not loaded)",
    )


def test_an_internship_follows_a_regular_course_of_the_program(bench):
    answer = bench.ask(NA, {"course": "52030075"})
    message = "No regular course of program 52030000 is known for student 100000001, who is in Accounting Internship."
    assert answer.messages == {"AZ-ENR-X14": [message]}
    assert bench.ask(NA, OLD_HAND | {"course": "52030075"}).messages == {}


def test_of_a_student_nobody_knows_no_earlier_course_is_asked_for(bench):
    assert bench.ask(NA, {"course": "52030075", "suid": "999999999"}).rules == {"AZ-ENR-X10"}


def test_a_provider_that_is_not_the_sequence_s_is_one_finding_whatever_it_is(bench):
    row = {"articulated_ctds": SECOND_SCHOOL, "teacher_email": "ada@ocotillo.example"}
    assert bench.ask(PS, row).rules == {"AZ-ENR-X06"}
    assert bench.ask(AR, {"articulated_ctds": SITE}).rules == {"AZ-ENR-X06"}
    at_college = {"articulated_ctds": COLLEGE, "teacher_email": "ada@mesquite.example"}
    assert bench.ask(AR, at_college).rules == {"AZ-ENR-X06"}


def test_an_internship_taken_before_is_no_regular_course(bench):
    row = {"course": "52030080", "suid": "100000003", "birth_date": "01/20/2005"}
    assert bench.ask(NA, row).rules == {"AZ-ENR-X14"}


@pytest.mark.parametrize("course", ["12050030", "12050010"])
def test_an_earlier_course_that_the_catalog_lacks_may_have_been_a_regular_one(bench, course):
    mine = [bench.offered("12050000", "12050075")]
    history = [{"student_id": "100000001", "program": "12050000", "course": course, "school_year": 2020}]
    row = {"program": "12050000", "course": "12050075"}
    assert bench.ask(NA, row, tables={"sequence": mine, "course_history": history}).messages == {}
    assert bench.ask(NA, row, tables={"sequence": mine}).rules == {"AZ-ENR-X14"}


def test_a_regular_course_of_this_file_or_of_the_stored_records_counts(bench):
    assert bench.ask(NA, {"course": "52030075"}, {"course": "52030020"}).messages == {}
    assert bench.ask(NA, {"course": "52030075"}, stored=[{"course": "52030020"}]).messages == {}
    assert bench.ask(NA, {"course": "52030075"}, stored=[{"course": "52030070"}]).rules == {"AZ-ENR-X14"}
