"""Why somebody may not sign, or something cannot be certified, each with the sentence a person reads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from muster.errors import MusterError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import timedelta

    from muster.model.gates import GateAnswer


class CertifyingRefusedError(MusterError):
    """The answer is no, and nothing was signed."""

    exit_code = 1


class NoCertifiersDeclaredError(CertifyingRefusedError):
    """Nobody signs this collection."""

    def __init__(self, title: str) -> None:
        super().__init__(f"{title} is not signed: the state declares no certifiers for it.")


class NotACertifierError(CertifyingRefusedError):
    """The person is not on the list, or no longer active on it."""

    def __init__(self, name: str, membership: str, organization: str, *, inactive: bool) -> None:
        how = "is no longer an active certifier" if inactive else "is not a certifier"
        super().__init__(
            f"{name} {how} of {membership} for {organization}, and may not sign. Ask whoever assigns certifiers there."
        )


class SecondaryCertifierError(CertifyingRefusedError):
    """A secondary certifier is told of everything, and signs nothing."""

    def __init__(self, name: str, membership: str, organization: str) -> None:
        super().__init__(
            f"{name} is a secondary certifier of {membership} for {organization}: only primary certifiers sign. "
            "Ask whoever assigns certifiers there to change it."
        )


class AssignerMayNotSignError(CertifyingRefusedError):
    """The state bars who assigns certifiers from signing."""

    def __init__(self, name: str, title: str) -> None:
        super().__init__(f"{name} assigns certifiers, and in this state who assigns them may not sign {title}.")


class NotYourTurnError(CertifyingRefusedError):
    """The state has an order, and someone comes first."""

    def __init__(self, name: str, first: str) -> None:
        super().__init__(f"{first} signs before {name}. Nothing was signed; sign when {first} has.")


class SignInAgainError(CertifyingRefusedError):
    """Signing asks for a password, or for a sign-in that has just happened."""

    def __init__(self, fresh: timedelta) -> None:
        minutes = int(fresh.total_seconds() // 60)
        super().__init__(
            f"To sign, give your password, or sign in again and sign within {minutes} minutes. Nothing was signed."
        )


class SignedAlreadyError(CertifyingRefusedError):
    """The person signed these very data before."""

    def __init__(self, name: str, missing: Sequence[str]) -> None:
        super().__init__(f"{name} has signed these data already. Still to sign: {' and '.join(missing)}.")


class CertifiedAlreadyError(CertifyingRefusedError):
    """The data are those that were certified."""

    def __init__(self, address: str, revision: int) -> None:
        super().__init__(
            f"{address} is certified (revision {revision}), and nothing changed since. Nothing was signed."
        )


class NeedsReopeningError(CertifyingRefusedError):
    """What was certified stays as it is until the agency reopens it."""

    def __init__(self, address: str, revision: int) -> None:
        super().__init__(
            f"{address} is certified (revision {revision}). To correct it, ask for recertification and say why."
        )


class DataChangedError(CertifyingRefusedError):
    """The data are not those that the signer looked at."""

    def __init__(self, address: str) -> None:
        super().__init__(
            f"The data of {address} changed after you looked at them. Nothing was signed; look again, then sign."
        )


class GatesRefusedError(CertifyingRefusedError):
    """One or more gates refuse; the sentence lists every reason."""

    def __init__(self, address: str, refused: Iterable[GateAnswer]) -> None:
        self.answers = tuple(refused)
        reasons = " ".join(f"({number}) {one.reason}" for number, one in enumerate(self.answers, 1))
        super().__init__(f"{address} cannot be signed yet: {reasons}")


class NotOverridableError(CertifyingRefusedError):
    """An override was given for a gate that does not allow it, or with no reason."""

    def __init__(self, gate: str, allowed: Sequence[str]) -> None:
        which = f"Those that can: {', '.join(allowed)}." if allowed else "None of those that refuse can."
        super().__init__(f'The gate "{gate}" cannot be passed with a reason. {which}')


class ReasonNeededError(CertifyingRefusedError):
    """An act that must say why did not."""

    def __init__(self, what: str) -> None:
        super().__init__(f"{what} needs a reason. Say why in a sentence.")


class NothingCertifiedError(CertifyingRefusedError):
    """There is no certified copy, or not this revision of it."""

    def __init__(self, address: str, revision: int | None = None) -> None:
        what = "was never certified" if revision is None else f"has no certified revision {revision}"
        super().__init__(f"{address} {what}.")


class NotReopenedError(CertifyingRefusedError):
    """A request, return or acceptance that does not fit how the submission stands."""

    def __init__(self, address: str, why: str) -> None:
        super().__init__(f"{address} {why}. Nothing was changed.")
