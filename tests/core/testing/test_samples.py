"""The sample machinery: what it writes, and that its key tells the truth about it."""

import json
from datetime import date
from types import SimpleNamespace

import fastexcel
import polars as pl
import pytest

from muster.model.columns import Column
from muster.model.layouts import HeaderRecord, Layout
from muster.testing.grids import Grid
from muster.testing.mutations import FileMutation, Mutation, Sample, as_layout, setting
from muster.testing.people import NoPeopleError, age_on, birth_dates, people, scattered
from muster.testing.samples import TooFewRowsError, write_sample


def layout(layout_id="form", **changes):
    columns = [Column(name=name, label=name.title()) for name in ("person", "course", "credits")]
    plain = {"id": layout_id, "year": 2025, "title": "Form", "columns": columns}
    text = {"medium": "delimited", "extensions": ["tsv"], "names_row": False}
    record = HeaderRecord(record_type="HD", columns=[Column(name="date", label="Date")])
    return Layout(**{**plain, **text, "header_record": record, **changes})


WORKBOOK = layout("book", medium="workbook", extensions=["xlsx"], names_row=True, header_record=None)


def drop_line(spot):
    spot.drop()
    spot.about_the_file()


def twice(spot):
    spot.intended(spot.index, spot.copy(course="Z"))


def unknown_person(spot):
    for index in spot.table("roster").find(person=spot["person"]):
        spot.table("roster").drop(index)


class Maker:
    mutations = (Mutation("credits in words", "X-1", setting(credits="two"), ("X-2",)),)
    file_mutations = ()

    def __init__(self, *layouts, mutations=None, file_mutations=()):
        self.layouts = layouts or (layout(),)
        self.mutations = self.mutations if mutations is None else tuple(mutations)
        self.file_mutations = tuple(file_mutations)

    def make(self, collection, *, year, rows, seed, people):
        names = people["roster"]["person"].to_list() if people else [f"P{index // 2}" for index in range(rows)]
        frame = pl.DataFrame({"person": names[:rows], "course": "A", "credits": "1.00"})
        sheets = {one.id: Grid(frame) for one in self.layouts}
        roster = Grid(frame.select("person").unique(maintain_order=True))
        return Sample(year, date(2025, 5, 1), "0001", {"roster": roster}, sheets, {"date": "05/01/2025"})


@pytest.fixture
def write(tmp_path):
    def write(maker, errors="each", rows=20, people=None):
        collection = SimpleNamespace(
            id="credits", address="xx/credits", person="person", layouts_of=lambda year: maker.layouts
        )
        folder = tmp_path / "sample"
        report = write_sample(
            maker, collection, year=2025, rows=rows, errors=errors, seed=7, people=people, directory=folder
        )
        return folder, report, json.loads((folder / "expected.json").read_text())

    return write


def test_a_clean_sample_is_files_reference_and_an_empty_key(write):
    folder, report, key = write(Maker(), "none", rows=3)
    assert (folder / "credits.tsv").read_text() == "HD\t05/01/2025\nP0\tA\t1.00\nP0\tA\t1.00\nP1\tA\t1.00\n"
    assert (folder / "reference/roster.csv").read_text() == "person\nP0\nP1\n"
    assert (report.files, report.rows, report.mistakes) == (("credits.tsv",), 3, 0)
    assert key["files"] == [
        {
            "file": "credits.tsv",
            "layout": "form",
            "rows": 3,
            "as_of": "2025-05-01",
            "organization": "0001",
            "upload": False,
            "before": [],
            "mistakes": [],
        }
    ]


def test_each_mistake_stands_in_the_key_with_its_row_and_consequences(write):
    folder, _, key = write(Maker())
    (mistake,) = key["files"][0]["mistakes"]
    (row,) = mistake["rows"]
    assert (folder / "credits.tsv").read_text().split("\n")[row - 1].endswith("\ttwo")
    assert (mistake["mistake"], mistake["rule"]) == ("credits in words", "X-1")
    assert mistake["consequences"] == [{"rule": "X-2", "rows": [row]}]


