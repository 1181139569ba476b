"""Mistakes in made-up CTE End of Year files, each with the rules that must speak up, written down by hand."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from muster.testing.mutations import FileMutation, Mutation, Sample, Spot, setting
from muster_montana.cte_eoy.district import (
    ELEMENTARY_LE,
    HIGH_SCHOOL_LE,
    OTHER_SCHOOL,
    OTHER_SS,
    SCHOOLS,
    UNAPPROVED,
    pathway_codes,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from muster.testing.sample_files import SampleFile


def _lines(spot: Spot) -> list[int]:
    return spot.find(state_id=spot["state_id"])


def _one_pathway(spot: Spot) -> bool:
    return len(_lines(spot)) == 1


def _several_pathways(spot: Spot) -> bool:
    return len(_lines(spot)) > 1


def _id_begins_with_zero(spot: Spot) -> bool:
    return spot["state_id"].startswith("0")


def _credits(district: str, concentrator: str) -> Callable[[Spot], None]:
    return setting(
        pathway_credits=district,
        district_credits=district,
        transfer_credits="0.00",
        dual_credits="",
        work_credits="",
        concentrator=concentrator,
    )


def _more_than_total(column: str) -> Callable[[Spot], None]:
    def spoil(spot: Spot) -> None:
        spot.set(**{column: str(Decimal(spot["pathway_credits"]) + Decimal("0.01"))})

    return spoil


def _sum_too_low(spot: Spot) -> None:
    spot.set(transfer_credits=str(Decimal(spot["transfer_credits"]) + Decimal("0.01")))


def _line_without_end_year(spot: Spot) -> None:
    spot.line("\t".join(list(spot.row.values())[:-1]))


def _tab_in_a_name(spot: Spot) -> None:
    spot.line("\t".join(spot.row.values()).replace(spot["last_name"], "von\tElmen"))


def _without_zeros(column: str) -> Callable[[Spot], None]:
    def spoil(spot: Spot) -> None:
        spot.set(**{column: spot[column].lstrip("0")})

    return spoil


def _enrollments(**values: str) -> Callable[[Spot], None]:
    """Leave the student one enrollment in the roster, and change it."""

    def spoil(spot: Spot) -> None:
        _enroll(spot, spot["state_id"], **values)

    return spoil


def _enroll(spot: Spot, student: str, **values: str) -> None:
    roster = spot.table("roster")
    first, *others = roster.find(student_id=student)
    roster.change(first, **values)
    for index in others:
        roster.drop(index)


def _enrolled_last_year(spot: Spot) -> None:
    _enrollments(year=str(spot.sample.year - 1))(spot)


def _unapproved_pathway(spot: Spot) -> None:
    spot.set(pathway=pathway_codes(spot.sample.year)[-UNAPPROVED])


def _same_line_twice(spot: Spot) -> None:
    spot.intended(spot.index, spot.copy())


def _single_parent_once(spot: Spot) -> None:
    spot.set(single_parent=_other(spot["single_parent"]))
    spot.intended(*_lines(spot))


def _other(answer: str) -> str:
    return "N" if answer == "Y" else "Y"


def _begins_later(spot: Spot) -> None:
    spot.set(start_date=(spot.sample.as_of + timedelta(days=1)).strftime("%m/%d/%Y"))


def _begins_after_the_year(spot: Spot) -> None:
    spot.set(start_date=f"07/01/{spot.sample.year}")


def _last_years_line(spot: Spot) -> None:
    spot.set(end_year=str(spot.sample.year - 1))


def _all_others_in_first_school(spot: Spot) -> None:
    """Put everybody of the file into the sending school, but this student into the next one."""
    student = spot["state_id"]
    for one in {spot.file.grid[index]["state_id"] for index in range(len(spot.file.grid))}:
        _enroll(spot, one, organization_id=SCHOOLS[1] if one == student else SCHOOLS[0])
    spot.intended(*_lines(spot))


def _left_out(spot: Spot) -> None:
    spot.drop()
    spot.about_the_file()


def _new_pathway_with_other_answer(spot: Spot) -> None:
    """Send a second pathway alone, while the first is on record with the other answer."""
    codes = pathway_codes(spot.sample.year)
    new = next(code for code in codes if code != spot["pathway"])
    spot.intended(spot.copy(pathway=new, single_parent=_other(spot["single_parent"])))
    spot.drop()
    spot.also("MT-R20")


def _nothing_but_the_file(spot: Spot) -> None:
    spot.about_the_file()


def _district_of_nobody(spot: Spot) -> None:
    spot.about_the_file()
    spot.also("MT-R02.district", *range(len(spot.file.grid)))


def _in_august(sample: Sample) -> date:
    return date(sample.year, 8, 1)


MUTATIONS: tuple[Mutation, ...] = (
    Mutation("a line without its last column", "MT-F03", _line_without_end_year),
    Mutation("a tab inside a name", "MT-F03", _tab_in_a_name),
    Mutation("record type of another file", "MT-R01", setting(record_type="CT")),
    Mutation("no record type", "MT-R01", setting(record_type="")),
    Mutation("district number with a letter", "MT-R02", setting(district_number="O583")),
    Mutation("district number with 5 digits", "MT-R02", setting(district_number="05830")),
    Mutation("no district number", "MT-R02", setting(district_number="")),
    Mutation("district number without its zero", "MT-R02.zeros", _without_zeros("district_number")),
    Mutation("elementary LE number instead of SS", "MT-R02.legal-entity", setting(district_number=ELEMENTARY_LE)),
    Mutation("high school LE number instead of SS", "MT-R02.legal-entity", setting(district_number=HIGH_SCHOOL_LE)),
    Mutation("another district's number", "MT-R02.district", setting(district_number=OTHER_SS)),
    Mutation("state ID with a letter", "MT-R03", setting(state_id="30000000X")),
    Mutation("state ID with 10 digits", "MT-R03", setting(state_id="3000000001")),
    Mutation("no state ID", "MT-R03", setting(state_id="")),
    Mutation("state ID without its zero", "MT-R03.zeros", _without_zeros("state_id"), fits=_id_begins_with_zero),
    Mutation("state ID of nobody", "MT-R04", setting(state_id="999999999")),
    Mutation("enrolled in another district", "MT-R05", _enrollments(organization_id=OTHER_SCHOOL), fits=_one_pathway),
    Mutation("enrolled for activities only", "MT-R05", _enrollments(enrollment_type="X"), fits=_one_pathway),
    Mutation("enrolled last year only", "MT-R05", _enrolled_last_year, fits=_one_pathway),
    Mutation("last name of somebody else", "MT-R07.last-name", setting(last_name="Otherwise")),
    Mutation("first name of somebody else", "MT-R07.first-name", setting(first_name="Otto")),
    Mutation("local ID of somebody else", "MT-R07.local-id", setting(local_id="999999")),
    Mutation("no last name", "MT-R07.form", setting(last_name="")),
    Mutation("no first name", "MT-R07.form", setting(first_name="")),
    Mutation("last name with 51 letters", "MT-R07.form", setting(last_name="Q" * 51)),
    Mutation("local ID with a letter", "MT-R07.form", setting(local_id="A1234")),
    Mutation("local ID with 16 digits", "MT-R07.form", setting(local_id="1234567890123456")),
    Mutation("pathway that does not exist", "MT-R08", setting(pathway="ZZ99")),
    Mutation("no pathway", "MT-R08.form", setting(pathway="")),
    Mutation("pathway code with 5 characters", "MT-R08.form", setting(pathway="P0001")),
    Mutation("pathway without approval", "MT-R09", _unapproved_pathway),
    Mutation("the same student and pathway twice", "MT-R10", _same_line_twice),
    Mutation("pathway credits in words", "MT-R11", setting(pathway_credits="two")),
    Mutation("no pathway credits", "MT-R11", setting(pathway_credits="")),
    Mutation("negative district credits", "MT-R11", setting(district_credits="-0.50")),
    Mutation("transfer credits with 3 decimals", "MT-R11", setting(transfer_credits="0.125")),
    Mutation("dual credits with a comma", "MT-R11", setting(dual_credits="0,50")),
    Mutation("negative work credits", "MT-R11", setting(work_credits="-0.01")),
    Mutation("credits that do not add up", "MT-R12", _sum_too_low),
    Mutation("more dual credits than credits", "MT-R13.dual", _more_than_total("dual_credits")),
    Mutation("more work credits than credits", "MT-R13.work", _more_than_total("work_credits")),
    Mutation("concentrator as a digit", "MT-R14", setting(concentrator="1")),
    Mutation("no concentrator", "MT-R14", setting(concentrator="")),
    Mutation("single parent in words", "MT-R14", setting(single_parent="No")),
    Mutation("concentrator with 1.99 credits", "MT-R15", _credits("1.99", "Y")),
    Mutation("no concentrator with 2.00 credits", "MT-R15", _credits("2.00", "N")),
    Mutation("single parent on one pathway only", "MT-R16", _single_parent_once, fits=_several_pathways),
    Mutation("start date with month 13", "MT-R17", setting(start_date="13/07/2023")),
    Mutation("start date with the year first", "MT-R17", setting(start_date="2023-09-07")),
    Mutation("no start date", "MT-R17", setting(start_date="")),
    Mutation("start date tomorrow", "MT-R17.future", _begins_later),
    Mutation("end year with 2 digits", "MT-R18", setting(end_year="25")),
    Mutation("no end year", "MT-R18", setting(end_year="")),
    Mutation("end year of last year", "MT-R18.run", _last_years_line),
    Mutation(
        "unknown district number from nobody in particular",
        "MT-R02.unknown",
        setting(district_number="9998"),
        sender=lambda _sample: "",
    ),
    Mutation("student of another school", "MT-R06", _all_others_in_first_school, sender=lambda _sample: SCHOOLS[0]),
    Mutation("start date after the school year", "MT-R17.year-end", _begins_after_the_year, as_of=_in_august),
    Mutation("fewer credits than on record", "MT-R19", _credits("0.25", "N"), upload=True),
    Mutation("on record but not in the file", "MT-R20", _left_out, upload=True),
    Mutation(
        "other single parent answer than on record",
        "MT-R16",
        _new_pathway_with_other_answer,
        fits=_one_pathway,
        upload=True,
    ),
    Mutation("the same file again", "MT-U03", _nothing_but_the_file, upload=True),
    Mutation(
        "sent for a district that does not exist",
        "MT-U02",
        _district_of_nobody,
        upload=True,
        after_first=False,
        sender=lambda _sample: "9998",
    ),
    Mutation(
        "sent when the collection is closed",
        "MT-U01",
        _nothing_but_the_file,
        upload=True,
        after_first=False,
        as_of=_in_august,
    ),
)


def _nothing(_file: SampleFile) -> bytes:
    return b""


def _unchanged(file: SampleFile) -> bytes:
    return file.to_bytes()


def _workbook(_file: SampleFile) -> bytes:
    return b"PK\x03\x04" + bytes(200)


def _above(old: str, new: str) -> Callable[[SampleFile], bytes]:
    """Replace something in the header record."""

    def spoil(file: SampleFile) -> bytes:
        first, rest = file.to_bytes().split(b"\n", 1)
        return first.replace(old.encode(), new.encode()) + b"\n" + rest

    return spoil


def _without_header_record(file: SampleFile) -> bytes:
    return file.to_bytes().split(b"\n", 1)[1]


def _header_record_alone(file: SampleFile) -> bytes:
    return file.to_bytes().split(b"\n", 1)[0] + b"\n"


FILE_MUTATIONS: tuple[FileMutation, ...] = (
    FileMutation("an empty file", "MT-F01", _nothing),
    FileMutation("a file with another ending", "MT-F01", _unchanged, suffix="csv"),
    FileMutation("a workbook that is named tsv", "MT-F01", _workbook),
    FileMutation("no header record", "MT-F02", _without_header_record, line=1),
    FileMutation("header record without its version", "MT-F02", _above("\tMT9.1", ""), line=1),
    FileMutation("header record with a malformed time", "MT-F02", _above("08:30:00", "8.30"), line=1),
    FileMutation("header record with a malformed date", "MT-F02", _above("05/20/", "20.05."), line=1),
    FileMutation("header record of another version", "MT-F02.variant", _above("MT9.1", "MT9.0"), line=1),
    FileMutation("header record with CE", "MT-F02.variant", _above("HD\t", "CE\t"), line=1),
    FileMutation("nothing below the header record", "MT-F01.no-rows", _header_record_alone),
)
