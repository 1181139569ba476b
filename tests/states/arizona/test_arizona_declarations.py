"""What Arizona declares, against what its documents say."""

import csv
from collections import Counter
from pathlib import Path

import pytest

from muster.intake.reference_csv import catalog_frames
from muster.validation.reading import every_path

GOLDEN = Path(__file__).parents[2] / "golden" / "arizona" / "rules.tsv"


def _catalog(arizona, name):
    return next(one for one in arizona.catalogs if one.table == name)


def _rows(arizona, name, **values):
    rows = _catalog(arizona, name).rows
    return [row for row in rows if all(row[key] == value for key, value in values.items())]


def _declared(arizona):
    return {
        (collection.id, rule.id): (
            rule.severity,
            rule.stops,
            rule.title,
            " ".join([*rule.cites, *(["D"] if rule.derived else [])]),
        )
        for collection in arizona.collections
        for rule in collection.ruleset.rules
    }


def _published():
    with GOLDEN.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream, delimiter="\t"))
    keys = ("severity", "stops", "title", "source")
    return {(row["collection"], row["id"]): tuple(row[key] for key in keys) for row in rows}


@pytest.mark.whole
def test_the_rules_are_those_of_the_published_list(arizona):
    declared, published = _declared(arizona), _published()
    differing = {
        key: (published[key], declared[key]) for key in published.keys() & declared if published[key] != declared[key]
    }
    lists = {
        "missing": sorted(published.keys() - declared),
        "extra": sorted(declared.keys() - published),
        "differing": differing,
    }
    print(lists)  # noqa: T201 - the three lists are what the reader of a failure needs
    assert lists == {"missing": [], "extra": [], "differing": {}}


@pytest.mark.whole
def test_every_rule_of_the_five_sections_and_of_credentials_is_declared(arizona):
    stems = {(rule.split(".")[0]) for _, rule in _declared(arizona)}
    wanted = {
        "AZ-FIL": 7, "AZ-ENR-F": 19, "AZ-ENR-R": 6, "AZ-ENR-X": 17, "AZ-ENR-C": 10, "AZ-CRD-F": 6, "AZ-CRD-X": 5,
        "AZ-CRD-C": 5,
    }  # fmt: skip
    found = Counter(stem.rstrip("0123456789").rstrip("-") for stem in stems)
    assert dict(found) == wanted


COLUMNS = {
    ("non-articulated", 2020): "ctds term program course course_title educator_id period minutes_per_week number_of_weeks suid birth_date credits",
    ("non-articulated", 2021): "ctds term program course course_title educator_id teacher_email period minutes_per_week number_of_weeks suid birth_date credits",
    ("non-articulated", 2022): "ctds term program course course_title educator_id teacher_email period suid birth_date credits student_type",
    ("articulated", 2021): "ctds term program course course_title educator_id teacher_email period minutes_per_week number_of_weeks articulated_ctds suid birth_date credits",
    ("articulated", 2022): "ctds term program course course_title educator_id teacher_email period articulated_ctds suid birth_date credits student_type",
    ("postsecondary", 2021): "ctds term program course course_title teacher_first_name teacher_last_name teacher_email period minutes_per_week number_of_weeks articulated_ctds suid birth_date credits",
    ("postsecondary", 2022): "ctds term program course course_title teacher_first_name teacher_last_name teacher_email period articulated_ctds suid birth_date credits student_type",
}  # fmt: skip


def test_the_enrollment_layouts_have_the_published_columns_in_order(arizona):
    layouts = arizona.collection("enrollment").layouts
    assert {(one.id, one.year): " ".join(one.names) for one in layouts} == COLUMNS


def test_the_credential_layout_has_the_headings_of_the_agency_s_file(arizona):
    (layout,) = arizona.collection("credentials").layouts
    assert [column.label for column in layout.columns] == [
        "FiscalYear", "School of Residence CTDS", "Program Number", "Course Number", "Course Taught By CTDS",
        "Student SUID Number", "Student Birth Date", "Test Date", "Pass/Fail", "Credential Code",
        "Optional Certificate/License Number",
    ]  # fmt: skip


def test_what_the_source_does_not_tell_is_marked(arizona):
    layouts = {(one.id, one.year): one for one in arizona.collection("enrollment").layouts}
    unknown = layouts["postsecondary", 2022]
    assert unknown.incomplete.startswith("The published list of columns of this template is not known for 2022")
    assert {column.mark for column in unknown.columns} == {"derived"}
    assert all(layout.incomplete == "" for key, layout in layouts.items() if key != ("postsecondary", 2022))
    assert all(column.derived for column in layouts["non-articulated", 2020].columns)
    assert layouts["non-articulated", 2021].column("ctds").derived is False


@pytest.mark.parametrize(
    ("name", "rows"),
    [
        ("programs", 23),
        ("courses", 51),
        ("credential_codes", 11),
        ("minute_ranges", 4),
        ("postsecondary_sites", 25),
    ],
)
def test_the_catalogs_have_the_rows_of_the_slides(arizona, name, rows):
    assert len(_catalog(arizona, name).rows) == rows


def test_a_role_that_the_slides_do_not_show_stays_blank(arizona):
    roles = Counter(row["role"] for row in _catalog(arizona, "courses").rows)
    assert roles == {"": 24, "required": 11, "additional": 16}


