"""Rules of the credential file of fiscal year 2021."""

from datetime import date

import pytest

CR = "credentials"
CATALOG_2020 = [
    {"credential_code": "0983", "credential_id": "mos-associate-2019", "title": "MOS Associate 2019", "program": "52030000", "first_year": 2020, "last_year": 2020},
    {"credential_code": "0984", "credential_id": "typing", "title": "Typing", "program": "52030000", "first_year": 2020, "last_year": 2020},
    {"credential_code": "1183", "credential_id": "mos-associate-2019", "title": "MOS Associate 2019", "program": "52030000", "first_year": 2021, "last_year": 2021},
    {"credential_code": "1283", "credential_id": "mos-associate-2019", "title": "MOS Associate 2019", "program": "52040000", "first_year": 2021, "last_year": 2021},
    {"credential_code": "1184", "credential_id": "mos-expert", "title": "MOS Expert", "program": "52030000", "first_year": 2021, "last_year": 2021},
]  # fmt: skip

CASES = [
    ({}, {}),
    ({"passed": "F"}, {}),
    ({"passed": "Yes", "license_number": "AZ-1 / 7"}, {}),
    ({"test_date": "03/10/2021"}, {}),
    ({"fiscal_year": ""}, {"AZ-CRD-F01": "FiscalYear is blank."}),
    ({"fiscal_year": "21"}, {"AZ-CRD-F01": "FiscalYear 21 is outside 1000 to 9999."}),
    ({"fiscal_year": "2020-21"}, {"AZ-CRD-F01": 'FiscalYear "2020-21" is not a whole number.'}),
    ({"fiscal_year": "999"}, {"AZ-CRD-F01": "FiscalYear 999 is outside 1000 to 9999."}),
    ({"fiscal_year": "10000"}, {"AZ-CRD-F01": "FiscalYear 10000 is outside 1000 to 9999."}),
    ({"fiscal_year": "2020"}, {"AZ-CRD-F01.year": "FiscalYear is 2020, but credentials of 2021 are reported."}),
    ({"ctds": ""}, {"AZ-CRD-F02": "School of Residence CTDS is blank."}),
    ({"taught_by": "0799"}, {"AZ-CRD-F02.repaired": "Course Taught By CTDS 0799 was read as 000000799: the leading zeros were missing.", "AZ-CRD-X04": "000000799 is neither"}),
    ({"taught_by": "79901201"}, {"AZ-CRD-F02.repaired": "Course Taught By CTDS 79901201 was read as 079901201: the leading zeros were missing."}),
    ({"taught_by": "07-99-01-201"}, {"AZ-CRD-F02": 'Course Taught By CTDS "07-99-01-201" holds something other than digits; 9 digits are needed.'}),
    ({"program": ""}, {"AZ-CRD-F02": "Program Number is blank."}),
    ({"course": "520300100"}, {"AZ-CRD-F02": "Course Number 520300100 has 9 digits; 8 are needed."}),
    ({"suid": "12345678901"}, {"AZ-CRD-F02": "Student SUID Number has 11 digits; at most 10 are allowed: 12345678901"}),
    ({"birth_date": "13/01/2004"}, {"AZ-CRD-F02": "Student Birth Date 13/01/2004 is no day of the calendar (MM/DD/YYYY)."}),
    ({"test_date": ""}, {"AZ-CRD-F03": "Test Date is blank."}),
    ({"test_date": "May 7"}, {"AZ-CRD-F03": 'Test Date "May 7" is not a date in the form MM/DD/YYYY.'}),
    ({"test_date": "03/11/2021"}, {"AZ-CRD-F03.future": "Test Date 03/11/2021 is after 03/10/2021."}),
    ({"test_date": "03/15/2004"}, {"AZ-CRD-F03.birth": "Test Date 03/15/2004 is not after the birth date 03/15/2004 of student 100000001."}),
    ({"test_date": "03/16/2004"}, {}),
    ({"passed": ""}, {"AZ-CRD-F04": "Pass/Fail is blank."}),
    ({"passed": "X"}, {"AZ-CRD-F04": 'Pass/Fail "X" is not P, Pass, Y, Yes, F, Fail, N or No.'}),
    ({"credential_code": ""}, {"AZ-CRD-F05": "Credential Code is blank."}),
    ({"credential_code": "118"}, {"AZ-CRD-F05": "Credential Code 118 has 3 digits; 4 are needed."}),
    ({"course": "52030020"}, {"AZ-CRD-X01": "Student 100000001 has no enrollment in course 52030020 of program 52030000 in fiscal year 2021."}),
    ({"course": "52030020", "suid": "100000002", "birth_date": "09/01/2003"}, {"AZ-CRD-X01": "Student 100000002 has no enrollment"}),
    ({"credential_code": "9999"}, {"AZ-CRD-X02": "Credential code 9999 is not in the list of fiscal year 2021."}),
    ({"taught_by": "079901202"}, {"AZ-CRD-X04": "079901202 is neither school 079901201 nor the provider of course 52030010 in its coherent sequence."}),
    ({"suid": "999999999"}, {"AZ-CRD-X05": "Student 999999999 is not known to AzEDS in fiscal year 2021."}),
    ({"ctds": "079901202"}, {"AZ-CRD-X05.school": "Student 100000001 is known to AzEDS, but is not enrolled at 079901202 in fiscal year 2021."}),
    ({"birth_date": "03/16/2004"}, {"AZ-CRD-X05.birth-date": "Birth date 03/16/2004 of student 100000001 differs from AzEDS."}),
    ({"suid": "100000002", "birth_date": "09/01/2003"}, {"AZ-CRD-C04": "Student 100000002 passed, but is not a concentrator of program 52030000, so the credential does not count in measure 5S1."}),
    ({"suid": "100000002", "birth_date": "09/01/2003", "passed": "N"}, {}),
]  # fmt: skip


