"""A small Montana: two districts, three students, and a function that checks lines of a CTE End of Year file."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

import muster_montana
from muster.declarations import load_state
from muster.intake.reference_csv import catalog_frames, read_reference_folder
from muster.model.intake import ROW, Intake
from muster.model.runs import RunFacts, school_year
from muster.validation import validate

CLEAN = {
    "record_type": "CE",
    "district_number": "0583",
    "state_id": "012345678",
    "local_id": "4711",
    "last_name": "Larkspur",
    "first_name": "Ada",
    "pathway": "P10",
    "concentrator": "Y",
    "single_parent": "N",
    "start_date": "07/14/2022",
    "pathway_credits": "2.50",
    "district_credits": "2.00",
    "transfer_credits": "0.50",
    "dual_credits": "1.00",
    "work_credits": "0.00",
    "end_year": "2025",
}

REFERENCE = {
    "organizations": """
        organization_id,name,kind,parent_id,elementary_le,high_school_le
        0583,Prairie Bend K-12 Schools,district,,0310,0990
        0583-1234,Prairie Bend High School,school,0583,,
        0583-1235,Two Rivers High School,school,0583,,
        0990,Larch Flats H S,district,,,0412
        0990-2001,Larch Flats High School,school,0990,,
    """,
    "roster": """
        student_id,local_id,last_name,first_name,organization_id,year,enrollment_type
        012345678,4711,Larkspur,Ada,0583-1234,2025,P
        012345678,4711,Larkspur,Ada,0583-1235,2025,N
        100000001,4712,Juniper,Levi,0583-1235,2025,
        100000002,4713,Kestrel,Opal,0990-2001,2025,P
        100000003,4714,Hartwell,Hugo,0583-1234,2024,P
        100000004,4715,Dunmore,Cora,0583-1234,2025,X
        100000005,4716,Ironwood,Mina,0583-1234,2025,S
        100000006,5001,Foxglove,Tess,0990-2001,2025,P
        100000006,4717,Foxglove-Reed,Tess,0583-1234,2025,P
        100000007,,Gentian,Rolf,0583-1234,2025,P
    """,
    "pathway_approvals": """
        organization_id,pathway,first_year,last_year
        0583,P10,2020,
        0583,P05,2020,2025
        0583,P06,2020,2024
        0583,P07,2026,
        0990,P01,2020,
    """,
}


@pytest.fixture(scope="session")
def montana():
    return load_state(Path(muster_montana.__file__).parent)


@pytest.fixture(scope="session")
def collection(montana):
    return montana.collection("cte-eoy")


@pytest.fixture(scope="session")
def reference_folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("reference")
    for name, text in REFERENCE.items():
        (folder / f"{name}.csv").write_text("\n".join(line.strip() for line in text.strip().splitlines()))
    return folder


@pytest.fixture(scope="session")
def reference(montana, reference_folder):
    loaded = read_reference_folder(reference_folder, montana.tables)
    assert not loaded.problems
    return catalog_frames(montana) | loaded.frames


def lines(rows, layout):
    frame = pl.DataFrame([CLEAN | row for row in rows], schema=dict.fromkeys(layout.names, pl.String))
    frame = frame.with_columns(pl.when(pl.all() != "").then(pl.all()))
    return frame.with_row_index(ROW, offset=2).with_columns(pl.col(ROW).cast(pl.Int64))


def intake_of(rows, layout):
    """Return what reading a file of these lines yields; the header record is line 1."""
    cells = pl.DataFrame(schema={ROW: pl.Int64, "column": pl.String, "value": pl.String, "kind": pl.String})
    odd = pl.DataFrame(schema={ROW: pl.Int64, "found": pl.Int64, "raw": pl.String})
    return Intake("t.tsv", "0" * 64, 1, "tsv", layout, lines(rows, layout), cells, odd)


@pytest.fixture
def file_of():
    """Return the function that makes a file of lines for a layout."""
    return intake_of


def record(**values):
    numbers = {name: Decimal(CLEAN[name]) for name in CLEAN if name.endswith("credits")}
    typed = {**CLEAN, **numbers, "concentrator": True, "single_parent": False, "end_year": 2025}
    typed |= {"start_date": date(2022, 7, 14), "modified_date": date(2024, 7, 8), "created_date": date(2022, 7, 14)}
    return typed | {"template": "eoy"} | values


def stored_frame(records):
    schema = dict.fromkeys((*CLEAN, "template"), pl.String)
    schema |= {name: pl.Decimal(18, 2) for name in CLEAN if name.endswith("credits")}
    schema |= {"concentrator": pl.Boolean, "single_parent": pl.Boolean, "end_year": pl.Int64}
    schema |= dict.fromkeys(("start_date", "modified_date", "created_date"), pl.Date)
    return pl.DataFrame(records, schema=schema)


@pytest.fixture
def check(montana, collection, reference):
    """Return a function that runs the rules over lines given as changes to a clean one."""

    def run(*rows, year=2025, today=date(2025, 5, 20), sender="0583", stored=None, when="validate", without=()):
        first, last = school_year(year, montana.year_start)
        district = sender[:4] if sender else None
        facts = RunFacts(year, today, first, last, sender, district, when=when, database=stored is not None)
        layout = collection.layouts_of(year)[0]
        tables = {name: frame for name, frame in reference.items() if name not in without}
        records = None if stored is None else stored_frame(stored)
        return validate(intake_of(rows, layout), collection, facts, reference=tables, stored=records, state=montana)

    return run


@pytest.fixture
def rules_of(check):
    """Return a function that tells which rules speak up."""

    def rules(*rows, **facts):
        return sorted({finding.rule for finding in check(*rows, **facts).findings})

    return rules


@pytest.fixture
def stored():
    """Return a function that makes a stored record: the clean line, with changes."""
    return record
