"""Two small layouts in the manner of the two ways of reporting, and the nasty files."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

from muster.intake import read
from muster.model.columns import Column
from muster.model.layouts import HeaderRecord, Layout


@pytest.fixture(scope="session")
def nasty():
    """The module that makes the nasty files."""
    spec = importlib.util.spec_from_file_location("nasty_files", Path(__file__).with_name("nasty_files.py"))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def corpus(nasty):
    return nasty.corpus()


def enrollment(year=2021, *, layout="plain", title="Plain", more=(), less=()):
    columns = [
        Column(name="ctds", label="CTDS", type="code", length=9, pad=True),
        Column(name="term", label="Term"),
        Column(name="suid", label="SUID", also=("State Student ID",), type="code"),
        Column(name="birth_date", label="Student's Birth Date", also=("Student Birth-Date",), type="date"),
        Column(name="credits", label="Credits Earned", type="decimal"),
        *more,
    ]
    kept = tuple(column for column in columns if column.name not in less)
    return Layout(id=layout, year=year, title=title, medium="workbook", extensions=("xls", "xlsx"), columns=kept)


@pytest.fixture(scope="session")
def plain():
    return enrollment()


@pytest.fixture(scope="session")
def college():
    return enrollment(layout="college", title="College", more=[Column(name="college", label="College CTDS")])


@pytest.fixture(scope="session")
def last_year():
    return enrollment(2020, less=("credits",))


@pytest.fixture(scope="session")
def table(plain):
    """The plain layout as comma-separated text."""
    return plain.model_copy(update={"medium": "delimited", "extensions": (".csv",), "delimiter": ","})


@pytest.fixture(scope="session")
def tabs(plain):
    """The plain layout as tab-separated text with names."""
    return plain.model_copy(update={"medium": "delimited", "extensions": (".tsv",), "delimiter": "\t"})


@pytest.fixture(scope="session")
def report():
    """A layout without names: a header record, then records by position."""
    record = HeaderRecord(
        record_type="HD",
        also=("CE",),
        columns=(
            Column(name="date", label="Date", type="date", required=True),
            Column(
                name="time", label="Time", pattern="[0-9]{2}:[0-9]{2}:[0-9]{2}", required=True, published="HH:MM:SS"
            ),
            Column(name="version", label="Version", required=True, length=5, allowed=("MT9.1",)),
        ),
    )
    names = ("record_type", "district", "student_id", "last_name", "first_name", "end_year")
    return Layout(
        id="eoy",
        year=2025,
        title="End of Year",
        medium="delimited",
        extensions=("tsv",),
        names_row=False,
        header_record=record,
        columns=tuple(Column(name=name, label=name.replace("_", " ").title()) for name in names),
    )


@pytest.fixture(scope="session")
def reading(plain, college, last_year, report):
    """Read a file by the layouts that its name lets it have."""

    def call(data, name, **more):
        delimited = name.endswith((".tsv", ".pdf"))
        layouts = more.pop("layouts", [report] if delimited else [plain, college])
        more.setdefault("other_years", [] if delimited else [last_year])
        return read(data, name, layouts, **more)

    return call
