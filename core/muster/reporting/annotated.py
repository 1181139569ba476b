"""The user's own file back as a workbook, with every finding on its cell."""

from __future__ import annotations

from dataclasses import dataclass
from typing import IO, TYPE_CHECKING

from muster.reporting.losses import look_at, unpacked_size
from muster.reporting.marks import MESSAGES, NOTES, marked_cells, notes_of, rows_to_mend
from muster.reporting.new_workbook import MOST, ROW_TITLE, write_rows
from muster.reporting.own_workbook import FINDINGS, marked_copy
from muster.reporting.wording import count, verdict_sentence
from muster.reporting.writing import whole

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import polars as pl

    from muster.model.layouts import Layout
    from muster.model.runs import Run

ROWS = 20_000
"""Above this many rows the copy holds the bad rows only."""
UNPACKED = 64 * 2**20
"""A workbook that is larger than this when unpacked is not changed, but written anew: it would fill the memory."""


@dataclass(frozen=True, slots=True)
class AnnotationReport:
    """What the reader of an annotated workbook should know: how it was made, what was cut, what was lost."""

    sentences: tuple[str, ...]


def annotate(data: bytes, run: Run, target: Path | IO[bytes]) -> AnnotationReport:
    """Write a workbook with the findings of ``run`` on the cells of the file ``data``, and tell what became of it.

    An .xlsx file keeps its formulas and formats. Any other file, and one with more than 20,000 rows, becomes a
    new workbook of text columns; above 20,000 rows it holds the bad rows only.
    """
    made = _own(data, run) or _new(run)
    with whole(target) as stream:
        if isinstance(made, _Own):
            stream.write(made.content)
        else:
            write_rows(run, run.intake.layout, made.only, stream, (verdict_sentence(run), *made.sentences))
    return AnnotationReport(made.sentences)


@dataclass(frozen=True, slots=True)
class _Own:
    content: bytes
    sentences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _New:
    only: pl.Series | None
    sentences: tuple[str, ...]


def _own(data: bytes, run: Run) -> _Own | None:
    """Return the marked copy of the user's workbook; None where a new workbook has to do."""
    layout = run.intake.layout
    if layout is None or run.intake.format != "xlsx" or run.rows > ROWS or unpacked_size(data) > UNPACKED:
        return None
    sentences = tuple(_said_of_own(data, run, layout))
    try:
        return _Own(marked_copy(data, run, layout, (verdict_sentence(run), *sentences)), sentences)
    except Exception:  # noqa: BLE001  # openpyxl fails in many ways on workbooks that other readers take
        return None


def _said_of_own(data: bytes, run: Run, layout: Layout) -> Iterator[str]:
    look = look_at(data)
    yield 'Your workbook was copied; the bad cells are marked and a sheet "Findings" was added.'
    yield from _said_of_notes(run, layout)
    if look.lost:
        yield f"These are lost or changed in the copy, your own file still has them: {', '.join(look.lost)}."
    if look.formulas:
        yield "Formulas are kept, but not calculated: open and save the copy in Excel before you send it."
    if len(run.findings) > FINDINGS:
        yield f'The sheet "Findings" lists the first {FINDINGS:,} of {len(run.findings):,} findings.'


def _said_of_notes(run: Run, layout: Layout) -> Iterator[str]:
    cells = marked_cells(run, layout).height
    noted = len(notes_of(run, layout)) if cells > NOTES else cells
    if cells > noted:
        yield f"{cells:,} cells are marked; {noted:,} of them have a note, the others only the colour."
    elif cells:
        yield f"{count(cells, 'cell')} {'is' if cells == 1 else 'are'} marked, each with a note."
    if cells:
        yield f"A note tells up to {MESSAGES} findings of its cell and counts the rest."


def _new(run: Run) -> _New:
    layout = run.intake.layout
    if layout is None:
        return _New(None, ("The rows of the file could not be read; the workbook holds the findings only.",))
    only = rows_to_mend(run) if run.rows > ROWS else None
    return _New(only, tuple(_said_of_new(run, layout, only)))


def _said_of_new(run: Run, layout: Layout, only: pl.Series | None) -> Iterator[str]:
    yield f"{_why_new(run)}, so this is a new workbook (.xlsx) with every value as text."
    if only is not None:
        bad = count(only.len(), "row") if only.len() else "no row"
        yield f"It holds {bad} with something to mend, of {count(run.rows, 'row')}."
    written = run.rows if only is None else only.len()
    if written > MOST:
        yield f"Only the first {MOST:,} of these rows fit."
    yield f'The first column, "{ROW_TITLE}", is the row number in your file. Columns the template lacks are left out.'
    if layout.medium == "delimited":
        yield "It is for reading: correct your own file and send that."
    yield from _said_of_notes(run, layout)


def _why_new(run: Run) -> str:
    if run.rows > ROWS:
        return f"Your file has more than {ROWS:,} rows"
    if run.intake.format != "xlsx":
        return f"Your file is .{run.intake.format}"
    return "Your workbook could not be copied with its formats"
