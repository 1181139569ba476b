"""Rules about one cell of the enrollment templates: what a clerk reads for each, and where the bounds lie."""

import pytest

NA, AR, PS = "non-articulated", "articulated", "postsecondary"

WRONG = [
    (NA, {"ctds": ""}, "AZ-ENR-F01", "CTDS is blank."),
    (NA, {"ctds": "07-99-01-201"}, "AZ-ENR-F01", 'CTDS "07-99-01-201" holds something other than digits; 9 digits are needed.'),
    (NA, {"ctds": "0799012011"}, "AZ-ENR-F01", "CTDS 0799012011 has 10 digits; 9 are needed."),
    (NA, {"term": ""}, "AZ-ENR-F02", "Term is blank."),
    (NA, {"term": "3"}, "AZ-ENR-F02", 'Term "3" is not 1 or 2.'),
    (NA, {"term": "0"}, "AZ-ENR-F02", 'Term "0" is not 1 or 2.'),
    (NA, {"program": ""}, "AZ-ENR-F03", "Program Number is blank."),
    (NA, {"program": "52.0300.00"}, "AZ-ENR-F03", 'Program Number "52.0300.00" holds something other than digits; 8 digits are needed.'),
    (NA, {"course": ""}, "AZ-ENR-F04", "Course Number is blank."),
    (NA, {"course": "520300100"}, "AZ-ENR-F04", "Course Number 520300100 has 9 digits; 8 are needed."),
    (NA, {"course_title": ""}, "AZ-ENR-F05", "Local Course Title is blank."),
    (NA, {"course_title": "x" * 101}, "AZ-ENR-F05", "Local Course Title has 101 characters; at most 100 are allowed: "),
    (NA, {"educator_id": ""}, "AZ-ENR-F06", "Educator's ID is blank."),
    (NA, {"educator_id": "12-3456"}, "AZ-ENR-F06", 'Educator\'s ID "12-3456" holds something other than digits; 7 digits are needed.'),
    (AR, {"educator_id": "555001"}, "AZ-ENR-F06", "Educator's ID 555001 has 6 digits; 7 are needed."),
    (AR, {"educator_id": "55500011"}, "AZ-ENR-F06", "Educator's ID 55500011 has 8 digits; 7 are needed."),
    (PS, {"teacher_first_name": ""}, "AZ-ENR-F07", "Teacher First Name is blank."),
    (PS, {"teacher_last_name": "x" * 51}, "AZ-ENR-F07", "Teacher Last Name has 51 characters; at most 50 are allowed: "),
    (NA, {"teacher_email": ""}, "AZ-ENR-F08", "Teacher's Email Address is blank."),
    (NA, {"teacher_email": "ada.example"}, "AZ-ENR-F08.form", 'Teacher\'s Email Address "ada.example" is not an e-mail address of at most 100 characters.'),
    (NA, {"teacher_email": "ada@saguaro"}, "AZ-ENR-F08.form", 'Teacher\'s Email Address "ada@saguaro" is not an e-mail address'),
    (NA, {"teacher_email": "a" * 85 + "@saguaro.example"}, "AZ-ENR-F08.form", 'Teacher\'s Email Address "aaaa'),
    (NA, {"period": "x" * 61}, "AZ-ENR-F09", "Period has 61 characters; at most 60 are allowed: "),
    (NA, {"period": ""}, "AZ-ENR-F10", "Period is blank."),
    (NA, {"minutes_per_week": ""}, "AZ-ENR-F11", "Minutes Per Week is blank."),
    (NA, {"minutes_per_week": "250.5"}, "AZ-ENR-F11", 'Minutes Per Week "250.5" is not a whole number.'),
    (NA, {"minutes_per_week": "10000"}, "AZ-ENR-F11", "Minutes Per Week 10000 is outside 0 to 9999."),
    (NA, {"number_of_weeks": ""}, "AZ-ENR-F12", "Number of Weeks is blank."),
    (NA, {"number_of_weeks": "3"}, "AZ-ENR-F12", "Number of Weeks 3 is outside 4 to 52."),
    (NA, {"number_of_weeks": "53"}, "AZ-ENR-F12", "Number of Weeks 53 is outside 4 to 52."),
    (AR, {"articulated_ctds": ""}, "AZ-ENR-F13", "Articulated CTDS is blank."),
    (PS, {"articulated_ctds": "Gateway"}, "AZ-ENR-F13", 'Articulated CTDS "Gateway" holds something other than digits; 9 digits are needed.'),
    (NA, {"suid": ""}, "AZ-ENR-F14", "SUID is blank."),
    (NA, {"suid": "10000000A"}, "AZ-ENR-F14", 'SUID "10000000A" holds something other than digits; only digits are needed.'),
    (NA, {"suid": "10000000001"}, "AZ-ENR-F14", "SUID has 11 digits; at most 10 are allowed: 10000000001"),
    (NA, {"birth_date": ""}, "AZ-ENR-F15", "Student Birthdate is blank."),
    (NA, {"birth_date": "02/30/2004"}, "AZ-ENR-F15", "Student Birthdate 02/30/2004 is no day of the calendar (MM/DD/YYYY)."),
    (NA, {"birth_date": "2004-03-15"}, "AZ-ENR-F15", 'Student Birthdate "2004-03-15" is not a date in the form MM/DD/YYYY.'),
    (NA, {"credits": "half"}, "AZ-ENR-F16", 'Credits Earned "half" is not a number.'),
    (NA, {"credits": "0.505"}, "AZ-ENR-F16", "Credits Earned 0.505 has 3 decimals; at most 2 are allowed."),
    (NA, {"credits": "-0.01"}, "AZ-ENR-F16", "Credits Earned -0.01 is outside 0 to 99.99."),
    (NA, {"credits": "100.00"}, "AZ-ENR-F16", "Credits Earned 100.00 is outside 0 to 99.99."),
    (NA, {"credits": ""}, "AZ-ENR-F17", "Credits Earned of student 100000001 in course 52030010 is (blank)."),
    (NA, {"credits": "0"}, "AZ-ENR-F17", "Credits Earned of student 100000001 in course 52030010 is 0.00."),
    (NA, {"ctds": "79901201"}, "AZ-ENR-F19", "CTDS 79901201 was read as 079901201: the leading zeros were missing."),
    (NA, {"program": "1010090", "course": "01010012"}, "AZ-ENR-F19", "Program Number 1010090 was read as 01010090: the leading zeros were missing."),
    (NA, {"program": "01010090", "course": "1010012"}, "AZ-ENR-F19", "Course Number 1010012 was read as 01010012: the leading zeros were missing."),
    (AR, {"articulated_ctds": "79901202"}, "AZ-ENR-F19", "Articulated CTDS 79901202 was read as 079901202: the leading zeros were missing."),
]  # fmt: skip

