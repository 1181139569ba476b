"""Reads one file into an intake: whatever is wrong with it is a problem of the intake, never an exception."""

from __future__ import annotations

import hashlib
import logging
from pathlib import Path
from typing import TYPE_CHECKING

from muster.errors import NoSuchFileError
from muster.intake.contents import extension_of, fitting
from muster.intake.delimited import no_odd_rows
from muster.intake.layout_choice import Choice
from muster.intake.stops import StoppedError, unreadable
from muster.model.intake import ROW, Intake, Problem

if TYPE_CHECKING:
    from collections.abc import Sequence

    import polars as pl

    from muster.intake.draft import Draft
    from muster.model.intake import Format
    from muster.model.layouts import Layout

_log = logging.getLogger(__name__)

MOST_BYTES = 512 << 20
"""The largest file that is read; a million rows take about 110 MB."""


def read(
    data: bytes | Path,
    name: str,
    layouts: Sequence[Layout],
    *,
    wanted: str | None = None,
    other_years: Sequence[Layout] = (),
) -> Intake:
    """Read a file by the layout that its headers show.

    ``layouts`` are those of the run's year, ``wanted`` is the id of the one asked for; ``other_years`` only serve
    to say what a wrong file looks like. Raises NoSuchFileError for a path without a file; all else that
    can be wrong is among the intake's problems.
    """
    sha256, size = "", 0
    try:
        content = _content(data)
        sha256, size = hashlib.sha256(content).hexdigest(), len(content)
        return _intake(_draft(content, name, layouts, Choice(layouts, wanted, other_years)), name, sha256, size)
    except StoppedError as stop:
        return _stopped(stop.problem, name, sha256, size)
    except (NoSuchFileError, KeyboardInterrupt, SystemExit, GeneratorExit):
        raise
    except BaseException as error:  # noqa: BLE001  # a panic in the readers' native code is no Exception; its text may hold data
        _log.error("a file of %d bytes could not be read: %s", size, type(error).__name__)
        problem = unreadable(
            "The file could not be read: something in it is not as it should be.",
            "Open it, save it under a new name and send that; if it fails again, ask for help with this file.",
        ).problem
        return _stopped(problem, name, sha256, size)


def _content(data: bytes | Path) -> bytes:
    if isinstance(data, Path):
        if not data.is_file():
            raise NoSuchFileError(data)
        _require_size(data.stat().st_size)
        try:
            return data.read_bytes()
        except OSError as error:
            message = f"The file cannot be opened: {error.strerror or 'the system refuses it'}."
            raise unreadable(message, "Close it in other programs and check that you may read it.") from None
    _require_size(len(data))
    return data


def _require_size(size: int) -> None:
    if size > MOST_BYTES:
        message = f"The file has {size >> 20:,} MB; files up to {MOST_BYTES >> 20} MB are read."
        raise unreadable(message, "Send the rows in several smaller files.")


def _draft(content: bytes, name: str, layouts: Sequence[Layout], choice: Choice) -> Draft:
    fits = fitting(content, name, layouts)
    if fits[0].medium == "workbook":
        from muster.intake.workbook import read_workbook

        return read_workbook(content, extension_of(name), choice)
    from muster.intake.text_file import read_text

    return read_text(content, fits, choice)


def _intake(draft: Draft, name: str, sha256: str, size: int) -> Intake:
    from muster.intake.cells import refuse_endless

    layout = draft.layout
    frame = draft.frame if draft.frame is not None else _no_rows(layout)
    refuse_endless(frame, layout.columns)
    odd_rows = draft.odd_rows if draft.odd_rows is not None else no_odd_rows()
    problems = draft.problems
    if not frame.height and not odd_rows.height:
        message = "The file has no row of data."
        problems += (Problem("no-rows", message, "Export it again and check that it has rows before you send it."),)
    return Intake(
        name=name,
        sha256=sha256,
        size=size,
        format=_format(name, layout),
        layout=layout,
        frame=frame,
        error_cells=draft.error_cells if draft.error_cells is not None else no_error_cells(),
        odd_rows=odd_rows,
        sheet=draft.sheet,
        header=draft.header,
        problems=problems,
        warnings=draft.warnings,
    )


def _stopped(problem: Problem, name: str, sha256: str, size: int) -> Intake:
    return Intake(
        name=name,
        sha256=sha256,
        size=size,
        format=_format(name, None),
        layout=None,
        frame=_no_rows(None),
        error_cells=no_error_cells(),
        odd_rows=no_odd_rows(),
        problems=(problem,),
    )


def _format(name: str, layout: Layout | None) -> Format:
    formats: dict[str, Format] = {"xlsx": "xlsx", "xlsm": "xlsx", "xls": "xls", "tsv": "tsv", "csv": "csv"}
    if layout is not None and layout.medium == "delimited":
        return "csv" if layout.delimiter == "," else "tsv"
    return formats.get(extension_of(name), "unknown")


def no_error_cells() -> pl.DataFrame:
    """Return the empty table of spreadsheet errors and of formulas without a value."""
    import polars as pl

    return pl.DataFrame(schema={ROW: pl.Int64, "column": pl.String, "value": pl.String, "kind": pl.String})


def _no_rows(layout: Layout | None) -> pl.DataFrame:
    import polars as pl

    names = layout.names if layout is not None else ()
    return pl.DataFrame(schema={ROW: pl.Int64, **dict.fromkeys(names, pl.String)})
