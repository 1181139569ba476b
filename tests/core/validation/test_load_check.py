"""Every mistake a rule's author can make is refused at load, with file, key, problem and remedy."""

import pytest

from muster.errors import DeclarationError

FLAG = {"id": "XX-A1", "flag": "hours > 1", "message": "m"}
FILE = "xx/club_members/rules.toml"


def refused(bench, *rules, **declared):
    with pytest.raises(DeclarationError) as error:
        bench.check(*rules, **declared)
    assert error.value.file == FILE
    return f"{error.value.key}: {error.value.problem}. {error.value.remedy}"


def test_rules_without_mistakes_pass(bench):
    table = bench.table(name="sums", **{"from": "records"}, per=["member"], columns={"fee": "SUM(fee)"})
    both = bench.lookup(name="both", table="sums", on=["member"])
    old = bench.lookup(name="old", table="stored", on=["member"])
    bench.check(
        FLAG
        | {"flag": "hours NOT BETWEEN bounds.low AND bounds.high", "message": "{hours} {catalog.kind} {bounds.low}"},
        {
            "id": "XX-A2",
            "flag": "both.fee > settings.most",
            "per": ["member"],
            "message": "{rows} {count} {settings.most}",
        },
        {"id": "XX-A3", "agree": "template", "per": ["member"], "within": "records", "message": "{values} {run.year}"},
        {"id": "XX-A4", "each": "stored", "flag": "modified_date < run.year_start", "message": "{modified_date}"},
        {"id": "XX-A5", "each": "sums", "flag": "fee > 5", "message": "{member} {fee}", "at": "member"},
        {"id": "XX-A6", "flag": "old.hours > hours", "message": "{old.hours}", "unless": ["XX-FLD", "XX-A1"]},
        {"id": "XX-A7", "each": "activities", "flag": "NOT now.found", "message": "{activity} {kind}"},
        {"id": "XX-A8", "unique": "*", "message": "{rows}"},
        lookups=[bench.catalog, bench.bounds, both, old, bench.lookup(name="now", table="file", on=["activity"])],
        tables=[table],
        settings=[bench.setting("most", 2)],
    )


EXPRESSIONS = [
    (
        {"flag": "hours IN (SELECT hours FROM file)"},
        'rule XX-A1: flag: "SELECT" is not allowed: an expression reaches no file and no other table. Use a lookup ',
    ),
    (
        {"where": "joined < CURRENT_DATE"},
        'rule XX-A1: where: "CURRENT_DATE" gives another answer every time. Use run.file_date, so that a run can be ',
    ),
    (
        {"flag": "hours > AVG(hours)"},
        "rule XX-A1: flag: an aggregate or a window is not allowed here: it reads other rows, unreadable ones too. Use ",
    ),
    ({"flag": "hour > 1"}, 'rule XX-A1: flag: there is no column of file "hour". Did you mean "hours"?'),
    ({"flag": "Hours > 1"}, 'rule XX-A1: flag: there is no column of file "Hours". Did you mean "hours"?'),
    ({"flag": 'leader = "Y"'}, 'rule XX-A1: flag: there is no column of file "Y". Known: '),
    (
        {"flag": "katalog.found"},
        'rule XX-A1: flag: there is no column of file "katalog.found". Did you mean "catalog"?',
    ),
    (
        {"flag": "catalog.knd = 'x'"},
        'rule XX-A1: flag: there is no field of the lookup catalog "knd". Did you mean "kind"?',
    ),
    ({"flag": "catalog"}, 'rule XX-A1: flag: there is no field of the lookup catalog "catalog". Known: '),
    ({"flag": "settings.most > 1"}, 'rule XX-A1: flag: there is no setting "most". Known: none.'),
    ({"flag": "run.yaer > 1"}, 'rule XX-A1: flag: there is no value of run "yaer". Did you mean "year"?'),
    ({"flag": "hours"}, "rule XX-A1: flag: it is Int64, neither true nor false. Compare it with something."),
    ({"flag": "hours + 1"}, "rule XX-A1: flag: it is Int64, neither true nor false. Compare it with something."),
    ({"flag": "activity > 1"}, "rule XX-A1: flag: it cannot be computed: cannot compare string with numeric type"),
    ({"flag": "DATEDIFF(joined, joined) > 1"}, "rule XX-A1: flag: this is no SQL expression: "),
    ({"flag": "hours = = 1"}, "rule XX-A1: flag: this is no SQL expression: "),
    ({"where": "hours"}, "rule XX-A1: flag: it is Int64, neither true nor false."),
]