DISCONTINUED = {"AZ-ENR-X16"}
WARNINGS = ("AZ-ENR-F10", "AZ-ENR-F17", "AZ-ENR-F19")


@pytest.mark.parametrize(("layout", "row", "rule", "message"), WRONG, ids=lambda value: str(value)[:40])
def test_one_wrong_cell_is_one_finding(bench, layout, row, rule, message):
    answer = bench.ask(layout, row)
    assert answer.rules - DISCONTINUED == {rule}
    assert answer.messages[rule][0].startswith(message)
    assert answer.finding(rule).row == 2
    assert answer.run.accepted == (1 if rule in WARNINGS else 0)


RIGHT = [
    (NA, {}),
    (AR, {}),
    (PS, {}),
    (NA, {"term": "2"}),
    (NA, {"course_title": "x" * 100}),
    (PS, {"teacher_first_name": "x" * 50, "teacher_last_name": "O'Larkin"}),
    (NA, {"teacher_email": "a" * 84 + "@saguaro.example"}),
    (NA, {"teacher_email": "o'larkin+cte@saguaro.example"}),
    (NA, {"period": "x" * 60}),
    (NA, {"period": "1/2 ödd & even"}),
    (NA, {"number_of_weeks": "4"}),
    (NA, {"number_of_weeks": "52"}),
    (NA, {"credits": "0.01"}),
    (NA, {"credits": ".5"}),
    (NA, {"credits": "2"}),
]


@pytest.mark.parametrize(("layout", "row"), RIGHT, ids=str)
def test_a_right_row_has_no_finding(bench, layout, row):
    answer = bench.ask(layout, row)
    assert answer.messages == {}
    assert answer.run.accepted == 1


@pytest.mark.parametrize("suid", ["7", "1234567890"])
def test_a_student_number_of_1_to_10_digits_is_well_formed(bench, suid):
    assert bench.ask(NA, {"suid": suid}).rules == {"AZ-ENR-X10"}


