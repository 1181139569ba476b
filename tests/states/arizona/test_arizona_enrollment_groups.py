"""Rules about several records of enrollment: rows of one file, and what is stored already."""

from datetime import date

import pytest

NA, AR, PS = "non-articulated", "articulated", "postsecondary"
SECOND = {"suid": "100000002", "birth_date": "09/01/2003"}


def test_the_same_row_twice_is_refused(bench):
    answer = bench.ask(NA, {}, SECOND, {})
    assert answer.messages == {"AZ-ENR-C01": ["Rows 2, 4 are the same in every column."]}
    assert answer.finding("AZ-ENR-C01").rows == (2, 4)
    assert answer.run.accepted == 1


def test_rows_that_differ_in_one_column_are_not_the_same(bench):
    assert bench.ask(NA, {}, {"term": "2"}).messages == {}


STORED = [
    (NA, {}, {}, True),
    (AR, {}, {}, True),
    (PS, {}, {}, True),
    (NA, {"period": ""}, {"period": ""}, True),
    (NA, {}, {"credits": "1.00", "course_title": "Other title", "minutes_per_week": "300"}, True),
    (NA, {}, {"ctds": "079901202"}, False),
    (NA, {}, {"term": "2"}, False),
    (NA, {}, {"course": "52030020"}, False),
    (NA, {}, {"suid": "100000002"}, False),
    (AR, {}, {"period": "3"}, False),
    (AR, {}, {"educator_id": "5550002"}, False),
    (AR, {}, {"articulated_ctds": "070802280"}, False),
    (PS, {}, {"teacher_last_name": "Underhill"}, False),
    (PS, {}, {"teacher_first_name": "Bram"}, False),
]


@pytest.mark.parametrize(("layout", "row", "stored", "refused"), STORED)
def test_an_enrollment_that_is_stored_already_is_refused(bench, layout, row, stored, refused):
    answer = bench.ask(layout, row, stored=[stored])
    rule = f"AZ-ENR-C02.{layout}"
    assert (rule in answer.rules) == refused
    if refused:
        course = answer.run.intake.frame["course"][0]
        told = f"This enrollment of student 100000001 in course {course}, term 1, is stored already."
        assert answer.messages[rule] == [told]
        assert answer.run.accepted == 0


def test_without_a_database_nothing_is_said_about_stored_rows(bench):
    coverage = bench.ask(PS).coverage("AZ-ENR-C02.postsecondary")
    assert coverage.status == "not asked without a database"


TWO_OF = [
    (NA, {"educator_id": "5550002"}, "AZ-ENR-C03", "Student 100000001 is in course 52030010, term 1, under several educators: "),
    (AR, {"educator_id": "5550004"}, "AZ-ENR-C03", "Student 100000001 is in course 46040011, term 1, under several educators: "),
    (PS, {"teacher_last_name": "Underhill"}, "AZ-ENR-C03.name", "Student 100000001 is in course 12050010, term 1, under several teachers: "),
    (PS, {"teacher_first_name": "Bram"}, "AZ-ENR-C03.first-name", "Student 100000001 is in course 12050010, term 1, under several teachers named Larkspur: "),
    (NA, {"period": "5"}, "AZ-ENR-C03.period", "Student 100000001 is in course 52030010, term 1, in several periods: "),
    (PS, {"period": "5"}, "AZ-ENR-C03.period", "Student 100000001 is in course 12050010, term 1, in several periods: "),
    (NA, {"educator_id": "5550002", "period": "5"}, "AZ-ENR-C03", "Student 100000001 is in course 52030010, term 1, under several educators: "),
]  # fmt: skip


@pytest.mark.parametrize("where", ["file", "stored"])
@pytest.mark.parametrize(("layout", "other", "rule", "message"), TWO_OF)
def test_a_student_is_in_a_course_and_term_once(bench, layout, other, rule, message, where):
    answer = bench.ask(layout, {}, other) if where == "file" else bench.ask(layout, {}, stored=[other])
    assert answer.rules == {rule}
    assert answer.messages[rule][0].startswith(message)
    assert answer.run.accepted == answer.run.rows


def test_the_values_of_a_group_come_with_their_rows(bench):
    answer = bench.ask(NA, {}, {"period": "5"})
    (message,) = answer.messages["AZ-ENR-C03.period"]
    assert "2: row 2" in message
    assert "5: row 3" in message


