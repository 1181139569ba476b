"""Rules about one record of the enrollment templates, alone and against what is known elsewhere."""

from datetime import date

import pytest

NA, AR, PS = "non-articulated", "articulated", "postsecondary"
SITE, COLLEGE, SECOND_SCHOOL = "070802280", "079955001", "079901202"

BY_KIND = [
    ("52030010", "99", "99 minutes per week are outside 100 to 1500, the range of Accounting I (regular)."),
    ("52030010", "100", None),
    ("52030010", "1500", None),
    ("52030010", "1501", "1501 minutes per week are outside 100 to 1500, the range of Accounting I (regular)."),
    ("52030075", "99", "99 minutes per week are outside 100 to 2000, the range of Accounting Internship (internship)."),
    ("52030075", "2000", None),
    (
        "52030075",
        "2001",
        "2001 minutes per week are outside 100 to 2000, the range of Accounting Internship (internship).",
    ),
    ("52030070", "1501", None),
    (
        "52030070",
        "2001",
        "2001 minutes per week are outside 100 to 2000, the range of Accounting Diversified Cooperative Education (dce).",
    ),
    ("52030080", "100", None),
    (
        "52030080",
        "2001",
        "2001 minutes per week are outside 100 to 2000, the range of Accounting Cooperative Education (coop).",
    ),
]


@pytest.mark.parametrize(("course", "minutes", "message"), BY_KIND)
def test_minutes_are_in_the_range_of_the_kind_of_course(bench, course, minutes, message):
    row = {"course": course, "minutes_per_week": minutes, "suid": "100000002", "birth_date": "09/01/2003"}
    answer = bench.ask(NA, row)
    assert answer.messages == ({"AZ-ENR-R01": [message]} if message else {})


def test_the_kind_of_course_comes_from_the_catalog_not_from_the_last_digits(bench):
    row = {"program": "10020090", "course": "10020083", "minutes_per_week": "1501"}
    assert bench.ask(NA, row).rules == {"AZ-ENR-X14"}


@pytest.mark.parametrize(
    ("minutes", "fires"), [("49", True), ("50", False), ("80", False), ("81", True), ("250", True)]
)
def test_a_range_of_the_course_itself_goes_before_that_of_its_kind(bench, minutes, fires):
    ranges = [
        {"course_type": "regular", "low": 100, "high": 1500},
        {"course_type": "regular", "course": "52030010", "low": 50, "high": 80},
    ]
    answer = bench.ask(NA, {"minutes_per_week": minutes}, tables={"minute_ranges": ranges})
    message = f"{minutes} minutes per week are outside 50 to 80, the range of course 52030010."
    assert answer.messages == ({"AZ-ENR-R01.course": [message]} if fires else {})


