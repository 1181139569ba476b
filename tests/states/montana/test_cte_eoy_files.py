"""Whole files of the CTE End of Year collection: what is read, what is refused, and the sentence for it."""

from datetime import date

import pytest

from muster.intake import read
from muster.model.runs import RunFacts, school_year
from muster.validation import validate

HEADER = "HD\t05/20/2025\t08:30:00\tMT9.1\n"
LINE = "CE\t0583\t012345678\t4711\tLarkspur\tAda\tP10\tY\tN\t07/14/2022\t2.50\t2.00\t0.50\t1.00\t0.00\t2025\n"
GOOD = HEADER + LINE


@pytest.fixture
def check_file(montana, collection, reference):
    def check(text, name="cte.tsv", year=2025):
        data = text if isinstance(text, bytes) else text.encode()
        first, last = school_year(year, montana.year_start)
        facts = RunFacts(year, date(year, 5, 20), first, last, "0583", "0583")
        intake = read(data, name, collection.layouts_of(year))
        return validate(intake, collection, facts, reference=reference, state=montana)

    return check


GOOD_FILES = {
    "as it should be": GOOD,
    "with Windows line ends": GOOD.replace("\n", "\r\n"),
    "with a byte order mark": "\ufeff" + GOOD,
    "without a line end": GOOD.rstrip("\n"),
    "with blank lines": HEADER + "\n" + LINE + "\n\n",
    "with a header record that a spreadsheet filled up": HEADER.replace("\n", "\t" * 12 + "\n") + LINE,
    "as a spreadsheet's Unicode text": GOOD.encode("utf-16"),
}


@pytest.mark.parametrize("text", GOOD_FILES.values(), ids=GOOD_FILES)
def test_a_good_file_is_accepted(check_file, text):
    run = check_file(text)
    assert [finding.message for finding in run.findings] == []
    assert (run.verdict, run.accepted) == ("accepted", 1)


STOPPED = [
    ("MT-F01", "", "The file is empty."),
    ("MT-F01", HEADER.replace("\t", ","), "The file is not separated by tabs: its first line is separated by commas."),
    ("MT-F01.no-rows", HEADER, "The file has no row of data."),
    ("MT-F02", LINE, 'Line 1 begins with "CE", not with the header record HD.'),
    (
        "MT-F02",
        "Record Type\tDistrict Number\n" + LINE,
        'Line 1 begins with "Record Type", not with the header record HD.',
    ),
    (
        "MT-F02",
        GOOD.replace("05/20/2025", "2025-05-20"),
        'The Date of the header record in line 1 is "2025-05-20", which is not a date MM/DD/YYYY.',
    ),
    (
        "MT-F02",
        GOOD.replace("08:30:00", "24:00:00"),
        'The Time of the header record in line 1 is "24:00:00", which is not HH:MM:SS.',
    ),
    ("MT-F02", GOOD.replace("\tMT9.1", ""), "The Version of the header record in line 1 is missing."),
    (
        "MT-F02",
        GOOD.replace("MT9.1", "9.1"),
        'The Version of the header record in line 1 is "9.1", which is not MT9.1.',
    ),
]


@pytest.mark.parametrize(("rule", "text", "message"), STOPPED)
def test_a_file_is_refused_with_one_clear_sentence(check_file, rule, text, message):
    run = check_file(text)
    assert [(finding.rule, finding.message) for finding in run.findings] == [(rule, message)]
    assert (run.verdict, run.accepted) == ("file rejected", 0)


def test_a_file_of_another_kind_is_refused_by_its_name(check_file):
    (finding,) = check_file(GOOD, "cte.csv").findings
    assert (finding.rule, finding.message) == (
        "MT-F01",
        'The file is named "cte.csv", but this collection takes .tsv files.',
    )


VARIANTS = [
    (
        GOOD.replace("HD", "CE"),
        'The header record in line 1 is marked "CE" instead of "HD"; it was read all the same.',
    ),
    (
        GOOD.replace("MT9.1", "MT10.12"),
        'The Version of the header record in line 1 is "MT10.12", not MT9.1; the file was read all the same.',
    ),
]


@pytest.mark.parametrize(("text", "message"), VARIANTS)
def test_an_unusual_header_record_is_only_a_warning(check_file, text, message):
    run = check_file(text)
    assert [(one.rule, one.severity, one.message) for one in run.findings] == [("MT-F02.variant", "warning", message)]
    assert (run.verdict, run.accepted) == ("accepted with warnings", 1)


def test_a_line_of_a_wrong_shape_is_refused_and_the_others_are_taken(check_file):
    run = check_file(GOOD + LINE.replace("Larkspur", "von\tElmen") + LINE.replace("P10", "P05"))
    (finding,) = run.findings
    assert (finding.rule, finding.row, finding.stops) == ("MT-F03", 3, "row")
    assert "17 columns" in finding.message
    assert (run.rows, run.accepted) == (3, 2)


def test_an_older_template_is_named_and_no_column_is_moved(check_file):
    shorter = "\t".join(LINE.split("\t")[:14]) + "\n"
    run = check_file(HEADER + shorter + shorter.replace("P10", "P05"))
    messages = [finding.message for finding in run.findings if finding.row is None]
    assert messages == ["Every row has 14 columns; expected are 16, so it looks like a shorter, older template."]
    assert {finding.rule for finding in run.findings} == {"MT-F03"}
    assert run.accepted == 0


def test_a_quotation_mark_belongs_to_the_value(check_file):
    (finding,) = check_file(GOOD.replace("Ada", '"Ada"')).findings
    assert finding.message == 'First name "Ada" differs from the roster\'s for state ID 012345678.'


def test_the_file_of_last_year_says_so_on_each_line(check_file):
    run = check_file(GOOD.replace("\t2025\n", "\t2024\n"))
    assert [finding.rule for finding in run.findings] == ["MT-R18.run"]


def test_an_unreadable_file_leaves_no_rule_without_a_word(check_file, collection):
    run = check_file("")
    coverage = {one.rule: one.status for one in run.coverage}
    assert set(coverage) == {rule.id for rule in collection.ruleset.rules}
    assert coverage["MT-R04"] == "skipped"
