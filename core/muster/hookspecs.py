"""The hooks a plugin may answer, in the order in which they are called.

A plugin is a module named by an entry point of the group ``muster.states``. Mark each answer with
``muster.plugins.hookimpl``. Declarations are enough for most of a state; hooks add what cannot be declared.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pluggy

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import polars as pl

    from muster.model.findings import Finding
    from muster.model.rules import Rule
    from muster.model.runs import RunFacts
    from muster.model.states import State
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


@hookspec(firstresult=True)
def samples(state: str, collection: str) -> SampleMaker | None:
    """Bring what makes realistic samples of a collection.

    Called by ``muster sample``, with the state's id and the collection's id; the first plugin that answers is taken.
    Import the maker inside the function, so that loading the plugin stays quick.
    """
