from muster.validation import ruleset_digest

FLAG = {"id": "XX-A1", "flag": "hours > 1", "message": "m"}


def test_the_digest_is_that_of_the_run(bench):
    run = bench.run([{}], FLAG)
    assert run.ruleset == ruleset_digest(bench.collection(FLAG), 2030)
    assert len(run.ruleset) == 64


def test_the_order_of_declarations_does_not_matter(bench):
    one = bench.lookup(
        name="one", table="file", on={"member": "member", "club": "club"}, columns={"a": "SUM(fee)", "b": "COUNT(*)"}
    )
    same = bench.lookup(
        name="one", table="file", on={"club": "club", "member": "member"}, columns={"b": "COUNT(*)", "a": "SUM(fee)"}
    )
    other = FLAG | {"id": "XX-A2"}
    first = bench.collection(FLAG, other, lookups=[one, bench.catalog])
    second = bench.collection(other, FLAG, lookups=[bench.catalog, same])
    assert ruleset_digest(first, 2030) == ruleset_digest(second, 2030)


def test_whatever_decides_a_run_changes_the_digest(bench):
    extra = bench.rule(id="PACK-A1", flag="hours > 1", message="m")
    found = [
        ruleset_digest(bench.collection(FLAG), 2030),
        ruleset_digest(bench.collection(FLAG), 2031),
        ruleset_digest(bench.collection(FLAG), 2030, [extra]),
        ruleset_digest(bench.collection(FLAG | {"flag": "hours > 2"}), 2030),
        ruleset_digest(bench.collection(FLAG | {"message": "n"}), 2030),
        ruleset_digest(bench.collection(FLAG, lookups=[]), 2030),
        ruleset_digest(bench.collection(FLAG, settings=[bench.setting("most", 1)]), 2030),
        ruleset_digest(bench.collection(FLAG, settings=[bench.setting("most", 2)]), 2030),
        ruleset_digest(bench.collection(FLAG, layouts=[bench.layout(without=("note",))]), 2030),
    ]
    assert len(set(found)) == len(found)


def test_a_rule_of_another_year_does_not_change_it(bench):
    later = FLAG | {"id": "XX-A2", "first_year": 2031}
    assert ruleset_digest(bench.collection(FLAG), 2030) == ruleset_digest(bench.collection(FLAG, later), 2030)
