"""Every way in which looking and acting can fail, each with the sentence a person reads.

What students' records hold stands in attributes that front ends show to the person who asked, never in the sentence.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from muster.errors import MusterError
from muster.store.failures import ChangedMeanwhileError, UnknownRecordError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from muster.model.actions import Changes
    from muster.model.findings import Finding


class UnknownScreenError(MusterError):
    """The state has no such screen."""

    def __init__(self, state: str, screen: str, known: Sequence[str]) -> None:
        super().__init__(f'{state} has no screen "{screen}". Known: {", ".join(known) or "none"}.')


class UnknownActionError(MusterError):
    """The state has no such action."""

    def __init__(self, state: str, action: str, known: Sequence[str]) -> None:
        super().__init__(f'{state} has no action "{action}". Known: {", ".join(known) or "none"}.')


class UnknownCalculationError(MusterError):
    """The state has no such calculation."""

    def __init__(self, state: str, calculation: str, known: Sequence[str]) -> None:
        super().__init__(f'{state} has no calculation "{calculation}". Known: {", ".join(known) or "none"}.')


class UnknownRunError(MusterError):
    """A calculation has no run of this number at this place."""

    def __init__(self, calculation: str, number: int) -> None:
        super().__init__(f'The calculation "{calculation}" has no run {number} here. Run it first.')


class UnknownStepWordError(MusterError):
    """A workflow step waits for something that neither the core nor a plugin can tell."""

    def __init__(self, collection: str, step: str, word: str, known: Sequence[str]) -> None:
        super().__init__(
            f'{collection}: the step "{step}" is done when "{word}", which nothing can tell. Known: {", ".join(known)}.'
        )


class UnknownSortError(MusterError):
    """A table is asked to be sorted by a column it does not show."""

    def __init__(self, known: Sequence[str]) -> None:
        super().__init__(f"The table cannot be sorted by this column. Choose one of: {', '.join(known)}.")


class NotATableError(MusterError):
    """An export was asked of a screen that shows no table."""

    def __init__(self, screen: str) -> None:
        super().__init__(f'The screen "{screen}" shows no table, so there is nothing to export.')


@dataclass(frozen=True, slots=True)
class InputProblem:
    """What is wrong with one field of an input: its path (``rows-0-days``), its label, and the sentence."""

    field: str
    label: str
    sentence: str


class InputError(MusterError):
    """What was given to a screen or an action does not fit; every problem is told."""

    exit_code = 1

    def __init__(self, problems: Sequence[InputProblem]) -> None:
        self.problems = tuple(problems)
        super().__init__(" ".join(one.sentence for one in problems))


class NotEnteredError(MusterError):
    """The rules stop a row that was entered or changed by hand; ``findings`` say what is wrong."""

    exit_code = 1

    def __init__(self, title: str, findings: Sequence[Finding]) -> None:
        self.findings = tuple(findings)
        rules = ", ".join(dict.fromkeys(one.rule for one in findings)) or "see its coverage"
        super().__init__(f"{title}: what was entered is not accepted ({rules}). Nothing was stored; correct it.")


class NotYoursError(MusterError):
    """A row belongs to an organization beyond the one that is worked for."""

    exit_code = 1

    def __init__(self, title: str, organization: str) -> None:
        super().__init__(
            f"{title}: a row belongs to another organization than {organization} and those below it. "
            "Nothing was stored; enter it where it belongs."
        )


class GatesShutError(MusterError):
    """Records may not change now: every reason, the window's and those of plugins."""

    exit_code = 1

    def __init__(self, reasons: Sequence[str]) -> None:
        super().__init__(f"Nothing was stored. {' '.join(reasons)}")


class TakenKeyError(MusterError):
    """Another record has the key of a row that was entered or changed by hand."""

    exit_code = 1

    def __init__(self, title: str, labels: Sequence[str]) -> None:
        super().__init__(
            f"{title}: there is a record with the same {', '.join(labels)} already. "
            "Nothing was stored; change that record, or correct what you entered."
        )


class NoFormError(MusterError):
    """It is not clear which layout a row that is entered by hand follows."""

    def __init__(self, collection: str, year: int, known: Sequence[str]) -> None:
        super().__init__(
            f"{collection} has no single layout for rows entered in {year}; say which. "
            f"Known: {', '.join(known) or 'none'}."
        )


class NoOrganizationError(MusterError):
    """Something that is done for one organization was asked for the whole state."""

    def __init__(self) -> None:
        super().__init__("This is done for one organization. Choose which.")


@dataclass(frozen=True, slots=True)
class Difference:
    """One column that someone else changed: what was shown, and what stands there now."""

    column: str
    label: str
    shown: str | None
    now: str | None


class ChangedSinceError(ChangedMeanwhileError):
    """Someone else changed the record since it was shown: who, when, and which columns from what to what."""

    def __init__(
        self, title: str, record: int, version: int, by: str, at: datetime, differences: Sequence[Difference]
    ) -> None:
        self.record, self.version, self.by, self.at = record, version, by, at
        self.differences = tuple(differences)
        named = ", ".join(one.label for one in differences)
        MusterError.__init__(
            self,
            f"{title}: record {record} was changed by {by} on {at:%Y-%m-%d at %H:%M} since you opened it"
            f"{f' ({named})' if named else ''}. Nothing was stored, and what you typed is kept: "
            "look at both, then save again.",
        )


class DeletedSinceError(UnknownRecordError):
    """Someone else deleted the record since it was shown."""

    def __init__(self, title: str, record: int, by: str, at: datetime) -> None:
        MusterError.__init__(
            self, f"{title}: record {record} was deleted by {by} on {at:%Y-%m-%d at %H:%M}. Nothing was stored."
        )


class OtherChangesError(MusterError):
    """The action would now change something else than what was confirmed."""

    exit_code = 1

    def __init__(self, changes: Changes) -> None:
        self.changes = changes
        super().__init__(
            "The records changed since the preview: the action would now change something else than what was "
            "confirmed. Nothing was stored; look at the new counts and confirm again."
        )


def plainly(value: Any) -> str | None:
    """Return a value as text for a difference, None where it is blank."""
    return None if value is None or value == "" else str(value)
