"""The audit: one hash chain per organization, so that no entry is changed, taken out or cut off unseen.

An entry names the act and an address; what was given (with names, where there are any) stands in a side table that
retention may erase. The chain seals a salted digest of it, so that an erased value cannot be guessed from what stays.
Add entries last in a transaction: the newest entry of a chain is locked until the transaction ends.
"""

from __future__ import annotations

import json
import re
import secrets
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, delete, func, insert, select, text, update

from muster.store.access_tables import audit_entry, audit_head, audit_value

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement, Connection, RowMapping, Table

    from muster.model.actors import Actor

ERASED = "erased audit values"
"""The act by which retention says up to which entry values are gone."""
_UPTO = re.compile("to entry ([0-9]+)")
_NEW = text(
    "INSERT INTO audit_head (state, organization, number, digest) VALUES (:state, :organization, 0, '') "
    "ON CONFLICT DO NOTHING"
)
"""Two who begin a chain at once wait for each other here."""
_SEALED = ("state", "organization", "number", "at", "actor", "act", "subject", "value_digest", "previous")


@dataclass(frozen=True, slots=True)
class AuditHead:
    """The newest entry of a chain (number 0 and no digest: the chain is empty), as receipts and seals keep it."""

    number: int
    digest: str


def note(
    connection: Connection,
    *,
    state: str,
    organization: str | None,
    actor: Actor,
    act: str,
    subject: str,
    detail: Mapping[str, Any],
    at: datetime,
) -> AuditHead:
    """Append an entry to the chain of an organization (None: what concerns no single one) and return the new head.

    ``act`` and ``subject`` stay for ever: they never name a student, and persons only by number. ``detail`` may.
    """
    chain = {"state": state, "organization": organization or ""}
    connection.execute(_NEW, chain)
    before = _locked_head(connection, chain)
    salt, values = secrets.token_hex(16), canonical(detail)
    entry: dict[str, Any] = {
        **chain,
        "number": before.number + 1,
        "at": at.isoformat(timespec="seconds"),
        "actor": _named(actor),
        "act": act,
        "subject": subject,
        "value_digest": _value_digest(salt, values),
        "previous": before.digest,
    }
    new = AuditHead(before.number + 1, entry_digest(entry))
    connection.execute(insert(audit_entry).values(**entry, salt=salt, digest=new.digest))
    connection.execute(insert(audit_value).values(**chain, number=new.number, detail=values))
    connection.execute(update(audit_head).where(_of(audit_head, chain)).values(number=new.number, digest=new.digest))
    return new


def head(connection: Connection, state: str, organization: str | None) -> AuditHead:
    """Return the newest entry of a chain."""
    chain = {"state": state, "organization": organization or ""}
    row = connection.execute(select(audit_head.c.number, audit_head.c.digest).where(_of(audit_head, chain))).first()
    return AuditHead(row.number, row.digest) if row else AuditHead(0, "")


def heads(connection: Connection) -> dict[tuple[str, str], AuditHead]:
    """Return the newest entry of every chain by (state, organization), in this order."""
    rows = connection.execute(select(audit_head).order_by(audit_head.c.state, audit_head.c.organization))
    return {(row.state, row.organization): AuditHead(row.number, row.digest) for row in rows}


def erase(
    connection: Connection, *, state: str, organization: str | None, before: datetime, actor: Actor, at: datetime
) -> int:
    """Erase the values of the entries older than a moment, say so in the chain, and return the last one's number."""
    chain = {"state": state, "organization": organization or ""}
    old = and_(_of(audit_entry, chain), audit_entry.c.at < before.isoformat(timespec="seconds"))
    last: int = connection.execute(select(func.max(audit_entry.c.number)).where(old)).scalar_one() or 0
    if not last:
        return 0
    connection.execute(delete(audit_value).where(_of(audit_value, chain), audit_value.c.number <= last))
    upto = and_(_of(audit_entry, chain), audit_entry.c.number <= last)
    connection.execute(update(audit_entry).where(upto).values(salt=""))
    note(
        connection,
        state=state,
        organization=organization,
        actor=actor,
        act=ERASED,
        subject=f"to entry {last}",
        detail={},
        at=at,
    )
    return last


