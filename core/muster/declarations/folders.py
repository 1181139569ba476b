"""The folder of a state with the overlays laid over it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from muster.declarations.toml_files import read_toml
from muster.errors import DeclarationError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path


@dataclass(frozen=True)
class StateFolder:
    """A state's own folder and its overlays, the later of which win."""

    root: Path
    overlays: tuple[Path, ...] = ()

    @property
    def layers(self) -> tuple[Path, ...]:
        """Return the folders from the state's own to the last overlay."""
        return (self.root, *self.overlays)

    def files(self, below: str, pattern: str) -> dict[str, Path]:
        """Return the files that match, by their path below the folder; a file of an overlay replaces the state's."""
        found: dict[str, Path] = {}
        for layer in self.layers:
            for file in sorted((layer / below).glob(pattern)):
                found[file.relative_to(layer).as_posix()] = file
        return found

    def versions(self, name: str) -> Iterator[tuple[Path, dict[str, Any]]]:
        """Yield a TOML file as the state has it, then as each overlay that has one changes it."""
        yield self.root / name, read_toml(self.root / name)
        for overlay in self.overlays:
            if (overlay / name).is_file():
                yield overlay / name, read_toml(overlay / name)

    @property
    def digest(self) -> str:
        """Return a SHA-256 over names and contents of all overlay files, or "" where there is no overlay."""
        if not self.overlays:
            return ""
        seal = hashlib.sha256()
        for overlay in self.overlays:
            for file in sorted(one for one in overlay.rglob("*") if one.is_file()):
                seal.update(f"{file.relative_to(overlay).as_posix()}\0".encode())
                seal.update(hashlib.sha256(file.read_bytes()).digest())
        return seal.hexdigest()


def overlays_of(state: str, folders: Iterable[Path]) -> tuple[Path, ...]:
    """Return the overlays that name this state in their state.toml."""
    chosen = []
    for folder in folders:
        if not folder.is_dir():
            raise DeclarationError(folder, "MUSTER_OVERLAYS", "is not a folder", "Correct the path, or take it out.")
        named = read_toml(folder / "state.toml").get("id")
        if named is None:
            raise DeclarationError(folder / "state.toml", "id", "is missing", "Name the state that the overlay is for.")
        if named == state:
            chosen.append(folder)
    return tuple(chosen)


def merged(versions: Iterable[tuple[Path, dict[str, Any]]], keyed: Mapping[str, tuple[str, ...]]) -> dict[str, Any]:
    """Merge overlays into a TOML document.

    A plain key is replaced and a table is merged key by key. A list named in ``keyed`` is merged entry by entry, an
    entry being recognised by the keys given.
    """
    result: dict[str, Any] = {}
    for _, document in versions:
        for name, value in document.items():
            if name in keyed:
                result[name] = _merged_list(result.get(name, []), value, keyed[name])
            elif isinstance(value, dict):
                result[name] = {**result.get(name, {}), **value}
            else:
                result[name] = value
    return result


def _merged_list(old: list[dict[str, Any]], new: list[dict[str, Any]], keys: tuple[str, ...]) -> list[dict[str, Any]]:
    entries = {_identity(entry, keys, place): entry for place, entry in enumerate(old)}
    for place, entry in enumerate(new):
        identity = _identity(entry, keys, len(old) + place)
        entries[identity] = {**entries.get(identity, {}), **entry}
    return list(entries.values())


def _identity(entry: dict[str, Any], keys: tuple[str, ...], place: int) -> tuple[Any, ...]:
    found = tuple(entry.get(key) for key in keys)
    return found if any(one is not None for one in found) else (place,)
