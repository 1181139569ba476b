"""What is taken from each Ed-Fi element, and how the pieces make rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from muster.reference.interchange import descriptor, every, first, local_name, value

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml.etree import _Element

Row = tuple[str | None, ...]
Handler = Callable[["_Element", "Gathered"], None]

KINDS = {
    "StateEducationAgency": "agency",
    "EducationServiceCenter": "region",
    "LocalEducationAgency": "district",
    "School": "school",
    "PostSecondaryInstitution": "college",
}
_PARENTS = ("LocalEducationAgency", "EducationServiceCenter", "StateEducationAgency")
GRADES = {
    "kindergarten": "0",
    "first grade": "1",
    "second grade": "2",
    "third grade": "3",
    "fourth grade": "4",
    "fifth grade": "5",
    "sixth grade": "6",
    "seventh grade": "7",
    "eighth grade": "8",
    "ninth grade": "9",
    "tenth grade": "10",
    "eleventh grade": "11",
    "twelfth grade": "12",
    "grade 13": "13",
}
_STUDENT = "StudentReference/StudentIdentity/StudentUniqueId"
_STAFF = "StaffReference/StaffIdentity/StaffUniqueId"
_SCHOOL = "SchoolReference/SchoolIdentity/SchoolId"
_OFFERING = "CourseOfferingReference/CourseOfferingIdentity"
_SESSION = "SessionReference/SessionIdentity"
_ORGANIZATION = "EducationOrganizationReference/EducationOrganizationIdentity/EducationOrganizationId"


@dataclass(slots=True)
class Gathered:
    """What the elements hold, until all files are read and the references between them can be followed."""

    organizations: list[tuple[Row, str | None]] = field(default_factory=list)
    organization_ids: dict[str, str] = field(default_factory=dict)
    students: dict[str, Row] = field(default_factory=dict)
    enrollments: list[Row] = field(default_factory=list)
    staff: list[Row] = field(default_factory=list)
    credentials: dict[Row, Row] = field(default_factory=dict)
    holders: list[tuple[str | None, Row]] = field(default_factory=list)
    sections: list[Row] = field(default_factory=list)
    teachers: dict[Row, str] = field(default_factory=dict)
    sessions: dict[Row, Row] = field(default_factory=dict)
    offerings: dict[Row, Row] = field(default_factory=dict)
    courses: dict[Row, str | None] = field(default_factory=dict)
    programs: list[Row] = field(default_factory=list)
    unhandled: Counter[str] = field(default_factory=Counter)
    other_organizations: Counter[str] = field(default_factory=Counter)
    other_files: list[str] = field(default_factory=list)
    strangers: Counter[str] = field(default_factory=Counter)

    def organization_rows(self) -> Iterator[Row]:
        """Yield organizations with their parents; a parent may be named by the XML id of its element."""
        for (organization, name, kind), parent in self.organizations:
            yield organization, name, kind, self.organization_ids.get(parent or "", parent)

    def roster_rows(self) -> Iterator[Row]:
        """Yield a row an enrollment, and one without school and year for a student who has none."""
        enrolled = set()
        for student, *place in self.enrollments:
            person = self.students.get(student or "")
            if person is None:
                self.strangers["enrollments of students whom the files do not name"] += 1
                continue
            enrolled.add(student)
            yield student, *person, *place
        for student, person in self.students.items():
            if student not in enrolled:
                yield student, *person, None, None, None, None, None

    def certificate_rows(self) -> Iterator[Row]:
        """Yield the credentials that staff members refer to."""
        for educator, reference in self.holders:
            if credential := self.credentials.get(reference):
                yield educator, *credential
            else:
                self.strangers["credentials of staff which the files do not describe"] += 1

    def section_rows(self) -> Iterator[Row]:
        """Yield the sections with the course's title, the session's dates and the teacher of record."""
        for section, school, year, term, code, title, number in self.sections:
            course = self.offerings.get((code, school, year, term))
            begins, ends = self.sessions.get((school, year, term), (None, None))
            known = (section, school, year, term, code)
            yield (
                *(section, school, _year(year), term, code),
                *(self.courses.get(course) if course else None, title, number, self.teachers.get(known)),
                *(begins, ends),
            )


def _year(text: str | None) -> str | None:
    """Return the end year of ``2021-2022``."""
    return text.rpartition("-")[2] if text else None


def _organization(element: _Element, gathered: Gathered) -> None:
    tag = local_name(element)
    organization = value(element, f"{tag}Id")
    parent = None
    for one in _PARENTS:
        if one != tag and parent is None and (reference := first(element, f"{one}Reference")) is not None:
            parent = value(reference, f"{one}Identity/{one}Id") or reference.get("ref")
    if organization and (mark := element.get("id")):
        gathered.organization_ids[mark] = organization
    gathered.organizations.append(((organization, value(element, "NameOfInstitution"), KINDS[tag]), parent))


def _other_organization(element: _Element, gathered: Gathered) -> None:
    gathered.other_organizations[local_name(element)] += 1


def _student(element: _Element, gathered: Gathered) -> None:
    student = value(element, "StudentUniqueId")
    if student:
        gathered.students[student] = (
            value(element, "Name/LastSurname"),
            value(element, "Name/FirstName"),
            value(element, "BirthData/BirthDate"),
        )


def _enrollment(element: _Element, gathered: Gathered) -> None:
    grade = descriptor(element, "EntryGradeLevel")
    gathered.enrollments.append(
        (
            value(element, _STUDENT),
            value(element, _SCHOOL),
            _year(value(element, "SchoolYear") or value(element, "SchoolYearTypeReference/SchoolYear")),
            GRADES.get(grade.casefold(), grade) if grade else None,
            value(element, "EntryDate"),
            value(element, "ExitWithdrawDate"),
        )
    )


def _staff(element: _Element, gathered: Gathered) -> None:
    educator = value(element, "StaffUniqueId")
    mails = sorted(every(element, "ElectronicMail"), key=lambda one: descriptor(one, "ElectronicMailType") != "Work")
    email = value(mails[0], "ElectronicMailAddress") if mails else None
    gathered.staff.append((educator, value(element, "Name/LastSurname"), value(element, "Name/FirstName"), email))
    for held in every(element, "CredentialReference/CredentialIdentity"):
        gathered.holders.append((educator, _credential_key(held)))


def _credential_key(element: _Element) -> Row:
    return value(element, "CredentialIdentifier"), descriptor(element, "StateOfIssueStateAbbreviation")


def _credential(element: _Element, gathered: Gathered) -> None:
    gathered.credentials[_credential_key(element)] = (
        descriptor(element, "TeachingCredential") or descriptor(element, "CredentialType"),
        descriptor(element, "CredentialField"),
        value(element, "IssuanceDate"),
        value(element, "ExpirationDate"),
    )


def _section(element: _Element, gathered: Gathered) -> None:
    school, year, term, code = _offering(element)
    title, number = value(element, "SectionName"), value(element, "AvailableCredits/Credits")
    gathered.sections.append((value(element, "SectionIdentifier"), school, year, term, code, title, number))


def _offering(element: _Element) -> tuple[str | None, str | None, str | None, str | None]:
    offering = first(element, _OFFERING)
    if offering is None:
        return None, None, None, None
    year, term = value(offering, f"{_SESSION}/SchoolYear"), value(offering, f"{_SESSION}/SessionName")
    return value(offering, _SCHOOL), year, term, value(offering, "LocalCourseCode")


def _teacher(element: _Element, gathered: Gathered) -> None:
    section = first(element, "SectionReference/SectionIdentity")
    educator = value(element, _STAFF)
    if section is None or educator is None:
        return
    known = (value(section, "SectionIdentifier"), *_offering(section))
    if descriptor(element, "ClassroomPosition") == "Teacher of Record":
        gathered.teachers[known] = educator
    else:
        gathered.teachers.setdefault(known, educator)


def _session(element: _Element, gathered: Gathered) -> None:
    key = (value(element, _SCHOOL), value(element, "SchoolYear"), value(element, "SessionName"))
    gathered.sessions[key] = (value(element, "BeginDate"), value(element, "EndDate"))


def _course_offering(element: _Element, gathered: Gathered) -> None:
    key = (
        value(element, "LocalCourseCode"),
        value(element, _SCHOOL),
        value(element, f"{_SESSION}/SchoolYear"),
        value(element, f"{_SESSION}/SessionName"),
    )
    course = "CourseReference/CourseIdentity"
    gathered.offerings[key] = (value(element, f"{course}/CourseCode"), value(element, f"{course}/{_ORGANIZATION}"))


def _course(element: _Element, gathered: Gathered) -> None:
    gathered.courses[(value(element, "CourseCode"), value(element, _ORGANIZATION))] = value(element, "CourseTitle")


def _program(element: _Element, gathered: Gathered) -> None:
    program = "ProgramReference/ProgramIdentity"
    services = [one for one in element.iterchildren() if local_name(one).endswith("ProgramService")]
    services.sort(key=lambda one: value(one, "PrimaryIndicator") not in ("1", "true"))
    names = [name for one in services if (name := descriptor(one, local_name(one)))]
    codes = [code for one in services if (code := value(one, "CIPCode"))]
    gathered.programs.append(
        (
            value(element, _STUDENT),
            value(element, _ORGANIZATION),
            descriptor(element, f"{program}/ProgramType"),
            value(element, f"{program}/ProgramName"),
            "; ".join(names) or None,
            codes[0] if codes else None,
            value(element, "BeginDate"),
            value(element, "EndDate"),
            descriptor(element, "ReasonExited"),
        )
    )


HANDLERS: dict[str, Handler] = {
    **dict.fromkeys(KINDS, _organization),
    **dict.fromkeys(
        ("CommunityOrganization", "CommunityProvider", "OrganizationDepartment", "EducationOrganizationNetwork"),
        _other_organization,
    ),
    "Student": _student,
    "StudentSchoolAssociation": _enrollment,
    "Staff": _staff,
    "Credential": _credential,
    "Section": _section,
    "StaffSectionAssociation": _teacher,
    "Session": _session,
    "CourseOffering": _course_offering,
    "Course": _course,
    **dict.fromkeys(
        (
            "StudentProgramAssociation",
            "StudentCTEProgramAssociation",
            "StudentHomelessProgramAssociation",
            "StudentLanguageInstructionProgramAssociation",
            "StudentMigrantEducationProgramAssociation",
            "StudentNeglectedOrDelinquentProgramAssociation",
            "StudentSchoolFoodServiceProgramAssociation",
            "StudentSection504ProgramAssociation",
            "StudentSpecialEducationProgramAssociation",
            "StudentTitleIPartAProgramAssociation",
        ),
        _program,
    ),
}
"""What reads each element; an element without a handler is counted and named in the report."""
