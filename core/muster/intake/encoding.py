"""Which letters the bytes of a text file stand for: UTF-8, UTF-16 or Windows-1252."""

from __future__ import annotations

import codecs
from dataclasses import dataclass
from typing import Literal

from muster.intake.stops import unreadable

Encoding = Literal["UTF-8", "UTF-16", "Windows-1252"]

_UTF8_MARK = codecs.BOM_UTF8
_UTF16_MARKS = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}
_PIECE = 1 << 20
_EXPORT_ANEW = "Export the file again, as text in UTF-8."


@dataclass(frozen=True, slots=True)
class Decoded:
    """The text of a file as UTF-8 bytes without a byte order mark, and the encoding it came in."""

    data: bytes
    encoding: Encoding

    @property
    def text(self) -> str:
        """Return the text itself."""
        return self.data.decode("utf-8")


def decode(data: bytes) -> Decoded:
    """Return the text of a file; StoppedError when it has NUL bytes or bytes that are no letters."""
    codec = _utf16(data)
    if codec:
        found = Decoded(_recode(data, codec), "UTF-16")
    elif data.startswith(_UTF8_MARK):
        _require_utf8(data)
        found = Decoded(data[len(_UTF8_MARK) :], "UTF-8")
    elif data.isascii() or _utf8_until(data) is None:
        found = Decoded(data, "UTF-8")
    else:
        found = Decoded(_recode(data, "cp1252"), "Windows-1252")
    _refuse_nul(found.data)
    return Decoded(_unix_lines(found.data), found.encoding)


def _utf16(data: bytes) -> str | None:
    """Return the UTF-16 codec when a mark or the zero bytes of plain letters show it."""
    if codec := _UTF16_MARKS.get(data[:2]):
        return codec
    head = data[:1000]
    if len(head) < 4 or b"\0" not in head:
        return None
    half = len(head) // 2
    if head[1::2].count(0) > 0.8 * half and not head[::2].count(0):
        return "utf-16-le"
    if head[::2].count(0) > 0.8 * half and not head[1::2].count(0):
        return "utf-16-be"
    return None


def _utf8_until(data: bytes) -> int | None:
    """Return where the bytes stop being UTF-8, None when they never do; in pieces, to save memory."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    for start in range(0, len(data), _PIECE):
        piece = data[start : start + _PIECE]
        try:
            decoder.decode(piece, final=start + _PIECE >= len(data))
        except UnicodeDecodeError as error:
            return max(0, start + error.start)
    return None


def _require_utf8(data: bytes) -> None:
    place = _utf8_until(data)
    if place is not None:
        line = data.count(b"\n", 0, place) + 1
        message = f"The file says it is UTF-8, but line {line:,} holds bytes that are not UTF-8."
        raise unreadable(message, _EXPORT_ANEW, row=line)


def _recode(data: bytes, codec: str) -> bytes:
    try:
        text = data.decode(codec)
        return text.removeprefix("\ufeff").encode("utf-8")
    except UnicodeDecodeError as error:
        line = data[: error.start].decode(codec, errors="replace").count("\n") + 1
    except UnicodeEncodeError as error:  # half of a pair, which UTF-16 lets through
        line = text.count("\n", 0, error.start) + 1
    message = f"Line {line:,} holds bytes that are no letters in UTF-8, UTF-16 or Windows-1252."
    raise unreadable(message, _EXPORT_ANEW, row=line)


def _refuse_nul(data: bytes) -> None:
    place = data.find(b"\0")
    if place >= 0:
        line = data.count(b"\n", 0, place) + 1
        message = f"Line {line:,} holds a NUL byte, which no text has: the file is damaged or is not a text file."
        raise unreadable(message, _EXPORT_ANEW, row=line)


def _unix_lines(data: bytes) -> bytes:
    """Return the text without an end-of-file mark of DOS and with line feeds where an old Mac wrote only returns."""
    if data.endswith(b"\x1a"):
        data = data.rstrip(b"\x1a")
    if b"\n" not in data[:_PIECE] and b"\r" in data[:_PIECE] and b"\n" not in data:
        return data.replace(b"\r", b"\n")
    return data