@pytest.mark.parametrize(("row", "expected"), CASES, ids=lambda value: str(value)[:60])
def test_a_row_gives_these_findings_with_their_sentences(bench, row, expected):
    answer = bench.ask(CR, row)
    assert answer.rules == set(expected)
    for rule, message in expected.items():
        assert answer.messages[rule][0].startswith(message)


def test_the_provider_of_the_sequence_may_have_taught_the_course(bench):
    row = {"program": "46040020", "course": "46040011", "taught_by": "079901202"}
    assert "AZ-CRD-X04" not in bench.ask(CR, row).rules


def test_a_code_of_another_program_is_refused(bench):
    known = [{"suid": "100000001", "program": "46040020", "course": "46040020"}]
    mine = [{"student_id": "100000001", "program": "46040020", "year": 2021}]
    row = {"program": "46040020", "course": "46040020"}
    answer = bench.ask(CR, row, tables={"enrollment": known, "concentrators": mine})
    told = (
        "Credential code 1183 (Microsoft Office Specialist (MOS) – Associate for 2019) "  # noqa: RUF001 - as printed
        "belongs to program 52030000, not 46040020."
    )
    assert answer.messages == {"AZ-CRD-X03": [told]}


def test_last_year_s_code_is_refused_and_the_new_one_named(bench):
    answer = bench.ask(CR, {"credential_code": "0983"}, tables={"credential_codes": CATALOG_2020})
    assert answer.messages == {
        "AZ-CRD-X02": ["Credential code 0983 is not in the list of fiscal year 2021."],
        "AZ-CRD-C03": ["Code 0983 was MOS Associate 2019 last year; this year it is 1183."],
    }
    assert answer.run.accepted == 0


def test_a_credential_that_has_no_code_any_more_is_said_to_have_none(bench):
    answer = bench.ask(CR, {"credential_code": "0984"}, tables={"credential_codes": CATALOG_2020})
    assert answer.messages == {
        "AZ-CRD-X02": ["Credential code 0984 is not in the list of fiscal year 2021."],
        "AZ-CRD-C03.gone": ["Code 0984 was Typing last year; this year's list has no code of it for program 52030000."],
    }


def test_a_code_is_not_refused_where_no_codes_of_the_program_are_known(bench):
    known = {
        "enrollment": [{"suid": "100000001", "program": "46040020", "course": "46040020"}],
        "concentrators": [{"student_id": "100000001", "program": "46040020", "year": 2021}],
    }
    row = {"program": "46040020", "course": "46040020", "credential_code": "1250"}
    answer = bench.ask(CR, row, tables=known)
    message = "Credential code 1250 was not checked: the codes of program 46040020 are not known here."
    assert answer.messages == {"AZ-CRD-X02.unknown": [message]}
    assert answer.run.accepted == 1


def test_a_code_of_another_year_is_refused_whatever_is_known_of_the_program(bench):
    row = {"program": "46040020", "course": "46040020", "credential_code": "0984"}
    assert {"AZ-CRD-X02"} <= bench.ask(CR, row, tables={"credential_codes": CATALOG_2020}).rules


