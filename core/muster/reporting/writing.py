"""Writing a file whole or not at all."""

from __future__ import annotations

import io
import os
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING

from muster.errors import MusterError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


class CannotWriteError(MusterError):
    """The file cannot be written where it was asked for."""

    def __init__(self, target: Path, reason: str) -> None:
        super().__init__(
            f'"{target}" cannot be written: {reason}. Close it where it is open, or choose another name or folder.'
        )


class WrongEndingError(MusterError):
    """A file of one kind was to be written under the name of another."""

    def __init__(self, target: Path, endings: Sequence[str]) -> None:
        named = " or ".join(f".{one}" for one in endings)
        super().__init__(f'"{target}" was not written: choose a name that ends in {named}.')


class OverwritesError(MusterError):
    """A file that somebody made would be lost."""

    def __init__(self, target: Path, what: str) -> None:
        super().__init__(f'"{target}" was not written: it is {what}, which would be lost. Choose another name.')


def require_ending(target: Path, endings: Sequence[str]) -> None:
    """Refuse a name that promises another kind of file; no program would open it."""
    if target.suffix.lower().lstrip(".") not in endings:
        raise WrongEndingError(target, endings)


@contextmanager
def whole(target: Path | IO[bytes]) -> Iterator[IO[bytes]]:
    """Yield a binary stream that becomes the target when the block ends well; otherwise the target stays as it was.

    A stream given as target is written to directly: whoever opened it decides what becomes of it.
    """
    if not isinstance(target, Path):
        yield target
        return
    part = _part_of(target)
    try:
        with part.open("w+b") as stream:
            yield stream
        part.replace(target)
    except OSError as problem:
        raise CannotWriteError(target, _reason(problem)) from problem
    finally:
        part.unlink(missing_ok=True)


@contextmanager
def whole_text(target: Path | IO[str], *, encoding: str = "utf-8") -> Iterator[IO[str]]:
    """Yield a text stream that becomes the target when the block ends well; line ends are written as given."""
    if not isinstance(target, Path):
        yield target
        return
    with whole(target) as binary:
        text = io.TextIOWrapper(binary, encoding=encoding, newline="")
        yield text
        text.flush()
        text.detach()


def _part_of(target: Path) -> Path:
    try:
        handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.", suffix=".part")
        os.close(handle)
        part = Path(name)
        part.chmod(0o666 & ~_umask())
    except OSError as problem:
        raise CannotWriteError(target, _reason(problem)) from problem
    return part


def _umask() -> int:
    mask = os.umask(0o077)
    os.umask(mask)
    return mask


def _reason(problem: OSError) -> str:
    if isinstance(problem, FileNotFoundError):
        return "the folder does not exist"
    return (problem.strerror or "the system refused").lower()
