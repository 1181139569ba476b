"""A receipt on paper, for the file cabinet: readable, tagged, and as true as the sealed file beside it."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from muster.certifying.receipts import Receipt, read_sealed
from muster.reporting.writing import whole

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path
    from typing import IO

_TEMPLATE = "receipt.typ"
_PROOF = (
    "This page is for reading. The proof is the sealed file of the same receipt: with the agency's key it verifies on "
    "any computer, without network or database: muster verify RECEIPT [DATA] --key FILE."
)


def receipt_pdf(receipt: bytes) -> bytes:
    """Return the PDF of a sealed receipt; what people wrote is set as text, whatever signs it contains."""
    import typst

    said = json.dumps(_said(read_sealed(receipt), receipt), ensure_ascii=False)
    template = files("muster.reporting").joinpath(_TEMPLATE).read_bytes()
    made: bytes = typst.compile(template, format="pdf", sys_inputs={"said": said}, pdf_standards=["ua-1"])
    return made


def write_receipt_pdf(receipt: bytes, target: Path | IO[bytes]) -> None:
    """Write the PDF of a sealed receipt, whole or not at all."""
    made = receipt_pdf(receipt)
    with whole(target) as stream:
        stream.write(made)


def _said(receipt: Receipt, file: bytes) -> dict[str, Any]:
    return {
        "title": f"Receipt: {receipt.title}",
        "agency": receipt.agency,
        "address": f"{receipt.address} · revision {receipt.revision}",
        "facts": _facts(receipt),
        "signatures": [
            {"name": one.name, "role": one.role, "at": _moment(one.signed_at, receipt), "attestation": one.attestation}
            for one in receipt.signatures
        ],
        "overrides": [
            {
                "gate": one.gate,
                "facts": [
                    ["It refused", one.refusal],
                    ["Passed because", one.reason],
                    ["By", f"{one.by}, {_moment(one.at, receipt)}"],
                ],
            }
            for one in receipt.overrides
        ],
        "proof": _PROOF,
        "digests": _digests(receipt, json.loads(file)["seal"]),
    }


def _facts(receipt: Receipt) -> list[list[str]]:
    rows = "nothing to report" if receipt.nothing_to_report else f"{receipt.rows:,}"
    return [
        ["Organization", receipt.organization],
        ["School year", f"{receipt.year - 1}-{receipt.year % 100:02}"],
        *([name, value] for name, value in receipt.part.items()),
        ["Records", rows],
        ["Revision", str(receipt.revision)],
        ["Certified", _moment(receipt.certified_at, receipt)],
    ]


def _digests(receipt: Receipt, seal: str) -> list[list[str]]:
    return [
        ["Key", receipt.key],
        ["Seal (Ed25519)", seal],
        ["Data (SHA-256)", receipt.data],
        ["Snapshot", receipt.snapshot],
        ["Rules", receipt.ruleset],
        ["Reference tables", receipt.reference],
        ["Overlay", receipt.overlay or "none"],
        ["Audit", f"{receipt.audit.number} {receipt.audit.digest}"],
        ["Receipt before", receipt.previous or "none"],
    ]


def _moment(moment: datetime, receipt: Receipt) -> str:
    return f"{moment.isoformat(sep=' ')} ({receipt.zone})"
