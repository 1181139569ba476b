"""The facade's calls about submissions before they are signed: acknowledgements, extensions, nothing to report."""

from __future__ import annotations

from typing import TYPE_CHECKING

from muster.app.installation import Installation

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from muster.collecting.acknowledgements import OfCause
    from muster.collecting.extensions import Extension, LedgerLine, Wish
    from muster.model.actors import Actor
    from muster.model.submissions import SubmissionKey, SubmissionRow


class Collecting(Installation):
    """What a district says about its data, and what it asks of the agency."""

    def acknowledge(
        self, actor: Actor, key: SubmissionKey, which: OfCause | Iterable[str], reason: str, note: str = ""
    ) -> str:
        """Acknowledge findings of the newest run, by fingerprint or by cause; return the name of the act."""
        from muster.collecting import acknowledgements
        from muster.collecting.submissions import submission_of

        self._check(actor, "acknowledge", key.state, key.organization, key.year)
        _, collection = self.plugins.collection(f"{key.state}/{key.collection}")
        rules = (*collection.rules_of(key.year), *self.plugins.pack_rules(collection, key.year))
        chosen = which if isinstance(which, acknowledgements.OfCause) else tuple(which)
        now = self.store.clock.now()
        with self.store.writing() as connection:
            row = submission_of(connection, key, now)
            return acknowledgements.acknowledge(
                connection, actor, row, chosen, rules=rules, reason=reason, note=note, at=now
            )

    def ask_extension(self, actor: Actor, address: str, wish: Wish) -> Extension:
        """Ask for a later closing day of one window."""
        from muster.collecting import extensions

        state, collection = self.plugins.collection(address)
        self._check(actor, "ask_extension", state.id, wish.organization, wish.year)
        with self.store.writing() as connection:
            return extensions.ask(connection, actor, state, collection, wish, self.store.clock.now())

    def decide_extension(
        self, actor: Actor, address: str, number: int, *, granted: bool, reason: str, closes: date | None = None
    ) -> Extension:
        """Grant an extension until the end of a day, or refuse it."""
        from muster.collecting import extensions

        state, collection = self.plugins.collection(address)
        now = self.store.clock.now()
        with self.store.reading() as connection:
            asked = extensions.request(connection, number)
        self._check(actor, "decide_extension", state.id, asked.organization, asked.data_year)
        with self.store.writing() as connection:
            return extensions.decide(
                connection, actor, state, collection, number, granted=granted, reason=reason, closes=closes, now=now
            )

    def extensions_ledger(self, actor: Actor, state: str) -> tuple[LedgerLine, ...]:
        """Return the public ledger of extensions: whose window, which day, and the agency's reason; no person."""
        from muster.collecting import extensions

        del actor
        with self.store.reading() as connection:
            return extensions.ledger(connection, self.plugins.state(state))

    def nothing_to_report(self, actor: Actor, key: SubmissionKey, *, nothing: bool = True) -> SubmissionRow:
        """Say that there is nothing to report, or take that back; signing it comes after."""
        from muster.collecting.nil_returns import say_nothing_to_report

        self._check(actor, "nothing_to_report", key.state, key.organization, key.year)
        state, collection = self.plugins.collection(f"{key.state}/{key.collection}")
        with self.store.writing() as connection:
            return say_nothing_to_report(self.store, connection, actor, state, collection, key, nothing=nothing)
