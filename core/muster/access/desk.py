"""The calls about people, roles, requests and tokens, each checked and in one transaction; the facade forwards to them.

Whoever administers people does so within the organizations and years of the own roles, never beyond.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from muster.access import grants, people, requests, tokens
from muster.access.calls import CALLS, require_call
from muster.access.checks import allowed_somewhere, require_person
from muster.access.organizations import Tree, tree_of
from muster.access.reach import Reach
from muster.access.refusals import NotAllowedError, NotYoursError
from muster.errors import UnknownStateError
from muster.model.actors import Actor

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from sqlalchemy import Connection

    from muster.access.grants import Held, Scope
    from muster.access.people import Person
    from muster.access.requests import AccessRequest
    from muster.access.tokens import TokenRow
    from muster.model.permissions import Permission
    from muster.model.states import State
    from muster.store import Store


@dataclass(frozen=True, slots=True)
class Listed:
    """A person with those of the roles that whoever asks may administer."""

    person: Person
    roles: tuple[Held, ...]


@dataclass(frozen=True, slots=True)
class Issued:
    """A new token: the only time it is shown."""

    id: int
    token: str


def sign_in(store: Store, email: str, password: str) -> Actor:
    """Return the actor of an account; a hash made with older parameters is renewed.

    Reading first: a sign-in does not wait for an upload that is being written.
    """
    now = store.clock.now()
    with store.reading() as connection:
        actor = people.sign_in(connection, email, password, now, store.states)
        person = require_person(actor)
        renew = people.needs_renewal(connection, person)
    if renew:
        with store.writing() as connection:
            people.renew_hash(connection, person, password)
    return actor


def actor_of(store: Store, person: int) -> Actor:
    """Return the actor of somebody who signed in before, with the roles of today."""
    with store.reading() as connection:
        return people.actor_of(connection, person, store.clock.now(), store.states)


def token_actor(store: Store, token: str) -> Actor:
    """Return the actor of a token, and note its use."""
    now = store.clock.now()
    with store.reading() as connection:
        actor = tokens.authenticate(connection, token, now, store.states)
        noted = tokens.use_is_noted(connection, token, now)
    if not noted:
        with store.writing() as connection:
            tokens.note_use(connection, token, now)
    return actor


def actor_named(store: Store, name: str, *, embedded: bool) -> Actor:
    """Return whoever asked for something by this name, with the roles of today.

    Names are not unique: where two people share one, neither is meant. On an embedded database a name without an
    account is that of the operating system's user.
    """
    with store.reading() as connection:
        found = [one for one in people.list_people(connection) if one.name == name]
        if len(found) == 1:
            return people.actor_of(connection, found[0].id, store.clock.now(), store.states)
    return Actor(name, everything=embedded and not found)


def has_people(store: Store) -> bool:
    """Tell whether there is any account."""
    with store.reading() as connection:
        return bool(people.list_people(connection))


def tree(store: Store, state: str) -> Tree:
    """Return the tree of a state's organizations."""
    with store.reading() as connection:
        return tree_of(connection, _state(store, state))


def check(
    store: Store, actor: Actor, call: str, *, state: str, organization: str | None = None, year: int | None = None
) -> None:
    """Refuse a call that the actor may not make there; no database is opened for what anyone may do."""
    if CALLS[call] == "anyone":
        return
    known = Tree() if actor.everything else tree(store, state)
    require_call(actor, call, tree=known, state=state, organization=organization, year=year)


def add_person(store: Store, actor: Actor, name: str, email: str, password: str | None = None) -> Person:
    """Make an account without any role."""
    _require_somewhere(actor, "administer")
    with store.writing() as connection:
        return people.add_person(connection, actor, name=name, email=email, password=password, now=store.clock.now())


def list_people(store: Store, actor: Actor) -> tuple[Listed, ...]:
    """Return the people whose roles the actor may administer, and those who have none yet."""
    _require_somewhere(actor, "administer")
    with store.reading() as connection:
        scope, held = Reach(store.states, connection, actor), defaultdict[int, list["Held"]](list)
        for one in grants.list_grants(connection):
            if one.ended_at is None:
                held[one.person].append(one)
        listed = [
            Listed(person, tuple(one for one in held[person.id] if scope.administers(one)))
            for person in people.list_people(connection)
        ]
    return tuple(one for one in listed if one.roles or not held[one.person.id])


def set_active(store: Store, actor: Actor, person: int | str, *, active: bool) -> None:
    """Let a person sign in, or no longer; only for people all of whose roles the actor may administer."""
    with store.writing() as connection:
        number = people.person_of(connection, person).id
        _require_whole(store, connection, actor, number)
        people.set_active(connection, actor, number, active=active, now=store.clock.now())


def set_password(store: Store, actor: Actor, person: int | str, password: str, *, current: str | None = None) -> None:
    """Change one's own password, which asks for the current one, or that of a person whom one administers wholly."""
    with store.writing() as connection:
        number = people.person_of(connection, person).id
        if actor.person == number:
            people.check_password(connection, number, current or "")
        else:
            _require_whole(store, connection, actor, number)
        people.set_password(connection, actor, number, password, store.clock.now())


