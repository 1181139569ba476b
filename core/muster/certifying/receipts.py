"""The receipt: what was signed, by whom, over which data, sealed so that it can be proved without a database."""

from __future__ import annotations

import base64
import json
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict

from muster.certifying.canonical import canonical_json, read_document

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from muster.certifying.keys import SealingKey

FORMAT: Final = "muster receipt 1"
SEAL = "seal"
"""The name of what is not sealed: the seal itself."""


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class Signer(_Part):
    """One person's signature: name, role, time, and what the person attested, word for word."""

    name: str
    role: str
    signed_at: AwareDatetime
    attestation: str


class Override(_Part):
    """A gate that refused and was passed: why it refused, and the reason that was given."""

    gate: str
    refusal: str
    reason: str
    by: str
    at: AwareDatetime


class AuditMark(_Part):
    """The newest entry of the organization's audit chain when the receipt was made."""

    number: int
    digest: str


class Receipt(_Part):
    """What a receipt says.

    ``data`` is the SHA-256 of the canonical TSV, ``snapshot`` that of its compressed copy; ``records`` are short
    digests, one a record in the order of the data; ``ruleset``, ``reference`` and ``overlay`` are digests of what the
    data were checked against; ``previous`` that of the receipt before, "" for the first revision.
    """

    format: Literal["muster receipt 1"] = FORMAT
    key: str
    state: str
    agency: str
    zone: str
    collection: str
    title: str
    year: int
    organization: str
    part: dict[str, str]
    revision: int
    certified_at: AwareDatetime
    nothing_to_report: bool
    rows: int
    columns: tuple[str, ...]
    record_key: tuple[str, ...]
    data: str
    records: str
    snapshot: str
    ruleset: str
    reference: str
    overlay: str
    signatures: tuple[Signer, ...]
    overrides: tuple[Override, ...]
    audit: AuditMark
    previous: str

    @property
    def address(self) -> str:
        """Return whose data they are: ``mt/cte-eoy/2025/0583``, with the part where there is one."""
        part = "".join(f"/{name}={value}" for name, value in self.part.items())
        return f"{self.state}/{self.collection}/{self.year}/{self.organization}{part}"


def sealed(receipt: Receipt, key: SealingKey) -> bytes:
    """Return the receipt's file: its document with the key's seal, indented for whoever opens it."""
    document = receipt.model_dump(mode="json")
    seal = key.seal(canonical_json(document))
    document[SEAL] = base64.b64encode(seal).decode()
    return (json.dumps(document, indent=1, ensure_ascii=False) + "\n").encode()


def read_sealed(file: bytes) -> Receipt:
    """Return what a receipt's file says, without asking who sealed it."""
    document = read_document(file, "receipt")
    return Receipt.model_validate({name: value for name, value in document.items() if name != SEAL})


def unsealed(document: dict[str, Any]) -> bytes:
    """Return the bytes that the seal of a receipt's document is over."""
    return canonical_json({name: value for name, value in document.items() if name != SEAL})


def local(moment: datetime | str, zone: ZoneInfo) -> datetime:
    """Return a moment as the state's clocks show it, to the second."""
    known = datetime.fromisoformat(moment) if isinstance(moment, str) else moment
    return known.astimezone(zone).replace(microsecond=0)
