"""The facade's calls about certifying: what web, command line and API ask, each on behalf of an actor.

Rooms are imported when a call is made, so that a command which asks nothing of them starts quickly.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from muster.errors import MusterError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime
    from pathlib import Path

    import polars as pl
    from sqlalchemy import Connection

    from muster.certifying.cases import SigningDesk, Wanted
    from muster.certifying.certifications import Certification
    from muster.certifying.certifiers import Certifier
    from muster.certifying.desk import SigningStatus
    from muster.certifying.differences import Differences
    from muster.certifying.recertification import Recertification
    from muster.certifying.signing import Intent, SigningResult
    from muster.collecting.sent_again import RowLeft
    from muster.collecting.stored_runs import ValidationRunRow
    from muster.model.actors import Actor
    from muster.model.certifying import CertifierKind
    from muster.model.gates import GateAnswer
    from muster.model.submissions import SubmissionKey
    from muster.plugins import Plugins
    from muster.settings import Settings
    from muster.store import Store


class PartsError(MusterError):
    """A submission is named by other columns than the collection's."""

    def __init__(self, collection: str, wanted: Iterable[str]) -> None:
        names = " ".join(f"--part {name}=VALUE" for name in wanted)
        if names:
            super().__init__(f"Each submission of {collection} is one part of an organization's share: give {names}.")
        else:
            super().__init__(f"The submissions of {collection} have no parts: leave out --part.")