def verify(connection: Connection, state: str, organization: str | None, known: Iterable[AuditHead] = ()) -> list[str]:
    """Return a sentence for everything that is wrong with a chain; none: it is whole.

    ``known`` are heads from elsewhere (a receipt, a sealed file): a chain that was cut off or written anew lacks them.
    """
    chain = {"state": state, "organization": organization or ""}
    entries = _entries(connection, chain)
    found = [AuditHead(0, ""), *(AuditHead(row["number"], row["digest"]) for row in entries)]
    digests = {one.number: one.digest for one in found}
    problems = (
        *_broken_links(entries),
        *_changed_values(entries, _values(connection, chain)),
        *_missing_tails(digests, found[-1], head(connection, state, organization), known),
    )
    return list(dict.fromkeys(problems))


def canonical(detail: Mapping[str, Any]) -> str:
    """Return the one text that stands for these values."""
    return json.dumps(dict(detail), sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=str)


def entry_digest(entry: Mapping[str, Any]) -> str:
    """Return what seals an entry: every column of it but the salt, which erasing takes away."""
    return sha256(canonical({name: entry[name] for name in _SEALED}).encode()).hexdigest()


def _value_digest(salt: str, values: str) -> str:
    return sha256(f"{salt}\n{values}".encode()).hexdigest()


def _named(actor: Actor) -> str:
    """Return the actor's name with the account's number, since two persons may have one name."""
    return actor.name if actor.person is None else f"{actor.name} (person {actor.person})"


def _of(table: Table, chain: Mapping[str, str]) -> ColumnElement[bool]:
    return and_(table.c.state == chain["state"], table.c.organization == chain["organization"])


def _locked_head(connection: Connection, chain: Mapping[str, str]) -> AuditHead:
    query = select(audit_head.c.number, audit_head.c.digest).where(_of(audit_head, chain)).with_for_update()
    row = connection.execute(query).one()
    return AuditHead(row.number, row.digest)


def _entries(connection: Connection, chain: Mapping[str, str]) -> Sequence[RowMapping]:
    query = select(audit_entry).where(_of(audit_entry, chain)).order_by(audit_entry.c.number)
    return connection.execute(query).mappings().all()


def _values(connection: Connection, chain: Mapping[str, str]) -> dict[int, str]:
    query = select(audit_value.c.number, audit_value.c.detail).where(_of(audit_value, chain))
    return {row.number: row.detail for row in connection.execute(query)}


def _broken_links(entries: Sequence[RowMapping]) -> Iterator[str]:
    """Yield a sentence for every entry that was changed, and for every one that is not there."""
    expected, previous = 1, ""
    for row in entries:
        if row["number"] != expected:
            missing = f"{expected}" if row["number"] == expected + 1 else f"{expected} to {row['number'] - 1}"
            yield f"Entry {missing} is missing."
        elif row["previous"] != previous:
            yield f"Entry {row['number']} does not follow the entry before it: one of the two was changed."
        if entry_digest(dict(row)) != row["digest"]:
            yield f"Entry {row['number']} was changed."
        expected, previous = row["number"] + 1, row["digest"]


def _changed_values(entries: Sequence[RowMapping], values: Mapping[int, str]) -> Iterator[str]:
    """Yield a sentence for values that are not those sealed, and for those that are gone without retention's word."""
    said = (_UPTO.fullmatch(row["subject"]) for row in entries if row["act"] == ERASED)
    erased = max((int(match[1]) for match in said if match), default=0)
    for row in entries:
        if row["number"] in values:
            if _value_digest(row["salt"], values[row["number"]]) != row["value_digest"]:
                yield f"The values of entry {row['number']} were changed."
        elif row["number"] > erased:
            yield f"The values of entry {row['number']} are missing, and no retention erased them."


def _missing_tails(
    digests: Mapping[int, str], last: AuditHead, kept: AuditHead, known: Iterable[AuditHead]
) -> Iterator[str]:
    for one in [kept, *known]:
        if one.number > last.number:
            yield f"The end is missing: there was an entry {one.number}, and the last one here is {last.number}."
        elif digests.get(one.number, one.digest) != one.digest:
            yield f"Entry {one.number} is not the one whose seal is known: the chain was written anew."
    if kept.number < last.number:
        yield f"The chain has {last.number} entries, and its head knows only {kept.number}: entries were added by hand."
