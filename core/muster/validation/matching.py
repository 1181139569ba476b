"""Which row of one table has the same key as a row of another, in a quarter of the memory that a join takes."""

from __future__ import annotations

import polars as pl

_HASH, _PLACE = "_hash", "_place"


def places_of(wanted: pl.DataFrame, known: pl.DataFrame, *, nulls_equal: bool) -> pl.Series:
    """Return for each wanted row the place of the first known row with the same values, null where there is none.

    Both frames have the key's columns and nothing else, named alike. Rows are found by the hash of their values, and
    the values are then compared; where two different keys share a hash, a join over all columns decides.
    """
    if wanted.schema == known.schema:
        if not wanted.height or not known.height:
            return pl.Series(_PLACE, [None], dtype=pl.UInt32).new_from_index(0, wanted.height)
        places = _by_hash(wanted, known)
        if _same(wanted, known, places):
            return places if nulls_equal else _without_blanks(wanted, places)
    return _joined(wanted, known, nulls_equal=nulls_equal)


def _by_hash(wanted: pl.DataFrame, known: pl.DataFrame) -> pl.Series:
    numbered = pl.DataFrame([known.hash_rows().alias(_HASH)]).with_row_index(_PLACE).sort(_HASH, maintain_order=True)
    asked = wanted.hash_rows()
    near = numbered[_HASH].search_sorted(asked, side="left").clip(0, known.height - 1)
    found = numbered[_HASH].gather(near) == asked
    return numbered[_PLACE].gather(near).set(~found, None)


def _same(wanted: pl.DataFrame, known: pl.DataFrame, places: pl.Series) -> bool:
    found = places.is_not_null()
    return not any((wanted[name].ne_missing(known[name].gather(places)) & found).any() for name in wanted.columns)


def _without_blanks(wanted: pl.DataFrame, places: pl.Series) -> pl.Series:
    blank = wanted.select(pl.any_horizontal(pl.all().is_null())).to_series()
    return places.set(blank, None) if blank.any() else places


def _joined(wanted: pl.DataFrame, known: pl.DataFrame, *, nulls_equal: bool) -> pl.Series:
    first = known.with_row_index(_PLACE).unique(known.columns, keep="first", maintain_order=True)
    on = wanted.columns
    return wanted.join(first, on=on, how="left", nulls_equal=nulls_equal, maintain_order="left")[_PLACE]
