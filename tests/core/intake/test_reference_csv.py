"""Folders of reference CSVs: what is read, what is left out, and the sentence for each."""

from datetime import date
from decimal import Decimal

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from muster.errors import DeclarationError
from muster.intake.reference_cells import frame_schema
from muster.intake.reference_csv import NoReferenceFolderError, catalog_frames, read_reference_folder
from muster.model.columns import Column
from muster.model.marks import Marked
from muster.model.reference import STANDARD_TABLES, Catalog, ReferenceTable, standard_table
from muster.model.states import State
from muster.reference.tables import write_reference_folder

STANDARD = [standard_table(name, name.title()) for name in STANDARD_TABLES]
COURSES = ReferenceTable(
    name="courses",
    title="Courses",
    origin="loaded",
    key=("course", "first_year"),
    columns=(
        Column(name="course", label="Course number", type="code", length=4, pad=True),
        Column(name="level", label="Level", type="code", allowed=("A", "B")),
        Column(name="credits", label="Credits", type="decimal", places=3),
        Column(name="hours", label="Hours", most=3),
        Column(name="section", label="Section", type="code", pattern="[A-Z][0-9]"),
        Column(name="starts", label="Starts", type="date"),
        Column(name="open", label="Open", type="boolean", true=("yes",), false=("no",)),
        Column(name="first_year", label="First year", type="integer"),
        Column(name="last_year", label="Last year", type="integer"),
    ),
    derived=True,
)


@pytest.fixture
def read(tmp_path):
    """Return a function that writes files into a folder and reads them."""

    def write_and_read(files, tables=(*STANDARD, COURSES)):
        for name, content in files.items():
            data = content if isinstance(content, bytes) else content.encode()
            (tmp_path / name).write_bytes(data)
        return read_reference_folder(tmp_path, tables)

    return write_and_read


def told(found):
    return [problem.message for problem in found.problems]


def test_a_file_becomes_a_typed_frame_with_all_columns_of_its_table(read):
    found = read({"courses.csv": "course,credits,starts,open,first_year\n0101,0.125,08/15/2024,yes,2025\n"})
    frame = found.frames["courses"]
    assert list(frame.columns) == [column.name for column in COURSES.columns]
    assert frame.row(0) == ("0101", None, Decimal("0.125"), None, None, date(2024, 8, 15), True, 2025, None)
    assert told(found) == found.notes == found.files_ignored == []


def test_headers_match_by_name_or_label_whatever_their_case_and_punctuation(read):
    found = read({"Roster.CSV": 'STUDENT ID,"Organization-Id",School year,Last_Name\n7,01,2025,Doe\n'})
    assert found.frames["roster"].select("student_id", "organization_id", "year", "last_name").row(0) == (
        "7",
        "01",
        2025,
        "Doe",
    )


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_every_encoding_of_the_readers_is_read(read, encoding):
    found = read({"educators.csv": "educator_id,last_name\r\n1,Muñoz\r\n".encode(encoding)})
    assert found.frames["educators"]["last_name"].to_list() == ["Muñoz"]


def test_a_table_without_a_file_is_not_there(read):
    assert set(read({"educators.csv": "educator_id\n1\n"}).frames) == {"educators"}


def test_dates_are_read_as_declared_and_as_spreadsheets_write_them(read):
    text = "student_id,organization_id,year,birth_date\n1,9,2025,2008-02-29\n2,9,2025,2/9/2008\n"
    assert read({"roster.csv": text}).frames["roster"]["birth_date"].to_list() == [date(2008, 2, 29), date(2008, 2, 9)]


def test_a_private_value_is_never_in_the_sentence(read):
    found = read({"roster.csv": "student_id,organization_id,year,birth_date\n7,01,2025,31 May 2009\n"})
    assert told(found) == ["roster.csv, line 2: birth_date cannot be read: write a date as YYYY-MM-DD."]
    assert found.problems[0].value is None
    assert found.frames["roster"]["birth_date"].to_list() == [None]


@pytest.mark.parametrize(
    ("column", "cell", "sentence"),
    [
        ("level", "C", 'courses.csv, line 2: level "C" cannot be read: write one of A, B.'),
        (
            "credits",
            "1.0625",
            'courses.csv, line 2: credits "1.0625" cannot be read: write a number with at most 3 places.',
        ),
        ("hours", "1234", 'courses.csv, line 2: hours "1234" cannot be read: write at most 3 characters.'),
        (
            "section",
            "1A",
            (
                'courses.csv, line 2: section "1A" cannot be read: write the value in its usual form, '
                "not a spreadsheet error."
            ),
        ),
        (
            "starts",
            "02/30/2024",
            'courses.csv, line 2: starts "02/30/2024" cannot be read: write a date as MM/DD/YYYY.',
        ),
        ("open", "Y", 'courses.csv, line 2: open "Y" cannot be read: write yes or no.'),
        ("last_year", "#REF!", 'courses.csv, line 2: last_year "#REF!" cannot be read: write a whole number.'),
        ("course", "01010", 'courses.csv, line 2: course "01010" cannot be read: write 4 characters.'),
    ],
)
def test_a_cell_that_cannot_be_read_is_told_with_file_line_and_value(read, column, cell, sentence):
    cells = {"course": "0101", "first_year": "2025"} | {column: cell}
    found = read({"courses.csv": f"{','.join(cells)}\n{','.join(cells.values())}\n"})
    assert told(found)[0] == sentence
    assert (found.problems[0].line, found.problems[0].column, found.problems[0].value) == (2, column, cell)


