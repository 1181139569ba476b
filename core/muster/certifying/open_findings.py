"""What the last validation found that stops a signature and nobody acknowledged, counted by rule."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, select

from muster.store.collecting_tables import acknowledgement, run_finding, validation_run

if TYPE_CHECKING:
    from sqlalchemy import Connection


def open_findings(connection: Connection, submission: int) -> dict[str, int]:
    """Return the number of open findings of each rule.

    What would stop a row or a file stops a signature too: it stands among the stored records since before the rule did.
    """
    run = select(func.max(validation_run.c.id)).where(validation_run.c.submission == submission).scalar_subquery()
    said = acknowledgement.c
    standing = select(said.fingerprint).where(said.submission == submission, said.withdrawn_at.is_(None))
    own = run_finding.c
    query = (
        select(own.rule, func.count())
        .where(own.run == run, own.stops != "nothing", own.fingerprint.not_in(standing))
        .group_by(own.rule)
    )
    return {rule: int(count) for rule, count in connection.execute(query)}
