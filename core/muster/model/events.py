"""What plugins and notifications hear of, after it stands in the database."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened: ``kind`` says what ("action performed", "certified"), ``subject`` to what.

    ``subject`` is an address without personal data (``mt/cte-eoy/2025/0583``); so are the words of ``detail``.
    """

    kind: str
    state: str
    organization: str | None
    year: int | None
    subject: str
    actor: str
    at: datetime
    detail: Mapping[str, str | int] = field(default_factory=dict)
