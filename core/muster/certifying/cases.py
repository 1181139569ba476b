"""What is to be signed, as it stands in one transaction: the submission with its records and its certifiers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from muster.access.organizations import tree_of
from muster.certifying.certifications import Certification, latest_certification
from muster.certifying.certifiers import Membership, certifiers_of
from muster.certifying.refusals import NoCertifiersDeclaredError
from muster.collecting.inputs import StoredInputs
from muster.collecting.submissions import find_submission, lock, note_submissions, submission_of
from muster.model.gates import GateAnswer
from muster.model.submissions import SubmissionKey

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from pathlib import Path

    import polars as pl
    from sqlalchemy import Connection

    from muster.access.organizations import Tree
    from muster.certifying.certifiers import Certifier
    from muster.model.certifying import Certifiers
    from muster.model.collections import Collection
    from muster.model.rules import Rule
    from muster.model.states import State
    from muster.model.submissions import SubmissionRow
    from muster.store import Store

HookGates = Callable[["Connection", SubmissionKey], Iterable[GateAnswer]]
"""Asks the gates of plugins about a submission that is to be signed."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Whose signature is wanted next, by e-mail address, under which revision of what."""

    address: str
    title: str
    revision: int
    recipients: tuple[str, ...]


Announce = Callable[["Connection", Wanted, "datetime"], None]
"""Writes the messages that ask for signatures, in the transaction of the signature before."""


def no_messages(_connection: Connection, _wanted: Wanted, _at: datetime) -> None:
    """Tell nobody."""


def no_gates(_connection: Connection, _key: SubmissionKey) -> Iterable[GateAnswer]:
    """Answer where no plugin has gates."""
    return ()


@dataclass(frozen=True, slots=True)
class SigningDesk:
    """Where the submissions of one collection are signed: all that is needed beside the submission itself.

    ``reference`` are the tables that a run over stored records would look up, ``extra_rules`` those of rule packs,
    ``keys`` the folder of sealing keys, ``hook_gates`` asks the gates of plugins, ``announce`` writes
    to those who sign next; ``hook_findings`` tells that plugins
    add checks of their own to a run.
    """

    store: Store
    state: State
    collection: Collection
    keys: Path
    reference: Mapping[str, pl.DataFrame]
    extra_rules: tuple[Rule, ...] = ()
    hook_gates: HookGates = no_gates
    announce: Announce = no_messages
    hook_findings: bool = False

    @property
    def certifiers(self) -> Certifiers:
        """Return who must sign; a collection that nobody signs is refused."""
        if self.collection.certifiers is None:
            raise NoCertifiersDeclaredError(self.collection.title)
        return self.collection.certifiers

    def membership(self, organization: str) -> Membership:
        """Return which list of certifiers counts for an organization."""
        return Membership(self.state.id, self.certifiers.membership, organization)

    @property
    def zone(self) -> ZoneInfo:
        """Return the state's time zone."""
        return ZoneInfo(self.state.time_zone)


@contextmanager
def locked_case(desk: SigningDesk, key: SubmissionKey) -> Iterator[Case]:
    """Give a submission in one transaction in which nobody else writes it or its records."""
    note_case(desk, key)
    with desk.store.writing() as connection:
        row = lock(connection, submission_of(connection, key, desk.store.clock.now()).id)
        yield Case(connection, desk, row, desk.store.clock.now())


def note_case(desk: SigningDesk, key: SubmissionKey) -> None:
    """Note a submission for which nothing ever came, in a transaction of its own: uploads note them as well."""
    with desk.store.reading() as connection:
        known = find_submission(connection, key)
    if known is None:
        with desk.store.writing() as connection:
            note_submissions(connection, [key], desk.store.clock.now())


@dataclass(frozen=True)
class Case:
    """One submission as it stands now, read within one transaction."""

    connection: Connection
    desk: SigningDesk
    row: SubmissionRow
    now: datetime

    @cached_property
    def inputs(self) -> StoredInputs:
        """Return what a run over the stored records would read now."""
        desk = self.desk
        return StoredInputs(
            desk.store,
            self.connection,
            desk.state,
            desk.collection,
            self.row.key,
            desk.reference,
            desk.extra_rules,
            hooks=desk.hook_findings,
        )

    @property
    def frame(self) -> pl.DataFrame:
        """Return the stored records."""
        return self.inputs.records

    @cached_property
    def digest(self) -> str:
        """Return the digest of the data as they are."""
        return self.inputs.data_digest

    @cached_property
    def listed(self) -> tuple[Certifier, ...]:
        """Return the list of certifiers."""
        return certifiers_of(self.connection, self.desk.membership(self.row.key.organization))

    @cached_property
    def tree(self) -> Tree:
        """Return the tree of organizations."""
        return tree_of(self.connection, self.desk.state)

    @cached_property
    def certified(self) -> Certification | None:
        """Return the certified copy that stands."""
        return latest_certification(self.connection, self.row.id)

    @property
    def changed_since(self) -> bool:
        """Tell whether the data are no longer those that were certified."""
        return self.certified is not None and self.certified.data_digest != self.digest

    @property
    def revision(self) -> int:
        """Return the number that the next certified copy will have."""
        return self.certified.revision + 1 if self.certified else 1

    @property
    def address(self) -> str:
        """Return the submission's address."""
        return self.row.key.address
