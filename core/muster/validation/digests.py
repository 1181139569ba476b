"""The digest of a rule set: the same rules give the same digest on every machine."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

    from muster.model.collections import Collection
    from muster.model.rules import Rule


def ruleset_digest(collection: Collection, year: int, extra_rules: Iterable[Rule] = ()) -> str:
    """Return the SHA-256 of what decides a run of one school year: rules, lookups, tables, settings, layouts."""
    return hashlib.sha256(ruleset_text(collection, year, extra_rules)).hexdigest()


def ruleset_text(collection: Collection, year: int, extra_rules: Iterable[Rule] = ()) -> bytes:
    """Return what decides a run of one school year as the text that the digest is over."""
    content = _content(collection, year, extra_rules)
    return json.dumps(content, sort_keys=True, separators=(",", ":"), default=str).encode()


def _content(collection: Collection, year: int, extra_rules: Iterable[Rule]) -> dict[str, Any]:
    rules = [*collection.rules_of(year), *extra_rules]
    return {
        "collection": collection.address,
        "year": year,
        "key": collection.key,
        "rules": {rule.id: rule.model_dump(mode="json") for rule in rules},
        "lookups": {one.name: one.model_dump(mode="json") for one in collection.ruleset.lookups},
        "tables": {one.name: one.model_dump(mode="json") for one in collection.ruleset.tables},
        "settings": {name: str(value) for name, value in collection.settings_of(year).items()},
        "layouts": {layout.id: layout.model_dump(mode="json") for layout in collection.layouts_of(year)},
    }
