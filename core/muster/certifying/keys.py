"""The keys that seal receipts: made, listed, exported and retired in a folder outside the database.

Each key is one file that only its owner may read. Retiring a key erases its private half: it seals nothing more, and
what it sealed while it was in use still verifies.
"""

from __future__ import annotations

import base64
import json
import os
import sys
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from muster.certifying.canonical import UnreadableDocumentError, read_document
from muster.certifying.key_files import PublicKey, key_id, key_of
from muster.errors import MusterError

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

FOLDER = "keys"
"""The folder's name within the installation's own folder."""
_OTHERS = 0o077


class NoSealingKeyError(MusterError):
    """There is no key in use."""

    def __init__(self, folder: Path) -> None:
        super().__init__(
            f'There is no key in "{folder}" to seal receipts with, so nothing can be signed. '
            'Whoever runs muster here makes one with "muster keys new".'
        )


class UnknownKeyError(MusterError):
    """The folder has no key with this id."""

    def __init__(self, wanted: str, known: list[str]) -> None:
        super().__init__(f'There is no key "{wanted}". Known: {", ".join(known) or "none"}; see "muster keys list".')


class KeyRetiredError(MusterError):
    """The key was retired before."""

    exit_code = 1

    def __init__(self, wanted: str, when: datetime) -> None:
        super().__init__(f'The key "{wanted}" was retired on {when.date().isoformat()} already.')


class OpenKeyError(MusterError):
    """Others than the owner may read a private key."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            f'The private key "{path}" may be read by others, so its seal would prove nothing. '
            f"If nobody can have copied it, take their rights away (chmod 600); otherwise retire it and make another."
        )


class KeyFolderError(MusterError):
    """The folder of keys cannot be read or written."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f'The folder of keys "{path}" cannot be used: {reason}. Nothing was changed.')


@dataclass(frozen=True, slots=True)
class SealingKey:
    """A key that can seal: its public half, and the private one, which is never printed."""

    public: PublicKey
    _private: bytes

    def __repr__(self) -> str:
        return f"SealingKey({self.public.id})"

    def seal(self, content: bytes) -> bytes:
        """Return the Ed25519 signature over the content."""
        return Ed25519PrivateKey.from_private_bytes(self._private).sign(content)


def new_key(folder: Path, now: datetime) -> PublicKey:
    """Make a key, and keep it in the folder in a file that only its owner may read."""
    private = Ed25519PrivateKey.generate()
    public = private.public_key().public_bytes_raw()
    key = PublicKey(key_id(public), public, now.replace(microsecond=0))
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        _write(folder / f"{key.id}.json", key, private.private_bytes_raw())
    except OSError as error:
        raise KeyFolderError(folder, (error.strerror or "the system refuses it").lower()) from None
    return key


def list_keys(folder: Path) -> tuple[PublicKey, ...]:
    """Return the keys of the folder, the newest first."""
    found = [_read(path)[0] for path in sorted(folder.glob("k-*.json"))]
    return tuple(sorted(found, key=lambda one: (one.made, one.id), reverse=True))


def export_key(folder: Path, wanted: str | None, target: Path) -> PublicKey:
    """Write the public half of a key (None: the one in use) to a file, or into a folder under its id."""
    key = current_key(folder).public if wanted is None else _find(folder, wanted)
    path = target / f"{key.id}.json" if target.is_dir() else target
    try:
        path.write_text(json.dumps(key.document(), indent=2) + "\n", encoding="utf-8")
    except OSError as error:
        raise KeyFolderError(path.parent, (error.strerror or "the system refuses it").lower()) from None
    return key


def retire_key(folder: Path, wanted: str, now: datetime) -> PublicKey:
    """Put a key out of use and erase its private half; its receipts still verify with its exported file."""
    key = _find(folder, wanted)
    if key.retired is not None:
        raise KeyRetiredError(wanted, key.retired)
    retired = replace(key, retired=now.replace(microsecond=0))
    try:
        _write(folder / f"{key.id}.json", retired, None)
    except OSError as error:
        raise KeyFolderError(folder, (error.strerror or "the system refuses it").lower()) from None
    return retired


def current_key(folder: Path) -> SealingKey:
    """Return the newest key that is in use."""
    for key in list_keys(folder):
        if key.retired is None:
            path = folder / f"{key.id}.json"
            _, private = _read(path)
            if private is not None:
                _refuse_open(path)
                return SealingKey(key, private)
    raise NoSealingKeyError(folder)


def _find(folder: Path, wanted: str) -> PublicKey:
    known = {key.id: key for key in list_keys(folder)}
    if wanted not in known:
        raise UnknownKeyError(wanted, sorted(known))
    return known[wanted]


def _read(path: Path) -> tuple[PublicKey, bytes | None]:
    try:
        document = read_document(path.read_bytes(), str(path))
    except OSError as error:
        raise KeyFolderError(path.parent, (error.strerror or "the system refuses it").lower()) from None
    key = key_of(document, path)
    if document.get("private") is None:
        return key, None
    private = base64.b64decode(document["private"])
    if len(private) != 32 or _public_of(private) != key.public:
        raise UnreadableDocumentError(str(path), "its two halves do not belong together")
    return key, private


def _public_of(private: bytes) -> bytes:
    return Ed25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw()


def _write(path: Path, key: PublicKey, private: bytes | None) -> None:
    """Write the file beside its name and move it there, so that a full disk never leaves half a key."""
    document = key.document()
    if private is not None:
        document["private"] = base64.b64encode(private).decode()
    part = path.with_suffix(".part")
    part.unlink(missing_ok=True)
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as stream:
            stream.write(json.dumps(document, indent=2) + "\n")
            stream.flush()
            os.fsync(stream.fileno())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def _refuse_open(path: Path) -> None:
    if sys.platform != "win32" and path.stat().st_mode & _OTHERS:
        raise OpenKeyError(path)