@pytest.mark.parametrize("other", [{"term": "2"}, {"course": "52030020"}, SECOND])
def test_other_terms_courses_and_students_are_no_second_teacher(bench, other):
    assert bench.ask(NA, {}, {"educator_id": "5550002"} | other).messages == {}


def test_one_student_has_one_birth_date_in_a_file(bench):
    answer = bench.ask(NA, {}, {"course": "52030020", "birth_date": "03/16/2004"}, without=["roster"])
    assert answer.rules == {"AZ-ENR-C04"}
    (message,) = answer.messages["AZ-ENR-C04"]
    assert message.startswith("Student 100000001 has several birth dates in this file: ")
    assert "03/15/2004" in message
    assert answer.run.accepted == 0


def test_where_azeds_knows_the_birth_date_only_the_row_that_differs_is_refused(bench):
    answer = bench.ask(NA, {}, {"course": "52030020", "birth_date": "03/16/2004"})
    assert [(one.rule, one.row) for one in answer.findings] == [("AZ-ENR-X11", 3)]
    assert answer.run.accepted == 1


def test_two_students_may_have_two_birth_dates(bench):
    assert bench.ask(NA, {}, SECOND).messages == {}


SECTIONS = [
    (NA, {"minutes_per_week": "300"}, "AZ-ENR-C05.minutes", "The section Business I A/B, period 2, of educator 5550001 has several minutes per week: "),
    (AR, {"number_of_weeks": "36"}, "AZ-ENR-C05.weeks", "The section Business I A/B, period 2, of educator 5550001 has several numbers of weeks: "),
    (PS, {"minutes_per_week": "300"}, "AZ-ENR-C05.postsecondary-minutes", "The section Business I A/B, period 2, of Ada Larkspur has several minutes per week: "),
    (PS, {"number_of_weeks": "36"}, "AZ-ENR-C05.postsecondary-weeks", "The section Business I A/B, period 2, of Ada Larkspur has several numbers of weeks: "),
]  # fmt: skip


@pytest.mark.parametrize("where", ["file", "stored"])
@pytest.mark.parametrize(("layout", "other", "rule", "message"), SECTIONS)
def test_a_section_has_one_number_of_minutes_and_of_weeks(bench, layout, other, rule, message, where):
    other = SECOND | other
    answer = bench.ask(layout, {}, other) if where == "file" else bench.ask(layout, {}, stored=[other])
    assert answer.rules == {rule}
    assert answer.messages[rule][0].startswith(message)


ANOTHER_SECTION = [
    (NA, {"period": "3"}),
    (NA, {"educator_id": "5550002"}),
    (NA, {"course_title": "Business I C/D"}),
    (NA, {"term": "2"}),
    (NA, {"course": "52030020"}),
    (PS, {"teacher_first_name": "Bram"}),
    (PS, {"teacher_last_name": "Underhill"}),
]


@pytest.mark.parametrize(("layout", "other"), ANOTHER_SECTION)
def test_another_section_may_have_other_minutes_and_weeks(bench, layout, other):
    row = SECOND | other | {"minutes_per_week": "300", "number_of_weeks": "36"}
    assert bench.ask(layout, {}, row).messages == {}


CREDITS = [("1.00", False), ("1.01", True)]


@pytest.mark.parametrize("where", ["file", "stored"])
@pytest.mark.parametrize(("earned", "fires"), CREDITS)
def test_a_course_gives_at_most_2_credits_over_both_terms(bench, earned, fires, where):
    fall, spring = {"credits": "1.00"}, {"term": "2", "credits": earned}
    answer = bench.ask(NA, fall, spring) if where == "file" else bench.ask(NA, spring, stored=[fall])
    told = "Student 100000001 has 2.01 credits in course 52030010 over both terms; more than 2.00 is unusual."
    assert answer.messages == ({"AZ-ENR-C06": [told]} if fires else {})


def test_a_row_that_stands_twice_is_one_finding_whatever_its_credits(bench):
    assert bench.ask(NA, {"credits": "1.50"}, {"credits": "1.50"}).rules == {"AZ-ENR-C01"}


def test_minutes_out_of_range_are_one_finding_in_a_section_of_right_ones(bench):
    assert bench.ask(NA, {}, SECOND | {"minutes_per_week": "99"}).rules == {"AZ-ENR-R01"}


def test_credits_of_two_courses_are_not_added(bench):
    assert bench.ask(NA, {"credits": "2.00"}, {"course": "52030020", "credits": "2.00"}).messages == {}


