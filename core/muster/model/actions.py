"""What people do: an action is a function over a ``Work``, previewed by doing it and rolling it back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from pydantic import BaseModel, ConfigDict

from muster.model.screens import Look

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from muster.model.findings import Finding
    from muster.model.permissions import Permission
    from muster.model.screens import Form


class Input(BaseModel):
    """What an action is told. A field may be a list of sub-rows, themselves models; blanks are left out."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True, str_strip_whitespace=True)


class Work(Look, Protocol):
    """What an action is given: what it may read, and the records it may change, all in one transaction.

    Only records of the place's organization (and those below it) in its school year can be reached. Rows that are
    entered or changed are asked by the same rules as the rows of a file; a row that something stops is a failure
    that names every finding, and nothing is stored.
    """

    @property
    def expected_version(self) -> int | None:
        """Return which version of the record the person had before their eyes; None where that was not told."""

    def seen(self, collection: str, record: int) -> dict[str, Any]:
        """Return one record, if it is still the version that the person saw, and let nobody change it meanwhile."""

    def enter(self, collection: str, rows: Sequence[Mapping[str, Any]], *, layout: str | None = None) -> int:
        """Enter rows as a person filled them in; return how many records were created or changed.

        A row whose key is stored changes that record, or is refused, as the collection says.
        """

    def change(self, collection: str, record: int, values: Mapping[str, Any], *, version: int | None = None) -> None:
        """Change columns of one record, if it is still the version that the person saw.

        Without ``version`` the work's expected version counts.
        """

    def delete(self, collection: str, records: Sequence[int]) -> int:
        """Delete records by their numbers; return how many there were."""


@dataclass(frozen=True, slots=True)
class Changed:
    """What an action changes in one collection."""

    collection: str
    title: str
    created: int = 0
    updated: int = 0
    deleted: int = 0


@dataclass(frozen=True, slots=True)
class Changes:
    """What an action changes, counted by collection in the order in which the state declares them."""

    changes: tuple[Changed, ...]

    @property
    def total(self) -> int:
        """Return how many record changes there are."""
        return sum(one.created + one.updated + one.deleted for one in self.changes)


@dataclass(frozen=True, slots=True)
class Performed:
    """What an action did (or, in a preview, would do).

    ``said`` is its own sentence; ``findings`` are those of the rows entered that stop no row.
    """

    action: str
    preview: bool
    changes: Changes
    said: str = ""
    findings: tuple[Finding, ...] = ()
    audit: int | None = None


@dataclass(frozen=True, slots=True)
class Action:
    """One action: who may do it, what it is told, and what it does.

    ``perform`` may return a sentence that tells what was done. ``verb`` stands on the button. ``fill`` gives the
    form of a record, filled in with what is stored and with its version; without it the form starts empty.
    """

    id: str
    title: str
    perform: Callable[[Work, Any], str | None]
    input: type[BaseModel] = Input
    permission: Permission = "edit"
    help: str = ""
    verb: str = ""
    listed: bool = True
    fill: Callable[[Look, int], Form] | None = None
