"""What only an upload can ask: is the window open, may this person upload here, was the file here before."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from muster.model.intake import Problem
from muster.store.batches import stored_before

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date

    import polars as pl
    from sqlalchemy import Connection

    from muster.model.actors import Actor
    from muster.model.collections import Collection, Window
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
        *_closed(state, collection, facts),
        *_not_allowed(actor, state, collection, facts, reference.get("organizations")),
        *_seen_before(connection, state, collection, facts, sha256),
    )


def _closed(state: State, collection: Collection, facts: RunFacts) -> Iterator[Problem]:
    """Decide by dates alone; a collection that declares no window is always open."""
    declared = [one for one in collection.windows if one.function == collection.function]
    windows = [one for one in declared if (one.data_year or one.year) == facts.year]
    if not declared or any(one.opens <= facts.file_date <= one.closes for one in windows):
        return
    today = _day(facts.file_date, state)
    if windows:
        spans = " and ".join(_span(one, state) for one in windows)
        message = f"{collection.title} for {facts.year} is closed on {today}: it is open from {spans}."
    else:
        message = f"{collection.title} for {facts.year} is closed on {today}: no window is declared for {facts.year}."
    yield Problem("window", message, f"Upload while it is open, or ask {state.agency} for an extension.")


def _not_allowed(
    actor: Actor, state: State, collection: Collection, facts: RunFacts, organizations: pl.DataFrame | None
) -> Iterator[Problem]:
    whose = facts.organization or state.agency
    if not actor.everything:
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
    when = _day(found.uploaded_at.astimezone(ZoneInfo(state.time_zone)).date(), state)
    named = f'batch {found.id}, "{found.file_name}", by {found.uploaded_by} on {when}'
    message = f"The same file was uploaded before: {named}."
    yield Problem("seen-before", message, "Check that the right file was chosen.")


def _span(window: Window, state: State) -> str:
    return f"{_day(window.opens, state)} to {_day(window.closes, state)}"


def _day(day: date, state: State) -> str:
    return day.strftime("%Y-%m-%d" if state.date_format == "YYYY-MM-DD" else "%m/%d/%Y")
