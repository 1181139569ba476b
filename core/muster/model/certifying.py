"""Who must sign a collection, with which words, and through which steps a submission goes."""

from __future__ import annotations

from typing import Literal

from muster.model.marks import Identifier, Marked

CertifierKind = Literal["primary", "secondary"]


class Certifiers(Marked):
    """Who must sign.

    ``membership`` is the state's word for the list of certifiers ("CTE Data"); several collections may share one.
    ``who`` is ``all-primaries`` (every active primary), ``one`` (any one active primary) or ``in-order`` (every
    active primary, each after the one before). ``attestation`` is kept word for word with each signature.
    ``assigners_may_sign`` false bars a person who may assign certifiers from signing.
    """

    membership: str
    who: Literal["all-primaries", "one", "in-order"]
    attestation: str
    assigners_may_sign: bool = True
    verb: str = "Certify"


class GateSetting(Marked):
    """What a state changes about a core gate: off, or overridable with a reason."""

    gate: str
    asked: bool = True
    overridable: bool = False


class Step(Marked):
    """One step of the workflow that people see; ``done_when`` names what the core (or a hook) can tell."""

    id: Identifier
    title: str
    done_when: str
    help: str = ""
