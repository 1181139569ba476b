"""Whether an actor may do something somewhere: the one place that decides it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from muster.access.refusals import NeedsAccountError, NotAllowedError

if TYPE_CHECKING:
    from muster.access.organizations import Tree
    from muster.model.actors import Actor, Grant
    from muster.model.permissions import Permission


def allowed(
    actor: Actor,
    permission: Permission,
    *,
    state: str,
    organization: str | None = None,
    year: int | None = None,
    tree: Tree,
) -> bool:
    """Tell whether one of the actor's roles allows this for an organization (None: the whole state) and a year.

    A role of one year allows nothing that concerns all years; a role of one organization nothing of the whole state.
    """
    if actor.everything:
        return permission != "certify" or actor.person is not None
    return any(
        permission in grant.permissions and reaches(grant, state=state, organization=organization, year=year, tree=tree)
        for grant in actor.grants
    )


def require(
    actor: Actor,
    permission: Permission,
    *,
    state: str,
    organization: str | None = None,
    year: int | None = None,
    tree: Tree,
) -> None:
    """Refuse with a sentence what none of the actor's roles allows."""
    if allowed(actor, permission, state=state, organization=organization, year=year, tree=tree):
        return
    if actor.everything:
        raise NeedsAccountError(actor.name)
    raise NotAllowedError(actor.name, permission, place(state, organization, year))


def allowed_somewhere(actor: Actor, permission: Permission, *, state: str | None = None) -> bool:
    """Tell whether one of the actor's roles allows this for any organization and year, of one state or of any."""
    if actor.everything:
        return permission != "certify" or actor.person is not None
    return any(permission in grant.permissions and state in (None, grant.state) for grant in actor.grants)


def require_person(actor: Actor) -> int:
    """Return the number of the actor's account; who has none is refused."""
    if actor.person is None:
        raise NeedsAccountError(actor.name)
    return actor.person


def reaches(grant: Grant, *, state: str, organization: str | None, year: int | None, tree: Tree) -> bool:
    """Tell whether a role's place and year hold this organization and year."""
    if grant.state != state or (grant.year is not None and grant.year != year):
        return False
    if grant.organization is None:
        return True
    return organization is not None and tree.covers(grant.organization, organization)


def place(state: str, organization: str | None, year: int | None = None) -> str:
    """Return how a sentence names a place: ``mt/0583 in 2025``, ``all of mt``."""
    where = f"{state}/{organization}" if organization is not None else f"all of {state}"
    return where if year is None else f"{where} in {year}"
