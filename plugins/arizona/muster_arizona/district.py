"""A made-up Arizona district for samples: its schools, teachers, coherent sequences and students."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from muster.testing.people import FIRST_NAMES, LAST_NAMES, people, scattered

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

DISTRICT, OTHER_DISTRICT, CTED = "079901", "079902", "079981"
SCHOOLS = ("079901201", "079901202", "079901203")
OTHER_SCHOOL = "079902201"
CENTRAL, SECOND_CENTRAL = "079981001", "079981002"
COLLEGE = "079955001"
SITE = "070802280"
"""A CTED location at a postsecondary campus, out of the agency's list."""
DOMAINS = {DISTRICT: "desertwillow.example", CTED: "sonoran-cted.example", COLLEGE: "mesquite.example"}

_ORGANIZATIONS = (
    (DISTRICT, "Desert Willow Union High School District", "district", ""),
    (SCHOOLS[0], "Desert Willow High School", "school", DISTRICT),
    (SCHOOLS[1], "Ironwood High School", "school", DISTRICT),
    (SCHOOLS[2], "Cholla Ridge High School", "school", DISTRICT),
    (OTHER_DISTRICT, "Painted Mesa Unified District", "district", ""),
    (OTHER_SCHOOL, "Painted Mesa High School", "school", OTHER_DISTRICT),
    (CTED, "Sonoran CTED", "region", ""),
    (CENTRAL, "Sonoran CTED - Central Campus", "site", CTED),
    (SECOND_CENTRAL, "Sonoran CTED - South Campus", "site", CTED),
    (COLLEGE, "Mesquite Community College", "college", ""),
    (SITE, "West-MEC Gateway Community College", "site", ""),
)


@dataclass(frozen=True)
class Course:
    """A course of the catalog as the district teaches it; ``provider`` is blank where the school itself does."""

    program: str
    number: str
    title: str
    provider: str = ""


@dataclass(frozen=True)
class Offer:
    """What is taught under one template: regular courses, and those that follow on them."""

    regular: tuple[Course, ...]
    special: tuple[Course, ...]
    domain: str

    @property
    def courses(self) -> tuple[Course, ...]:
        """Return all courses."""
        return (*self.regular, *self.special)


OFFERS = {
    "non-articulated": Offer(
        (
            Course("52030000", "52030010", "Accounting I"),
            Course("52030000", "52030020", "Accounting II"),
            Course("52030000", "52030030", "Accounting III"),
            Course("01000000", "01000010", "AgriScience I"),
            Course("01000000", "01000020", "AgriScience II"),
            Course("46040020", "46040011", "Construction I"),
            Course("46040020", "46040020", "Construction II"),
            Course("13121000", "13121010", "Early Childhood Education I"),
        ),
        (
            Course("52030000", "52030075", "Accounting Internship"),
            Course("52030000", "52030080", "Accounting Coop"),
            Course("52030000", "52030070", "Accounting DCE"),
        ),
        DOMAINS[DISTRICT],
    ),
    "articulated": Offer(
        (
            Course("10020090", "10020016", "Film and TV I", CENTRAL),
            Course("10020090", "10020090", "Film and TV II", CENTRAL),
            Course("10020060", "10020015", "Animation I", CENTRAL),
            Course("10020060", "10020060", "Animation II", CENTRAL),
        ),
        (Course("10020090", "10020083", "Film and TV Internship", CENTRAL),),
        DOMAINS[CTED],
    ),
    "postsecondary": Offer(
        (
            Course("12050000", "12050010", "Culinary Arts I", SITE),
            Course("12050000", "12050020", "Culinary Arts II", COLLEGE),
            Course("51080050", "51080014", "Sports Medicine I", COLLEGE),
        ),
        (Course("12050000", "12050075", "Culinary Arts Internship", COLLEGE),),
        DOMAINS[COLLEGE],
    ),
}
PROGRAMS = tuple(dict.fromkeys(course.program for offer in OFFERS.values() for course in offer.courses))


@dataclass(frozen=True)
class Teacher:
    """A made-up teacher."""

    educator_id: str
    first_name: str
    last_name: str
    email: str


