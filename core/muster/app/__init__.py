"""The facade: whatever web, command line and API ask goes through here, and every call takes an actor."""

from __future__ import annotations

from typing import TYPE_CHECKING

from muster.acting.desk import Desk
from muster.app.collecting import Collecting
from muster.app.files import Files
from muster.app.people import People
from muster.app.queue import Queue
from muster.app.requests import CheckRequest, ImportRequest
from muster.certifying.facade import Certifying

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

    from muster.certifying.cases import Wanted
    from muster.model.actors import Actor
    from muster.model.submissions import SubmissionKey


class Muster(Files, People, Collecting, Certifying, Queue, Desk):
    """One installation of muster."""

    def receipt_pdf(self, actor: Actor, key: SubmissionKey, revision: int | None = None) -> bytes:
        """Return the receipt of a certified revision as a PDF for the file cabinet."""
        from muster.reporting.receipt_pdf import receipt_pdf

        return receipt_pdf(self.receipt(actor, key, revision))

    def _announce(self, connection: Connection, wanted: Wanted, at: datetime) -> None:
        from muster.jobs.notices import certify_request

        for recipient in wanted.recipients:
            certify_request(connection, wanted.address, wanted.title, wanted.revision, recipient, at=at)


__all__ = ["CheckRequest", "ImportRequest", "Muster"]
