"""Ed-Fi interchange XML to the standard tables: organizations, people, staff, sections, program rows.

A field is taken only where the files hold it. Without StudentSchoolAssociation elements the students' school, year and
grade stay blank: nothing is invented.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from muster.reference.edfi_elements import HANDLERS, Gathered
from muster.reference.interchange import elements, interchange_name, local_name
from muster.reference.parcels import open_parcel
from muster.reference.refusals import NotEdFiError
from muster.reference.reports import ImportReport, ImportResult
from muster.reference.tables import standard_frames, text_rows

if TYPE_CHECKING:
    from pathlib import Path

    import polars as pl

    from muster.reference.parcels import Parcel

NOT_THERE = {
    "organizations": "No organizations: EducationOrganization.xml is not there.",
    "roster": "No students: Student.xml is not there.",
    "educators": "No staff: StaffAssociation.xml is not there.",
    "certificates": "No certificates: the files hold no credential of a staff member.",
    "sections": "No sections: MasterSchedule.xml is not there.",
    "student_programs": "No program rows: StudentProgram.xml is not there.",
}


def read_edfi(path: Path) -> ImportResult:
    """Read a folder, a zip or one file of Ed-Fi interchange XML."""
    parcel = open_parcel(path, ".xml")
    gathered = Gathered()
    interchanges = _gather(parcel, gathered)
    if not interchanges:
        raise NotEdFiError(parcel.name)
    report = ImportReport(f"{len(interchanges)} Ed-Fi interchange files of {parcel.name}: {', '.join(interchanges)}")
    frames = standard_frames(_texts(gathered), report)
    _say_what_is_missing(gathered, frames, report)
    _say_what_was_left(gathered, report)
    return ImportResult(frames, report)


def _gather(parcel: Parcel, gathered: Gathered) -> list[str]:
    found = []
    for name in parcel.files:
        with parcel.stream(name) as stream:
            interchange = interchange_name(stream, name)
        if interchange is None:
            gathered.other_files.append(name)
            continue
        found.append(name)
        with parcel.stream(name) as stream:
            for element in elements(stream, name):
                tag = local_name(element)
                handler = HANDLERS.get(tag)
                if handler is None:
                    gathered.unhandled[tag] += 1
                else:
                    handler(element, gathered)
    return found


def _texts(gathered: Gathered) -> dict[str, pl.DataFrame]:
    return {
        "organizations": text_rows(("organization_id", "name", "kind", "parent_id"), gathered.organization_rows()),
        "roster": text_rows(
            (
                "student_id",
                "last_name",
                "first_name",
                "birth_date",
                "organization_id",
                "year",
                "grade",
                "entry_date",
                "exit_date",
            ),
            gathered.roster_rows(),
        ),
        "educators": text_rows(("educator_id", "last_name", "first_name", "email"), gathered.staff),
        "certificates": text_rows(
            ("educator_id", "certificate", "program", "valid_from", "valid_to"), gathered.certificate_rows()
        ),
        "sections": text_rows(
            (
                "section_id",
                "organization_id",
                "year",
                "term",
                "course_code",
                "course_title",
                "title",
                "credits",
                "educator_id",
                "begin_date",
                "end_date",
            ),
            gathered.section_rows(),
        ),
        "student_programs": text_rows(
            (
                "student_id",
                "organization_id",
                "program_type",
                "program",
                "service",
                "cip_code",
                "begin_date",
                "end_date",
                "reason_exited",
            ),
            gathered.programs,
        ),
    }


def _say_what_is_missing(gathered: Gathered, frames: dict[str, pl.DataFrame], report: ImportReport) -> None:
    report.missing.extend(sentence for table, sentence in NOT_THERE.items() if table not in frames)
    if "roster" in frames and not gathered.enrollments:
        report.missing.append(
            "No enrollments: there is no StudentSchoolAssociation (StudentEnrollment.xml), "
            "so school, school year, grade and dates of the students are blank."
        )
    if "roster" in frames:
        report.missing.append("No gender and no special populations of students: these columns are blank.")
    report.missing.append("No grades, credits earned or transcripts of students: they are not read.")


def _say_what_was_left(gathered: Gathered, report: ImportReport) -> None:
    for tag, count in sorted(gathered.unhandled.items()):
        report.skip(count, f"{tag}: no table holds it")
    for tag, count in sorted(gathered.other_organizations.items()):
        report.skip(count, f"{tag}: neither agency, region, district, school nor college")
    for reason, count in sorted(gathered.strangers.items()):
        report.skip(count, reason)
    report.skip(len(gathered.other_files), f"files that are no Ed-Fi interchange: {', '.join(gathered.other_files)}")
