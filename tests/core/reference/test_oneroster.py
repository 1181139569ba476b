"""OneRoster exports of both versions: what becomes of them, and what is refused."""

import zipfile
from datetime import date

import pytest

from muster.reference.oneroster import read_oneroster
from muster.reference.refusals import ImportRefusedError


def refusal(path):
    with pytest.raises(ImportRefusedError) as caught:
        read_oneroster(path)
    return str(caught.value)


def skipped(result):
    return {one.reason: one.count for one in result.report.skipped}


def test_organizations_have_their_identifiers_kinds_and_parents(one_roster):
    frame = read_oneroster(one_roster()).frames["organizations"]
    assert frame.select("organization_id", "name", "kind", "parent_id").rows() == [
        ("S1", "State Office", "agency", None),
        ("0100", "Pine District", "district", "S1"),
        ("0101", "Pine High", "school", "0100"),
        ("o-m", "Pine Middle", "school", "0100"),
    ]


def test_the_roster_of_1_1_has_school_and_year_from_classes_or_membership(one_roster):
    frame = read_oneroster(one_roster()).frames["roster"]
    assert frame.select(
        "student_id", "local_id", "last_name", "organization_id", "year", "grade", "birth_date", "gender", "entry_date"
    ).rows() == [
        ("900000001", "17", "Reyes", "0101", 2025, 11, date(2008, 2, 29), "F", None),
        ("900000002", None, "Ito", "o-m", 2025, 0, None, None, None),
        ("u-cy", None, "Moss", None, None, None, None, None, None),
    ]


def test_the_roster_of_1_2_has_first_and_last_day_from_roles(one_roster):
    frame = read_oneroster(one_roster("1.2")).frames["roster"]
    assert frame.select("student_id", "organization_id", "year", "entry_date", "exit_date").rows() == [
        ("900000001", "0101", 2025, date(2024, 8, 15), None),
        ("900000002", "o-m", 2025, date(2024, 8, 15), date(2025, 2, 1)),
    ]


@pytest.mark.parametrize("version", ["1.1", "1.2"])
def test_teachers_are_educators(one_roster, version):
    frame = read_oneroster(one_roster(version)).frames["educators"]
    assert ("T9", "Quill", "Tess", "tess@pine.example") in frame.rows()


def test_classes_are_sections_with_course_terms_and_the_primary_teacher(one_roster):
    frame = read_oneroster(one_roster()).frames["sections"]
    assert frame.drop("credits").row(0) == (
        *("k-1", "0101", 2025, "Fall, Spring", "W100", "Welding 1", "Welding, period 1", "T9"),
        *(date(2024, 8, 15), date(2025, 5, 30)),
    )
    assert frame["course_code"].to_list() == ["W100", None]


def test_the_report_of_1_1_tells_what_was_taken_what_is_not_there_and_what_was_left(one_roster):
    result = read_oneroster(one_roster(results="sourcedId\n1\n"))
    assert result.report.source == "OneRoster 1.1 export export.zip"
    assert result.report.taken == {"organizations": 4, "roster": 3, "educators": 2, "sections": 2}
    assert result.report.missing == [
        "No school for some students, as neither a class nor a membership names one: 1.",
        "No entry and exit dates: class enrollments do not tell them, and roles.csv has none.",
        "No special populations and enrollment types of students: OneRoster has none.",
        "No certificates of educators: OneRoster has none.",
    ]
    assert skipped(result) == {
        "rows of enrollments.csv marked as to be deleted": 1,
        "organizations that are neither state, district nor school": 1,
        "values of roster.birth_date that cannot be read and are blank now": 1,
        "values of roster.grade that cannot be read and are blank now": 1,
        "users who are neither students nor teachers": 1,
        "class enrollments whose class is not there": 1,
        "class enrollments, which gave schools and years and are not kept themselves": 4,
        "files that are not read: results.csv": 1,
    }
    assert result.report.notes == [
        "Organizations without an identifier, whose sourcedId was taken: 1.",
        "Students with neither a state id nor an identifier, whose sourcedId was taken: 1.",
    ]


