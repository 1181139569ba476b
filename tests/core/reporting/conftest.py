"""A made-up collection and runs of it, built without reading or checking a file."""

from collections import Counter, defaultdict
from datetime import date
from itertools import chain

import polars as pl
import pytest

from muster.model.collections import Collection
from muster.model.columns import Column
from muster.model.findings import Cause, Coverage, Finding
from muster.model.intake import ROW, Intake
from muster.model.layouts import HeaderRecord, Layout
from muster.model.marks import Marked
from muster.model.reference import Catalog, ReferenceTable
from muster.model.rules import Lookup, Rule, RuleSet
from muster.model.runs import Run, RunFacts
from muster.model.states import State

STOPS = ("file", "row", "signature", "nothing")
SEVERITIES = ("error", "warning", "info")

COLUMNS = (
    Column(
        name="school",
        label="School Code",
        type="code",
        length=4,
        required=True,
        pad=True,
        published="Text, 4",
        cites=("X:1",),
    ),
    Column(name="student", label="Student ID", also=("SUID",), type="code", length=9, required=True, private=True),
    Column(name="born", label="Birth Date", type="date", required=True, published="MM/DD/YYYY", derived="type"),
    Column(name="course", label="Course No.", type="code", length=8, comment="As in the catalog.", cites=("X:4",)),
    Column(name="term", label="Term", type="code", allowed=("1", "2"), cites=("X:5",)),
    Column(name="credits", label="Credits", type="decimal", places=2, minimum=0, derived=True),
    Column(name="member", label="Member", type="boolean", recommended=True),
)
RULES = (
    Rule(id="XX-F01", title="A value is missing or malformed", severity="error", stops="row", level="field",
         columns=("*",), fix="Correct the value", derived=True),
    Rule(id="XX-R01", title="The course is in the sequence", severity="error", stops="row", level="reference",
         flag="true", message="m", fix="Add it there, or correct the course", cites=("X:9",)),
    Rule(id="XX-R02", title="Two rows of a student agree", severity="warning", stops="nothing", level="cross-record",
         flag="true", message="m", fix="Make them agree", derived=True),
    Rule(id="XX-R03", title="Signed in time", severity="info", stops="signature", level="record",
         flag="true", message="m", fix="Ask for an extension", derived=True),
    Rule(id="XX-FIL", title="The file can be read", severity="error", stops="file", level="file",
         file="unreadable", fix="Save it as .xlsx", derived=True),
)  # fmt: skip


class ListedFindings:
    """Findings from a list or a function that makes them anew, as the protocol asks."""

    def __init__(self, make, number):
        self._make, self._number = make, number

    def __len__(self):
        return self._number

    def __iter__(self):
        return iter(self._make())

    def by_severity(self):
        found = Counter(one.severity for one in self)
        return {severity: found[severity] for severity in SEVERITIES}

    def causes(self):
        groups = defaultdict(list)
        for one in self:
            groups[one.rule, one.severity, one.stops, one.message, one.fix, one.column, one.label, one.value].append(
                one
            )
        causes = [
            Cause(rule, severity, stops, f"Title of {rule}", message, fix, column, label, value, len(found),
                  tuple(row for one in found[:5] for row in (one.rows or ((one.row,) if one.row else ())))[:5])
            for (rule, severity, stops, message, fix, column, label, value), found in groups.items()
        ]  # fmt: skip
        return tuple(sorted(causes, key=lambda one: (STOPS.index(one.stops), -one.findings)))

    def places(self):
        rows = [
            (row, one.column, one.rule, one.severity, one.stops) for one in self for row in (one.rows or (one.row,))
        ]
        schema = {ROW: pl.Int64, "column": pl.String, "rule": pl.String, "severity": pl.String, "stops": pl.String}
        return pl.DataFrame(rows, schema=schema, orient="row")

    def of_rows(self, rows):
        return (one for one in self if rows.intersection(one.rows or (one.row,)))


def order(one):
    return STOPS.index(one.stops), SEVERITIES.index(one.severity), one.row or 0, one.column or ""


@pytest.fixture(scope="session")
def layout():
    return Layout(
        id="students", year=2025, title="Students", medium="workbook", extensions=("xlsx",), columns=COLUMNS,
        instructions=("One row a student and course.",), sheet="Data",
    )  # fmt: skip


