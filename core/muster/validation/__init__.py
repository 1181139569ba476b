"""The one validation engine: fields, rules over records, findings, and what was and was not asked.

Names are imported when they are first used: a command that asks no rule does not load polars.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from muster.validation.digests import ruleset_digest
    from muster.validation.load_check import check_rules
    from muster.validation.python_rules import rule
    from muster.validation.run import validate

__all__ = ["check_rules", "rule", "ruleset_digest", "validate"]

_HOMES = {
    "check_rules": "muster.validation.load_check",
    "rule": "muster.validation.python_rules",
    "ruleset_digest": "muster.validation.digests",
    "validate": "muster.validation.run",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(name)
    return getattr(import_module(_HOMES[name]), name)
