"""The pages: read the address, ask the facade, render."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, cast

from flask import Blueprint, Response, abort, current_app, render_template, send_file

if TYPE_CHECKING:
    from muster.app import Muster
    from muster.model.actors import Actor
    from muster.model.layouts import Layout

pages = Blueprint("pages", __name__)


def _muster() -> Muster:
    return cast("Muster", current_app.extensions["muster"])


def _actor() -> Actor:
    return cast("Actor", current_app.extensions["actor"])


@pages.get("/")
def states() -> str:
    """Show the states, who brings them, and what could not be loaded."""
    rows = _muster().states(_actor())
    found = [(row, state) for row in rows for state in row.states]
    broken = [row for row in rows if row.problem or not row.states]
    return render_template("states.html", found=found, broken=broken)


@pages.get("/<state>/<collection>")
@pages.get("/<state>/<collection>/<int:year>")
def collection(state: str, collection: str, year: int | None = None) -> str:
    """Show the layouts and the rules of a collection in one school year, the newest where none is given."""
    address = f"{state}/{collection}"
    the_state, found = _muster().collection(_actor(), address)
    year = found.years[-1] if year is None else year
    layouts = _muster().layouts(_actor(), address, year)
    rules = _muster().rules(_actor(), address, year)
    return render_template(
        "collection.html", state=the_state, collection=found, year=year, layouts=layouts, rules=rules
    )


@pages.get("/<state>/<collection>/<int:year>/<layout>/<part>")
def template(state: str, collection: str, year: int, layout: str, part: str) -> Response:
    """Send the empty template of a layout, or the list of columns that stands beside a delimited one."""
    address = f"{state}/{collection}"
    name = template_name(state, collection, _muster().layout(_actor(), address, year, layout))
    with TemporaryDirectory() as folder:
        written = _muster().write_template(_actor(), address, year, layout, Path(folder) / name)
        path = dict(zip(("template", "columns"), written, strict=False)).get(part) or abort(404)
        return send_file(BytesIO(path.read_bytes()), as_attachment=True, download_name=path.name)


def template_name(state: str, collection: str, layout: Layout) -> str:
    """Return the name of a template's file: ``az-enrollment-non-articulated-2021.xlsx``."""
    ending = "xlsx" if layout.medium == "workbook" else layout.extensions[0].lstrip(".")
    return f"{state}-{collection}-{layout.id}-{layout.year}.{ending}"
