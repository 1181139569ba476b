"""Words that every report shares: counts, places, the verdict, what stops and what was not checked."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from muster.model.collections import Collection
    from muster.model.findings import Cause, Coverage, CoverageStatus
    from muster.model.rules import Level, Severity, Stops
    from muster.model.runs import Run

SEVERITIES: tuple[Severity, ...] = ("error", "warning", "info")
STOPS: tuple[Stops, ...] = ("file", "row", "signature", "nothing")
STOPS_WORDS: dict[Stops, str] = {
    "file": "stops the whole file",
    "row": "stops the row",
    "signature": "stops the signature",
    "nothing": "stops nothing",
}
NOT_CHECKED: tuple[CoverageStatus, ...] = ("crashed", "skipped", "not asked without a database")
"""What a reader must know was left open; "not applicable" and "asked elsewhere" leave nothing open."""
_A_ROW_EACH: tuple[Level, ...] = ("field", "record", "reference")
"""Levels of rules that make at most one finding a row and column."""


def count(number: int, noun: str, plural: str = "") -> str:
    """Return a number with its noun: ``1 row``, ``20,652 rows``."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def row_list(rows: Sequence[int], total: int | None = None, most: int = 8) -> str:
    """Return ``row 17`` or ``rows 17, 18, 3000 and 4 more``, as Excel writes its rows; "" where there is none."""
    if not rows:
        return ""
    total = max(total or 0, len(rows))
    shown = [str(row) for row in rows[:most]]
    left = total - len(shown)
    if left:
        return f"rows {', '.join(shown)} and {left:,} more"
    return f"row {shown[0]}" if len(shown) == 1 else f"rows {', '.join(shown[:-1])} and {shown[-1]}"


def sentence(text: str) -> str:
    """Return the text as a sentence: a capital first letter where it starts with a word, a full stop at the end."""
    text = text.strip()
    return text if not text or text[-1] in ".?:" else f"{text}."


def verdict_sentence(run: Run) -> str:
    """Return the verdict in one unmistakable line, never without the number of rows that were not accepted."""
    if run.verdict == "file rejected":
        return f"The file was not accepted: {_none_of(run.rows)}."
    rejected, accepted = run.rows - run.accepted, f"{run.accepted:,}"
    if run.verdict == "no answer":
        crashed = count(sum(1 for one in run.coverage if one.status == "crashed"), "rule")
        return (
            f"There is no answer: {crashed} could not be asked. So far {rejected:,} of {count(run.rows, 'row')} "
            f"{_was(rejected)} not accepted."
        )
    if rejected and not run.accepted:
        return f"{_no_row_of(rejected)} accepted."
    if rejected:
        good = "1 is good" if run.accepted == 1 else f"{accepted} are good"
        return f"{rejected:,} of {count(run.rows, 'row')} {_was(rejected)} not accepted; {good}."
    return f"{_all_of(run.rows)} good{_with_warnings(run)}."


def _none_of(rows: int) -> str:
    if rows == 0:
        return "no row could be taken from it"
    return "its 1 row cannot be taken" if rows == 1 else f"none of its {rows:,} rows can be taken"


def _no_row_of(rows: int) -> str:
    return "The 1 row was not" if rows == 1 else f"None of the {rows:,} rows was"


def _all_of(rows: int) -> str:
    return "The 1 row is" if rows == 1 else f"All {rows:,} rows are"


def _was(number: int) -> str:
    return "was" if number == 1 else "were"


def _with_warnings(run: Run) -> str:
    warnings = run.findings.by_severity()["warning"]
    return f"; {count(warnings, 'warning')} to look at" if warnings else ""


def all_notes(run: Run) -> tuple[str, ...]:
    """Return what is to be said about the file and the run, each sentence once."""
    return tuple(dict.fromkeys((*run.intake.warnings, *run.notes)))


def findings_by_stops(causes: Iterable[Cause]) -> dict[Stops, int]:
    """Count the findings by what they stop; all four keys are present."""
    found: Counter[Stops] = Counter()
    for cause in causes:
        found[cause.stops] += cause.findings
    return {stops: found[stops] for stops in STOPS}


def stops_sentence(run: Run, causes: Iterable[Cause]) -> str:
    """Say what the findings stop: the file, how many rows, a signature, or nothing."""
    found = findings_by_stops(causes)
    rejected = run.rows - run.accepted
    parts = [
        f"the whole file ({count(found['file'], 'finding')})" if found["file"] else "",
        f"{count(rejected, 'row')} ({count(found['row'], 'finding')})" if found["row"] else "",
        f"the signature ({count(found['signature'], 'finding')})" if found["signature"] else "",
    ]
    stopping = [part for part in parts if part]
    if not stopping:
        return "Nothing is stopped."
    rest = f" {count(found['nothing'], 'finding')} {_stop(found['nothing'])} nothing." if found["nothing"] else ""
    return f"What is stopped: {', '.join(stopping)}.{rest}"


def _stop(number: int) -> str:
    return "stops" if number == 1 else "stop"


def cause_sentence(cause: Cause) -> str:
    """Return what is wrong; where several findings share only the rule, its title and one of them as an example."""
    if cause.findings == 1 or cause.value is not None or not cause.message:
        return sentence(cause.message or cause.title)
    return f"{cause.title.strip().rstrip('.')}; for example: {sentence(cause.message)}"


def cause_size(cause: Cause, collection: Collection) -> str:
    """Return how much one cause explains: in rows where each finding is a row of its own, else in findings."""
    for rule in collection.ruleset.rules:
        if rule.id == cause.rule:
            rowwise = rule.level in _A_ROW_EACH or (rule.level == "file" and bool(cause.rows))
            return count(cause.findings, "row" if rowwise else "finding")
    return count(cause.findings, "finding")


def not_checked(coverage: Iterable[Coverage]) -> list[Coverage]:
    """Return what the run left open: crashed first, then skipped, then what needs a database."""
    left = [one for one in coverage if one.status in NOT_CHECKED]
    return sorted(left, key=lambda one: NOT_CHECKED.index(one.status))


def partly_checked(coverage: Iterable[Coverage]) -> list[Coverage]:
    """Return the rules that ran, but could not be asked about every row."""
    return [one for one in coverage if one.status == "ran" and one.not_asked]


def rule_titles(collection: Collection) -> dict[str, str]:
    """Return the title of every rule of the collection by its id."""
    return {rule.id: rule.title for rule in collection.ruleset.rules}
