"""The key of a sample: every mistake that was made, with the rules that must speak up and the rows on which."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from pathlib import Path

    from muster.testing.mutations import Hit, Sample
    from muster.testing.sample_files import SampleFile


@dataclass(frozen=True)
class Mistake:
    """One mistake in words, the intended rule, and what else must follow from it.

    ``line`` is the line of a file that the intended finding names although it is no row, such as a header record.
    """

    name: str
    intended: Hit
    consequences: tuple[Hit, ...]
    line: int | None = None


@dataclass(frozen=True)
class FileKey:
    """What must be found in one file.

    ``upload``: only an upload can find it, to an empty database into which ``before`` was uploaded first. ``as_of`` and
    ``organization`` differ from the sample's where they are given; an organization "" means that none is named.
    """

    file: str
    content: SampleFile
    mistakes: tuple[Mistake, ...]
    upload: bool = False
    before: tuple[str, ...] = ()
    as_of: date | None = None
    organization: str | None = None

    @property
    def rows(self) -> int:
        """Return how many rows of data the file has."""
        return self.content.grid.height

    def as_json(self, sample: Sample) -> dict[str, Any]:
        """Return the file's part of ``expected.json``; rows are numbered as the user sees them."""
        return {
            "file": self.file,
            "layout": self.content.layout.id,
            "rows": self.rows,
            "as_of": (self.as_of or sample.as_of).isoformat(),
            "organization": sample.organization if self.organization is None else self.organization,
            "upload": self.upload,
            "before": list(self.before),
            "mistakes": [
                {
                    "mistake": one.name,
                    **self._hit(one.intended, one.line),
                    "consequences": [self._hit(hit) for hit in one.consequences],
                }
                for one in self.mistakes
            ],
        }

    def _hit(self, hit: Hit, line: int | None = None) -> dict[str, Any]:
        grid, first = self.content.grid, self.content.first_row
        rows = [grid.position(row) + first for row in hit.rows] if line is None else [line]
        return {"rule": hit.rule, "rows": rows}


def write_key(path: Path, collection: str, sample: Sample, seed: int, files: Sequence[FileKey]) -> None:
    """Write ``expected.json``. Findings about a whole file have no rows there."""
    key = {
        "collection": collection,
        "year": sample.year,
        "organization": sample.organization,
        "as_of": sample.as_of.isoformat(),
        "seed": seed,
        "reference": "reference",
        "notes": list(sample.notes),
        "files": [file.as_json(sample) for file in files],
    }
    path.write_text(json.dumps(key, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