@pytest.mark.parametrize(("change", "said"), EXPRESSIONS)
def test_a_mistake_in_an_expression(bench, change, said):
    assert refused(bench, FLAG | change).startswith(said)


NAMES = [
    ({"message": "{hour}"}, 'rule XX-A1: message: there is no column of file "hour". Did you mean "hours"?'),
    ({"message": "{catalog.title}"}, 'rule XX-A1: message: there is no field of the lookup catalog "title". Known: '),
    ({"message": "{rows}"}, 'rule XX-A1: message: "rows" says something about a group. Leave it out, or group.'),
    ({"message": "{values}", "per": ["member"]}, 'rule XX-A1: message: "values" says something about a group.'),
    ({"at": "hour"}, 'rule XX-A1: at: there is no column of file "hour". Did you mean "hours"?'),
    ({"per": ["clubs"]}, 'rule XX-A1: per: there is no column of file "clubs". Did you mean "club"?'),
    ({"cause": ["clubs"]}, 'rule XX-A1: cause: there is no column of file "clubs". Did you mean "club"?'),
    ({"unless": ["XX-A9"]}, 'rule XX-A1: unless: there is no rule "XX-A9". Did you mean "XX-A1"?'),
    ({"unless": ["XX-A1"]}, 'rule XX-A1: unless: "XX-A1" leads back to itself. Break the circle.'),
    ({"each": "storde"}, 'rule XX-A1: each: there is no table "storde". Did you mean "stored"?'),
    ({"layouts": ["mian"]}, 'rule XX-A1: layouts: there is no layout "mian". Did you mean "main"?'),
    (
        {"within": "records"},
        'rule XX-A1: within: belongs to unique and agree. Use each = "records".',
    ),
]


@pytest.mark.parametrize(("change", "said"), NAMES)
def test_a_name_that_is_not_there(bench, change, said):
    assert refused(bench, FLAG | change).startswith(said)


def test_unique_and_agree_name_columns(bench):
    unique = {"id": "XX-C1", "unique": ["membr"], "message": "m"}
    assert refused(bench, unique) == 'rule XX-C1: unique: there is no column of file "membr". Did you mean "member"?'
    agree = {"id": "XX-C2", "agree": "hour", "per": ["club"], "message": "m"}
    assert refused(bench, agree) == 'rule XX-C2: agree: there is no column of file "hour". Did you mean "hours"?'
    both = {"id": "XX-C3", "unique": ["club"], "per": ["member"], "message": "m"}
    assert refused(bench, both) == ("rule XX-C3: per: belongs to flag and agree. The columns of unique are the group.")
    whole = {"id": "XX-C4", "unique": "*", "within": "records", "message": "m"}
    assert refused(bench, whole) == 'rule XX-C4: unique: "*" means the columns of the file. Name the columns.'


def test_a_private_column_is_never_printed(bench):
    person = bench.lookup(name="person", table="people", on=["member"])
    rule = FLAG | {"flag": "joined <> person.birth_date", "message": "{person.birth_date}"}
    said = 'rule XX-A1: message: "person.birth_date" is private: it may be compared and never printed. Leave it out of the message.'
    assert refused(bench, rule, lookups=[person]) == said
    own = bench.lookup(name="person", table="people", on=["member"], private=["club"])
    assert refused(bench, rule | {"message": "{person.club}"}, lookups=[own]).startswith(
        'rule XX-A1: message: "person.club"'
    )


