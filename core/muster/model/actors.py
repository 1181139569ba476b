"""Who asks."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Actor:
    """The person (or system) on whose behalf a facade call is made; the name goes into history and batches."""

    name: str
    everything: bool = False


def local_actor(name: str) -> Actor:
    """Return the operating-system user of an embedded database, who has all rights until accounts exist."""
    return Actor(name=name, everything=True)