def teacher(layout: str, school: int, course: int) -> Teacher:
    """Return who teaches a course (by its place in the offer) to the students of a school (by its place)."""
    place = list(OFFERS).index(layout)
    number = place * 50 + school * 15 + course
    first, last = FIRST_NAMES[number % 26][0], LAST_NAMES[number * 7 % 25]
    email = f"{first}.{last}{number}@{OFFERS[layout].domain}".lower()
    return Teacher(f"{7100000 + number}", first, last, email)


def table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> pl.DataFrame:
    """Return a table of text."""
    return pl.DataFrame(list(rows), schema=dict.fromkeys(columns, pl.String), orient="row")


def organizations() -> pl.DataFrame:
    """Return the district with its neighbours and providers."""
    columns = ("organization_id", "name", "kind", "parent_id", "email_domain")
    return table(columns, ((*one, DOMAINS.get(one[0], "")) for one in _ORGANIZATIONS))


def sequence(year: int) -> pl.DataFrame:
    """Return the coherent sequence of every school: all offers of the district."""
    columns = ("organization_id", "program", "course", "kind", "provider_id", "year")
    return table(
        columns,
        (
            (school, one.program, one.number, _kind(one), one.provider, str(year))
            for school in SCHOOLS
            for offer in OFFERS.values()
            for one in offer.courses
        ),
    )


def _kind(course: Course) -> str:
    return "articulated" if course.provider else "non-articulated"


def _teachers() -> list[Teacher]:
    return [
        teacher(layout, school, course)
        for layout, offer in OFFERS.items()
        for school in range(len(SCHOOLS))
        for course in range(len(offer.courses))
    ]


def educators() -> pl.DataFrame:
    """Return the registry: the district's teachers."""
    columns = ("educator_id", "last_name", "first_name", "email")
    return table(columns, ((one.educator_id, one.last_name, one.first_name, one.email) for one in _teachers()))


def certificates(year: int) -> pl.DataFrame:
    """Return a CTE certificate for every program and the cooperative endorsement for every teacher."""
    columns = ("educator_id", "certificate", "program", "valid_from", "valid_to")
    held = [*(("CTE", program) for program in PROGRAMS), ("CEN", "")]
    return table(
        columns,
        ((one.educator_id, *kind, f"{year - 6}-07-01", f"{year + 6}-06-30") for one in _teachers() for kind in held),
    )


def certification_requirements() -> pl.DataFrame:
    """Return which certificate each program of the district accepts."""
    return table(("program", "certificate"), ((program, "CTE") for program in PROGRAMS))


def students(count: int, *, year: int, seed: int, given: Mapping[str, pl.DataFrame] | None) -> pl.DataFrame:
    """Return so many students, each enrolled in one school of the district: rows of the roster."""
    made = people(count, seed, year=year, digits=9)
    known = made.with_columns(("1" + pl.col("student_id")).alias("student_id"))
    if given is not None:
        known = _of_people(given["roster"], made)
    return known.with_columns(
        pl.Series("organization_id", [SCHOOLS[at % len(SCHOOLS)] for at in range(known.height)], dtype=pl.String),
        pl.lit(f"{year - 1}-08-05").alias("entry_date"),
    )


def _of_people(roster: pl.DataFrame, made: pl.DataFrame) -> pl.DataFrame:
    """Return the given people; what the folder does not tell about them is made up."""
    given = roster.unique("student_id", maintain_order=True).head(made.height)
    known = [name for name in given.columns if name in made.columns and name != "year"]
    both = made.head(given.height).with_columns(
        pl.coalesce(given[name].replace("", None), made[name].head(given.height)).alias(name) for name in known
    )
    digits = pl.col("student_id").str.contains("^[0-9]{1,10}$")
    ids = pl.when(digits).then("student_id").otherwise("1" + scattered(both.height, 9, 1))
    return both.with_columns(ids.alias("student_id"))


MADE_UP = "The people are the folder's; schools, teachers, courses, credits and what the folder lacks are made up."


def notes(count: int, found: int, given: Mapping[str, pl.DataFrame] | None) -> tuple[str, ...]:
    """Return what a reader must know about where the people come from."""
    if given is None:
        return ()
    return (MADE_UP, *([f"The folder has {found} people, fewer than the {count} needed."] if found < count else []))
