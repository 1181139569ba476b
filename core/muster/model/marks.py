"""Where a fact comes from: a citation, an inference, or a placeholder."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, StringConstraints

Identifier = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]
Slug = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]*$")]
Mark = Literal["found", "derived", "placeholder"]


class Declaration(BaseModel):
    """Something read from a state's folder: frozen, and strict about keys it does not know."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Marked(Declaration):
    """A declaration that says where it comes from.

    ``cites`` holds addresses such as ``S:1197`` (document key of docs/sources.md, then the line).
    ``derived`` is true when the fact was inferred, or names the part that was (``"severity"``).
    """

    cites: tuple[str, ...] = ()
    derived: bool | str = False
    placeholder: bool = False

    @property
    def mark(self) -> Mark | None:
        """Return found, derived or placeholder; None where neither source nor mark is given."""
        if self.placeholder:
            return "placeholder"
        if self.derived is True or (self.derived and not self.cites):
            return "derived"
        return "found" if self.cites else None