CASES = [
    (AR, {"articulated_ctds": "079901201"}, {"AZ-ENR-R02": "Articulated CTDS 079901201 is the school of residence itself."}),
    (PS, {"articulated_ctds": "079901201"}, {"AZ-ENR-R02": "Articulated CTDS 079901201 is the school of residence itself."}),
    (NA, {"teacher_email": "ada@mail.example"}, {"AZ-ENR-R04": "ada@mail.example does not end in an e-mail domain known for Saguaro High School or its district."}),
    (NA, {"teacher_email": "ada@notsaguaro.example"}, {"AZ-ENR-R04": "ada@notsaguaro.example does not end"}),
    (NA, {"teacher_email": "ADA@Saguaro.Example"}, {}),
    (AR, {"teacher_email": "ada@saguaro.example"}, {}),
    (AR, {"teacher_email": "ada@staff.saguaro.example"}, {}),
    (NA, {"teacher_email": "ada@staff.saguaro.example"}, {}),
    (NA, {"teacher_email": "saguaro.example@mail.example"}, {"AZ-ENR-R04": "saguaro.example@mail.example does not end"}),
    (AR, {"teacher_email": "ada@mesquite.example"}, {"AZ-ENR-R04.provider": "ada@mesquite.example does not end in an e-mail domain known for Ocotillo High School or its district."}),
    (PS, {"teacher_email": "ada@mail.example"}, {}),
    (PS, {"course": "12050020", "articulated_ctds": COLLEGE, "teacher_email": "ada@mail.example"}, {"AZ-ENR-R04.provider": "ada@mail.example does not end in an e-mail domain known for Mesquite Community College or its district."}),
    (PS, {"course": "12050020", "articulated_ctds": COLLEGE, "teacher_email": "ada@mesquite.example"}, {}),
    (NA, {"educator_id": "1111111"}, {"AZ-ENR-R05": "Educator ID 1111111 is a placeholder, not a teacher's own number."}),
    (NA, {"educator_id": "1175684"}, {"AZ-ENR-R05": "Educator ID 1175684 is a placeholder, not a teacher's own number."}),
    (AR, {"educator_id": "4726896"}, {"AZ-ENR-R05": "Educator ID 4726896 is a placeholder, not a teacher's own number."}),
    (PS, {"teacher_last_name": "UNKNOWN"}, {"AZ-ENR-R05.name": "The teacher's last name is given as UNKNOWN."}),
    (NA, {"ctds": "079901999"}, {"AZ-ENR-X01": "CTDS 079901999 is not an active school in fiscal year 2021."}),
    (NA, {"ctds": "079901203"}, {"AZ-ENR-X01": "CTDS 079901203 is not an active school in fiscal year 2021."}),
    (NA, {"ctds": SITE}, {"AZ-ENR-X01": "CTDS 070802280 is not an active school in fiscal year 2021."}),
    (NA, {"ctds": "079902201"}, {"AZ-ENR-X01.district": "CTDS 079902201 (Palo Verde High School) is not a school of district 079901."}),
    (NA, {"program": "52039900"}, {"AZ-ENR-X02.unknown": "Program 52039900 was not checked: the list of approved programs is not complete here.", "AZ-ENR-X04": "Course 52030010 of program 52039900 is not in the coherent sequence"}),
    (NA, {"course": "52030083"}, {"AZ-ENR-X03": "Course 52030083 is not a course of program 52030000 Accounting in fiscal year 2021."}),
    (NA, {"program": "12050000"}, {"AZ-ENR-X03": "Course 52030010 is not a course of program 12050000 Culinary Arts in fiscal year 2021."}),
    (NA, {"course": "52030040"}, {"AZ-ENR-X04": "Course 52030040 of program 52030000 is not in the coherent sequence of school 079901201 for fiscal year 2021."}),
    (NA, {"program": "46040020", "course": "46040011"}, {"AZ-ENR-X05": "The non-articulated template was used, but the coherent sequence of school 079901201 has course 46040011 as articulated."}),
    (AR, {"program": "52030000", "course": "52030010"}, {"AZ-ENR-X05": "The articulated template was used, but the coherent sequence of school 079901201 has course 52030010 as non-articulated."}),
    (AR, {"articulated_ctds": "079902201", "teacher_email": "ada@paloverde.example"}, {"AZ-ENR-X06": "Articulated CTDS 079902201 is not the provider of course 46040011 in the coherent sequence, which is 079901202."}),
    (AR, {"course": "46040020", "articulated_ctds": SITE}, {"AZ-ENR-X07": "070802280 West-MEC Gateway Community College is a CTED location at a postsecondary campus."}),
    (AR, {"course": "46040025", "articulated_ctds": COLLEGE, "teacher_email": "ada@mesquite.example"}, {"AZ-ENR-X07.college": "079955001 Mesquite Community College is a postsecondary institution."}),
    (PS, {"program": "46040020", "course": "46040011", "articulated_ctds": SECOND_SCHOOL, "teacher_email": "ada@ocotillo.example"}, {"AZ-ENR-X08": "079901202 is neither a postsecondary institution nor a CTED location at a postsecondary campus."}),
    (NA, {"suid": "100000007", "birth_date": "07/07/2004"}, {"AZ-ENR-X09": "Student 100000007 is known to AzEDS, but is not enrolled at 079901201 in fiscal year 2021."}),
    (NA, {"suid": "100000008", "birth_date": "08/08/2004"}, {}),
    (NA, {"suid": "999999999"}, {"AZ-ENR-X10": "Student 999999999 is not known to AzEDS in fiscal year 2021."}),
    (NA, {"suid": "100000009", "birth_date": "09/09/2004"}, {"AZ-ENR-X10": "Student 100000009 is not known to AzEDS in fiscal year 2021."}),
    (NA, {"birth_date": "03/16/2004"}, {"AZ-ENR-X11": "Birth date 03/16/2004 of student 100000001 differs from AzEDS."}),
    (NA, {"educator_id": "9999999"}, {"AZ-ENR-X12": "Educator ID 9999999 is not in the state registry of educators."}),
    (NA, {"program": "01010090", "course": "01010012"}, {"AZ-ENR-X16": "Program 01010090 Agribusiness Systems is discontinued: fiscal year 2021 is its last."}),
    (NA, {"suid": "100000004", "birth_date": "08/30/2006"}, {"AZ-ENR-X17": "Student 100000004 is in grade 8 by AzEDS; CTE enrollment is counted in grades 9 to 12."}),
    (NA, {"suid": "100000002", "birth_date": "09/01/2003"}, {}),
]  # fmt: skip


