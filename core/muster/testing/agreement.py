"""Does a run say exactly what the key of a sample says?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from muster.model.intake import ROW

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from muster.model.runs import Run

Place = tuple[str, int | None]


def disagreements(key: Mapping[str, Any], run: Run) -> list[str]:
    """Return a sentence for every finding that one file's key and a run do not share.

    ``key`` is the file's part of ``expected.json``. A finding about the whole file has no row.
    """
    expected, found = set(_expected(key)), set(_found(run))
    missing = [f"{key['file']}: {rule} should speak up {_at(row)}" for rule, row in _sorted(expected - found)]
    extra = [f"{key['file']}: {rule} speaks up {_at(row)} and should not" for rule, row in _sorted(found - expected)]
    crashed = [f"{key['file']}: {one.rule} crashed: {one.reason}" for one in run.coverage if one.status == "crashed"]
    return crashed + missing + extra


def _expected(key: Mapping[str, Any]) -> Iterator[Place]:
    for mistake in key["mistakes"]:
        for hit in (mistake, *mistake["consequences"]):
            yield from ((hit["rule"], row) for row in hit["rows"] or [None])


def _found(run: Run) -> Iterator[Place]:
    places = run.findings.places()
    yield from zip(places["rule"].to_list(), places[ROW].to_list(), strict=True)


def _sorted(places: set[Place]) -> list[Place]:
    return sorted(places, key=lambda place: (place[0], place[1] or 0))


def _at(row: int | None) -> str:
    return "about the file" if row is None else f"on row {row}"
