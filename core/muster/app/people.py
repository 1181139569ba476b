"""The facade's calls about people, roles, tokens and the audit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from muster.app.installation import Installation

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date
    from pathlib import Path

    from muster.access.auditing import ChainCheck
    from muster.access.desk import Issued, Listed
    from muster.access.grants import Scope
    from muster.access.people import Person
    from muster.access.requests import AccessRequest
    from muster.access.tokens import TokenRow
    from muster.model.actors import Actor
    from muster.model.permissions import Permission


class People(Installation):
    """Who may do what where; each call is checked in the room ``access``."""

    def token_actor(self, token: str) -> Actor:
        """Return the actor of a token; an unknown, expired or revoked one is refused."""
        from muster.access.desk import token_actor

        return token_actor(self.store, token)

    def local_user(self, name: str) -> Actor:
        """Return the system user: with all rights on an embedded database, and until there is an account."""
        from muster.access.desk import has_people
        from muster.model.actors import Actor

        return Actor(name, everything=self.settings.embedded or not has_people(self.store))

    def add_person(self, actor: Actor, name: str, email: str, password: str | None = None) -> Person:
        """Make an account without any role."""
        from muster.access.desk import add_person

        return add_person(self.store, actor, name, email, password)

    def people(self, actor: Actor) -> tuple[Listed, ...]:
        """Return the people whose roles the actor may administer, and those who have none yet."""
        from muster.access.desk import list_people

        return list_people(self.store, actor)

    def set_active(self, actor: Actor, person: int | str, *, active: bool) -> None:
        """Let a person sign in, or no longer; nothing of what the person did is lost."""
        from muster.access.desk import set_active

        set_active(self.store, actor, person, active=active)

    def set_password(self, actor: Actor, person: int | str, password: str, *, current: str | None = None) -> None:
        """Give an account another password; one's own needs the current one."""
        from muster.access.desk import set_password

        set_password(self.store, actor, person, password, current=current)

    def give_role(self, actor: Actor, person: int | str, state: str, role: str, scope: Scope) -> int:
        """Give a person a role; return its number."""
        from muster.access.desk import give_role

        return give_role(self.store, actor, person, state, role, scope)

    def end_role(self, actor: Actor, grant: int) -> None:
        """End a role now."""
        from muster.access.desk import end_role

        end_role(self.store, actor, grant)

    def delegate(self, actor: Actor, grant: int, to: int | str, scope: Scope) -> int:
        """Lend one's own role to somebody for some days; return the loan's number."""
        from muster.access.desk import delegate

        return delegate(self.store, actor, grant, to, scope)

    def ask_access(
        self,
        actor: Actor,
        state: str,
        role: str,
        reason: str,
        *,
        organization: str | None = None,
        year: int | None = None,
    ) -> int:
        """Ask for a role for oneself; return the number of the request."""
        from muster.access.desk import ask_access

        return ask_access(self.store, actor, state, role, reason, organization=organization, year=year)

    def access_requests(self, actor: Actor, *, undecided: bool = True) -> tuple[AccessRequest, ...]:
        """Return the requests that the actor may decide, and the actor's own."""
        from muster.access.desk import access_requests

        return access_requests(self.store, actor, undecided=undecided)

    def decide_access(
        self, actor: Actor, request: int, *, approved: bool, reason: str = "", ends: date | None = None
    ) -> int | None:
        """Approve a request, which gives the role, or refuse it with a reason; return the role's number."""
        from muster.access.desk import decide_access

        return decide_access(self.store, actor, request, approved=approved, reason=reason, ends=ends)

    def issue_token(
        self,
        actor: Actor,
        name: str,
        permissions: Iterable[Permission],
        *,
        days: int,
        state: str | None = None,
        organization: str | None = None,
    ) -> Issued:
        """Make a token that acts for the actor; it is shown now and never again."""
        from muster.access.desk import issue_token

        return issue_token(self.store, actor, name, permissions, days=days, state=state, organization=organization)

    def tokens(self, actor: Actor) -> tuple[TokenRow, ...]:
        """Return the actor's own tokens, without what is secret in them."""
        from muster.access.desk import list_tokens

        return list_tokens(self.store, actor)

    def revoke_token(self, actor: Actor, token: int) -> None:
        """End a token now."""
        from muster.access.desk import revoke_token

        revoke_token(self.store, actor, token)

    def verify_audit(
        self,
        actor: Actor,
        *,
        state: str | None = None,
        organization: str | None = None,
        seals: Sequence[Path] = (),
        receipts: Sequence[Path] = (),
        trust: Path | None = None,
    ) -> tuple[ChainCheck, ...]:
        """Find changed entries, gaps and (with a seal or a receipt) a missing end."""
        from muster.certifying.audit_proofs import verify_audit

        return verify_audit(
            self.store, actor, state=state, organization=organization, seals=seals, receipts=receipts, trust=trust
        )

    def seal_audit(self, actor: Actor, target: Path) -> None:
        """Write the newest entry of every chain to a file, sealed with the key in use."""
        from muster.certifying.audit_proofs import seal_audit

        seal_audit(self.store, actor, target, self.settings.home / "keys")
