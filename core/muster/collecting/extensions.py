"""Extensions: a district asks for a later closing day, the agency decides, and the ledger tells everybody.

An extension changes when a window closes for one organization and for those below it; it touches no record and no
signature.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Literal

from sqlalchemy import insert, select, update

from muster.access import audit
from muster.collecting.days import day_in, shown
from muster.collecting.refusals import (
    ClosingDayMissingError,
    DayPastError,
    ExtensionAskedError,
    ExtensionDecidedError,
    NotLaterError,
    ReasonNotGivenError,
    UnknownExtensionError,
    UnknownWindowError,
)
from muster.store.bulk import in_values
from muster.store.collecting_tables import extension

if TYPE_CHECKING:
    from collections.abc import Collection as Several
    from collections.abc import Sequence

    from sqlalchemy import Connection

    from muster.model.actors import Actor
    from muster.model.collections import Collection, Window
    from muster.model.states import State

Decision = Literal["granted", "refused"]


@dataclass(frozen=True, slots=True)
class Extension:
    """A request for a later closing day, and what became of it (``decision`` None: not decided yet)."""

    id: int
    state: str
    function: str
    data_year: int
    round: int
    organization: str
    reason: str
    asked_by: str
    asked_at: datetime
    asked_until: date
    decision: Decision | None
    decided_by: str | None
    decided_at: datetime | None
    decision_reason: str | None
    closes: date | None


@dataclass(frozen=True, slots=True)
class Wish:
    """What a district asks: until the end of which day which window stays open for which organization, and why."""

    organization: str
    year: int
    round: int
    reason: str
    until: date


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """What everybody may know of a decision: whose window, which day, and the agency's reason; no person."""

    number: int
    organization: str
    function: str
    data_year: int
    round: int
    asked_on: date
    asked_until: date
    decision: Decision
    decided_on: date
    decision_reason: str
    closes: date | None


def windows_of(collection: Collection, year: int) -> tuple[Window, ...]:
    """Return the windows of a collection's function for data of a school year, in the order of their opening."""
    of_year = [
        one for one in collection.windows if one.function == collection.function and (one.data_year or one.year) == year
    ]
    return tuple(sorted(of_year, key=lambda one: (one.opens, one.round)))


def ask(
    connection: Connection, actor: Actor, state: State, collection: Collection, wish: Wish, now: datetime
) -> Extension:
    """Ask for a later closing day of one window for an organization."""
    _require_sense(state, collection, wish, now)
    for one in requests(connection, state.id, organizations=[wish.organization]):
        same = (one.function, one.data_year, one.round) == (collection.function, wish.year, wish.round)
        if same and one.decision is None:
            raise ExtensionAskedError(one.id, wish.organization)
    values = {
        "state": state.id,
        "function": collection.function,
        "data_year": wish.year,
        "round": wish.round,
        "organization": wish.organization,
        "reason": wish.reason.strip(),
        "asked_by": actor.name,
        "asked_at": now.isoformat(timespec="seconds"),
        "asked_until": wish.until.isoformat(),
    }
    number = int(connection.execute(insert(extension).values(values).returning(extension.c.id)).scalar_one())
    asked = request(connection, number)
    _note(connection, actor, asked, "asked for an extension", {"reason": asked.reason, "until": wish.until}, now)
    return asked


def decide(  # noqa: PLR0913 - who decides what, how and when
    connection: Connection,
    actor: Actor,
    state: State,
    collection: Collection,
    number: int,
    *,
    granted: bool,
    reason: str,
    closes: date | None,
    now: datetime,
) -> Extension:
    """Grant an extension until the end of a day (which may be another than the one asked for), or refuse it."""
    asked = request(connection, number, locked=True)
    if asked.decision is not None:
        raise ExtensionDecidedError(number, asked.decision)
    if not reason.strip():
        raise ReasonNotGivenError("A decision about an extension")
    if granted:
        if closes is None:
            raise ClosingDayMissingError(number)
        _require_later(state, _window(collection, asked.data_year, asked.round), closes)
    decision: Decision = "granted" if granted else "refused"
    values = {
        "decision": decision,
        "decided_by": actor.name,
        "decided_at": now.isoformat(timespec="seconds"),
        "decision_reason": reason.strip(),
        "closes": closes.isoformat() if granted and closes else None,
    }
    connection.execute(update(extension).where(extension.c.id == number).values(values))
    _note(connection, actor, asked, f"{decision} an extension", {"reason": reason, "closes": values["closes"]}, now)
    return request(connection, number)


