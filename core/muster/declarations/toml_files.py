"""TOML files, and turning what they hold into declarations with errors a person can act on."""

from __future__ import annotations

import tomllib
from decimal import Decimal
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import ValidationError

from muster.errors import DeclarationError
from muster.model.marks import Declaration

if TYPE_CHECKING:
    from pathlib import Path

Declared = TypeVar("Declared", bound=Declaration)

_REMEDIES = {
    "extra_forbidden": "Remove it, or correct its spelling",
    "missing": "Add it",
    "string_pattern_mismatch": "Correct its spelling",
    "literal_error": "Choose one of the words named",
    "value_error": "Correct the entry",
}


def read_toml(file: Path) -> dict[str, Any]:
    """Read one TOML file; numbers with a point become Decimal, so that 2.00 stays exact."""
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"), parse_float=Decimal)
    except FileNotFoundError:
        raise DeclarationError(file, "the file", "is missing", "Add it to the state's folder.") from None
    except UnicodeDecodeError:
        raise DeclarationError(file, "the file", "is not UTF-8 text", "Save it as UTF-8.") from None
    except tomllib.TOMLDecodeError as error:
        raise DeclarationError(file, "the file", f"is not valid TOML: {error}", "Correct it there.") from None


def declare(model: type[Declared], data: dict[str, Any], file: Path, key: str) -> Declared:
    """Build a declaration; a mistake becomes one sentence with file, key and remedy."""
    try:
        return model.model_validate(data)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(str(part) for part in (key, *first["loc"]))
        problem = first["msg"].removeprefix("Value error, ")
        given = first["input"]
        if isinstance(given, str | int | bool | Decimal):
            problem = f'"{given}": {problem}'
        remedy = _REMEDIES.get(first["type"], "Correct the value")
        raise DeclarationError(file, place, problem, f"{remedy}.") from None
