"""Why something about a submission, a window or a finding is not done, each with the sentence a person reads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from muster.errors import MusterError

if TYPE_CHECKING:
    from collections.abc import Sequence


class CollectingRefusedError(MusterError):
    """The answer is no, and nothing was changed."""

    exit_code = 1


class ReasonNotGivenError(CollectingRefusedError):
    """A request, a decision or an acknowledgement came without its reason."""

    def __init__(self, what: str) -> None:
        super().__init__(f"{what} needs a reason. Say why in a sentence.")


class UnknownWindowError(CollectingRefusedError):
    """The collection declares no such window."""

    def __init__(self, collection: str, year: int, number: int, known: Sequence[int]) -> None:
        rounds = ", ".join(str(one) for one in known) or "none"
        super().__init__(f"{collection} has no round {number} for {year}. Rounds of that year: {rounds}.")


class NotLaterError(CollectingRefusedError):
    """The day asked for, or granted, extends nothing."""

    def __init__(self, day: str, closes: str) -> None:
        super().__init__(f"{day} is no extension: the window is open until {closes}. Give a later day.")


class DayPastError(CollectingRefusedError):
    """The day asked for is over."""

    def __init__(self, day: str, today: str) -> None:
        super().__init__(f"{day} is over: today is {today}. Give today or a later day.")


class ExtensionAskedError(CollectingRefusedError):
    """The same was asked already."""

    def __init__(self, number: int, organization: str) -> None:
        super().__init__(f"{organization} has asked already and has no answer yet: extension request {number}.")


class UnknownExtensionError(CollectingRefusedError):
    """There is no request for an extension with this number."""

    def __init__(self, number: int) -> None:
        super().__init__(f"There is no extension request {number}. See the list of requests for those there are.")


class ExtensionDecidedError(CollectingRefusedError):
    """The request was decided before."""

    def __init__(self, number: int, decision: str) -> None:
        super().__init__(
            f"Extension request {number} was {decision} already. A decision stays as it is; let the district ask again."
        )


class ClosingDayMissingError(CollectingRefusedError):
    """An extension was granted without a day."""

    def __init__(self, number: int) -> None:
        super().__init__(f"Extension request {number} cannot be granted without a closing day. Give the last open day.")


class UnknownSubmissionError(CollectingRefusedError):
    """There is no submission with this number."""

    def __init__(self, number: int) -> None:
        super().__init__(f"There is no submission {number}. Open it from the list of submissions.")


class HasRecordsError(CollectingRefusedError):
    """Nothing to report, it is said, but there are records."""

    def __init__(self, address: str, records: int) -> None:
        many = "1 record is" if records == 1 else f"{records:,} records are"
        super().__init__(f"{address} has something to report: {many} stored. Delete them first, if that is right.")


class CertifiedError(CollectingRefusedError):
    """The records were certified, and change only after the agency has reopened them."""

    def __init__(self, address: str, agency: str) -> None:
        super().__init__(
            f"{address} is certified, so its records do not change. Nothing was stored; "
            f"ask {agency} to reopen it, with the reason."
        )


class NothingToAcknowledgeError(CollectingRefusedError):
    """None of the findings named stands in the newest check."""

    def __init__(self, address: str) -> None:
        super().__init__(
            f"Nothing of what was named stands in the newest check of {address}. Look at its findings again."
        )


class NotAcknowledgeableError(CollectingRefusedError):
    """The rule publishes no reasons: what it finds is mended, not acknowledged."""

    def __init__(self, rule: str) -> None:
        super().__init__(f"What {rule} finds cannot be acknowledged. Mend the records it names.")


class UnknownReasonError(CollectingRefusedError):
    """The reason is none of those that the rule publishes."""

    def __init__(self, rule: str, reason: str, known: Sequence[str]) -> None:
        named = "; ".join(f'"{one}"' for one in known)
        super().__init__(f'"{reason}" is not a reason that {rule} takes. Choose one of {named}.')


class UnknownAcknowledgementError(CollectingRefusedError):
    """Nothing that stands was acknowledged by this act."""

    def __init__(self, act: str) -> None:
        super().__init__(f'There is no standing acknowledgement "{act}". It may have been withdrawn.')


class NeverCheckedError(CollectingRefusedError):
    """The submission has no run of the rules yet."""

    def __init__(self, address: str) -> None:
        super().__init__(f"{address} was never checked. Check it first.")