@pytest.fixture(scope="session")
def delimited_layout():
    header = HeaderRecord(
        record_type="HD",
        columns=(
            Column(name="date", label="Date", type="date"),
            Column(name="time", label="Time", pattern="[0-9]{2}:[0-9]{2}:[0-9]{2}"),
            Column(name="version", label="Version", allowed=("XX1.0",)),
        ),
    )
    return Layout(
        id="lines", year=2025, title="Lines", medium="delimited", extensions=("tsv",), names_row=False,
        header_record=header, columns=COLUMNS,
    )  # fmt: skip


@pytest.fixture(scope="session")
def collection(layout, delimited_layout):
    return Collection(
        id="sample", state="xx", title="Sample collection", key=("student", "course"), organization="school",
        organization_kind="school", person="student", on_existing="update", layouts=(layout, delimited_layout),
        ruleset=RuleSet(rules=RULES, lookups=(Lookup(name="catalog", table="courses", on={"course": "number"}),)),
    )  # fmt: skip


@pytest.fixture(scope="session")
def state(collection):
    courses = ReferenceTable(
        name="courses", title="Courses", origin="catalog", key=("number",), cites=("X:2",),
        columns=(
            Column(name="number", label="Number", type="code"),
            Column(name="title", label="Title"),
            Column(name="first_year", label="First", type="integer"),
            Column(name="last_year", label="Last", type="integer"),
        ),
    )  # fmt: skip
    rows = (
        {"number": "52030010", "title": "Accounting I", "first_year": "", "last_year": ""},
        {"number": "52030020", "title": "Accounting II", "first_year": "2020", "last_year": ""},
        {"number": "52030099", "title": "Bookkeeping", "first_year": "", "last_year": "2019"},
    )
    return State(
        id="xx", name="Exemplia", agency="Department of Examples", time_zone="America/Denver", tables=(courses,),
        catalogs=(Catalog(table="courses", rows=rows, marks=(Marked(cites=("X:2",)),) * 3),), collections=(collection,),
        vocabulary={"year": "fiscal year"}, sources={"X": "Guide to examples"},
    )  # fmt: skip


@pytest.fixture
def finding():
    """Make a finding of one cell; keywords replace what is given."""

    def make(row=17, **given):
        facts = {
            "rule": "XX-R01", "revision": 1, "severity": "error", "stops": "row", "fix": "Add it there, or correct the course",
            "message": "Course 52030030 is not in the coherent sequence of school 0201", "row": row, "column": "course",
            "label": "Course No.", "value": "52030030", "sheet": "Data", "fingerprint": f"f{row}",
        }  # fmt: skip
        return Finding(**facts | given)

    return make


@pytest.fixture
def make_run(layout):
    """Make a run of a file of so many rows (the first is row 2) with these findings."""

    def make(findings=(), rows=40, *, coverage=None, notes=(), crashed=False, number=None, **intake):
        lazily = findings if callable(findings) else (lambda: sorted(findings, key=order))
        listed = ListedFindings(lazily, len(list(lazily())) if number is None else number)
        frame = pl.DataFrame(
            {
                ROW: range(2, rows + 2),
                **{name: [f"{name}-{row}" for row in range(2, rows + 2)] for name in layout.names},
            },
            schema={ROW: pl.Int64, **dict.fromkeys(layout.names, pl.String)},
        )
        stopped = set(chain.from_iterable(one.rows or (one.row,) for one in lazily() if one.stops == "row"))
        given = {
            "name": "fall.xlsx", "sha256": "ab" * 32, "size": 1234, "format": "xlsx", "layout": layout, "frame": frame,
            "error_cells": pl.DataFrame(), "odd_rows": pl.DataFrame(schema={ROW: pl.Int64, "found": pl.Int64, "raw": pl.String}),
            "sheet": "Data",
        }  # fmt: skip
        ran = Counter(one.rule for one in lazily())
        coverage = coverage or (
            *(Coverage(rule.id, "ran", findings=ran[rule.id]) for rule in RULES),
            *((Coverage("XX-R09", "crashed", "the rule failed"),) if crashed else ()),
        )
        return Run(
            intake=Intake(**given | intake),
            facts=RunFacts(2025, date(2025, 6, 1), date(2024, 7, 1), date(2025, 6, 30), organization="0201"),
            ruleset="cd" * 32,
            findings=listed,
            coverage=tuple(coverage),
            typed=frame.filter(~pl.col(ROW).is_in(list(stopped))),
            rejected=pl.Series(ROW, sorted(stopped), dtype=pl.Int64),
            notes=notes,
        )

    return make
