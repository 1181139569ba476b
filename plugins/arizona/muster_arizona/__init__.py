"""Arizona as a plugin: the answers to the hooks, nothing else."""

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
    """Bring Arizona."""
    return [load_state(Path(__file__).parent)]


@hookimpl
def samples(state: str, collection: str) -> SampleMaker | None:
    """Make samples of the enrollment and the credential collection."""
    if (state, collection) == ("az", "enrollment"):
        from muster_arizona.enrollment.sample import EnrollmentSamples

        return EnrollmentSamples()
    if (state, collection) == ("az", "credentials"):
        from muster_arizona.credentials.sample import CredentialSamples

        return CredentialSamples()
    return None