@pytest.mark.parametrize(("earned", "rules"), [("4.00", set()), ("4.01", {"AZ-ENR-F18"}), ("99.99", {"AZ-ENR-F18"})])
def test_many_credits_in_one_row_are_a_warning(bench, earned, rules):
    answer = bench.ask(NA, {"credits": earned})
    assert answer.rules - {"AZ-ENR-C06"} == rules
    if rules:
        assert answer.messages["AZ-ENR-F18"] == [f"{earned} credits in one course and term is more than 4.00."]


def test_an_error_cell_is_named_as_such_and_nothing_else_is_said_about_it(bench):
    answer = bench.ask(NA, {"suid": "#N/A"}, error_cells=[(2, "suid", "#N/A", "error")])
    assert answer.messages == {"AZ-FIL-07": ["SUID holds the spreadsheet error #N/A."]}
    assert answer.run.accepted == 0


def test_a_formula_without_a_result_is_an_error_cell_too(bench):
    answer = bench.ask(AR, {"credits": ""}, error_cells=[(2, "credits", "", "formula")])
    assert answer.messages == {"AZ-FIL-07": ["Credits Earned holds a formula without a stored result."]}


FILE_PROBLEMS = [
    ("unreadable", "AZ-FIL-01", "Save the file as an Excel workbook (xlsx or xls), without a password, and send it again."),
    ("template", "AZ-FIL-02", "Download the template of this fiscal year from the agency's website and copy the rows into it."),
    ("no-rows", "AZ-FIL-03", "Enter one row a student and course below the headings, and send the file again."),
]  # fmt: skip


@pytest.mark.parametrize(("check", "rule", "fix"), FILE_PROBLEMS)
def test_a_file_that_cannot_be_used_is_one_finding_with_what_to_do(bench, check, rule, fix):
    answer = bench.ask(NA, problems=[(check, "The file is of no use.", "")])
    assert answer.messages[rule] == ["The file is of no use."]
    assert answer.finding(rule).fix == fix
    assert answer.run.verdict == "file rejected"


@pytest.mark.parametrize("rule", ["AZ-FIL-04", "AZ-FIL-05", "AZ-FIL-06"])
def test_what_an_upload_decides_is_not_asked_of_a_file_alone(bench, rule):
    assert bench.ask(NA).coverage(rule).status == "not asked without a database"


UPLOAD_PROBLEMS = [
    ("window", "AZ-FIL-04", "file rejected"),
    ("permission", "AZ-FIL-05", "file rejected"),
    ("seen-before", "AZ-FIL-06", "accepted with warnings"),
]


@pytest.mark.parametrize(("check", "rule", "verdict"), UPLOAD_PROBLEMS)
def test_an_upload_reports_what_it_decides_under_the_state_s_rules(bench, check, rule, verdict):
    answer = bench.ask(
        NA, problems=[(check, "Enrollment is closed since June 15, 2021.", "")], when="upload", stored=[]
    )
    assert answer.messages == {rule: ["Enrollment is closed since June 15, 2021."]}
    assert answer.run.verdict == verdict


def test_student_type_is_asked_for_from_2022_on(bench):
    year = {
        "roster": [
            {"student_id": "100000001", "organization_id": "079901201", "year": 2022, "grade": 12, "gender": "F"}
        ]
    }
    assert bench.ask(NA, {}, year=2022, tables=year).messages == {}
    answer = bench.ask(NA, {"student_type": ""}, year=2022, tables=year)
    assert answer.messages == {"AZ-ENR-R06": ["Student Type is blank."]}


def test_fiscal_year_2020_has_no_email_address_and_no_known_range_of_minutes(bench):
    year = {
        "roster": [
            {"student_id": "100000001", "organization_id": "079901201", "year": 2020, "grade": 10, "gender": "F"}
        ]
    }
    answer = bench.ask(NA, {"minutes_per_week": "20"}, year=2020, tables=year)
    assert answer.messages == {}
    told = "Minutes per week were not checked: the ranges of fiscal year 2020 are not known."
    assert answer.coverage("AZ-ENR-R01.unknown").reason == told
    assert "AZ-ENR-R01" not in {one.rule for one in answer.run.coverage}
    assert answer.coverage("AZ-ENR-R04").status == "not applicable"