@pytest.mark.parametrize(("layout", "row", "expected"), CASES, ids=lambda value: str(value)[:60])
def test_one_cause_gives_one_finding_with_its_sentence(bench, layout, row, expected):
    answer = bench.ask(layout, row)
    assert answer.rules == set(expected)
    for rule, message in expected.items():
        assert answer.messages[rule][0].startswith(message)


PRINTED_NOWHERE = "03/15/2004"


def test_the_true_birth_date_is_never_told(bench):
    answer = bench.ask(NA, {"birth_date": "03/16/2004"})
    assert PRINTED_NOWHERE not in repr(answer.findings)


def test_a_program_is_refused_in_the_year_after_its_last(bench):
    year = {
        "roster": [
            {"student_id": "100000001", "organization_id": "079901201", "year": 2022, "grade": 12, "gender": "F"}
        ]
    }
    answer = bench.ask(NA, {"program": "46030030", "course": "46030010"}, year=2022, tables=year)
    message = "Program 46030030 is not on the list of approved programs of fiscal year 2022."
    assert answer.messages == {"AZ-ENR-X02": [message]}


def test_a_program_that_the_shipped_list_lacks_is_taken_where_the_school_has_it(bench):
    mine = [bench.offered("51990000", "51990010")]
    answer = bench.ask(NA, {"program": "51990000", "course": "51990010"}, tables={"sequence": mine})
    assert answer.rules == {"AZ-ENR-X02.unknown"}
    assert answer.run.accepted == 1


def test_once_the_agency_says_that_its_list_is_complete_a_program_that_lacks_is_refused(arizona, bench):
    mine = [bench.offered("51990000", "51990010")]
    complete = type(bench)(_with_setting(arizona, "programs_complete", value=True))
    answer = complete.ask(NA, {"program": "51990000", "course": "51990010"}, tables={"sequence": mine})
    message = "Program 51990000 is not on the list of approved programs of fiscal year 2021."
    assert answer.messages == {"AZ-ENR-X02": [message]}
    assert answer.run.accepted == 0


def _with_setting(state, name, *, value):
    collections = []
    for one in state.collections:
        settings = [each.model_copy(update={"value": value}) if each.name == name else each for each in one.settings]
        collections.append(one.model_copy(update={"settings": tuple(settings)}))
    return state.model_copy(update={"collections": tuple(collections)})


def test_a_course_is_left_alone_where_the_courses_of_its_program_are_not_all_known(bench):
    answer = bench.ask(NA, {"program": "10020030", "course": "10020055"}, without=["sequence"])
    message = "Course 10020055 was not checked: the courses of program 10020030 Graphic Design are not all known here."
    assert answer.messages == {"AZ-ENR-X03.unknown": [message]}
    assert answer.run.accepted == 1


def test_without_knowing_who_reports_any_active_school_will_do(bench):
    roster = [{"student_id": "100000001", "organization_id": "079902201", "year": 2021, "grade": 11, "gender": "F"}]
    row = {"ctds": "079902201", "teacher_email": "ada@paloverde.example"}
    answer = bench.ask(NA, row, tables={"roster": roster}, without=["sequence"], district=None, organization=None)
    assert answer.messages == {}


