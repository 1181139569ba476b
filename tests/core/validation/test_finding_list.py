from muster.model.findings import Finding

FLAG = {"id": "XX-A1", "flag": "hours > 1", "message": "{hours} for {member}."}


def test_the_most_important_comes_first(bench):
    rules = [
        FLAG | {"id": "XX-A1", "severity": "info", "stops": "nothing", "message": "info"},
        FLAG | {"id": "XX-A2", "severity": "warning", "stops": "nothing", "message": "warning"},
        FLAG | {"id": "XX-A3", "severity": "warning", "stops": "signature", "message": "signature"},
        FLAG | {"id": "XX-A4", "severity": "warning", "stops": "row", "message": "row, a warning"},
        FLAG | {"id": "XX-A5", "severity": "error", "stops": "row", "message": "row"},
        FLAG | {"id": "XX-A6", "severity": "error", "stops": "file", "message": "file"},
    ]
    run = bench.run([{}], *rules)
    said = ["file", "row", "row, a warning", "signature", "warning", "info"]
    assert [one.message for one in run.findings] == said
    assert run.findings.by_severity() == {"error": 2, "warning": 3, "info": 1}
    assert len(run.findings) == 6


def test_findings_of_one_rank_come_by_row_then_by_column(bench):
    rule = {"id": "XX-A1", "flag": "hours > 1", "at": "note", "message": "m"}
    run = bench.run([{"level": "C", "hours": "2"}, {"level": "C", "fee": "x"}], rule)
    assert [(one.row, one.column) for one in run.findings] == [
        (2, "level"),
        (2, "note"),
        (3, "fee"),
        (3, "level"),
        (3, "note"),
    ]


def test_a_file_that_is_stopped_has_no_good_row(bench):
    run = bench.run([{}, {"hours": "1"}], FLAG | {"stops": "file"})
    assert (run.verdict, run.accepted, run.rejected.to_list()) == ("file rejected", 0, [2, 3])


def test_verdicts(bench):
    assert bench.run([{}]).verdict == "accepted"
    assert bench.run([{}], FLAG | {"severity": "warning", "stops": "nothing"}).verdict == "accepted with warnings"
    assert bench.run([{}, {"hours": "1"}], FLAG).verdict == "rows rejected"


def test_one_wrong_value_explains_many_findings(bench):
    rows = [{"level": "C", "member": str(number)} for number in range(20)] + [
        {"level": "D"},
        {"level": "E"},
        {"hours": "x"},
    ]
    causes = bench.run(rows).findings.causes()
    assert [(one.column, one.value, one.findings, one.rows[:2]) for one in causes] == [
        ("level", "C", 20, (2, 3)),
        ("level", None, 2, (22, 23)),
        ("hours", "x", 1, (24,)),
    ]
    assert causes[0].message == 'Level "C" is not A or B.'
    assert (causes[0].title, causes[0].label, causes[0].fix, causes[0].severity) == (
        "Title",
        "Level",
        "Mend it.",
        "error",
    )
    assert len(causes[0].rows) == 10


def test_a_rule_may_say_what_its_findings_have_in_common(bench):
    rule = FLAG | {"cause": ["club"]}
    rows = [{"hours": str(number)} for number in range(2, 6)]
    [cause] = bench.run(rows, rule).findings.causes()
    assert (cause.findings, cause.rows) == (4, (2, 3, 4, 5))


def test_a_cause_whose_sentences_differ_has_no_value_of_its_own(bench):
    rule = FLAG | {"cause": ["club"], "at": "hours"}
    rows = [{"member": str(number)} for number in range(3)]
    [cause] = bench.run(rows, rule).findings.causes()
    assert (cause.findings, cause.value, cause.title) == (3, None, "Title")
    [same] = bench.run(rows, rule | {"message": "{hours}."}).findings.causes()
    assert (same.findings, same.value is None) == (3, False)


