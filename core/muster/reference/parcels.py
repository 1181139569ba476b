"""What a person hands over for import: a folder, a file or a zip, opened with care."""

from __future__ import annotations

import zipfile
import zlib
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from muster.reference.refusals import (
    EncryptedZipError,
    NotAZipError,
    NothingToImportError,
    TooLargeError,
    UnsafeZipError,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import IO

MOST_FILES = 1_000
LARGEST_FILE = 1024**3
LARGEST_WHOLE = 2 * 1024**3
STEEPEST = 200
"""A member that grows by more than this, and beyond 10 MiB, is no export but a bomb: XML grows some 30 times."""
_BENEATH_NOTICE = 10 * 1024**2


@dataclass(frozen=True, slots=True)
class Parcel:
    """Files by bare name, to be opened one by one as streams of bytes; ``zipped`` is the archive, where it is one."""

    name: str
    files: dict[str, Path | zipfile.ZipInfo]
    zipped: Path | None = None

    @contextmanager
    def stream(self, name: str) -> Iterator[IO[bytes]]:
        """Open one file for reading; damage inside a zip is told as such."""
        where = self.files[name]
        if isinstance(where, Path):
            with where.open("rb") as stream:
                yield stream
            return
        assert self.zipped is not None
        try:
            with zipfile.ZipFile(self.zipped) as archive, archive.open(where) as stream:
                yield stream
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError) as error:
            raise NotAZipError(self.name) from error

    def read(self, name: str) -> bytes:
        """Return all bytes of one file."""
        with self.stream(name) as stream:
            data = stream.read(LARGEST_FILE + 1)
        if len(data) > LARGEST_FILE:
            raise TooLargeError(name, LARGEST_FILE)
        return data


def open_parcel(path: Path, suffix: str) -> Parcel:
    """Open a folder, a zip, or one file, and list what in it ends in ``suffix`` (``.xml``)."""
    if path.is_dir():
        found = sorted(one for one in path.iterdir() if one.is_file() and one.suffix.casefold() == suffix)
        return Parcel(path.name, {one.name: one for one in found})
    if not path.is_file():
        raise NothingToImportError(path)
    if path.suffix.casefold() == suffix:
        return Parcel(path.name, {path.name: path})
    return _zip(path, suffix)


def _zip(path: Path, suffix: str) -> Parcel:
    try:
        with zipfile.ZipFile(path) as archive:
            members = [one for one in archive.infolist() if not one.is_dir()]
    except (zipfile.BadZipFile, EOFError, OSError, ValueError) as error:
        raise NotAZipError(path.name) from error
    _refuse_unsafe(path.name, members)
    wanted = [one for one in members if one.filename.casefold().endswith(suffix) and not _beside(one.filename)]
    files: dict[str, Path | zipfile.ZipInfo] = {PurePosixPath(one.filename).name: one for one in wanted}
    if len(files) < len(wanted):
        raise UnsafeZipError(path.name, "it holds two files of one name")
    return Parcel(path.name, files, path)


def _refuse_unsafe(name: str, members: list[zipfile.ZipInfo]) -> None:
    if len(members) > MOST_FILES:
        raise UnsafeZipError(name, f"it holds {len(members):,} files, more than {MOST_FILES:,}")
    for one in members:
        if ".." in PurePosixPath(one.filename).parts or one.filename.startswith("/") or ":" in one.filename:
            raise UnsafeZipError(name, "it names a file outside itself")
        if one.flag_bits & 1:
            raise EncryptedZipError(name, one.filename)
        steep = one.file_size > STEEPEST * max(one.compress_size, 1)
        if one.file_size > LARGEST_FILE or (steep and one.file_size > _BENEATH_NOTICE):
            raise UnsafeZipError(name, f"{one.filename} claims to grow to {one.file_size:,} bytes")
    if (whole := sum(one.file_size for one in members)) > LARGEST_WHOLE:
        raise UnsafeZipError(name, f"it claims to grow to {whole:,} bytes")


def _beside(name: str) -> bool:
    """Tell whether this is what macOS puts beside the files."""
    return name.startswith("__MACOSX/") or PurePosixPath(name).name.startswith("._")