AGES = [
    ("03/10/2010", {"AZ-ENR-X11"}),
    ("03/11/2010", {"AZ-ENR-X11", "AZ-ENR-R03.age"}),
    ("03/11/1995", {"AZ-ENR-X11"}),
    ("03/10/1995", {"AZ-ENR-X11", "AZ-ENR-R03.age"}),
    ("03/09/2021", {"AZ-ENR-X11", "AZ-ENR-R03.age"}),
    ("03/10/2021", {"AZ-ENR-X11", "AZ-ENR-R03"}),
]


@pytest.mark.parametrize(("born", "rules"), AGES)
def test_students_are_11_to_25_and_born_before_the_day_of_the_file(bench, born, rules):
    answer = bench.ask(NA, {"birth_date": born})
    assert answer.rules == rules
    if "AZ-ENR-R03" in rules:
        assert answer.messages["AZ-ENR-R03"] == [f"Birth date {born} of student 100000001 is not before 03/10/2021."]
    if "AZ-ENR-R03.age" in rules:
        told = f"By birth date {born} student 100000001 is younger than 11 or older than 25."
        assert answer.messages["AZ-ENR-R03.age"] == [told]


def test_an_old_file_checked_today_is_judged_by_the_end_of_its_year(bench):
    late = {"file_date": date(2030, 1, 1)}
    assert bench.ask(NA, {"birth_date": "07/01/1995"}, **late).rules == {"AZ-ENR-X11"}
    assert bench.ask(NA, {"birth_date": "06/30/1995"}, **late).rules == {"AZ-ENR-X11", "AZ-ENR-R03.age"}
    intern = {"course": "52030075", "birth_date": "07/01/2005"}
    assert bench.ask(NA, intern, **late).rules == {"AZ-ENR-X11", "AZ-ENR-X14", "AZ-ENR-X15"}
    assert bench.ask(NA, intern | {"birth_date": "06/30/2005"}, **late).rules == {"AZ-ENR-X11", "AZ-ENR-X14"}


def test_a_student_born_on_february_29_is_of_age_on_the_28th_of_a_common_year(bench):
    row, at = {"birth_date": "02/29/1996"}, {"year": 2022, "without": ["roster"]}
    assert bench.ask(NA, row, file_date=date(2022, 2, 27), **at).rules == set()
    assert bench.ask(NA, row, file_date=date(2022, 2, 28), **at).rules == {"AZ-ENR-R03.age"}


INTERNS = [("03/10/2005", False), ("03/11/2005", True), ("02/28/2005", False)]


@pytest.mark.parametrize(("born", "fires"), INTERNS)
def test_an_intern_is_16_on_the_day_of_the_file(bench, born, fires):
    roster = [{"student_id": "100000003", "organization_id": "079901201", "year": 2021, "grade": 10, "gender": "F"}]
    history = [{"student_id": "100000003", "program": "52030000", "course": "52030010", "school_year": 2020}]
    row = {"course": "52030075", "suid": "100000003", "birth_date": born}
    answer = bench.ask(NA, row, tables={"roster": roster, "course_history": history})
    told = f"By birth date {born} student 100000003 is younger than 16, but is in Accounting Internship."
    assert answer.messages == ({"AZ-ENR-X15": [told]} if fires else {})


@pytest.mark.parametrize(
    ("table", "rules"),
    [
        ("organizations", ["AZ-ENR-X01", "AZ-ENR-X01.district", "AZ-ENR-R04"]),
        ("sequence", ["AZ-ENR-X04", "AZ-ENR-X05"]),
        ("roster", ["AZ-ENR-X09", "AZ-ENR-X10", "AZ-ENR-X11", "AZ-ENR-X17", "AZ-ENR-C08"]),
        ("educators", ["AZ-ENR-X12"]),
        ("certificates", ["AZ-ENR-X13.internship", "AZ-ENR-X13.coop", "AZ-ENR-X13.dce", "AZ-ENR-X13.regular"]),
        ("course_history", ["AZ-ENR-X14"]),
    ],
)
def test_a_rule_is_skipped_with_the_reason_when_its_table_is_not_loaded(bench, table, rules):
    answer = bench.ask(NA, without=[table])
    assert answer.messages == {}
    skipped = {one.rule: one.reason for one in answer.run.coverage if one.status == "skipped"}
    assert sorted(skipped) == sorted(rules)
    assert all(reason.endswith("(not loaded)") for reason in skipped.values())
