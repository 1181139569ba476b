"""One text for one document: what is sealed is the same bytes on every machine."""

from __future__ import annotations

import json
from typing import Any

from muster.errors import MusterError


class UnreadableDocumentError(MusterError):
    """A file that should hold one JSON document does not."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(f'"{name}" cannot be read: {reason}.')


def canonical_json(document: Any) -> bytes:
    """Return the document as UTF-8 JSON with sorted keys and no spaces; floats and such are refused."""
    return json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode()


def read_document(data: bytes, name: str) -> dict[str, Any]:
    """Return the JSON object in a file; what readers could differ about (a name twice, NaN) is refused."""
    try:
        found = json.loads(data.decode("utf-8"), object_pairs_hook=_once)
        canonical_json(found)
    except (UnicodeDecodeError, ValueError, RecursionError):
        raise UnreadableDocumentError(name, "it is not one JSON document") from None
    if not isinstance(found, dict):
        raise UnreadableDocumentError(name, "it is not one JSON document")
    return found


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice")
    return found
