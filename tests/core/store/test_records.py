"""Records come back as they were stored, on both engines, whatever is in them."""

from datetime import date
from decimal import Decimal

import polars as pl
import pytest
from sqlalchemy import text

from muster.store import bulk
from muster.store import records as record_rows
from muster.store.editing import delete_record, edit_record
from muster.store.failures import ChangedMeanwhileError, StoredKeyError, UnknownRecordError
from muster.store.history import begin_writing, changes_of
from muster.store.records import Touched, has_records, stored_rows, write_rows
from muster.store.stored_frames import stored_frame

SCHEMA = {
    "_row": pl.Int64,
    "template": pl.String,
    "school": pl.String,
    "student": pl.String,
    "club": pl.String,
    "term": pl.String,
    "hours": pl.Decimal(18, 2),
    "joined": pl.Date,
    "captain": pl.Boolean,
    "size": pl.Int64,
}
ROW = (2, "clubs", "001", "000001", "chess", "F", Decimal("1.50"), date(2024, 9, 1), True, 12)


def _frame(*rows):
    return pl.DataFrame(list(rows), schema=SCHEMA, orient="row")


@pytest.fixture
def write(store, clubs):
    def write_frame(*rows, known=None, year=2025):
        records = store.records("xx/clubs")
        with store.writing() as connection:
            number = begin_writing(connection, "form", "ana", clubs.now)
            found = stored_rows(connection, records, year) if known is None else known
            return write_rows(
                connection, records, _frame(*rows), year=year, organization="D1", writing_id=number, known=found
            )

    return write_frame


def _stored(store, **options):
    with store.reading() as connection:
        return stored_rows(connection, store.records("xx/clubs"), 2025, **options)


@pytest.mark.parametrize(
    "value",
    [
        'a "quoted" word',
        "comma, and\nnew line\r\n",
        "tab\there",
        "back\\slash \\N",
        "it's 100% :that $1 ?",
        "O\u2019Brien \u00e9\u4e2d\U0001f600",
        "separators \x1e and \x1f inside",
        "ends with \r",
        " blanks around ",
    ],
)
def test_any_text_comes_back_as_it_was(store, write, value):
    write((*ROW[:4], value, *ROW[5:]), (3, "clubs", "001", "000002", value, value, None, None, None, None))
    assert _stored(store)["club"].to_list() == [value, value]


def test_every_type_comes_back_with_its_blanks(store, write):
    blank = (3, "clubs", "001", "000002", "chess", None, None, None, None, None)
    negative = (4, "clubs", "001", "000003", "chess", "S", Decimal("-0.05"), date(1999, 12, 31), False, -3)
    write(ROW, blank, negative)
    names = [name for name in SCHEMA if name not in ("_row", "template")]
    assert _stored(store).select(names).rows() == [ROW[2:], blank[2:], negative[2:]]


def test_more_rows_than_a_slice_and_more_columns_than_a_call_takes(store, write, monkeypatch):
    monkeypatch.setattr(bulk, "SLICE", 3)
    monkeypatch.setattr(bulk, "_MOST_ARGUMENTS", 4)
    monkeypatch.setattr(record_rows, "COMPARED", 2)
    rows = [(number, "clubs", "001", f"{number:06}", *ROW[4:]) for number in range(10)]
    write(*rows)
    changed = [(*row[:6], Decimal("2.00"), *row[7:]) for row in rows[:5]]
    assert write(*changed, *rows[5:]).updated == 5
    assert _stored(store)["hours"].to_list() == [Decimal("2.00")] * 5 + [Decimal("1.50")] * 5


def test_sqlite_never_stores_a_decimal_as_a_float(store, write):
    write(ROW)
    with store.reading() as connection:
        if store.engine.dialect.name == "sqlite":
            types = "SELECT typeof(hours), typeof(joined) FROM record_xx_clubs"
            assert connection.execute(text(types)).one() == ("text", "text")
        else:
            assert connection.execute(text("SELECT hours FROM record_xx_clubs")).scalar_one() == Decimal("1.50")


def test_a_row_without_an_organization_belongs_to_the_uploader(store, write):
    write((*ROW[:2], None, *ROW[3:]))
    assert _stored(store)["_organization"].to_list() == ["D1"]


def test_blank_parts_of_a_key_are_equal(store, write):
    row = (*ROW[:5], None, *ROW[6:])
    write(row)
    again = write((*row[:9], 13))
    assert (again.created, again.updated) == (0, 1)


def test_the_database_itself_refuses_a_second_record_of_one_key(store, write):
    row = (*ROW[:5], None, *ROW[6:])
    write(row)
    nothing = pl.DataFrame(schema=store.records("xx/clubs").dtypes)
    with pytest.raises(StoredKeyError, match="Rows of the file are stored already in xx/clubs") as failure:
        write(row, known=nothing)
    assert "000001" not in str(failure.value)
    assert _stored(store).height == 1


