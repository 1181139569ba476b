"""Signing: one person's act, with the password, over the data as they are; and certifying when all have signed.

Everything happens in one transaction that holds the submission and its records: an upload comes before it, and is
part of what is signed, or after it.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from muster.access import audit, people
from muster.access.checks import allowed, require, require_person
from muster.certifying.cases import Wanted, locked_case
from muster.certifying.certifications import (
    add_override,
    add_signature,
    lapse_signature,
    latest_certification,
    overrides_of,
    signatures_of,
)
from muster.certifying.certifiers import missing, required, the_signer
from muster.certifying.gates import ask_all, refusing
from muster.certifying.keys import current_key
from muster.certifying.refusals import (
    AssignerMayNotSignError,
    CertifiedAlreadyError,
    DataChangedError,
    GatesRefusedError,
    NeedsReopeningError,
    NotOverridableError,
    NotYourTurnError,
    ReasonNeededError,
    SignedAlreadyError,
    SignInAgainError,
)
from muster.certifying.sealing import certify

if TYPE_CHECKING:
    from collections.abc import Mapping

    from muster.certifying.cases import Case, SigningDesk
    from muster.certifying.certifications import Certification, SignatureRow
    from muster.certifying.certifiers import Certifier
    from muster.certifying.keys import SealingKey
    from muster.model.actors import Actor
    from muster.model.gates import GateAnswer
    from muster.model.submissions import SubmissionKey

LAPSED = "The data changed after {} signed."
FRESH = timedelta(minutes=5)
"""How long ago somebody without a password here may have signed in to sign with it."""


@dataclass(frozen=True, slots=True)
class Intent:
    """What a signer gives: the password, reasons for gates to be passed, and the digest of the data looked at.

    With ``looked_at`` None, whatever the data are now is signed. Who signs in elsewhere (OIDC) has no ``password``
    here: ``signed_in_at`` is then when the person last did.
    """

    password: str | None = field(repr=False)
    overrides: Mapping[str, str] = field(default_factory=dict)
    looked_at: str | None = None
    signed_in_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class SigningResult:
    """What became of a signature.

    ``lapsed`` are earlier signatures that it made lapse, ``missing`` names who has still to sign; ``certification`` is
    the certified copy where all have, and ``receipt`` its receipt.
    """

    signature: SignatureRow
    lapsed: tuple[SignatureRow, ...]
    missing: tuple[str, ...]
    certification: Certification | None = None
    receipt: bytes | None = None


def sign(desk: SigningDesk, actor: Actor, key: SubmissionKey, intent: Intent) -> SigningResult:
    """Sign a submission as it is now; when everybody required has signed the same data, it is certified."""
    person = require_person(actor)
    sealing = current_key(desk.keys)
    _require_presence(desk, actor, intent, desk.store.clock.now())
    with locked_case(desk, key) as case:
        signer = _may_sign(case, actor, person)
        _refuse_certified(case)
        if intent.looked_at not in (None, case.digest):
            raise DataChangedError(case.address)
        lapsed = lapse_changed(case, actor)
        _refuse_turn(case, signer)
        _pass_gates(case, actor, intent.overrides)
        _add(case, actor, signer)
        return _result(case, actor, lapsed, sealing)


def _require_presence(desk: SigningDesk, actor: Actor, intent: Intent, now: datetime) -> None:
    """Refuse who neither gives the password nor has just signed in elsewhere; the account must be active."""
    person = require_person(actor)
    with desk.store.reading() as connection:
        if intent.password is not None:
            people.check_password(connection, person, intent.password)
            return
        active = people.person_of(connection, person).active
    fresh = intent.signed_in_at is not None and timedelta() <= now - intent.signed_in_at <= FRESH
    if not fresh or not active:
        raise SignInAgainError(FRESH)


def lapse_changed(case: Case, actor: Actor) -> tuple[SignatureRow, ...]:
    """Let the signatures over other data than those of now lapse; return them, with the reason."""
    old = [one for one in standing_signatures(case) if one.data_digest != case.digest]
    if not old:
        return ()
    for one in old:
        lapse_signature(case.connection, one.id, case.now, LAPSED.format(one.name))
    note(case, actor, "lapsed signatures", {"signatures": [one.id for one in old], "data": case.digest})
    numbers = {one.id for one in old}
    found = signatures_of(case.connection, case.row.id, case.revision)
    return tuple(one for one in found if one.id in numbers)


def standing_signatures(case: Case) -> tuple[SignatureRow, ...]:
    """Return the signatures of the next revision that have not lapsed."""
    found = signatures_of(case.connection, case.row.id, case.revision)
    return tuple(one for one in found if one.lapsed_at is None)


def shown_signatures(case: Case) -> tuple[SignatureRow, ...]:
    """Return every signature; those of the next revision as they count now: over other data they have lapsed."""
    found = signatures_of(case.connection, case.row.id)
    return tuple(
        replace(one, lapsed_at=case.now, lapse_reason=LAPSED.format(one.name))
        if one.lapsed_at is None and one.revision == case.revision and one.data_digest != case.digest
        else one
        for one in found
    )


def still_missing(case: Case) -> tuple[Certifier, ...]:
    """Return who has still to sign the data as they are."""
    signed = {one.person for one in standing_signatures(case) if one.data_digest == case.digest}
    return missing(case.desk.certifiers, case.listed, signed)


def note(case: Case, actor: Actor, act: str, detail: Mapping[str, object]) -> audit.AuditHead:
    """Add to the audit of the submission's organization."""
    key = case.row.key
    return audit.note(
        case.connection,
        state=key.state,
        organization=key.organization,
        actor=actor,
        act=act,
        subject=case.address,
        detail=detail,
        at=case.now,
    )


