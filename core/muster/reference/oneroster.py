"""OneRoster 1.1 and 1.2 CSV exports to the standard tables: organizations, roster, educators, sections.

A student's school and year come from the classes the student is enrolled in; without a class, from the school the
student belongs to (``orgSourcedIds``; in 1.2 ``roles.csv``) and the one school year of the export. Class enrollments
tell no dates of entering or leaving a school, so these come from ``roles.csv`` alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from muster.reference.oneroster_files import FILES, Export
from muster.reference.oneroster_links import Links, link, schools
from muster.reference.parcels import open_parcel
from muster.reference.refusals import MissingMemberError
from muster.reference.reports import ImportReport, ImportResult
from muster.reference.tables import standard_frames

if TYPE_CHECKING:
    from pathlib import Path

_GENDERS = {"male": "M", "female": "F"}
_KINDERGARTEN = {"KG": "0", "K": "0"}


def read_oneroster(path: Path) -> ImportResult:
    """Read a zip (or an unpacked folder) of OneRoster 1.1 or 1.2 CSV files, exported in bulk mode."""
    export = Export(open_parcel(path, ".csv"))
    for needed in ("orgs", "users"):
        if not export.has(needed):
            raise MissingMemberError(export.parcel.name, f"{needed}.csv", promised=False)
    report = ImportReport(f"OneRoster {export.version} export {export.parcel.name}")
    links = link({file: export.frame(file, report) for file in FILES}, report)
    texts = {
        "organizations": links.organizations.drop("sourced"),
        "roster": _roster(links),
        "educators": _educators(links),
        "sections": _sections(links),
    }
    frames = standard_frames(texts, report)
    _say_how_it_was_understood(links, report)
    _say_what_is_missing(export, frames, report)
    _say_what_was_left(export, links, report)
    return ImportResult(frames, report)


def _roster(links: Links) -> pl.DataFrame:
    """Return a row a student, school and year; school and year are blank where nothing tells them."""
    only_year = pl.lit(links.only_year, pl.String)
    students = links.with_role("student")
    attends = (
        links.enrolled("student")
        .join(links.classes, left_on="classSourcedId", right_on="class", maintain_order="left")
        .select(pl.col("userSourcedId").alias("user"), "organization_id", pl.coalesce("year", only_year).alias("year"))
        .filter(pl.col("organization_id").is_not_null())
        .unique(maintain_order=True)
    )
    belongs = _belongs(links)
    idle = belongs.join(attends, on=["user", "organization_id"], how="anti").with_columns(only_year.alias("year"))
    dated = attends.join(belongs, on=["user", "organization_id"], how="left")
    places = pl.concat([dated, idle.select(dated.columns)])
    return (
        students.join(places, left_on="sourcedId", right_on="user", how="left", maintain_order="left")
        .join(links.files["demographics"].unique("sourcedId"), on="sourcedId", how="left", maintain_order="left")
        .select(
            pl.col("id").alias("student_id"),
            "local_id",
            pl.col("familyName").alias("last_name"),
            pl.col("givenName").alias("first_name"),
            pl.col("birthDate").alias("birth_date"),
            "organization_id",
            "year",
            pl.col("grades").replace(_KINDERGARTEN).alias("grade"),
            pl.col("begin").alias("entry_date"),
            pl.col("end").alias("exit_date"),
            pl.col("sex").str.to_lowercase().replace_strict(_GENDERS, default=None).alias("gender"),
        )
    )


def _belongs(links: Links) -> pl.DataFrame:
    """Return which schools students belong to, from the first day there to the last (blank: still there)."""
    still = pl.col("end").is_null().any()
    return (
        links.members.filter(pl.col("role") == "student")
        .join(schools(links.organizations), left_on="org", right_on="sourced", maintain_order="left")
        .group_by("user", "organization_id", maintain_order=True)
        .agg(pl.col("begin").min(), pl.when(still).then(None).otherwise(pl.col("end").max()).alias("end"))
    )


def _educators(links: Links) -> pl.DataFrame:
    return links.with_role("teacher").select(
        pl.col("id").alias("educator_id"),
        pl.col("familyName").alias("last_name"),
        pl.col("givenName").alias("first_name"),
        "email",
    )


def _sections(links: Links) -> pl.DataFrame:
    courses = links.files["courses"].select("sourcedId", "courseCode", pl.col("title").alias("course_title"))
    first = pl.col("primary").str.to_lowercase() == "true"
    teachers = (
        links.enrolled("teacher")
        .sort(first.fill_null(False), descending=True, maintain_order=True)
        .unique("classSourcedId", keep="first", maintain_order=True)
        .join(links.people.select("sourcedId", "id"), left_on="userSourcedId", right_on="sourcedId")
        .select("classSourcedId", pl.col("id").alias("educator_id"))
    )
    known = courses.unique("sourcedId")
    return (
        links.classes.join(known, left_on="courseSourcedId", right_on="sourcedId", how="left", maintain_order="left")
        .join(teachers, left_on="class", right_on="classSourcedId", how="left", maintain_order="left")
        .select(
            pl.col("class").alias("section_id"),
            "organization_id",
            "year",
            "term",
            pl.col("courseCode").alias("course_code"),
            "course_title",
            "title",
            "educator_id",
            pl.col("startDate").alias("begin_date"),
            pl.col("endDate").alias("end_date"),
        )
    )


def _say_how_it_was_understood(links: Links, report: ImportReport) -> None:
    for role, named in (("student", "Students"), ("teacher", "Teachers")):
        if unnamed := int(links.with_role(role)["unnamed"].sum()):
            report.notes.append(
                f"{named} with neither a state id nor an identifier, whose sourcedId was taken: {unnamed:,}."
            )
    if links.only_year is None:
        report.notes.append(
            "The export has several school years or none; the year of students without a class is blank."
        )


def _say_what_is_missing(export: Export, frames: dict[str, pl.DataFrame], report: ImportReport) -> None:
    said = {
        "roster": "No students: no user has the role of student.",
        "educators": "No educators: no user has the role of teacher.",
        "sections": "No sections: classes.csv is not there or empty.",
    }
    report.missing.extend(sentence for table, sentence in said.items() if table not in frames)
    if "roster" in frames:
        report.missing.extend(_blanks(export, frames["roster"]))
    report.missing.append("No certificates of educators: OneRoster has none.")


def _blanks(export: Export, roster: pl.DataFrame) -> list[str]:
    said = []
    unplaced = int(roster["organization_id"].is_null().sum())
    if unplaced:
        said.append(f"No school for some students, as neither a class nor a membership names one: {unplaced:,}.")
    if not export.has("demographics"):
        said.append("No birth dates and genders: demographics.csv is not there.")
    if roster["entry_date"].is_null().all():
        said.append("No entry and exit dates: class enrollments do not tell them, and roles.csv has none.")
    said.append("No special populations and enrollment types of students: OneRoster has none.")
    return said


def _say_what_was_left(export: Export, links: Links, report: ImportReport) -> None:
    taken = pl.concat([links.with_role(role)["sourcedId"] for role in ("student", "teacher")])
    others = links.people.filter(~pl.col("sourcedId").is_in(taken.implode())).height
    report.skip(others, "users who are neither students nor teachers")
    enrollments = links.files["enrollments"]
    lost = enrollments.join(links.classes, left_on="classSourcedId", right_on="class", how="anti").height
    report.skip(lost, "class enrollments whose class is not there")
    report.skip(
        enrollments.height - lost, "class enrollments, which gave schools and years and are not kept themselves"
    )
    report.skip(len(export.others()), f"files that are not read: {', '.join(export.others())}")
