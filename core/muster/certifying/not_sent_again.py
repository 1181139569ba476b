"""Rows that were not added and never sent again, as the gates and the desk of signing ask about them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from muster.collecting import sent_again

if TYPE_CHECKING:
    from collections.abc import Iterable

    from muster.certifying.cases import Case
    from muster.collecting.sent_again import RowLeft
    from muster.model.actors import Actor


def not_sent_again(case: Case) -> tuple[RowLeft, ...]:
    """Return the rows of this submission that were not added and not sent again."""
    desk, above = case.desk, list(case.tree.above(case.row.key.organization))
    return sent_again.not_sent_again(desk.store, case.connection, desk.state, desk.collection, case.row, above)


def acknowledge_rows(case: Case, actor: Actor, rows: Iterable[RowLeft], reason: str) -> int:
    """Note why rows need not be sent again; return how many were not acknowledged before."""
    return sent_again.acknowledge_rows(case.connection, actor, case.row, rows, reason=reason, at=case.now)
