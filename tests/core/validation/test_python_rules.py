import polars as pl

from muster.validation.python_rules import rule

DECLARED = {
    "id": "XX-PY1",
    "python": True,
    "message": "{member} spends {spent} hours (limit {settings.most}).",
    "at": "hours",
}


@rule("XX-PY1", reads=("member", "hours"))
def too_busy(records, reference, facts, settings):
    return records.filter(pl.col("hours") > settings["most"]).select("_row", "member", "hours", spent="hours")


@rule("XX-PY1")
def sees(records, reference, facts, settings):
    assert facts.year == 2030
    assert "activities" in reference
    return records.select("_row", "member", spent="hours")


@rule("XX-PY1", reads=("member", "roster.member"))
def needs_roster(records, reference, facts, settings):
    raise AssertionError


@rule("XX-PY1", reads=("weight",))
def needs_weight(records, reference, facts, settings):
    raise AssertionError


@rule("XX-PY1")
def returns_nothing(records, reference, facts, settings):
    return records.select("member")


@rule("XX-PY1")
def fails(records, reference, facts, settings):
    raise ValueError("Ann Example")


def ask(bench, function, *rows, **given):
    python = {"XX-PY1": function} if function else {}
    return bench.run(list(rows), DECLARED, python=python, settings=[bench.setting("most", 3)], **given)


def test_a_function_finds_rows_and_the_declaration_words_them(bench):
    run = ask(bench, too_busy, {"hours": "3"}, {"hours": "4", "level": "C"})
    assert bench.said(run, "XX-PY1") == [(3, "7 spends 4 hours (limit 3).")]
    [finding] = [one for one in run.findings if one.rule == "XX-PY1"]
    assert (finding.column, finding.label, finding.value) == ("hours", "Hours per Week", "4")
    assert bench.coverage(run, "XX-PY1") == ("ran", "")


def test_a_function_is_not_given_rows_it_could_misread(bench):
    rows = [{}, {"hours": "x"}, {"level": "C"}]
    run = ask(bench, sees, *rows)
    assert [row for row, _ in bench.said(run, "XX-PY1")] == [2]
    assert bench.not_asked(run, "XX-PY1") == 2
    assert bench.not_asked(ask(bench, too_busy, *rows), "XX-PY1") == 1


def test_what_a_function_lacks_is_said(bench):
    assert bench.coverage(ask(bench, needs_roster, {}), "XX-PY1") == ("skipped", "needs the roster (not loaded)")
    assert bench.coverage(ask(bench, needs_weight, {}), "XX-PY1") == ("not applicable", "the layout has no weight")


def test_what_is_wrong_with_a_function_is_said_without_data(bench):
    said = "the rule could not be computed (ValueError)"
    assert bench.coverage(ask(bench, fails, {}), "XX-PY1") == ("crashed", said)
    assert bench.coverage(ask(bench, returns_nothing, {}), "XX-PY1") == (
        "crashed",
        "its function returns no column _row",
    )
    missing = "the collection's rules.py has no function marked with this id"
    assert bench.coverage(ask(bench, None, {}), "XX-PY1") == ("crashed", missing)


def test_a_rule_can_be_silent_where_a_function_fired(bench):
    other = {"id": "XX-A1", "flag": "hours > 1", "message": "m", "unless": ["XX-PY1"]}
    run = bench.run(
        [{"hours": "2"}, {"hours": "9"}],
        other,
        DECLARED,
        python={"XX-PY1": too_busy},
        settings=[bench.setting("most", 3)],
    )
    assert bench.said(run, "XX-A1") == [(2, "m")]
