"""Ed-Fi interchange XML: what becomes of it, what is said not to be there, and what is refused."""

import zipfile
from datetime import date
from decimal import Decimal

import polars as pl
import pytest

from muster.reference.edfi import read_edfi
from muster.reference.refusals import ImportRefusedError

TYPE = "uri://ed-fi.org/ProgramTypeDescriptor#Career and Technical Education"
STUDENTS = """
<Student><StudentUniqueId>1</StudentUniqueId>
  <Name><FirstName>Ana</FirstName><LastSurname>Reyes</LastSurname></Name>
  <BirthData><BirthDate>2008-02-29</BirthDate></BirthData></Student>
<Student><StudentUniqueId>2</StudentUniqueId><Name><FirstName>Ben</FirstName><LastSurname>Ito</LastSurname></Name>
  <BirthData><BirthDate>never</BirthDate></BirthData></Student>
"""
ORGANIZATIONS = """
<EducationServiceCenter id="E"><NameOfInstitution>Region</NameOfInstitution>
  <EducationServiceCenterId>90</EducationServiceCenterId></EducationServiceCenter>
<LocalEducationAgency id="L"><NameOfInstitution>Pine</NameOfInstitution><LocalEducationAgencyId>10</LocalEducationAgencyId>
  <EducationServiceCenterReference><EducationServiceCenterIdentity>
  <EducationServiceCenterId>90</EducationServiceCenterId></EducationServiceCenterIdentity>
  </EducationServiceCenterReference></LocalEducationAgency>
<School id="S"><NameOfInstitution>Pine High</NameOfInstitution><SchoolId>101</SchoolId>
  <LocalEducationAgencyReference ref="L"/></School>
<PostSecondaryInstitution><NameOfInstitution>College</NameOfInstitution>
  <PostSecondaryInstitutionId>55</PostSecondaryInstitutionId></PostSecondaryInstitution>
<OrganizationDepartment><OrganizationDepartmentId>7</OrganizationDepartmentId></OrganizationDepartment>
<Course><CourseCode>W100</CourseCode><EducationOrganizationReference><EducationOrganizationIdentity>
  <EducationOrganizationId>10</EducationOrganizationId></EducationOrganizationIdentity>
  </EducationOrganizationReference><CourseTitle>Welding 1</CourseTitle></Course>
<Location/>
"""
SCHOOL = "<SchoolReference><SchoolIdentity><SchoolId>101</SchoolId></SchoolIdentity></SchoolReference>"
SESSION = (
    f"<SessionReference><SessionIdentity><SessionName>Fall</SessionName><SchoolYear>2024-2025</SchoolYear>{SCHOOL}"
    "</SessionIdentity></SessionReference>"
)
OFFERING = (
    "<CourseOfferingReference><CourseOfferingIdentity><LocalCourseCode>WELD</LocalCourseCode>"
    f"{SCHOOL}{SESSION}</CourseOfferingIdentity></CourseOfferingReference>"
)
SCHEDULE = f"""
<CourseOffering><LocalCourseCode>WELD</LocalCourseCode>{SCHOOL}{SESSION}<CourseReference><CourseIdentity>
  <CourseCode>W100</CourseCode><EducationOrganizationReference><EducationOrganizationIdentity>
  <EducationOrganizationId>10</EducationOrganizationId></EducationOrganizationIdentity>
  </EducationOrganizationReference></CourseIdentity></CourseReference></CourseOffering>
<Section><SectionIdentifier>W-1</SectionIdentifier><AvailableCredits><Credits>0.5</Credits></AvailableCredits>
  {OFFERING}<SectionName>Period 1</SectionName></Section>
<Section><SectionIdentifier>W-2</SectionIdentifier></Section>
"""
CALENDAR = f"""
<Session><SessionName>Fall</SessionName><SchoolYear>2024-2025</SchoolYear><BeginDate>2024-08-15</BeginDate>
  <EndDate>2024-12-20</EndDate>{SCHOOL}</Session>
"""


def staff_of(number):
    return f"<StaffReference><StaffIdentity><StaffUniqueId>{number}</StaffUniqueId></StaffIdentity></StaffReference>"


def teaches(number, position):
    return f"""<StaffSectionAssociation>{staff_of(number)}<SectionReference><SectionIdentity>
      <SectionIdentifier>W-1</SectionIdentifier>{OFFERING}</SectionIdentity></SectionReference>
      <ClassroomPosition>uri://ed-fi.org/ClassroomPositionDescriptor#{position}</ClassroomPosition>
      </StaffSectionAssociation>"""


