"""Why somebody is not let in, or may not do a thing, each with the sentence a person reads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from muster.errors import MusterError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from muster.model.permissions import Permission

_DOING: dict[Permission, str] = {
    "view": "see the data",
    "edit": "change records",
    "upload": "send files",
    "certify": "sign",
    "assign certifiers": "say who signs",
    "approve": "decide requests",
    "configure rules": "change rules",
    "administer": "administer people and roles",
}


class AccessRefusedError(MusterError):
    """The answer is no, and nothing was changed."""

    exit_code = 1


class NotAllowedError(AccessRefusedError):
    """None of the actor's roles allows this there."""

    def __init__(self, actor: str, permission: Permission, place: str) -> None:
        super().__init__(
            f"{actor} may not {_DOING[permission]} for {place}: no role allows it there today. "
            "Ask for access, or ask whoever administers people."
        )


class NeedsAccountError(AccessRefusedError):
    """Signing is done by a named person, never by the machine's user."""

    def __init__(self, actor: str) -> None:
        super().__init__(f"{actor} has no account here, and this needs one. Sign in as a person: --as EMAIL.")


class SignInRefusedError(AccessRefusedError):
    """Unknown person, wrong password or inactive account: deliberately the same sentence."""

    def __init__(self) -> None:
        super().__init__(
            "This e-mail address and password do not open an account. Check both, or ask whoever administers people."
        )


class WrongPasswordError(AccessRefusedError):
    """The password that an act asks for is not the person's."""

    def __init__(self) -> None:
        super().__init__("The password is not right. Nothing was done; try again.")


class PasswordTooShortError(AccessRefusedError):
    """A new password is easily guessed."""

    def __init__(self, least: int) -> None:
        super().__init__(f"The password is too short: give at least {least} characters.")


class PasswordTooLongError(AccessRefusedError):
    """A new password is longer than any real one."""

    def __init__(self, most: int) -> None:
        super().__init__(f"The password is too long: give at most {most} characters.")


class NotAnAddressError(AccessRefusedError):
    """What was given as an e-mail address is none."""

    def __init__(self, email: str) -> None:
        super().__init__(f'"{email}" is not an e-mail address. Write it as name@example.org.')


class NameMissingError(AccessRefusedError):
    """A person was given no name."""

    def __init__(self) -> None:
        super().__init__("The person's name is missing. Give the name that signatures and the history will show.")


class KnownPersonError(AccessRefusedError):
    """There is an account with this address already."""

    def __init__(self, email: str) -> None:
        super().__init__(f"There is an account for {email} already. Give the person a role instead.")


class UnknownPersonError(AccessRefusedError):
    """There is no account with this number or address."""

    def __init__(self, person: int | str) -> None:
        super().__init__(f'There is no account "{person}". See "muster people list" for those there are.')


class UnknownRoleError(AccessRefusedError):
    """The state declares no such role."""

    def __init__(self, state: str, role: str, known: Iterable[str]) -> None:
        super().__init__(f'{state} has no role "{role}". Known: {", ".join(known) or "none"}.')


class UnknownGrantError(AccessRefusedError):
    """There is no role grant with this number, or it was ended."""

    def __init__(self, grant: int) -> None:
        super().__init__(
            f'There is no standing role with number {grant}. See "muster people list" for those there are.'
        )


class DaysReversedError(AccessRefusedError):
    """The last day is before the first."""

    def __init__(self, starts: date, ends: date) -> None:
        super().__init__(f"The last day {ends} is before the first day {starts}. Exchange them.")


class OwnRoleError(AccessRefusedError):
    """Nobody gives a role to himself."""

    def __init__(self) -> None:
        super().__init__("Nobody decides about their own roles. Ask another person who administers people.")


class NotLentError(AccessRefusedError):
    """The lender does not hold the role that is to be lent, not there, not then, or has it only on loan."""

    def __init__(self, lender: str, role: str, place: str) -> None:
        super().__init__(
            f"{lender} cannot lend the role {role} for {place}: only one's own role can be lent, within its "
            "organization, its year and its days."
        )


class ReasonMissingError(AccessRefusedError):
    """A request or a decision was given without a reason."""

    def __init__(self, what: str) -> None:
        super().__init__(f"{what} needs a reason. Say why in a sentence.")


class UnknownRequestError(AccessRefusedError):
    """There is no access request with this number."""

    def __init__(self, request: int) -> None:
        super().__init__(f'There is no access request {request}. See "muster people decide" for those that wait.')


class RequestDecidedError(AccessRefusedError):
    """The request was decided before."""

    def __init__(self, request: int, decision: str, who: str) -> None:
        super().__init__(f"Access request {request} was {decision} already, by {who}. Ask again if it is still wanted.")


class RequestOpenError(AccessRefusedError):
    """The same person has asked the same already."""

    def __init__(self, request: int) -> None:
        super().__init__(f"The same was asked already and is not decided yet: access request {request}.")


class TokenRefusedError(AccessRefusedError):
    """No such token, or its owner's account is not active."""

    def __init__(self) -> None:
        super().__init__('This token opens no account. Make a new one with "muster token new".')


class TokenRevokedError(AccessRefusedError):
    """The token was revoked."""

    def __init__(self, name: str, when: str) -> None:
        super().__init__(f'The token "{name}" was revoked at {when}. Make a new one with "muster token new".')


class TokenExpiredError(AccessRefusedError):
    """The token's time is over."""

    def __init__(self, name: str, when: str) -> None:
        super().__init__(f'The token "{name}" expired at {when}. Make a new one with "muster token new".')


class TokenPermissionError(AccessRefusedError):
    """A token was asked for no permission, or for one that there is not."""

    def __init__(self, unknown: Iterable[str], known: Iterable[str]) -> None:
        given = ", ".join(f'"{one}"' for one in unknown)
        wrong = f"There is no permission {given}." if given else "The token has no permission."
        super().__init__(f"{wrong} Give one or more of: {', '.join(known)}.")


class TokenNameMissingError(AccessRefusedError):
    """A token was given no name."""

    def __init__(self) -> None:
        super().__init__("The token has no name. Name it after the program that will use it.")


class TokenTimeError(AccessRefusedError):
    """A token would last too long, or has ended before it begins."""

    def __init__(self, most: int) -> None:
        super().__init__(f"A token lasts from 1 to {most} days. Give a number of days in between.")


class UnknownTokenError(AccessRefusedError):
    """There is no token with this number."""

    def __init__(self, token: int) -> None:
        super().__init__(f'There is no token {token}. See "muster token list" for yours.')


class TakenIdentifierError(AccessRefusedError):
    """Another organization has the identifier on some of these days."""

    def __init__(self, scheme: str, value: str, organization: str) -> None:
        super().__init__(
            f"{scheme} {value} belongs to {organization} on some of these days. Give days when it is free."
        )


class RepeatedRelationError(AccessRefusedError):
    """The two organizations are so related already."""

    def __init__(self, organization: str, relation: str, other: str) -> None:
        super().__init__(f"{organization} is {relation} {other} on some of these days already.")


class NotASealError(AccessRefusedError):
    """The file is not one of sealed heads, or its signature does not fit."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(f"{name} is not a seal that can be trusted: {reason}.")


class NotYoursError(AccessRefusedError):
    """The person has roles in places that the actor does not administer."""

    def __init__(self, actor: str, person: int) -> None:
        super().__init__(
            f"{actor} may not change account {person}: the person has roles elsewhere too. "
            "End the roles in your own organization instead, or ask the agency."
        )
