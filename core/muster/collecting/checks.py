"""What only an upload can ask: is the window open, may this person upload here, was the file here before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from muster.access.checks import allowed
from muster.access.organizations import tree_of
from muster.collecting.days import day_in, shown
from muster.collecting.windows import window_state
from muster.model.intake import Problem
from muster.store.batches import stored_before

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import polars as pl
    from sqlalchemy import Connection

    from muster.model.actors import Actor
    from muster.model.collections import Collection
    from muster.model.runs import RunFacts
    from muster.model.states import State


def upload_problems(
    connection: Connection,
    actor: Actor,
    state: State,
    collection: Collection,
    facts: RunFacts,
    sha256: str,
    reference: Mapping[str, pl.DataFrame],
) -> tuple[Problem, ...]:
    """Return everything wrong with the act of uploading; the rules decide what each of it stops."""
    return (
        *_closed(connection, state, collection, facts),
        *_not_allowed(connection, actor, state, collection, facts, reference.get("organizations")),
        *_seen_before(connection, state, collection, facts, sha256),
    )


def _closed(connection: Connection, state: State, collection: Collection, facts: RunFacts) -> Iterator[Problem]:
    found = window_state(connection, state, collection, facts.year, facts.organization, facts.file_date)
    if not found.open:
        yield Problem("window", found.message, found.advice)


def _not_allowed(
    connection: Connection,
    actor: Actor,
    state: State,
    collection: Collection,
    facts: RunFacts,
    organizations: pl.DataFrame | None,
) -> Iterator[Problem]:
    whose = facts.organization or state.agency
    tree = tree_of(connection, state)
    if not allowed(actor, "upload", state=state.id, organization=facts.organization, year=facts.year, tree=tree):
        message = f"{actor.name} may not upload {collection.title} for {whose}."
        yield Problem("permission", message, "Ask someone who may, or ask for the right to.")
    if facts.organization is None or organizations is None or organizations.is_empty():
        return
    if facts.organization not in organizations["organization_id"]:
        message = f'{state.name} has no organization "{facts.organization}", so nobody may upload for it.'
        yield Problem("permission", message, "Give the organization's number with --org.")


def _seen_before(
    connection: Connection, state: State, collection: Collection, facts: RunFacts, sha256: str
) -> Iterator[Problem]:
    found = stored_before(connection, collection.address, facts.year, facts.organization, sha256)
    if found is None:
        return
    when = shown(day_in(state, found.uploaded_at), state)
    named = f'batch {found.id}, "{found.file_name}", by {found.uploaded_by} on {when}'
    message = f"The same file was uploaded before: {named}."
    yield Problem("seen-before", message, "Check that the right file was chosen.")