def test_what_an_export_of_orgs_and_users_alone_lacks_is_said(one_roster):
    bare = dict.fromkeys(("academicSessions", "courses", "classes", "enrollments", "demographics"))
    users = "sourcedId,givenName,familyName,role\nu,Di,Ott,proctor\n"
    result = read_oneroster(one_roster(users=users, **bare))
    assert result.report.missing == [
        "No students: no user has the role of student.",
        "No educators: no user has the role of teacher.",
        "No sections: classes.csv is not there or empty.",
        "No certificates of educators: OneRoster has none.",
    ]
    assert result.report.notes[-1] == (
        "The export has several school years or none; the year of students without a class is blank."
    )


def test_without_demographics_birth_dates_and_genders_are_missing(one_roster):
    assert "No birth dates and genders: demographics.csv is not there." in (
        read_oneroster(one_roster(demographics=None)).report.missing
    )


def test_rows_that_are_too_short_are_left_out_and_counted(one_roster):
    result = read_oneroster(one_roster(orgs="sourcedId,name,type\no-h,Pine High,school\no-z\n"))
    assert skipped(result)["rows of orgs.csv that are too short"] == 1


def test_a_zip_with_everything_in_one_folder_and_an_unpacked_folder_are_read(one_roster, tmp_path):
    path = one_roster(folder="export/")
    assert read_oneroster(path).report.taken["roster"] == 3
    with zipfile.ZipFile(path) as archive:
        archive.extractall(tmp_path / "unpacked")
    assert read_oneroster(tmp_path / "unpacked" / "export").report.taken["roster"] == 3


@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp1252", "utf-16"])
def test_exports_in_other_encodings_are_read(one_roster, encoding):
    orgs = "sourcedId,name,type\no-h,Peñasco,school\n".encode(encoding)
    assert read_oneroster(one_roster(orgs=orgs)).frames["organizations"]["name"].to_list() == ["Peñasco"]


def test_changes_only_are_refused(one_roster):
    assert refusal(one_roster(mode="delta", promised=["users", "orgs"])) == (
        "export.zip holds only changes since the last export (delta: users, orgs). Export it in bulk mode."
    )


@pytest.mark.parametrize(
    ("version", "given"), [("1.0", "OneRoster version 1.0"), ("", "no OneRoster version"), ("2", "OneRoster version 2")]
)
def test_other_versions_are_refused(one_roster, version, given):
    assert refusal(one_roster(version)) == (
        f"export.zip: the manifest gives {given}; muster reads 1.1 and 1.2. Export it as one of these."
    )


def test_an_export_without_a_manifest_is_refused(tmp_path):
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as archive:
        archive.writestr("users.csv", "a")
    assert refusal(tmp_path / "x.zip") == (
        "x.zip has no manifest.csv, so it is not a OneRoster 1.1 or 1.2 export. Export it again."
    )


def test_a_file_that_the_manifest_promises_must_be_there(one_roster):
    assert refusal(one_roster(promised=["orgs", "users", "classes"], classes=None)) == (
        "export.zip has no classes.csv, although the manifest lists it. Export it again."
    )


def test_nothing_can_be_imported_without_users(one_roster):
    assert refusal(one_roster(users=None)) == (
        "export.zip has no users.csv, without which nothing can be imported. Export it again."
    )


def test_a_column_that_must_be_there_is_named(one_roster):
    assert refusal(one_roster(orgs="sourcedId,title\n1,2\n")) == (
        "orgs.csv has no column name, type. Export it again in the OneRoster format."
    )
    assert refusal(one_roster(orgs="")) == (
        "orgs.csv has no column sourcedId, name, type. Export it again in the OneRoster format."
    )


def test_a_member_that_is_no_csv_is_refused(one_roster):
    assert refusal(one_roster(orgs="sourcedId,name,type\n" + "x" * 200_000)) == (
        "orgs.csv, line 2: this is not a CSV file. Export it again."
    )


def test_a_member_that_is_no_text_is_refused(one_roster):
    assert refusal(one_roster(orgs=b"sourcedId,name,type\n1,\x00,school\n")) == (
        "orgs.csv: Line 2 holds a NUL byte, which no text has: the file is damaged or is not a text file. "
        "Export it again."
    )
