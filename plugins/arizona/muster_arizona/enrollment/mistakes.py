"""Mistakes in made-up enrollment rows, each with the rules that must speak up, written down by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from muster.testing.mutations import Mutation, setting
from muster_arizona.district import COLLEGE, DISTRICT, DOMAINS, OTHER_SCHOOL, SITE
from muster_arizona.enrollment.made_up import another_teacher, regular
from muster_arizona.enrollment.spoilers import (
    as_number,
    born,
    course_of,
    credits_of,
    elsewhere,
    error_cell,
    in_sequence,
    intern_of,
    minutes,
    no_site,
    other_birth_date,
    other_provider,
    other_template,
    own_provider,
    provided_by,
    student_with,
    too_many_credits,
    twice,
    two_birth_dates,
    two_in_a_section,
    two_teachers,
    uncertified_in,
    unknown_student,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from muster.testing.mutations import Spot

NA, AR, PS = "non-articulated", "articulated", "postsecondary"
IN_YEARS = {
    "minutes below the range": (2021,),
    "minutes above the range": (2021,),
    "program in its last year": (2021,),
    "program that ended last year": (2022,),
}
"""Mistakes that are some only in these years: the ranges and the last programs are known of no other."""


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
    _m("no e-mail address", "AZ-ENR-F08", setting(teacher_email=""), needs=("teacher_email",)),
    _m("no form of an address", "AZ-ENR-F08.form", setting(teacher_email="see website"), needs=("teacher_email",)),
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
    _m("4.01 credits", "AZ-ENR-F18", credits_of("4.01")),
    _m("zero lost in the CTDS", "AZ-ENR-F19", as_number("ctds")),
    _m("error cell", "AZ-FIL-07", error_cell),
    _m("student type missing", "AZ-ENR-R06", setting(student_type=""), needs=("student_type",)),
)
_RECORDS = (
    _m("minutes below the range", "AZ-ENR-R01", minutes("99"), needs=("minutes_per_week",)),
    _m("minutes above the range", "AZ-ENR-R01", minutes("1501"), needs=("minutes_per_week",)),
    _m("the school as its own provider", "AZ-ENR-R02", own_provider, needs=("articulated_ctds",)),
    _m("born on the day of the file", "AZ-ENR-R03", born(0)),
    _m("too young", "AZ-ENR-R03.age", born(11, -1)),
    _m("too old", "AZ-ENR-R03.age", born(26)),
    _m(
        "private address", "AZ-ENR-R04", setting(teacher_email="ada@mail.example"), only=(NA,), needs=("teacher_email",)
    ),
    _m(
        "private address of a provider's teacher",
        "AZ-ENR-R04.provider",
        setting(teacher_email="ada@mail.example"),
        only=(AR, PS),
        fits=no_site,
    ),
    _m("placeholder educator", "AZ-ENR-R05", setting(educator_id="1111111"), needs=("educator_id",)),
    _m("teacher unknown", "AZ-ENR-R05.name", setting(teacher_last_name="Unknown"), only=(PS,)),
)
_REFERENCES = (
    _m("unknown school", "AZ-ENR-X01", setting(ctds="079901999")),
    _m("school of another district", "AZ-ENR-X01.district", setting(ctds=OTHER_SCHOOL)),
    _m("program that ended last year", "AZ-ENR-X02", course_of("46030030", "46030010")),
    _m("program that nobody knows here", "AZ-ENR-X02.unknown", setting(program="52039900"), "AZ-ENR-X04"),
    _m("course of no program", "AZ-ENR-X03", course_of("52030000", "52030083")),
    _m("course of another program", "AZ-ENR-X03", course_of("28010100", "52030010")),
    _m(
        "course that nobody knows here",
        "AZ-ENR-X03.unknown",
        in_sequence("10020030", non_articulated="10020051", articulated="10020052", postsecondary="10020053"),
    ),
    _m("course not in the sequence", "AZ-ENR-X04", course_of("28010100", "28010110")),
    _m("course of another template", "AZ-ENR-X05", other_template),
    _m("other provider", "AZ-ENR-X06", other_provider, needs=("articulated_ctds",)),
    _m("provider on a college campus", "AZ-ENR-X07", provided_by("47060014", SITE, DOMAINS[COLLEGE]), only=(AR,)),
    _m(
        "college in the articulated template",
        "AZ-ENR-X07.college",
        provided_by("47060050", COLLEGE, DOMAINS[COLLEGE]),
        only=(AR,),
    ),
    _m(
        "school in the postsecondary template",
        "AZ-ENR-X08",
        provided_by("47060055", OTHER_SCHOOL, DOMAINS[DISTRICT]),
        only=(PS,),
    ),
    _m("student of another school", "AZ-ENR-X09", elsewhere),
    _m("unknown student", "AZ-ENR-X10", unknown_student),
    _m("other birth date", "AZ-ENR-X11", other_birth_date),
    _m("unknown educator", "AZ-ENR-X12", setting(educator_id="9999999"), needs=("educator_id",)),
    _m("internship without a certificate", "AZ-ENR-X13.internship", uncertified_in(""), only=(NA, AR)),
    _m("cooperative education without a certificate", "AZ-ENR-X13.coop", uncertified_in("52030080"), only=(NA,)),
    _m(
        "diversified cooperative education without a certificate",
        "AZ-ENR-X13.dce",
        uncertified_in("52030070"),
        only=(NA,),
    ),
    _m("regular course without a certificate", "AZ-ENR-X13.regular", another_teacher, only=(NA, AR)),
    _m("internship without a course before", "AZ-ENR-X14", intern_of(before=False)),
    _m("intern of 15", "AZ-ENR-X15", intern_of(age=15)),
    _m(
        "program in its last year",
        "AZ-ENR-X16",
        in_sequence("01010090", non_articulated="01010012", articulated="01010090", postsecondary="01010095"),
    ),
    _m("student of grade 8", "AZ-ENR-X17", student_with(grade="8")),
)
_GROUPS = (
    _m("row twice", "AZ-ENR-C01", twice()),
    _m("two educators", "AZ-ENR-C03", two_teachers, needs=("educator_id",)),
    _m("two teachers by name", "AZ-ENR-C03.name", twice(teacher_last_name="Underhill-Vane"), only=(PS,)),
    _m("two teachers of one name", "AZ-ENR-C03.first-name", twice(teacher_first_name="Bramwell"), only=(PS,)),
    _m("two periods", "AZ-ENR-C03.period", twice(period="Zero hour")),
    _m("two birth dates", "AZ-ENR-C04", two_birth_dates),
    _m(
        "minutes of a section",
        "AZ-ENR-C05.minutes",
        two_in_a_section(minutes_per_week="260"),
        only=(NA, AR),
        needs=("minutes_per_week",),
    ),
    _m(
        "weeks of a section",
        "AZ-ENR-C05.weeks",
        two_in_a_section(number_of_weeks="36"),
        only=(NA, AR),
        needs=("number_of_weeks",),
    ),
    _m(
        "minutes of a section at a college",
        "AZ-ENR-C05.postsecondary-minutes",
        two_in_a_section(minutes_per_week="260"),
        only=(PS,),
        needs=("minutes_per_week",),
    ),
    _m(
        "weeks of a section at a college",
        "AZ-ENR-C05.postsecondary-weeks",
        two_in_a_section(number_of_weeks="36"),
        only=(PS,),
        needs=("number_of_weeks",),
    ),
    _m("too many credits over both terms", "AZ-ENR-C06", too_many_credits),
    _m("no gender in the roster", "AZ-ENR-C08", student_with(gender=""), only=(NA, AR)),
    _m("no gender in the roster, college", "AZ-ENR-C08.postsecondary", student_with(gender=""), only=(PS,)),
)

MUTATIONS = (*_FIELDS, *_RECORDS, *_REFERENCES, *_GROUPS)
