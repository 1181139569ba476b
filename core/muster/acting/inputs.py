"""Inputs and parameters: the fields of a model as a form shows them, and what was given, read with sentences."""

from __future__ import annotations

import types
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError

from muster.acting.failures import InputError, InputProblem

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pydantic.fields import FieldInfo

Model = TypeVar("Model", bound=BaseModel)
FieldKind = Literal["text", "number", "decimal", "date", "yes-no", "choice", "rows"]
_KINDS: dict[Any, FieldKind] = {int: "number", Decimal: "decimal", date: "date", bool: "yes-no"}
_SENTENCES = {
    "missing": "{label} is missing.",
    "int_parsing": "{label} must be a whole number.",
    "int_from_float": "{label} must be a whole number.",
    "int_type": "{label} must be a whole number.",
    "decimal_parsing": "{label} must be a number.",
    "date_from_datetime_parsing": "{label} must be a date, such as 2026-02-09.",
    "date_parsing": "{label} must be a date, such as 2026-02-09.",
    "bool_parsing": "{label} must be yes or no.",
    "extra_forbidden": "There is no field {label}.",
    "string_too_short": "{label} is too short.",
    "string_too_long": "{label} is too long.",
    "literal_error": "{label} must be one of {expected}.",
}


@dataclass(frozen=True, slots=True)
class Field:
    """One field as a form shows it; ``rows`` are the fields of each sub-row where it is a list of them."""

    name: str
    label: str
    kind: FieldKind
    required: bool
    help: str = ""
    choices: tuple[str, ...] = ()
    private: bool = False
    rows: tuple[Field, ...] = ()


def fields_of(model: type[BaseModel]) -> tuple[Field, ...]:
    """Return the fields of an input or of parameters, in order."""
    return tuple(_field(name, info) for name, info in model.model_fields.items())


def private_fields(model: type[BaseModel]) -> frozenset[str]:
    """Return the names of the fields that identify a student, which never stand in an address."""
    return frozenset(field.name for field in fields_of(model) if field.private)


def read_input(model: type[Model], given: Mapping[str, Any]) -> Model:
    """Return what was given as the model; blanks are left out, and every problem is a sentence of one InputError."""
    try:
        return model.model_validate(_without_blanks(given))
    except ValidationError as error:
        found = error.errors(include_input=False, include_url=False)
        raise InputError([_problem(model, dict(one)) for one in found]) from None


def _field(name: str, info: FieldInfo) -> Field:
    extra = info.json_schema_extra if isinstance(info.json_schema_extra, dict) else {}
    inner = _inner(info.annotation)
    row = _row_model(inner)
    return Field(
        name=name,
        label=info.title or name.replace("_", " ").capitalize(),
        kind="rows" if row else "choice" if get_origin(inner) is Literal else _KINDS.get(inner, "text"),
        required=info.is_required(),
        help=info.description or "",
        choices=tuple(str(one) for one in get_args(inner)) if get_origin(inner) is Literal else (),
        private=bool(extra.get("private")),
        rows=fields_of(row) if row else (),
    )


def _inner(annotation: Any) -> Any:
    """Return the type that a value has where it is not blank."""
    if get_origin(annotation) in (Union, types.UnionType):
        filled = [one for one in get_args(annotation) if one is not type(None)]
        return filled[0]
    return annotation


def _row_model(annotation: Any) -> type[BaseModel] | None:
    """Return the model of the sub-rows where the field is a list or tuple of them."""
    arguments = get_args(annotation)
    if get_origin(annotation) in (list, tuple) and isinstance(arguments[0], type):
        return arguments[0] if issubclass(arguments[0], BaseModel) else None
    return None


def _without_blanks(given: Any) -> Any:
    """Return what was given without blanks and without sub-rows that were left empty."""
    if isinstance(given, dict):
        kept = {name: _without_blanks(value) for name, value in given.items()}
        return {name: value for name, value in kept.items() if value not in (None, "")}
    if isinstance(given, list | tuple):
        return [row for row in map(_without_blanks, given) if row not in ({}, None, "")]
    return given


def _problem(model: type[BaseModel], error: dict[str, Any]) -> InputProblem:
    place = [str(part) for part in error["loc"]]
    label = _label(model, error["loc"])
    known = _SENTENCES.get(error["type"])
    expected = error.get("ctx", {}).get("expected", "")
    said = error["msg"].removeprefix("Value error, ")
    sentence = known.format(label=label, expected=expected) if known else f"{label}: {said}."
    return InputProblem("-".join(place), label, sentence)


def _label(model: type[BaseModel], place: tuple[str | int, ...]) -> str:
    """Return what a field is called: ``Days`` or ``Crafts, row 2: Days``."""
    known = {field.name: field for field in fields_of(model)}
    first = known.get(str(place[0])) if place else None
    if first is None:
        return f'"{place[0]}"' if place else "The input"
    if len(place) < 3:
        return first.label
    names = {field.name: field.label for field in first.rows}
    return f"{first.label}, row {int(place[1]) + 1}: {names.get(str(place[2]), str(place[2]))}"
