"""Organizations: the tree that scopes are measured by."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sqlalchemy import select

from muster.store.references import loaded_table

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from sqlalchemy import Connection

    from muster.model.states import State

_TABLE = "organizations"
_ROOTS = ("agency", "region", "district", "college")
"""Kinds that stand alone where their parent is blank; a school's blank parent is one that nobody has told yet."""


@dataclass(frozen=True, slots=True)
class Tree:
    """Which organization stands above which; an organization that is not in it stands alone."""

    parents: Mapping[str, str] = field(default_factory=dict)

    def covers(self, upper: str, organization: str) -> bool:
        """Tell whether an organization is another one or stands above it."""
        return upper == organization or upper in self.above(organization)

    def above(self, organization: str) -> tuple[str, ...]:
        """Return the organizations above one, the nearest first."""
        found: list[str] = []
        parent = self.parents.get(organization)
        while parent is not None and parent != organization and parent not in found:
            found.append(parent)
            parent = self.parents.get(parent)
        return tuple(found)

    def below(self, organization: str) -> frozenset[str]:
        """Return an organization with all that stand below it."""
        return frozenset({organization, *(one for one in self.parents if self.covers(organization, one))})


@dataclass(frozen=True, slots=True)
class Claim:
    """What one load says about an organization's place: above it stands ``parent``, or (None) nobody.

    ``owner`` None was loaded for everybody.
    """

    owner: str | None
    organization: str
    parent: str | None


def tree_of(connection: Connection, state: State) -> Tree:
    """Return the tree of a state's organizations as loaded so far."""
    declared = [table for table in state.tables if table.name == _TABLE and table.origin == "loaded"]
    if not declared:
        return Tree()
    own = loaded_table(state.id, declared[0]).table.c
    query = select(own["_organization"], own["organization_id"], own["parent_id"], own["kind"]).order_by(own["_load"])
    return grown([Claim(*row[:3]) for row in connection.execute(query) if row[2] is not None or row[3] in _ROOTS])


def grown(claims: Sequence[Claim]) -> Tree:
    """Return the tree that stands when everybody speaks only for himself and for those below him.

    Districts load organizations too, and the tree decides who sees whose data: so what was loaded for everybody
    counts first, then what an organization says of itself, then what it says of those below it, unless another says
    otherwise: of two who claim the same school, neither gets it. Who loads, or has others below it by such a word, is
    placed by nobody else.
    """
    all_say = {one.organization: one.parent for one in claims if one.owner is None}
    own = {one.organization: one.parent for one in claims if one.owner == one.organization}
    settled = {**own, **all_say}
    unplaced = {one.owner for one in claims} | set(settled.values())
    rest = [one for one in claims if one.owner not in {None, one.organization} and one.organization not in unplaced]
    placed = {**_undisputed(rest, settled), **settled}
    return Tree({one: parent for one, parent in placed.items() if parent is not None})


def _undisputed(claims: Sequence[Claim], settled: Mapping[str, str | None]) -> dict[str, str | None]:
    said: defaultdict[str, set[str | None]] = defaultdict(set)
    for one in _within(claims, settled):
        said[one.organization].add(one.parent)
    return {organization: parents.pop() for organization, parents in said.items() if len(parents) == 1}


def _within(claims: Sequence[Claim], settled: Mapping[str, str | None]) -> Iterator[Claim]:
    """Yield the claims whose organization stands below the one that loaded them, by its own rows and the settled."""
    by_owner: defaultdict[str, dict[str, str | None]] = defaultdict(dict)
    for one in claims:
        by_owner[one.owner or ""][one.organization] = one.parent
    for owner, rows in by_owner.items():
        tree = Tree({one: parent for one, parent in {**rows, **settled}.items() if parent is not None})
        yield from (one for one in claims if one.owner == owner and tree.covers(owner, one.organization))