def test_leading_zeros_are_put_back_and_this_is_said(read):
    found = read({"courses.csv": "course,first_year\n101,2025\n0102,2025\n"})
    assert found.frames["courses"]["course"].to_list() == ["0101", "0102"]
    assert found.notes == ["courses.csv: leading zeros were put back in course (cells: 1)."]


def test_many_bad_cells_are_counted_after_the_first_twenty(read):
    rows = "".join(f"{number},9,x\n" for number in range(30))
    found = read({"roster.csv": f"student_id,organization_id,year\n{rows}"})
    bad = [one for one in told(found) if "year" in one]
    assert len(bad) == 21
    assert bad[-1] == "roster.csv: further cells of year that cannot be read: 10."


def test_a_key_column_that_is_missing_is_told(read):
    found = read({"certificates.csv": "educator_id,program\n1,2\n"})
    assert told(found) == [
        (
            "certificates.csv: the columns certificate and valid_from are missing; "
            "certificates cannot be looked up without that. "
            "Columns: educator_id, certificate, program, valid_from, valid_to."
        )
    ]
    assert "certificates" not in found.frames


def test_rows_without_the_key_or_with_an_earlier_one_are_left_out(read):
    found = read({"educators.csv": "educator_id,last_name\n1,A\n,B\n1,C\n2,D\n"})
    assert found.frames["educators"]["last_name"].to_list() == ["A", "D"]
    assert told(found) == [
        "educators.csv, line 3: educator_id is blank; the row was left out.",
        "educators.csv, line 4: an earlier row has the same educator_id; the row was left out.",
    ]


def test_the_same_organization_in_other_years_is_another_row(read):
    found = read({"organizations.csv": "organization_id,name,first_year,last_year\n1,Old,,2024\n1,New,2025,\n"})
    assert found.frames["organizations"]["name"].to_list() == ["Old", "New"]
    assert told(found) == []


def test_students_whose_school_and_year_are_not_known_stay_in_the_roster(read):
    found = read({"roster.csv": "student_id,organization_id,year\n1,,\n2,,\n"})
    assert found.frames["roster"]["student_id"].to_list() == ["1", "2"]
    assert told(found) == []


def test_rows_of_a_wrong_shape_are_left_out_with_their_line(read):
    found = read({"educators.csv": 'educator_id,last_name\n1,"two\nlines"\n\n2\n3,x,y\n4,kept,\n'})
    assert found.frames["educators"]["educator_id"].to_list() == ["1", "4"]
    assert told(found) == [
        "educators.csv, line 5: the row was left out; it does not have 2 columns as the header has.",
        "educators.csv, line 6: the row was left out; it does not have 2 columns as the header has.",
    ]


def test_many_rows_of_a_wrong_shape_are_counted(read):
    found = read({"educators.csv": "educator_id,last_name\n" + "1\n" * 25})
    assert told(found)[-1] == "educators.csv: further rows without 2 columns, left out: 5."


def test_many_rows_without_a_key_are_counted(read):
    found = read({"educators.csv": "educator_id,last_name\n" + ",x\n" * 25})
    assert told(found)[-1] == "educators.csv: educator_id is blank; the row was left out; further rows: 5."


def test_unknown_files_are_named_with_what_was_perhaps_meant(read):
    found = read({"rooster.csv": "a\n", "notes.txt": "x", "educators.csv": "educator_id\n"}, STANDARD[1:3])
    assert found.files_ignored == ["rooster.csv"]
    assert found.notes == [
        "rooster.csv was ignored: no table has this name. Did you mean roster.csv? Tables: educators, roster."
    ]


def test_two_files_for_one_table_are_told(tmp_path):
    (tmp_path / "Educators.csv").write_text("educator_id\n1\n")
    (tmp_path / "educators.CSV").write_text("educator_id\n2\n")
    if len(list(tmp_path.iterdir())) < 2:
        pytest.skip("this file system does not tell upper from lower case")
    found = read_reference_folder(tmp_path, STANDARD)
    assert told(found) == ["educators.CSV: educators has two files in this folder; keep one."]
    assert found.frames["educators"]["educator_id"].to_list() == ["1"]


