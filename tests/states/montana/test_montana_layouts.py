"""What the CTE End of Year layout says, and the rule list against the one kept by hand."""

import csv
from datetime import date
from pathlib import Path

import pytest

GOLDEN = Path(__file__).parents[2] / "golden" / "montana" / "rules.tsv"


def listed():
    with GOLDEN.open(encoding="utf-8", newline="") as file:
        return {row["id"]: row for row in csv.DictReader(file, delimiter="\t")}


def declared(collection):
    return {
        rule.id: {
            "id": rule.id,
            "severity": rule.severity,
            "stops": rule.stops,
            "title": rule.title,
            "source": "; ".join(rule.cites) or "derived",
        }
        for rule in collection.ruleset.rules
    }


def test_the_rules_are_those_of_the_states_documents(collection):
    theirs, ours = listed(), declared(collection)
    missing = sorted(theirs.keys() - ours.keys())
    extra = sorted(ours.keys() - theirs.keys())
    differing = [(theirs[one], ours[one]) for one in sorted(theirs.keys() & ours.keys()) if theirs[one] != ours[one]]
    assert (missing, extra, differing) == ([], [], []), f"missing {missing}\nextra {extra}\ndiffering {differing}"


def test_the_layout_is_the_same_in_all_three_years(collection):
    assert collection.years == (2024, 2025, 2026)
    assert len({collection.layouts_of(year)[0].names for year in collection.years}) == 1


def test_only_the_first_five_columns_are_published(collection):
    marks = [column.mark for column in collection.layouts_of(2026)[0].columns]
    assert marks == ["found"] * 5 + ["derived"] * 11


def test_the_file_has_a_header_record_and_no_row_of_names(collection):
    layout = collection.layouts_of(2025)[0]
    assert (layout.medium, layout.extensions, layout.names_row) == ("delimited", ("tsv",), False)
    assert layout.header_record.record_type == "HD"
    assert [column.name for column in layout.header_record.columns] == ["date", "time", "version"]


def test_the_seventeen_pathways_have_placeholder_codes(montana):
    catalog = next(one for one in montana.catalogs if one.table == "pathways")
    assert len(catalog.rows) == 17
    assert {mark.mark for mark in catalog.marks} == {"placeholder"}
    assert len({row["name"] for row in catalog.rows}) == len({row["code"] for row in catalog.rows}) == 17


@pytest.mark.parametrize(
    ("year", "opens", "certify_by", "corrections_until"),
    [
        (2024, date(2024, 5, 13), date(2024, 6, 21), date(2024, 6, 30)),
        (2025, date(2025, 5, 12), date(2025, 6, 20), date(2025, 6, 30)),
        (2026, date(2026, 5, 11), date(2026, 6, 19), date(2026, 6, 30)),
    ],
)
def test_each_year_has_its_dates(collection, year, opens, certify_by, corrections_until):
    first, second = [one for one in collection.windows if one.year == year]
    assert (first.opens, first.closes, second.closes) == (opens, certify_by, corrections_until)
    assert (second.opens - first.closes).days == 1
    assert collection.function == first.function == second.function


def test_where_the_opening_day_of_2026_comes_from_is_said(collection):
    marks = {(one.year, one.round): one.derived for one in collection.windows}
    assert marks[2025, 1] is False
    assert "opens" in marks[2026, 1]


def test_every_source_that_is_cited_is_listed(montana, collection):
    layout = collection.layouts_of(2025)[0]
    marked = [*collection.ruleset.rules, *collection.settings, *collection.windows, *layout.columns, layout]
    marked += [mark for catalog in montana.catalogs for mark in catalog.marks] + list(montana.tables)
    cited = {cite.partition(":")[0] for one in marked for cite in one.cites}
    assert cited <= set(montana.sources)


def test_every_source_that_is_listed_is_cited(montana, collection):
    layout = collection.layouts_of(2025)[0]
    marked = [*collection.ruleset.rules, *collection.settings, *collection.windows, *layout.columns]
    marked += [layout, collection, *layout.header_record.columns, layout.header_record, *montana.tables]
    cited = {cite.partition(":")[0] for one in marked for cite in one.cites}
    assert set(montana.sources) == cited
