"""Rows that were not added: listed for their submission until they are sent again, mended by hand or acknowledged."""

import polars as pl
import pytest

from muster.access import audit
from muster.collecting import delete_batch, upload
from muster.collecting.refusals import ReasonNotGivenError
from muster.collecting.sent_again import acknowledge_rows, not_sent_again
from muster.store.editing import edit_record

GOOD = "001 000001 chess F 5 - - -"
BAD = "001 000001 chess F much - - -"
MENDED = "001 000001 chess F 6 - - -"


@pytest.fixture
def left(signed):
    """Return a function that gives the rows that are still missing from a submission, as (batch, row)."""

    def rows(school="001", *, above=("D1",), part=signed.fall):
        submission = signed.submission(school, part=part)
        with signed.store.reading() as connection:
            return not_sent_again(signed.store, connection, signed.state, signed.collection, submission, above)

    return lambda *args, **options: [(one.batch, one.row) for one in rows(*args, **options) if not one.acknowledged]


def _rows(signed):
    submission = signed.submission()
    with signed.store.reading() as connection:
        return not_sent_again(signed.store, connection, signed.state, signed.collection, submission, ["D1"])


def test_a_rejected_row_is_listed_for_its_submission(signed, left):
    signed.put(GOOD, "001 000002 chess F much - - -")
    assert left() == [(1, 3)]
    assert left("002") == []
    assert left(part=(("term", "S"),)) == []
    (one,) = _rows(signed)
    assert one.file_name == "clubs.tsv"


def test_a_row_that_a_later_batch_stored_is_sent_again(signed, left):
    signed.put(BAD)
    signed.put(MENDED)
    assert left() == []


def test_a_row_that_a_later_batch_left_unchanged_is_sent_again(signed, left):
    signed.put(GOOD)
    signed.put(BAD)
    assert left() == [(2, 2)]
    assert signed.put(GOOD).unchanged == 1
    assert left() == []


def test_a_row_stored_before_is_not_sent_again(signed, left):
    signed.put(GOOD)
    signed.put("001 000002 chess F 7 - - -", BAD)
    assert left() == [(2, 3)]


def test_of_a_row_rejected_again_only_the_last_counts(signed, left):
    signed.put(BAD)
    signed.put(BAD)
    assert left() == [(2, 2)]


def test_a_record_mended_by_hand_counts(signed, left, clubs):
    signed.put(GOOD)
    signed.put(BAD)
    with signed.store.writing() as connection:
        edit_record(connection, signed.store.records("xx/clubs"), 1, {"hours": "8"}, actor=clubs.ana, at=clubs.now)
    assert left() == []


def test_deleting_the_later_batch_leaves_the_row_missing_again(signed, left, clubs):
    signed.put(BAD)
    signed.put(MENDED)
    delete_batch(signed.store, clubs.ana, 2)
    assert left() == [(1, 2)]


def test_rows_of_a_deleted_batch_are_not_listed(signed, left, clubs):
    signed.put(BAD)
    delete_batch(signed.store, clubs.ana, 1)
    assert left() == []


def test_neither_a_test_nor_a_rejected_file_lists_rows(signed, left, clubs):
    signed.put(BAD, mode="test")
    closed = signed.collection.model_copy(update={"windows": (clubs.window(clubs.now.date(), clubs.now.date()),)})
    signed.put(BAD, collection=closed, file_date=clubs.now.date().replace(day=1))
    assert left() == []


def test_a_row_that_names_no_school_there_is_stays_with_its_uploader_and_those_below(signed, left):
    signed.put("777 000001 chess F much - - -", "- 000002 chess F 5 - - -")
    assert left() == [(1, 2), (1, 3)]
    assert left("D1", above=()) == [(1, 2), (1, 3)]
    assert left("003", above=("D2",)) == []


def test_a_row_without_a_readable_key_is_never_sent_again(signed, left):
    signed.put("001 12345678 chess F 5 - - -")
    signed.put("001 - chess F 5 - - -", "001 000001 chess F 5 - - -")
    assert left() == [(1, 2), (2, 2)]


def test_a_row_with_a_blank_term_may_be_of_any_term(signed, left):
    signed.put("001 000001 chess - much - - -")
    assert left() == [(1, 2)]
    assert left(part=(("term", "S"),)) == [(1, 2)]


def test_a_row_of_another_shape_is_its_uploaders(signed, left, clubs):
    file = clubs.file(GOOD) + b"001\t000009\n"
    plain = {"name": "clubs.tsv", "mode": "upload", "reference": {"organizations": signed.organizations}}
    upload(signed.store, clubs.ana, signed.state, signed.collection, file, facts=clubs.facts(), **plain)
    assert left() == [(1, 3)]


def test_without_a_list_of_organizations_a_row_belongs_to_whom_it_names(signed, left):
    signed.put("777 000001 chess F much - - -", reference={})
    assert left() == []
    assert left("777", above=()) == [(1, 2)]


def test_leaving_a_row_out_is_acknowledged_with_a_reason(signed, left, clubs):
    signed.put(BAD, "001 000002 chess F much - - -")
    submission = signed.submission()
    with signed.store.writing() as connection:
        rows = not_sent_again(signed.store, connection, signed.state, signed.collection, submission, ["D1"])
        done = acknowledge_rows(connection, clubs.ana, submission, rows[:1], reason="He left.", at=clubs.now)
    assert (done, left()) == (1, [(1, 3)])
    again = _rows(signed)[:1]
    with signed.store.writing() as connection:
        assert acknowledge_rows(connection, clubs.ana, submission, again, reason="He left.", at=clubs.now) == 0
        assert audit.head(connection, "xx", "001").number == 1


def test_the_same_row_in_another_file_stays_acknowledged(signed, left, clubs):
    signed.put(BAD)
    submission = signed.submission()
    with signed.store.writing() as connection:
        rows = not_sent_again(signed.store, connection, signed.state, signed.collection, submission, ["D1"])
        acknowledge_rows(connection, clubs.ana, submission, rows, reason="He left.", at=clubs.now)
    signed.put(BAD)
    assert left() == []


def test_leaving_rows_out_needs_a_reason(signed, clubs):
    signed.put(BAD)
    rows, submission = _rows(signed), signed.submission()
    with pytest.raises(ReasonNotGivenError) as refused, signed.store.writing() as connection:
        acknowledge_rows(connection, clubs.ana, submission, rows, reason=" ", at=clubs.now)
    assert str(refused.value) == "Leaving rows out needs a reason. Say why in a sentence."


def test_every_row_of_a_large_file_is_told_apart(signed, left):
    rows = [f"001 {number:06} chess F much - - -" for number in range(2_000)]
    signed.put(*rows)
    assert len(left()) == 2_000
    signed.put(*(row.replace("much", "5") for row in rows[:1_500]))
    assert pl.Series([row for _, row in left()]).min() == 1_502
