"""The files that are measured: made once, by the same machinery as ``muster sample``."""

from __future__ import annotations

import json
from itertools import cycle
from pathlib import Path
from typing import TYPE_CHECKING, Any

from muster.app import Muster
from muster.model.actors import local_actor
from muster.testing.makers import find_maker
from muster.testing.samples import write_sample

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

SPOILED = (
    ("district_number", "58X"),
    ("state_id", "12AB"),
    ("concentrator", "X"),
    ("start_date", "13/45/2024"),
    ("end_year", "1899"),
)
"""Mistakes that every peer can be told to look for; each is one error in one cell."""
EVERY = 100
"""One row in so many is changed or spoiled."""


def sample(address: str, year: int, rows: int, folder: str) -> dict[str, Any]:
    """Write a district without mistakes; return its files by layout, and whose they are."""
    app = Muster()
    _, collection = app.collection(local_actor("bench"), address)
    maker = find_maker(app.plugins, collection)
    write_sample(maker, collection, year=year, rows=rows, errors="none", seed=1, people=None, directory=Path(folder))
    expected = json.loads((Path(folder) / "expected.json").read_text(encoding="utf-8"))
    return {
        "organization": expected["organization"],
        "as_of": expected["as_of"],
        "files": {one["layout"]: one["file"] for one in expected["files"]},
    }


def changed(file: str, target: str) -> dict[str, Any]:
    """Write the file again with another start date in one row of a hundred."""

    def change(number: int, values: list[str], places: dict[str, int]) -> None:
        if number % EVERY == 0:
            place = places["start_date"]
            values[place] = "08/06/2024" if values[place] != "08/06/2024" else "08/05/2024"

    return {"rows": _rewritten(file, target, change)}


def spoiled(file: str, target: str) -> dict[str, Any]:
    """Write the file again with one mistake in one row of a hundred."""
    mistakes = cycle(SPOILED)

    def spoil(number: int, values: list[str], places: dict[str, int]) -> None:
        if number % EVERY == 0:
            column, value = next(mistakes)
            values[places[column]] = value

    return {"rows": _rewritten(file, target, spoil)}


def wrong(file: str, target: str, findings: int) -> dict[str, Any]:
    """Write the file again with the concentrator turned round in the first rows: one finding each."""

    def turn(number: int, values: list[str], places: dict[str, int]) -> None:
        if number <= findings:
            place = places["concentrator"]
            values[place] = "N" if values[place] == "Y" else "Y"

    return {"rows": _rewritten(file, target, turn)}


def _rewritten(file: str, target: str, change: Callable[[int, list[str], dict[str, int]], None]) -> int:
    """Write a file of the Montana layout again, every row through ``change``; the header record stays."""
    places = {name: place for place, name in enumerate(_names())}
    with Path(target).open("w", encoding="utf-8", newline="") as out:
        number = -1
        for number, line in enumerate(_lines(file)):
            values = line.split("\t")
            if number:
                change(number, values, places)
            out.write("\t".join(values) + "\n")
    return number


def _lines(file: str) -> Iterator[str]:
    with Path(file).open(encoding="utf-8", newline="") as lines:
        yield from (line.rstrip("\n") for line in lines)


def _names() -> tuple[str, ...]:
    _, collection = Muster().collection(local_actor("bench"), "mt/cte-eoy")
    return collection.layouts_of(2025)[0].names
