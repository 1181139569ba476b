"""Submissions: which one a row is part of, its records in one spelling, and their digest."""

from datetime import UTC, datetime, timedelta

import pytest

from muster.collecting.nil_returns import say_nothing_to_report
from muster.collecting.refusals import CertifiedError, HasRecordsError, UnknownSubmissionError
from muster.collecting.submissions import (
    canonical_tsv,
    data_digest,
    find_submission,
    lock,
    records_of,
    set_submission,
    submission_of,
    submissions_in,
)
from muster.model.submissions import SubmissionKey
from muster.store.editing import edit_record

ANA = "001 000001 chess F 5 09/01/2024 Y 12"
BEN = "001 000002 chess S 6 - N -"
CEM = "002 000003 choir F 7 - - -"


@pytest.fixture
def records(signed):
    """Return a function that gives the records of a submission."""

    def given(key=None, store=None):
        with (store or signed.store).reading() as connection:
            return records_of(signed.store, connection, signed.state, signed.collection, key or signed.key())

    return given


def test_an_address_names_state_collection_year_organization_and_part():
    key = SubmissionKey("mt", "cte-eoy", 2025, "0583")
    assert key.address == "mt/cte-eoy/2025/0583"
    assert SubmissionKey("az", "enrollment", 2021, "07/1", (("term", "1"),)).address == (
        "az/enrollment/2021/07%2F1/term=1"
    )


def test_an_upload_makes_the_submissions_it_is_part_of(signed):
    signed.put(ANA, BEN, CEM)
    with signed.store.reading() as connection:
        found = submissions_in(connection, "xx", "clubs", 2025)
    assert [(one.key.address, one.status, one.revision) for one in found] == [
        ("xx/clubs/2025/001/term=F", "open", 1),
        ("xx/clubs/2025/001/term=S", "open", 1),
        ("xx/clubs/2025/002/term=F", "open", 1),
    ]


def test_a_submission_is_made_once(signed):
    assert signed.submission() == signed.submission()
    with signed.store.reading() as connection:
        assert find_submission(connection, signed.key("777")) is None
        assert len(submissions_in(connection, "xx", "clubs", 2025, ["001", "002"])) == 1


def test_without_further_columns_there_is_one_submission_an_organization(signing):
    signed = signing(submission=())
    signed.put(ANA, BEN)
    with signed.store.reading() as connection:
        (found,) = submissions_in(connection, "xx", "clubs", 2025)
        assert found.key == SubmissionKey("xx", "clubs", 2025, "001")
        assert records_of(signed.store, connection, signed.state, signed.collection, found.key).height == 2


def test_its_records_are_those_of_the_organization_and_the_term(signed, records):
    signed.put(ANA, BEN, CEM)
    assert records().select("student", "term").rows() == [("000001", "F")]
    assert records(signed.key(part=(("term", "S"),))).select("student", "term").rows() == [("000002", "S")]


def test_a_blank_term_is_a_part_of_its_own(signed, records):
    signed.put("001 000001 chess - 5 - - -")
    assert records(signed.key(part=(("term", ""),))).height == 1
    assert records().height == 0


def test_records_have_one_spelling_sorted_by_key(signed, records):
    signed.put("001 000002 chess F 6 - N -", ANA)
    assert b"".join(canonical_tsv(records(), signed.collection)).decode() == (
        "template\tschool\tstudent\tclub\tterm\thours\tjoined\tcaptain\tsize\n"
        "clubs\t001\t000001\tchess\tF\t5.00\t2024-09-01\ttrue\t12\n"
        "clubs\t001\t000002\tchess\tF\t6.00\t\tfalse\t\n"
    )


def test_a_tab_or_a_break_within_a_value_stays_within_its_cell(signed, records, clubs):
    signed.put(ANA)
    with signed.store.writing() as connection:
        table = signed.store.records("xx/clubs")
        edit_record(connection, table, 1, {"club": "a\tb\\\nc"}, actor=clubs.ana, at=clubs.now)
    (_, line) = list(canonical_tsv(records(), signed.collection))
    assert line.decode().split("\t")[3] == r"a\tb\\\nc"


