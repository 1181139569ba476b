"""Mistakes in made-up enrollment rows, each with the rules that must speak up, written down by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from muster.testing.mutations import Mutation, Spot, setting
from muster_arizona.district import CENTRAL, COLLEGE, DISTRICT, DOMAINS, OFFERS, OTHER_SCHOOL, SCHOOLS, SECOND_CENTRAL, SITE
from muster_arizona.enrollment.made_up import (
    INTERNSHIPS,
    another_student,
    another_teacher,
    day_before,
    intern,
    own_section,
    regular,
    rows_of_course,
    rows_of_student,
    to_sequence,
)

if TYPE_CHECKING:
    from collections.abc import Callable

NA, AR, PS = "non-articulated", "articulated", "postsecondary"
IN_YEARS = {
    "minutes below the range": (2021,),
    "minutes above the range": (2021,),
    "program in its last year": (2021,),
}
"""Mistakes that are some only in these years: the ranges and the last programs are known of no other."""


def _credits(value: str) -> Callable[[Spot], None]:
    def spoil(spot: Spot) -> None:
        spot.set(credits=value)
        spot.also("AZ-ENR-C06", *rows_of_course(spot))

    return spoil


def _too_many_credits(spot: Spot) -> None:
    spot.set(credits="1.76")
    spot.intended(*rows_of_course(spot))


def _as_number(column: str) -> Callable[[Spot], None]:
    def spoil(spot: Spot) -> None:
        spot.cell(column, int(spot[column]))

    return spoil


def _error_cell(spot: Spot) -> None:
    spot.cell("credits", ("=NA()", "#N/A"))


def _minutes(value: str) -> Callable[[Spot], None]:
    def spoil(spot: Spot) -> None:
        own_section(spot)
        spot.set(minutes_per_week=value)

    return spoil


def _born(years: int, days: int = 0) -> Callable[[Spot], None]:
    """Return a spoiler: a student whose birth date the roster does not tell is so old on the day of the file."""

    def spoil(spot: Spot) -> None:
        another_student(spot, birth_date="")
        spot.set(birth_date=day_before(spot.sample.as_of, years, days))

    return spoil


def _course(program: str, course: str) -> Callable[[Spot], None]:
    return setting(program=program, course=course)


def _in_sequence(program: str, **courses: str) -> Callable[[Spot], None]:
    """Return a spoiler: a course that the school's sequence has, another one for each template."""

    def spoil(spot: Spot) -> None:
        spot.set(program=program, course=courses[spot.layout.id.replace("-", "_")])
        to_sequence(spot)

    return spoil


def _other_template(spot: Spot) -> None:
    other = OFFERS[AR if spot.layout.id == NA else NA].regular[0]
    spot.set(program=other.program, course=other.number)


def _provider(course: str, provider: str, domain: str) -> Callable[[Spot], None]:
    def spoil(spot: Spot) -> None:
        spot.set(program="47060050", course=course, articulated_ctds=provider, teacher_email=f"ada.larkspur@{domain}")
        to_sequence(spot)

    return spoil


def _other_provider(spot: Spot) -> None:
    others = {CENTRAL: SECOND_CENTRAL, COLLEGE: SITE, SITE: COLLEGE}
    spot.set(articulated_ctds=others[spot["articulated_ctds"]])


def _own_provider(spot: Spot) -> None:
    spot.set(articulated_ctds=spot["ctds"])


def _student(**values: str) -> Callable[[Spot], None]:
    def spoil(spot: Spot) -> None:
        another_student(spot, **values)
        own_section(spot)

    return spoil


def _unknown_student(spot: Spot) -> None:
    spot.set(suid=f"9{spot.index:09}")


def _elsewhere(spot: Spot) -> None:
    another_student(spot, organization_id=SCHOOLS[(SCHOOLS.index(spot["ctds"]) + 1) % len(SCHOOLS)])


def _other_birth_date(spot: Spot) -> None:
    spot.set(birth_date=day_before(spot.sample.as_of, 16, 100))
    spot.also("AZ-ENR-C04", *rows_of_student(spot))


def _two_birth_dates(spot: Spot) -> None:
    another_student(spot, birth_date="")
    spot.intended(spot.index, spot.copy(term="2" if spot["term"] == "1" else "1", birth_date=day_before(spot.sample.as_of, 16, 99)))


def _uncertified_in(course: str) -> Callable[[Spot], None]:
    def spoil(spot: Spot) -> None:
        intern(spot, course or INTERNSHIPS[spot.layout.id])
        another_teacher(spot)

    return spoil


