"""The public half of a sealing key as a file: all that is needed to check a receipt."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from muster.certifying.canonical import UnreadableDocumentError, read_document
from muster.errors import MusterError

if TYPE_CHECKING:
    from pathlib import Path

FORMAT = "muster key 1"
_ALGORITHM = "Ed25519"


class NoKeyFileError(MusterError):
    """The trust given is neither a key file nor a folder with one."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            f'There is no key at "{path}". Give the agency\'s key file, or a folder of key files, with --key; '
            'the agency writes one with "muster keys export".'
        )


class PrivateKeyGivenError(MusterError):
    """A private key was given where the public half belongs."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            f'"{path}" holds a private key, which belongs to nobody but the agency\'s server. '
            'Use the public half, which "muster keys export" writes.'
        )


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A key that seals receipts: its id, its public half, and from when to when it seals (None: it still does)."""

    id: str
    public: bytes
    made: datetime
    retired: datetime | None = None

    def sealed(self, content: bytes, seal: bytes) -> bool:
        """Tell whether this key sealed the content."""
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(seal, content)
        except InvalidSignature:
            return False
        return True

    def document(self) -> dict[str, Any]:
        """Return what the key's public file holds."""
        return {
            "format": FORMAT,
            "id": self.id,
            "algorithm": _ALGORITHM,
            "public": base64.b64encode(self.public).decode(),
            "made": self.made.isoformat(timespec="seconds"),
            "retired": self.retired.isoformat(timespec="seconds") if self.retired else None,
        }


def key_id(public: bytes) -> str:
    """Return the id of a key: the beginning of its digest, so that no two keys share one."""
    return f"k-{sha256(public).hexdigest()[:16]}"


def key_of(document: dict[str, Any], path: Path) -> PublicKey:
    """Return the key that a document describes; one whose id is not that of its public half is refused."""
    try:
        public = base64.b64decode(document["public"], validate=True)
        made = datetime.fromisoformat(document["made"])
        retired = datetime.fromisoformat(document["retired"]) if document["retired"] else None
        fits = document["format"] == FORMAT and document["algorithm"] == _ALGORITHM and len(public) == 32
        fits = fits and document["id"] == key_id(public) and all(one is None or one.tzinfo for one in (made, retired))
    except (KeyError, TypeError, ValueError, binascii.Error):
        fits = False
    if not fits:
        raise UnreadableDocumentError(str(path), 'it is not a key file of muster; "muster keys export" writes one')
    return PublicKey(key_id(public), public, made, retired)


def read_key(path: Path) -> PublicKey:
    """Return the public key in a file; a private one is refused."""
    try:
        document = read_document(path.read_bytes(), str(path))
    except OSError as error:
        raise UnreadableDocumentError(str(path), (error.strerror or "the system refuses it").lower()) from None
    if "private" in document:
        raise PrivateKeyGivenError(path)
    return key_of(document, path)


def trusted_keys(trust: Path) -> dict[str, PublicKey]:
    """Return the keys of a file, or of every ``*.json`` file in a folder, by id."""
    paths = sorted(trust.glob("*.json")) if trust.is_dir() else [trust] if trust.exists() else []
    if not paths:
        raise NoKeyFileError(trust)
    keys = [read_key(path) for path in paths if not trust.is_dir() or _is_key(path)]
    if not keys:
        raise NoKeyFileError(trust)
    return {key.id: key for key in keys}


def _is_key(path: Path) -> bool:
    """Tell a key file from what else lies in the folder, such as receipts."""
    return str(read_document(path.read_bytes(), str(path)).get("format", "")).startswith("muster key")
