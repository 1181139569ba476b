from datetime import date

import pytest

FLAG = {"id": "XX-A1", "flag": "hours > 1", "message": "m"}


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({}, ("ran", "")),
        ({"status": "draft"}, ("skipped", "a draft, not in force yet")),
        ({"status": "suspended"}, ("skipped", "suspended by the agency")),
        ({"status": "retired"}, ("not applicable", "retired")),
        ({"active_from": date(2030, 3, 2)}, ("skipped", "in force from 2030-03-02")),
        ({"active_from": date(2030, 3, 1)}, ("ran", "")),
        ({"layouts": ["other"]}, ("not applicable", "only for other")),
        ({"layouts": ["main", "other"]}, ("ran", "")),
        ({"when": ["sign"]}, ("asked elsewhere", "asked at signing")),
        ({"when": ["upload"]}, ("not asked without a database", "asked when the file is uploaded")),
        ({"when": ["write", "sign"]}, ("not asked without a database", "asked when the file is uploaded")),
    ],
)
def test_the_coverage_says_what_became_of_a_rule(bench, given, said):
    run = bench.run([{}], FLAG | given)
    assert bench.coverage(run, "XX-A1") == said
    assert len(bench.said(run)) == (1 if said[0] == "ran" else 0)


def test_with_a_database_a_rule_of_another_moment_is_asked_elsewhere(bench):
    run = bench.run([{}], FLAG | {"when": ["upload", "sign"]}, facts={"database": True})
    assert bench.coverage(run, "XX-A1") == ("asked elsewhere", "asked at upload and at signing")


def test_an_outside_rule_gives_its_own_reason(bench):
    rule = {"id": "XX-G1", "outside": "gate", "reason": "asked by the gate of signing", "level": "file"}
    assert bench.coverage(bench.run([{}], rule), "XX-G1") == ("asked elsewhere", "asked by the gate of signing")


def test_a_layout_that_lacks_the_column_makes_the_rule_not_applicable(bench):
    rules = [
        FLAG,
        {"id": "XX-A2", "unique": ["member", "hours"], "message": "m"},
        {"id": "XX-A3", "agree": "hours", "per": ["member"], "message": "m"},
        {"id": "XX-A4", "flag": "total.hours > 1", "message": "m"},
        {"id": "XX-A5", "each": "sums", "flag": "hours > 1", "message": "m"},
        {"id": "XX-A6", "flag": "fee > 99", "message": "{hours}"},
    ]
    total = bench.lookup(name="total", table="file", on=["member"], columns={"hours": "SUM(hours)"})
    sums = bench.table(name="sums", **{"from": "file"}, per=["member"], columns={"hours": "SUM(hours)"})
    run = bench.run([{}], *rules, layout=bench.layout(without=("hours",)), lookups=[total], tables=[sums])
    for rule in rules[:5]:
        assert bench.coverage(run, rule["id"]) == ("not applicable", "the main layout of 2030 has no hours")
    assert bench.coverage(run, "XX-A6") == ("ran", "")


def test_a_rule_that_reads_a_column_no_layout_has_is_mistaken_and_said_to_be(bench):
    run = bench.run([{}], {"id": "XX-TYPO", "flag": "huors > 1", "message": "m"})
    assert bench.coverage(run, "XX-TYPO") == ("crashed", "it reads huors, which no layout has; correct the rule")


def test_a_field_rule_of_columns_the_layout_lacks_is_not_applicable(bench):
    rule = {"id": "XX-HRS", "columns": ["hours"], "level": "field"}
    run = bench.run([{}], rule, layout=bench.layout(without=("hours",)))
    assert bench.coverage(run, "XX-HRS") == ("not applicable", "the main layout of 2030 has nothing that it checks")


def test_every_rule_of_the_year_has_one_line_in_its_order(bench):
    rules = [FLAG, {"id": "XX-OLD", "flag": "hours > 1", "message": "m", "last_year": 2029}, FLAG | {"id": "XX-A0"}]
    run = bench.run([{}], *rules)
    assert [(one.rule, one.status, one.findings) for one in run.coverage] == [
        ("XX-FLD", "ran", 0),
        ("XX-REP", "ran", 0),
        ("XX-A1", "ran", 1),
        ("XX-A0", "ran", 1),
    ]


def test_a_rule_pack_adds_rules(bench):
    extra = bench.rule(id="PACK-A1", flag="hours > 1", message="From the pack.")
    run = bench.run([{}], extra=[extra])
    assert bench.said(run) == [(2, "From the pack.")]
    assert run.coverage[-1].rule == "PACK-A1"


def test_a_rule_can_be_switched_off_for_a_run(bench):
    run = bench.run([{}], FLAG, skip=frozenset(["XX-A1"]))
    assert bench.coverage(run, "XX-A1") == ("skipped", "switched off for this run")
    assert run.verdict == "accepted"


def test_the_stored_records_of_another_collection_need_a_database(bench):
    other = bench.collection(lookups=[]).model_copy(update={"id": "events", "title": "Events"})
    lookup = bench.lookup(name="event", table="events", on=["member"])
    collection = bench.collection({"id": "XX-A1", "flag": "NOT event.found", "message": "m"}, lookups=[lookup])
    state = bench.state(collection).model_copy(update={"collections": (collection, other)})
    from muster.validation import validate

    run = validate(bench.intake([{}]), collection, bench.facts, state=state, reference={})
    assert bench.coverage(run, "XX-A1") == ("not asked without a database", "reads the stored records of Events")
    run = validate(
        bench.intake([{}]), collection, bench.facts, state=state, reference={"events": bench.stored({"member": "8"})}
    )
    assert bench.said(run) == [(2, "m")]