def _may_sign(case: Case, actor: Actor, person: int) -> Certifier:
    key = case.row.key
    require(actor, "certify", state=key.state, organization=key.organization, year=key.year, tree=case.tree)
    if not case.desk.certifiers.assigners_may_sign and _assigns(case, actor):
        raise AssignerMayNotSignError(actor.name, case.desk.collection.title)
    if not required(case.listed):
        raise GatesRefusedError(case.address, refusing(ask_all(case)))
    return the_signer(case.listed, case.desk.membership(key.organization), person, actor.name)


def _assigns(case: Case, actor: Actor) -> bool:
    key = case.row.key
    where = {"state": key.state, "organization": key.organization}
    return allowed(actor, "assign certifiers", **where, year=key.year, tree=case.tree)


def _refuse_certified(case: Case) -> None:
    """Refuse to sign again what stands certified: unchanged data, or those that need reopening first."""
    if case.certified is None or case.row.status in ("reopened", "returned"):
        return
    if not case.changed_since:
        raise CertifiedAlreadyError(case.address, case.certified.revision)
    if case.desk.collection.after_signing == "needs reopening":
        raise NeedsReopeningError(case.address, case.certified.revision)


def _refuse_turn(case: Case, signer: Certifier) -> None:
    """Refuse who signed these data already while others have not, and who signs before those that come first.

    Where nobody is missing any more (a required signer was deactivated), signing once more is what certifies.
    """
    left = still_missing(case)
    signed = {one.person for one in standing_signatures(case)}
    if signer.person in signed and left:
        raise SignedAlreadyError(signer.name, [one.name for one in left])
    if case.desk.certifiers.who == "in-order" and left and left[0].person != signer.person:
        raise NotYourTurnError(signer.name, left[0].name)


def _pass_gates(case: Case, actor: Actor, overrides: Mapping[str, str]) -> None:
    """Refuse with every reason, unless those that may be passed are passed with a reason of the signer's."""
    refused = refusing(ask_all(case))
    _refuse_overrides(refused, overrides)
    left = [one for one in refused if one.gate not in overrides]
    if left:
        raise GatesRefusedError(case.address, left)
    for one in refused:
        values = {"gate": one.gate, "refusal": one.reason, "reason": overrides[one.gate].strip()}
        add_override(
            case.connection,
            case.row.id,
            revision=case.revision,
            data_digest=case.digest,
            by=actor.name,
            at=case.now.isoformat(timespec="seconds"),
            **values,
        )
        note(case, actor, "passed a gate", values)


def _refuse_overrides(refused: tuple[GateAnswer, ...], overrides: Mapping[str, str]) -> None:
    may = [one.gate for one in refused if one.overridable]
    for gate, reason in overrides.items():
        if gate in (one.gate for one in refused) and gate not in may:
            raise NotOverridableError(gate, may)
        if not reason.strip():
            raise ReasonNeededError(f'Passing the gate "{gate}"')


def _add(case: Case, actor: Actor, signer: Certifier) -> None:
    declared = case.desk.certifiers
    add_signature(
        case.connection,
        case.row.id,
        revision=case.revision,
        person=signer.person,
        name=signer.name,
        role=f"Primary certifier, {declared.membership}",
        data_digest=case.digest,
        attestation=declared.attestation,
        signed_at=case.now.isoformat(timespec="seconds"),
    )
    overrides = overrides_of(case.connection, case.row.id, case.revision, case.digest)
    detail = {"revision": case.revision, "data": case.digest, "name": signer.name}
    note(case, actor, "signed", {**detail, "attestation": declared.attestation, "passed": [o.gate for o in overrides]})


def _result(case: Case, actor: Actor, lapsed: tuple[SignatureRow, ...], sealing: SealingKey) -> SigningResult:
    signature = standing_signatures(case)[-1]
    left = still_missing(case)
    if left:
        _announce(case, left)
        return SigningResult(signature, lapsed, tuple(one.name for one in left))
    signatures = tuple(one for one in standing_signatures(case) if one.data_digest == case.digest)
    head = note(case, actor, "certified", {"revision": case.revision, "data": case.digest})
    receipt = certify(case, signatures, sealing, head)
    return SigningResult(signature, lapsed, (), latest_certification(case.connection, case.row.id), receipt)


def _announce(case: Case, left: tuple[Certifier, ...]) -> None:
    """Ask those who sign next: everybody who is missing, or the first of them where there is an order."""
    asked = left[:1] if case.desk.certifiers.who == "in-order" else left
    wanted = Wanted(case.address, case.desk.collection.title, case.revision, tuple(one.email for one in asked))
    case.desk.announce(case.connection, wanted, case.now)
