"""What an import took, what was not there, and what it left out."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    import polars as pl


@dataclass(frozen=True, slots=True)
class Skipped:
    """So many things that were not taken, and why."""

    count: int
    reason: str


@dataclass(frozen=True, slots=True)
class ImportReport:
    """The honest account of one import.

    ``source`` names what was read; ``taken`` counts rows by table; ``missing`` are sentences about what the source
    does not hold; ``skipped`` is what it holds and was not taken; ``notes`` say how something was understood;
    ``problems`` are what is wrong with the source, place by place.
    """

    source: str
    taken: dict[str, int] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    def skip(self, count: int, reason: str) -> None:
        """Note something left out, in words without a full stop; nothing at all is not noted."""
        if count:
            self.skipped.append(Skipped(count, reason))

    def lines(self) -> Iterator[str]:
        """Yield the report as lines of text."""
        yield f"Read {self.source}."
        yield "Taken:" if self.taken else "Nothing was taken."
        yield from (f"  {table}: {rows:,} row{'' if rows == 1 else 's'}" for table, rows in self.taken.items())
        for title, sentences in (
            ("Problems:", self.problems),
            ("Not there:", self.missing),
            ("Left out:", [f"{one.reason} ({one.count:,})" for one in self.skipped]),
            ("Notes:", self.notes),
        ):
            if sentences:
                yield title
                yield from (f"  {sentence}" for sentence in sentences)

    def document(self) -> dict[str, Any]:
        """Return the report for JSON."""
        return {
            "source": self.source,
            "taken": dict(self.taken),
            "missing": list(self.missing),
            "skipped": [{"count": one.count, "reason": one.reason} for one in self.skipped],
            "notes": list(self.notes),
            "problems": list(self.problems),
        }


@dataclass(frozen=True, slots=True)
class ImportResult:
    """Typed frames by table name, and the report."""

    frames: dict[str, pl.DataFrame]
    report: ImportReport
