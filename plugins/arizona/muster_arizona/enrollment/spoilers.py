"""How a row of enrollment is spoiled: one function a kind of mistake."""

from __future__ import annotations

from typing import TYPE_CHECKING

from muster.testing.mutations import setting
from muster_arizona.district import CENTRAL, COLLEGE, OFFERS, SCHOOLS, SECOND_CENTRAL, SITE
from muster_arizona.enrollment.made_up import (
    INTERNSHIPS,
    another_student,
    another_teacher,
    day_before,
    intern,
    own_section,
    regular,
    rows_of_course,
    to_sequence,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from muster.testing.mutations import Spot


def credits_of(value: str) -> Callable[[Spot], None]:
    """Give the row these credits, which are too many for both terms as well."""

    def spoil(spot: Spot) -> None:
        spot.set(credits=value)
        spot.also("AZ-ENR-C06", *rows_of_course(spot))

    return spoil


def too_many_credits(spot: Spot) -> None:
    """Give the row credits that are too many together with the other term."""
    spot.set(credits="1.76")
    spot.intended(*rows_of_course(spot))


def as_number(column: str) -> Callable[[Spot], None]:
    """Write a code as a number, so that its leading zero is lost."""

    def spoil(spot: Spot) -> None:
        spot.cell(column, int(spot[column]))

    return spoil


def error_cell(spot: Spot) -> None:
    """Write an error into the credits."""
    spot.cell("credits", ("=NA()", "#N/A"))


def minutes(value: str) -> Callable[[Spot], None]:
    """Give the row these minutes, in a section of its own."""

    def spoil(spot: Spot) -> None:
        own_section(spot)
        spot.set(minutes_per_week=value)

    return spoil


def born(years: int, days: int = 0) -> Callable[[Spot], None]:
    """Return a spoiler: a student whose birth date the roster does not tell is so old on the day of the file."""

    def spoil(spot: Spot) -> None:
        another_student(spot, birth_date="")
        spot.set(birth_date=day_before(spot.sample.as_of, years, days))

    return spoil


def course_of(program: str, course: str) -> Callable[[Spot], None]:
    """Give the row this program and course."""
    return setting(program=program, course=course)


def in_sequence(program: str, **courses: str) -> Callable[[Spot], None]:
    """Return a spoiler: a course that the school's sequence has, another one for each template."""

    def spoil(spot: Spot) -> None:
        spot.set(program=program, course=courses[spot.layout.id.replace("-", "_")])
        to_sequence(spot)

    return spoil


def other_template(spot: Spot) -> None:
    """Give the row a course that the school's sequence has under another template."""
    other = OFFERS["articulated" if spot.layout.id == "non-articulated" else "non-articulated"].regular[0]
    spot.set(program=other.program, course=other.number)


def provided_by(course: str, provider: str, domain: str) -> Callable[[Spot], None]:
    """Give the row a course that this provider teaches by the sequence."""

    def spoil(spot: Spot) -> None:
        spot.set(program="47060050", course=course, articulated_ctds=provider, teacher_email=f"ada.larkspur@{domain}")
        to_sequence(spot)

    return spoil


def other_provider(spot: Spot) -> None:
    """Give the row another provider than the sequence has."""
    others = {CENTRAL: SECOND_CENTRAL, COLLEGE: SITE, SITE: COLLEGE}
    spot.set(articulated_ctds=others[spot["articulated_ctds"]])


def own_provider(spot: Spot) -> None:
    """Make the school its own provider."""
    spot.set(articulated_ctds=spot["ctds"])


def student_with(**values: str) -> Callable[[Spot], None]:
    """Give the row another student with these values in the roster, in a section of its own."""

    def spoil(spot: Spot) -> None:
        another_student(spot, **values)
        own_section(spot)

    return spoil


def unknown_student(spot: Spot) -> None:
    """Give the row a student number that nobody has."""
    spot.set(suid=f"9{spot.index:09}")


def elsewhere(spot: Spot) -> None:
    """Give the row a student who is enrolled at another school of the district."""
    another_student(spot, organization_id=SCHOOLS[(SCHOOLS.index(spot["ctds"]) + 1) % len(SCHOOLS)])


def other_birth_date(spot: Spot) -> None:
    """Give the row another birth date than the roster and the other rows have."""
    spot.set(birth_date=day_before(spot.sample.as_of, 16, 100))


def two_birth_dates(spot: Spot) -> None:
    """Give a student whose birth date the roster does not tell two of them."""
    another_student(spot, birth_date="")
    spot.intended(
        spot.index,
        spot.copy(term="2" if spot["term"] == "1" else "1", birth_date=day_before(spot.sample.as_of, 16, 99)),
    )


def uncertified_in(course: str) -> Callable[[Spot], None]:
    """Make the row one of this course (or the internship of its template), with a teacher without certificates."""

    def spoil(spot: Spot) -> None:
        intern(spot, course or INTERNSHIPS[spot.layout.id])
        another_teacher(spot)

    return spoil


def intern_of(*, age: int = 17, before: bool = True) -> Callable[[Spot], None]:
    """Make the row one of an internship, with a student of this age, prepared or not."""

    def spoil(spot: Spot) -> None:
        intern(spot, INTERNSHIPS[spot.layout.id], age=age, before=before)

    return spoil


def twice(**changes: str) -> Callable[[Spot], None]:
    """Put the row in twice, the second time with these changes."""

    def spoil(spot: Spot) -> None:
        spot.intended(spot.index, spot.copy(**changes))

    return spoil


def two_teachers(spot: Spot) -> None:
    """Put the row in twice, under two educators."""
    other = next(one for one in spot.table("educators").frame()["educator_id"] if one != spot["educator_id"])
    own_section(spot)
    spot.intended(spot.index, spot.copy(educator_id=other))


def two_in_a_section(**changes: str) -> Callable[[Spot], None]:
    """Put two students into a section, one of them with these changes."""

    def spoil(spot: Spot) -> None:
        own_section(spot)
        other = spot.copy()
        another_student(spot)
        spot.set(**changes)
        spot.intended(spot.index, other)

    return spoil


def no_site(spot: Spot) -> bool:
    """Tell whether the row is one of a regular course whose provider has a known e-mail domain."""
    return regular(spot) and spot["articulated_ctds"] != SITE
