import polars as pl

FLAG = {"id": "XX-A1", "flag": "fee > bounds.high", "message": "{fee}"}
LIMITS = {"activities": pl.DataFrame({"activity": ["chess"], "kind": ["table"]})}


def marks(bench, rows, rule=FLAG, high=1, **given):
    reference = LIMITS | {"limits": pl.DataFrame({"kind": ["table"], "low": [0], "high": [high]})}
    return [one.fingerprint for one in bench.run(rows, rule, reference=reference, **given).findings]


def test_the_same_fault_has_the_same_fingerprint_in_another_row_and_another_spelling(bench):
    [first] = marks(bench, [{"fee": "2.5"}])
    [second] = marks(bench, [{"member": "8", "fee": "0"}, {"fee": "2.50", "note": "other"}])
    assert first == second
    assert len(first) == 32


def test_fingerprints_stay_from_release_to_release(bench):
    assert marks(bench, [{"fee": "2.5"}]) == ["3df53f2304cebcd2870262834270a6b2"]


def test_another_record_value_reference_or_revision_is_another_fault(bench):
    found = [
        marks(bench, [{"fee": "2.5"}]),
        marks(bench, [{"fee": "2.5", "member": "8"}]),
        marks(bench, [{"fee": "2.6"}]),
        marks(bench, [{"fee": "2.5"}], high=2),
        marks(bench, [{"fee": "2.5"}], FLAG | {"revision": 2}),
        marks(bench, [{"fee": "2.5"}], FLAG | {"id": "XX-A2"}),
    ]
    assert len({mark for [mark] in found}) == 6


def test_a_group_has_the_same_fingerprint_in_whatever_order_its_rows_come(bench):
    rule = {"id": "XX-A1", "agree": "hours", "per": ["member"], "message": "{values}"}
    rows = [{"hours": "2"}, {"hours": "3"}, {"hours": "3"}]
    assert marks(bench, rows, rule) == marks(bench, rows[::-1], rule)
    assert marks(bench, rows, rule) != marks(bench, [*rows, {"hours": "4"}], rule)


def test_a_flagged_group_has_the_same_fingerprint_in_whatever_order_its_rows_come(bench):
    rule = {"id": "XX-A1", "flag": "hours > 1", "per": ["member"], "message": "{rows}"}
    rows = [{"hours": "2"}, {"hours": "3"}]
    assert marks(bench, rows, rule) == marks(bench, rows[::-1], rule)


def test_two_cells_of_one_row_are_two_faults(bench):
    found = [one.fingerprint for one in bench.run([{"hours": "x", "fee": "x"}]).findings]
    assert len(set(found)) == 2


def test_a_stored_record_is_told_apart_by_its_key(bench):
    rule = {"id": "XX-A1", "each": "stored", "flag": "hours > 1", "message": "m"}
    found = marks(bench, [{}], rule, stored=bench.stored({"member": "7"}, {"member": "8"}))
    assert len(set(found)) == 2
