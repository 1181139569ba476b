"""One rule over empty tables: its expressions, the columns it names, and the placeholders of its message."""

from __future__ import annotations

from typing import TYPE_CHECKING

from muster.validation.applicability import file_columns, refuse_by_layout
from muster.validation.check_tables import FAILURES
from muster.validation.complaints import Complaint, key_of, unknown
from muster.validation.expressions import row_expression
from muster.validation.lookups import FOUND
from muster.validation.messages import placeholders
from muster.validation.reading import CONTEXT, GROUP_WORDS, asked_table, told_paths
from muster.validation.safety import ExpressionError
from muster.validation.schemas import TEMPLATE
from muster.validation.standing import NotAskedError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from muster.model.layouts import Layout
    from muster.model.rules import Rule
    from muster.validation.asking import Asking
    from muster.validation.rehearsal import Rehearsal

_FIELD_WORDS = ("label", "value", "repaired")


def check_rule(rule: Rule, rehearsal: Rehearsal) -> None:
    """Complain about the first mistake in one rule."""
    _check_layouts(rule, rehearsal)
    if rule.kind == "field":
        _check_field_message(rule)
    elif rule.kind == "python":
        _check_python(rule, rehearsal)
    elif rule.kind in ("flag", "unique", "agree"):
        _check_use(rule, rehearsal)
        _check_expressions(rule)
        _check_paths(rule, rehearsal)
        _check_message(rule, rehearsal)
        _rehearse(rule, rehearsal)


def _check_layouts(rule: Rule, rehearsal: Rehearsal) -> None:
    known = {layout.id for layout in rehearsal.collection.layouts}
    for name in rule.layouts:
        if name not in known:
            raise unknown(key_of(rule, "layouts"), "layout", name, known)


def _check_field_message(rule: Rule) -> None:
    for name in placeholders(rule.message):
        if name not in (*_FIELD_WORDS, *rule.columns):
            raise unknown(key_of(rule, "message"), "placeholder", name, (*_FIELD_WORDS, *rule.columns))


def _check_python(rule: Rule, rehearsal: Rehearsal) -> None:
    function = rehearsal.collection.python.get(rule.id)
    try:
        found = getattr(function, "function", function)
    except KeyError:
        found = None
    if found is None:
        problem = "no function of rules.py is marked with this id"
        raise Complaint(key_of(rule, "python"), problem, f'Write it there below @rule("{rule.id}").')


def _check_use(rule: Rule, rehearsal: Rehearsal) -> None:
    """Complain about keys that have no effect on this kind of rule, and about other rules of other rows."""
    if rule.within == "records" and rule.flag:
        raise Complaint(key_of(rule, "within"), "belongs to unique and agree", 'Use each = "records".')
    if rule.unique and rule.per:
        raise Complaint(key_of(rule, "per"), "belongs to flag and agree", "The columns of unique are the group.")
    if rule.unique == "*" and asked_table(rule) != "file":
        raise Complaint(key_of(rule, "unique"), '"*" means the columns of the file', "Name the columns.")
    asked = {one.id: one for one in rehearsal.collection.ruleset.rules}
    for other in rule.unless:
        if _rows_of(asked[other]) != _rows_of(rule):
            problem = f"{other} asks the rows of another table"
            raise Complaint(key_of(rule, "unless"), problem, "Say it in where or in the flag.")


def _rows_of(rule: Rule) -> str:
    table = asked_table(rule)
    return "file" if table == "records" else table


def _check_expressions(rule: Rule) -> None:
    for part, sql in (("flag", rule.flag), ("where", rule.where)):
        if sql is None:
            continue
        try:
            row_expression(sql)
        except ExpressionError as error:
            raise Complaint(key_of(rule, part), error.problem, error.remedy) from None


def _check_paths(rule: Rule, rehearsal: Rehearsal) -> None:
    """Complain about a column, lookup or field that is nowhere."""
    for part, path in _named(rule):
        _check_path(rule, part, path, rehearsal)
    names = rehearsal.names
    known = _columns(rule, rehearsal)
    for name in names.used_lookups([path for _, path in _named(rule)]):
        for ours, _ in names.lookups[name].pairs:
            root = ours.split(".")[0]
            if root not in known and root not in names.lookups:
                raise unknown(f"lookup {name}: on", f"column of {asked_table(rule)}", ours, known)


