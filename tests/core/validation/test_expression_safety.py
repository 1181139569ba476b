import pytest

from muster.validation.expressions import compiled, row_expression
from muster.validation.safety import ExpressionError

NO_TABLE = "is not allowed: an expression reaches no file and no other table"

REFUSED = [
    ("n IN (SELECT k FROM read_csv('/nowhere'))", f'"SELECT" {NO_TABLE}'),
    ("n IN (select k from t)", f'"select" {NO_TABLE}'),
    ("n IN (FROM read_csv('/nowhere'))", f'"FROM" {NO_TABLE}'),
    ("n IN (VALUES (1))", f'"VALUES" {NO_TABLE}'),
    ("n IN (WITH t AS (n) n)", f'"WITH" {NO_TABLE}'),
    ("EXISTS (TABLE t)", f'"EXISTS" {NO_TABLE}'),
    ("n IN (TABLE t)", f'"TABLE" {NO_TABLE}'),
    ("n/**/IN (/* ' */ SELECT k FROM t /* ' */)", f'"SELECT" {NO_TABLE}'),
    ("n = 'it''s' OR n IN (SELECT k FROM t)", f'"SELECT" {NO_TABLE}'),
    ("EXTRACT(YEAR FROM d) > (FROM t)", f'"FROM" {NO_TABLE}'),
    ("TRIM(FROM t)", f'"FROM" {NO_TABLE}'),
    ("TRIM(BOTH 'x' FROM (FROM read_csv('/nowhere')))", f'"FROM" {NO_TABLE}'),
    ("n DISTINCT FROM k", f'"FROM" {NO_TABLE}'),
    ("read_csv('/nowhere') = 1", f'"read_csv" {NO_TABLE}'),
    ("scan_parquet('/nowhere') = 1", f'"scan_parquet" {NO_TABLE}'),
    ("n = 1; DROP TABLE t", '";" has no meaning in an expression'),
    ("n = 1;", '";" has no meaning in an expression'),
    ("n = $1", '"$" has no meaning in an expression'),
    ("n = :x", '":" has no meaning in an expression'),
    ("n = ?", '"?" has no meaning in an expression'),
    ("d > CURRENT_DATE", '"CURRENT_DATE" gives another answer every time'),
    ("d > now()", '"now" gives another answer every time'),
    ("RANDOM() > 1", '"RANDOM" gives another answer every time'),
    ("n = 'open", "' is opened and not closed"),
    ("n = 1 /* open", "/* is opened and not closed"),
    ("", "the expression is empty"),
    ("-- nothing", "the expression is empty"),
]


@pytest.mark.parametrize(("sql", "problem"), REFUSED)
def test_more_than_an_expression_is_refused_before_it_is_parsed(sql, problem, monkeypatch):
    monkeypatch.setattr("polars.sql_expr", lambda _: pytest.fail("it was parsed"))
    with pytest.raises(ExpressionError) as refused:
        compiled.__wrapped__(sql)
    assert refused.value.problem == problem
    assert refused.value.remedy


ALLOWED = [
    "n IS DISTINCT FROM k",
    "n is not distinct from k",
    "EXTRACT(YEAR FROM d) = 2030",
    "SUBSTRING(s FROM 2 FOR 3) = 'x'",
    "TRIM(BOTH 'x' FROM s) = 'y'",
    "s = 'SELECT FROM values; $1'",
    '"values" = 1 AND "from" = 2',
    "`select` = 1",
    "n = 1 -- SELECT",
    "n = 1 /* FROM; */ AND k = 2",
    "NOT now.found",
    "d + INTERVAL '16 years' > DATE '2030-01-01'",
    r"s ~ '^[0-9]+\.$'",
]


@pytest.mark.parametrize("sql", ALLOWED)
def test_expressions_with_suspicious_words_in_their_places_stay(sql):
    assert compiled(sql).paths


GROUPED = [
    "COUNT(*) > 1",
    "n > AVG(n)",
    "SUM(n) OVER () > 1",
    "SUM(n) OVER (PARTITION BY k) > 1",
    "RANK() OVER (ORDER BY n) > 1",
    "LAG(n) OVER (ORDER BY n) = 1",
    "FIRST(n) = 1",
    "ROW_NUMBER() OVER () = 1",
    "COUNT(DISTINCT n) > 1",
    "STRING_AGG(n, ',') = 'x'",
    "NOT (MAX(n) = 1)",
]


@pytest.mark.parametrize("sql", GROUPED)
def test_aggregates_and_windows_are_refused_row_by_row(sql):
    with pytest.raises(ExpressionError) as refused:
        row_expression(sql)
    assert str(refused.value) == (
        "an aggregate or a window is not allowed here: it reads other rows, unreadable ones too. "
        "Use a lookup with columns, or a derived table with per."
    )


@pytest.mark.parametrize(
    "sql", ["n = 'Agg'", '"Len" = 1', "n IN ('Over', 'Rank')", "bounds.Count > 1", "n LIKE 'Len%'"]
)
def test_an_authors_own_words_are_no_aggregates(sql):
    assert row_expression(sql).paths


def test_what_is_no_expression_is_said_in_one_line():
    with pytest.raises(ExpressionError) as refused:
        compiled("n = = 1")
    assert refused.value.problem.startswith("this is no SQL expression: ")
    assert "\n" not in refused.value.problem


def test_the_columns_read_keep_the_order_of_the_text():
    expression = compiled('minutes NOT BETWEEN range.low AND range.high OR "order" IS NULL')
    assert expression.paths == ("minutes", "range.low", "range.high", "order")
    assert expression.roots == ("minutes", "range", "order")


def test_a_count_shows_nothing_of_what_it_counts():
    assert compiled("COUNT(DISTINCT name)").shown == ()
    assert compiled("MIN(name)").shown == ("name",)
    assert compiled("SUM(n)").shown == ("n",)
