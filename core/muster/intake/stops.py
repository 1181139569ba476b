"""Why the reading of a file ends early."""

from __future__ import annotations

from muster.model.intake import Problem


class StoppedError(Exception):
    """Ends the reading of one file; caught in ``read`` and turned into its only problem."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        super().__init__(problem.message)


def unreadable(message: str, fix: str, *, row: int | None = None) -> StoppedError:
    """Return the error for a file of which nothing can be read."""
    return StoppedError(Problem("unreadable", message, fix, row=row))


def wrong_template(message: str, fix: str) -> StoppedError:
    """Return the error for a file whose headers are not those of the template."""
    return StoppedError(Problem("template", message, fix))


def damaged() -> StoppedError:
    """Return the error for a workbook that its reader refuses."""
    return unreadable(
        "The workbook is cut off or damaged, so it cannot be read.",
        "Send the file again; if that does not help, open it in Excel and save it under a new name.",
    )
