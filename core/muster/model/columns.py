"""One column of a file template or of a reference table."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

from pydantic import model_validator

from muster.model.marks import Identifier, Marked

ColumnType = Literal["text", "code", "integer", "decimal", "date", "boolean"]
FieldCheck = Literal["required", "recommended", "form", "range", "allowed", "repaired", "error-cell"]
"""What can be wrong with one cell:

- ``required`` / ``recommended``: it is blank;
- ``form``: it cannot be read as the column's type, length, pattern or number of places;
- ``range``: it was read, but lies outside ``minimum`` .. ``maximum``;
- ``allowed``: it is not one of the ``allowed`` values;
- ``repaired``: leading zeros, which a spreadsheet had dropped, were put back;
- ``error-cell``: it holds a spreadsheet error such as #N/A, or a formula without a stored result.
"""


class Column(Marked):
    r"""A named, typed column with the checks that one cell can fail.

    ``code`` is text in which leading zeros matter. ``length`` is exact, ``most`` the greatest number of
    characters. ``pattern`` must match the whole value; write ``[0-9]``, never ``\d``. With ``pad`` a value
    of digits that is shorter than ``length`` is filled with zeros from the left and a ``repaired`` finding is made.
    """

    name: Identifier
    label: str
    also: tuple[str, ...] = ()
    type: ColumnType = "text"
    required: bool = False
    recommended: bool = False
    length: int | None = None
    most: int | None = None
    pattern: str | None = None
    pad: bool = False
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    places: int | None = None
    allowed: tuple[str, ...] = ()
    true: tuple[str, ...] = ("Y",)
    false: tuple[str, ...] = ("N",)
    date_format: Literal["MM/DD/YYYY", "YYYY-MM-DD"] = "MM/DD/YYYY"
    published: str = ""
    comment: str = ""
    stored: bool = True
    private: bool = False

    @model_validator(mode="after")
    def _agree(self) -> Column:
        if self.pad and (self.type != "code" or self.length is None):
            raise ValueError('"pad" needs type = "code" and a "length" to fill up to')
        if self.places is not None and self.type != "decimal":
            raise ValueError('"places" belongs to type = "decimal"')
        if self.allowed and self.type not in ("text", "code"):
            raise ValueError(
                '"allowed" belongs to text and code columns; a boolean lists its words in "true" and "false"'
            )
        return self

    def checks(self) -> frozenset[FieldCheck]:
        """Return the checks this column can fail, so that each can be given a rule id."""
        found: set[FieldCheck] = {"error-cell"}
        if self.required:
            found.add("required")
        if self.recommended:
            found.add("recommended")
        if self.type not in ("text", "code") or self.length or self.most or self.pattern:
            found.add("form")
        if self.minimum is not None or self.maximum is not None:
            found.add("range")
        if self.allowed:
            found.add("allowed")
        if self.pad:
            found.add("repaired")
        return frozenset(found)
