"""Sealed heads: a file of every chain's newest entry, signed, kept away from the database it watches."""

from __future__ import annotations

import base64
import binascii
import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Protocol

from muster.access.audit import AuditHead, canonical, heads
from muster.access.refusals import NotASealError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sqlalchemy import Connection

FORMAT = "muster audit heads 1"

Chain = tuple[str, str]
"""A state and an organization of it; both may be "": what concerns none."""


class TrustedKey(Protocol):
    """The public half of a key, with the time in which it sealed."""

    @property
    def made(self) -> datetime:
        """Return from when it seals."""

    @property
    def retired(self) -> datetime | None:
        """Return until when it sealed; None: it still does."""

    def sealed(self, content: bytes, seal: bytes) -> bool:
        """Tell whether this key sealed the content."""


def seal_heads(connection: Connection, key: str, seal: Callable[[bytes], bytes], now: datetime) -> bytes:
    """Return a file with the newest entry of every chain, sealed with a key."""
    document: dict[str, Any] = {
        "format": FORMAT,
        "sealed_at": now.astimezone(UTC).isoformat(timespec="seconds"),
        "key": key,
        "heads": [
            {"state": state, "organization": organization, "number": one.number, "digest": one.digest}
            for (state, organization), one in heads(connection).items()
        ],
    }
    signature = base64.b64encode(seal(canonical(document).encode())).decode()
    return (json.dumps({**document, "seal": signature}, indent=2, ensure_ascii=False) + "\n").encode()


def sealed_heads(data: bytes, name: str, keys: Mapping[str, TrustedKey]) -> dict[Chain, AuditHead]:
    """Return the heads in a sealed file; only a key that is given here is trusted."""
    try:
        document = json.loads(data)
        seal = base64.b64decode(document.pop("seal"), validate=True)
        sealed_at = datetime.fromisoformat(document["sealed_at"])
        fits = document["format"] == FORMAT and sealed_at.tzinfo is not None
        found = {
            (str(one["state"]), str(one["organization"])): AuditHead(int(one["number"]), str(one["digest"]))
            for one in document["heads"]
        }
    except (ValueError, KeyError, TypeError, AttributeError, binascii.Error):
        fits = False
    if not fits:
        raise NotASealError(name, 'it is not a file that "muster audit seal" wrote, or it is damaged')
    _refuse_untrusted(name, document, seal, sealed_at, keys)
    return found


def _refuse_untrusted(
    name: str, document: dict[str, Any], seal: bytes, sealed_at: datetime, keys: Mapping[str, TrustedKey]
) -> None:
    key = keys.get(str(document.get("key")))
    if key is None:
        raise NotASealError(name, "the key that sealed it is not among those trusted")
    if not key.sealed(canonical(document).encode(), seal):
        raise NotASealError(name, "it was changed after it was sealed")
    if sealed_at < key.made or (key.retired is not None and sealed_at > key.retired):
        raise NotASealError(name, "it is dated outside the time in which its key sealed")
