"""Screens: paged, sorted, searched and exported, whatever the table; and only what the actor may see."""

import io
from datetime import date
from decimal import Decimal

import polars as pl
import pytest

from muster.access.refusals import NotAllowedError
from muster.acting.failures import InputError, NotATableError, UnknownScreenError, UnknownSortError
from muster.acting.inputs import fields_of, private_fields
from muster.acting.queries import FrameQuery, RecordQuery
from muster.acting.screens import as_text
from muster.model.actors import Actor, Grant
from muster.model.places import Place
from muster.model.screens import Paging
from muster.store.failures import UnknownRecordError
from muster.store.history import begin_writing
from muster.store.records import write_rows

MANY = 100_000


def fill(islands, rows):
    """Store many crafts at once, as an upload would."""
    with islands.store.writing() as connection:
        records = islands.store.records("kel/crafts")
        number = begin_writing(connection, "form", "tide", islands.store.clock.now())
        known = pl.DataFrame(schema={"_id": pl.Int64})
        write_rows(connection, records, rows, year=2026, organization="V-reed", writing_id=number, known=known)


def many(number=MANY):
    place = pl.int_range(number, eager=True)
    return pl.DataFrame({"days": place % 90 + 1}).select(
        pl.lit("V-reed").alias("village"),
        pl.format("s{}-tol", place).alias("stone"),
        pl.lit("weaving").alias("craft"),
        "days",
        pl.lit(None, pl.String).alias("teacher"),
        pl.lit(True).alias("finished"),
        pl.lit("slate").alias("template"),
    )


def test_a_table_of_100_000_records(islands):
    fill(islands, many())
    page = islands.seen("crafts").page
    assert (page.total, page.pages, page.first, page.last) == (MANY, 2000, 1, 50)
    assert page.rows[0].cells == ("s0-tol", "weaving", "1", "")
    last = islands.seen("crafts", asked=Paging(page=2000)).page
    assert (last.first, last.last, last.rows[-1].cells[0]) == (99_951, MANY, "s99999-tol")
    most = islands.seen("crafts", asked=Paging(sort="days", descending=True, size=3)).page
    assert [row.cells[2] for row in most.rows] == ["90", "90", "90"]
    found = islands.seen("crafts", asked=Paging(search="S4321", sort="stone")).page
    assert (found.total, found.rows[0].cells[0]) == (11, "s4321-tol")
    assert found.rows[0].record == 4322
    stream = io.StringIO()
    assert islands.export(islands.scribe, islands.reed, "crafts", {}, Paging(search="s9999"), stream) == 11
    assert stream.getvalue().splitlines()[:2] == ["Name stone,Craft,Days,Taught by", "s9999-tol,weaving,10,"]


def test_a_search_takes_every_character_for_itself(islands):
    islands.learn("ana-tol", "weaving 80 M%")
    islands.learn("bel-tol", "weaving 80 M_")
    islands.learn("cas-tol", "weaving 80 M\\'")
    assert [islands.rows("crafts", asked=Paging(search=one))[0][0] for one in ("m%", "m_", "\\'")] == [
        "ana-tol", "bel-tol", "cas-tol",
    ]  # fmt: skip
    assert islands.rows("crafts", asked=Paging(search="zz")) == []


def test_blanks_come_last_and_equals_stay_in_order(islands):
    islands.learn("ana-tol", "weaving 80", "canoes 7 Mo")
    islands.learn("bel-tol", "weaving 80 Kai")
    for descending, expected in ((False, ["Kai", "Mo", ""]), (True, ["Mo", "Kai", ""])):
        rows = islands.rows("crafts", asked=Paging(sort="teacher", descending=descending))
        assert [row[3] for row in rows] == expected


def test_filters_come_from_the_screens_parameters(islands):
    islands.learn("ana-tol", "weaving 80", "canoes 7")
    assert islands.rows("crafts", craft="canoes") == [("ana-tol", "canoes", "7", "")]
    assert islands.rows("crafts", stone="bel-tol") == []
    (screen, *_) = islands.screens(islands.scribe, islands.reed)
    assert private_fields(screen.parameters) == {"stone"}
    with pytest.raises(InputError, match='There is no field "moon".'):
        islands.seen("crafts", moon="full")


def test_a_detail_has_its_values_tables_and_links(islands):
    islands.learn("ana-tol", "weaving 80 Mo")
    shown = islands.seen("craft", record=1)
    assert shown.detail.values == (("Village", "V-reed"), ("Days", "80"), ("Taught by", "Mo"))
    assert (shown.detail.version, shown.tables[0].title, shown.tables[0].empty) == (
        1,
        "Gifts",
        "No gift was given for it.",
    )
    with pytest.raises(UnknownRecordError, match="kel/crafts has no record 9; it may have been deleted."):
        islands.seen("craft", record=9)


