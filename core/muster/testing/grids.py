"""Rows of text by column: a frame underneath, single changes on top, so that a million rows stay cheap."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


class Grid:
    """A table of text that can be changed row by row; "" is blank. Row numbers count from 0 and never shift.

    Rows that were dropped keep their number until the grid is written.
    """

    def __init__(self, frame: pl.DataFrame) -> None:
        self._frame = frame.with_columns(pl.all().cast(pl.String).fill_null(""))
        self._changes: dict[int, dict[str, str]] = {}
        self._added: list[dict[str, str]] = []
        self._dropped: set[int] = set()
        self._indexes: dict[str, dict[str, list[int]]] = {}

    @property
    def columns(self) -> tuple[str, ...]:
        """Return the names of the columns."""
        return tuple(self._frame.columns)

    def __len__(self) -> int:
        """Return how many rows there are, dropped ones included."""
        return self._frame.height + len(self._added)

    @property
    def height(self) -> int:
        """Return how many rows will be written."""
        return len(self) - len(self._dropped)

    def __getitem__(self, index: int) -> dict[str, str]:
        """Return a copy of one row."""
        if index >= self._frame.height:
            return dict(self._added[index - self._frame.height])
        return {**self._frame.row(index, named=True), **self._changes.get(index, {})}

    def change(self, index: int, **values: str) -> None:
        """Give one row other values."""
        self._refuse_unknown(values)
        if index >= self._frame.height:
            self._added[index - self._frame.height].update(values)
        else:
            self._changes.setdefault(index, {}).update(values)
        self._enter(index, values)

    def add(self, row: Mapping[str, str]) -> int:
        """Put a row at the end (columns left out are blank) and return its number."""
        self._refuse_unknown(row)
        whole = dict.fromkeys(self.columns, "") | dict(row)
        self._added.append(whole)
        self._enter(len(self) - 1, whole)
        return len(self) - 1

    def drop(self, index: int) -> None:
        """Leave one row out when the grid is written."""
        self._dropped.add(index)

    def position(self, index: int) -> int:
        """Return the number a row will have once the dropped ones are gone."""
        return index - sum(1 for one in self._dropped if one < index)

    def keep(self, indexes: Iterable[int]) -> Grid:
        """Return a new grid with these rows alone, as they stand now."""
        rows = [self[index] for index in indexes]
        return Grid(pl.DataFrame(rows, schema=self._frame.schema))

    def find(self, **values: str) -> list[int]:
        """Return the rows that have these values (dropped ones left out)."""
        column = next(iter(values))
        found = self._index(column).get(values[column], ())
        return [one for one in sorted(set(found) - self._dropped) if self._matches(one, values)]

    def frame(self) -> pl.DataFrame:
        """Return the rows as they stand now, as text, blanks as null."""
        frame = self._frame
        for name in {column for change in self._changes.values() for column in change}:
            changes = {index: change[name] for index, change in self._changes.items() if name in change}
            frame = frame.with_columns(frame[name].scatter(list(changes), list(changes.values())).alias(name))
        if self._added:
            frame = frame.vstack(pl.DataFrame(self._added, schema=frame.schema))
        if self._dropped:
            frame = frame.with_row_index("_at").filter(~pl.col("_at").is_in(sorted(self._dropped))).drop("_at")
        return frame.with_columns(pl.when(pl.all() != "").then(pl.all()))

    def _matches(self, index: int, values: Mapping[str, str]) -> bool:
        row = self[index]
        return all(row[name] == value for name, value in values.items())

    def _index(self, column: str) -> dict[str, list[int]]:
        """Return which rows have, or once had, each value of a column."""
        if column not in self._indexes:
            index: dict[str, list[int]] = {}
            for row, value in enumerate(self._frame[column].to_list()):
                index.setdefault(value, []).append(row)
            self._indexes[column] = index
            for row in (*self._changes, *range(self._frame.height, len(self))):
                self._enter(row, self[row])
        return self._indexes[column]

    def _enter(self, row: int, values: Mapping[str, str]) -> None:
        """Let the indexes know the row's new values; ``find`` sees for itself which old ones no longer hold."""
        for column in values.keys() & self._indexes.keys():
            self._indexes[column].setdefault(values[column], []).append(row)

    def _refuse_unknown(self, values: Iterable[str]) -> None:
        unknown = sorted(set(values) - set(self._frame.columns))
        if unknown:
            raise KeyError(f"no such column: {', '.join(unknown)}")
