"""Deleting a batch takes back what nobody changed since, and lists the rest."""

from decimal import Decimal

import pytest

from muster.collecting import delete_batch, list_batches, show_batch, upload, uploading
from muster.errors import UnknownCollectionError
from muster.store.blobs import read_blob
from muster.store.editing import delete_record, edit_record
from muster.store.failures import BatchDeletedError, UnknownBatchError
from muster.store.history import changes_of
from muster.store.records import stored_rows

ONE = ("001 000001 chess F 1 - - -", "001 000002 chess F 1 - - -")
TWO = ("001 000001 chess F 2 - - -", "001 000003 chess F 2 - - -")


@pytest.fixture
def put(store, clubs):
    def put_rows(*rows, mode="upload"):
        state = clubs.state()
        return upload(
            store,
            clubs.ana,
            state,
            state.collections[0],
            clubs.file(*rows),
            name="clubs.tsv",
            facts=clubs.facts(),
            mode=mode,
            reference={},
        ).batch.id

    return put_rows


@pytest.fixture
def hours(store):
    """Return a function that gives the hours of each student stored."""

    def by_student():
        with store.reading() as connection:
            rows = stored_rows(connection, store.records("xx/clubs"), 2025)
        return {student[-1]: int(hours) for student, hours in rows.select("student", "hours").iter_rows()}

    return by_student


@pytest.fixture
def edit(store, clubs):
    def by_hand(record, **values):
        with store.writing() as connection:
            records = store.records("xx/clubs")
            edit_record(connection, records, record, values, actor=clubs.ana, at=clubs.now)

    return by_hand


def test_what_a_batch_created_goes(store, put, clubs, hours):
    put(*ONE)
    report = delete_batch(store, clubs.ana, 1)
    assert (report.deleted, report.restored, report.kept_total) == (2, 0, 0)
    assert hours() == {}


def test_what_a_batch_changed_becomes_what_it_was(store, put, clubs, hours):
    put(*ONE)
    put(*TWO)
    report = delete_batch(store, clubs.ana, 2)
    assert (report.deleted, report.restored, report.kept_total) == (1, 1, 0)
    assert hours() == {"1": 1, "2": 1}


def test_the_first_batch_keeps_what_the_second_changed_and_says_so(store, put, clubs, hours):
    put(*ONE)
    put(*TWO)
    report = delete_batch(store, clubs.ana, 1)
    assert (report.deleted, report.restored, report.kept_total) == (1, 0, 1)
    (kept,) = report.kept
    assert kept.key == {"student": "000001", "club": "chess", "term": "F"}
    assert (kept.changed_by, kept.changed_at, kept.origin, kept.batch) == ("ana", clubs.now, "batch", 2)
    assert hours() == {"1": 2, "3": 2}


def test_both_batches_deleted_leave_nothing_in_either_order(store, put, clubs, hours):
    put(*ONE)
    put(*TWO)
    delete_batch(store, clubs.ana, 1)
    report = delete_batch(store, clubs.ana, 2)
    assert (report.deleted, report.restored, report.kept_total) == (2, 0, 0)
    assert hours() == {}
    put(*ONE)
    put(*TWO)
    delete_batch(store, clubs.ana, 4)
    assert hours() == {"1": 1, "2": 1}
    delete_batch(store, clubs.ana, 3)
    assert hours() == {}


def test_a_record_edited_by_hand_stays_and_is_listed(store, put, clubs, hours, edit):
    put(*ONE)
    edit(2, hours=Decimal("7.00"))
    put(*TWO)
    edit(1, hours=Decimal("9.00"))
    second = delete_batch(store, clubs.ana, 2)
    assert (second.deleted, second.restored) == (1, 0)
    assert [(one.record, one.origin, one.batch) for one in second.kept] == [(1, "form", None)]
    first = delete_batch(store, clubs.ana, 1)
    assert (first.deleted, [one.record for one in first.kept]) == (0, [1, 2])
    assert hours() == {"1": 9, "2": 7}


def test_an_edit_between_two_batches_comes_back(store, put, clubs, hours, edit):
    put(*ONE)
    edit(1, hours=Decimal("5.00"))
    put(*TWO)
    delete_batch(store, clubs.ana, 1)
    delete_batch(store, clubs.ana, 2)
    assert hours() == {"1": 5}


