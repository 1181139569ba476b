"""What the facade asks about signing: how a submission stands, signing it, its receipt, its differences."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from muster.access.checks import require
from muster.access.organizations import tree_of
from muster.access.people import person_of
from muster.certifying import differences, signing
from muster.certifying.cases import Case, locked_case, note_case
from muster.certifying.certifications import certification_of, certifications_of, overrides_of
from muster.certifying.certifiers import Certifier, certifiers_of, set_certifier, warnings
from muster.certifying.gates import ask_all, refusing
from muster.certifying.not_sent_again import acknowledge_rows, not_sent_again
from muster.certifying.recertification import requests
from muster.certifying.snapshots import read_snapshot
from muster.collecting.submissions import submission_of
from muster.store.blobs import read_blob

if TYPE_CHECKING:
    from collections.abc import Iterator

    from muster.certifying.cases import SigningDesk
    from muster.certifying.certifications import Certification, OverrideRow, SignatureRow
    from muster.certifying.recertification import Recertification
    from muster.certifying.signing import Intent, SigningResult
    from muster.collecting.sent_again import RowLeft
    from muster.model.actors import Actor
    from muster.model.certifying import CertifierKind
    from muster.model.gates import GateAnswer
    from muster.model.submissions import SubmissionKey, SubmissionRow


@dataclass(frozen=True, slots=True)
class SigningStatus:
    """How a submission stands before its next signature.

    ``digest`` is that of the data as they are, ``revision`` the number of what would be signed; ``signatures`` are
    those of every revision (lapsed ones with their reason), ``missing`` names who has still to sign, ``warnings`` what
    is to be said about the list of certifiers. ``changed`` tells that the data are not those that were certified.
    """

    submission: SubmissionRow
    verb: str
    attestation: str
    rows: int
    digest: str
    revision: int
    gates: tuple[GateAnswer, ...]
    certifiers: tuple[Certifier, ...]
    warnings: tuple[str, ...]
    signatures: tuple[SignatureRow, ...]
    missing: tuple[str, ...]
    overrides: tuple[OverrideRow, ...]
    certifications: tuple[Certification, ...]
    requests: tuple[Recertification, ...]
    changed: bool

    @property
    def ready(self) -> bool:
        """Tell whether no gate refuses."""
        return not refusing(self.gates)


def status(desk: SigningDesk, actor: Actor, key: SubmissionKey) -> SigningStatus:
    """Return gates, signatures and certified copies of a submission."""
    with _reading(desk, actor, key) as case:
        connection, row, declared = case.connection, case.row, desk.certifiers
        return SigningStatus(
            submission=row,
            verb=declared.verb,
            attestation=declared.attestation,
            rows=case.frame.height,
            digest=case.digest,
            revision=case.revision,
            gates=ask_all(case),
            certifiers=case.listed,
            warnings=warnings(declared, case.listed),
            signatures=signing.shown_signatures(case),
            missing=tuple(one.name for one in signing.still_missing(case)),
            overrides=overrides_of(connection, row.id, case.revision, case.digest),
            certifications=certifications_of(connection, row.id),
            requests=requests(connection, row.id),
            changed=case.changed_since,
        )


def sign(desk: SigningDesk, actor: Actor, key: SubmissionKey, intent: Intent) -> SigningResult:
    """Sign a submission; when everybody required has signed the same data, it is certified."""
    return signing.sign(desk, actor, key, intent)


def note_changes(desk: SigningDesk, actor: Actor, key: SubmissionKey) -> tuple[str, ...]:
    """Let signatures lapse that the data no longer bear out, and return the sentences that say so.

    To be called after records changed; whoever signs next would note the same.
    """
    with locked_case(desk, key) as case:
        return tuple(one.lapse_reason or "" for one in signing.lapse_changed(case, actor))


def certifiers(desk: SigningDesk, actor: Actor, organization: str) -> tuple[tuple[Certifier, ...], tuple[str, ...]]:
    """Return the list of certifiers of an organization, and what is to be said about it."""
    with desk.store.reading() as connection:
        tree = tree_of(connection, desk.state)
        require(actor, "view", state=desk.state.id, organization=organization, tree=tree)
        listed = certifiers_of(connection, desk.membership(organization))
    return listed, warnings(desk.certifiers, listed)


def assign(
    desk: SigningDesk,
    actor: Actor,
    organization: str,
    person: int | str,
    *,
    kind: CertifierKind = "primary",
    place: int = 1,
    active: bool = True,
) -> tuple[str, ...]:
    """Put a person on the list of certifiers, or change how the person (number or address) stands there."""
    now = desk.store.clock.now()
    membership = desk.membership(organization)
    with desk.store.writing() as connection:
        tree = tree_of(connection, desk.state)
        require(actor, "assign certifiers", state=desk.state.id, organization=organization, tree=tree)
        number = person_of(connection, person).id
        set_certifier(connection, actor, membership, number, now=now, kind=kind, place=place, active=active)
        return warnings(desk.certifiers, certifiers_of(connection, membership))


def rows_left(desk: SigningDesk, actor: Actor, key: SubmissionKey) -> tuple[RowLeft, ...]:
    """Return the rows of batches that were not added and not sent again."""
    with _reading(desk, actor, key) as case:
        return not_sent_again(case)


def leave_rows(desk: SigningDesk, actor: Actor, key: SubmissionKey, reason: str) -> int:
    """Acknowledge with one reason that the rows not added need not be sent again; return how many."""
    with locked_case(desk, key) as case:
        require(actor, "edit", state=key.state, organization=key.organization, year=key.year, tree=case.tree)
        return acknowledge_rows(case, actor, not_sent_again(case), reason)


def receipt(desk: SigningDesk, actor: Actor, key: SubmissionKey, revision: int | None = None) -> bytes:
    """Return the receipt of a certified revision (None: the one that stands), as it was sealed."""
    with _reading(desk, actor, key) as case:
        found = certification_of(case.connection, case.row, revision)
        return b"".join(read_blob(case.connection, found.receipt))


def snapshot(desk: SigningDesk, actor: Actor, key: SubmissionKey, revision: int | None = None) -> bytes:
    """Return the data of a certified revision as they were signed: canonical TSV, for verifying beside the receipt."""
    with _reading(desk, actor, key) as case:
        found = certification_of(case.connection, case.row, revision)
        return read_snapshot(case.connection, found.snapshot)


def diff(
    desk: SigningDesk, actor: Actor, key: SubmissionKey, before: int | None = None, after: int | None = None
) -> differences.Differences:
    """Compare a certified revision (None: the one that stands) with another, or with the records of now (None)."""
    with _reading(desk, actor, key) as case:
        return differences.diff(case, before, after)


@contextmanager
def _reading(desk: SigningDesk, actor: Actor, key: SubmissionKey) -> Iterator[Case]:
    """Give a submission to an actor who may see it; it is noted first where nothing ever came for it."""
    now = desk.store.clock.now()
    with desk.store.reading() as connection:
        tree = tree_of(connection, desk.state)
        require(actor, "view", state=key.state, organization=key.organization, year=key.year, tree=tree)
    note_case(desk, key)
    with desk.store.reading() as connection:
        yield Case(connection, desk, submission_of(connection, key, now), now)
