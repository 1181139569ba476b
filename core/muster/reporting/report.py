"""The report as a workbook: one sheet of causes with the verdict on top, one of findings."""

from __future__ import annotations

from itertools import islice
from typing import IO, TYPE_CHECKING, Any

import xlsxwriter

from muster.reporting.table import all_rows
from muster.reporting.wording import (
    all_notes,
    cause_sentence,
    count,
    not_checked,
    partly_checked,
    row_list,
    sentence,
    stops_sentence,
    verdict_sentence,
)
from muster.reporting.writing import whole

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from muster.model.collections import Collection
    from muster.model.findings import Cause, Finding
    from muster.model.runs import Run
    from muster.model.states import State

Cells = tuple["str | int | None", ...]

SHEET_ROWS = 1_048_576
CELL_CHARACTERS = 32_767
CAUSES = 10_000
"""How many causes are listed; beyond this nobody reads on, and the rest is counted."""
OPTIONS = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
"""One row at a time is kept in memory, and no value of a file becomes a formula or a link."""

CAUSE_HEADER = ("Findings", "What is wrong", "What to do", "Rule", "Severity", "Stops", "Column", "Value", "First rows")
CAUSE_WIDTHS = (10, 70, 50, 16, 10, 10, 22, 22, 24)
FINDING_HEADER = ("Severity", "Stops", "Row", "Column", "Value", "What is wrong", "What to do", "Rule", "Other rows")
FINDING_WIDTHS = (10, 10, 8, 22, 22, 70, 50, 16, 24)


def write_report(
    run: Run, collection: Collection, state: State, target: Path | IO[bytes], *, most: int = SHEET_ROWS - 2
) -> list[str]:
    """Write the workbook; at most ``most`` findings are listed. What was cut is said on both sheets, and returned."""
    with whole(target) as stream, xlsxwriter.Workbook(stream, OPTIONS) as book:
        styles = Styles(book)
        causes = run.findings.causes()
        _causes_sheet(book.add_worksheet("Causes"), styles, _head(run, collection, state, causes, most), run, causes)
        findings_sheet(book.add_worksheet("Findings"), styles, run, most)
    return [cut_sentence(len(run.findings), most)] if len(run.findings) > most else []


class Styles:
    """The few formats that the sheets share, made for one workbook."""

    def __init__(self, book: Any) -> None:
        self.title = book.add_format({"bold": True, "font_size": 14})
        self.header = book.add_format({"bold": True, "bg_color": "#DCE6F1", "bottom": 1, "valign": "top"})
        self.wrapped = book.add_format({"text_wrap": True, "valign": "top"})


def _head(run: Run, collection: Collection, state: State, causes: tuple[Cause, ...], most: int) -> Iterator[str]:
    year = state.vocabulary.get("year", "school year")
    yield verdict_sentence(run)
    yield stops_sentence(run, causes)
    checked_as = f"{collection.title} ({collection.address}), {year} {run.facts.year}"
    yield f"{run.intake.name}, {count(run.rows, 'row')}. {checked_as}."
    yield from (sentence(one) for one in all_notes(run))
    if len(run.findings) > most:
        yield f"{cut_sentence(len(run.findings), most)} Each cause below counts all of its findings."


def cut_sentence(total: int, most: int) -> str:
    """Say how many findings the sheet holds and how many did not fit."""
    return f'The sheet "Findings" holds the first {most:,} of {total:,} findings; {total - most:,} did not fit.'


def _causes_sheet(sheet: Any, styles: Styles, head: Iterable[str], run: Run, causes: tuple[Cause, ...]) -> None:
    _widths(sheet, CAUSE_WIDTHS)
    row = 0
    for text in head:
        sheet.write_string(row, 0, fit(text), styles.title if row == 0 else None)
        row += 1
    header = row + 1
    _write(sheet, header, CAUSE_HEADER, styles.header)
    shown = causes[:CAUSES]
    for row, cause in enumerate(shown, start=header + 1):
        _write(sheet, row, _cause(cause), styles.wrapped)
    sheet.freeze_panes(header + 1, 0)
    sheet.autofilter(header, 0, header + max(1, len(shown)), len(CAUSE_HEADER) - 1)
    for row, text in enumerate(_below(run, len(causes)), start=header + len(shown) + 2):
        sheet.write_string(row, 0, fit(text))


def _cause(cause: Cause) -> Cells:
    return (
        cause.findings, cause_sentence(cause), sentence(cause.fix), cause.rule, cause.severity,
        cause.stops, cause.label or cause.column, cause.value,
        row_list(cause.rows, max(cause.findings, len(cause.rows))),
    )  # fmt: skip


def _below(run: Run, causes: int) -> Iterator[str]:
    if causes > CAUSES:
        yield f"{count(causes - CAUSES, 'more cause')} did not fit."
    left = not_checked(run.coverage)
    yield f"Not checked: {count(len(left), 'rule')}." if left else "Every rule that a file can be asked was asked."
    yield from (f"{one.rule}: {': '.join(part for part in (one.status, one.reason) if part)}" for one in left)
    for one in partly_checked(run.coverage):
        yield f"{one.rule}: not asked about {count(one.not_asked, 'row')}{f' ({one.reason})' if one.reason else ''}"


def findings_sheet(sheet: Any, styles: Styles, run: Run, most: int, above: Sequence[str] = ()) -> None:
    """Write up to ``most`` findings, the most important first, and the number of those left out."""
    _widths(sheet, FINDING_WIDTHS)
    for row, text in enumerate(above):
        sheet.write_string(row, 0, fit(text))
    header = last = len(above) + 1 if above else 0
    _write(sheet, header, FINDING_HEADER, styles.header)
    for last, finding in enumerate(islice(run.findings, most), start=header + 1):
        _write(sheet, last, finding_cells(finding), styles.wrapped)
    sheet.freeze_panes(header + 1, 0)
    sheet.autofilter(header, 0, max(header + 1, last), len(FINDING_HEADER) - 1)
    if len(run.findings) > most:
        sheet.write_string(last + 1, 0, cut_sentence(len(run.findings), most))


def finding_cells(finding: Finding) -> Cells:
    """Return one line of the sheet of findings, in the order of ``FINDING_HEADER``."""
    return (
        finding.severity, finding.stops, finding.row, finding.label or finding.column, finding.value,
        sentence(finding.message), sentence(finding.fix), finding.rule, all_rows(finding),
    )  # fmt: skip


def _widths(sheet: Any, widths: Sequence[int]) -> None:
    for column, width in enumerate(widths):
        sheet.set_column(column, column, width)


def _write(sheet: Any, row: int, cells: Cells, style: Any) -> None:
    for column, cell in enumerate(cells):
        if isinstance(cell, int):
            sheet.write_number(row, column, cell, style)
        elif cell:
            sheet.write_string(row, column, fit(cell), style)


def fit(text: str) -> str:
    """Return the text, cut to what one cell can hold."""
    return text if len(text) <= CELL_CHARACTERS else f"{text[: CELL_CHARACTERS - 4]} ..."