def test_three_layers_are_taken_back_from_the_top(store, put, clubs, hours):
    for number in (1, 2, 3):
        put(f"001 000001 chess F {number} - - -")
    assert delete_batch(store, clubs.ana, 2).kept_total == 1
    report = delete_batch(store, clubs.ana, 3)
    assert (report.deleted, report.restored) == (0, 1)
    assert hours() == {"1": 1}
    assert delete_batch(store, clubs.ana, 1).deleted == 1


def test_a_value_that_was_blank_is_blank_again(store, put, clubs):
    put("001 000001 chess - - - - -")
    put("001 000001 chess - 2 09/01/2024 Y 3")
    delete_batch(store, clubs.ana, 2)
    with store.reading() as connection:
        rows = stored_rows(connection, store.records("xx/clubs"), 2025)
    assert rows.select("hours", "joined", "captain", "size").row(0) == (None, None, None, None)


def test_a_record_deleted_by_hand_is_neither_restored_nor_listed(store, put, clubs, hours):
    put(*ONE)
    put(*TWO)
    with store.writing() as connection:
        delete_record(connection, store.records("xx/clubs"), 1, actor=clubs.ana, at=clubs.now)
    report = delete_batch(store, clubs.ana, 2)
    assert (report.deleted, report.restored, report.kept_total) == (1, 0, 0)
    assert hours() == {"2": 1}


def test_the_history_of_a_deleted_record_holds_all_its_values(store, put, clubs):
    put("001 000001 chess F 1 09/01/2024 Y 3")
    delete_batch(store, clubs.ana, 1)
    with store.reading() as connection:
        (change,) = changes_of(connection, store.records("xx/clubs"), 1)
    assert (change.kind, change.origin, change.batch, change.after) == ("delete", "deletion", 1, {})
    assert change.before == {
        "_organization": "001",
        "_template": "clubs",
        "school": "001",
        "student": "000001",
        "club": "chess",
        "term": "F",
        "hours": "1.00",
        "joined": "2024-09-01",
        "captain": "true",
        "size": "3",
    }


def test_the_batch_and_its_file_stay(store, put, clubs):
    put(*ONE)
    delete_batch(store, clubs.ana, 1)
    (batch,) = list_batches(store, clubs.ana)
    assert (batch.status, batch.deleted_by, batch.deleted_at, batch.created) == ("deleted", "ana", clubs.now, 2)
    with store.reading() as connection:
        assert b"".join(read_blob(connection, batch.sha256)) == clubs.file(*ONE)
    assert show_batch(store, clubs.ana, 1).batch == batch


def test_record_numbers_are_never_given_twice(store, put, clubs):
    put(*ONE)
    delete_batch(store, clubs.ana, 1)
    put(*ONE)
    with store.reading() as connection:
        rows = stored_rows(connection, store.records("xx/clubs"), 2025)
    assert rows["_id"].to_list() == [3, 4]


def test_a_test_batch_is_deleted_without_touching_a_record(store, put, clubs, hours):
    put(*ONE)
    put(*ONE, mode="test")
    report = delete_batch(store, clubs.ana, 2)
    assert (report.deleted, report.batch.status) == (0, "deleted")
    assert hours() == {"1": 1, "2": 1}


def test_a_batch_is_deleted_once(store, put, clubs):
    put(*ONE)
    delete_batch(store, clubs.ana, 1)
    with pytest.raises(BatchDeletedError, match=r"Batch 1 was deleted already, by ana on 2025-03-14\."):
        delete_batch(store, clubs.ana, 1)


def test_a_batch_deleted_while_its_upload_runs_stores_nothing(store, put, clubs, hours, monkeypatch):
    read = uploading.read

    def deletes_first(*given, **options):
        delete_batch(store, clubs.ana, 1)
        return read(*given, **options)

    monkeypatch.setattr(uploading, "read", deletes_first)
    with pytest.raises(BatchDeletedError):
        put(*ONE)
    assert hours() == {}
    assert [batch.status for batch in list_batches(store, clubs.ana)] == ["deleted"]


def test_a_batch_of_a_collection_that_is_no_longer_installed_stays(opening, put, clubs):
    put(*ONE)
    other = opening(clubs.state(clubs.collection(id="teams")))
    with pytest.raises(UnknownCollectionError, match=r'There is no collection "xx/clubs"\. Known: xx/teams'):
        delete_batch(other, clubs.ana, 1)
    assert [batch.status for batch in list_batches(other, clubs.ana)] == ["stored"]


def test_a_batch_that_is_not_there_cannot_be_deleted(store, clubs):
    with pytest.raises(UnknownBatchError, match="There is no batch 5"):
        delete_batch(store, clubs.ana, 5)