def test_a_column_the_table_lacks_and_one_that_comes_twice_are_told(read):
    found = read({"educators.csv": "educator_id,Shoe size,Last name,last_name\n1,44,A,B\n"})
    assert found.notes == ['educators.csv: column "Shoe size" is not one of the table\'s; ignored.']
    assert told(found) == ["educators.csv: last_name has two columns; the first is used."]
    assert found.frames["educators"]["last_name"].to_list() == ["A"]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("", "educators.csv is empty. It needs a row of column names."),
        ("\n\n", "educators.csv is empty. It needs a row of column names."),
        (b"PK\x03\x04rest", "educators.csv is a workbook, not a CSV file. Save it as CSV."),
        (
            "educator_id\n" + "x" * 200_000,
            "educators.csv, line 2: this is not a CSV file. Save it again as CSV.",
        ),
        (
            b"educator_id\n1\x00\n",
            (
                "educators.csv: Line 2 holds a NUL byte, which no text has: the file is damaged or is not a text file. "
                "Export the file again, as text in UTF-8."
            ),
        ),
    ],
)
def test_a_file_that_cannot_be_read_is_one_sentence_and_the_others_are_read(read, content, sentence):
    found = read({"educators.csv": content, "roster.csv": "student_id,organization_id,year\n1,2,2025\n"})
    assert told(found) == [sentence]
    assert set(found.frames) == {"roster"}


def test_a_file_beyond_all_measure_is_not_read(read, monkeypatch):
    monkeypatch.setattr("muster.intake.reference_csv.LARGEST_FILE", 10)
    assert told(read({"educators.csv": "educator_id\n1\n"})) == [
        "educators.csv has 14 bytes; a reference file may have at most 10. Split or shorten it."
    ]


def test_a_folder_that_is_not_there_is_one_sentence(tmp_path):
    with pytest.raises(NoReferenceFolderError) as caught:
        read_reference_folder(tmp_path / "nowhere", STANDARD)
    assert str(caught.value) == (
        f'There is no reference folder "{tmp_path / "nowhere"}". Give the folder that holds the CSV files.'
    )


def catalog_state(rows):
    catalog = Catalog(table="courses", rows=tuple(rows), marks=tuple(Marked(derived=True) for _ in rows))
    return State(id="toy", name="Toy", agency="A", time_zone="UTC", tables=(COURSES,), catalogs=(catalog,))


def test_catalogs_are_typed_and_cut_to_a_year():
    state = catalog_state(
        [
            {"course": "0001", "credits": "0.5", "first_year": "2020", "last_year": "2024", "level": ""},
            {"course": "0002", "first_year": "2025", "last_year": ""},
        ]
    )
    whole = catalog_frames(state)["courses"]
    assert whole.select("course", "level", "credits", "first_year").rows() == [
        ("0001", None, Decimal("0.500"), 2020),
        ("0002", None, None, 2025),
    ]
    assert catalog_frames(state, 2024)["courses"]["course"].to_list() == ["0001"]
    assert catalog_frames(state, 2026)["courses"]["course"].to_list() == ["0002"]


def test_a_catalog_with_a_year_column_is_cut_to_that_year():
    table = standard_table("roster", "R").model_copy(update={"origin": "catalog"})
    catalog = Catalog(
        table="roster",
        rows=({"student_id": "1", "year": "2024"}, {"student_id": "1", "year": "2025"}),
        marks=(Marked(derived=True),) * 2,
    )
    state = State(id="toy", name="Toy", agency="A", time_zone="UTC", tables=(table,), catalogs=(catalog,))
    assert catalog_frames(state, 2025)["roster"]["year"].to_list() == [2025]


def test_a_catalog_value_that_cannot_be_read_names_the_file_the_line_and_the_remedy():
    state = catalog_state([{"course": "0001"}, {"course": "0002", "credits": "half"}])
    with pytest.raises(DeclarationError) as caught:
        catalog_frames(state)
    assert str(caught.value) == (
        'catalogs/courses.csv: line 3: credits "half" cannot be read: write a number with at most 3 places. '
        "Correct the catalog."
    )


WORDS = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1, max_size=12).filter(
    lambda word: not word.startswith("#")
)
VALUES = {
    "text": WORDS,
    "code": WORDS,
    "integer": st.integers(-(10**17), 10**17),
    "decimal": st.decimals("-9999", "9999", places=2, allow_nan=False),
    "date": st.dates(date(1900, 1, 1)),
    "boolean": st.booleans(),
}
SECTIONS = standard_table("sections", "Sections", [Column(name="flag", label="Flag", type="boolean")])


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=st.lists(
        st.tuples(
            *(VALUES[c.type] if c.name == "section_id" else st.none() | VALUES[c.type] for c in SECTIONS.columns)
        ),
        max_size=6,
        unique_by=lambda row: row[0],
    )
)
def test_what_is_written_is_read_again(tmp_path, rows):
    frame = pl.DataFrame(rows, schema=frame_schema(SECTIONS), orient="row")
    write_reference_folder({"sections": frame}, tmp_path)
    found = read_reference_folder(tmp_path, [SECTIONS])
    assert told(found) == []
    assert found.frames["sections"].equals(frame)
