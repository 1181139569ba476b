"""What a gate says: whether entering, writing or signing may go on, and why not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

GateMoment = Literal["entering", "writing", "signing"]


@dataclass(frozen=True, slots=True)
class GateAnswer:
    """One gate's answer; ``reason`` is a sentence for a clerk, also where it passes and there is something to say.

    ``overridable`` tells whether a person may pass it with a reason of their own; ``overridden`` is that reason.
    """

    gate: str
    passes: bool
    reason: str = ""
    overridable: bool = False
    overridden: str = ""
