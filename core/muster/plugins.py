"""Finds the plugins, loads them, and keeps a row for each: a broken one is a row with the reason."""

from __future__ import annotations

from dataclasses import dataclass, field
from importlib.metadata import EntryPoint, entry_points
from typing import TYPE_CHECKING, cast

import pluggy

from muster import hookspecs
from muster.errors import MusterError, StateNotLoadedError, UnknownCollectionError, UnknownStateError
from muster.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterable

    from muster.model.collections import Collection
    from muster.model.rules import Rule
    from muster.model.states import State

GROUP = "muster.states"
hookimpl = pluggy.HookimplMarker("muster")


@dataclass(frozen=True, slots=True)
class PluginRow:
    """One line of ``muster states``: who brings what, or why it could not be loaded."""

    name: str
    distribution: str
    version: str
    states: tuple[State, ...] = ()
    hooks: tuple[str, ...] = ()
    problem: str = ""


@dataclass(frozen=True)
class Plugins:
    """The loaded plugins: the manager that asks their hooks, and a row for each plugin found."""

    manager: pluggy.PluginManager
    rows: tuple[PluginRow, ...] = field(default=())

    @property
    def states(self) -> dict[str, State]:
        """Return the states by id."""
        return {state.id: state for row in self.rows for state in row.states}

    def state(self, state_id: str) -> State:
        """Return one state; UnknownStateError or StateNotLoadedError when no plugin brings it."""
        states = self.states
        if state_id not in states:
            broken = next((row.problem for row in self.rows if row.name == state_id and row.problem), "")
            if broken:
                raise StateNotLoadedError(state_id, broken)
            raise UnknownStateError(state_id, sorted(states))
        return states[state_id]

    def collection(self, address: str) -> tuple[State, Collection]:
        """Return state and collection of an address such as ``mt/cte-eoy``."""
        state_id, _, collection_id = address.partition("/")
        known = sorted(one.address for state in self.states.values() for one in state.collections)
        if not collection_id:
            raise UnknownCollectionError(address, known)
        state = self.state(state_id)
        try:
            return state, state.collection(collection_id)
        except KeyError:
            raise UnknownCollectionError(address, known) from None

    def pack_rules(self, collection: Collection, year: int) -> tuple[Rule, ...]:
        """Return the rules that other plugins add to a collection."""
        answers = self.manager.hook.rules(state=collection.state, collection=collection.id, year=year)
        return tuple(rule for answer in answers for rule in answer)


def load_plugins(*, disabled: Iterable[str] | None = None, found: Iterable[EntryPoint] | None = None) -> Plugins:
    """Load every plugin of the entry point group; what fails becomes a row with the reason, and the rest goes on.

    ``disabled`` names plugins that are left out; without it, those that MUSTER_DISABLED_PLUGINS names.
    """
    manager = pluggy.PluginManager("muster")
    manager.add_hookspecs(hookspecs)
    points = sorted(entry_points(group=GROUP) if found is None else found, key=lambda one: one.name)
    for name in Settings().disabled if disabled is None else disabled:
        manager.set_blocked(name)
    rows: list[PluginRow] = []
    for point in points:
        if not manager.is_blocked(point.name):
            taken = {state.id for row in rows for state in row.states}
            rows.append(_load(manager, point, taken))
    return Plugins(manager, tuple(rows))


def _load(manager: pluggy.PluginManager, point: EntryPoint, taken: set[str]) -> PluginRow:
    distribution = point.dist.name if point.dist else ""
    version = point.dist.version if point.dist else ""
    try:
        plugin = point.load()
        manager.register(plugin, name=point.name)
        manager.check_pending()
        states = _states(manager, plugin)
        _refuse_twice(states, taken)
    except Exception as error:  # noqa: BLE001 - a stranger's plugin may raise anything; its row says what
        if manager.has_plugin(point.name):
            manager.unregister(name=point.name)
        return PluginRow(point.name, distribution, version, problem=_reason(error))
    hooks = tuple(sorted(caller.name for caller in manager.get_hookcallers(plugin) or ()))
    return PluginRow(point.name, distribution, version, states, hooks)


class StateTwiceError(MusterError):
    """Two plugins bring the same state."""

    def __init__(self, state: str) -> None:
        super().__init__(f'Another plugin already brings the state "{state}"; disable one of the two.')


def _refuse_twice(states: Iterable[State], taken: set[str]) -> None:
    for state in states:
        if state.id in taken:
            raise StateTwiceError(state.id)


def _states(manager: pluggy.PluginManager, plugin: object) -> tuple[State, ...]:
    found: list[State] = []
    for impl in manager.hook.states.get_hookimpls():
        if impl.plugin is plugin:
            found.extend(cast("Iterable[State]", impl.function()))
    return tuple(found)


def _reason(error: Exception) -> str:
    return str(error) if isinstance(error, MusterError) else f"{type(error).__name__}: {error}"
