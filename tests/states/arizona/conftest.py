"""A small made-up district of Arizona, and a bench that asks the rules about a few rows of it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

import muster_arizona
from muster.declarations import load_state
from muster.intake.reference_csv import catalog_frames
from muster.model.intake import ROW, Intake, Problem
from muster.model.runs import RunFacts
from muster.validation import validate
from muster.validation.schemas import schema_of, stored_schema

D = date
SINCE, UNTIL = D(2015, 7, 1), D(2027, 6, 30)
DISTRICT, OTHER_DISTRICT = "079901", "079902"
SCHOOL, SECOND_SCHOOL, STRANGE_SCHOOL, CLOSED_SCHOOL = "079901201", "079901202", "079902201", "079901203"
COLLEGE, SITE = "079955001", "070802280"


def _organization(number, name, kind, parent=None, domain=None, last_year=None):
    return {
        "organization_id": number, "name": name, "kind": kind, "parent_id": parent, "email_domain": domain,
        "last_year": last_year,
    }  # fmt: skip


def _student(suid, born, grade, gender="F", school=SCHOOL, year=2021):
    return {
        "student_id": suid, "birth_date": born, "organization_id": school, "year": year, "grade": grade,
        "gender": gender,
    }  # fmt: skip


def _taught(program, course, provider=None, school=SCHOOL, year=2021):
    kind = "articulated" if provider else "non-articulated"
    return {
        "organization_id": school, "program": program, "course": course, "kind": kind, "provider_id": provider,
        "year": year,
    }  # fmt: skip


def _certificate(educator, certificate, program=None, since=SINCE, until=UNTIL):
    return {
        "educator_id": educator, "certificate": certificate, "program": program, "valid_from": since,
        "valid_to": until,
    }  # fmt: skip


# Educator 5550001 has certificates for everything, 5550002 for Accounting without the endorsement, 5550003 none,
# 5550004 the endorsement with a certificate for another program, 5550005 one that ended on the day before it counts.
WORLD = {
    "organizations": [
        _organization(DISTRICT, "Saguaro Union High School District", "district", domain="saguaro.example"),
        _organization(SCHOOL, "Saguaro High School", "school", DISTRICT),
        _organization(SECOND_SCHOOL, "Ocotillo High School", "school", DISTRICT, "ocotillo.example"),
        _organization(CLOSED_SCHOOL, "Yucca High School", "school", DISTRICT, last_year=2020),
        _organization(OTHER_DISTRICT, "Palo Verde Unified District", "district", domain="paloverde.example"),
        _organization(STRANGE_SCHOOL, "Palo Verde High School", "school", OTHER_DISTRICT),
        _organization(COLLEGE, "Mesquite Community College", "college", domain="mesquite.example"),
        _organization(SITE, "West-MEC Gateway Community College", "site"),
    ],
    "roster": [
        _student("100000001", D(2004, 3, 15), 11),
        _student("100000002", D(2003, 9, 1), 12, "M"),
        _student("100000003", D(2005, 1, 20), 10),
        _student("100000004", D(2006, 8, 30), 8),
        _student("100000005", D(2005, 5, 5), None),
        _student("100000006", D(2004, 4, 4), 11, None),
        _student("100000007", D(2004, 7, 7), 11, school=SECOND_SCHOOL),
        _student("100000008", D(2004, 8, 8), 11, school=SECOND_SCHOOL),
        _student("100000008", D(2004, 8, 8), 11),
        _student("100000009", D(2004, 9, 9), 11, year=2020),
    ],
    "educators": [{"educator_id": f"555000{number}"} for number in range(1, 6)],
    "certificates": [
        *(_certificate("5550001", "CTE", program) for program in ("52030000", "46040020", "01010090")),
        _certificate("5550001", "CEN"),
        _certificate("5550002", "CTE", "52030000"),
        _certificate("5550004", "CTE", "46040020"),
        _certificate("5550004", "CEN"),
        _certificate("5550005", "CTE", "52030000", until=D(2021, 4, 30)),
        _certificate("5550005", "CEN", until=D(2021, 5, 1)),
    ],
    "sequence": [
        *(_taught("52030000", f"520300{suffix}") for suffix in (10, 20, 30, 70, 75, 80)),
        _taught("01010090", "01010012"),
        _taught("10020090", "10020083"),
        _taught("46040020", "46040011", SECOND_SCHOOL),
        _taught("46040020", "46040020", SITE),
        _taught("46040020", "46040025", COLLEGE),
        _taught("12050000", "12050010", SITE),
        _taught("12050000", "12050020", COLLEGE),
        *(_taught("52030000", "52030010", year=year) for year in (2020, 2022)),
    ],
    "course_history": [
        {"student_id": "100000002", "program": "52030000", "course": "52030010", "school_year": 2020},
        {"student_id": "100000003", "program": "52030000", "course": "52030075", "school_year": 2020},
    ],
    "certification_requirements": [{"program": "46040020", "certificate": "CTE"}],
    "concentrators": [{"student_id": "100000001", "program": "52030000", "year": 2021}],
    "enrollment": [
        {"suid": "100000001", "program": "52030000", "course": "52030010", "ctds": SCHOOL, "term": "1"},
        {"suid": "100000001", "program": "52030000", "course": "52030040", "ctds": SCHOOL, "term": "1"},
        {"suid": "100000002", "program": "52030000", "course": "52030010", "ctds": SCHOOL, "term": "1"},
    ],
}

_COMMON = {
    "ctds": SCHOOL, "term": "1", "course_title": "Business I A/B", "period": "2", "minutes_per_week": "250",
    "number_of_weeks": "18", "suid": "100000001", "birth_date": "03/15/2004", "credits": "0.50",
    "student_type": "1", "educator_id": "5550001", "teacher_first_name": "Ada", "teacher_last_name": "Larkspur",
}  # fmt: skip
GOOD = {
    "non-articulated": _COMMON | {
        "program": "52030000", "course": "52030010", "teacher_email": "ada@saguaro.example",
    },
    "articulated": _COMMON | {
        "program": "46040020", "course": "46040011", "teacher_email": "ada@ocotillo.example",
        "articulated_ctds": SECOND_SCHOOL,
    },
    "postsecondary": _COMMON | {
        "program": "12050000", "course": "12050010", "teacher_email": "ada@gateway.example", "articulated_ctds": SITE,
    },
    "credentials": {
        "fiscal_year": "2021", "ctds": SCHOOL, "program": "52030000", "course": "52030010", "taught_by": SCHOOL,
        "suid": "100000001", "birth_date": "03/15/2004", "test_date": "05/07/2020", "passed": "P",
        "credential_code": "1183", "license_number": "",
    },
}  # fmt: skip


@dataclass
class Answer:
    """What a run said, in a shape that tests compare."""

    run: object
    fired: Counter = field(init=False)
    messages: dict = field(init=False)

    def __post_init__(self):
        findings = list(self.run.findings)
        self.fired = Counter(one.rule for one in findings)
        self.messages = {}
        for one in findings:
            self.messages.setdefault(one.rule, []).append(one.message)
        self.findings = findings

    @property
    def rules(self):
        return set(self.fired)

    def coverage(self, rule):
        return next(one for one in self.run.coverage if one.rule == rule)

    def finding(self, rule):
        return next(one for one in self.findings if one.rule == rule)


class Bench:
    """Asks the rules of one Arizona template about a few rows, each given as its difference from a good row."""

    def __init__(self, state):
        self.state = state
        self.catalogs = catalog_frames(state)

    def collection(self, layout):
        return self.state.collection("credentials" if layout == "credentials" else "enrollment")

    def ask(self, layout, *rows, year=2021, tables=None, without=(), stored=None, **facts):
        collection = self.collection(layout)
        declared = next(one for one in collection.layouts_of(year) if one.id == layout)
        frame = self._text([GOOD[layout] | row for row in rows or ({},)], declared)
        facts = {"file_date": D(year, 3, 10), "district": DISTRICT, "organization": DISTRICT} | facts
        run = validate(
            self._intake(declared, frame, facts.pop("problems", ()), facts.pop("error_cells", ())),
            collection,
            RunFacts(year=year, year_start=D(year - 1, 7, 1), year_end=D(year, 6, 30), **facts),
            reference=self.reference(tables or {}, without),
            stored=None if stored is None else self._stored(collection, layout, stored),
            state=self.state,
        )
        return Answer(run)

    def offered(self, program, course):
        """Return the line of the coherent sequence by which the school teaches a course itself."""
        return _taught(program, course)

    def reference(self, tables, without=()):
        loaded = {name: tables.get(name, rows) for name, rows in (WORLD | tables).items()}
        frames = dict(self.catalogs)
        for name, rows in loaded.items():
            frames[name] = pl.DataFrame(rows, schema=schema_of(self.state.table(name).columns), orient="row")
        return {name: frame for name, frame in frames.items() if name not in without}

    def _text(self, rows, layout):
        cells = [[number, *(row.get(name) or None for name in layout.names)] for number, row in enumerate(rows, 2)]
        return pl.DataFrame(cells, schema={ROW: pl.Int64} | dict.fromkeys(layout.names, pl.String), orient="row")

    def _stored(self, collection, layout, rows):
        schema = stored_schema(collection)
        records = []
        for row in rows:
            template = row.get("template", layout)
            names = next(one for one in collection.layouts_of(2021) if one.id == template).names
            good = {name: value for name, value in GOOD[template].items() if name in names}
            records.append(
                {"template": template} | {name: _typed(schema, name, value) for name, value in (good | row).items()}
            )
        return pl.DataFrame(records, schema=schema, orient="row")

    def _intake(self, layout, frame, problems, error_cells):
        cells = {ROW: pl.Int64, "column": pl.String, "value": pl.String, "kind": pl.String}
        odd = {ROW: pl.Int64, "found": pl.Int64, "raw": pl.String}
        return Intake(
            name="made_up.xlsx", sha256="0" * 64, size=1, format="xlsx", layout=layout, frame=frame,
            error_cells=pl.DataFrame(list(error_cells), schema=cells, orient="row"),
            odd_rows=pl.DataFrame(schema=odd), sheet=layout.sheet,
            problems=tuple(Problem(*one) for one in problems),
        )  # fmt: skip


def _typed(schema, name, value):
    if name == "passed":
        return value in (True, "P")
    if value in ("", None):
        return None
    kind = schema[name]
    if kind == pl.Date:
        month, day, year = value.split("/")
        return D(int(year), int(month), int(day))
    if kind == pl.Int64:
        return int(value)
    return Decimal(value) if isinstance(kind, pl.Decimal) else value


@pytest.fixture(scope="session")
def arizona():
    return load_state(Path(muster_arizona.__file__).parent)


@pytest.fixture(scope="session")
def bench(arizona):
    return Bench(arizona)
