"""Montana as a plugin: the answers to the hooks, nothing else."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from muster.declarations import load_state
from muster.plugins import hookimpl

if TYPE_CHECKING:
    from collections.abc import Iterable

    from muster.model.states import State
    from muster.testing.samples import SampleMaker


@hookimpl
def states() -> Iterable[State]:
    """Bring Montana."""
    return [load_state(Path(__file__).parent)]


@hookimpl
def samples(state: str, collection: str) -> SampleMaker | None:
    """Make samples of the CTE End of Year collection."""
    if (state, collection) != ("mt", "cte-eoy"):
        return None
    from muster_montana.cte_eoy.sample import CteEoySamples

    return CteEoySamples()
