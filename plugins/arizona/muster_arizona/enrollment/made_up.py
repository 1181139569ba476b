"""What mistakes in enrollment rows are made with: other students, other teachers, sections of their own."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from muster_arizona.district import OFFERS

if TYPE_CHECKING:
    from muster.testing.mutations import Spot

INTERNSHIPS = {layout: offer.special[0].number for layout, offer in OFFERS.items()}
_REGULAR = {course.number for offer in OFFERS.values() for course in offer.regular}


def regular(spot: Spot) -> bool:
    """Tell whether the row is one of a regular course."""
    return spot["course"] in _REGULAR


def rows_of_course(spot: Spot) -> list[int]:
    """Return the rows of the row's student in the same course."""
    return spot.find(suid=spot["suid"], program=spot["program"], course=spot["course"])


def day_before(day: date, years: int, days: int = 0) -> str:
    """Return the birth date of somebody who is so many years (and days) old on this day, as the file has it."""
    born = date(day.year - years, day.month, day.day) - timedelta(days=days)
    return born.strftime("%m/%d/%Y")


def another_student(spot: Spot, **values: str) -> None:
    """Put a student of the same school, grade and age into the roster, with these changes, and into the row."""
    roster = spot.table("roster")
    known = roster[roster.find(student_id=spot["suid"])[0]]
    suid = f"2{len(roster):09}"
    roster.add({**known, "student_id": suid, **values})
    spot.set(suid=suid)


def another_teacher(spot: Spot) -> None:
    """Put an educator without any certificate into the registry and into the row."""
    registry = spot.table("educators")
    educator = f"{8000000 + len(registry)}"
    registry.add({"educator_id": educator, "last_name": "Newcomer", "first_name": "Nia"})
    spot.set(educator_id=educator)


def own_section(spot: Spot) -> None:
    """Put the row into a period of its own, so that it is no part of another section."""
    spot.set(period=f"Extra {spot.index}")


def intern(spot: Spot, course: str, *, age: int = 17, before: bool = True) -> None:
    """Make the row one of an internship or cooperative course, with a student of this age who is prepared for it."""
    offered = next(one for offer in OFFERS.values() for one in offer.special if one.number == course)
    first = next(one for offer in OFFERS.values() for one in offer.regular if one.program == offered.program)
    born = day_before(spot.sample.as_of, age)
    month, day, year = born.split("/")
    another_student(spot, birth_date=f"{year}-{month}-{day}")
    own_section(spot)
    spot.set(program=offered.program, course=course, birth_date=born)
    if "articulated_ctds" in spot.layout.names:
        spot.set(articulated_ctds=offered.provider, teacher_email=f"nia.newcomer@{OFFERS[spot.layout.id].domain}")
    if before:
        history = {"student_id": spot["suid"], "program": first.program, "course": first.number}
        spot.table("course_history").add({**history, "school_year": str(spot.sample.year - 1)})


def to_sequence(spot: Spot) -> None:
    """Put the row's course into the coherent sequence of its school, as the row's template needs it."""
    sequence = spot.table("sequence")
    articulated = "articulated_ctds" in spot.layout.names
    entry = {
        "organization_id": spot["ctds"],
        "program": spot["program"],
        "course": spot["course"],
        "kind": "articulated" if articulated else "non-articulated",
        "provider_id": spot["articulated_ctds"] if articulated else "",
        "year": str(spot.sample.year),
    }
    if not sequence.find(**{name: entry[name] for name in ("organization_id", "program", "course")}):
        sequence.add(entry)
