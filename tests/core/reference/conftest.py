"""Made-up exports: a OneRoster zip of either version, and small Ed-Fi files."""

import os
import zipfile
from pathlib import Path

import pytest

from muster.model.reference import STANDARD_TABLES, standard_table
from muster.model.states import State

ONE_ROSTER = {
    "orgs": (
        "sourcedId,status,dateLastModified,name,type,identifier,parentSourcedId\n"
        "o-s,active,,State Office,state,S1,\n"
        "o-d,active,,Pine District,district,0100,o-s\n"
        "o-h,active,,Pine High,school,0101,o-d\n"
        "o-m,active,,Pine Middle,school,,o-d\n"
        "o-x,active,,Science Department,department,9,o-h\n"
    ),
    "academicSessions": (
        "sourcedId,status,dateLastModified,title,type,startDate,endDate,parentSourcedId,schoolYear\n"
        "s-1,active,,Fall,term,2024-08-15,2024-12-20,s-y,2025\n"
        "s-2,active,,Spring,term,2025-01-06,2025-05-30,s-y,2025\n"
    ),
    "courses": "sourcedId,status,dateLastModified,title,courseCode,orgSourcedId\nc-1,active,,Welding 1,W100,o-d\n",
    "classes": (
        "sourcedId,status,dateLastModified,title,grades,courseSourcedId,classCode,classType,location,schoolSourcedId,"
        'termSourcedIds,subjects,subjectCodes,periods\nk-1,active,,"Welding, period 1",,c-1,W1,scheduled,,o-h,'
        '"s-1,s-2",,,1\nk-2,active,,Homeroom,,c-9,H,homeroom,,o-h,s-1,,,0\n'
    ),
    "enrollments": (
        "sourcedId,status,dateLastModified,classSourcedId,schoolSourcedId,userSourcedId,role,primary,beginDate,endDate\n"
        "e-1,active,,k-1,o-h,u-ana,student,,2024-08-15,\n"
        "e-2,active,,k-2,o-h,u-ana,student,,,\n"
        "e-3,active,,k-1,o-h,u-aide,teacher,false,,\n"
        "e-4,active,,k-1,o-h,u-tess,teacher,true,,\n"
        "e-5,tobedeleted,,k-1,o-h,u-ben,student,,,\n"
        "e-6,active,,k-gone,o-h,u-ben,student,,,\n"
    ),
    "demographics": (
        "sourcedId,status,dateLastModified,birthDate,sex\n"
        "u-ana,active,,2008-02-29,female\nu-ben,active,,not known,unspecified\n"
    ),
}
USERS_1_1 = (
    "sourcedId,status,dateLastModified,enabledUser,orgSourcedIds,role,username,userIds,givenName,familyName,middleName,"
    "identifier,email,sms,phone,agentSourcedIds,grades,password\n"
    'u-ana,active,,true,"o-d,o-h",student,ana,"{LDAP:x},{State:900000001}",Ana,Reyes,,17,,,,,11,\n'
    "u-ben,active,,true,o-m,student,ben,,Ben,Ito,,900000002,,,,,KG,\n"
    "u-cy,active,,true,o-d,student,cy,,Cy,Moss,,,,,,,PS,\n"
    "u-tess,active,,true,o-h,teacher,tess,,Tess,Quill,,T9,tess@pine.example,,,,,\n"
    "u-aide,active,,true,o-h,teacher,aide,,Al,Ode,,T8,,,,,,\n"
    "u-mum,active,,true,o-h,parent,mum,,Mo,Reyes,,,,,,,,\n"
)
USERS_1_2 = (
    "sourcedId,status,dateLastModified,enabledUser,username,userIds,givenName,familyName,middleName,identifier,email,"
    "sms,phone,agentSourcedIds,grades,password,userMasterIdentifier,resourceSourcedIds,preferredGivenName,"
    "preferredMiddleName,preferredFamilyName,primaryOrgSourcedId,pronouns\n"
    'u-ana,active,,true,ana,"{LDAP:x},{State:900000001}",Ana,Reyes,,17,,,,,11,,,,,,,o-h,\n'
    "u-ben,active,,true,ben,,Ben,Ito,,900000002,,,,,KG,,,,,,,o-m,\n"
    "u-tess,active,,true,tess,,Tess,Quill,,T9,tess@pine.example,,,,,,,,,,,o-h,\n"
)
ROLES_1_2 = (
    "sourcedId,status,dateLastModified,userSourcedId,roleType,role,beginDate,endDate,orgSourcedId,userProfileSourcedId\n"
    "r-1,active,,u-ana,primary,student,2024-08-15,,o-h,\n"
    "r-2,active,,u-ben,primary,student,2024-08-15,2024-09-30,o-m,\n"
    "r-3,active,,u-ben,primary,student,2025-01-06,2025-02-01,o-m,\n"
    "r-4,active,,u-tess,primary,teacher,,,o-h,\n"
)


def manifest(version, files, mode="bulk"):
    lines = [f"file.{name},{mode}" for name in files]
    return "\n".join(
        [
            "propertyName,value",
            "manifest.version,1.0",
            f"oneroster.version,{version}",
            *lines,
            "file.results,absent",
            "",
        ]
    )


@pytest.fixture
def one_roster(tmp_path):
    """Return a function that makes a OneRoster zip; ``None`` as a file's text leaves it out."""

    def make(version="1.1", *, mode="bulk", folder="", promised=None, **changes):
        files = {"users": USERS_1_1} if version == "1.1" else {"users": USERS_1_2, "roles": ROLES_1_2}
        files = {name: text for name, text in {**ONE_ROSTER, **files, **changes}.items() if text is not None}
        texts = {"manifest": manifest(version, promised or files, mode), **files}
        path = tmp_path / "export.zip"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, text in texts.items():
                archive.writestr(f"{folder}{name}.csv", text)
        return path

    return make


@pytest.fixture
def interchange(tmp_path):
    """Return a function that writes one Ed-Fi interchange file and returns its path."""

    def make(name, body, file=None):
        path = tmp_path / (file or f"{name}.xml")
        path.write_text(
            f'<?xml version="1.0" encoding="UTF-8"?>\n<Interchange{name} xmlns="http://ed-fi.org/5.2.0">\n'
            f"{body}\n</Interchange{name}>\n",
            encoding="utf-8",
        )
        return path

    return make


@pytest.fixture
def real_ed_fi():
    """Return the folder with the Ed-Fi sample, which stands beside the repository; skip where it does not."""
    shared = os.environ.get("MUSTER_SHARED")
    folder = Path(shared) if shared else Path(__file__).parents[3].parent / "shared"
    if not (folder / "real" / "edfi" / "Student.xml").is_file():
        pytest.skip(f"the Ed-Fi sample is not in {folder / 'real' / 'edfi'}; set MUSTER_SHARED to its folder")
    return folder / "real" / "edfi"


@pytest.fixture
def state():
    """Return a state that declares all standard tables, roster with a column of its own."""
    return State(
        id="toy",
        name="Toyland",
        agency="Agency",
        time_zone="UTC",
        tables=tuple(standard_table(name, name.title()) for name in STANDARD_TABLES if name != "student_programs"),
    )