@pytest.mark.parametrize(("sql", "private"), [("MIN(birth_date)", True), ("COUNT(birth_date)", False)])
def test_what_is_made_of_a_private_column_is_private_but_a_count(bench, sql, private):
    table = bench.table(name="births", **{"from": "people"}, per=["member"], columns={"it": sql})
    person = bench.lookup(name="person", table="births", on=["member"])
    rule = FLAG | {"flag": "person.found", "message": "{person.it}"}
    if private:
        said = refused(bench, rule, lookups=[person], tables=[table])
        assert said.startswith('rule XX-A1: message: "person.it" is private')
    else:
        bench.check(rule, lookups=[person], tables=[table])


def test_the_uploaders_own_values_may_be_printed(bench):
    joined = bench.layout().column("joined").model_copy(update={"private": True})
    layout = bench.layout(columns=(*bench.layout().columns[:5], joined, *bench.layout().columns[6:]))
    bench.check(FLAG | {"message": "{joined}"}, layouts=[layout])


LOOKUPS = [
    ({"name": "activity", "table": "file", "on": ["member"]}, "lookup activity: bears the name of a column. "),
    ({"name": "run", "table": "file", "on": ["member"]}, 'lookup run: "run" has a meaning of its own in rules. '),
    (
        {"name": "x", "table": "fiel", "on": ["member"]},
        'lookup x: table: there is no table "fiel". Did you mean "file"?',
    ),
    ({"name": "x", "table": "file", "on": ["membr"]}, 'lookup x: on: there is no column of file "membr". Did you mean'),
    ({"name": "x", "table": "people", "on": ["level"]}, 'lookup x: on: there is no column of people "level". Known: '),
    ({"name": "x", "table": "file", "on": {"x.member": "member"}}, 'lookup x: on: "x" leads back to itself. '),
    (
        {"name": "x", "table": "file", "on": ["member"], "where": "hour > 1"},
        'lookup x: where: there is no column of file "hour"',
    ),
    (
        {"name": "x", "table": "file", "on": ["member"], "where": "MAX(hours) > 1"},
        "lookup x: where: an aggregate or a window",
    ),
    (
        {"name": "x", "table": "file", "on": ["member"], "columns": {"a": "SUM(hour)"}},
        "lookup x: columns.a: there is no column",
    ),
    (
        {"name": "x", "table": "file", "on": ["member"], "columns": {"a": "hours"}},
        "lookup x: columns.a: is no aggregate, but",
    ),
    (
        {"name": "x", "table": "file", "on": ["member"], "columns": {"a": "SELECT 1"}},
        'lookup x: columns.a: "SELECT" is not',
    ),
    (
        {"name": "x", "table": "file", "on": ["member"], "columns": {"a": "SUM(activity)"}},
        "lookup x: it cannot be computed: ",
    ),
    (
        {"name": "x", "table": "stored", "on": ["member"], "year": -1},
        'lookup x: year: "year" has no effect on "stored"',
    ),
]


@pytest.mark.parametrize(("lookup", "said"), LOOKUPS)
def test_a_mistake_in_a_lookup(bench, lookup, said):
    assert refused(bench, lookups=[bench.lookup(**lookup)]).startswith(said)


def test_a_circle_of_lookups(bench):
    one = bench.lookup(name="one", table="limits", on={"two.kind": "kind"})
    two = bench.lookup(name="two", table="limits", on={"one.kind": "kind"})
    assert refused(bench, lookups=[one, two]) == 'lookup one: on: "one" leads back to itself. Break the circle.'


def test_a_key_of_a_lookup_that_the_asked_rows_lack(bench):
    lookup = bench.lookup(name="x", table="people", on={"membr": "member"})
    said = refused(bench, FLAG | {"flag": "x.found"}, lookups=[lookup])
    assert said == 'lookup x: on: there is no column of file "membr". Did you mean "member"?'


