"""Reference tables and the catalogs that a state ships for some of them."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING, Any

from muster.declarations.toml_files import declare, read_toml
from muster.errors import DeclarationError
from muster.model.marks import Marked
from muster.model.reference import STANDARD_TABLES, Catalog, ReferenceTable

if TYPE_CHECKING:
    from pathlib import Path

    from muster.declarations.folders import StateFolder

_MARK_COLUMNS = ("cites", "derived", "placeholder")


def load_tables(folder: StateFolder) -> tuple[ReferenceTable, ...]:
    """Read reference.toml; a table with ``standard = true`` begins with the standard columns of its name."""
    found = folder.files("", "reference.toml")
    if not found:
        return ()
    file = found["reference.toml"]
    return tuple(_table(entry, file) for entry in read_toml(file).get("table", []))


def _table(entry: dict[str, Any], file: Path) -> ReferenceTable:
    name = entry.get("name", "?")
    data = {key: value for key, value in entry.items() if key not in ("standard", "column")}
    columns: list[Any] = list(entry.get("column", []))
    if entry.get("standard"):
        if name not in STANDARD_TABLES:
            remedy = f"Standard tables are: {', '.join(STANDARD_TABLES)}."
            raise DeclarationError(file, f"table {name}", "is not a standard table", remedy)
        key, standard = STANDARD_TABLES[name]
        data = {"origin": "loaded", "key": key, "derived": True, **data}
        columns = [*(column.model_dump() for column in standard), *columns]
    return declare(ReferenceTable, {**data, "columns": columns}, file, f"table {name}")


def load_catalogs(folder: StateFolder, tables: tuple[ReferenceTable, ...]) -> tuple[Catalog, ...]:
    """Read catalogs/NAME.csv for every table of origin ``catalog``; an overlay's file replaces the state's."""
    files = folder.files("catalogs", "*.csv")
    known = {f"catalogs/{table.name}.csv": table for table in tables if table.origin == "catalog"}
    for name, file in files.items():
        if name not in known:
            remedy = 'Declare the table in reference.toml with origin = "catalog", or remove the file.'
            raise DeclarationError(file, "the file", "belongs to no catalog table", remedy)
    return tuple(_catalog(files[name], table) for name, table in known.items() if name in files)


def _catalog(file: Path, table: ReferenceTable) -> Catalog:
    with file.open(encoding="utf-8-sig", newline="") as stream:
        reader = csv.DictReader(stream, strict=True)
        names = {column.name for column in table.columns}
        for heading in reader.fieldnames or ():
            if heading not in names and heading not in _MARK_COLUMNS:
                remedy = f"Table {table.name} has: {', '.join(sorted(names))}."
                raise DeclarationError(file, f'column "{heading}"', "is not a column of the table", remedy)
        entries = list(reader)
    rows = tuple({name: entry.get(name) or "" for name in names} for entry in entries)
    marks = tuple(_mark(entry, file, line) for line, entry in enumerate(entries, start=2))
    return Catalog(table=table.name, rows=rows, marks=marks)


def _mark(entry: dict[str, str], file: Path, line: int) -> Marked:
    cites = tuple(one.strip() for one in (entry.get("cites") or "").split(";") if one.strip())
    derived = (entry.get("derived") or "").strip()
    mark = Marked(
        cites=cites,
        derived=derived == "true" or (derived if derived not in ("", "false") else False),
        placeholder=(entry.get("placeholder") or "") == "true",
    )
    if mark.mark is None:
        remedy = "Fill cites, or write true into derived or placeholder."
        raise DeclarationError(file, f"line {line}", "has no source and no mark", remedy)
    return mark
