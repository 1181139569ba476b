"""Who asks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from muster.model.permissions import Permission


@dataclass(frozen=True, slots=True)
class Grant:
    """What one of an actor's roles allows: where (None: the whole state, all below an organization), which year."""

    state: str
    role: str
    permissions: frozenset[Permission]
    organization: str | None = None
    year: int | None = None


@dataclass(frozen=True, slots=True)
class Actor:
    """The person (or system) on whose behalf a facade call is made; the name goes into history, batches and audit.

    ``everything`` is the operating-system user of an embedded database without people, who has all rights.
    ``grants`` are those that hold today; ``person`` is the number of the account.
    """

    name: str
    everything: bool = False
    person: int | None = None
    grants: tuple[Grant, ...] = ()


def local_actor(name: str) -> Actor:
    """Return an operating-system user with all rights, as an embedded database has one."""
    return Actor(name=name, everything=True)
