"""A collection's folder: collection.toml, layouts, rules.toml and, where Python is needed, rules.py."""

from __future__ import annotations

import importlib
import importlib.util
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from muster.declarations.folders import merged
from muster.declarations.layouts import load_layouts
from muster.declarations.toml_files import declare
from muster.errors import DeclarationError
from muster.model.collections import Collection, Setting, Window
from muster.model.rules import DerivedTable, Lookup, Rule, RuleSet

if TYPE_CHECKING:
    from pathlib import Path

    from muster.declarations.folders import StateFolder

_LISTS = {
    "setting": ("name", "first_year", "last_year"),
    "window": ("year", "function", "round"),
    "gate": ("gate",),
    "step": ("id",),
}


@dataclass(frozen=True)
class PythonRule:
    """A rule function that is imported when it is first asked: loading a state stays quick."""

    module: str
    rule: str

    def __call__(self, *arguments: Any) -> Any:
        """Ask the rule."""
        return self.function(*arguments)

    @property
    def function(self) -> Any:
        """Return the function marked ``@rule`` with this id; KeyError when the module has none."""
        found = vars(importlib.import_module(self.module)).values()
        return {getattr(one, "rule_id", None): one for one in found}[self.rule]


def load_collection(folder: StateFolder, name: str, state: str) -> Collection:
    """Read one collection's folder (``cte_eoy`` has the id ``cte-eoy``)."""
    file = folder.root / name / "collection.toml"
    document = merged(folder.versions(f"{name}/collection.toml"), _LISTS)
    ruleset = _ruleset(folder, name)
    data = {key: value for key, value in document.items() if key not in _LISTS}
    data |= {
        "id": name.replace("_", "-"),
        "state": state,
        "layouts": load_layouts(folder, name),
        "settings": [_sourced(Setting, one, file, f"setting {one.get('name')}") for one in document.get("setting", [])],
        "windows": [_sourced(Window, one, file, f"window {one.get('function')}") for one in document.get("window", [])],
        "gates": document.get("gate", []),
        "steps": document.get("step", []),
        "ruleset": ruleset,
        "python": _python_rules(folder.root, name, ruleset),
    }
    return declare(Collection, data, file, "collection")


def _sourced(model: type[Setting | Window], data: dict[str, Any], file: Path, key: str) -> Setting | Window:
    declared = declare(model, data, file, key)
    if declared.mark is None:
        remedy = 'Add cites = ["..."] or derived = true.'
        raise DeclarationError(file, key, "has no source and no mark", remedy)
    return declared


def _ruleset(folder: StateFolder, name: str) -> RuleSet:
    file = folder.root / name / "rules.toml"
    versions = list(folder.versions(f"{name}/rules.toml"))
    _check_ids(versions)
    document = merged(versions, {"rule": ("id",)})
    written = {one.get("id"): place for place, version in versions for one in version.get("rule", [])}
    rules = [
        declare(Rule, _with_origin(one, folder), written[one.get("id")], f"rule {one.get('id')}")
        for one in document.get("rule", [])
    ]
    lookups = [
        declare(Lookup, {"name": key, **one}, file, f"lookup {key}") for key, one in document.get("lookup", {}).items()
    ]
    tables = [
        declare(DerivedTable, {"name": key, **one}, file, f"table {key}")
        for key, one in document.get("table", {}).items()
    ]
    return RuleSet(rules=tuple(rules), lookups=tuple(lookups), tables=tuple(tables))


def _with_origin(entry: dict[str, Any], folder: StateFolder) -> dict[str, Any]:
    return {"origin": folder.root.name, **entry}


def _check_ids(versions: list[tuple[Path, dict[str, Any]]]) -> None:
    """Refuse an id used twice, and an overlay that brings new rules: it changes rules, a rule pack adds them."""
    (first, document), *overlays = versions
    own = [one.get("id") for one in document.get("rule", [])]
    if len(own) != len(set(own)):
        twice = next(one for one in own if own.count(one) > 1)
        raise DeclarationError(first, f"rule {twice}", "is declared twice", "Ids are for ever and used once.")
    for file, overlay in overlays:
        for entry in overlay.get("rule", []):
            if entry.get("id") not in own:
                remedy = "Correct the id; new rules come in a rule pack."
                raise DeclarationError(file, f"rule {entry.get('id')}", "is no rule of the collection", remedy)


def _python_rules(root: Path, name: str, ruleset: RuleSet) -> dict[str, PythonRule]:
    asked = [rule.id for rule in ruleset.rules if rule.python]
    file = root / name / "rules.py"
    if asked and not file.is_file():
        remedy = 'Write the function there and mark it @rule("...").'
        raise DeclarationError(
            root / name / "rules.toml", f"rule {asked[0]}", "is in Python, but there is no rules.py", remedy
        )
    return {rule: PythonRule(f"{root.name}.{name}.rules", rule) for rule in asked}


def collection_folders(folder: StateFolder) -> list[str]:
    """Return the names of the folders that hold a collection.toml, in order."""
    return sorted(file.parent.name for file in folder.root.glob("*/collection.toml"))