def test_a_blank_role_is_unknown_to_every_rule_not_additional(arizona):
    courses = catalog_frames(arizona)["courses"]
    assert courses["role"].null_count() == 24
    assert set(courses["role"].drop_nulls()) == {"required", "additional"}


def test_no_rule_of_a_file_reads_the_role_of_a_course(arizona):
    rules = [rule for one in arizona.collections for rule in one.ruleset.rules]
    assert [rule.id for rule in rules if "role" in {path.split(".")[-1] for path in every_path(rule)}] == []
    wheres = [each.where or "" for one in arizona.collections for each in (*one.ruleset.lookups, *one.ruleset.tables)]
    assert [where for where in wheres if "role" in where] == []


def test_the_catalogs_are_the_rows_of_the_list_of_programs_and_their_courses(arizona):
    roles = {row["course"]: row["role"] for row in _rows(arizona, "courses", program="46040020")}
    assert roles == {"46040011": "required", "46040020": "required", "46040025": "additional", "46040075": "additional"}
    assert {row["role"] for row in _rows(arizona, "courses", program="28010100")} == {""}


def test_the_kind_of_course_is_the_catalog_s_not_the_number_s(arizona):
    kinds = Counter(row["course_type"] for row in _catalog(arizona, "courses").rows)
    assert kinds == {"regular": 40, "internship": 7, "dce": 2, "coop": 2}
    (film,) = _rows(arizona, "courses", course="10020083")
    assert (film["program"], film["course_type"]) == ("10020090", "internship")


def test_a_course_number_may_be_its_program_s(arizona):
    alike = {row["course"] for row in _catalog(arizona, "courses").rows if row["course"] == row["program"]}
    assert alike == {"46040020", "10020060", "10020090", "47060050", "51080050", "01010090"}


def test_the_first_course_of_accounting_is_as_printed(arizona):
    catalog = _catalog(arizona, "courses")
    row, mark = next(
        (row, mark) for row, mark in zip(catalog.rows, catalog.marks, strict=True) if row["course"] == "52030010"
    )
    assert row == {
        "program": "52030000", "course": "52030010", "title": "Accounting I", "role": "required",
        "course_type": "regular", "az_subject": "AZ12", "az_course": "104", "sced_subject": "12",
        "sced_course": "104", "first_year": "", "last_year": "",
    }  # fmt: skip
    assert mark.cites == ("S:314",)


def test_the_discontinued_programs_end_with_2021(arizona):
    ended = {row["program"] for row in _rows(arizona, "programs", last_year="2021")}
    assert ended == {"01010090", "01010040", "01010030", "46030030"}


def test_all_courses_are_known_of_two_programs_only(arizona):
    assert {row["program"] for row in _rows(arizona, "programs", courses_complete="Y")} == {"52030000", "01010090"}


def test_credential_codes_hold_for_their_year_alone(arizona):
    rows = _catalog(arizona, "credential_codes").rows
    assert [row["credential_code"] for row in rows] == [str(code) for code in range(1181, 1192)]
    assert {(row["program"], row["first_year"], row["last_year"]) for row in rows} == {("52030000", "2021", "2021")}


def test_the_postsecondary_sites_are_those_of_the_list(arizona):
    (site,) = _rows(arizona, "postsecondary_sites", ctds="070802280")
    assert site["name"] == "West-MEC Gateway Community College"
    assert all(row["ctds"][2:4] == "08" for row in _catalog(arizona, "postsecondary_sites").rows)


def test_the_ranges_of_minutes_are_those_of_2021(arizona):
    ranges = {row["course_type"]: (row["low"], row["high"]) for row in _catalog(arizona, "minute_ranges").rows}
    assert ranges == {
        "dce": ("100", "2000"), "coop": ("100", "2000"), "internship": ("100", "2000"), "regular": ("100", "1500"),
    }  # fmt: skip


def test_the_windows_of_2021_are_open_on_these_days(arizona):
    windows = [one for collection in arizona.collections for one in collection.windows if one.year == 2021]
    assert sorted((one.function, one.round, str(one.opens), str(one.closes)) for one in windows) == [
        ("credentials", 1, "2021-03-01", "2021-09-30"),
        ("enrollment", 1, "2021-03-01", "2021-06-15"),
        ("enrollment", 2, "2021-07-16", "2021-08-15"),
    ]


def test_the_windows_of_other_years_are_placeholders(arizona):
    windows = [one for one in arizona.collection("enrollment").windows if one.year != 2021]
    assert {one.year for one in windows} == {2020, 2022}
    assert all(one.placeholder for one in windows)


def test_teachers_are_certified_by_may_1(arizona):
    assert str(arizona.collection("enrollment").settings_of(2021)["certified_by"]) == "2021-05-01"


def test_citations_name_documents_of_the_list_of_sources(arizona):
    marked = [*arizona._marked(), *(layout for one in arizona.collections for layout in one.layouts), *arizona.tables]  # noqa: SLF001 - everything that bears a mark
    keys = {cite.split(":")[0] for one in marked for cite in one.cites}
    assert keys <= set(arizona.sources)
    assert keys == set(arizona.sources)
