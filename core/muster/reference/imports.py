"""One door to all imports: what kind, from where, for which state."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from muster.intake.reference_cells import frame_schema
from muster.intake.reference_csv import read_reference_folder
from muster.reference.edfi import read_edfi
from muster.reference.oneroster import read_oneroster
from muster.reference.refusals import NoTablesError, UnknownImportKindError
from muster.reference.reports import ImportReport, ImportResult

if TYPE_CHECKING:
    from pathlib import Path

    from muster.model.reference import ReferenceTable
    from muster.model.states import State

KINDS = ("csv", "oneroster", "ed-fi")


def import_reference(kind: str, path: Path, state: State, organization: str | None = None) -> ImportResult:
    """Read reference data into frames shaped as the state declares its loaded tables; nothing is stored.

    ``kind`` is one of KINDS. Tables the state does not declare are counted as left out. ``organization`` is whose
    data it is: the report says so when the organizations read do not have it.
    """
    tables = {table.name: table for table in state.tables if table.origin == "loaded"}
    if kind == "csv":
        read = _read_csv(path, list(tables.values()))
        if not read.frames and not read.report.problems:
            raise NoTablesError(path.name, state.name, tables)
    elif kind == "oneroster":
        read = read_oneroster(path)
    elif kind == "ed-fi":
        read = read_edfi(path)
    else:
        raise UnknownImportKindError(kind, KINDS)
    result = _declared_only(read, tables, state)
    _say_whose(result, organization)
    return result


def _read_csv(path: Path, tables: list[ReferenceTable]) -> ImportResult:
    folder = read_reference_folder(path, tables)
    report = ImportReport(f"CSV folder {path.name}", notes=list(folder.notes))
    report.taken.update({name: frame.height for name, frame in folder.frames.items()})
    report.missing.extend(
        f"No {table.name}: {table.name}.csv is not there." for table in tables if not _has(path, table)
    )
    report.problems.extend(problem.message for problem in folder.problems)
    return ImportResult(folder.frames, report)


def _has(folder: Path, table: ReferenceTable) -> bool:
    return any(one.name.casefold() == f"{table.name}.csv".casefold() for one in folder.iterdir())


def _declared_only(read: ImportResult, tables: dict[str, ReferenceTable], state: State) -> ImportResult:
    """Keep the tables the state declares, with its own further columns blank."""
    frames = {}
    for name, frame in read.frames.items():
        if name in tables:
            frames[name] = _shaped(frame, tables[name])
        else:
            rows = read.report.taken.pop(name)
            read.report.skip(rows, f"rows of {name}, a table that {state.name} does not use")
    return ImportResult(frames, read.report)


def _shaped(frame: pl.DataFrame, table: ReferenceTable) -> pl.DataFrame:
    return frame.select(
        (pl.col(name) if name in frame.columns else pl.lit(None)).cast(kind).alias(name)
        for name, kind in frame_schema(table).items()
    )


def _say_whose(result: ImportResult, organization: str | None) -> None:
    known = result.frames.get("organizations")
    if organization is None or known is None or organization in known["organization_id"].to_list():
        return
    result.report.notes.append(
        f"Organization {organization} is not among the organizations read; check that this is its data."
    )
