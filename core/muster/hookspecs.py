"""The hooks a plugin may answer, in the order in which they are called.

A plugin is a module named by an entry point of the group ``muster.states``. Mark each answer with
``muster.plugins.hookimpl``. Declarations are enough for most of a state; hooks add what cannot be declared.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pluggy

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    import polars as pl

    from muster.model.actions import Action
    from muster.model.calculations import Calculation
    from muster.model.collections import Collection
    from muster.model.events import Event
    from muster.model.findings import Finding
    from muster.model.gates import GateAnswer, GateMoment
    from muster.model.rules import Rule
    from muster.model.runs import RunFacts
    from muster.model.screens import Look, Screen
    from muster.model.states import State
    from muster.model.submissions import SubmissionKey
    from muster.model.workflow import Standing
    from muster.testing.samples import SampleMaker

hookspec = pluggy.HookspecMarker("muster")

# mypy: disable-error-code="empty-body"
# A specification has no body: pluggy asks the plugins.


@hookspec
def states() -> Iterable[State]:
    """Bring the states of this plugin.

    Called once, when plugins are loaded. Most plugins return ``[load_state(Path(__file__).parent)]``.
    """


@hookspec
def rules(state: str, collection: str, year: int) -> Iterable[Rule]:
    """Add rules to a collection, another plugin's included: a rule pack.

    Called before a run, with the state's id, the collection's id and the school year. The ids of a pack begin
    with a prefix of its own; a pack adds rules and never weakens a state's.
    """


@hookspec
def reference_tables(state: str, collection: str, year: int) -> Mapping[str, pl.DataFrame]:
    """Supply reference tables that rules may look up, by name, typed as the state declares them.

    Called in a run, after catalogs and loaded tables were collected; a table given here replaces the one of that name.
    """


@hookspec
def validate(
    facts: RunFacts, state: str, collection: str, records: pl.DataFrame, reference: Mapping[str, pl.DataFrame]
) -> Iterable[Finding]:
    """Make findings that no rule kind can express.

    Called in a run, after the rules, with the typed rows (``_row`` is the row the user sees).
    """


@hookspec
def screens(state: str) -> Iterable[Screen]:
    """Bring the screens of a state: tables, details, forms and counts.

    Called when somebody looks at the state. Declare parameters and a function over a ``Look``; write no pages.
    """


@hookspec
def actions(state: str) -> Iterable[Action]:
    """Bring what people can do in a state beyond uploading and signing.

    Called when somebody works in the state. Declare an input and a function over a ``Work``; the core previews it,
    does it in one transaction, and notes it in the audit.
    """


@hookspec
def workflow(state: str) -> Mapping[str, Callable[[Look, Collection], Standing]]:
    """Tell how steps stand whose ``done_when`` the core does not know: a function for each word.

    Called when a workflow is shown. A word that the core knows keeps its meaning.
    """


@hookspec
def calculations(state: str) -> Iterable[Calculation]:
    """Bring what is computed for a state: pure functions from frames to a frame, with a trace of why.

    Called when a calculation is run or looked up.
    """


@hookspec
def gates(look: Look, submission: SubmissionKey, at: GateMoment) -> Iterable[GateAnswer]:
    """Say every reason why entering, writing or signing may not go on; pass to be shown as passed.

    Called before each of the three, with what the actor may see; each refusal may be overridable with a reason.
    """


@hookspec
def happened(event: Event) -> None:
    """Hear that something happened.

    Called after commit: what fails here changes nothing that was stored.
    """


@hookspec(firstresult=True)
def samples(state: str, collection: str) -> SampleMaker | None:
    """Bring what makes realistic samples of a collection.

    Called by ``muster sample``, with the state's id and the collection's id; the first plugin that answers is taken.
    Import the maker inside the function, so that loading the plugin stays quick.
    """
