"""How a submission stands: its steps, each with a status, the reason, and the next thing to do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from muster.model.screens import Link

StepStatus = Literal["done", "next", "waiting", "not yet"]
"""Next: the one thing to do now. Waiting: someone else must act. Not yet: an earlier step comes first."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What can be told about one step: whether it is done, why (not), and what to do.

    ``waiting`` tells that someone else must act.
    """

    done: bool
    reason: str
    next: Link | None = None
    waiting: bool = False


@dataclass(frozen=True, slots=True)
class StepShown:
    """One step as people see it."""

    id: str
    title: str
    status: StepStatus
    reason: str
    next: Link | None = None
    help: str = ""


@dataclass(frozen=True, slots=True)
class CollectionStatus:
    """The steps of one collection at a place, and whether all of them are done."""

    collection: str
    title: str
    steps: tuple[StepShown, ...]

    @property
    def done(self) -> bool:
        """Tell whether nothing is left to do."""
        return all(step.status == "done" for step in self.steps)

    @property
    def next(self) -> StepShown | None:
        """Return the one step to do now."""
        return next((step for step in self.steps if step.status in ("next", "waiting")), None)
