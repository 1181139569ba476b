"""Reference tables: what rules may look up beside the file itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from muster.model.columns import Column
from muster.model.marks import Declaration, Identifier, Marked

if TYPE_CHECKING:
    from collections.abc import Sequence


class ReferenceTable(Marked):
    """A table that rules look up.

    ``origin`` tells who supplies it: ``catalog`` (the state's own CSV, shipped with the plugin or its overlay) or
    ``loaded`` (a district or an agency loads it, as a CSV folder or into the database). A table with
    ``first_year`` / ``last_year`` or ``year`` columns is cut to the run's year by every lookup.
    """

    name: Identifier
    title: str
    origin: Literal["catalog", "loaded"]
    key: tuple[str, ...]
    columns: tuple[Column, ...]

    def column(self, name: str) -> Column:
        """Return one column by name; KeyError when the table lacks it."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(name)


class Catalog(Declaration):
    """The rows of one catalog table, as the plugin (or an overlay) ships them.

    ``rows`` are text by column name; the source marks of each row (``cites``, ``derived``, ``placeholder``)
    stand beside them in ``marks``, in the same order.
    """

    table: Identifier
    rows: tuple[dict[str, str], ...]
    marks: tuple[Marked, ...]


def _text(name: str, label: str, *, private: bool = False) -> Column:
    return Column(name=name, label=label, type="code", private=private)


def _date(name: str, label: str, *, private: bool = False) -> Column:
    return Column(name=name, label=label, type="date", date_format="YYYY-MM-DD", private=private)


def _flag(name: str, label: str) -> Column:
    return Column(name=name, label=label, type="boolean", private=True)


_YEARS = (
    Column(name="first_year", label="First school year", type="integer"),
    Column(name="last_year", label="Last school year", type="integer"),
)

STANDARD_TABLES: dict[str, tuple[tuple[str, ...], tuple[Column, ...]]] = {
    "organizations": (
        ("organization_id",),
        (
            _text("organization_id", "Organization id"),
            Column(name="name", label="Name"),
            Column(name="kind", label="Kind", type="code"),
            _text("parent_id", "Parent organization id"),
            Column(name="email_domain", label="E-mail domain"),
            *_YEARS,
        ),
    ),
    "roster": (
        ("student_id", "organization_id", "year"),
        (
            _text("student_id", "Student id", private=True),
            _text("local_id", "Local student id", private=True),
            Column(name="last_name", label="Last name", private=True),
            Column(name="first_name", label="First name", private=True),
            _date("birth_date", "Birth date", private=True),
            _text("organization_id", "School id"),
            Column(name="year", label="School year", type="integer"),
            Column(name="grade", label="Grade", type="integer"),
            Column(name="enrollment_type", label="Enrollment type", type="code"),
            _date("entry_date", "Entry date"),
            _date("exit_date", "Exit date"),
            Column(name="gender", label="Gender", type="code", private=True),
            _flag("special_needs", "Special needs"),
            _flag("economically_disadvantaged", "Economically disadvantaged"),
            _flag("single_parent", "Single parent"),
            _flag("english_learner", "English learner"),
            _flag("homeless", "Homeless"),
            _flag("foster_care", "Foster care"),
            _flag("military_parent", "Military parent on active duty"),
            _flag("migrant", "Migrant"),
        ),
    ),
    "educators": (
        ("educator_id",),
        (
            _text("educator_id", "Educator id"),
            Column(name="last_name", label="Last name"),
            Column(name="first_name", label="First name"),
            Column(name="email", label="E-mail"),
        ),
    ),
    "certificates": (
        ("educator_id", "certificate", "program", "valid_from"),
        (
            _text("educator_id", "Educator id"),
            _text("certificate", "Certificate or endorsement"),
            _text("program", "Program the certificate is for"),
            _date("valid_from", "Valid from"),
            _date("valid_to", "Valid to"),
        ),
    ),
    "sections": (
        ("section_id", "organization_id", "year", "term", "course_code"),
        (
            _text("section_id", "Section id"),
            _text("organization_id", "School id"),
            Column(name="year", label="School year", type="integer"),
            Column(name="term", label="Term"),
            _text("course_code", "Course code"),
            Column(name="course_title", label="Course title"),
            Column(name="title", label="Section title"),
            Column(name="credits", label="Credits", type="decimal", places=2),
            _text("educator_id", "Educator id"),
            _date("begin_date", "Begin date"),
            _date("end_date", "End date"),
        ),
    ),
    "student_programs": (
        ("student_id", "organization_id", "program_type", "program", "begin_date"),
        (
            _text("student_id", "Student id", private=True),
            _text("organization_id", "Organization id"),
            Column(name="program_type", label="Type of program"),
            Column(name="program", label="Program"),
            Column(name="service", label="Service"),
            _text("cip_code", "CIP code"),
            _date("begin_date", "Begin date"),
            _date("end_date", "End date"),
            Column(name="reason_exited", label="Reason for leaving", private=True),
        ),
    ),
}
"""The tables that imports (OneRoster, Ed-Fi, CSV) fill for every state: name to (key, columns).

In a CSV folder, dates are YYYY-MM-DD, booleans Y or N, and a column that is not there is blank throughout.
A blank exit date means still enrolled; a blank last year means until further notice."""


def standard_table(
    name: str, title: str, extra: Sequence[Column] = (), *, derived: bool | str = False
) -> ReferenceTable:
    """Return one of the standard tables, with a state's own columns added."""
    key, columns = STANDARD_TABLES[name]
    return ReferenceTable(
        name=name, title=title, origin="loaded", key=key, columns=(*columns, *extra), derived=derived or True
    )
