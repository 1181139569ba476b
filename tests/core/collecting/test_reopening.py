"""What is certified changes only after it was reopened: row by row, while the others go in."""

import pytest

from muster.collecting import delete_batch, upload
from muster.collecting.refusals import CertifiedError
from muster.collecting.reopening import certified_keys, refuse_certified
from muster.collecting.submissions import set_submission
from muster.store.records import stored_rows

FALL = "001 000001 chess F 5 - - -"
SPRING = "001 000001 chess S 6 - - -"
OTHER = "002 000002 choir F 7 - - -"


@pytest.fixture
def certify():
    def change(signed, school="001", *, status="certified"):
        number = signed.submission(school).id
        with signed.store.writing() as connection:
            set_submission(connection, number, status=status)

    return change


def _hours(signed):
    with signed.store.reading() as connection:
        rows = stored_rows(connection, signed.store.records("xx/clubs"), 2025)
    return rows.sort("student", "term").select("student", "term", "hours").rows()


def test_rows_of_a_certified_submission_are_findings_and_the_others_go_in(signed, certify):
    signed.put(FALL)
    certify(signed)
    result = signed.put("001 000001 chess F 9 - - -", "001 000003 chess F 9 - - -", SPRING, OTHER)
    assert (result.created, result.updated, result.rejected) == (2, 0, 2)
    assert result.run.verdict == "rows rejected"
    found = [one for one in result.run.findings if one.rule == "CORE-CERTIFIED"]
    assert [(one.row, one.stops, one.value) for one in found] == [
        (2, "row", "xx/clubs/2025/001/term=F"),
        (3, "row", "xx/clubs/2025/001/term=F"),
    ]
    assert found[0].message == (
        "The row belongs to xx/clubs/2025/001/term=F, which is certified: "
        "its records change only after it was reopened."
    )
    assert found[0].fix == "Ask Exland Agency to reopen it, with the reason; then send the row again."
    assert [(student, term) for student, term, _ in _hours(signed)] == [
        ("000001", "F"),
        ("000001", "S"),
        ("000002", "F"),
    ]


def test_a_row_that_would_take_a_record_out_of_a_certified_submission_is_stopped(signed, certify):
    signed.put(FALL)
    certify(signed)
    result = signed.put("002 000001 chess F 5 - - -")
    (found,) = [one for one in result.run.findings if one.rule == "CORE-CERTIFIED"]
    assert found.value == "xx/clubs/2025/001/term=F"
    assert result.updated == 0


def test_a_test_run_says_so_before(signed, certify):
    certify(signed)
    assert signed.put(FALL, mode="test").rejected == 1


@pytest.mark.parametrize("status", ["open", "reopened", "returned"])
def test_what_is_not_certified_or_was_reopened_takes_rows(signed, certify, status):
    certify(signed, status=status)
    assert signed.put(FALL).created == 1


def test_where_a_state_keeps_certified_data_open_rows_go_in(signing, certify):
    signed = signing(after_signing="open")
    certify(signed)
    assert signed.put(FALL).created == 1


def test_another_year_is_another_submission(signing, certify, clubs):
    signed = signing(layouts=(clubs.layout(), clubs.layout(year=2026)))
    certify(signed)
    assert signed.put(FALL, year=2026).created == 1


def test_a_plugins_own_checks_are_asked_as_well(signed, certify, clubs):
    asked = []

    def check(records):
        asked.append(records.height)
        return []

    certify(signed)
    upload(
        signed.store,
        clubs.ana,
        signed.state,
        signed.collection,
        clubs.file(FALL, OTHER),
        name="clubs.tsv",
        facts=clubs.facts(),
        mode="test",
        reference={},
        hook_findings=check,
    )
    assert asked == [2]


def test_a_batch_of_certified_records_is_not_deleted(signed, certify, clubs):
    batch = signed.put(FALL, OTHER).batch.id
    certify(signed)
    with pytest.raises(CertifiedError) as refused:
        delete_batch(signed.store, clubs.ana, batch)
    assert str(refused.value) == (
        "xx/clubs/2025/001/term=F is certified, so its records do not change. Nothing was stored; "
        "ask Exland Agency to reopen it, with the reason."
    )
    assert len(_hours(signed)) == 2
    certify(signed, status="reopened")
    assert delete_batch(signed.store, clubs.ana, batch).deleted == 2


def test_a_batch_whose_records_are_elsewhere_is_deleted(signed, certify, clubs):
    signed.put(FALL)
    batch = signed.put(OTHER).batch.id
    certify(signed)
    assert delete_batch(signed.store, clubs.ana, batch).deleted == 1


def test_a_change_by_hand_is_refused(signed, certify):
    signed.put(FALL, OTHER)
    certify(signed)
    with signed.store.reading() as connection:
        rows = stored_rows(connection, signed.store.records("xx/clubs"), 2025)
        assert len(certified_keys(connection, signed.collection, 2025)) == 1
        assert certified_keys(connection, signed.collection, 2025, ["002"]) == ()
        mine, other = rows.filter(school="001"), rows.filter(school="002")
        refuse_certified(connection, signed.state, signed.collection, 2025, other)
        with pytest.raises(CertifiedError):
            refuse_certified(connection, signed.state, signed.collection, 2025, other, mine)