def holds(number):
    return f"""<CredentialReference><CredentialIdentity><CredentialIdentifier>{number}</CredentialIdentifier>
      <StateOfIssueStateAbbreviation>uri://x#MT</StateOfIssueStateAbbreviation></CredentialIdentity>
      </CredentialReference>"""


STAFF = f"""
<Staff><StaffUniqueId>9</StaffUniqueId><Name><FirstName>Tess</FirstName><LastSurname>Quill</LastSurname></Name>
  <ElectronicMail><ElectronicMailAddress>home@x.example</ElectronicMailAddress>
  <ElectronicMailType>uri://x#Home/Personal</ElectronicMailType></ElectronicMail>
  <ElectronicMail><ElectronicMailAddress>tess@pine.example</ElectronicMailAddress>
  <ElectronicMailType>uri://x#Work</ElectronicMailType></ElectronicMail>{holds(77)}{holds(78)}</Staff>
<Credential><CredentialIdentifier>77</CredentialIdentifier>
  <StateOfIssueStateAbbreviation>uri://x#MT</StateOfIssueStateAbbreviation>
  <CredentialField>uri://x#Welding</CredentialField><IssuanceDate>2020-01-02</IssuanceDate>
  <CredentialType>uri://x#Endorsement</CredentialType></Credential>
{teaches(8, "Assistant Teacher")}{teaches(9, "Teacher of Record")}{teaches(7, "Support Teacher")}
<StaffSectionAssociation>{staff_of(9)}</StaffSectionAssociation>
"""


def enrolled(student, year, grade):
    return f"""<StudentSchoolAssociation><StudentReference><StudentIdentity><StudentUniqueId>{student}</StudentUniqueId>
      </StudentIdentity></StudentReference>{SCHOOL}<SchoolYear>{year}</SchoolYear><EntryDate>2024-08-15</EntryDate>
      <EntryGradeLevel>uri://ed-fi.org/GradeLevelDescriptor#{grade}</EntryGradeLevel></StudentSchoolAssociation>"""


PROGRAMS = f"""
<StudentCTEProgramAssociation><StudentReference><StudentIdentity><StudentUniqueId>1</StudentUniqueId></StudentIdentity>
  </StudentReference><ProgramReference><ProgramIdentity><ProgramName>CTE</ProgramName><ProgramType>{TYPE}</ProgramType>
  </ProgramIdentity></ProgramReference><BeginDate>2024-08-30</BeginDate><EducationOrganizationReference>
  <EducationOrganizationIdentity><EducationOrganizationId>10</EducationOrganizationId></EducationOrganizationIdentity>
  </EducationOrganizationReference>
  <CTEProgramService><CTEProgramService>uri://x#Finance</CTEProgramService></CTEProgramService>
  <CTEProgramService><CTEProgramService>uri://x#Welding</CTEProgramService><PrimaryIndicator>true</PrimaryIndicator>
  <CIPCode>48.0508</CIPCode></CTEProgramService></StudentCTEProgramAssociation>
"""


def refusal(path):
    with pytest.raises(ImportRefusedError) as caught:
        read_edfi(path)
    return str(caught.value)


def skipped(result):
    return {one.reason: one.count for one in result.report.skipped}


def test_organizations_follow_references_by_id_and_by_identity(interchange):
    result = read_edfi(interchange("EducationOrganization", ORGANIZATIONS))
    assert result.frames["organizations"].select("organization_id", "name", "kind", "parent_id").rows() == [
        ("90", "Region", "region", None),
        ("10", "Pine", "district", "90"),
        ("101", "Pine High", "school", "10"),
        ("55", "College", "college", None),
    ]
    assert skipped(result) == {
        "Location: no table holds it": 1,
        "OrganizationDepartment: neither agency, region, district, school nor college": 1,
    }