class Certifying:
    """What people do about signatures and receipts; the facade is one of these."""

    if TYPE_CHECKING:
        settings: Settings

        @property
        def plugins(self) -> Plugins:
            """Return the plugins."""

        @property
        def store(self) -> Store:
            """Return the database."""

    @property
    def keys_folder(self) -> Path:
        """Return the folder of sealing keys, beside the database and never in it."""
        from muster.certifying.keys import FOLDER

        return self.settings.home / FOLDER

    def submission_key(self, address: str, organization: str, year: int, part: Mapping[str, str]) -> SubmissionKey:
        """Return the key of a submission; the part must name the collection's own columns."""
        from muster.collecting.submissions import part_names
        from muster.model.submissions import SubmissionKey

        _, collection = self.plugins.collection(address)
        names = part_names(collection)
        if set(part) != set(names):
            raise PartsError(address, names)
        return SubmissionKey(
            collection.state, collection.id, year, organization, tuple((name, part[name]) for name in names)
        )

    def certify_status(self, actor: Actor, key: SubmissionKey) -> SigningStatus:
        """Return gates, signatures and certified copies of a submission."""
        from muster.certifying import desk

        return desk.status(self._signing_desk(actor, key), actor, key)

    def check_submission(self, actor: Actor, key: SubmissionKey) -> ValidationRunRow:
        """Ask the rules about the stored records of a submission, as signing wants it."""
        from muster.certifying import checking

        return checking.check(self._signing_desk(actor, key), self.plugins, actor, key)

    def sign(self, actor: Actor, key: SubmissionKey, intent: Intent) -> SigningResult:
        """Sign a submission; when everybody required has signed the same data, it is certified."""
        from muster.certifying import desk

        result = desk.sign(self._signing_desk(actor, key), actor, key, intent)
        self._tell(actor, key, "signed" if result.certification is None else "certified")
        return result

    def note_changes(self, actor: Actor, key: SubmissionKey) -> tuple[str, ...]:
        """Let signatures lapse that changed data no longer bear out; return the sentences that say so."""
        from muster.certifying import desk

        return desk.note_changes(self._signing_desk(actor, key), actor, key)

    def certifiers(
        self, actor: Actor, address: str, organization: str
    ) -> tuple[tuple[Certifier, ...], tuple[str, ...]]:
        """Return the list of certifiers of an organization, and what is to be said about it."""
        from muster.certifying import desk

        return desk.certifiers(self._bare_desk(address), actor, organization)

    def set_certifier(
        self,
        actor: Actor,
        address: str,
        organization: str,
        person: int | str,
        *,
        kind: CertifierKind = "primary",
        place: int = 1,
        active: bool = True,
    ) -> tuple[str, ...]:
        """Put a person (by number or address) on the list, or change how the person stands on it; return warnings."""
        from muster.certifying import desk

        at = self._bare_desk(address)
        return desk.assign(at, actor, organization, person, kind=kind, place=place, active=active)

    def rows_left(self, actor: Actor, key: SubmissionKey) -> tuple[RowLeft, ...]:
        """Return the rows of batches that were not added and not sent again."""
        from muster.certifying import desk

        return desk.rows_left(self._signing_desk(actor, key), actor, key)

    def leave_rows(self, actor: Actor, key: SubmissionKey, reason: str) -> int:
        """Acknowledge that rows not added need not be sent again; return how many."""
        from muster.certifying import desk

        return desk.leave_rows(self._signing_desk(actor, key), actor, key, reason)

    def receipt(self, actor: Actor, key: SubmissionKey, revision: int | None = None) -> bytes:
        """Return the receipt of a certified revision (None: the one that stands), as it was sealed."""
        from muster.certifying import desk

        return desk.receipt(self._signing_desk(actor, key), actor, key, revision)

    def snapshot(self, actor: Actor, key: SubmissionKey, revision: int | None = None) -> bytes:
        """Return the data of a certified revision as they were signed."""
        from muster.certifying import desk

        return desk.snapshot(self._signing_desk(actor, key), actor, key, revision)

    def diff(
        self, actor: Actor, key: SubmissionKey, before: int | None = None, after: int | None = None
    ) -> Differences:
        """Compare a certified revision (None: the one that stands) with another, or with now (None)."""
        from muster.certifying import desk

        return desk.diff(self._signing_desk(actor, key), actor, key, before, after)

    def ask_recertification(self, actor: Actor, key: SubmissionKey, reason: str) -> Recertification:
        """Ask the agency to let what is certified be corrected."""
        from muster.certifying import recertification

        asked = recertification.ask(self._signing_desk(actor, key), actor, key, reason)
        self._tell(actor, key, "recertification asked for")
        return asked

    def decide_recertification(
        self, actor: Actor, key: SubmissionKey, *, approve: bool, reason: str
    ) -> Recertification:
        """Approve or refuse the undecided request of a submission."""
        from muster.certifying import recertification

        at = self._signing_desk(actor, key)
        decided = recertification.decide(at, actor, key, approve=approve, reason=reason)
        self._tell(actor, key, f"recertification {decided.decision}")
        return decided

    def give_back(self, actor: Actor, key: SubmissionKey, reason: str) -> Recertification:
        """Return a certified submission to be corrected and signed again."""
        from muster.certifying import recertification

        given = recertification.give_back(self._signing_desk(actor, key), actor, key, reason)
        self._tell(actor, key, "returned")
        return given

    def accept(self, actor: Actor, key: SubmissionKey) -> Certification:
        """Accept for the agency the certified copy that stands."""
        from muster.certifying import recertification

        accepted = recertification.accept(self._signing_desk(actor, key), actor, key)
        self._tell(actor, key, "accepted")
        return accepted

    def _announce(self, connection: Connection, wanted: Wanted, at: datetime) -> None:
        """Write to those whose signature is wanted next; the facade says how messages are written."""

    def _tell(self, actor: Actor, key: SubmissionKey, kind: str) -> None:
        from muster.acting.actions import tell
        from muster.model.events import Event

        at = self.store.clock.now()
        tell(self.plugins, Event(kind, key.state, key.organization, key.year, key.address, actor.name, at))

    def _signing_desk(self, actor: Actor, key: SubmissionKey) -> SigningDesk:
        from muster.certifying.cases import SigningDesk

        state, collection = self.plugins.collection(f"{key.state}/{key.collection}")
        return SigningDesk(
            store=self.store,
            state=state,
            collection=collection,
            keys=self.keys_folder,
            reference=self._signing_reference(key),
            extra_rules=self.plugins.pack_rules(collection, key.year),
            hook_gates=lambda connection, asked: self._hook_gates(connection, actor, asked),
            announce=self._announce,
            hook_findings=bool(self.plugins.manager.hook.validate.get_hookimpls()),
        )

    def _bare_desk(self, address: str) -> SigningDesk:
        """Return a desk at which nothing is signed."""
        from muster.certifying.cases import SigningDesk

        state, collection = self.plugins.collection(address)
        return SigningDesk(self.store, state, collection, self.keys_folder, {})

    def _signing_reference(self, key: SubmissionKey) -> dict[str, pl.DataFrame]:
        from muster.intake.reference_csv import catalog_frames

        state = self.plugins.state(key.state)
        loaded = self.store.reference_frames(state, key.year, organization=key.organization)
        frames = {**loaded, **catalog_frames(state)}
        hook = self.plugins.manager.hook
        for answer in hook.reference_tables(state=key.state, collection=key.collection, year=key.year):
            frames |= answer
        return frames

    def _hook_gates(self, connection: Connection, actor: Actor, key: SubmissionKey) -> Iterable[GateAnswer]:
        from muster.acting.looking import Looking
        from muster.acting.places import scope_for
        from muster.model.places import Place

        place = Place(key.state, key.organization, key.year)
        scope = scope_for(connection, self.store, self.plugins, actor, place, "view")
        answers = self.plugins.manager.hook.gates(look=Looking(connection, scope), submission=key, at="signing")
        return [one for answer in answers for one in answer]