def test_a_key_of_another_type(bench):
    lookup = bench.lookup(name="x", table="people", on={"hours": "member"})
    said = refused(bench, FLAG | {"flag": "x.found"}, lookups=[lookup])
    assert said.startswith("rule XX-A1: flag: it cannot be computed: ")


TABLES = [
    ({"name": "hours", "from": "file"}, "table hours: bears the name of a column. "),
    ({"name": "people", "from": "file"}, "table people: bears the name of another table. "),
    ({"name": "file", "from": "file"}, "table file: bears the name of another table. "),
    ({"name": "settings", "from": "file"}, 'table settings: "settings" has a meaning of its own in rules. '),
    ({"name": "t", "from": "fiel"}, 'table t: from: there is no table "fiel". Did you mean "file"?'),
    ({"name": "t", "from": "file", "join": "peple", "on": ["member"]}, 'table t: join: there is no table "peple".'),
    ({"name": "t", "from": "t"}, 'table t: from: "t" leads back to itself. '),
    ({"name": "t", "from": "file", "per": ["clubs"]}, 'table t: per: there is no column of file "clubs". '),
    ({"name": "t", "from": "file", "columns": {"a": "SUM(hours)"}}, "table t: columns.a: an aggregate or a window"),
    ({"name": "t", "from": "file", "per": ["club"], "columns": {"a": "hours"}}, "table t: columns.a: is no aggregate"),
    ({"name": "t", "from": "file", "where": "member > 1"}, "table t: it cannot be computed: "),
]


@pytest.mark.parametrize(("table", "said"), TABLES)
def test_a_mistake_in_a_table(bench, table, said):
    assert refused(bench, tables=[bench.table(**table)]).startswith(said)


def test_ids_and_names_are_used_once(bench):
    assert refused(bench, FLAG, FLAG) == "rule XX-A1: is declared 2 times. Ids and names are used once."
    twice = refused(bench, lookups=[bench.catalog, bench.catalog])
    assert twice == "lookup catalog: is declared 2 times. Ids and names are used once."


def test_a_circle_of_silence(bench):
    rules = [FLAG | {"unless": ["XX-A2"]}, FLAG | {"id": "XX-A2", "unless": ["XX-A1"]}]
    assert refused(bench, *rules) == 'rule XX-A1: unless: "XX-A1" leads back to itself. Break the circle.'


def test_silence_needs_the_same_rows(bench):
    rules = [FLAG | {"unless": ["XX-A2"]}, FLAG | {"id": "XX-A2", "each": "stored"}]
    said = "rule XX-A1: unless: XX-A2 asks the rows of another table. Say it in where or in the flag."
    assert refused(bench, *rules) == said


def test_columns_that_never_stand_in_one_layout(bench):
    layouts = [bench.layout(without=("hours",)), bench.layout("other", without=("fee",))]
    said = refused(bench, FLAG | {"flag": "hours > fee"}, layouts=layouts)
    assert said.startswith("rule XX-A1: the other layout of 2030 has no fee. Name columns that stand in one layout.")


def test_a_rule_is_checked_with_every_type_its_columns_have(bench):
    hours = bench.layout().column("hours").model_copy(update={"type": "text", "minimum": None, "maximum": None})
    layouts = [bench.layout(columns=(*bench.layout().columns[:3], hours), year=2029), bench.layout()]
    said = refused(bench, FLAG | {"flag": "hours > 1"}, layouts=layouts, lookups=[])
    assert said.startswith("rule XX-A1: flag: it cannot be computed: ")
    bench.check(FLAG | {"flag": "hours > 1", "first_year": 2030}, layouts=layouts, lookups=[])


