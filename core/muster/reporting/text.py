"""The report that a person reads in a terminal: verdict, causes, what was not checked, first findings."""

from __future__ import annotations

from itertools import groupby, islice
from typing import TYPE_CHECKING

from muster.reporting.wording import (
    all_notes,
    cause_sentence,
    cause_size,
    count,
    not_checked,
    partly_checked,
    row_list,
    sentence,
    stops_sentence,
    verdict_sentence,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from muster.model.collections import Collection
    from muster.model.findings import Cause, Coverage, Finding
    from muster.model.runs import Run
    from muster.model.states import State

CAUSES = 20
"""How many causes of one kind are listed before the rest is only counted."""
ALL = "a report as workbook, CSV or JSON holds them all."
RULES = 15
"""How many rules with one reason are named before the rest is only counted; the JSON has them all."""
VALUE = 40
"""How many characters of a value are printed."""


def render_text(run: Run, collection: Collection, state: State, *, limit: int = 20) -> Iterator[str]:
    """Yield the lines of the report (without line ends); ``limit`` findings are listed one by one."""
    return (line.translate(_CONTROLS) for line in _lines(run, collection, state, limit))


def _lines(run: Run, collection: Collection, state: State, limit: int) -> Iterator[str]:
    causes = run.findings.causes()
    yield verdict_sentence(run)
    yield from _about(run, collection, state)
    yield stops_sentence(run, causes)
    yield from (f"Note: {sentence(one)}" for one in all_notes(run))
    yield from _causes([one for one in causes if one.stops != "nothing"], collection, "Why")
    yield from _causes([one for one in causes if one.stops == "nothing"], collection, "To look at, nothing stops")
    yield from _coverage(run.coverage)
    if not _told_whole(run, causes):
        yield from _findings(run, limit)


def _told_whole(run: Run, causes: Sequence[Cause]) -> bool:
    """Tell whether the causes have said everything: the file stops as a whole, and each cause is one finding."""
    return run.stops_file and len(causes) <= CAUSES and all(one.findings == 1 for one in causes)


def _about(run: Run, collection: Collection, state: State) -> Iterator[str]:
    year = state.vocabulary.get("year", "school year")
    layout = f", {run.intake.layout.title}" if run.intake.layout else ""
    yield f"File: {run.intake.name} ({count(run.rows, 'row')}{_sheet(run)})"
    yield f"Checked as: {collection.title}{layout} ({collection.address}), {year} {run.facts.year}"


def _sheet(run: Run) -> str:
    return f', sheet "{run.intake.sheet}"' if run.intake.sheet else ""


def _causes(causes: list[Cause], collection: Collection, title: str) -> Iterator[str]:
    if not causes:
        return
    yield ""
    yield f"{title} ({count(len(causes), 'cause')})"
    shown = causes[:CAUSES]
    sizes = [cause_size(cause, collection) for cause in shown]
    width = max(map(len, sizes))
    for cause, size in zip(shown, sizes, strict=True):
        yield f"  {size:>{width}}  {cause_sentence(cause)}"
        yield f"  {'':>{width}}  -> {sentence(cause.fix)} ({_rows_of(cause)}{cause.rule})"
    if left := causes[CAUSES:]:
        with_them = count(sum(one.findings for one in left), "finding")
        yield f"  and {count(len(left), 'more cause')} with {with_them}; {ALL}"


def _rows_of(cause: Cause) -> str:
    rows = row_list(cause.rows, max(cause.findings, len(cause.rows)), most=4)
    return f"{rows}; " if rows else ""


def _coverage(coverage: Iterable[Coverage]) -> Iterator[str]:
    coverage = tuple(coverage)
    left = not_checked(coverage)
    yield ""
    if left:
        yield f"Not checked ({count(len(left), 'rule')})"
        for (status, reason), same in groupby(left, key=lambda one: (one.status, one.reason)):
            yield f"  {_why(status, reason)} {_rules([one.rule for one in same])}"
            if status == "crashed":
                yield "    This is no fault of the file: tell whoever looks after muster which rules these are."
    else:
        yield "Every rule that a file can be asked was asked."
    if partly := partly_checked(coverage):
        yield f"Not asked about every row ({count(len(partly), 'rule')}): a value they read is blank, wrong or unknown"
        yield from (f"  {one.rule}: {count(one.not_asked, 'row')}{_reason(one)}" for one in partly)


def _rules(ids: list[str]) -> str:
    left = len(ids) - RULES
    if left <= 1:
        return ", ".join(ids)
    return f"{', '.join(ids[:RULES])} and {left:,} more"


def _why(status: str, reason: str) -> str:
    return f"{status}: {reason.strip().rstrip('.')}:" if reason else f"{status}:"


def _reason(one: Coverage) -> str:
    return f" ({one.reason})" if one.reason else ""


def _findings(run: Run, limit: int) -> Iterator[str]:
    total = len(run.findings)
    if not total or limit <= 0:
        return
    yield ""
    yield f"Findings, the most important first ({count(total, 'finding')})"
    for finding in islice(run.findings, limit):
        yield f"  {_place(finding)}{finding.severity}: {sentence(finding.message)} [{finding.rule}]"
    if total > limit:
        yield f"  {_shown(limit, total)} shown here; {ALL}"


def _shown(number: int, total: int) -> str:
    return f"The first of {total:,} is" if number == 1 else f"The first {number:,} of {total:,} are"


def _place(finding: Finding) -> str:
    rows = row_list(finding.rows or _one(finding.row), finding.rows_total, most=4)
    where = ", ".join(part for part in (rows, finding.label or finding.column or "", _value(finding.value)) if part)
    return f"{where[0].upper()}{where[1:]}: " if where else ""


def _one(row: int | None) -> tuple[int, ...]:
    return () if row is None else (row,)


def _value(value: str | None) -> str:
    if not value:
        return ""
    return f'"{value}"' if len(value) <= VALUE else f'"{value[: VALUE - 3]}..."'


_CONTROLS = dict.fromkeys((*range(32), 127, *range(128, 160)), " ")
"""Control characters of a value or a message would move the terminal's cursor or hide lines."""
