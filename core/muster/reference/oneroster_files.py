"""The CSV files of a OneRoster export: the manifest's promises, and each file as a frame of text."""

from __future__ import annotations

import csv
import io
from itertools import islice
from typing import TYPE_CHECKING

import polars as pl

from muster.intake.encoding import decode
from muster.intake.stops import StoppedError
from muster.reference.refusals import (
    DeltaRefusedError,
    MissingColumnsError,
    MissingMemberError,
    NoManifestError,
    NotACsvError,
    OneRosterVersionError,
    UnreadableTextError,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from muster.reference.parcels import Parcel
    from muster.reference.reports import ImportReport

FILES: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "orgs": (("sourcedId", "name", "type"), ("status", "identifier", "parentSourcedId")),
    "academicSessions": (("sourcedId", "schoolYear"), ("status", "title", "type", "startDate", "endDate")),
    "users": (
        ("sourcedId", "givenName", "familyName"),
        ("status", "role", "orgSourcedIds", "primaryOrgSourcedId", "userIds", "identifier", "email", "grades"),
    ),
    "roles": (("userSourcedId", "role", "orgSourcedId"), ("status", "roleType", "beginDate", "endDate")),
    "courses": (("sourcedId", "title"), ("status", "courseCode")),
    "classes": (
        ("sourcedId", "title", "courseSourcedId", "schoolSourcedId"),
        ("status", "classCode", "termSourcedIds", "termSourcedId"),
    ),
    "enrollments": (("classSourcedId", "userSourcedId", "role"), ("status", "schoolSourcedId", "primary")),
    "demographics": (("sourcedId",), ("status", "birthDate", "sex")),
}
"""What is read: file to (columns it must have, columns it may have). Other files are named in the report."""
VERSIONS = ("1.1", "1.2")
_BATCH = 50_000


class Export:
    """A OneRoster export whose manifest has been read and found to be a whole (bulk) one."""

    def __init__(self, parcel: Parcel) -> None:
        self.parcel = parcel
        self._names = {name.casefold(): name for name in parcel.files}
        if "manifest.csv" not in self._names:
            raise NoManifestError(parcel.name)
        self.manifest = _properties(_rows(self._read("manifest.csv"), "manifest.csv"))
        self.version = self.manifest.get("oneroster.version", "")
        if self.version.removeprefix("v") not in VERSIONS:
            raise OneRosterVersionError(parcel.name, self.version)
        deltas = [one for one, mode in self.modes().items() if mode == "delta"]
        if deltas:
            raise DeltaRefusedError(parcel.name, deltas)

    def modes(self) -> dict[str, str]:
        """Return bulk, delta or absent by file, as the manifest has it."""
        return {
            one.removeprefix("file."): mode.casefold() for one, mode in self.manifest.items() if one.startswith("file.")
        }

    def has(self, file: str) -> bool:
        """Tell whether a file is there, which one that the manifest promises must be."""
        there = f"{file}.csv".casefold() in self._names
        mode = self.modes().get(file)
        if mode == "bulk" and not there:
            raise MissingMemberError(self.parcel.name, f"{file}.csv", promised=True)
        return there and mode != "absent"

    def others(self) -> list[str]:
        """Return the files that are there and not read."""
        read = {"manifest.csv", *(f"{one}.csv".casefold() for one in FILES)}
        return [name for plain, name in sorted(self._names.items()) if plain not in read]

    def frame(self, file: str, report: ImportReport) -> pl.DataFrame:
        """Return a file's known columns as text; absent ones are blank, rows marked as deleted are left out."""
        must, may = FILES[file]
        schema = dict.fromkeys((*must, *may), pl.String())
        if not self.has(file):
            return pl.DataFrame(schema=schema)
        member = f"{file}.csv"
        rows = _rows(self._read(member), member)
        places = _places(next(rows, []), schema, must, member)
        frame, odd = _text(rows, [places.get(name) for name in schema], schema)
        report.skip(odd, f"rows of {member} that are too short")
        return _living(frame, member, report)

    def _read(self, member: str) -> str:
        try:
            return decode(self.parcel.read(self._names[member.casefold()])).text
        except StoppedError as stopped:
            raise UnreadableTextError(member, stopped.problem.message) from stopped


def _properties(rows: Iterator[list[str]]) -> dict[str, str]:
    return {row[0].strip(): row[1].strip() for row in rows if len(row) > 1}


def _rows(text: str, member: str) -> Iterator[list[str]]:
    reader = csv.reader(io.StringIO(text, newline=""))
    try:
        yield from reader
    except csv.Error as error:
        raise NotACsvError(member, reader.line_num) from error


def _places(header: list[str], schema: dict[str, pl.String], must: tuple[str, ...], member: str) -> dict[str, int]:
    found = {cell.strip().casefold(): position for position, cell in enumerate(header)}
    places = {name: found[name.casefold()] for name in schema if name.casefold() in found}
    if missing := [name for name in must if name not in places]:
        raise MissingColumnsError(member, missing)
    return places


def _text(
    rows: Iterator[list[str]], places: list[int | None], schema: dict[str, pl.String]
) -> tuple[pl.DataFrame, int]:
    """Return the cells as text, read a slice at a time to save memory, and how many rows were too short."""
    width = max(place for place in places if place is not None) + 1
    odd = 0
    slices = [pl.DataFrame(schema=schema)]
    while batch := list(islice(rows, _BATCH)):
        whole = [row for row in batch if len(row) >= width]
        odd += sum(any(row) for row in batch if len(row) < width)
        cells = [tuple(None if place is None else row[place].strip() or None for place in places) for row in whole]
        slices.append(pl.DataFrame(cells, schema=schema, orient="row"))
    return pl.concat(slices), odd


def _living(frame: pl.DataFrame, member: str, report: ImportReport) -> pl.DataFrame:
    deleted = (pl.col("status").str.to_lowercase() == "tobedeleted").fill_null(False)
    kept = frame.filter(~deleted)
    report.skip(frame.height - kept.height, f"rows of {member} marked as to be deleted")
    return kept
