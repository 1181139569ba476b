"""Uploading: the file is kept, its good rows are stored all or none, and nothing else is changed."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from muster.clock import FixedClock
from muster.collecting import delete_batch, keeping, list_batches, show_batch, upload
from muster.errors import NoSuchFileError
from muster.store.blobs import read_blob
from muster.store.failures import (
    FileChangedError,
    FileNotOpenedError,
    RepeatedKeyError,
    StoredKeyError,
    UnknownBatchError,
)
from muster.store.history import changes_of
from muster.store.records import stored_rows

ANA = "001 000001 chess F 1.5 09/01/2024 Y 12"
BEN = "001 000002 chess - - - - -"


@pytest.fixture
def put(store, clubs):
    """Return a function that uploads rows for D1."""

    def put_rows(*rows, state=None, mode="upload", name="clubs.tsv", into=None, **changes):
        given = state or clubs.state()
        return upload(
            into or store,
            clubs.ana,
            given,
            given.collections[0],
            clubs.file(*rows),
            name=name,
            facts=clubs.facts(**changes),
            mode=mode,
            reference={},
        )

    return put_rows


def _records(store, *names):
    with store.reading() as connection:
        return stored_rows(connection, store.records("xx/clubs"), 2025).select(names or ("student", "hours")).rows()


def test_good_rows_become_records_with_their_types(store, put):
    result = put(ANA, BEN)
    assert (result.created, result.updated, result.unchanged, result.rejected) == (2, 0, 0, 0)
    assert _records(store, "school", "student", "club", "term", "hours", "joined", "captain", "size") == [
        ("001", "000001", "chess", "F", Decimal("1.50"), date(2024, 9, 1), True, 12),
        ("001", "000002", "chess", None, None, None, None, None),
    ]


def test_a_record_belongs_to_the_organization_its_row_names(store, put):
    put(ANA)
    assert _records(store, "_organization", "_template", "_version") == [("001", "clubs", 1)]


def test_the_file_is_kept_with_its_digest(store, put, clubs):
    result = put(ANA)
    with store.reading() as connection:
        assert b"".join(read_blob(connection, result.batch.sha256)) == clubs.file(ANA)


def test_a_file_on_disk_is_kept_under_its_own_name(store, clubs, tmp_path):
    path = tmp_path / "march.tsv"
    path.write_bytes(clubs.file(ANA))
    state = clubs.state()
    result = upload(
        store, clubs.ana, state, state.collections[0], path, facts=clubs.facts(), mode="upload", reference={}
    )
    assert (result.batch.file_name, result.created) == ("march.tsv", 1)


def test_a_file_that_is_not_there_makes_no_batch(store, clubs, tmp_path):
    state = clubs.state()
    with pytest.raises(NoSuchFileError, match=r'There is no file "gone.tsv"'):
        upload(
            store,
            clubs.ana,
            state,
            state.collections[0],
            tmp_path / "gone.tsv",
            facts=clubs.facts(),
            mode="upload",
            reference={},
        )
    assert list_batches(store, clubs.ana) == ()


def test_a_file_that_may_not_be_read_makes_no_batch(store, clubs, tmp_path):
    state = clubs.state()
    with pytest.raises(
        FileNotOpenedError, match=r'"folder" cannot be opened: Is a directory\. Close it in other programs'
    ):
        upload(
            store,
            clubs.ana,
            state,
            state.collections[0],
            tmp_path,
            name="folder",
            facts=clubs.facts(),
            mode="upload",
            reference={},
        )
    assert list_batches(store, clubs.ana) == ()


def test_a_file_that_changes_on_the_way_is_refused(store, put, clubs, monkeypatch):
    kept = keeping.keep_blob

    def keeps_another(connection, data):
        return kept(connection, data + b"\n")

    monkeypatch.setattr(keeping, "keep_blob", keeps_another)
    with pytest.raises(
        FileChangedError, match=r'"clubs.tsv" changed while it was being uploaded\. Nothing was stored; upload'
    ):
        put(ANA)
    assert _records(store) == []


def test_two_uploads_at_once_wait_for_each_other(opening, put):
    stores = [opening(), opening()]
    with ThreadPoolExecutor(2) as pool:
        results = list(pool.map(lambda store: put(ANA, BEN, into=store), stores))
    assert sorted((one.created, one.unchanged) for one in results) == [(0, 2), (2, 0)]
    assert len(_records(stores[0])) == 2


def test_a_test_run_changes_no_record_and_keeps_the_file_and_its_result(store, put, clubs):
    result = put(ANA, "001 000002 - F - - - -", mode="test")
    assert (result.batch.status, result.batch.rows, result.batch.rejected, result.created) == ("tested", 2, 1, 0)
    assert _records(store) == []
    shown = show_batch(store, clubs.ana, result.batch.id)
    assert (shown.result["verdict"], shown.not_added) == ("rows rejected", ())
    with store.reading() as connection:
        assert list(read_blob(connection, result.batch.sha256))


def test_rows_that_something_stops_are_kept_as_given_with_everything_said(store, put, clubs):
    result = put(ANA, "1 2 chess F x.y - - -", "001 000003 - F 1 - - -")
    assert (result.created, result.rejected) == (1, 2)
    shown = show_batch(store, clubs.ana, result.batch.id)
    assert shown.not_added_total == 2
    first, second = shown.not_added
    assert first.row == 3
    assert first.values == {
        "school": "1",
        "student": "2",
        "club": "chess",
        "term": "F",
        "hours": "x.y",
        "joined": None,
        "captain": None,
        "size": None,
    }
    assert {finding.value for finding in first.findings if finding.rule == "XX-FLD"} == {"x.y"}
    assert [finding.column for finding in second.findings] == ["club"]


def test_only_the_first_rows_not_added_are_listed_and_all_are_counted(store, put, clubs):
    result = put(*(f"001 00000{number} - F 1 - - -" for number in range(5)))
    shown = show_batch(store, clubs.ana, result.batch.id, limit=2)
    assert ([row.row for row in shown.not_added], shown.not_added_total) == ([2, 3], 5)


def test_a_row_of_another_shape_is_kept_as_its_line(store, put, clubs):
    result = put(ANA, "001 000009 chess")
    (row,) = show_batch(store, clubs.ana, result.batch.id).not_added
    assert row.values == {"": "001\t000009\tchess"}
    assert row.findings


def test_a_row_in_a_very_large_group_has_a_finding_of_its_own(store, put, clubs):
    result = put(*["001 000001 chess F 1 - - -"] * 60)
    assert (result.created, result.rejected) == (0, 60)
    last = show_batch(store, clubs.ana, result.batch.id).not_added[-1]
    assert last.findings[0].message == "Row 61 belongs to a large group of rows that XX-TWICE stops."


def test_the_same_rows_again_change_nothing(store, put):
    put(ANA, BEN)
    again = put(ANA, BEN)
    assert (again.created, again.updated, again.unchanged) == (0, 0, 2)
    assert _records(store, "_version", "_modified") == [(1, None), (1, None)]


def test_another_value_updates_the_record_and_notes_old_and_new(store, put, clubs):
    put(ANA, BEN)
    second = put(ANA.replace("1.5", "2.5").replace(" Y ", " - "), BEN)
    assert (second.created, second.updated, second.unchanged) == (0, 1, 1)
    assert _records(store) == [("000001", Decimal("2.50")), ("000002", None)]
    with store.reading() as connection:
        (change,) = changes_of(connection, store.records("xx/clubs"), 1)
    assert change.before == {"hours": "1.50", "captain": "true"}
    assert change.after == {"hours": "2.50", "captain": None}
    assert (change.actor, change.at, change.origin, change.batch) == ("ana", clubs.now, "batch", second.batch.id)


def test_the_same_file_twice_is_noticed(put):
    put(ANA)
    again = put(ANA, name="again.tsv")
    (found,) = again.run.findings
    assert found.message == 'The same file was uploaded before: batch 1, "clubs.tsv", by ana on 03/14/2025.'
    assert again.batch.status == "stored"


def test_the_day_of_the_earlier_upload_is_the_states_own(opening, put):
    store = opening(clock=FixedClock(datetime(2025, 3, 2, 2, 0, tzinfo=UTC)))
    put(ANA, into=store)
    (found,) = put(ANA, into=store).run.findings
    assert found.message.endswith("by ana on 03/01/2025.")


def test_the_same_file_after_its_batch_was_deleted_is_new(store, put, clubs):
    delete_batch(store, clubs.ana, put(ANA).batch.id)
    again = put(ANA)
    assert (len(again.run.findings), again.created) == (0, 1)


def test_the_same_file_for_another_organization_is_not_the_same_upload(put):
    put(ANA, mode="test")
    put(ANA, organization="D2")
    assert len(put(ANA).run.findings) == 0


def test_a_rule_over_records_sees_the_rows_stored_before(store, put):
    put("001 000001 chess F - - - -")
    second = put("002 1 robots F - - - -")
    assert [finding.rule for finding in second.run.findings if finding.stops == "row"] == ["XX-ONE-SCHOOL"]
    assert (second.created, _records(store, "school")) == (0, [("001",)])


def test_a_rule_that_looks_up_stored_rows_finds_them(put):
    put("001 000001 chess F - - - -")
    second = put("001 000001 chess S 9.99 - - -")
    assert [finding.message for finding in second.run.findings] == ["000001 was in chess before."]


def test_stored_rows_of_another_year_are_not_seen(opening, put, clubs):
    state = clubs.state(clubs.collection(layouts=(clubs.layout(), clubs.layout(year=2026))))
    store = opening(state)
    put("001 000001 chess F - - - -", state=state, into=store)
    other = put("001 000001 chess F 9.99 - - -", state=state, into=store, year=2026)
    assert (len(other.run.findings), other.created) == (0, 1)


def test_a_collection_that_rejects_stored_rows_stores_none_of_a_file_that_has_one(opening, put, clubs):
    state = clubs.state(clubs.collection(on_existing="reject"))
    store = opening(state)
    put(ANA, state=state, into=store)
    with pytest.raises(
        StoredKeyError,
        match=r"Rows 3 are stored already in xx/clubs \(same student, club, term\), and stored rows are not replaced\. "
        r"Nothing was stored; take these rows out and upload again\.",
    ):
        put(BEN, ANA, state=state, into=store)
    assert _records(store) == [("000001", Decimal("1.50"))]
    assert [batch.status for batch in list_batches(store, clubs.ana)] == ["failed", "stored"]


def test_a_file_with_one_record_twice_is_refused_where_no_rule_did_it(opening, put, clubs):
    ruleset = clubs.collection().ruleset.model_copy(update={"rules": clubs.rules[:1], "lookups": ()})
    state = clubs.state(clubs.collection(ruleset=ruleset))
    store = opening(state)
    with pytest.raises(
        RepeatedKeyError,
        match=r"Rows 2, 4 of the file are the same record of xx/clubs \(same student, club, term\)\. "
        r"Nothing was stored; keep one of them and upload again\.",
    ):
        put(BEN, ANA, BEN, state=state, into=store)
    assert _records(store) == []


def test_a_rejected_file_stores_nothing_and_says_why(store, put, clubs, opening):
    closed = clubs.state(clubs.collection(windows=(clubs.window(date(2025, 4, 1), date(2025, 4, 30)),)))
    result = put(ANA, state=closed)
    assert (result.batch.status, result.created, _records(store)) == ("file rejected", 0, [])
    shown = show_batch(store, clubs.ana, result.batch.id)
    assert [finding.message for finding in shown.file_findings] == [
        "Clubs for 2025 is closed on 03/14/2025: it is open from 04/01/2025 to 04/30/2025."
    ]
    assert shown.not_added == ()


def test_an_unreadable_file_is_kept_too(store, clubs):
    state = clubs.state()
    result = upload(
        store,
        clubs.ana,
        state,
        state.collections[0],
        b"\x00\x01 no table",
        name="clubs.exe",
        facts=clubs.facts(),
        mode="upload",
        reference={},
    )
    assert (result.batch.status, result.batch.layout, result.batch.size) == ("file rejected", None, 11)


def test_a_run_in_which_a_rule_crashes_stores_nothing(opening, put, clubs):
    def crashes(records, reference, facts, settings):
        raise ZeroDivisionError

    broken = clubs.rule("XX-CRASH", python=True)
    ruleset = clubs.collection().ruleset.model_copy(update={"rules": (*clubs.rules, broken)})
    state = clubs.state(clubs.collection(ruleset=ruleset, python={"XX-CRASH": crashes}))
    result = put(ANA, state=state, into=opening(state))
    assert (result.batch.status, result.created, result.run.verdict) == ("no answer", 0, "no answer")


def test_an_upload_that_breaks_off_leaves_no_row_and_a_failed_batch(store, put, clubs, monkeypatch):
    def breaks(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr("muster.collecting.uploading.keep_not_added", breaks)
    with pytest.raises(KeyboardInterrupt):
        put(ANA)
    assert _records(store) == []
    (batch,) = list_batches(store, clubs.ana)
    assert (batch.status, batch.rows) == ("failed", None)


def test_another_collections_records_are_a_reference_table_under_its_id(opening, put, clubs):
    awards = clubs.collection(
        id="awards",
        ruleset=clubs.collection().ruleset.model_copy(
            update={
                "rules": (
                    clubs.rules[0],
                    clubs.rule("XX-MEMBER", flag="NOT member.found", message="{student} is in no club."),
                ),
                "lookups": (
                    clubs.lookups[0].model_copy(update={"name": "member", "table": "clubs", "on": ("student",)}),
                ),
            }
        ),
    )
    state = clubs.state(awards, clubs.collection())
    store = opening(state)
    upload(
        store,
        clubs.ana,
        state,
        state.collections[1],
        clubs.file(ANA),
        name="c.tsv",
        facts=clubs.facts(),
        mode="upload",
        reference={},
    )
    result = put(ANA, BEN, state=state, into=store)
    assert [finding.message for finding in result.run.findings] == ["000002 is in no club."]


def test_a_batch_tells_what_became_of_it(store, put, clubs):
    put(ANA, "001 000002 - F - - - -")
    (batch,) = list_batches(store, clubs.ana)
    assert (batch.address, batch.year, batch.layout, batch.organization) == ("xx/clubs", 2025, "clubs", "D1")
    assert (batch.rows, batch.accepted, batch.rejected, batch.created) == (2, 1, 1, 1)
    assert (batch.uploaded_by, batch.uploaded_at, batch.mode) == ("ana", clubs.now, "upload")
    result = show_batch(store, clubs.ana, batch.id).result
    assert (result["verdict"], result["severities"]["error"]) == ("rows rejected", 1)
    assert {line["rule"] for line in result["coverage"]} >= {"XX-FLD", "XX-TWICE"}


def test_a_batch_that_is_not_there_is_named(store, clubs):
    with pytest.raises(UnknownBatchError, match=r'There is no batch 7\. See "muster batches" for those there are\.'):
        show_batch(store, clubs.ana, 7)


def test_stored_rows_are_found_for_a_person_whose_zeros_are_missing_in_the_file(put):
    put("001 000001 chess F - - - -")
    assert put("1 1 chess F 2 - - -").updated == 1


def test_decimals_stay_exact(store, put):
    put("001 000001 chess F 0.10 - - -", "001 000002 chess F 12345678901234.56 - - -")
    assert _records(store, "hours") == [(Decimal("0.10"),), (Decimal("12345678901234.56"),)]


def test_a_rule_may_read_the_days_on_which_stored_rows_were_written(opening, put, clubs):
    lookup = clubs.lookups[0].model_copy(
        update={"columns": {"last": "MAX(modified_date)", "first": "MIN(created_date)"}}
    )
    seen = clubs.rule("XX-SEEN", flag="stored.last = DATE '2025-03-14'", message="Stored on {stored.first}.")
    ruleset = clubs.collection().ruleset.model_copy(update={"rules": (seen,), "lookups": (lookup,)})
    state = clubs.state(clubs.collection(ruleset=ruleset))
    store = opening(state)
    put(ANA, state=state, into=store)
    again = put(ANA, state=state, into=store)
    assert [finding.message for finding in again.run.findings if finding.row] == ["Stored on 03/14/2025."]


def test_a_rule_over_whole_records_sees_every_column(opening, put, clubs):
    same = clubs.rule("XX-SAME", unique="*", within="records", severity="warning", stops="nothing", message="Again.")
    state = clubs.state(clubs.collection(key=("student", "club", "term", "size"), ruleset=_only(clubs, same)))
    store = opening(state)
    put(ANA, state=state, into=store)
    again = put(ANA.replace("12", "13"), state=state, into=store)
    assert [finding.message for finding in again.run.findings if finding.row] == []


def _only(clubs, *rules):
    return clubs.collection().ruleset.model_copy(update={"rules": (clubs.rules[0], *rules), "lookups": ()})