def _intern(*, age: int = 17, before: bool = True) -> Callable[[Spot], None]:
    def spoil(spot: Spot) -> None:
        intern(spot, INTERNSHIPS[spot.layout.id], age=age, before=before)

    return spoil


def _twice(**changes: str) -> Callable[[Spot], None]:
    def spoil(spot: Spot) -> None:
        spot.intended(spot.index, spot.copy(**changes))

    return spoil


def _two_teachers(spot: Spot) -> None:
    other = next(one for one in spot.table("educators").frame()["educator_id"] if one != spot["educator_id"])
    own_section(spot)
    spot.intended(spot.index, spot.copy(educator_id=other))


def _two_in_a_section(**changes: str) -> Callable[[Spot], None]:
    def spoil(spot: Spot) -> None:
        own_section(spot)
        other = spot.copy()
        another_student(spot)
        spot.set(**changes)
        spot.intended(spot.index, other)

    return spoil


def _no_site(spot: Spot) -> bool:
    return regular(spot) and spot["articulated_ctds"] != SITE


def _m(
    name: str,
    rule: str,
    spoil: Callable[[Spot], None],
    *consequences: str,
    only: tuple[str, ...] = (),
    needs: tuple[str, ...] = (),
    fits: Callable[[Spot], bool] = regular,
) -> Mutation:
    return Mutation(name, rule, spoil, consequences, layouts=only, columns=needs, fits=fits)


