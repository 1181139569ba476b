"""The standard tables as frames: from the text an import gathered, and as a folder of CSV files."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from muster.intake.reference_cells import LINE, type_columns
from muster.model.reference import STANDARD_TABLES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from muster.reference.reports import ImportReport


def text_rows(names: Sequence[str], rows: Iterable[Sequence[str | None]]) -> pl.DataFrame:
    """Return rows of text as a frame."""
    return pl.DataFrame(list(rows), schema=dict.fromkeys(names, pl.String()), orient="row")


def standard_frames(texts: Mapping[str, pl.DataFrame], report: ImportReport) -> dict[str, pl.DataFrame]:
    """Type what an import gathered as text, one row a key, and count it in the report."""
    frames = {name: _standard_frame(name, text, report) for name, text in texts.items() if text.height}
    report.taken.update({name: frame.height for name, frame in frames.items()})
    return frames


def _standard_frame(name: str, text: pl.DataFrame, report: ImportReport) -> pl.DataFrame:
    key, columns = STANDARD_TABLES[name]
    text = text.with_columns(pl.col(pl.String).str.strip_chars().replace("", None))
    unnamed = pl.col(key[0]).is_null()
    report.skip(text.select(unnamed.sum()).item(), f"rows of {name} without {key[0]}")
    whole = text.filter(~unnamed).with_row_index(LINE, 1).with_columns(pl.col(LINE).cast(pl.Int64))
    typed, _ = type_columns(whole, columns, name)
    for column in columns:
        if column.name in whole.columns:
            lost = int((whole[column.name].is_not_null() & typed[column.name].is_null()).sum())
            report.skip(lost, f"values of {name}.{column.name} that cannot be read and are blank now")
    once = typed.drop(LINE).unique(list(key), keep="first", maintain_order=True)
    report.skip(typed.height - once.height, f"rows of {name} with the {', '.join(key)} of an earlier row")
    return once


def write_reference_folder(frames: Mapping[str, pl.DataFrame], folder: Path) -> list[Path]:
    """Write each frame as <table>.csv, as the CSV reader reads it again: dates YYYY-MM-DD, booleans Y or N."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for name, frame in frames.items():
        path = folder / f"{name}.csv"
        flags = [column for column, kind in frame.schema.items() if kind == pl.Boolean]
        words = [pl.col(flag).replace_strict({True: "Y", False: "N"}, default=None) for flag in flags]
        frame.with_columns(words).write_csv(path, date_format="%Y-%m-%d", line_terminator="\r\n")
        paths.append(path)
    return paths
