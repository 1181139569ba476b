"""Mistakes that concern a whole enrollment file, and those that only an upload can find."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from muster.testing.mutations import FileMutation, Mutation

if TYPE_CHECKING:
    from muster.testing.mutations import Spot
    from muster.testing.sample_files import SampleFile


def truncated(file: SampleFile) -> bytes:
    """Return the workbook as a broken download leaves it."""
    content = file.to_bytes()
    return content[: len(content) // 2]


def a_letter(_file: SampleFile) -> bytes:
    """Return text that is no workbook."""
    return b"Dear Sir or Madam, please find the enrollment attached.\n"


def header_only(file: SampleFile) -> bytes:
    """Return the template without a row."""
    return replace(file, grid=file.grid.keep([]), cells={}).to_bytes()


def other_headings(file: SampleFile) -> bytes:
    """Return the rows below headings of the school's own."""
    columns = tuple(
        column.model_copy(update={"label": f"Field {number}", "also": ()})
        for number, column in enumerate(file.layout.columns, start=1)
    )
    return replace(file, layout=file.layout.model_copy(update={"columns": columns})).to_bytes()


def _only_this_row(spot: Spot) -> None:
    for index in range(len(spot.file.grid)):
        if index != spot.index:
            spot.drop(index)


def _stored_already(spot: Spot) -> None:
    _only_this_row(spot)
    spot.set(credits="0.75")


def _same_file(spot: Spot) -> None:
    spot.about_the_file()
    spot.also(f"AZ-ENR-C02.{spot.layout.id}", *range(len(spot.file.grid)))


def _too_early(spot: Spot) -> None:
    spot.about_the_file()


def _unknown_sender(spot: Spot) -> None:
    spot.about_the_file()
    spot.also("AZ-ENR-X01.district", *range(len(spot.file.grid)))


FILE_MUTATIONS = (
    FileMutation("truncated workbook", "AZ-FIL-01", truncated),
    FileMutation("no workbook", "AZ-FIL-01", a_letter),
    FileMutation("other headings", "AZ-FIL-02", other_headings),
    FileMutation("headings alone", "AZ-FIL-03", header_only),
)

UPLOAD_MUTATIONS = (
    Mutation(
        "before the window",
        "AZ-FIL-04",
        _too_early,
        upload=True,
        after_first=False,
        as_of=lambda sample: date(sample.year, 2, 28),
    ),
    Mutation(
        "sent by nobody known",
        "AZ-FIL-05",
        _unknown_sender,
        upload=True,
        after_first=False,
        sender=lambda _sample: "999999",
    ),
    Mutation("same file again", "AZ-FIL-06", _same_file, upload=True),
    *(
        Mutation(f"stored already, {layout}", f"AZ-ENR-C02.{layout}", _stored_already, upload=True, layouts=(layout,))
        for layout in ("non-articulated", "articulated", "postsecondary")
    ),
)