RECORDED = [
    ({"passed": "F"}, {"passed": "P"}, {"AZ-CRD-C02"}),
    ({"passed": "F"}, {"passed": "F"}, {"AZ-CRD-C01"}),
    ({"passed": "P"}, {"passed": "P"}, {"AZ-CRD-C01"}),
    ({"passed": "P"}, {"passed": "F"}, {"AZ-CRD-C01"}),
    ({"passed": "F", "credential_code": "1283"}, {"passed": "P"}, {"AZ-CRD-C01"}),
    ({"credential_code": "1184"}, {}, set()),
    ({"suid": "100000002"}, {}, set()),
]


@pytest.mark.parametrize(("stored", "row", "rules"), RECORDED)
def test_a_credential_is_recorded_once_and_a_failed_one_may_be_passed_later(bench, stored, row, rules):
    answer = bench.ask(CR, row, stored=[stored], tables={"credential_codes": CATALOG_2020})
    assert answer.rules == rules
    if rules == {"AZ-CRD-C01"}:
        assert answer.messages["AZ-CRD-C01"] == ["MOS Associate 2019 is recorded for student 100000001 already."]
        assert answer.run.accepted == 0
    if rules == {"AZ-CRD-C02"}:
        told = "MOS Associate 2019 is recorded as failed for student 100000001; it becomes passed."
        assert answer.messages["AZ-CRD-C02"] == [told]
        assert answer.run.accepted == 1


def test_a_credential_stands_in_a_file_once_even_under_two_codes(bench):
    rows = [
        {},
        {"program": "52040000", "credential_code": "1283", "test_date": "01/02/2021"},
        {"credential_code": "1184"},
    ]
    answer = bench.ask(CR, *rows, tables={"credential_codes": CATALOG_2020}, without=["enrollment", "concentrators"])
    told = "MOS Associate 2019 stands 2 times in this file for student 100000001."
    assert answer.messages["AZ-CRD-C01.file"] == [told, told]
    assert {one.row for one in answer.findings if one.rule == "AZ-CRD-C01.file"} == {2, 3}


@pytest.mark.parametrize(
    ("table", "skipped"),
    [
        ("concentrators", {"AZ-CRD-C04"}),
        ("roster", {"AZ-CRD-X05", "AZ-CRD-X05.school", "AZ-CRD-X05.birth-date"}),
        ("sequence", {"AZ-CRD-X04"}),
    ],
)
def test_a_rule_is_skipped_when_its_table_is_not_loaded(bench, table, skipped):
    answer = bench.ask(CR, {}, without=[table])
    assert {one.rule for one in answer.run.coverage if one.status == "skipped"} == skipped


def test_without_enrollment_nobody_can_say_whether_the_student_is_enrolled(bench):
    answer = bench.ask(CR, without=["enrollment"])
    assert answer.messages == {}
    assert answer.coverage("AZ-CRD-X01").status == "not asked without a database"


@pytest.mark.parametrize("rule", ["AZ-CRD-C01", "AZ-CRD-C02"])
def test_without_a_database_nothing_is_said_about_recorded_credentials(bench, rule):
    assert bench.ask(CR).coverage(rule).status == "not asked without a database"


OUTSIDE = [
    ("AZ-CRD-F06", "The certificate or license number may stay blank and no form of it is known, so there is nothing to ask."),
    ("AZ-CRD-C05", "Told by the deletion of an enrollment, which removes the credentials of this year that hang on it."),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "reason"), OUTSIDE)
def test_what_is_not_asked_of_a_file_says_why(bench, rule, reason):
    coverage = bench.ask(CR).coverage(rule)
    assert (coverage.status, coverage.reason) == ("asked elsewhere", reason)


PROBLEMS = [("unreadable", "AZ-FIL-01"), ("template", "AZ-FIL-02"), ("no-rows", "AZ-FIL-03"), ("window", "AZ-FIL-04"), ("permission", "AZ-FIL-05"), ("seen-before", "AZ-FIL-06")]  # fmt: skip


@pytest.mark.parametrize(("check", "rule"), PROBLEMS)
def test_problems_of_the_file_have_the_state_s_rules(bench, check, rule):
    answer = bench.ask(CR, problems=[(check, "Something about the file.", "")], when="upload", stored=[])
    assert answer.messages == {rule: ["Something about the file."]}
    assert answer.run.stops_file == (rule != "AZ-FIL-06")


def test_an_error_cell_is_named(bench):
    answer = bench.ask(
        CR, {"passed": "#REF!"}, error_cells=[(2, "passed", "#REF!", "error")], file_date=date(2021, 3, 10)
    )
    assert answer.messages == {"AZ-FIL-07": ["Pass/Fail holds the spreadsheet error #REF!."]}
