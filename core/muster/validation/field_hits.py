"""Field checks as findings: which rule has which check of which column, and the sentence for each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from muster.validation.core_rules import core_field_rule
from muster.validation.fields import KIND, RAW, READ
from muster.validation.hits import Hits, Told
from muster.validation.messages import MOST_LISTED, Words, cut, fill
from muster.validation.schemas import places_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from decimal import Decimal

    from muster.model.columns import Column, FieldCheck
    from muster.model.layouts import Layout
    from muster.model.rules import Rule, Stops
    from muster.validation.fields import FieldHits
    from muster.validation.hits import Teller

FieldRules = dict[tuple[str, str], "Rule"]
_NEVER_SPOILING = ("recommended", "repaired")
_UNREAD = ("form", "error-cell")


def field_rules(rules: Iterable[Rule], layout: Layout) -> FieldRules:
    """Return the rule of each (column, check); one that names the column comes before one for every column."""
    found: FieldRules = {}
    for rule in sorted(rules, key=lambda one: "*" not in one.columns):
        for column in layout.columns:
            if column.name in rule.columns or "*" in rule.columns:
                found |= {(column.name, check): rule for check in rule.checks if check in column.checks()}
    return found


def in_force(layout: Layout, rules: FieldRules) -> FieldRules:
    """Return the field rules with core's own where a cell could not be read and no rule would say so."""
    whole = dict(rules)
    for column in layout.columns:
        whole.setdefault((column.name, "error-cell"), core_field_rule("error-cell"))
        if column.type not in ("text", "code"):
            whole.setdefault((column.name, "form"), core_field_rule("form"))
    return whole


def asked_checks(layout: Layout, rules: FieldRules) -> dict[str, dict[FieldCheck, bool]]:
    """Return for each column its checks in force, and whether a hit makes the cell unusable for other rules."""
    asked: dict[str, dict[FieldCheck, bool]] = {}
    for column in layout.columns:
        checks = [check for check in column.checks() if check != "error-cell" and (column.name, check) in rules]
        asked[column.name] = {check: _spoils(check, rules[column.name, check]) for check in sorted(checks)}
    return asked


def _spoils(check: FieldCheck, rule: Rule) -> bool:
    if check in _NEVER_SPOILING:
        return False
    return check in _UNREAD or (rule.severity == "error" and rule.status == "active")


def field_hits(found: FieldHits, rule: Rule, stops: Stops, place: int, words: Words) -> Hits:
    """Return the hits of one check on one column as findings of its rule."""
    return Hits(
        rule=rule.id,
        revision=rule.revision,
        severity=rule.severity,
        stops=stops,
        title=rule.title,
        fix=rule.fix,
        frame=found.frame,
        tell=_teller(found.column, found.check, rule.message, words),
        column=found.column.name,
        label=found.column.label,
        place=place,
        cause=(RAW,),
        marks=(RAW,),
    )


def _teller(column: Column, check: FieldCheck, message: str, words: Words) -> Teller:
    def tell(hit: Mapping[str, Any]) -> Told:
        raw = hit[RAW]
        text = _own(message, column, raw, hit, words) if message else default_message(column, check, hit)
        return Told(text, None if raw is None else cut(raw))

    return tell


def _own(message: str, column: Column, raw: str | None, hit: Mapping[str, Any], words: Words) -> str:
    known = {"label": column.label, "value": words(raw), column.name: words(raw), "repaired": words(hit.get(READ))}
    return fill(message, lambda name: known.get(name, f"{{{name}}}"))


def default_message(column: Column, check: FieldCheck, hit: Mapping[str, Any]) -> str:
    """Return the sentence for one cell: what is wrong, the value as given, and what is expected."""
    raw, label = hit[RAW], column.label
    if check == "error-cell":
        return _error_cell(label, raw, hit.get(KIND))
    if raw is None:
        return f"{label} is blank."
    shown = cut(raw)
    if check == "repaired":
        return f"{label} {shown} was read as {hit[READ]}: the leading zeros were missing."
    if check == "range":
        return f"{label} {shown} is {_limits(column.minimum, column.maximum)}."
    if check == "allowed":
        return f"{label} {_quoted(shown)} is not {_choice(column.allowed)}."
    return _malformed(column, raw, shown)


def _error_cell(label: str, raw: str | None, kind: str | None) -> str:
    if kind == "formula":
        return f"{label} holds a formula without a stored result."
    return f"{label} holds the spreadsheet error {cut(raw or '')}."


def _malformed(column: Column, raw: str, shown: str) -> str:
    if column.type == "integer":
        return f"{column.label} {_quoted(shown)} is not a whole number."
    if column.type == "decimal":
        return _not_decimal(column, raw, shown)
    if column.type == "date":
        return _not_date(column, raw, shown)
    if column.type == "boolean":
        return f"{column.label} {_quoted(shown)} is not {_choice((*column.true, *column.false))}."
    return _not_text(column, raw, shown)


def _not_decimal(column: Column, raw: str, shown: str) -> str:
    whole, point, decimals = raw.removeprefix("-").partition(".")
    digits = (whole + decimals).isascii() and (whole + decimals).isdigit()
    if point and digits and len(decimals) > places_of(column):
        most = places_of(column)
        return f"{column.label} {shown} has {len(decimals)} decimals; at most {most} are allowed."
    if digits:
        return f"{column.label} {shown} is too large a number."
    return f"{column.label} {_quoted(shown)} is not a number."


def _not_date(column: Column, raw: str, shown: str) -> str:
    form = column.date_format
    alike = len(raw) == len(form) and all(
        (one.isascii() and one.isdigit()) if mark.isalpha() else one == mark
        for one, mark in zip(raw, form, strict=True)
    )
    if alike:
        return f"{column.label} {shown} is no day of the calendar ({form})."
    return f"{column.label} {_quoted(shown)} is not a date in the form {form}."


def _not_text(column: Column, raw: str, shown: str) -> str:
    label = column.label
    digits = raw.isascii() and raw.isdigit()
    size = max(len(raw), column.length or 0) if column.pad and digits else len(raw)
    unit = "digits" if digits and _only_digits(column) else "characters"
    if column.length is not None and size != column.length and (digits or not _only_digits(column)):
        return f"{label} {shown} has {size:,} {_one(size, unit)}; {column.length} are needed."
    if column.most is not None and size > column.most:
        return f"{label} has {size:,} {unit}; at most {column.most} are allowed: {shown}"
    if _only_digits(column) and not digits:
        needed = f"{column.length} digits are" if column.length else "only digits are"
        return f"{label} {_quoted(shown)} holds something other than digits; {needed} needed."
    return f"{label} {_quoted(shown)} does not have the form that is needed{_published(column)}."


def _one(count: int, unit: str) -> str:
    return unit.removesuffix("s") if count == 1 else unit


def _published(column: Column) -> str:
    return f" ({column.published})" if column.published else ""


def _only_digits(column: Column) -> bool:
    """Tell whether the pattern allows nothing but digits."""
    rest = (column.pattern or "x").replace("[0-9]", "")
    return all(one in "{}0123456789,+*?" for one in rest)


def _limits(low: Decimal | None, high: Decimal | None) -> str:
    if low is None:
        return f"more than {high}"
    return f"less than {low}" if high is None else f"outside {low} to {high}"


def _choice(values: tuple[str, ...]) -> str:
    if len(values) > MOST_LISTED:
        return f"one of the {len(values)} values allowed"
    if len(values) == 1:
        return values[0]
    return ", ".join(values[:-1]) + f" or {values[-1]}"


def _quoted(text: str) -> str:
    return f'"{text}"'