def test_causes_that_stop_most_come_first(bench):
    rules = [FLAG | {"stops": "nothing", "severity": "warning"}, FLAG | {"id": "XX-A2", "where": "member = '9'"}]
    causes = bench.run([{}, {}, {"member": "9"}], *rules).findings.causes()
    assert [(one.rule, one.findings) for one in causes] == [("XX-A2", 1), ("XX-A1", 3)]


def test_every_place_is_one_line(bench):
    rules = [{"id": "XX-C1", "unique": ["activity"], "message": "m"}]
    run = bench.run([{}, {}, {"activity": "rowing", "level": "C"}], *rules)
    assert run.findings.places().rows() == [
        (2, "activity", "XX-C1", "error", "row"),
        (3, "activity", "XX-C1", "error", "row"),
        (4, "level", "XX-FLD", "error", "row"),
    ]


def test_the_findings_of_some_rows_come_in_row_order(bench):
    rules = [{"id": "XX-C1", "unique": ["activity"], "message": "Twice."}, FLAG]
    run = bench.run([{"hours": "1"}, {}, {"activity": "rowing", "level": "C"}], *rules)
    assert [(one.row, one.rule) for one in run.findings.of_rows({3})] == [(2, "XX-C1"), (3, "XX-A1")]
    assert [one.rule for one in run.findings.of_rows({4})] == ["XX-A1", "XX-FLD"]
    assert list(run.findings.of_rows({99})) == []


def test_thousands_of_findings_are_read_in_slices(bench):
    rows = [{"level": "C", "hours": "5"}] * 3_000
    run = bench.run(rows, FLAG)
    read = [(one.row, one.rule) for one in run.findings]
    assert len(read) == len(run.findings) == 6_000
    assert read == sorted(read)
    assert read[0] == (2, "XX-A1")


def test_findings_of_a_hook_stand_among_the_others(bench):
    seen = []

    def hook(records):
        seen.extend(records.columns)
        yield Finding("YY-H1", 1, "error", "file", "From a hook.", "Ask them.", row=2, column="note", value="x")

    run = bench.run([{"hours": "x"}], FLAG, hook=hook)
    first = next(iter(run.findings))
    assert (first.rule, first.message, first.fix, first.row) == ("YY-H1", "From a hook.", "Ask them.", 2)
    assert first.label == "Note"
    assert run.verdict == "file rejected"
    assert "bad:hours" not in seen
    assert "hours" in seen


def test_a_hook_that_crashes_is_a_line_of_the_coverage(bench):
    def hook(records):
        raise ValueError("Ann Example")

    run = bench.run([{}], hook=hook)
    assert bench.coverage(run, "HOOKS") == ("crashed", "a plugin's own check could not be computed (ValueError)")
    assert run.verdict == "no answer"


def test_hits_that_come_in_no_order_are_found_by_their_rows(bench):
    def hook(records):
        for row in (4, 2, 3):
            yield Finding("YY-H1", 1, "error", "row", f"Row {row}.", "Mend it.", row=row, column="note")

    run = bench.run([{}, {}, {}], hook=hook)
    assert bench.said(run) == [(2, "Row 2."), (3, "Row 3."), (4, "Row 4.")]
    assert [one.message for one in run.findings.of_rows({2, 4})] == ["Row 2.", "Row 4."]
    assert list(bench.run([{}]).findings.of_rows({2})) == []


def test_a_finding_about_a_record_without_a_row_touches_no_row(bench):
    rule = {"id": "XX-A1", "each": "stored", "flag": "hours > 1", "message": "m"}
    run = bench.run([{}], rule, stored=bench.stored({"member": "8"}))
    assert list(run.findings.of_rows({2})) == []
    assert run.findings.places().rows() == [(None, "hours", "XX-A1", "error", "row")]
    assert run.rejected.to_list() == []


def test_values_that_explain_next_to_nothing_are_one_cause(bench):
    rows = [{"level": f"X{number}"} for number in range(1000)] + [{"level": "X1"}] + [{"level": "C"}] * 30
    causes = bench.run(rows).findings.causes()
    assert [(one.value, one.findings) for one in causes] == [(None, 1001), ("C", 30)]
