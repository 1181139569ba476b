"""Certifying: the snapshot, the rules and the receipt are kept, and the certified copy stands from now on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from muster.certifying.certifications import add_certification, overrides_of
from muster.certifying.receipts import AuditMark, Override, Receipt, Signer, local, sealed
from muster.certifying.snapshots import keep_ruleset, keep_snapshot
from muster.collecting.submissions import set_submission
from muster.store.blobs import keep_blob

if TYPE_CHECKING:
    from collections.abc import Sequence

    from muster.access.audit import AuditHead
    from muster.certifying.cases import Case
    from muster.certifying.certifications import SignatureRow
    from muster.certifying.keys import SealingKey
    from muster.certifying.snapshots import Snapshot


def certify(case: Case, signatures: Sequence[SignatureRow], key: SealingKey, head: AuditHead) -> bytes:
    """Keep the certified copy of a submission, and return its receipt."""
    desk, revision = case.desk, case.revision
    snapshot = keep_snapshot(case.connection, case.frame, desk.collection)
    ruleset = keep_ruleset(case.connection, desk.collection, case.row.key.year, desk.extra_rules)
    receipt = sealed(_receipt(case, snapshot, ruleset, signatures, key.public.id, head), key)
    add_certification(
        case.connection,
        case.row.id,
        revision=revision,
        data_digest=case.digest,
        snapshot=snapshot.sha256,
        ruleset=ruleset,
        receipt=keep_blob(case.connection, receipt).sha256,
        rows=case.frame.height,
        certified_at=case.now.isoformat(timespec="seconds"),
    )
    set_submission(case.connection, case.row.id, status="certified", revision=revision)
    return receipt


def _receipt(
    case: Case, snapshot: Snapshot, ruleset: str, signatures: Sequence[SignatureRow], key: str, head: AuditHead
) -> Receipt:
    desk, own = case.desk, case.row.key
    columns = tuple(snapshot.lines.heading.decode().split("\t"))
    return Receipt(
        key=key,
        state=own.state,
        agency=desk.state.agency,
        zone=desk.state.time_zone,
        collection=own.collection,
        title=desk.collection.title,
        year=own.year,
        organization=own.organization,
        part=dict(own.part),
        revision=case.revision,
        certified_at=local(case.now, desk.zone),
        nothing_to_report=case.row.nothing_to_report,
        rows=case.frame.height,
        columns=columns,
        record_key=tuple(name for name in desk.collection.key if name in columns),
        data=snapshot.lines.digest,
        records=snapshot.lines.packed,
        snapshot=snapshot.sha256,
        ruleset=ruleset,
        reference=case.inputs.reference_digest,
        overlay=desk.state.overlay,
        signatures=_signers(case, signatures),
        overrides=_overrides(case),
        audit=AuditMark(number=head.number, digest=head.digest),
        previous=case.certified.receipt if case.certified else "",
    )


def _signers(case: Case, signatures: Sequence[SignatureRow]) -> tuple[Signer, ...]:
    zone = case.desk.zone
    return tuple(
        Signer(name=one.name, role=one.role, signed_at=local(one.signed_at, zone), attestation=one.attestation)
        for one in signatures
    )


def _overrides(case: Case) -> tuple[Override, ...]:
    found = overrides_of(case.connection, case.row.id, case.revision, case.digest)
    return tuple(
        Override(gate=o.gate, refusal=o.refusal, reason=o.reason, by=o.by, at=local(o.at, case.desk.zone))
        for o in found
    )
