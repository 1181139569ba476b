"""Made-up credential files of a district, for ``muster sample``."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import polars as pl

from muster.testing.grids import Grid
from muster.testing.mutations import Sample
from muster.testing.people import pick
from muster_arizona import district
from muster_arizona.credentials.mistakes import FILE_MUTATIONS, MUTATIONS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from muster.model.collections import Collection
    from muster.testing.mutations import FileMutation, Mutation

PROGRAM, COURSE = "52030000", "52030010"
_CODES = [str(code) for code in range(1181, 1192)]


class CredentialSamples:
    """Makes one district's file: a line a student, who is enrolled in Accounting I and a concentrator."""

    mutations: tuple[Mutation, ...] = MUTATIONS
    file_mutations: tuple[FileMutation, ...] = FILE_MUTATIONS

    def make(
        self, collection: Collection, *, year: int, rows: int, seed: int, people: Mapping[str, pl.DataFrame] | None
    ) -> Sample:
        """Return a district without mistakes."""
        roster = district.students(rows, year=year, seed=seed, given=people)
        (layout,) = collection.layouts_of(year)
        return Sample(
            year=year,
            as_of=date(year, 4, 15),
            organization=district.DISTRICT,
            tables=_tables(roster, year),
            sheets={layout.id: Grid(_lines(roster, year, seed))},
            notes=district.notes(rows, roster.height, people),
        )


def _tables(roster: pl.DataFrame, year: int) -> dict[str, Grid]:
    enrolled = roster.select(
        pl.col("student_id").alias("suid"),
        pl.lit(PROGRAM).alias("program"),
        pl.lit(COURSE).alias("course"),
        pl.col("organization_id").alias("ctds"),
        pl.lit("1").alias("term"),
    )
    concentrators = roster.select("student_id", pl.lit(PROGRAM).alias("program"), pl.lit(str(year)).alias("year"))
    return {
        "organizations": Grid(district.organizations()),
        "roster": Grid(roster),
        "sequence": Grid(district.sequence(year)),
        "enrollment": Grid(enrolled),
        "concentrators": Grid(concentrators),
    }


def _lines(roster: pl.DataFrame, year: int, seed: int) -> pl.DataFrame:
    days = [f"{month:02}/{day:02}/{year}" for month in (1, 2, 3) for day in (5, 12, 19)] + [f"05/07/{year - 1}"]
    return roster.select(
        pl.lit(str(year)).alias("fiscal_year"),
        pl.col("organization_id").alias("ctds"),
        pl.lit(PROGRAM).alias("program"),
        pl.lit(COURSE).alias("course"),
        pl.col("organization_id").alias("taught_by"),
        pl.col("student_id").alias("suid"),
        pl.col("birth_date").str.to_date("%Y-%m-%d").dt.to_string("%m/%d/%Y"),
        pick(days, roster.height, seed + 41).alias("test_date"),
        pick(["P", "P", "F"], roster.height, seed + 42).alias("passed"),
        pick(_CODES, roster.height, seed + 43).alias("credential_code"),
        pick(["", "", "AZ-20417", "AZ-20533"], roster.height, seed + 44).alias("license_number"),
    )
