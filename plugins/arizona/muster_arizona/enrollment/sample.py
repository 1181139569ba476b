"""Made-up enrollment files of a district, for ``muster sample``."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import polars as pl

from muster.testing.grids import Grid
from muster.testing.mutations import Sample
from muster.testing.people import pick
from muster_arizona import district
from muster_arizona.district import DISTRICT, OFFERS, SCHOOLS
from muster_arizona.enrollment.file_mistakes import FILE_MUTATIONS, UPLOAD_MUTATIONS
from muster_arizona.enrollment.mistakes import IN_YEARS, MUTATIONS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from muster.model.collections import Collection
    from muster.testing.mutations import FileMutation, Mutation

_SPECIAL_EVERY = 6
"""So many of the students of grade 12 (one in this number) are in an internship or a cooperative course."""
_UNKNOWN_TYPE = "The codes of Student Type are not known; the value in the files is made up."


class EnrollmentSamples:
    """Makes one district's files, one a template, with everything they are checked against."""

    file_mutations: tuple[FileMutation, ...] = FILE_MUTATIONS
    mutations: tuple[Mutation, ...] = (*MUTATIONS, *UPLOAD_MUTATIONS)

    def make(
        self, collection: Collection, *, year: int, rows: int, seed: int, people: Mapping[str, pl.DataFrame] | None
    ) -> Sample:
        """Return a district without mistakes; the mistakes offered are those that can be made in this year."""
        self.mutations = tuple(one for one in self.mutations if year in IN_YEARS.get(one.name, (year,)))
        layouts = [layout.id for layout in collection.layouts_of(year)]
        each = -(-rows // 2)
        roster = district.students(each * len(layouts), year=year, seed=seed, given=people)
        placed = _placed(roster, layouts, year)
        notes = district.notes(each * len(layouts), roster.height, people)
        return Sample(
            year=year,
            as_of=date(year, 4, 15),
            organization=DISTRICT,
            tables=_tables(roster, placed, year),
            sheets={layout: Grid(_lines(placed[layout], layout, seed).head(rows)) for layout in layouts},
            notes=(*notes, *([_UNKNOWN_TYPE] if year >= 2022 else [])),
        )


def _tables(roster: pl.DataFrame, placed: Mapping[str, pl.DataFrame], year: int) -> dict[str, Grid]:
    columns = ("student_id", "program", "course", "school_year")
    special = pl.concat([one.filter("special") for one in placed.values()])
    history = special.select("student_id", "program", pl.col("before").alias("course"))
    return {
        "organizations": Grid(district.organizations()),
        "roster": Grid(roster),
        "educators": Grid(district.educators()),
        "certificates": Grid(district.certificates(year)),
        "certification_requirements": Grid(district.certification_requirements()),
        "sequence": Grid(district.sequence(year)),
        "course_history": Grid(history.with_columns(pl.lit(str(year - 1)).alias("school_year")).select(columns)),
    }


def _placed(roster: pl.DataFrame, layouts: list[str], year: int) -> dict[str, pl.DataFrame]:
    """Deal the students out to the templates, and give each a course, a period and a teacher."""
    each = roster.height // len(layouts)
    return {
        layout: _with_courses(roster.slice(place * each, each), layout, year) for place, layout in enumerate(layouts)
    }


def _with_courses(students: pl.DataFrame, layout: str, year: int) -> pl.DataFrame:
    offer = OFFERS[layout]
    place = pl.int_range(pl.len()) // len(SCHOOLS)
    old_enough = pl.col("birth_date") <= f"{year - 17}-04-15"
    special = (pl.col("grade") == "12") & old_enough & (place % _SPECIAL_EVERY == 0)
    regular, follows = len(offer.regular), len(offer.special)
    course = pl.when(special).then(regular + place // _SPECIAL_EVERY % follows).otherwise(place % regular)
    return students.with_columns(
        special.alias("special"),
        course.alias("offered"),
        pl.col("organization_id").replace_strict(dict(zip(SCHOOLS, range(len(SCHOOLS)), strict=True))).alias("school"),
        (place // regular % 6 + 1).cast(pl.String).alias("period"),
    ).join(_taught(layout), on=["school", "offered"], how="left", maintain_order="left")


def _taught(layout: str) -> pl.DataFrame:
    """Return what is taught to the students of each school, by whom."""
    offer = OFFERS[layout]
    first = {course.program: course.number for course in reversed(offer.regular)}
    rows = []
    for school in range(len(SCHOOLS)):
        for place, course in enumerate(offer.courses):
            who = district.teacher(layout, school, place)
            minutes = "600" if course in offer.special else "250"
            taught = (school, place, course.program, course.number, f"{course.title} A/B", course.provider, minutes)
            rows.append((*taught, first[course.program], who.educator_id, who.first_name, who.last_name, who.email))
    columns = "school offered program course course_title articulated_ctds minutes_per_week before educator_id "
    columns += "teacher_first_name teacher_last_name teacher_email"
    return pl.DataFrame(rows, schema=columns.split(), orient="row")


def _lines(students: pl.DataFrame, layout: str, seed: int) -> pl.DataFrame:
    """Return two lines a student: Fall and Spring."""
    place = list(OFFERS).index(layout)
    both = students.join(pl.DataFrame({"term": ["1", "2"]}), how="cross", maintain_order="left_right")
    return both.select(
        pl.col("organization_id").alias("ctds"),
        "term", "program", "course", "course_title", "educator_id", "teacher_first_name", "teacher_last_name",
        "teacher_email", "period", "minutes_per_week",
        pl.lit("18").alias("number_of_weeks"),
        "articulated_ctds",
        pl.col("student_id").alias("suid"),
        pl.col("birth_date").str.to_date("%Y-%m-%d").dt.to_string("%m/%d/%Y"),
        pick(["0.50", "0.50", "0.50", "0.25"], both.height, seed + 30 + place).alias("credits"),
        pl.lit("1").alias("student_type"),
    )  # fmt: skip