def give_role(store: Store, actor: Actor, person: int | str, state: str, role: str, scope: Scope) -> int:
    """Give a person a role in an organization and below it, within what the actor administers; return its number."""
    declared = _state(store, state)
    with store.writing() as connection:
        _require(store, connection, actor, "give_role", state, scope.organization, scope.year)
        number = people.person_of(connection, person).id
        return grants.give(connection, actor, declared, number, role, scope, store.clock.now())


def end_role(store: Store, actor: Actor, grant: int) -> None:
    """End a role that the actor administers, holds or has lent."""
    with store.writing() as connection:
        held = grants.grant_of(connection, grant)
        if actor.person is None or actor.person not in (held.person, held.lender):
            _require(store, connection, actor, "end_role", held.state, held.scope.organization, held.scope.year)
        grants.end(connection, actor, grant, store.clock.now())


def delegate(store: Store, actor: Actor, grant: int, to: int | str, scope: Scope) -> int:
    """Lend one of one's own roles to another person until a day; return the number of the loan."""
    require_person(actor)
    with store.writing() as connection:
        held = grants.grant_of(connection, grant)
        state = _state(store, held.state)
        known = tree_of(connection, state)
        _require(store, connection, actor, "delegate", held.state, scope.organization, scope.year)
        number = people.person_of(connection, to).id
        return grants.delegate(connection, actor, state, grant, number, scope, store.clock.now(), tree=known)


def ask_access(
    store: Store,
    actor: Actor,
    state: str,
    role: str,
    reason: str,
    *,
    organization: str | None = None,
    year: int | None = None,
) -> int:
    """Ask for a role for oneself; return the number of the request."""
    declared = _state(store, state)
    with store.writing() as connection:
        return requests.ask(
            connection, actor, declared, role, reason, store.clock.now(), organization=organization, year=year
        )


def access_requests(store: Store, actor: Actor, *, undecided: bool = True) -> tuple[AccessRequest, ...]:
    """Return the requests that the actor may decide, and the actor's own."""
    with store.reading() as connection:
        scope = Reach(store.states, connection, actor)
        return tuple(
            one
            for one in requests.list_requests(connection, undecided=undecided)
            if (actor.person == one.person and actor.person is not None)
            or scope.may("approve", one.state, one.organization, one.year)
        )


def decide_access(
    store: Store, actor: Actor, request: int, *, approved: bool, reason: str = "", ends: date | None = None
) -> int | None:
    """Approve a request, which gives the role, or refuse it with a reason; return the role's number."""
    with store.writing() as connection:
        asked = requests.request_of(connection, request)
        _require(store, connection, actor, "decide_access", asked.state, asked.organization, asked.year)
        state = _state(store, asked.state)
        now = store.clock.now()
        return requests.decide(connection, actor, state, request, now, approved=approved, reason=reason, ends=ends)


def issue_token(
    store: Store,
    actor: Actor,
    name: str,
    permissions: Iterable[Permission],
    *,
    days: int,
    state: str | None = None,
    organization: str | None = None,
) -> Issued:
    """Make a token that acts for the actor, with no more than these permissions, for so many days."""
    require_person(actor)
    if state is not None:
        _state(store, state)
    now = store.clock.now()
    terms = tokens.TokenTerms(name, tuple(permissions), now + timedelta(days=days), state, organization)
    with store.writing() as connection:
        return Issued(*tokens.issue(connection, actor, terms, now))


def list_tokens(store: Store, actor: Actor) -> tuple[TokenRow, ...]:
    """Return the actor's own tokens, without what is secret in them."""
    with store.reading() as connection:
        return tokens.list_tokens(connection, require_person(actor))


def revoke_token(store: Store, actor: Actor, token: int) -> None:
    """End one of one's own tokens, or one of a person whom one administers wholly."""
    with store.writing() as connection:
        owner = tokens.token_row(connection, token).person
        if actor.person != owner:
            _require_whole(store, connection, actor, owner)
        tokens.revoke(connection, actor, token, store.clock.now())


def _require(
    store: Store,
    connection: Connection,
    actor: Actor,
    call: str,
    state: str,
    organization: str | None,
    year: int | None,
) -> None:
    known = tree_of(connection, _state(store, state))
    require_call(actor, call, tree=known, state=state, organization=organization, year=year)


def _require_somewhere(actor: Actor, permission: Permission) -> None:
    if not allowed_somewhere(actor, permission):
        raise NotAllowedError(actor.name, permission, "any organization")


def _require_whole(store: Store, connection: Connection, actor: Actor, person: int) -> None:
    """Refuse what touches a whole account, unless every role of the person is one that the actor administers."""
    _require_somewhere(actor, "administer")
    scope = Reach(store.states, connection, actor)
    yesterday = (store.clock.now() - timedelta(days=1)).date()
    roles = [
        one
        for one in grants.list_grants(connection, person)
        if one.ended_at is None and (one.scope.ends is None or one.scope.ends >= yesterday)
    ]
    if not all(scope.administers(one) for one in roles):
        raise NotYoursError(actor.name, person)


def _state(store: Store, state: str) -> State:
    if state not in store.states:
        raise UnknownStateError(state, sorted(store.states))
    return store.states[state]
