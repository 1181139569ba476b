"""Made-up people: names from short lists, numbers from arithmetic, nobody who lives."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import polars as pl

from muster.errors import MusterError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

FIRST_NAMES = (
    ("Ada", "F"), ("Bram", "M"), ("Cora", "F"), ("Dario", "M"), ("Elin", "F"), ("Farid", "M"), ("Greta", "F"),
    ("Hugo", "M"), ("Ines", "F"), ("Jonas", "M"), ("Kaya", "F"), ("Levi", "M"), ("Mina", "F"), ("Nils", "M"),
    ("Opal", "F"), ("Pablo", "M"), ("Quinn", "F"), ("Ravi", "M"), ("Selma", "F"), ("Tomas", "M"), ("Uma", "F"),
    ("Viggo", "M"), ("Wanda", "F"), ("Xavier", "M"), ("Yara", "F"), ("Zeno", "M"), ("Maëlle", "F"), ("José", "M"),
)  # fmt: skip
LAST_NAMES = (
    "Alderwick", "Brightwater", "Cottonwood", "Dunmore", "Eastlake", "Fernhollow", "Greystone", "Hartwell",
    "Ironwood", "Juniper", "Kestrel", "Larkspur", "Meadowlark", "Northfield", "Oakhurst", "Pinecrest", "Quillfeather",
    "Ridgeway", "Sagebrush", "Thornbury", "Underhill", "Vantreight", "Westbrook", "Yellowtail", "Zimmerly",
    "O'Larkin", "Peña-Ridge", "St. Bruin", "von Elmen",
)  # fmt: skip
_NEEDED = ("student_id", "last_name", "first_name")
_STEP = 48_271_397
_FLAGS = {"special_needs": 12, "economically_disadvantaged": 40, "single_parent": 2, "english_learner": 5}
_RARE_FLAGS = ("homeless", "foster_care", "military_parent", "migrant")


class NoPeopleError(MusterError):
    """The folder given as the people has none."""

    def __init__(self, folder: Path) -> None:
        super().__init__(f"{folder} has no roster.csv with the columns {', '.join(_NEEDED)}; choose another folder.")


def scattered(count: int, digits: int, seed: int) -> pl.Series:
    """Return numbers of this many digits as text, all different, in no visible order, leading zeros included."""
    numbers = (pl.int_range(count, eager=True) * _STEP + seed * 7_919 + 1_234) % 10**digits
    text: pl.Series = numbers.cast(pl.String).str.zfill(digits)
    return text


def pick(values: Sequence[str], count: int, seed: int) -> pl.Series:
    """Return a choice out of these values for each of so many rows."""
    return pl.Series(list(values), dtype=pl.String).sample(count, with_replacement=True, seed=seed)


def people(count: int, seed: int, *, year: int, digits: int) -> pl.DataFrame:
    """Return made-up students of grades 9 to 12: the roster's columns, without organization and enrollment.

    ``digits`` is the length of a student id. Dates are YYYY-MM-DD, booleans Y or N, as in a CSV folder.
    """
    firsts = pl.DataFrame(FIRST_NAMES, schema=["first_name", "gender"], orient="row").sample(
        count, with_replacement=True, seed=seed
    )
    grades = pick(["9", "10", "11", "12"], count, seed + 1)
    return pl.DataFrame(
        {
            "student_id": scattered(count, digits, seed),
            "local_id": (pl.int_range(count, eager=True) + 100_001).cast(pl.String),
            "last_name": pick(LAST_NAMES, count, seed + 2),
            "first_name": firsts["first_name"],
            "birth_date": birth_dates(grades, year, seed + 3),
            "year": pl.repeat(str(year), count, eager=True),
            "grade": grades,
            "gender": firsts["gender"],
            **flags(count, seed + 4),
        }
    )


def birth_dates(grades: pl.Series, year: int, seed: int) -> pl.Series:
    """Return a birth date that goes with each grade in the school year that ends in ``year``."""
    days = pl.int_range(365, eager=True).sample(grades.len(), with_replacement=True, seed=seed)
    born = pl.DataFrame({"grade": grades.cast(pl.Int64), "days": days}).select(
        pl.date(year - 6 - pl.col("grade"), 8, 31) - pl.duration(days=pl.col("days"))
    )
    return born.to_series().dt.to_string("%Y-%m-%d")


def flags(count: int, seed: int) -> dict[str, pl.Series]:
    """Return the special populations of the roster, each about as frequent as in a district."""
    percents = _FLAGS | dict.fromkeys(_RARE_FLAGS, 1)
    chances = enumerate(percents.items(), seed)
    return {name: pick("Y" * percent + "N" * (100 - percent), count, one) for one, (name, percent) in chances}


def age_on(birth_date: str, day: date) -> int:
    """Return how old somebody born on this day (YYYY-MM-DD) is."""
    born = date.fromisoformat(birth_date)
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def read_people(folder: Path) -> dict[str, pl.DataFrame]:
    """Return every CSV of a folder as text, by table name: the people a sample is made of instead of made-up ones.

    People without an id or a name are left out; NoPeopleError when there is no roster.
    """
    tables = {file.stem: pl.read_csv(file, infer_schema=False) for file in sorted(folder.glob("*.csv"))}
    roster = tables.get("roster")
    if roster is None or not set(_NEEDED) <= set(roster.columns):
        raise NoPeopleError(folder)
    tables["roster"] = roster.drop_nulls(_NEEDED)
    return tables
