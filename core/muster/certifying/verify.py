"""Proving a receipt with nothing but the trusted key: no database, no network, no state plugin.

A key inside the receipt is never looked at: only those given as trusted count.
"""

from __future__ import annotations

import base64
import binascii
import gzip
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from muster.certifying.canonical import UnreadableDocumentError, read_document
from muster.certifying.key_files import trusted_keys
from muster.certifying.receipts import FORMAT, SEAL, Receipt, unsealed
from muster.certifying.record_digests import Lines, read_lines, split, unpack
from muster.errors import MusterError, NoSuchFileError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from muster.certifying.key_files import PublicKey

_CHUNK = 1024 * 1024


class RefusedError(MusterError):
    """The receipt, or the data, does not verify; the sentence says why."""

    exit_code = 1


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether the receipt stands, the one sentence that says so, and the receipt where its seal was right."""

    valid: bool
    sentence: str
    receipt: Receipt | None = None


def verify(receipt: Path, data: Path | None, trust: Path) -> Verdict:
    """Check a receipt, and (where given) the data it is about, against a key file or a folder of key files."""
    for path in (receipt, data):
        if path is not None and not path.is_file():
            raise NoSuchFileError(path)
    keys = trusted_keys(trust)
    found = None
    try:
        found = _opened(receipt, keys)
        if data is not None:
            _compare(found, data)
    except (RefusedError, UnreadableDocumentError) as refused:
        return Verdict(valid=False, sentence=str(refused), receipt=found)
    return Verdict(valid=True, sentence=_stands(found, data), receipt=found)


def _opened(path: Path, keys: dict[str, PublicKey]) -> Receipt:
    """Return the receipt, sealed by a trusted key while that key was in use."""
    document = read_document(path.read_bytes(), str(path))
    if not str(document.get("format", "")).startswith("muster receipt"):
        raise RefusedError(f'"{path}" is not a receipt of muster.')
    if document["format"] != FORMAT:
        raise RefusedError(f'"{path}" is a receipt of a newer muster ({document["format"]}); verify it with that one.')
    key = keys.get(str(document.get("key", "")))
    if key is None:
        said, known = document.get("key"), ", ".join(sorted(keys))
        raise RefusedError(
            f"The receipt says it was sealed by the key {said}, which is not among those you trust ({known})."
        )
    if not key.sealed(unsealed(document), _seal(document)):
        raise RefusedError(
            f"The receipt was not sealed by the key {key.id}: its text was changed, or another key sealed it."
        )
    receipt = _parsed(document, path)
    _refuse_other_time(receipt, key)
    return receipt


def _seal(document: dict[str, Any]) -> bytes:
    try:
        return base64.b64decode(str(document.get(SEAL, "")), validate=True)
    except binascii.Error:
        return b""


def _parsed(document: dict[str, Any], path: Path) -> Receipt:
    try:
        receipt = Receipt.model_validate({name: value for name, value in document.items() if name != SEAL})
        whole = len(unpack(receipt.records)) == receipt.rows
    except (ValidationError, binascii.Error):
        whole = False
    if not whole:
        raise RefusedError(f'"{path}" is sealed, but it is not a whole receipt; ask the agency for another copy.')
    return receipt


def _refuse_other_time(receipt: Receipt, key: PublicKey) -> None:
    dated = f"The receipt is dated {receipt.certified_at.isoformat()}"
    if receipt.certified_at < key.made:
        raise RefusedError(f"{dated}, before its key {key.id} was made ({key.made.isoformat()}).")
    if key.retired is not None and receipt.certified_at > key.retired:
        raise RefusedError(f"{dated}, after its key {key.id} was retired ({key.retired.isoformat()}).")


def _compare(receipt: Receipt, path: Path) -> None:
    """Refuse data that are not those that were signed, naming the first record that differs."""
    try:
        found = read_lines(_parts(path))
    except (gzip.BadGzipFile, EOFError, zlib.error, ValueError):
        raise RefusedError(f'"{path}" cannot be unpacked; it was damaged, or it is not what was signed.') from None
    if found.digest == receipt.data:
        return
    raise RefusedError(f"The data are not what was signed: {_difference(receipt, found, path)}.")


def _difference(receipt: Receipt, found: Lines, path: Path) -> str:
    signed, given = unpack(receipt.records), split(bytes(found.short))
    pairs = zip(signed, given, strict=False)
    at = next((place for place, (one, other) in enumerate(pairs) if one != other), min(len(signed), len(given)))
    if at == len(signed) == len(given):
        return "the records are the same, but the headings (or the end of the file) differ"
    if at < len(signed) and (at == len(given) or signed[at + 1 : at + 2] == given[at : at + 1]):
        return f"record {at + 1} of {receipt.rows} is missing{_after(receipt, path, at)}"
    named = f"record {at + 1}{_named(receipt, path, at)}"
    if at == len(signed) or given[at + 1 : at + 2] == signed[at : at + 1]:
        return f"{named} was added"
    return f"{named} differs"


def _after(receipt: Receipt, path: Path, at: int) -> str:
    return f", after record {at}{_named(receipt, path, at - 1)}" if at else ""


def _named(receipt: Receipt, path: Path, at: int) -> str:
    """Return a record's key as the data give it, for whoever looks the record up."""
    line = next((line for place, line in enumerate(_lines(path)) if place == at + 1), b"")
    cells = dict(zip(receipt.columns, line.decode("utf-8", "replace").rstrip("\r").split("\t"), strict=False))
    named = [f"{name} {cells[name]}" for name in receipt.record_key if cells.get(name)]
    return f" ({', '.join(named)})" if named else ""


def _lines(path: Path) -> Iterator[bytes]:
    rest = b""
    for part in _parts(path):
        *lines, rest = (rest + part).split(b"\n")
        yield from lines
    yield rest


def _parts(path: Path) -> Iterator[bytes]:
    """Yield the data part by part; the compressed snapshot is unpacked on the way."""
    with path.open("rb") as stream:
        packed = stream.read(2) == b"\x1f\x8b"
        stream.seek(0)
        content = gzip.GzipFile(fileobj=stream) if packed else stream
        while part := content.read(_CHUNK):
            yield part


def _stands(receipt: Receipt, data: Path | None) -> str:
    signers = " and ".join(one.name for one in receipt.signatures)
    what = "nothing to report" if receipt.nothing_to_report else f"{receipt.rows:,} records"
    told = f"The receipt stands: {receipt.address}, revision {receipt.revision}, {what}, signed by {signers}"
    if data is None:
        return f"{told}. The data were not given, so they were not compared."
    return f"{told}; the data are those that were signed."
