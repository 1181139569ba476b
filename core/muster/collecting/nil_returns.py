"""Nil returns: an organization says that it has nothing to report; certifying signs it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from muster.access import audit
from muster.collecting.refusals import CertifiedError, HasRecordsError
from muster.collecting.submissions import lock, records_of, set_submission, submission_of

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from muster.model.actors import Actor
    from muster.model.collections import Collection
    from muster.model.states import State
    from muster.model.submissions import SubmissionKey, SubmissionRow
    from muster.store import Store


def say_nothing_to_report(
    store: Store,
    connection: Connection,
    actor: Actor,
    state: State,
    collection: Collection,
    key: SubmissionKey,
    *,
    nothing: bool = True,
) -> SubmissionRow:
    """Say that there is nothing to report, or take that back; records that come later take it back, too."""
    now = store.clock.now()
    row = lock(connection, submission_of(connection, key, now).id)
    if row.nothing_to_report == nothing:
        return row
    if row.status == "certified" and collection.after_signing == "needs reopening":
        raise CertifiedError(key.address, state.agency)
    records = records_of(store, connection, state, collection, key).height if nothing else 0
    if records:
        raise HasRecordsError(key.address, records)
    changed = set_submission(connection, row.id, nothing_to_report=nothing)
    audit.note(
        connection,
        state=key.state,
        organization=key.organization,
        actor=actor,
        act="said that there is nothing to report" if nothing else "took back that there is nothing to report",
        subject=key.address,
        detail={},
        at=now,
    )
    return changed
