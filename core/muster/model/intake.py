"""What reading a file yields: text as given, with the row numbers the user sees, and what could not be read."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import polars as pl

    from muster.model.layouts import Layout
    from muster.model.rules import FileCheck

ROW = "_row"
"""Name of the column with the row number that the user sees (Excel's row, the file's line); Int64, from 1."""

Format = Literal["xlsx", "xls", "tsv", "csv", "form", "unknown"]


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with the file as a whole, or with one row's shape, before any value is looked at."""

    check: FileCheck
    message: str
    fix: str
    row: int | None = None
    column: str | None = None
    value: str | None = None


@dataclass(frozen=True, slots=True)
class Intake:
    """A file as read.

    ``frame``: ROW (Int64) and one String column a layout column, in the layout's order, as given (null where
    blank, outer white space removed); blank rows are left out.
    ``error_cells``: ROW (Int64), column (String: layout name), value (String), kind (String: ``error`` or
    ``formula``); in ``frame`` such a cell holds the same text.
    ``odd_rows``: rows whose number of columns is not the layout's, left out of ``frame``: ROW (Int64),
    found (Int64), raw (String).
    ``warnings`` are sentences for the reader that are no findings (extra columns ignored, hidden sheets skipped).
    ``layout`` is None when a problem stopped the reading before one was recognised.
    """

    name: str
    sha256: str
    size: int
    format: Format
    layout: Layout | None
    frame: pl.DataFrame
    error_cells: pl.DataFrame
    odd_rows: pl.DataFrame
    sheet: str | None = None
    header: dict[str, str] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    warnings: tuple[str, ...] = ()

    @property
    def rows(self) -> int:
        """Return how many data rows the file has, rows of a wrong shape included."""
        return self.frame.height + self.odd_rows.height