def request(connection: Connection, number: int, *, locked: bool = False) -> Extension:
    """Return one request by its number; ``locked`` lets nobody else decide it meanwhile."""
    query = select(extension).where(extension.c.id == number)
    found = connection.execute(query.with_for_update() if locked else query).mappings().first()
    if found is None:
        raise UnknownExtensionError(number)
    return _extension(dict(found))


def requests(
    connection: Connection, state: str, *, organizations: Sequence[str] | None = None
) -> tuple[Extension, ...]:
    """Return the requests of a state, the newest first: of all organizations, or of some."""
    wanted = [extension.c.state == state]
    if organizations is not None:
        wanted.append(in_values(connection, extension.c.organization, organizations))
    query = select(extension).where(*wanted).order_by(extension.c.id.desc())
    return tuple(_extension(dict(one)) for one in connection.execute(query).mappings())


def granted_to(
    connection: Connection, collection: Collection, year: int, organizations: Several[str]
) -> dict[int, Extension]:
    """Return by round the extension with the latest closing day that holds for one of these organizations."""
    found: dict[int, Extension] = {}
    for one in requests(connection, collection.state, organizations=sorted(organizations)):
        if one.closes is None or (one.function, one.data_year) != (collection.function, year):
            continue
        known = found.get(one.round)
        if known is None or known.closes is None or known.closes < one.closes:
            found[one.round] = one
    return found


def ledger(connection: Connection, state: State) -> tuple[LedgerLine, ...]:
    """Return every decision, the newest first, as anybody may read it: without persons, and without their words."""
    return tuple(
        LedgerLine(
            number=one.id,
            organization=one.organization,
            function=one.function,
            data_year=one.data_year,
            round=one.round,
            asked_on=day_in(state, one.asked_at),
            asked_until=one.asked_until,
            decision=one.decision,
            decided_on=day_in(state, one.decided_at),
            decision_reason=one.decision_reason or "",
            closes=one.closes,
        )
        for one in requests(connection, state.id)
        if one.decision is not None and one.decided_at is not None
    )


def _require_sense(state: State, collection: Collection, wish: Wish, now: datetime) -> None:
    window = _window(collection, wish.year, wish.round)
    if not wish.reason.strip():
        raise ReasonNotGivenError("An extension")
    _require_later(state, window, wish.until)
    today = day_in(state, now)
    if wish.until < today:
        raise DayPastError(shown(wish.until, state), shown(today, state))


def _window(collection: Collection, year: int, number: int) -> Window:
    found = {one.round: one for one in windows_of(collection, year)}
    if number not in found:
        raise UnknownWindowError(collection.title, year, number, sorted(found))
    return found[number]


def _require_later(state: State, window: Window, day: date) -> None:
    if day <= window.closes:
        raise NotLaterError(shown(day, state), shown(window.closes, state))


def _note(
    connection: Connection, actor: Actor, asked: Extension, act: str, detail: dict[str, Any], now: datetime
) -> None:
    subject = f"{asked.state}/{asked.function or '-'}/{asked.data_year}/round-{asked.round}/{asked.organization}"
    audit.note(
        connection,
        state=asked.state,
        organization=asked.organization,
        actor=actor,
        act=act,
        subject=subject,
        detail={"extension": asked.id, **detail},
        at=now,
    )


def _extension(found: dict[str, Any]) -> Extension:
    for name in ("asked_at", "decided_at"):
        found[name] = datetime.fromisoformat(found[name]) if found[name] else None
    for name in ("asked_until", "closes"):
        found[name] = date.fromisoformat(found[name]) if found[name] else None
    return Extension(**found)