def test_counts_are_links(islands):
    islands.learn("ana-tol", "weaving 80", "canoes 7")
    counts = islands.seen("numbers").counts
    assert [(one.label, one.number, one.link.screen) for one in counts.counts] == [
        ("Crafts", 2, "crafts"),
        ("Weavers", 1, "crafts"),
    ]
    with pytest.raises(NotATableError, match='The screen "numbers" shows no table, so there is nothing to export.'):
        islands.export(islands.scribe, islands.reed, "numbers", {}, Paging(), io.StringIO())


def test_nobody_sees_another_village_or_another_season(islands):
    islands.learn("ana-tol", "weaving 80")
    assert islands.rows("crafts", who=islands.stranger, place=Place("kel", "V-moss", 2026)) == []
    assert islands.rows("crafts", place=Place("kel", "V-reed", 2025)) == []
    with pytest.raises(NotAllowedError, match="Stan may not see the data for kel/V-reed in 2026"):
        islands.seen("crafts", who=islands.stranger)
    whole = Actor("Eve", grants=(Grant("kel", "council", frozenset({"view"})),))
    assert len(islands.rows("crafts", who=whole, place=Place("kel", None, 2026))) == 1


def test_a_screen_asks_for_its_own_permission(islands):
    assert [one.id for one in islands.screens(islands.scribe, islands.reed)] == ["crafts", "craft", "numbers"]
    with pytest.raises(NotAllowedError, match="Sol may not sign for kel/V-reed in 2026"):
        islands.seen("elders")
    with pytest.raises(UnknownScreenError, match='kel has no screen "moon". Known: craft, crafts, elders, numbers.'):
        islands.seen("moon")


def test_a_table_is_sorted_by_what_it_shows(islands):
    sentence = "The table cannot be sorted by this column. Choose one of: stone, craft, days, teacher."
    with pytest.raises(UnknownSortError) as caught:
        islands.seen("crafts", asked=Paging(sort="village"))
    assert str(caught.value) == sentence


def test_where_an_actor_works(islands):
    assert islands.places(islands.scribe) == (Place("kel", "V-reed", 2026),)


def test_computed_rows_are_paged_alike():
    frame = pl.DataFrame({"name": ["b", None, "A", "c"], "number": [2, 3, 1, None]})
    query = FrameQuery(frame)
    assert query.count(["name"], "a") == 1
    assert query.page(["name"], Paging(sort="name", size=2))["name"].to_list() == ["A", "b"]
    assert query.page(["number"], Paging(sort="number", descending=True))["number"].to_list() == [3, 2, 1, None]
    assert [part.height for part in query.slices(["name"], Paging())] == [4]


def test_decimals_sort_as_numbers(opening, clubs):
    store = opening()
    rows = pl.DataFrame({"student": ["1", "2", "3"], "hours": ["9", "10", None]}).with_columns(
        pl.col("hours").cast(pl.Decimal(18, 2)),
        school=pl.lit("s"),
        club=pl.lit("c"),
        term=pl.lit("t"),
        template=pl.lit("clubs"),
    )
    with store.writing() as connection:
        records = store.records("xx/clubs")
        number = begin_writing(connection, "form", "ana", clubs.now)
        known = pl.DataFrame(schema={"_id": pl.Int64})
        write_rows(connection, records, rows, year=2025, organization="D1", writing_id=number, known=known)
        query = RecordQuery(connection, records, ())
        assert query.page(["hours"], Paging(sort="hours"))["hours"].to_list() == [
            Decimal("9.00"),
            Decimal("10.00"),
            None,
        ]


@pytest.mark.parametrize(
    ("value", "text"),
    [(None, ""), (True, "Yes"), (False, "No"), (date(2026, 2, 9), "2026-02-09"), (Decimal("1.50"), "1.50"), (7, "7")],
)
def test_values_are_written_for_people(islands, value, text):
    assert as_text(value, islands.plugins.state("kel")) == text


def test_an_export_holds_no_formula(islands):
    islands.learn("ana-tol", "weaving 80 =1+1")
    stream = io.StringIO()
    islands.export(islands.scribe, islands.reed, "crafts", {}, Paging(), stream)
    assert stream.getvalue().splitlines()[1] == "ana-tol,weaving,80,'=1+1"


def test_the_fields_of_a_form(islands):
    action, _ = islands.form(islands.scribe, islands.reed, "learn")
    stone, crafts = fields_of(action.input)
    assert (stone.label, stone.required, stone.private, stone.kind) == ("Name stone", True, True, "text")
    assert [(one.label, one.kind, one.choices) for one in crafts.rows] == [
        ("Craft", "text", ()),
        ("Days", "number", ()),
        ("Teacher", "text", ()),
        ("Finished", "choice", ("Y", "N")),
    ]
