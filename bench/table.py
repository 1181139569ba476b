"""The published table: every line has a figure, what it is compared with, and whether the bound holds."""

from __future__ import annotations

import os
import platform
import sys
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

LIBRARIES = (
    "polars", "fastexcel", "sqlalchemy", "psycopg", "pydantic", "xlsxwriter", "click", "frictionless", "pandera",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the table; ``holds`` is None where nothing is promised."""

    what: str
    figure: str
    ratio: str = ""
    bound: str = ""
    holds: bool | None = None


def at_most(what: str, figure: str, value: float, bound: float, unit: str) -> Line:
    """Return a line whose value may not be greater than its bound."""
    return Line(what, figure, f"{value:.2f}{unit}", f"at most {bound:g}{unit}", value <= bound)


def at_least(what: str, figure: str, value: float, bound: float, unit: str) -> Line:
    """Return a line whose value should be as great as its aim."""
    return Line(what, figure, f"{value:.2f}{unit}", f"aim {bound:g}{unit}", value >= bound)


def page(lines: Iterable[Line], rounds: int, command: str, notes: Sequence[str]) -> str:
    """Return the page with the table and what is needed to read it."""
    return "\n".join(
        [
            "# Speed and memory",
            "",
            f"Printed by `{command}`: the minimum of {rounds} interleaved rounds, each measurement in its own process.",
            "Seconds move with the machine and with its other work; ratios are between figures of the same rounds.",
            "",
            *_markdown(lines),
            "",
            *(f"- {note}" for note in notes),
            f"- Machine: {_machine()}.",
            f"- Libraries: {_libraries()}.",
            "",
        ]
    )


def _markdown(lines: Iterable[Line]) -> list[str]:
    words = {True: "holds", False: "**does not hold**", None: ""}
    rows = [(one.what, one.figure, one.ratio, one.bound, words[one.holds]) for one in lines]
    header = ("Measured", "Figure", "Ratio", "Bound", "")
    return [_row(header), _row(("---",) * len(header)), *(_row(row) for row in rows)]


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _machine() -> str:
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    python = f"{platform.python_implementation()} {platform.python_version()}"
    return f"{cores} cores, {platform.machine()}, {sys.platform}, {python}"


def _libraries() -> str:
    found = []
    for name in LIBRARIES:
        try:
            found.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            continue
    return ", ".join(found)
