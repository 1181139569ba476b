"""OneRoster 1.1 and 1.2 CSV exports to the standard tables: organizations, roster, educators, sections.

A student's school and year come from the classes the student is enrolled in; without a class, from the school the
student belongs to (``orgSourcedIds``; in 1.2 ``roles.csv``) and the one school year of the export. Class enrollments
tell no dates of entering or leaving a school, so these come from ``roles.csv`` alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from muster.reference.oneroster_files import FILES, Export
from muster.reference.parcels import open_parcel
from muster.reference.refusals import MissingMemberError
from muster.reference.reports import ImportReport, ImportResult
from muster.reference.tables import standard_frames

if TYPE_CHECKING:
    from pathlib import Path

KINDS = {"state": "agency", "district": "district", "local": "district", "school": "school"}
_GENDERS = {"male": "M", "female": "F"}
_STATE_ID = r"(?i)\{\s*(?:state|stateid|ssid|sasid|suid)[^:}]*:\s*([^}]+)\}"


def read_oneroster(path: Path) -> ImportResult:
    """Read a zip (or an unpacked folder) of OneRoster 1.1 or 1.2 CSV files, exported in bulk mode."""
    export = Export(open_parcel(path, ".csv"))
    for needed in ("orgs", "users"):
        if not export.has(needed):
            raise MissingMemberError(export.parcel.name, f"{needed}.csv", promised=False)
    report = ImportReport(f"OneRoster {export.version} export {export.parcel.name}")
    files = {file: export.frame(file, report) for file in FILES}
    frames = standard_frames(_texts(files, report), report)
    _say_what_is_missing(export, frames, report)
    return ImportResult(frames, report)


def _texts(files: dict[str, pl.DataFrame], report: ImportReport) -> dict[str, pl.DataFrame]:
    organizations = _organizations(files["orgs"], report)
    people = _people(files["users"])
    classes = _classes(files, organizations)
    members = _members(files)
    return {
        "organizations": organizations.drop("sourced"),
        "roster": _roster(files, people, members, classes, organizations, report),
        "educators": _educators(files, people, members, report),
        "sections": _sections(files, classes, people),
    }


def _organizations(orgs: pl.DataFrame, report: ImportReport) -> pl.DataFrame:
    """Return organizations by their identifier, or by sourcedId where they have none."""
    known = pl.col("type").str.to_lowercase().replace_strict(KINDS, default=None)
    named = orgs.select(
        pl.col("sourcedId").alias("sourced"),
        pl.coalesce("identifier", "sourcedId").alias("organization_id"),
        "name",
        known.alias("kind"),
        pl.col("parentSourcedId").alias("parent"),
    )
    kept = named.filter(pl.col("kind").is_not_null())
    report.skip(named.height - kept.height, "organizations that are neither state, district nor school")
    _say_ids(report, "organizations", orgs["identifier"].is_null())
    parents = kept.select(pl.col("sourced").alias("parent"), pl.col("organization_id").alias("parent_id"))
    return kept.join(parents.unique("parent"), on="parent", how="left", maintain_order="left").drop("parent")


def _people(users: pl.DataFrame) -> pl.DataFrame:
    """Return users with the id that counts: a state id among userIds, else identifier, else sourcedId."""
    state_id = pl.col("userIds").str.extract(_STATE_ID, 1).str.strip_chars()
    return users.with_columns(
        pl.coalesce(state_id, "identifier", "sourcedId").alias("id"),
        pl.when(state_id.is_not_null()).then("identifier").alias("local_id"),
        (state_id.is_null() & pl.col("identifier").is_null()).alias("unnamed"),
    ).unique("sourcedId", keep="first", maintain_order=True)


def _members(files: dict[str, pl.DataFrame]) -> pl.DataFrame:
    """Return who has which role where: roles.csv, or the columns of users.csv in 1.1."""
    roles = files["roles"].select(
        pl.col("userSourcedId").alias("user"),
        pl.col("role").str.to_lowercase(),
        pl.col("orgSourcedId").alias("org"),
        pl.col("beginDate").alias("begin"),
        pl.col("endDate").alias("end"),
    )
    if not roles.is_empty():
        return roles
    places = pl.coalesce("orgSourcedIds", "primaryOrgSourcedId").fill_null("").str.split(",")
    return files["users"].select(
        pl.col("sourcedId").alias("user"),
        pl.col("role").str.to_lowercase(),
        places.list.eval(pl.element().str.strip_chars()).alias("org"),
        pl.lit(None, pl.String).alias("begin"),
        pl.lit(None, pl.String).alias("end"),
    ).explode("org")


def _classes(files: dict[str, pl.DataFrame], organizations: pl.DataFrame) -> pl.DataFrame:
    """Return classes with school, the titles and dates of their terms, and the school year of these."""
    terms = pl.coalesce("termSourcedIds", "termSourcedId").fill_null("").str.split(",")
    sessions = files["academicSessions"].select(
        pl.col("sourcedId").alias("session"),
        pl.col("schoolYear").alias("year"),
        pl.col("title").alias("term"),
        "startDate",
        "endDate",
    )
    of_class = (
        files["classes"]
        .select(pl.col("sourcedId").alias("class"), terms.alias("session"))
        .explode("session")
        .with_columns(pl.col("session").str.strip_chars())
        .join(sessions.unique("session"), on="session", how="inner", maintain_order="left")
        .group_by("class")
        .agg(pl.col("year").max(), pl.col("term").drop_nulls().unique(maintain_order=True).str.join(", "),
             pl.col("startDate").min(), pl.col("endDate").max())
    )
    named = files["classes"].rename({"sourcedId": "class"}).join(of_class, on="class", how="left", maintain_order="left")
    return named.join(_ids(organizations), left_on="schoolSourcedId", right_on="sourced", how="left", maintain_order="left")


def _ids(organizations: pl.DataFrame) -> pl.DataFrame:
    return organizations.select("sourced", "organization_id", "kind").unique("sourced")


def _roster(
    files: dict[str, pl.DataFrame],
    people: pl.DataFrame,
    members: pl.DataFrame,
    classes: pl.DataFrame,
    organizations: pl.DataFrame,
    report: ImportReport,
) -> pl.DataFrame:
    schools = _ids(organizations).filter(pl.col("kind") == "school").drop("kind")
    belongs = (
        members.filter(pl.col("role") == "student")
        .join(schools, left_on="org", right_on="sourced", how="left")
        .select("user", "organization_id", "begin", "end")
        .sort("user", "organization_id", "begin", nulls_last=True)
    )
    attends = (
        files["enrollments"]
        .filter(pl.col("role").str.to_lowercase() == "student")
        .join(classes.select("class", "organization_id", "year"), left_on="classSourcedId", right_on="class")
        .select(pl.col("userSourcedId").alias("user"), "organization_id", "year")
        .unique(maintain_order=True)
    )
    raise NotImplementedError
