"""Two copies are compared by key; whatever the cells hold, they come out as they went in."""

from datetime import date
from decimal import Decimal

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from muster.certifying.differences import compared
from muster.store.canonical import canonical_lines


class Crafts:
    key = ("stone", "craft")


def text(rows, columns=("stone", "craft", "days")):
    frame = pl.DataFrame(rows, schema=dict.fromkeys(columns, pl.String), orient="row")
    return b"".join(canonical_lines(frame, [name for name in Crafts.key if name in columns]))


def differ(before, after):
    return compared(before, after, Crafts, address="kel/crafts/2025/V-a", names=("revision 1", "now"))


def test_added_removed_and_changed_records():
    found = differ(text([("a", "nets", "1"), ("b", "nets", "2")]), text([("b", "nets", "3"), ("c", "ropes", "1")]))
    assert found.added == ({"stone": "c", "craft": "ropes", "days": "1"},)
    assert found.removed == ({"stone": "a", "craft": "nets", "days": "1"},)
    assert [(one.key, one.changes[0].before, one.changes[0].after) for one in found.changed] == [
        ({"stone": "b", "craft": "nets"}, "2", "3")
    ]


def test_the_same_copies_have_no_differences():
    assert differ(text([("a", "nets", "1")]), text([("a", "nets", "1")])).none
    assert differ(text([]), text([])).none


def test_a_new_blank_column_is_no_difference():
    before = text([("a", "nets", "1")])
    after = text([("a", "nets", "1", None)], ("stone", "craft", "days", "place"))
    assert differ(before, after).none


@given(st.text(), st.text())
def test_cells_come_out_as_they_went_in(one, other):
    found = differ(text([("a", "nets", one)]), text([("a", "nets", other)]))
    assert [(c.before, c.after) for record in found.changed for c in record.changes] == (
        [] if one == other else [(one, other)]
    )


def test_typed_cells_are_compared_as_written():
    frame = pl.DataFrame({"stone": ["a"], "craft": ["nets"], "days": [Decimal("1.50")], "on": [date(2025, 3, 1)]})
    before = b"".join(canonical_lines(frame, Crafts.key))
    assert differ(before, before.replace(b"2025-03-01", b"2025-03-02")).changed[0].changes[0].after == "2025-03-02"