def test_no_two_mistakes_touch_the_same_person(write):
    mutations = [Mutation(f"mistake {number}", "X-1", setting(credits="x")) for number in range(10)]
    _, _, key = write(Maker(mutations=mutations))
    rows = [row for mistake in key["files"][0]["mistakes"] for row in mistake["rows"]]
    assert len({(row - 2) // 2 for row in rows}) == 10


def test_a_share_of_the_rows_can_be_spoiled(write):
    _, report, _ = write(Maker(), 0.1, rows=100)
    assert report.mistakes == 10


def test_too_few_rows_are_said(write):
    mutations = [Mutation(f"mistake {number}", "X-1", setting(credits="x")) for number in range(3)]
    with pytest.raises(TooFewRowsError) as caught:
        write(Maker(mutations=mutations), rows=4)
    assert str(caught.value) == '4 rows are too few for the mistake "mistake 2"; ask for more with --rows.'


def test_a_mistake_may_concern_other_rows_and_the_reference(write):
    maker = Maker(mutations=[Mutation("twice", "X-3", twice), Mutation("nobody", "X-4", unknown_person)])
    folder, report, key = write(maker)
    twice_key, nobody_key = key["files"][0]["mistakes"]
    assert twice_key["rows"][-1] == report.rows + 1 == 22
    person = (folder / "credits.tsv").read_text().split("\n")[nobody_key["rows"][0] - 1].split("\t")[0]
    assert person not in (folder / "reference/roster.csv").read_text().split()


def test_a_mistake_that_only_an_upload_can_find_follows_a_clean_file(write):
    august = date(2025, 8, 1)
    closed = Mutation(
        "closed", "X-6", lambda spot: spot.about_the_file(), upload=True, after_first=False, as_of=lambda _: august
    )
    folder, _, key = write(Maker(mutations=[Mutation("left out", "X-5", drop_line, upload=True), closed]))
    main, first, left_out, late = key["files"]
    assert (main["mistakes"], first["file"], first["upload"]) == ([], "credits-first.tsv", False)
    assert (left_out["upload"], left_out["before"], left_out["rows"]) == (
        True,
        ["credits-first.tsv"],
        first["rows"] - 1,
    )
    assert left_out["mistakes"] == [{"mistake": "left out", "rule": "X-5", "rows": [], "consequences": []}]
    assert (late["before"], late["as_of"]) == ([], "2025-08-01")
    assert (
        len((folder / left_out["file"]).read_text().split("\n"))
        == len((folder / first["file"]).read_text().split("\n")) - 1
    )


def test_a_mistake_of_another_sender_has_its_own_file_and_sender(write):
    other = Mutation("other sender", "X-7", setting(course="B"), sender=lambda sample: "0002")
    _, _, key = write(Maker(mutations=[other]))
    assert [(one["organization"], one["upload"]) for one in key["files"]] == [
        ("0001", False),
        ("0001", False),
        ("0002", False),
    ]


def test_a_mistake_with_the_whole_file_has_a_file_of_its_own(write):
    empty = FileMutation("an empty file", "X-8", lambda file: b"", suffix="txt", line=1, consequences=("X-9",))
    folder, _, key = write(Maker(file_mutations=[empty]))
    assert (folder / "credits-an-empty-file.txt").read_bytes() == b""
    hit = {"mistake": "an empty file", "rule": "X-8", "rows": [1], "consequences": [{"rule": "X-9", "rows": []}]}
    assert key["files"][1]["mistakes"] == [hit]


def test_files_of_several_layouts_are_named_after_them(write):
    mutations = [Mutation("for books", "X-1", setting(credits="x"), layouts=("book",))]
    mutations.append(Mutation("for others", "X-1", setting(credits="x"), columns=("no_such_column",)))
    _, report, key = write(Maker(layout(), WORKBOOK, mutations=mutations))
    assert report.files == ("credits-form.tsv", "credits-book.xlsx")
    assert [len(one["mistakes"]) for one in key["files"]] == [0, 1]


def test_workbooks_hold_text_unless_a_mistake_wants_otherwise(write):
    def spoil(spot):
        spot.cell("credits", 2)
        spot.cell("course", date(2025, 5, 1))

    def error(spot):
        spot.cell("credits", ("=NA()", "#N/A"))

    folder, _, key = write(
        Maker(WORKBOOK, mutations=[Mutation("numbers", "X-1", spoil), Mutation("error", "X-2", error)])
    )
    frame = fastexcel.read_excel(folder / "credits.xlsx").load_sheet("Data", dtypes="string").to_polars()
    number, wrong = [one["rows"][0] - 2 for one in key["files"][0]["mistakes"]]
    assert frame.columns == ["Person", "Course", "Credits"]
    assert frame.row(number)[1:] == ("2025-05-01 00:00:00", "2")
    assert frame.row(wrong)[2] is None
    assert frame.filter(pl.col("Credits") == "1.00").height == 18


def test_a_line_of_a_delimited_file_can_be_written_as_it_is(write):
    folder, _, key = write(Maker(mutations=[Mutation("short line", "X-1", lambda spot: spot.line("P9"))]))
    (row,) = key["files"][0]["mistakes"][0]["rows"]
    assert (folder / "credits.tsv").read_text().split("\n")[row - 1] == "P9"


def test_rows_can_be_written_into_another_layout(write):
    wrong = FileMutation(
        "last year's", "X-1", as_layout(layout(columns=[Column(name="other", label="Other")], names_row=True))
    )
    folder, _, _ = write(Maker(file_mutations=[wrong]))
    assert (folder / "credits-last-year-s.tsv").read_text().startswith("HD\t05/01/2025\nOther\n")


def test_given_people_take_the_place_of_made_up_ones(write, tmp_path):
    people = "person,student_id,last_name,first_name\nMeadow,1,Meadow,Al\nRiver,2,River,Bo\nPond,,Pond,Cy\n"
    (tmp_path / "roster.csv").write_text(people)
    folder, _, _ = write(Maker(), "none", rows=3, people=tmp_path)
    assert (folder / "credits.tsv").read_text().count("\n") == 3
    assert "Pond" not in (folder / "credits.tsv").read_text()


@pytest.mark.parametrize("text", [None, "person\nMeadow\n"])
def test_a_folder_without_people_is_refused(write, tmp_path, text):
    if text:
        (tmp_path / "roster.csv").write_text(text)
    with pytest.raises(NoPeopleError) as caught:
        write(Maker(), "none", people=tmp_path)
    columns = "student_id, last_name, first_name"
    assert str(caught.value) == f"{tmp_path} has no roster.csv with the columns {columns}; choose another folder."


def test_the_same_seed_gives_the_same_people():
    assert people(50, 3, year=2025, digits=9).equals(people(50, 3, year=2025, digits=9))
    assert not people(50, 3, year=2025, digits=9).equals(people(50, 4, year=2025, digits=9))


def test_made_up_numbers_are_all_different():
    numbers = scattered(20_000, 9, 5)
    assert numbers.n_unique() == 20_000
    assert set(numbers.str.len_chars()) == {9}


def test_birth_dates_go_with_the_grade():
    born = birth_dates(pl.Series(["9", "12"] * 20), 2025, 1)
    ages = {(grade, age_on(day, date(2024, 9, 1))) for grade, day in zip(["9", "12"] * 20, born, strict=True)}
    assert ages == {("9", 14), ("12", 17)}


def test_a_grid_refuses_columns_it_lacks():
    with pytest.raises(KeyError, match="no such column: shoe"):
        Grid(pl.DataFrame({"person": ["P1"]})).change(0, shoe="7")


def test_a_grid_finds_changed_and_added_rows_and_counts_positions():
    grid = Grid(pl.DataFrame({"person": ["P1", "P2", "P1"], "course": ["A", None, "B"]}))
    grid.change(1, person="P1")
    added = grid.add({"person": "P1"})
    grid.drop(0)
    assert grid.find(person="P1") == [1, 2, added]
    assert [grid.position(index) for index in (1, 2, added)] == [0, 1, 2]
    assert grid.frame().rows() == [("P1", None), ("P1", "B"), ("P1", None)]
    assert (len(grid), grid.height, grid[added]) == (4, 3, {"person": "P1", "course": ""})
