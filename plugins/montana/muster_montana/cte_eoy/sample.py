"""A made-up file of the CTE End of Year collection, for ``muster sample``."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import polars as pl

from muster.testing.grids import Grid
from muster.testing.mutations import Sample
from muster.testing.people import pick
from muster_montana.cte_eoy.district import SS, UNAPPROVED, approvals, made_up, of_people, pathway_codes
from muster_montana.cte_eoy.mistakes import FILE_MUTATIONS, MUTATIONS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from muster.model.collections import Collection
    from muster.testing.mutations import FileMutation, Mutation

_PATHWAYS_EACH = (1, 2, 1, 1, 3, 1, 2, 1)
"""How many pathways one student after the other follows."""


class CteEoySamples:
    """Makes one district's file, with its roster, organizations and pathway approvals."""

    mutations: tuple[Mutation, ...] = MUTATIONS
    file_mutations: tuple[FileMutation, ...] = FILE_MUTATIONS

    def make(
        self, collection: Collection, *, year: int, rows: int, seed: int, people: Mapping[str, pl.DataFrame] | None
    ) -> Sample:
        """Return a district without mistakes."""
        count = _students_for(rows)
        district = (
            made_up(count, year=year, seed=seed) if people is None else of_people(people, count, year=year, seed=seed)
        )
        layout = collection.layouts_of(year)[0]
        as_of = date(year, 5, 20)
        return Sample(
            year=year,
            as_of=as_of,
            organization=SS,
            tables={
                "organizations": Grid(district.organizations),
                "roster": Grid(district.roster),
                "pathway_approvals": Grid(approvals(year)),
            },
            sheets={layout.id: Grid(_lines(district.students, year, rows, seed, as_of))},
            header={"date": as_of.strftime("%m/%d/%Y"), "time": "08:30:00", "version": "MT9.1"},
            notes=district.notes,
        )


def _students_for(rows: int) -> int:
    """Return how many students have at least so many pathways together."""
    whole, rest = divmod(rows, sum(_PATHWAYS_EACH))
    return whole * len(_PATHWAYS_EACH) + rest


def _lines(students: pl.DataFrame, year: int, rows: int, seed: int, as_of: date) -> pl.DataFrame:
    """Return the lines of the file: one a student and pathway, credits that add up, flags that go with them."""
    lines = _with_pathways(students, year, seed).head(rows)
    count = lines.height
    district = pick(["50", "75", "100", "150", "199", "200", "225", "250", "300"], count, seed + 22).cast(pl.Int64)
    transfer = pick(["0"] * 8 + ["50", "100"], count, seed + 23).cast(pl.Int64)
    part = pick(["", "", "", "0", "25", "50"], count, seed + 24)
    work = pick(["", "", "0", "50"], count, seed + 25)
    return lines.select(
        pl.lit("CE").alias("record_type"),
        pl.lit(SS).alias("district_number"),
        pl.col("student_id").alias("state_id"),
        "local_id",
        "last_name",
        "first_name",
        "pathway",
        pl.when(district + transfer >= 200).then(pl.lit("Y")).otherwise(pl.lit("N")).alias("concentrator"),
        pl.when(pl.col("single_parent") == "Y").then(pl.lit("Y")).otherwise(pl.lit("N")).alias("single_parent"),
        pick(_start_dates(year, as_of), count, seed + 26).alias("start_date"),
        _credits(district + transfer).alias("pathway_credits"),
        _credits(district).alias("district_credits"),
        _credits(transfer).alias("transfer_credits"),
        _credits(part.replace("", None).cast(pl.Int64)).alias("dual_credits"),
        _credits(work.replace("", None).cast(pl.Int64)).alias("work_credits"),
        pl.lit(str(year)).alias("end_year"),
    )


def _with_pathways(students: pl.DataFrame, year: int, seed: int) -> pl.DataFrame:
    """Give each student one to three different pathways that the district is approved for."""
    codes = pathway_codes(year)[:-UNAPPROVED]
    first = pl.int_range(len(codes), eager=True).sample(students.height, with_replacement=True, seed=seed + 21)
    each = pl.Series(_PATHWAYS_EACH * (students.height // len(_PATHWAYS_EACH) + 1)).head(students.height)
    steps = pl.DataFrame({"first": first, "step": pl.int_ranges(0, each, eager=True)})
    lines = pl.concat([students, steps], how="horizontal").explode("step")
    place = (pl.col("first") + pl.col("step") * 5) % len(codes)
    return lines.with_columns(place.replace_strict(dict(enumerate(codes))).alias("pathway"))


def _credits(hundredths: pl.Series) -> pl.Series:
    """Return 150 as "1.50": credits are counted in hundredths, never as floats."""
    digits = hundredths.cast(pl.String).str.zfill(3)
    text: pl.Series = digits.str.head(-2) + "." + digits.str.tail(2)
    return text


def _start_dates(year: int, as_of: date) -> list[str]:
    days = [date(year - back, month, 1) + timedelta(days=6) for back in (1, 2, 3) for month in (8, 9, 10)]
    return [one.strftime("%m/%d/%Y") for one in [*days, date(year, 1, 19)] if one <= as_of]
