"""Reference tables in the database: who loaded what for whom, and what a run gets of it."""

from datetime import date

import polars as pl
import pytest
from sqlalchemy import text

from muster.store.failures import ReferenceColumnsError, RepeatedReferenceError, UnknownReferenceTableError

TREE = pl.DataFrame(
    {
        "organization_id": ["A", "D1", "D2", "001", "002"],
        "kind": ["agency", "district", "district", "school", "school"],
        "parent_id": [None, "A", "A", "D1", "D2"],
    }
)


@pytest.fixture
def load(store, clubs):
    def load_frames(organization=None, **frames):
        return store.replace_reference(
            clubs.state(), frames, organization=organization, actor=clubs.ana, source="made up"
        )

    return load_frames


@pytest.fixture
def loaded(store, clubs):
    def frames(year=2025, organization=None):
        return store.reference_frames(clubs.state(), year, organization=organization)

    return frames


def _roster(*rows):
    columns = ["student_id", "organization_id", "year", "grade"]
    return pl.DataFrame(list(rows), schema=columns, orient="row")


def test_a_table_that_was_never_loaded_is_not_there(loaded):
    assert loaded() == {}


def test_a_table_that_was_loaded_empty_is_there(load, loaded):
    load(roster=_roster().cast({"year": pl.Int64}))
    assert loaded()["roster"].height == 0


def test_a_loaded_table_comes_back_typed_with_all_its_columns(load, loaded, clubs):
    rows = _roster(("000001", "001", 2025, 11)).with_columns(
        birth_date=pl.lit(date(2009, 1, 2)), homeless=pl.lit(value=False)
    )
    assert load(roster=rows) == {"roster": 1}
    roster = loaded()["roster"]
    assert roster.columns == [column.name for column in clubs.state().table("roster").columns]
    assert roster.select("student_id", "year", "grade", "birth_date", "homeless", "migrant").row(0) == (
        "000001",
        2025,
        11,
        date(2009, 1, 2),
        False,
        None,
    )


def test_loading_again_replaces_what_the_same_organization_loaded(load, loaded):
    load("001", roster=_roster(("000001", "001", 2025, 11)))
    load("002", roster=_roster(("000002", "002", 2025, 11)))
    load("001", roster=_roster(("000003", "001", 2025, 11)))
    assert sorted(loaded()["roster"]["student_id"]) == ["000002", "000003"]


def test_loading_one_year_keeps_the_other_years(load, loaded):
    load(roster=_roster(("000001", "001", 2024, 10)))
    load(roster=_roster(("000001", "001", 2025, 11)))
    load(roster=_roster(("000001", "001", 2025, 12)))
    assert sorted(loaded()["roster"]["grade"]) == [10, 12]


def test_a_run_gets_its_year_and_the_one_before(load, loaded):
    load(roster=_roster(*(("000001", "001", year, 9) for year in (2022, 2023, 2024, 2025, 2026))))
    assert sorted(loaded(2025)["roster"]["year"]) == [2024, 2025]


def test_an_organization_sees_its_own_and_those_above_and_below(load, loaded):
    load(organizations=TREE)
    load("D1", roster=_roster(("000001", "001", 2025, 11)))
    load("002", roster=_roster(("000002", "002", 2025, 11)))
    load("A", roster=_roster(("000003", "001", 2025, 11)))
    for organization, students in (
        ("001", ["000001", "000003"]),
        ("D1", ["000001", "000003"]),
        ("D2", ["000002", "000003"]),
        ("A", ["000001", "000002", "000003"]),
        ("unknown", []),
    ):
        assert sorted(loaded(organization=organization)["roster"]["student_id"]) == students


def test_an_organizations_own_row_counts_before_one_loaded_for_everybody(load, loaded):
    load("001", roster=_roster(("000001", "001", 2025, 11)))
    load(roster=_roster(("000001", "001", 2025, 9), ("000002", "001", 2025, 9)))
    assert sorted(loaded()["roster"].select("student_id", "grade").rows()) == [("000001", 11), ("000002", 9)]


def test_the_same_row_twice_is_taken_once(load):
    row = ("000001", "001", 2025, 11)
    assert load(roster=_roster(row, row)) == {"roster": 1}


def test_two_rows_of_one_key_are_refused_and_nothing_is_loaded(load, loaded):
    with pytest.raises(
        RepeatedReferenceError,
        match=r'2 rows for the reference table "roster" repeat a key \(student_id, organization_id, year\)\. '
        r"Nothing was loaded; keep one row a key\.",
    ):
        load(organizations=TREE, roster=_roster(("000001", "001", 2025, 11), ("000001", "001", 2025, 12)))
    assert loaded() == {}


def test_a_frame_without_its_key_is_refused(load):
    with pytest.raises(
        ReferenceColumnsError, match=r'The reference table "roster" needs the columns organization_id, year\. Nothing'
    ):
        load(roster=pl.DataFrame({"student_id": ["000001"]}))


def test_a_table_that_the_state_does_not_declare_is_refused(load):
    with pytest.raises(
        UnknownReferenceTableError, match=r'xx has no reference table "buses" to load\. Known: organizations, roster\.'
    ):
        load(buses=TREE)


def test_every_load_is_recorded(load, store, clubs):
    load("D1", roster=_roster(("000001", "001", 2025, 11)))
    with store.reading() as connection:
        query = "SELECT state, name, organization, year, source, actor, at, rows FROM reference_load"
        assert connection.execute(text(query)).all() == [
            ("xx", "roster", "D1", 2025, "made up", "ana", clubs.now.isoformat(), 1)
        ]
