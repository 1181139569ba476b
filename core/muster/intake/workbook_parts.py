"""The parts of an .xlsx workbook: a zip archive, opened with distrust."""

from __future__ import annotations

import io
import posixpath
import zipfile
import zlib
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from muster.intake.stops import damaged, unreadable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml import etree

MOST_INFLATED = 1 << 30
"""The most bytes that the parts of a workbook may have together; a full sheet of 15 columns has about 800 MB."""

_MOST_RATIO = 300  # text of tables shrinks to a tenth or a thirtieth, rows of empty cells to a hundredth
_RATIO_FROM = 16 << 20  # smaller parts harm nobody
_MOST_PARTS = 10_000
_MOST_DIRECTORY = 16 << 20  # the workbook's list of sheets
_PIECE = 1 << 20

_DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, ValueError, OverflowError)


@dataclass(frozen=True, slots=True)
class SheetPart:
    """A worksheet's name, the part that holds it and whether it is hidden."""

    name: str
    path: str
    hidden: bool
    locked_away: bool  # "very hidden": only a program can show it, so its user does not know of it


class Parts:
    """The parts of one workbook; StoppedError from any method that meets something odd."""

    def __init__(self, data: bytes) -> None:
        with _damage_told():
            self._archive = zipfile.ZipFile(io.BytesIO(data))
        self._refuse_bombs(len(data))

    def _refuse_bombs(self, packed: int) -> None:
        entries = self._archive.infolist()
        if any(entry.flag_bits & 1 for entry in entries):
            raise unreadable(
                "The workbook is a zip archive with a password, so it cannot be opened.",
                "Open it in Excel and save it without a password.",
            )
        names = [entry.filename for entry in entries]
        if len(set(names)) != len(names) or len(names) > _MOST_PARTS:
            raise damaged()
        inflated = sum(entry.file_size for entry in entries)
        ratio = max((e.file_size / max(e.compress_size, 1) for e in entries if e.file_size > _RATIO_FROM), default=0)
        if inflated > MOST_INFLATED or ratio > _MOST_RATIO or inflated > _RATIO_FROM + packed * _MOST_RATIO:
            raise unreadable(
                f"The workbook would unpack to {_size(inflated)}, which no school's data needs.",
                "Copy the rows into a new workbook made from the template, and send that.",
            )

    def names(self) -> list[str]:
        """Return the names of all parts."""
        return self._archive.namelist()

    def pieces(self, path: str) -> Iterator[bytes]:
        """Yield the inflated bytes of a part; a part that is longer than its directory says is damaged."""
        with _damage_told(), self._archive.open(path) as part:
            while piece := part.read(_PIECE):
                yield piece

    def sheets(self) -> list[SheetPart]:
        """Return the worksheets in the order of their tabs."""
        targets = {
            one.get("Id", ""): _target(one.get("Target", "")) for one in self._tree("xl/_rels/workbook.xml.rels")
        }
        found = []
        for element in self._tree("xl/workbook.xml").iter("{*}sheet"):
            key = next((value for name, value in element.attrib.items() if str(name).endswith("}id")), "")
            state = element.get("state", "visible")
            path = targets.get(str(key), "")
            if path in self._archive.NameToInfo:
                found.append(SheetPart(str(element.get("name", "")), path, state != "visible", state == "veryHidden"))
        return found

    def _tree(self, path: str) -> etree._Element:
        from lxml import etree

        if path not in self._archive.NameToInfo or self._archive.getinfo(path).file_size > _MOST_DIRECTORY:
            raise damaged()
        text = b"".join(self.pieces(path))
        if b"<!DOCTYPE" in text:
            raise damaged()
        try:
            return etree.fromstring(text, etree.XMLParser(resolve_entities=False, no_network=True))
        except etree.XMLSyntaxError:
            raise damaged() from None

    def inflate_rest(self, looked_at: set[str]) -> None:
        """Inflate the parts beside the sheets that the reader will load, to be sure that their sizes are true."""
        for name in self.names():
            if name not in looked_at and name.endswith((".xml", ".rels")) and "/worksheets/" not in name:
                for _ in self.pieces(name):
                    pass


def _target(path: str) -> str:
    return path.lstrip("/") if path.startswith("/") else posixpath.normpath(posixpath.join("xl", path))


def _size(count: int) -> str:
    return f"{count >> 20:,} MB" if count >= 1 << 20 else f"{max(1, count >> 10):,} KB"


@contextmanager
def _damage_told() -> Iterator[None]:
    try:
        yield
    except _DAMAGED:
        raise damaged() from None