def test_students_without_enrollments_have_no_school_year_or_grade_and_this_is_said(interchange):
    result = read_edfi(interchange("Student", STUDENTS))
    assert result.frames["roster"].select(
        "student_id", "last_name", "first_name", "birth_date", "organization_id", "year", "grade"
    ).rows() == [
        ("1", "Reyes", "Ana", date(2008, 2, 29), None, None, None),
        ("2", "Ito", "Ben", None, None, None, None),
    ]
    assert result.report.missing == [
        "No organizations: EducationOrganization.xml is not there.",
        "No staff: StaffAssociation.xml is not there.",
        "No certificates: the files hold no credential of a staff member.",
        "No sections: MasterSchedule.xml is not there.",
        "No program rows: StudentProgram.xml is not there.",
        (
            "No enrollments: there is no StudentSchoolAssociation (StudentEnrollment.xml), so school, school year, grade "
            "and dates of the students are blank."
        ),
        "No gender and no special populations of students: these columns are blank.",
        "No grades, credits earned or transcripts of students: they are not read.",
    ]
    assert skipped(result) == {"values of roster.birth_date that cannot be read and are blank now": 1}


def test_enrollments_are_taken_where_there_are_any(interchange, tmp_path):
    interchange("Student", STUDENTS)
    rows = [enrolled(1, "2024-2025", "Eleventh grade"), enrolled(1, "2023-2024", "Ungraded"), enrolled(3, "2025", "x")]
    interchange("StudentEnrollment", "".join(rows))
    result = read_edfi(tmp_path)
    assert result.frames["roster"].select("student_id", "organization_id", "year", "grade", "entry_date").rows() == [
        ("1", "101", 2025, 11, date(2024, 8, 15)),
        ("1", "101", 2024, None, date(2024, 8, 15)),
        ("2", None, None, None, None),
    ]
    assert not [sentence for sentence in result.report.missing if "enrollments" in sentence]
    assert skipped(result)["enrollments of students whom the files do not name"] == 1
    assert skipped(result)["values of roster.grade that cannot be read and are blank now"] == 1


def test_staff_are_educators_with_their_work_address_and_certificates(interchange):
    result = read_edfi(interchange("StaffAssociation", STAFF))
    assert result.frames["educators"].rows() == [("9", "Quill", "Tess", "tess@pine.example")]
    assert result.frames["certificates"].rows() == [("9", "Endorsement", "Welding", date(2020, 1, 2), None)]
    assert skipped(result) == {"credentials of staff which the files do not describe": 1}


def test_sections_have_course_title_dates_and_teacher_of_record_from_other_files(interchange, tmp_path):
    for name, body in (
        ("MasterSchedule", SCHEDULE),
        ("EducationOrganization", ORGANIZATIONS),
        ("EducationOrgCalendar", CALENDAR),
        ("StaffAssociation", STAFF),
    ):
        interchange(name, body)
    sections = read_edfi(tmp_path).frames["sections"].rows()
    assert sections[0] == (
        *("W-1", "101", 2025, "Fall", "WELD", "Welding 1", "Period 1", Decimal("0.50"), "9"),
        *(date(2024, 8, 15), date(2024, 12, 20)),
    )
    assert sections[1] == ("W-2", *[None] * 10)


def test_rows_without_an_id_and_rows_that_come_twice_are_counted(interchange):
    result = read_edfi(interchange("MasterSchedule", f"{SCHEDULE}{SCHEDULE}<Section/>"))
    assert result.report.taken == {"sections": 2}
    assert skipped(result) == {
        "rows of sections without section_id": 1,
        "rows of sections with the section_id, organization_id, year, term, course_code of an earlier row": 2,
    }


def test_program_rows_keep_services_with_the_primary_one_first(interchange):
    result = read_edfi(interchange("StudentProgram", PROGRAMS))
    assert result.frames["student_programs"].rows() == [
        (
            *("1", "10", "Career and Technical Education", "CTE", "Welding; Finance", "48.0508"),
            *(date(2024, 8, 30), None, None),
        )
    ]


