"""The state as a plugin: the hook answers, nothing else."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from muster.declarations import load_state
from muster.plugins import hookimpl

if TYPE_CHECKING:
    from muster.model.states import State


@hookimpl
def states() -> list[State]:
    """Bring Arizona."""
    return [load_state(Path(__file__).parent)]
