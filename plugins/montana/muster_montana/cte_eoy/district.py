"""A made-up Montana district for samples: schools, students with enrollments, approvals, and who took what."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from muster.testing.people import people, pick, scattered

if TYPE_CHECKING:
    from collections.abc import Mapping

SS = "0583"
OTHER_SS = "0990"
ELEMENTARY_LE, HIGH_SCHOOL_LE = "0310", "0311"
OTHER_SCHOOL = f"{OTHER_SS}-2001"
SCHOOLS = (f"{SS}-1234", f"{SS}-1235", f"{SS}-1236")
UNAPPROVED = 3
"""So many of the year's pathways, the last ones of the catalog, the sample district is not approved for."""

_ORGANIZATIONS = (
    ("OPI", "Office of Public Instruction", "agency", "", "", ""),
    (SS, "Prairie Bend K-12 Schools", "district", "OPI", ELEMENTARY_LE, HIGH_SCHOOL_LE),
    (SCHOOLS[0], "Prairie Bend High School", "school", SS, "", ""),
    (SCHOOLS[1], "Two Rivers High School", "school", SS, "", ""),
    (SCHOOLS[2], "Coulee Career Academy", "school", SS, "", ""),
    (OTHER_SS, "Larch Flats H S", "district", "OPI", "", "0412"),
    (OTHER_SCHOOL, "Larch Flats High School", "school", OTHER_SS, "", ""),
)
_COLUMNS = ("organization_id", "name", "kind", "parent_id", "elementary_le", "high_school_le")


@dataclass(frozen=True)
class District:
    """Reference tables (text) and the students of the file, one line a student."""

    organizations: pl.DataFrame
    roster: pl.DataFrame
    students: pl.DataFrame
    notes: tuple[str, ...] = ()


def pathway_codes(year: int) -> list[str]:
    """Return the codes of the shipped catalog that hold in a school year."""
    file = Path(__file__).parents[1] / "catalogs" / "pathways.csv"
    with file.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    return [row["code"] for row in rows if int(row["first_year"] or 0) <= year <= int(row["last_year"] or 9999)]


def approvals(year: int) -> pl.DataFrame:
    """Return the pathways the district is approved for, as text."""
    codes = pathway_codes(year)[:-UNAPPROVED]
    return pl.DataFrame(
        {"organization_id": SS, "pathway": codes, "first_year": "2020", "last_year": ""}, schema_overrides=_text()
    )


def _text() -> dict[str, type[pl.String]]:
    return dict.fromkeys(("organization_id", "pathway", "first_year", "last_year"), pl.String)


def made_up(count: int, *, year: int, seed: int) -> District:
    """Return a district of so many made-up students."""
    return _enrolled(_with_state_ids(people(count, seed, year=year, digits=8)), year, seed, _organizations({}), ())


def _with_state_ids(students: pl.DataFrame) -> pl.DataFrame:
    """Give every second student an id that begins with a zero, as a spreadsheet would lose it."""
    first = pl.when(pl.int_range(pl.len()) % 2 == 0).then(pl.lit("0")).otherwise(pl.lit("1"))
    return students.with_columns((first + pl.col("student_id")).alias("student_id"))


def of_people(given: Mapping[str, pl.DataFrame], count: int, *, year: int, seed: int) -> District:
    """Return a district of given people (tables of a CSV folder); what the folder lacks is made up, and said."""
    roster = _blanks_filled(given["roster"]).unique("student_id", maintain_order=True)
    students = _renumbered(roster).head(count).with_columns(pl.lit(str(year)).alias("year"))
    names = _school_names(given.get("organizations"))
    notes = [
        "The people are the folder's; numbers of district and schools, enrollments, pathways and credits are made up."
    ]
    if students.height < count:
        notes.append(f"The folder has {students.height} people, fewer than the rows asked for need.")
    return _enrolled(students, year, seed, _organizations(names), tuple(notes))


def _blanks_filled(roster: pl.DataFrame) -> pl.DataFrame:
    known = people(1, 0, year=2025, digits=9).columns
    missing = [pl.lit(None, pl.String).alias(name) for name in known if name not in roster.columns]
    return roster.with_columns(missing).select(known).with_columns(pl.all().fill_null(""))


def _renumbered(roster: pl.DataFrame) -> pl.DataFrame:
    """Give ids the lengths of Montana's; ids that are no numbers, or not there, are made up."""
    made = scattered(roster.height, 9, 1)
    is_number = pl.col("student_id").str.contains("^[0-9]{1,9}$")
    counted = (pl.int_range(pl.len()) + 100_001).cast(pl.String)
    local = pl.when(pl.col("local_id").str.contains("^[0-9]{1,15}$")).then("local_id").otherwise(counted)
    return roster.with_columns(
        pl.when(is_number).then(pl.col("student_id").str.zfill(9)).otherwise(made).alias("student_id"),
        local.alias("local_id"),
    )


def _school_names(organizations: pl.DataFrame | None) -> dict[str, str]:
    if organizations is None:
        return {}
    rows = list(organizations.iter_rows(named=True))
    districts = [row for row in rows if row.get("kind") == "district"]
    schools = [row for row in rows if row.get("kind") == "school"]
    named = {SS: districts[0]["name"]} if districts else {}
    return named | {number: row["name"] for number, row in zip(SCHOOLS, schools, strict=False)}


def _organizations(names: Mapping[str, str]) -> pl.DataFrame:
    rows = [(one[0], names.get(one[0], one[1]), *one[2:]) for one in _ORGANIZATIONS]
    return pl.DataFrame(rows, schema=list(_COLUMNS), orient="row")


def _enrolled(
    students: pl.DataFrame, year: int, seed: int, organizations: pl.DataFrame, notes: tuple[str, ...]
) -> District:
    """Enroll every student in a school, and each twentieth partially in another one as well."""
    count = students.height
    main = students.with_columns(
        pick(SCHOOLS, count, seed + 11).alias("organization_id"),
        pick("PPPPPPPPPNS", count, seed + 12).alias("enrollment_type"),
        pl.lit(f"{year - 1}-08-27").alias("entry_date"),
        pl.lit("").alias("exit_date"),
    )
    after = dict(zip(SCHOOLS, (*SCHOOLS[1:], SCHOOLS[0]), strict=True))
    second = main.gather_every(20).with_columns(
        pl.col("organization_id").replace_strict(after), pl.lit("N").alias("enrollment_type")
    )
    return District(organizations, pl.concat([main, second]), students, notes)