def test_a_zip_is_read_and_what_is_no_interchange_is_named(interchange, tmp_path):
    student = interchange("Student", STUDENTS)
    with zipfile.ZipFile(tmp_path / "district.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(student, "data/Student.xml")
        archive.writestr("data/pom.xml", "<project/>")
        archive.writestr("__MACOSX/data/._Student.xml", "junk")
        archive.writestr("data/readme.txt", "junk")
    result = read_edfi(tmp_path / "district.zip")
    assert result.report.source == "1 Ed-Fi interchange files of district.zip: Student.xml"
    assert result.report.taken == {"roster": 2}
    assert skipped(result)["files that are no Ed-Fi interchange: pom.xml"] == 1


def test_people_with_letters_of_other_encodings_are_read(tmp_path):
    text = f'<?xml version="1.0" encoding="ISO-8859-1"?><InterchangeStudent xmlns="http://ed-fi.org/0300">{STUDENTS}'
    (tmp_path / "s.xml").write_bytes((text + "</InterchangeStudent>").replace("Reyes", "Muñoz").encode("latin-1"))
    assert read_edfi(tmp_path / "s.xml").frames["roster"]["last_name"].to_list() == ["Muñoz", "Ito"]


def test_an_interchange_with_nothing_in_it_takes_nothing(interchange):
    result = read_edfi(interchange("Student", ""))
    assert (result.frames, result.report.taken) == ({}, {})
    assert list(result.report.lines())[1] == "Nothing was taken."


BOMB = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
BOMB_OF_TEN_BILLION = (
    '<!DOCTYPE x [<!ENTITY e0 "aaaaaaaaaa">'
    + "".join(f'<!ENTITY e{number} "{f"&e{number - 1};" * 10}">' for number in range(1, 10))
    + "]>"
)
ROOT = '<InterchangeStudent xmlns="http://ed-fi.org/5.2.0">'
END = "</InterchangeStudent>"


@pytest.mark.parametrize(
    "text",
    [
        f"{BOMB}{ROOT}<Student>&b;</Student>{END}",
        f'<!DOCTYPE x SYSTEM "file:///etc/passwd">{ROOT}{END}',
        f"<!--{'x' * 70_000}-->{BOMB}{ROOT}<Student>&b;</Student>{END}",
        f"<!--{'x' * 70_000}-->{BOMB_OF_TEN_BILLION}{ROOT}<Student a='&e9;'/>{END}",
        f"{BOMB}{ROOT}{END}".encode("utf-16"),
    ],
)
def test_document_types_and_entities_are_refused(tmp_path, text):
    path = tmp_path / "Student.xml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    assert refusal(path) == (
        "Student.xml declares a document type or entities, which Ed-Fi files never do. Export it again."
    )


def test_xml_that_is_cut_off_is_refused_with_its_line(interchange):
    path = interchange("Student", STUDENTS)
    path.write_bytes(path.read_bytes()[:200])
    assert refusal(path) == "Student.xml, line 5: the XML is damaged or cut off. Export it again."


@pytest.mark.parametrize("text", ["", "no XML at all"])
def test_what_is_no_xml_is_refused(tmp_path, text):
    (tmp_path / "x.xml").write_text(text)
    assert refusal(tmp_path / "x.xml") == "x.xml, line 1: the XML is damaged or cut off. Export it again."


def test_letters_that_are_not_in_the_declared_encoding_are_refused(interchange):
    path = interchange("Student", STUDENTS)
    path.write_bytes(path.read_bytes().replace(b"Reyes", b"Mu\xf1oz"))
    assert refusal(path) == (
        "Student.xml, line 5: some characters are not in the encoding that the file declares. Save it as UTF-8."
    )


def test_one_element_without_end_is_refused(interchange, monkeypatch):
    monkeypatch.setattr("muster.reference.interchange.MOST_PARTS", 100)
    path = interchange("Student", f"<Student>{'<a/>' * 101}</Student>")
    assert refusal(path) == (
        "Student.xml has an element of more than 100 parts, which Ed-Fi files never have. Export it again."
    )


def test_a_folder_without_an_interchange_is_refused(tmp_path):
    (tmp_path / "pom.xml").write_text("<project/>")
    assert refusal(tmp_path) == (
        f"{tmp_path.name} has no Ed-Fi interchange XML (such as Student.xml). Give its folder, file or zip."
    )


def test_the_whole_ed_fi_sample_is_taken(real_ed_fi):
    result = read_edfi(real_ed_fi)
    assert result.report.taken == {
        "organizations": 6,
        "roster": 960,
        "educators": 68,
        "certificates": 56,
        "sections": 532,
        "student_programs": 706,
    }
    assert result.report.missing[0].startswith("No enrollments: there is no StudentSchoolAssociation")


def test_the_people_of_the_ed_fi_sample_are_given_nothing_the_files_do_not_have(real_ed_fi):
    roster = read_edfi(real_ed_fi).frames["roster"]
    blank = {name for name in roster.columns if roster[name].is_null().all()}
    assert set(roster.columns) - blank == {"student_id", "last_name", "first_name", "birth_date"}
    assert roster.select(pl.col("student_id", "last_name", "birth_date").is_not_null().all()).row(0) == (True,) * 3
