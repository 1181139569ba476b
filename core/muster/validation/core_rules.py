"""The rules that hold for every state: what is wrong with a file as a whole, and cells that hold an error."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from muster.model.rules import Rule

if TYPE_CHECKING:
    from muster.model.columns import FieldCheck
    from muster.model.rules import FileCheck

_FILE: dict[FileCheck, tuple[str, str, str]] = {
    "unreadable": ("The file cannot be read", "file", "Save it again as one of the allowed kinds and send that."),
    "template": ("The columns are those of no template", "file", "Copy the rows into the template of this year."),
    "no-rows": ("The file has no data row", "file", "Fill in the template below its headings."),
    "header-record": ("The header record is missing or malformed", "file", "Export the file again."),
    "header-variant": ("The header record is unusual", "nothing", "Nothing need be done for this file."),
    "row-shape": ("A row has more or fewer columns than the layout", "row", "Give the row the layout's columns."),
    "window": ("The collection is not open", "file", "Wait until it opens, or ask the agency for an extension."),
    "permission": ("The person may not upload for this organization", "file", "Ask someone who may."),
    "seen-before": ("The same file was uploaded before", "nothing", "Check that the right file was chosen."),
}


@lru_cache
def core_file_rule(check: FileCheck) -> Rule:
    """Return the rule about a whole file that is used where a state binds none of its own."""
    title, stops, fix = _FILE[check]
    moments = ("upload",) if check in UPLOAD_CHECKS else ("validate", "upload")
    rule = {
        "id": f"CORE-{check.upper()}",
        "title": title,
        "severity": "warning" if stops == "nothing" else "error",
        "stops": stops,
        "level": "file",
        "when": moments,
        "fix": fix,
        "file": check,
        "derived": True,
        "origin": "muster",
    }
    return Rule.model_validate(rule)


UPLOAD_CHECKS = frozenset(["window", "permission", "seen-before"])
"""Checks that can only be asked when a file is uploaded."""


@lru_cache
def core_field_rule(check: FieldCheck) -> Rule:
    """Return the rule about one cell that is used where no rule of the state is in force: nothing is lost unsaid."""
    title = {"error-cell": "A cell holds an error or a formula without a result"}.get(check, "A cell cannot be read")
    rule = {
        "id": f"CORE-{check.upper()}",
        "title": title,
        "severity": "error",
        "stops": "row",
        "level": "field",
        "when": ("validate", "upload", "write", "sign"),
        "fix": "Type the value into the cell.",
        "columns": ("*",),
        "checks": (check,),
        "derived": True,
        "origin": "muster",
    }
    return Rule.model_validate(rule)