def test_columns_that_a_layout_lacks_keep_their_values(store, write, clubs):
    write(ROW)
    with store.writing() as connection:
        records = store.records("xx/clubs")
        number = begin_writing(connection, "form", "ana", clubs.now)
        narrow = _frame((*ROW[:9], 99)).drop("hours", "captain")
        known = stored_rows(connection, records, 2025)
        write_rows(connection, records, narrow, year=2025, organization=None, writing_id=number, known=known)
    assert _stored(store).select("hours", "captain", "size").row(0) == (Decimal("1.50"), True, 99)


def test_only_the_records_of_the_persons_and_organizations_asked_are_read(store, write):
    write(
        ROW,
        (3, "clubs", "002", "000002", *ROW[4:]),
        (4, "clubs", "003", "000003", *ROW[4:]),
        (5, "clubs", "003", "000001", "go", *ROW[5:]),
    )
    found = _stored(store, touched=Touched(["000001"], ["002"]), names=["_id", "student"])
    assert found.rows() == [(1, "000001"), (2, "000002"), (4, "000001")]


def test_a_year_without_records_is_told_from_one_with(store, write):
    write(ROW)
    with store.reading() as connection:
        records = store.records("xx/clubs")
        assert [has_records(connection, records, year) for year in (2025, 2026)] == [True, False]


def test_the_engine_gets_stored_rows_with_the_days_in_the_states_own_time(opening, clubs):
    from datetime import UTC, datetime

    from muster.clock import FixedClock

    store = opening(clock=FixedClock(datetime(2025, 3, 2, 2, 0, tzinfo=UTC)))
    records = store.records("xx/clubs")
    with store.writing() as connection:
        number = begin_writing(connection, "form", "ana", store.clock.now())
        known = stored_rows(connection, records, 2025)
        write_rows(connection, records, _frame(ROW), year=2025, organization=None, writing_id=number, known=known)
        edit_record(connection, records, 1, {"size": 13}, actor=clubs.ana, at=clubs.now)
    with store.reading() as connection:
        frame = stored_frame(connection, stored_rows(connection, records, 2025), records.collection, "America/Denver")
    assert frame.columns == ["template", *SCHEMA][:1] + [*SCHEMA][2:] + ["created_date", "modified_date"]
    assert frame.select("template", "size", "created_date", "modified_date").row(0) == (
        "clubs",
        13,
        date(2025, 3, 1),
        date(2025, 3, 14),
    )


def test_an_edit_by_hand_is_a_new_version_with_its_history(store, write, clubs):
    write(ROW)
    records = store.records("xx/clubs")
    with store.writing() as connection:
        edit_record(connection, records, 1, {"term": None}, actor=clubs.ana, at=clubs.now, version=1)
    assert _stored(store).select("_version", "term").row(0) == (2, None)
    with store.reading() as connection:
        (change,) = changes_of(connection, records, 1)
    assert (change.origin, change.before, change.after) == ("form", {"term": "F"}, {"term": None})


def test_an_edit_that_changes_nothing_writes_nothing(store, write, clubs):
    write(ROW)
    with store.writing() as connection:
        edit_record(connection, store.records("xx/clubs"), 1, {"term": "F"}, actor=clubs.ana, at=clubs.now)
    assert _stored(store)["_version"].to_list() == [1]


def test_a_record_changed_meanwhile_is_not_overwritten(store, write, clubs):
    write(ROW)
    with (
        pytest.raises(
            ChangedMeanwhileError,
            match=r"Record 1 of xx/clubs was changed by someone else since you opened it\. Nothing was stored; open it",
        ),
        store.writing() as connection,
    ):
        edit_record(connection, store.records("xx/clubs"), 1, {"term": "S"}, actor=clubs.ana, at=clubs.now, version=0)


def test_a_record_that_is_gone_is_named(store, clubs):
    with (
        pytest.raises(UnknownRecordError, match=r"xx/clubs has no record 8; it may have been deleted\."),
        store.writing() as connection,
    ):
        delete_record(connection, store.records("xx/clubs"), 8, actor=clubs.ana, at=clubs.now)


def test_what_breaks_off_leaves_nothing(store, clubs):
    records = store.records("xx/clubs")

    def breaks_off():
        with store.writing() as connection:
            number = begin_writing(connection, "form", "ana", clubs.now)
            known = stored_rows(connection, records, 2025)
            write_rows(connection, records, _frame(ROW), year=2025, organization=None, writing_id=number, known=known)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        breaks_off()
    assert _stored(store).is_empty()