def test_a_course_is_reported_by_one_template_in_a_term(bench):
    stored = {"template": AR, "program": "52030000", "course": "52030010"}
    answer = bench.ask(NA, {}, stored=[stored])
    assert answer.rules == {"AZ-ENR-C07"}
    (message,) = answer.messages["AZ-ENR-C07"]
    assert message.startswith("Student 100000001 is reported in course 52030010, term 1, by several templates: ")
    assert answer.run.accepted == 0
    assert bench.ask(NA, {}, stored=[stored | {"term": "2"}]).messages == {}


def test_the_other_template_is_the_finding_not_the_other_teacher(bench):
    stored = {"template": AR, "program": "52030000", "course": "52030010", "educator_id": "5550002", "period": "7"}
    assert bench.ask(NA, {}, stored=[stored]).rules == {"AZ-ENR-C07"}


NO_GRADE = {"suid": "100000005", "birth_date": "05/05/2005"}
NO_GENDER = {"suid": "100000006", "birth_date": "04/04/2004"}


@pytest.mark.parametrize(("layout", "rule"), [(NA, "AZ-ENR-C08"), (AR, "AZ-ENR-C08"), (PS, "AZ-ENR-C08.postsecondary")])
def test_a_section_whose_totals_cannot_agree_is_named_once(bench, layout, rule):
    answer = bench.ask(layout, {}, NO_GRADE, NO_GENDER, SECOND)
    told = (
        "AzEDS lacks grade or gender for students of Business I A/B, period 2, "
        "so the section's totals will differ (rows: 3, 4)."
    )
    assert answer.messages == {rule: [told]}
    assert answer.finding(rule).rows == (3, 4)


@pytest.mark.parametrize("lacking", ["grade", "gender"])
def test_a_roster_that_tells_no_grade_or_no_gender_of_anybody_is_no_finding_a_section(bench, lacking):
    roster = [
        {"student_id": "100000001", "organization_id": "079901201", "year": 2021, "grade": 11, "gender": "F"}
        | {lacking: None}
    ]
    assert bench.ask(NA, {}, tables={"roster": roster}).messages == {}


def test_the_sequences_of_other_districts_are_not_asked_at_finalize(bench):
    rows = [
        {
            "organization_id": school,
            "program": "46040020",
            "course": "46040011",
            "kind": "non-articulated",
            "year": 2021,
        }
        for school in ("079901202", "079902201")
    ]
    answer = bench.ask(NA, {}, tables={"sequence": rows}, stored=[], when="sign")
    assert [one.split(",")[0] for one in answer.messages["AZ-ENR-C09"]] == [
        "Program 46040020 is in the coherent sequence of school 079901202"
    ]


def test_a_program_of_the_sequence_without_enrollment_is_named_at_finalize(bench):
    rows = [
        {"organization_id": "079901201", "program": program, "course": course, "kind": "non-articulated", "year": year}
        for program, course, year in [
            ("52030000", "52030010", 2021),
            ("46040020", "46040011", 2021),
            ("46040020", "46040020", 2021),
            ("12050000", "12050010", 2020),
        ]
    ]
    answer = bench.ask(NA, {}, tables={"sequence": rows}, stored=[{"suid": "100000002"}], when="sign")
    told = (
        "Program 46040020 is in the coherent sequence of school 079901201, "
        "but no student is reported in it in either term."
    )
    assert answer.messages["AZ-ENR-C09"] == [told]
    both = [{}, {"program": "46040020", "course": "46040011"}]
    assert "AZ-ENR-C09" not in bench.ask(NA, {}, tables={"sequence": rows}, stored=both, when="sign").rules


@pytest.mark.parametrize(
    ("rule", "reason"),
    [
        ("AZ-ENR-C09", "asked at signing"),
        ("AZ-ENR-C10", "Asked when enrollment is finalized: it reads the rows that the latest uploads did not add."),
    ],
)
def test_what_finalizing_asks_is_said_to_be_asked_there(bench, rule, reason):
    coverage = bench.ask(NA).coverage(rule)
    assert (coverage.status, coverage.reason) == ("asked elsewhere", reason)


def test_a_rule_is_not_asked_about_a_row_whose_cell_cannot_be_read(bench):
    answer = bench.ask(NA, {"course": "x"}, file_date=date(2021, 3, 10))
    assert answer.rules == {"AZ-ENR-F04"}
    assert answer.coverage("AZ-ENR-X03").not_asked == 1