def test_every_check_of_a_column_has_one_rule(bench):
    some = [{"id": "XX-FLD", "columns": ["*"], "checks": ["required", "form", "range"], "level": "field"}]
    rest = {"id": "XX-REP", "columns": ["club", "activity"], "checks": ["repaired", "recommended"], "level": "field"}
    assert refused(bench, field_rules=[*some, rest]) == (
        'rules: no rule has the check "allowed" of the column "level" (layout main of 2030). '
        'Add a rule with columns = ["level"] and checks = ["allowed"].'
    )
    both = {"id": "XX-LVL", "columns": ["level"], "checks": ["allowed"], "level": "field"}
    bench.check(both, field_rules=[*some, rest])
    twice = both | {"id": "XX-LV2"}
    assert refused(bench, both, twice, field_rules=[*some, rest]) == (
        'rule XX-LV2: columns: XX-LVL and XX-LV2 both have the check "allowed" of the column "level". '
        "Leave it in one of them."
    )


def test_a_field_rule_checks_something(bench):
    unknown = {"id": "XX-F1", "columns": ["levl"], "level": "field"}
    assert refused(bench, unknown) == 'rule XX-F1: columns: there is no column "levl". Did you mean "level"?'
    nothing = {"id": "XX-F1", "columns": ["note"], "checks": ["range"], "level": "field"}
    assert refused(bench, nothing) == (
        "rule XX-F1: checks: its columns declare nothing for range. Declare it in the layout, or correct the rule."
    )
    message = {"id": "XX-F1", "columns": ["level"], "checks": ["allowed"], "level": "field", "message": "{labl}"}
    assert refused(bench, message) == 'rule XX-F1: message: there is no placeholder "labl". Did you mean "label"?'


def test_a_pattern_that_is_none(bench):
    note = bench.layout().column("note").model_copy(update={"pattern": "[0-9"})
    layout = bench.layout(columns=(*bench.layout().columns[:8], note))
    said = refused(bench, layouts=[layout])
    assert (
        said == 'column note (layout main of 2030): its pattern "[0-9" cannot be used. Correct the regular expression.'
    )


def test_a_python_rule_has_a_function(bench):
    rule = {"id": "XX-PY1", "python": True, "message": "m"}
    said = 'rule XX-PY1: python: no function of rules.py is marked with this id. Write it there below @rule("XX-PY1").'
    assert refused(bench, rule) == said
    bench.check(rule, python={"XX-PY1": lambda *_: None})


def test_the_file_is_named_by_the_plugin_the_rules_came_from(bench):
    with pytest.raises(DeclarationError) as error:
        bench.check(FLAG | {"flag": "hour > 1", "origin": "muster_xanadu"})
    assert str(error.value) == (
        'muster_xanadu/club_members/rules.toml: rule XX-A1: flag: there is no column of file "hour". Did you mean "hours"?'
    )


def test_a_check_of_the_file_has_one_rule(bench):
    rules = [{"id": f"XX-F{number}", "file": "template", "stops": "file", "level": "file"} for number in (1, 2)]
    said = 'rule XX-F2: file: XX-F1 has the check "template" as well. Leave it in one of them.'
    assert refused(bench, *rules) == said
    bench.check(rules[0] | {"layouts": ["main"]}, rules[1] | {"first_year": 2031})


def test_the_private_columns_of_an_asked_reference_table_are_never_printed(bench):
    rule = FLAG | {"each": "people", "flag": "birth_date > run.file_date", "message": "{birth_date}"}
    assert refused(bench, rule).startswith('rule XX-A1: message: "birth_date" is private')


@pytest.mark.parametrize("word", ["limit", "order", "group"])
def test_a_lookup_with_a_name_of_sql_is_refused_with_the_place(bench, word):
    lookup = bench.lookup(name=word, table="people", on=["member"])
    said = refused(bench, FLAG | {"flag": f"{word}.found"}, lookups=[lookup])
    assert said.startswith("rule XX-A1: flag: this is no SQL expression: ")
