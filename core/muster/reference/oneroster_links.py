"""How the files of a OneRoster export hang together: organizations, people, who belongs where, classes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from muster.reference.reports import ImportReport

KINDS = {"state": "agency", "district": "district", "local": "district", "school": "school"}
_STATE_ID = r"(?i)\{\s*(?:state|stateid|ssid|sasid|suid)[^:}]*:\s*([^}]+)\}"


@dataclass(frozen=True, slots=True)
class Links:
    """The files, and what was made of them.

    ``people``: users with ``id``, ``local_id``. ``members``: user, role, org, begin, end. ``classes``: classes with
    organization_id, year, term, startDate, endDate.
    """

    files: dict[str, pl.DataFrame]
    organizations: pl.DataFrame
    people: pl.DataFrame
    members: pl.DataFrame
    classes: pl.DataFrame

    @property
    def only_year(self) -> str | None:
        """Return the school year of the export, where it has but one."""
        years = self.files["academicSessions"]["schoolYear"].drop_nulls().unique().to_list()
        return str(years[0]) if len(years) == 1 else None

    def enrolled(self, role: str) -> pl.DataFrame:
        """Return the class enrollments of one role."""
        return self.files["enrollments"].filter(pl.col("role").str.to_lowercase() == role)

    def with_role(self, role: str) -> pl.DataFrame:
        """Return the people who have a role somewhere, by membership or by a class."""
        users = pl.concat(
            [
                self.members.filter(pl.col("role") == role)["user"],
                self.enrolled(role)["userSourcedId"].alias("user"),
            ]
        ).unique()
        return self.people.filter(pl.col("sourcedId").is_in(users.drop_nulls().implode()))


def link(files: dict[str, pl.DataFrame], report: ImportReport) -> Links:
    """Follow the references between the files of an export."""
    organizations = _organizations(files["orgs"], report)
    return Links(files, organizations, _people(files["users"]), _members(files), _classes(files, organizations))


def schools(organizations: pl.DataFrame) -> pl.DataFrame:
    """Return sourced and organization_id of the schools."""
    return organizations.filter(pl.col("kind") == "school").select("sourced", "organization_id").unique("sourced")


def _organizations(orgs: pl.DataFrame, report: ImportReport) -> pl.DataFrame:
    """Return organizations by their identifier, or by sourcedId where they have none."""
    known = pl.col("type").str.to_lowercase().replace_strict(KINDS, default=None)
    named = orgs.select(
        pl.col("sourcedId").alias("sourced"),
        pl.coalesce("identifier", "sourcedId").alias("organization_id"),
        "name",
        known.alias("kind"),
        pl.col("parentSourcedId").alias("parent"),
        pl.col("identifier").is_null().alias("unnamed"),
    )
    kept = named.filter(pl.col("kind").is_not_null())
    report.skip(named.height - kept.height, "organizations that are neither state, district nor school")
    if unnamed := int(kept["unnamed"].sum()):
        report.notes.append(f"Organizations without an identifier, whose sourcedId was taken: {unnamed:,}.")
    parents = kept.select(pl.col("sourced").alias("parent"), pl.col("organization_id").alias("parent_id"))
    return kept.join(parents.unique("parent"), on="parent", how="left", maintain_order="left").drop("parent", "unnamed")


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
    return (
        files["users"]
        .select(
            pl.col("sourcedId").alias("user"),
            pl.col("role").str.to_lowercase(),
            places.list.eval(pl.element().str.strip_chars()).alias("org"),
            pl.lit(None, pl.String).alias("begin"),
            pl.lit(None, pl.String).alias("end"),
        )
        .explode("org")
    )


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
        .agg(
            pl.col("year").max(),
            pl.col("term").drop_nulls().unique(maintain_order=True).str.join(", "),
            pl.col("startDate").min(),
            pl.col("endDate").max(),
        )
    )
    named = (
        files["classes"].rename({"sourcedId": "class"}).join(of_class, on="class", how="left", maintain_order="left")
    )
    return named.join(
        schools(organizations), left_on="schoolSourcedId", right_on="sourced", how="left", maintain_order="left"
    )
