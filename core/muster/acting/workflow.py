"""How the collections of a place stand: the declared steps, each told by the core or by a plugin."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from muster.acting.failures import UnknownStepWordError
from muster.acting.looking import Looking
from muster.acting.places import scope_for
from muster.acting.standings import TELLERS, Stance
from muster.model.certifying import Step
from muster.model.workflow import CollectionStatus, Standing, StepShown

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from muster.model.actors import Actor
    from muster.model.collections import Collection
    from muster.model.places import Place
    from muster.model.screens import Look
    from muster.model.workflow import StepStatus
    from muster.plugins import Plugins
    from muster.store import Store

    Words = Mapping[str, Callable[[Look, Collection], Standing]]


def status(
    store: Store, plugins: Plugins, actor: Actor, place: Place, words: Words | None = None
) -> tuple[CollectionStatus, ...]:
    """Return how each collection of the place's year stands, in the order in which the state declares them.

    ``words`` tell ``done_when`` words in place of the core: what rooms above this one know better.
    """
    with store.reading() as connection:
        scope = scope_for(connection, store, plugins, actor, place, "view")
        look = Looking(connection, scope)
        known = _plugin_words(plugins, place.state)
        known |= {word: partial(_told_by_core, Stance(connection, scope), word) for word in TELLERS}
        known |= words or {}
        return tuple(_status(look, one, known) for one in scope.state.collections if place.year in one.years)


def steps_of(collection: Collection) -> tuple[Step, ...]:
    """Return the steps that a collection declares, or those that follow from what it is."""
    if collection.steps:
        return collection.steps
    steps = [Step(id="records", title=collection.title, done_when="has records")]
    if any(layout.medium != "form" for layout in collection.layouts):
        steps.append(Step(id="rejected", title="Rejected rows", done_when="no rejected rows"))
    if collection.certifiers is not None:
        steps.append(Step(id="certified", title=collection.certifiers.verb, done_when="certified"))
    return tuple(steps)


def _plugin_words(plugins: Plugins, state: str) -> dict[str, Callable[[Look, Collection], Standing]]:
    return {word: tell for answer in plugins.manager.hook.workflow(state=state) for word, tell in answer.items()}


def _told_by_core(stance: Stance, word: str, look: Look, collection: Collection) -> Standing:
    del look
    return TELLERS[word](stance, collection)


def _status(look: Look, collection: Collection, words: Words) -> CollectionStatus:
    steps = steps_of(collection)
    for step in steps:
        if step.done_when not in words:
            raise UnknownStepWordError(collection.address, step.id, step.done_when, sorted(words))
    standings = [words[step.done_when](look, collection) for step in steps]
    return CollectionStatus(collection.id, collection.title, _in_turn(steps, standings))


def _in_turn(steps: Sequence[Step], standings: Sequence[Standing]) -> tuple[StepShown, ...]:
    """Return the steps: the first that is not done is the next one, and those after it are not yet to be done."""
    shown: list[StepShown] = []
    for step, standing in zip(steps, standings, strict=True):
        open_before = any(one.status != "done" for one in shown)
        turn: StepStatus = "not yet" if open_before else "waiting" if standing.waiting else "next"
        status: StepStatus = "done" if standing.done else turn
        way_on = standing.next if status == "next" else None
        shown.append(StepShown(step.id, step.title, status, standing.reason, way_on, step.help))
    return tuple(shown)
