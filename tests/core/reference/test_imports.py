"""One door to all imports: frames shaped as the state declares them, and a report a person can read."""

import json

import polars as pl
import pytest

from muster.intake.reference_cells import frame_schema
from muster.intake.reference_csv import NoReferenceFolderError
from muster.model.columns import Column
from muster.model.reference import standard_table
from muster.reference.imports import import_reference
from muster.reference.refusals import NoTablesError, UnknownImportKindError
from muster.reference.tables import write_reference_folder


def test_frames_have_the_columns_of_the_state_its_own_ones_blank(one_roster, state):
    table = standard_table("roster", "Roster", [Column(name="bus", label="Bus", type="integer")])
    state = state.model_copy(update={"tables": (table,)})
    result = import_reference("oneroster", one_roster(), state)
    assert dict(result.frames["roster"].schema) == frame_schema(table)
    assert result.frames["roster"]["bus"].is_null().all()
    assert result.report.taken == {"roster": 3}


def test_tables_the_state_does_not_use_are_counted_as_left_out(real_ed_fi, state):
    result = import_reference("ed-fi", real_ed_fi, state)
    assert "student_programs" not in result.frames
    assert "  rows of student_programs, a table that Toyland does not use (706)" in list(result.report.lines())


def test_a_csv_folder_is_imported_with_its_problems(tmp_path, state):
    (tmp_path / "educators.csv").write_text("educator_id\n1\n\n1\n")
    (tmp_path / "teachers.csv").write_text("x\n")
    result = import_reference("csv", tmp_path, state)
    assert list(result.report.lines()) == [
        f"Read CSV folder {tmp_path.name}.",
        "Taken:",
        "  educators: 1 row",
        "Problems:",
        "  educators.csv, line 4: an earlier row has the same educator_id; the row was left out.",
        "Not there:",
        "  No organizations: organizations.csv is not there.",
        "  No roster: roster.csv is not there.",
        "  No certificates: certificates.csv is not there.",
        "  No sections: sections.csv is not there.",
        "Notes:",
        (
            "  teachers.csv was ignored: no table has this name. "
            "Tables: certificates, educators, organizations, roster, sections."
        ),
    ]


def test_the_report_is_json(one_roster, state):
    report = import_reference("oneroster", one_roster("1.2"), state).report.document()
    assert json.loads(json.dumps(report)) == report
    assert report["source"] == "OneRoster 1.2 export export.zip"
    assert report["taken"]["roster"] == 2
    assert {"count": 1, "reason": "class enrollments whose class is not there"} in report["skipped"]
    assert report["problems"] == []


def test_an_organization_that_is_not_in_the_data_is_questioned(one_roster, state):
    said = "Organization 4711 is not among the organizations read; check that this is its data."
    assert said in import_reference("oneroster", one_roster(), state, "4711").report.notes
    assert said not in import_reference("oneroster", one_roster(), state, "0100").report.notes


def test_an_import_written_as_a_folder_is_read_again(one_roster, state, tmp_path):
    first = import_reference("oneroster", one_roster(), state)
    write_reference_folder(first.frames, tmp_path / "people")
    second = import_reference("csv", tmp_path / "people", state)
    assert second.report.problems == []
    assert set(second.frames) == set(first.frames)
    for name, frame in first.frames.items():
        assert frame.equals(second.frames[name]), name


def test_the_ed_fi_people_written_as_a_folder_are_read_again(real_ed_fi, state, tmp_path):
    first = import_reference("ed-fi", real_ed_fi, state)
    write_reference_folder(first.frames, tmp_path)
    second = import_reference("csv", tmp_path, state)
    assert second.report.problems == []
    assert second.frames["roster"].equals(first.frames["roster"])
    assert second.frames["roster"].filter(pl.col("organization_id").is_null()).height == 960


def test_a_folder_without_any_table_of_the_state_is_refused(tmp_path, state):
    (tmp_path / "people.csv").write_text("student_id\n1\n")
    with pytest.raises(NoTablesError) as caught:
        import_reference("csv", tmp_path, state)
    assert str(caught.value) == (
        f"{tmp_path.name} has no CSV file that is named after a table of Toyland: "
        "organizations.csv, roster.csv, educators.csv, certificates.csv, sections.csv."
    )
    assert caught.value.exit_code == 1


def test_kinds_that_are_not_known_are_refused(tmp_path, state):
    with pytest.raises(UnknownImportKindError) as caught:
        import_reference("clever", tmp_path, state)
    assert str(caught.value) == 'There is no import of kind "clever". Known: csv, oneroster, ed-fi.'
    assert caught.value.exit_code == 2


def test_a_csv_folder_that_is_not_there_is_refused(tmp_path, state):
    with pytest.raises(NoReferenceFolderError) as caught:
        import_reference("csv", tmp_path / "x", state)
    assert str(caught.value) == (
        f'There is no reference folder "{tmp_path / "x"}". Give the folder that holds the CSV files.'
    )
