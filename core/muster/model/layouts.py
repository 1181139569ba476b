"""The ordered columns of one file template in one school year."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import StringConstraints

from muster.model.columns import Column
from muster.model.marks import Marked, Slug


class HeaderRecord(Marked):
    """The first line of a delimited file that is a record of its own (Montana's HD).

    ``record_type`` is written; ``also`` are read with a warning. ``columns`` exclude the record type.
    """

    record_type: str
    also: tuple[str, ...] = ()
    columns: tuple[Column, ...]


class Layout(Marked):
    """One template: its id, its year, how the file is made, and its columns in order.

    ``extensions`` are written without the dot. ``medium`` ``form`` means that records are entered by hand and there
    is no file. ``names_row`` tells whether a row of column names stands above the data. ``incomplete`` says what of
    the template is not known.
    """

    id: Slug
    year: int
    title: str
    medium: Literal["workbook", "delimited", "form"]
    extensions: tuple[Annotated[str, StringConstraints(pattern="^[a-z0-9]+$")], ...]
    delimiter: str = "\t"
    names_row: bool = True
    header_record: HeaderRecord | None = None
    sheet: str = "Data"
    template_file: str = ""
    instructions: tuple[str, ...] = ()
    incomplete: str = ""
    columns: tuple[Column, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """Return the column names in order."""
        return tuple(column.name for column in self.columns)

    def column(self, name: str) -> Column:
        """Return one column by name; KeyError when the layout lacks it."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(name)
