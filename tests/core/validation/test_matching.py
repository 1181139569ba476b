from __future__ import annotations

from datetime import date
from decimal import Decimal

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from muster.validation import matching
from muster.validation.matching import places_of

KEYS = st.lists(
    st.tuples(
        st.sampled_from([None, "", "a", "b", "a name that is longer than twelve bytes"]), st.sampled_from([None, 1, 2])
    ),
    max_size=30,
)


def frame(rows):
    return pl.DataFrame(rows, schema={"name": pl.String, "number": pl.Int64}, orient="row")


def expected(wanted, known, *, nulls_equal):
    return [
        next((place for place, other in enumerate(known) if other == one), None)
        if nulls_equal or None not in one
        else None
        for one in wanted
    ]


@given(KEYS, KEYS, st.booleans())
@settings(deadline=None)
def test_places_are_those_of_the_first_equal_key(wanted, known, nulls_equal):
    found = places_of(frame(wanted), frame(known), nulls_equal=nulls_equal)
    assert found.to_list() == expected(wanted, known, nulls_equal=nulls_equal)


@given(KEYS, KEYS, st.booleans())
@settings(deadline=None, max_examples=30)
def test_pieces_of_a_table_make_no_difference(wanted, known, nulls_equal):
    pieces = pl.concat([frame(wanted[:3]), frame(wanted[3:])], rechunk=False)
    found = places_of(pieces, frame(known), nulls_equal=nulls_equal)
    assert found.to_list() == expected(wanted, known, nulls_equal=nulls_equal)


@pytest.mark.parametrize("nulls_equal", [True, False])
def test_keys_of_one_hash_are_told_apart(monkeypatch, nulls_equal):
    wanted, known = [("a", 1), ("b", 1), (None, 2), ("c", 2)], [("b", 1), ("a", 1), (None, 2), ("b", 1)]
    collided = pl.Series([0, 0, 0, 0], dtype=pl.UInt32)
    monkeypatch.setattr(matching, "_by_hash", lambda _wanted, _known: collided)
    found = places_of(frame(wanted), frame(known), nulls_equal=nulls_equal)
    assert found.to_list() == expected(wanted, known, nulls_equal=nulls_equal)


@pytest.mark.parametrize(
    ("values", "dtype"),
    [
        ([date(2025, 1, 1), None, date(2025, 1, 2)], pl.Date),
        ([Decimal("1.50"), None, Decimal("2.00")], pl.Decimal(18, 2)),
        ([True, None, False], pl.Boolean),
        ([1, None, 2], pl.Int64),
    ],
)
def test_every_type_of_key_is_found(values, dtype):
    wanted = pl.DataFrame({"key": pl.Series(values, dtype=dtype)})
    known = pl.DataFrame({"key": pl.Series([*reversed(values)], dtype=dtype)})
    assert places_of(wanted, known, nulls_equal=True).to_list() == [2, 1, 0]
    assert places_of(wanted, known, nulls_equal=False).to_list() == [2, None, 0]