def test_the_digest_knows_neither_numbers_nor_times(signed, records, opening, clubs):
    signed.put(ANA, "001 000002 chess F 6 - N -")
    before = data_digest(records(), signed.collection)
    with signed.store.writing() as connection:
        for hours in ("9", "6"):
            table = signed.store.records("xx/clubs")
            later = clubs.now + timedelta(days=1)
            edit_record(connection, table, 2, {"hours": hours}, actor=clubs.ana, at=later)
    assert records()["_version"].to_list() == [1, 3]
    assert data_digest(records(), signed.collection) == before


def test_one_changed_character_is_another_digest(signed, records, clubs):
    signed.put(ANA)
    before = data_digest(records(), signed.collection)
    with signed.store.writing() as connection:
        edit_record(connection, signed.store.records("xx/clubs"), 1, {"size": 13}, actor=clubs.ana, at=clubs.now)
    assert data_digest(records(), signed.collection) != before


def test_a_column_of_a_later_year_changes_no_digest(signed, records, clubs, opening):
    signed.put(ANA)
    before = data_digest(records(), signed.collection)
    more = (*clubs.columns, clubs.columns[4].model_copy(update={"name": "extra", "label": "Extra"}))
    newer = clubs.collection(
        submission=("school", "term"), layouts=(clubs.layout(), clubs.layout(year=2026, columns=more))
    )
    store = opening(clubs.state(newer))
    with store.reading() as connection:
        found = records_of(store, connection, clubs.state(newer), newer, signed.key())
    assert data_digest(found, newer) == before


def test_locking_gives_the_submission_as_it_is_now(signed):
    number = signed.submission().id
    with signed.store.writing() as connection:
        set_submission(connection, number, status="certified")
    with signed.store.writing() as connection:
        found = lock(connection, number)
    assert (found.status, found.version) == ("certified", 2)


def test_an_unknown_submission_is_named(signed):
    with pytest.raises(UnknownSubmissionError) as refused, signed.store.writing() as connection:
        lock(connection, 9)
    assert str(refused.value) == "There is no submission 9. Open it from the list of submissions."


def test_nothing_to_report_can_be_said_and_taken_back(signed, clubs):
    with signed.store.writing() as connection:
        said = say_nothing_to_report(
            signed.store, connection, clubs.ana, signed.state, signed.collection, signed.key("002")
        )
        again = say_nothing_to_report(
            signed.store, connection, clubs.ana, signed.state, signed.collection, signed.key("002")
        )
        back = say_nothing_to_report(
            signed.store, connection, clubs.ana, signed.state, signed.collection, signed.key("002"), nothing=False
        )
    assert (said.nothing_to_report, again.version, back.nothing_to_report) == (True, said.version, False)


def test_who_has_records_has_something_to_report(signed, clubs):
    signed.put(ANA)
    with pytest.raises(HasRecordsError) as refused, signed.store.writing() as connection:
        say_nothing_to_report(signed.store, connection, clubs.ana, signed.state, signed.collection, signed.key())
    assert str(refused.value) == (
        "xx/clubs/2025/001/term=F has something to report: 1 record is stored. Delete them first, if that is right."
    )


def test_records_that_come_take_a_nil_return_back(signed, clubs):
    with signed.store.writing() as connection:
        say_nothing_to_report(signed.store, connection, clubs.ana, signed.state, signed.collection, signed.key())
    signed.put(ANA)
    assert not signed.submission().nothing_to_report


def test_a_certified_nil_return_is_reopened_first(signed, clubs):
    number = signed.submission().id
    with signed.store.writing() as connection:
        set_submission(connection, number, status="certified")
    with pytest.raises(CertifiedError) as refused, signed.store.writing() as connection:
        say_nothing_to_report(signed.store, connection, clubs.ana, signed.state, signed.collection, signed.key())
    assert str(refused.value) == (
        "xx/clubs/2025/001/term=F is certified, so its records do not change. Nothing was stored; "
        "ask Exland Agency to reopen it, with the reason."
    )


def test_a_submission_keeps_when_it_was_made(signed, clubs):
    with signed.store.writing() as connection:
        made = submission_of(connection, signed.key("003"), datetime(2025, 1, 2, 3, 4, 5, tzinfo=UTC))
    assert made.created_at == datetime(2025, 1, 2, 3, 4, 5, tzinfo=UTC)
