"""What a data reporter reads: the sentence of every rule about a line, its column, and what to do."""

from datetime import date

import pytest

ENROLLED_ELSEWHERE = {"state_id": "100000002", "last_name": "Kestrel", "first_name": "Opal", "local_id": "4713"}
NOT_ENROLLED = (
    "Student 100000002 has no primary, partial or special education enrollment in district 0583"
    " in the school year that ends in 2025."
)

MESSAGES = [
    ("MT-R01", "Record Type", {"record_type": "CT"}, 'Record Type "CT" is not CE.'),
    ("MT-R01", "Record Type", {"record_type": ""}, "Record Type is blank."),
    ("MT-R02", "District Number", {"district_number": "05831"}, "District Number 05831 has 5 digits; 4 are needed."),
    ("MT-R02", "District Number", {"district_number": ""}, "District Number is blank."),
    (
        "MT-R02.zeros",
        "District Number",
        {"district_number": "583"},
        "District Number 583 was read as 0583: the leading zeros were missing.",
    ),
    (
        "MT-R02.district",
        "District Number",
        {"district_number": "9998"},
        "District number 9998 is not that of the sender, 0583.",
    ),
    (
        "MT-R02.legal-entity",
        "District Number",
        {"district_number": "0310"},
        "District number 0310 looks like a Legal Entity (LE) number.",
    ),
    (
        "MT-R03",
        "Student State ID",
        {"state_id": "0123456789"},
        "Student State ID 0123456789 has 10 digits; 9 are needed.",
    ),
    (
        "MT-R03.zeros",
        "Student State ID",
        {"state_id": "12345678"},
        "Student State ID 12345678 was read as 012345678: the leading zeros were missing.",
    ),
    (
        "MT-R04",
        "Student State ID",
        {"state_id": "999999999"},
        "State ID 999999999 belongs to no student of the roster.",
    ),
    (
        "MT-R05",
        "Student State ID",
        ENROLLED_ELSEWHERE,
        NOT_ENROLLED,
    ),
    (
        "MT-R07.last-name",
        "Last Name",
        {"last_name": "Juniper"},
        "Last name Juniper differs from the roster's for state ID 012345678.",
    ),
    (
        "MT-R07.first-name",
        "First Name",
        {"first_name": "Aida"},
        "First name Aida differs from the roster's for state ID 012345678.",
    ),
    (
        "MT-R07.local-id",
        "Student Local ID",
        {"local_id": "4712"},
        "Local ID 4712 differs from the roster's for state ID 012345678.",
    ),
    ("MT-R07.form", "Last Name", {"last_name": ""}, "Last Name is blank."),
    (
        "MT-R08",
        "CTE Pathway",
        {"pathway": "P18"},
        "P18 is not the code of a Montana pathway in the school year that ends in 2025.",
    ),
    ("MT-R08.form", "CTE Pathway", {"pathway": "P0010"}, "CTE Pathway has 5 characters; at most 4 are allowed: P0010"),
    (
        "MT-R09",
        "CTE Pathway",
        {"pathway": "P06"},
        "District 0583 is not approved to offer pathway P06, Design & Construction (ITE).",
    ),
    ("MT-R11", "Pathway Credits", {"pathway_credits": "2,50"}, 'Pathway Credits "2,50" is not a number.'),
    (
        "MT-R11",
        "Work Based Learning Credits",
        {"work_credits": "0.125"},
        "Work Based Learning Credits 0.125 has 3 decimals; at most 2 are allowed.",
    ),
    ("MT-R11", "Transfer Credits", {"transfer_credits": "-0.01"}, "Transfer Credits -0.01 is less than 0."),
    (
        "MT-R12",
        "Pathway Credits",
        {"transfer_credits": "0.49"},
        "Pathway credits are 2.50, but district credits 2.00 and transfer credits 0.49 do not add up to that.",
    ),
    (
        "MT-R13.dual",
        "Dual Enrollment Credits",
        {"dual_credits": "2.51"},
        "Dual enrollment credits (2.51) are more than the pathway credits (2.50) they are part of.",
    ),
    (
        "MT-R13.work",
        "Work Based Learning Credits",
        {"work_credits": "2.51"},
        "Work based learning credits (2.51) are more than the pathway credits (2.50) they are part of.",
    ),
    ("MT-R14", "Student Single Parent", {"single_parent": "No"}, 'Student Single Parent "No" is not Y or N.'),
    (
        "MT-R15",
        "CTE Concentrator",
        {"concentrator": "N"},
        "CTE Concentrator is N, but the student has 2.50 credits in pathway P10; 2.00 or more make a concentrator.",
    ),
    ("MT-R17", "Start Date", {"start_date": "7/14/22"}, 'Start Date "7/14/22" is not a date in the form MM/DD/YYYY.'),
    (
        "MT-R17",
        "Start Date",
        {"start_date": "02/30/2023"},
        "Start Date 02/30/2023 is no day of the calendar (MM/DD/YYYY).",
    ),
    (
        "MT-R17.future",
        "Start Date",
        {"start_date": "05/21/2025"},
        "Start date 05/21/2025 lies after today, 05/20/2025.",
    ),
    ("MT-R18", "End Year", {"end_year": "25"}, "End Year 25 is outside 2000 to 2099."),
    (
        "MT-R18.run",
        "End Year",
        {"end_year": "2024"},
        "End year is 2024, but this is the collection of the school year that ends in 2025.",
    ),
]


@pytest.mark.parametrize(("rule", "label", "changes", "message"), MESSAGES)
def test_a_finding_says_what_is_wrong_and_where(check, rule, label, changes, message):
    (finding,) = check(changes).findings
    assert (finding.rule, finding.row, finding.label, finding.message) == (rule, 2, label, message)


OTHERS = [
    (
        "MT-R02.unknown",
        [{"district_number": "9998"}],
        {"sender": None},
        "District number 9998 is not that of a Montana district.",
    ),
    (
        "MT-R06",
        [{"state_id": "100000001", "last_name": "Juniper", "first_name": "Levi", "local_id": "4712"}],
        {"sender": "0583-1234"},
        "Student 100000001 is enrolled in the district, but not in school 0583-1234.",
    ),
    ("MT-R10", [{}, {}], {}, "Student 012345678 has 2 lines for pathway P10 (rows 2, 3)."),
    (
        "MT-R16",
        [{}, {"pathway": "P05", "single_parent": "Y"}],
        {},
        "Student 012345678 is marked as a single parent in one pathway and not in another (N: row 2; Y: row 3).",
    ),
    (
        "MT-R17.year-end",
        [{"start_date": "07/01/2025"}],
        {"today": date(2025, 8, 1)},
        "Start date 07/01/2025 lies after the end of the school year, 06/30/2025.",
    ),
]


@pytest.mark.parametrize(("rule", "rows", "facts", "message"), OTHERS)
def test_findings_that_need_other_facts_or_lines(check, rule, rows, facts, message):
    (finding,) = check(*rows, **facts).findings
    assert (finding.rule, finding.message) == (rule, message)


def test_every_rule_says_what_to_do(collection):
    fixes = {rule.id: rule.fix for rule in collection.ruleset.rules}
    assert [rule for rule, fix in fixes.items() if not fix.endswith(".")] == []


def test_names_and_numbers_of_the_roster_are_never_shown(check):
    messages = " ".join(one.message for one in check({"last_name": "X", "first_name": "Y", "local_id": "1"}).findings)
    assert not {"Larkspur", "Ada", "4711"} & set(messages.replace(".", " ").split())