_FIELDS = (
    _m("dashes in the CTDS", "AZ-ENR-F01", setting(ctds="07-99-01-201")),
    _m("term 3", "AZ-ENR-F02", setting(term="3")),
    _m("dots in the program", "AZ-ENR-F03", setting(program="52.0300.00")),
    _m("course missing", "AZ-ENR-F04", setting(course="")),
    _m("title of 101 characters", "AZ-ENR-F05", setting(course_title="A" * 101)),
    _m("dash in the educator id", "AZ-ENR-F06", setting(educator_id="71-0001"), needs=("educator_id",)),
    _m("teacher without a last name", "AZ-ENR-F07", setting(teacher_last_name=""), only=(PS,)),
    _m("no e-mail address", "AZ-ENR-F08", setting(teacher_email="see website"), needs=("teacher_email",)),
    _m("period of 61 characters", "AZ-ENR-F09", setting(period="P" * 61)),
    _m("period missing", "AZ-ENR-F10", setting(period="")),
    _m("minutes in words", "AZ-ENR-F11", setting(minutes_per_week="daily"), needs=("minutes_per_week",)),
    _m("3 weeks", "AZ-ENR-F12", setting(number_of_weeks="3"), needs=("number_of_weeks",)),
    _m("53 weeks", "AZ-ENR-F12", setting(number_of_weeks="53"), needs=("number_of_weeks",)),
    _m("provider by name", "AZ-ENR-F13", setting(articulated_ctds="Central"), needs=("articulated_ctds",)),
    _m("SUID of 11 digits", "AZ-ENR-F14", setting(suid="12345678901")),
    _m("31st of June", "AZ-ENR-F15", setting(birth_date="06/31/2004")),
    _m("three decimals", "AZ-ENR-F16", setting(credits="0.333")),
    _m("no credits", "AZ-ENR-F17", setting(credits="0")),
    _m("credits missing", "AZ-ENR-F17", setting(credits="")),
    _m("4.01 credits", "AZ-ENR-F18", _credits("4.01")),
    _m("zero lost in the CTDS", "AZ-ENR-F19", _as_number("ctds")),
    _m("error cell", "AZ-FIL-07", _error_cell),
    _m("student type missing", "AZ-ENR-R06", setting(student_type=""), needs=("student_type",)),
)
_RECORDS = (
    _m("minutes below the range", "AZ-ENR-R01", _minutes("99"), needs=("minutes_per_week",)),
    _m("minutes above the range", "AZ-ENR-R01", _minutes("1501"), needs=("minutes_per_week",)),
    _m("the school as its own provider", "AZ-ENR-R02", _own_provider, needs=("articulated_ctds",)),
    _m("born on the day of the file", "AZ-ENR-R03", _born(0)),
    _m("too young", "AZ-ENR-R03.age", _born(11, -1)),
    _m("too old", "AZ-ENR-R03.age", _born(26)),
    _m("private address", "AZ-ENR-R04", setting(teacher_email="ada@mail.example"), only=(NA,), needs=("teacher_email",)),
    _m("private address of a provider's teacher", "AZ-ENR-R04.provider", setting(teacher_email="ada@mail.example"), only=(AR, PS), fits=_no_site),
    _m("placeholder educator", "AZ-ENR-R05", setting(educator_id="1111111"), needs=("educator_id",)),
    _m("teacher unknown", "AZ-ENR-R05.name", setting(teacher_last_name="Unknown"), only=(PS,)),
)  # fmt: skip
_REFERENCES = (
    _m("unknown school", "AZ-ENR-X01", setting(ctds="079901999")),
    _m("school of another district", "AZ-ENR-X01.district", setting(ctds=OTHER_SCHOOL)),
    _m("unknown program", "AZ-ENR-X02", setting(program="52039900")),
    _m("course of no program", "AZ-ENR-X03", _course("52030000", "52030083")),
    _m("course of another program", "AZ-ENR-X03", _course("28010100", "52030010")),
    _m("course that nobody knows here", "AZ-ENR-X03.unknown", _in_sequence("10020030", non_articulated="10020051", articulated="10020052", postsecondary="10020053")),
    _m("course not in the sequence", "AZ-ENR-X04", _course("28010100", "28010110")),
    _m("course of another template", "AZ-ENR-X05", _other_template),
    _m("other provider", "AZ-ENR-X06", _other_provider, needs=("articulated_ctds",)),
    _m("provider on a college campus", "AZ-ENR-X07", _provider("47060014", SITE, DOMAINS[COLLEGE]), only=(AR,)),
    _m("college in the articulated template", "AZ-ENR-X07.college", _provider("47060050", COLLEGE, DOMAINS[COLLEGE]), only=(AR,)),
    _m("school in the postsecondary template", "AZ-ENR-X08", _provider("47060055", OTHER_SCHOOL, DOMAINS[DISTRICT]), only=(PS,)),
    _m("student of another school", "AZ-ENR-X09", _elsewhere),
    _m("unknown student", "AZ-ENR-X10", _unknown_student),
    _m("other birth date", "AZ-ENR-X11", _other_birth_date),
    _m("unknown educator", "AZ-ENR-X12", setting(educator_id="9999999"), needs=("educator_id",)),
    _m("internship without a certificate", "AZ-ENR-X13.internship", _uncertified_in(""), only=(NA, AR)),
    _m("cooperative education without a certificate", "AZ-ENR-X13.coop", _uncertified_in("52030080"), only=(NA,)),
    _m("diversified cooperative education without a certificate", "AZ-ENR-X13.dce", _uncertified_in("52030070"), only=(NA,)),
    _m("regular course without a certificate", "AZ-ENR-X13.regular", another_teacher, only=(NA, AR)),
    _m("internship without a course before", "AZ-ENR-X14", _intern(before=False)),
    _m("intern of 15", "AZ-ENR-X15", _intern(age=15)),
    _m("program in its last year", "AZ-ENR-X16", _in_sequence("01010090", non_articulated="01010012", articulated="01010090", postsecondary="01010095")),
    _m("student of grade 8", "AZ-ENR-X17", _student(grade="8")),
)  # fmt: skip
_GROUPS = (
    _m("row twice", "AZ-ENR-C01", _twice()),
    _m("two educators", "AZ-ENR-C03", _two_teachers, needs=("educator_id",)),
    _m("two teachers by name", "AZ-ENR-C03.name", _twice(teacher_last_name="Underhill-Vane"), only=(PS,)),
    _m("two periods", "AZ-ENR-C03.period", _twice(period="Zero hour")),
    _m("two birth dates", "AZ-ENR-C04", _two_birth_dates),
    _m("minutes of a section", "AZ-ENR-C05.minutes", _two_in_a_section(minutes_per_week="260"), only=(NA, AR), needs=("minutes_per_week",)),
    _m("weeks of a section", "AZ-ENR-C05.weeks", _two_in_a_section(number_of_weeks="36"), only=(NA, AR), needs=("number_of_weeks",)),
    _m("minutes of a section at a college", "AZ-ENR-C05.postsecondary-minutes", _two_in_a_section(minutes_per_week="260"), only=(PS,), needs=("minutes_per_week",)),
    _m("weeks of a section at a college", "AZ-ENR-C05.postsecondary-weeks", _two_in_a_section(number_of_weeks="36"), only=(PS,), needs=("number_of_weeks",)),
    _m("too many credits over both terms", "AZ-ENR-C06", _too_many_credits),
    _m("no gender in the roster", "AZ-ENR-C08", _student(gender=""), only=(NA, AR)),
    _m("no gender in the roster, college", "AZ-ENR-C08.postsecondary", _student(gender=""), only=(PS,)),
)  # fmt: skip

MUTATIONS = (*_FIELDS, *_RECORDS, *_REFERENCES, *_GROUPS)