def _named(rule: Rule) -> Iterator[tuple[str, str]]:
    for part, sql in (("flag", rule.flag), ("where", rule.where)):
        if sql:
            yield from ((part, path) for path in row_expression(sql).paths)
    lists = {"unique": rule.unique if rule.unique != "*" else (), "per": rule.per, "cause": rule.cause}
    for part, paths in lists.items():
        yield from ((part, path) for path in paths or ())
    for part, path in (("agree", rule.agree), ("at", rule.at)):
        if path:
            yield part, path
    yield from (("message", path) for path in told_paths(rule))


def _check_path(rule: Rule, part: str, path: str, rehearsal: Rehearsal) -> None:
    root, point, field = path.partition(".")
    names = rehearsal.names
    if root in names.lookups:
        known = _fields(root, rehearsal)
        if not point or field not in known:
            raise unknown(key_of(rule, part), f"field of the lookup {root}", field or root, known)
    elif root in CONTEXT:
        values = _values(root, rehearsal)
        if field not in values:
            what = "setting" if root == "settings" else "value of run"
            raise unknown(key_of(rule, part), what, field or root, values)
    else:
        known = _columns(rule, rehearsal)
        if path not in known:
            every = [*known, *names.lookups, *CONTEXT]
            raise unknown(key_of(rule, part), f"column of {asked_table(rule)}", path, every)


def _values(root: str, rehearsal: Rehearsal) -> Iterable[str]:
    if root == "settings":
        return {one.name for one in rehearsal.collection.settings}
    return ("year", "file_date", "year_start", "year_end", "organization", "district")


def _fields(name: str, rehearsal: Rehearsal) -> set[str]:
    lookup = rehearsal.names.lookups[name]
    own = set(lookup.columns) or rehearsal.columns(lookup.table)
    return {FOUND, *own, *(theirs for _, theirs in lookup.pairs)}


def _columns(rule: Rule, rehearsal: Rehearsal) -> set[str]:
    return rehearsal.columns(asked_table(rule))


def _check_message(rule: Rule, rehearsal: Rehearsal) -> None:
    context = rehearsal.asking(rehearsal.collection.layouts[0]).records.context
    private = context.private_paths(rule)
    for path in told_paths(rule):
        if path in private:
            problem = f'"{path}" is private: it may be compared and never printed'
            raise Complaint(key_of(rule, "message"), problem, "Leave it out of the message.")
    used = {word for word in placeholders(rule.message) if word in GROUP_WORDS}
    allowed = set(GROUP_WORDS) if rule.agree else {"rows", "count"} if rule.unique or rule.per else set()
    for word in sorted(used - allowed):
        raise Complaint(key_of(rule, "message"), f'"{word}" says something about a group', "Leave it out, or group.")


def _rehearse(rule: Rule, rehearsal: Rehearsal) -> None:
    """Ask the rule over empty tables, once for every combination of column types that its layouts have."""
    lacking: Complaint | None = None
    seen: set[tuple[str, ...]] = set()
    for layout in reversed(_layouts(rule, rehearsal)):
        asking = rehearsal.asking(layout)
        try:
            refuse_by_layout(rule, rehearsal.names, layout)
        except NotAskedError as refused:
            lacking = lacking or Complaint(key_of(rule), refused.reason, "Name columns that stand in one layout.")
            continue
        types = _types(rule, layout, asking)
        if types not in seen:
            seen.add(types)
            _ask(rule, asking)
    if not seen and lacking is not None:
        raise lacking


def _layouts(rule: Rule, rehearsal: Rehearsal) -> list[Layout]:
    return [
        layout
        for layout in rehearsal.collection.layouts
        if (not rule.layouts or layout.id in rule.layouts)
        and (rule.first_year is None or rule.first_year <= layout.year)
        and (rule.last_year is None or layout.year <= rule.last_year)
    ]


def _types(rule: Rule, layout: Layout, asking: Asking) -> tuple[str, ...]:
    schema = asking.records.table("file").schema
    named = file_columns(rule, asking.records.context.names, layout)
    return tuple(str(schema.get(name)) for name in named if name != TEMPLATE)


def _ask(rule: Rule, asking: Asking) -> None:
    try:
        asking.ask(rule)
    except ExpressionError as error:
        raise Complaint(key_of(rule, _part(rule)), error.problem, error.remedy) from None
    except NotAskedError as refused:
        raise Complaint(key_of(rule), refused.reason, "Correct the rule.") from None
    except FAILURES as error:
        problem = "it cannot be computed: " + str(error).strip().split("\n", 1)[0]
        raise Complaint(
            key_of(rule, _part(rule)), problem, "Compare values of one type; CAST where they differ."
        ) from None


def _part(rule: Rule) -> str:
    return "flag" if rule.flag else "unique" if rule.unique else "agree"
