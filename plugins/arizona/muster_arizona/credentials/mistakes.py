"""Mistakes in made-up credential files, each with the rules that must speak up, written down by hand."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from muster.testing.mutations import FileMutation, Mutation, Sample, Spot, setting
from muster_arizona.district import COLLEGE, SCHOOLS
from muster_arizona.enrollment.file_mistakes import a_letter, header_only, other_headings, truncated

if TYPE_CHECKING:
    from collections.abc import Callable


def _failed(spot: Spot) -> bool:
    return spot["passed"] == "F"


def _passed(spot: Spot) -> bool:
    return spot["passed"] == "P"


def _as_number(column: str) -> Callable[[Spot], None]:
    def spoil(spot: Spot) -> None:
        spot.cell(column, int(spot[column]))

    return spoil


def _error_cell(spot: Spot) -> None:
    spot.cell("passed", ("=1/0", "#DIV/0!"))


def _day(moment: date) -> str:
    return moment.strftime("%m/%d/%Y")


def _tomorrow(spot: Spot) -> None:
    spot.set(test_date=_day(spot.sample.as_of + timedelta(days=1)))


def _on_the_birthday(spot: Spot) -> None:
    spot.set(test_date=spot["birth_date"])


def _enrolled_in(spot: Spot, program: str, course: str) -> None:
    """Enroll the row's student in a course of another program, and make a concentrator there."""
    enrolled = {"suid": spot["suid"], "program": program, "course": course, "ctds": spot["ctds"], "term": "1"}
    spot.table("enrollment").add(enrolled)
    spot.table("concentrators").add({"student_id": spot["suid"], "program": program, "year": str(spot.sample.year)})
    spot.set(program=program, course=course)


def _code_of_another_program(spot: Spot) -> None:
    _enrolled_in(spot, "46040020", "46040011")


def _code_nobody_knows(spot: Spot) -> None:
    _code_of_another_program(spot)
    spot.set(credential_code="1250")


def _unknown_student(spot: Spot) -> None:
    spot.set(suid=f"9{spot.index:09}")
    _enrolled_in(spot, spot["program"], spot["course"])


def _other_school(spot: Spot) -> None:
    school = SCHOOLS[(SCHOOLS.index(spot["ctds"]) + 1) % len(SCHOOLS)]
    spot.set(ctds=school, taught_by=school)


def _other_birth_date(spot: Spot) -> None:
    month, day, year = (int(part) for part in spot["birth_date"].split("/"))
    spot.set(birth_date=_day(date(year, month, day) - timedelta(days=1)))


def _no_concentrator(spot: Spot) -> None:
    concentrators = spot.table("concentrators")
    for index in concentrators.find(student_id=spot["suid"]):
        concentrators.drop(index)


def _twice(spot: Spot) -> None:
    spot.intended(spot.index, spot.copy(test_date=_day(spot.sample.as_of)))


def _recorded(spot: Spot) -> None:
    for index in range(len(spot.file.grid)):
        if index != spot.index:
            spot.drop(index)
    spot.set(test_date=_day(spot.sample.as_of))


def _passed_later(spot: Spot) -> None:
    _recorded(spot)
    spot.set(passed="P")


def _same_file(spot: Spot) -> None:
    """Tell what follows: a credential that is brought again is refused, unless it was failed and is passed now."""
    spot.about_the_file()
    spot.also("AZ-CRD-C01", *range(len(spot.file.grid)))


def _in_october(sample: Sample) -> date:
    return date(sample.year, 10, 1)


def _m(name: str, rule: str, spoil: Callable[[Spot], None], *consequences: str) -> Mutation:
    return Mutation(name, rule, spoil, consequences)


MUTATIONS = (
    _m("two digits of the year", "AZ-CRD-F01", setting(fiscal_year="21")),
    _m("last year", "AZ-CRD-F01.year", setting(fiscal_year="2020")),
    _m("dashes in the CTDS", "AZ-CRD-F02", setting(ctds="07-99-01-201")),
    _m("course missing", "AZ-CRD-F02", setting(course="")),
    _m("zero lost", "AZ-CRD-F02.repaired", _as_number("taught_by")),
    _m("31st of June", "AZ-CRD-F03", setting(test_date="06/31/2020")),
    _m("test tomorrow", "AZ-CRD-F03.future", _tomorrow),
    _m("test on the day of birth", "AZ-CRD-F03.birth", _on_the_birthday),
    _m("maybe passed", "AZ-CRD-F04", setting(passed="maybe")),
    _m("three digits of a code", "AZ-CRD-F05", setting(credential_code="118")),
    _m("error cell", "AZ-FIL-07", _error_cell),
    _m("not enrolled in the course", "AZ-CRD-X01", setting(course="52030020")),
    _m("unknown code", "AZ-CRD-X02", setting(credential_code="9999")),
    _m("code of a program whose codes are not known", "AZ-CRD-X02.unknown", _code_nobody_knows),
    _m("code of another program", "AZ-CRD-X03", _code_of_another_program),
    _m("taught by nobody known", "AZ-CRD-X04", setting(taught_by=COLLEGE)),
    _m("unknown student", "AZ-CRD-X05", _unknown_student),
    _m("student of another school", "AZ-CRD-X05.school", _other_school),
    _m("other birth date", "AZ-CRD-X05.birth-date", _other_birth_date),
    _m("credential twice", "AZ-CRD-C01.file", _twice),
    Mutation("no concentrator", "AZ-CRD-C04", _no_concentrator, fits=_passed),
    Mutation("after the window", "AZ-FIL-04", Spot.about_the_file, upload=True, after_first=False, as_of=_in_october),
    Mutation(
        "sent by nobody known",
        "AZ-FIL-05",
        Spot.about_the_file,
        upload=True,
        after_first=False,
        sender=lambda _sample: "999999",
    ),
    Mutation("same file again", "AZ-FIL-06", _same_file, upload=True),
    Mutation("recorded already", "AZ-CRD-C01", _recorded, upload=True, fits=_passed),
    Mutation("passed later", "AZ-CRD-C02", _passed_later, upload=True, fits=_failed),
)

FILE_MUTATIONS = (
    FileMutation("truncated workbook", "AZ-FIL-01", truncated),
    FileMutation("no workbook", "AZ-FIL-01", a_letter),
    FileMutation("other headings", "AZ-FIL-02", other_headings),
    FileMutation("headings alone", "AZ-FIL-03", header_only),
)
