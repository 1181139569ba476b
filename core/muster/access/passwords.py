"""Passwords: kept as argon2 hashes, and hashed again when the parameters have become stronger."""

from __future__ import annotations

import secrets
import unicodedata
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from muster.access.refusals import PasswordTooLongError, PasswordTooShortError

SHORTEST = 12
LONGEST = 1024
"""Nobody types more; without an end, a megabyte of password would keep a processor busy."""

HASHER = PasswordHasher()
"""Argon2id with the parameters that the library recommends today."""


def hash_password(password: str) -> str:
    """Return the hash of a new password; a password that is too short or too long is refused."""
    if len(password) < SHORTEST:
        raise PasswordTooShortError(SHORTEST)
    if len(password) > LONGEST:
        raise PasswordTooLongError(LONGEST)
    return hash_anew(password)


def hash_anew(password: str) -> str:
    """Return the hash of a password that is in use, however short it was allowed to be when it was chosen."""
    return HASHER.hash(_normal(password))


def matches(kept: str | None, password: str) -> bool:
    """Tell whether a password is the one that was hashed; without a hash it takes as long and is no."""
    try:
        HASHER.verify(kept or nobodys_hash(), _normal(password[:LONGEST]))
    except (VerificationError, InvalidHashError):
        return False
    return kept is not None


def outdated(kept: str) -> bool:
    """Tell whether a hash was made with other parameters than today's."""
    return HASHER.check_needs_rehash(kept)


@cache
def nobodys_hash() -> str:
    """Return the hash of a password that nobody knows, so that no account and a wrong password take the same time."""
    return HASHER.hash(secrets.token_hex())


def _normal(password: str) -> str:
    """Return the same text for the same password, whichever keyboard composed its accents."""
    return unicodedata.normalize("NFKC", password)
