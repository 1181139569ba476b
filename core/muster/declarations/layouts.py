"""Layouts: a year is its parent plus its changes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from muster.declarations.toml_files import declare, read_toml
from muster.errors import DeclarationError
from muster.model.layouts import Layout

if TYPE_CHECKING:
    from collections.abc import Iterator

    from muster.declarations.folders import StateFolder

_CHANGES = ("extends", "retire", "change", "column")


def load_layouts(folder: StateFolder, collection: str) -> tuple[Layout, ...]:
    """Read every layout below ``<collection>/layouts``; the file's name is the year, its folder the layout's id."""
    found = folder.files(collection, "layouts/**/*.toml")
    documents: dict[tuple[str, int], dict[str, Any]] = {}
    for name, file in sorted(found.items(), key=lambda one: (Path(one[0]).parent, Path(one[0]).name)):
        document = read_toml(file)
        layout_id = _layout_id(Path(name), document, file, documents)
        documents[layout_id, _year(file)] = _resolved(document, documents, layout_id, file)
    return tuple(_layout(*key, document) for key, document in sorted(documents.items()))


def _layout_id(name: Path, document: dict[str, Any], file: Path, known: dict[tuple[str, int], dict[str, Any]]) -> str:
    """Return the folder's name; for a file right in ``layouts`` its own id, or that of the year it extends."""
    if name.parent.name != "layouts":
        return name.parent.name
    parents = [layout_id for layout_id, year in known if year == document.get("extends")]
    if "id" not in document and not parents:
        raise DeclarationError(file, "id", "is missing", 'Give the layout an id, such as id = "eoy".')
    return str(document.get("id", parents[0] if parents else ""))


def _year(file: Path) -> int:
    if not (file.stem.isascii() and file.stem.isdigit() and len(file.stem) == 4):
        raise DeclarationError(file, "the file's name", "is not a school year", "Name it 2025.toml for 2024-25.")
    return int(file.stem)


def _resolved(
    document: dict[str, Any], known: dict[tuple[str, int], dict[str, Any]], layout_id: str, file: Path
) -> dict[str, Any]:
    plain = {key: value for key, value in document.items() if key not in _CHANGES}
    if "extends" not in document:
        if "retire" in document or "change" in document:
            raise DeclarationError(file, "retire / change", "needs a parent", "Add extends = YEAR.")
        return {"_file": file, **plain, "column": _marked(document.get("column", []), plain)}
    parent = known.get((layout_id, document["extends"]))
    if parent is None:
        remedy = f"Name an earlier year that {layout_id} has."
        raise DeclarationError(file, "extends", f"there is no layout of {document['extends']}", remedy)
    columns = _changed(document, parent["column"], file, plain)
    return {**parent, **plain, "_file": file, "column": columns}


def _changed(
    document: dict[str, Any], parent: list[dict[str, Any]], file: Path, plain: dict[str, Any]
) -> list[dict[str, Any]]:
    columns = [dict(column) for column in parent]
    for name in document.get("retire", []):
        columns.pop(_place(columns, name, file, "retire"))
    for name, change in document.get("change", {}).items():
        columns[_place(columns, name, file, "change")].update(change)
    for column in _marked(document.get("column", []), plain):
        after = column.pop("after", columns[-1]["name"] if columns else "")
        columns.insert(_place(columns, after, file, "after") + 1 if after else 0, column)
    return columns


def _place(columns: list[dict[str, Any]], name: str, file: Path, key: str) -> int:
    names = [column["name"] for column in columns]
    if name not in names:
        raise DeclarationError(file, key, f'there is no column "{name}"', f"The parent has: {', '.join(names)}.")
    return names.index(name)


def _marked(columns: list[dict[str, Any]], layout: dict[str, Any]) -> list[dict[str, Any]]:
    """Give columns without a mark of their own the mark of the layout they stand in."""
    return [{**column, **dict(_mark(layout))} if not dict(_mark(column)) else dict(column) for column in columns]


def _mark(entry: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    return ((key, entry[key]) for key in ("cites", "derived", "placeholder") if entry.get(key))


def _layout(layout_id: str, year: int, document: dict[str, Any]) -> Layout:
    file = document["_file"]
    data = {key: value for key, value in document.items() if key not in ("_file", "column", "header_record")}
    data |= {"id": layout_id, "year": year, "columns": document["column"]}
    if "header_record" in document:
        header = dict(document["header_record"])
        data["header_record"] = {**header, "columns": header.pop("column", [])}
        data["header_record"].pop("column", None)
    layout = declare(Layout, data, file, f"layout {layout_id}")
    for column in layout.columns:
        if column.mark is None:
            remedy = 'Add cites = ["..."] or derived = true, to the column or the layout.'
            raise DeclarationError(file, f"column.{column.name}", "has no source and no mark", remedy)
    return layout
