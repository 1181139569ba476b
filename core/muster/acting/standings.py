"""What the core itself can tell about a step: has records, no rejected rows, validated, certified, accepted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from muster.collecting.submissions import submissions_in
from muster.model.screens import Link
from muster.model.workflow import Standing
from muster.store.bulk import in_values
from muster.store.certifying_tables import certification
from muster.store.collecting_tables import validation_run
from muster.store.schema import batch, writing

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sqlalchemy import ColumnElement, Connection

    from muster.acting.places import Scope
    from muster.model.collections import Collection
    from muster.model.submissions import SubmissionRow
    from muster.store.record_tables import RecordTable


@dataclass(frozen=True, slots=True)
class Stance:
    """What is asked where: the records and submissions of one place."""

    connection: Connection
    scope: Scope

    def submissions(self, collection: Collection) -> tuple[SubmissionRow, ...]:
        """Return the submissions of a collection by the organizations of the place."""
        below = self.scope.organizations
        whose = None if below is None else sorted(below)
        return submissions_in(self.connection, collection.state, collection.id, self.scope.place.year, whose)

    def number(self, collection: Collection) -> int:
        """Count the stored records of the place."""
        records = self.scope.store.records(collection.address)
        query = select(func.count()).select_from(records.table).where(*self._own(records))
        return int(self.connection.execute(query).scalar_one())

    def last_change(self, collection: Collection) -> str:
        """Return when a record that stands was written last, "" where none stands."""
        records = self.scope.store.records(collection.address)
        last = func.max(func.coalesce(records.table.c["_modified"], records.table.c["_created"]))
        newest = select(last).where(*self._own(records)).scalar_subquery()
        return self.connection.execute(select(writing.c.at).where(writing.c.id == newest)).scalar() or ""

    def _own(self, records: RecordTable) -> tuple[ColumnElement[bool], ...]:
        own = records.table.c
        year = own["_year"] == self.scope.place.year
        below = self.scope.organizations
        return (year,) if below is None else (year, in_values(self.connection, own["_organization"], sorted(below)))


def has_records(stance: Stance, collection: Collection) -> Standing:
    """Records are stored, or it was said that there is nothing to report."""
    number = stance.number(collection)
    if number:
        return Standing(done=True, reason=f"{number:,} {'record' if number == 1 else 'records'}.")
    submissions = stance.submissions(collection)
    if submissions and all(one.nothing_to_report for one in submissions):
        return Standing(done=True, reason="Nothing to report.")
    return Standing(done=False, reason=f"No record of {collection.title} is stored yet.")


def no_rejected_rows(stance: Stance, collection: Collection) -> Standing:
    """The newest file that was stored left no row behind."""
    own, place = batch.c, stance.scope.place
    wanted = [own.state == place.state, own.collection == collection.id, own.year == place.year]
    if stance.scope.organizations is not None:
        wanted.append(in_values(stance.connection, own.organization, sorted(stance.scope.organizations)))
    query = select(own.id, own.rejected).where(*wanted, own.status == "stored").order_by(own.id.desc()).limit(1)
    newest = stance.connection.execute(query).first()
    if newest is None or not newest.rejected:
        return Standing(done=True, reason="No row is left out.")
    rows, were = ("1 row", "was") if newest.rejected == 1 else (f"{newest.rejected:,} rows", "were")
    return Standing(done=False, reason=f"{rows} of batch {newest.id} {were} not added and not sent again.")


def validated(stance: Stance, collection: Collection) -> Standing:
    """Every submission was validated since a record of it was written last."""
    numbers = [one.id for one in stance.submissions(collection)]
    own = validation_run.c
    query = select(func.max(own.at)).where(in_values(stance.connection, own.submission, numbers))
    runs = list(stance.connection.execute(query.group_by(own.submission)).scalars())
    if not numbers or len(runs) < len(numbers):
        return Standing(done=False, reason="The stored records were not validated yet.")
    if min(runs) < stance.last_change(collection):
        return Standing(done=False, reason="Records changed since they were validated.")
    return Standing(done=True, reason="Validated since the last change.")


def certified(stance: Stance, collection: Collection) -> Standing:
    """Every submission is certified and was not reopened since."""
    submissions = stance.submissions(collection)
    left = [one for one in submissions if one.status != "certified"]
    if submissions and not left:
        return Standing(done=True, reason="Certified.")
    verb = collection.certifiers.verb if collection.certifiers else "Certify"
    told = {"reopened": "It was reopened for a correction.", "returned": "The agency returned it for a correction."}
    reason = next((told[one.status] for one in left if one.status in told), "It is not certified yet.")
    link = Link(f"{verb} {collection.title}", sign=collection.id) if collection.certifiers else None
    return Standing(done=False, reason=reason, next=link)


def accepted(stance: Stance, collection: Collection) -> Standing:
    """The agency accepted what was certified."""
    numbers = [one.id for one in stance.submissions(collection)]
    own = certification.c
    standing = (in_values(stance.connection, own.submission, numbers), own.status == "standing")
    query = select(func.count()).where(*standing, own.accepted_at.is_not(None))
    if numbers and stance.connection.execute(query).scalar_one() == len(numbers):
        return Standing(done=True, reason="Accepted.")
    return Standing(done=False, reason=f"{stance.scope.state.agency} has not accepted it yet.", waiting=True)


TELLERS: Mapping[str, Callable[[Stance, Collection], Standing]] = {
    "has records": has_records,
    "no rejected rows": no_rejected_rows,
    "validated": validated,
    "certified": certified,
    "accepted": accepted,
}
"""The ``done_when`` words of the core."""
