import pytest

TWICE = {
    "id": "XX-C1",
    "unique": ["member", "activity"],
    "message": "{member} has {activity} {count} times (rows {rows}).",
}
AGREE = {"id": "XX-C5", "agree": "hours", "per": ["club", "activity"], "message": "{activity}: {values}"}


def test_a_key_that_occurs_twice_is_one_finding_with_every_row(bench):
    run = bench.run([{}, {"member": "8"}, {}, {}], TWICE)
    [finding] = list(run.findings)
    assert finding.message == "7 has chess 3 times (rows 2, 4, 5)."
    assert (finding.row, finding.rows, finding.rows_total, finding.column) == (2, (2, 4, 5), 3, "member")
    assert run.rejected.to_list() == [2, 4, 5]


def test_blank_keys_are_no_duplicates_unless_the_rule_says_so(bench):
    rows = [{"activity": None}, {"activity": None}]
    assert bench.said(bench.run(rows, TWICE), "XX-C1") == []
    said = bench.said(bench.run(rows, TWICE | {"blanks_match": True}), "XX-C1")
    assert said == [(2, "7 has (blank) 2 times (rows 2, 3).")]


def test_every_column_means_the_whole_row_blanks_included(bench):
    rule = {"id": "XX-C1", "unique": "*", "message": "Rows {rows} are the same."}
    run = bench.run([{}, {"hours": "3"}, {}], rule)
    assert bench.said(run) == [(2, "Rows 2, 4 are the same.")]
    assert [one.column for one in run.findings] == [None]


def test_a_row_with_an_unusable_key_is_no_duplicate(bench):
    run = bench.run([{"member": "x"}, {"member": "x"}], TWICE)
    assert bench.said(run, "XX-C1") == []
    assert bench.not_asked(run, "XX-C1") == 2


def test_unique_within_records_sees_stored_rows(bench):
    rule = {"id": "XX-C1", "unique": ["member", "activity"], "within": "records", "message": "{count} ({rows})"}
    stored = bench.stored({"club": "0202"}, {"club": "0303", "member": "9"}, {"club": "0404", "member": "9"})
    run = bench.run([{}, {"member": "8"}], rule, stored=stored)
    assert bench.said(run) == [(2, "2 (2)")]


def test_values_that_differ_are_told_with_their_rows(bench):
    run = bench.run([{"hours": "3"}] * 5 + [{"hours": "4"}], AGREE)
    [finding] = list(run.findings)
    assert finding.message == "chess: 3: 5 rows; 4: row 7"
    assert (finding.row, finding.rows, finding.column, finding.value) == (2, (2, 3, 4, 5, 6, 7), "hours", "3, 4")


def test_values_that_agree_or_are_blank_say_nothing(bench):
    assert bench.said(bench.run([{"hours": "3"}, {"hours": None}, {"hours": "3"}], AGREE)) == []


def test_blank_group_keys_are_one_group(bench):
    run = bench.run([{"activity": None}, {"activity": None, "hours": "3"}], AGREE)
    assert bench.said(run, "XX-C5") == [(2, "(blank): 2: row 2; 3: row 3")]


def test_a_value_that_cannot_be_used_takes_no_part(bench):
    run = bench.run([{"hours": "x"}, {}, {"hours": "99"}], AGREE)
    assert bench.said(run, "XX-C5") == []
    assert bench.not_asked(run, "XX-C5") == 2


def test_agree_within_records_sees_stored_rows(bench):
    rule = {"id": "XX-R16", "agree": "leader", "per": ["member"], "within": "records", "message": "{member}: {values}"}
    stored = bench.stored({"club": "0202", "leader": True}, {"club": "0303", "leader": True, "member": "9"})
    run = bench.run([{}, {"activity": "rowing"}], rule, stored=stored)
    assert bench.said(run) == [(2, "7: N: rows 2, 3; Y: 1 stored")]


def test_stored_rows_that_disagree_among_themselves_are_not_the_files_fault(bench):
    rule = {"id": "XX-R16", "agree": "leader", "per": ["member"], "within": "records", "message": "{values}"}
    stored = bench.stored({"member": "9", "leader": True}, {"member": "9", "club": "0202", "leader": False})
    assert bench.said(bench.run([{}], rule, stored=stored)) == []


def test_the_template_of_a_row_can_be_compared(bench):
    rule = {
        "id": "XX-C7",
        "agree": "template",
        "per": ["member"],
        "within": "records",
        "message": "Reported by {values}.",
    }
    stored = bench.stored({"club": "0202", "template": "other"})
    assert bench.said(bench.run([{}], rule, stored=stored)) == [(2, "Reported by main: row 2; other: 1 stored.")]


@pytest.mark.parametrize(
    ("column", "first", "second", "said"),
    [
        ("joined", "09/01/2029", "09/02/2029", "09/01/2029: row 2; 09/02/2029: row 3"),
        ("fee", "1.5", "1.50", None),
        ("fee", "1.5", "2", "1.50: row 2; 2.00: row 3"),
        ("leader", "Y", "N", "Y: row 2; N: row 3"),
    ],
)
def test_values_are_compared_and_written_by_their_type(bench, column, first, second, said):
    rule = {"id": "XX-C5", "agree": column, "per": ["member"], "message": "{values}"}
    run = bench.run([{column: first}, {column: second}], rule)
    assert bench.said(run) == ([(2, said)] if said else [])


def test_many_rows_are_cut_in_sentences_and_counted(bench):
    run = bench.run([{}] * 60, {"id": "XX-C1", "unique": ["member"], "message": "{rows}"})
    [finding] = list(run.findings)
    assert finding.message == "2, 3, 4, 5, 6, 7, 8, 9, 10, 11 and 50 more"
    assert (len(finding.rows), finding.rows_total) == (50, 60)
    assert len(run.rejected) == 60


def test_where_picks_the_rows_of_a_group(bench):
    rule = TWICE | {"where": "catalog.kind = 'water'"}
    run = bench.run([{}, {}, {"activity": "rowing"}, {"activity": "rowing"}], rule)
    assert bench.said(run) == [(4, "7 has rowing 2 times (rows 4, 5).")]
