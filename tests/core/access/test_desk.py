"""The calls about people as the facade makes them: checked, in one transaction, within one's own scope."""

from datetime import date

import polars as pl
import pytest
from argon2 import PasswordHasher
from sqlalchemy import select

from muster.access import desk, passwords
from muster.access.grants import Scope
from muster.access.refusals import (
    NotAllowedError,
    NotYoursError,
    OwnRoleError,
    SignInRefusedError,
    TokenRevokedError,
    WrongPasswordError,
)
from muster.errors import UnknownStateError
from muster.store.access_tables import person as people_table


@pytest.fixture
def isles(isles):
    """Return the isles with a tree, a warden Wim in D1, and Bea, a signer there."""
    frame = pl.DataFrame(
        list(isles.tree.parents.items()), schema={"organization_id": pl.String, "parent_id": pl.String}, orient="row"
    )
    isles.store.replace_reference(isles.state, {"organizations": frame}, organization=None, actor=isles.ana)
    isles.wim, isles.bea = isles.person("Wim"), isles.person("Bea")
    desk.give_role(isles.store, isles.ana, "wim@example.org", "xx", "warden", Scope("D1"))
    isles.role = desk.give_role(isles.store, isles.ana, isles.bea, "xx", "signer", Scope("D1"))
    return isles


def as_(isles, person):
    return desk.actor_of(isles.store, person)


def test_signing_in_renews_an_old_hash(isles, monkeypatch):
    stronger = PasswordHasher(time_cost=2, memory_cost=16, parallelism=1)
    monkeypatch.setattr(passwords, "HASHER", stronger)
    actor = desk.sign_in(isles.store, "bea@example.org", isles.password)
    assert [(one.role, one.organization) for one in actor.grants] == [("signer", "D1")]
    with isles.store.reading() as connection:
        kept = connection.execute(select(people_table.c.password_hash).where(people_table.c.id == isles.bea))
        assert not stronger.check_needs_rehash(kept.scalar_one())
    with pytest.raises(SignInRefusedError):
        desk.sign_in(isles.store, "bea@example.org", "the tide is low today")


def test_an_administrator_sees_the_own_people_and_those_without_a_role(isles):
    isles.person("Newcomer")
    far = isles.person("Far")
    desk.give_role(isles.store, isles.ana, far, "xx", "clerk", Scope("D2"))
    desk.give_role(isles.store, isles.ana, isles.bea, "xx", "clerk", Scope("D2"))
    listed = desk.list_people(isles.store, as_(isles, isles.wim))
    assert [(one.person.name, [held.scope.organization for held in one.roles]) for one in listed] == [
        ("Bea", ["D1"]),
        ("Newcomer", []),
        ("Wim", ["D1"]),
    ]
    with pytest.raises(NotAllowedError, match="Bea may not administer people and roles for any organization"):
        desk.list_people(isles.store, as_(isles, isles.bea))
    with pytest.raises(NotAllowedError):
        desk.add_person(isles.store, as_(isles, isles.bea), "Eve", "eve@example.org")


def test_an_administrator_gives_and_ends_roles_within_the_own_scope(isles):
    wim, cleo = as_(isles, isles.wim), isles.person("Cleo")
    role = desk.give_role(isles.store, wim, cleo, "xx", "clerk", Scope("S1"))
    for place in ("D2", None):
        with pytest.raises(NotAllowedError):
            desk.give_role(isles.store, wim, cleo, "xx", "clerk", Scope(place))
    with pytest.raises(OwnRoleError):
        desk.give_role(isles.store, wim, isles.wim, "xx", "signer", Scope("D1"))
    with pytest.raises(UnknownStateError, match='There is no state "zz". Known: xx'):
        desk.give_role(isles.store, wim, cleo, "zz", "clerk", Scope("S1"))
    desk.end_role(isles.store, wim, role)
    assert as_(isles, cleo).grants == ()


def test_a_role_is_given_back_by_its_holder_and_a_loan_by_its_lender(isles):
    cleo = isles.person("Cleo")
    loan = desk.delegate(isles.store, as_(isles, isles.bea), isles.role, cleo, Scope("D1", ends=date(2025, 4, 1)))
    assert [one.role for one in as_(isles, cleo).grants] == ["signer"]
    with pytest.raises(NotAllowedError):
        desk.end_role(isles.store, as_(isles, cleo), isles.role)
    desk.end_role(isles.store, as_(isles, isles.bea), loan)
    assert as_(isles, cleo).grants == ()
    desk.end_role(isles.store, as_(isles, isles.bea), isles.role)
    assert as_(isles, isles.bea).grants == ()


def test_requests_are_seen_by_who_may_decide_them_and_by_who_asked(isles):
    cleo = isles.person("Cleo")
    near = desk.ask_access(isles.store, as_(isles, cleo), "xx", "clerk", "I write.", organization="S1")
    far = desk.ask_access(isles.store, as_(isles, cleo), "xx", "clerk", "I write.", organization="D2")

    def seen(person):
        return [one.id for one in desk.access_requests(isles.store, as_(isles, person))]

    assert (seen(isles.wim), seen(cleo), seen(isles.bea)) == ([near], [near, far], [])
    with pytest.raises(NotAllowedError, match="Wim may not decide requests for xx/D2"):
        desk.decide_access(isles.store, as_(isles, isles.wim), far, approved=True)
    desk.decide_access(isles.store, as_(isles, isles.wim), near, approved=True, ends=date(2025, 6, 30))
    assert [(one.role, one.organization) for one in as_(isles, cleo).grants] == [("clerk", "S1")]


def test_an_account_is_changed_by_who_administers_all_of_it(isles):
    wim = as_(isles, isles.wim)
    desk.set_active(isles.store, wim, isles.bea, active=False)
    desk.set_active(isles.store, wim, isles.bea, active=True)
    desk.give_role(isles.store, isles.ana, isles.bea, "xx", "clerk", Scope("D2", ends=date(2025, 3, 1)))
    desk.set_password(isles.store, wim, isles.bea, "a password from Wim")
    desk.give_role(isles.store, isles.ana, isles.bea, "xx", "clerk", Scope("D2"))
    sentence = f"Wim may not change account {isles.bea}: the person has roles elsewhere too."
    with pytest.raises(NotYoursError, match=sentence):
        desk.set_active(isles.store, wim, isles.bea, active=False)
    with pytest.raises(NotYoursError):
        desk.set_password(isles.store, wim, isles.bea, "another from Wim")


def test_ones_own_password_asks_for_the_current_one(isles):
    bea = as_(isles, isles.bea)
    with pytest.raises(WrongPasswordError):
        desk.set_password(isles.store, bea, isles.bea, "a longer password", current="not this one")
    desk.set_password(isles.store, bea, isles.bea, "a longer password", current=isles.password)
    assert desk.sign_in(isles.store, "bea@example.org", "a longer password").person == isles.bea


def test_a_token_opens_and_is_revoked_by_its_owner_or_who_administers_the_owner(isles):
    bea = as_(isles, isles.bea)
    mine = desk.issue_token(isles.store, bea, "nightly", ["view"], days=30, state="xx", organization="S1")
    other = desk.issue_token(isles.store, bea, "weekly", ["view"], days=30)
    for _ in range(2):
        actor = desk.token_actor(isles.store, mine.token)
    assert [(one.organization, one.permissions) for one in actor.grants] == [("S1", {"view"})]
    assert [one.last_used_at is not None for one in desk.list_tokens(isles.store, bea)] == [True, False]
    with pytest.raises(NotAllowedError):
        desk.revoke_token(isles.store, as_(isles, isles.person("Cleo")), mine.id)
    desk.revoke_token(isles.store, as_(isles, isles.wim), mine.id)
    desk.revoke_token(isles.store, bea, other.id)
    for token in (mine.token, other.token):
        with pytest.raises(TokenRevokedError):
            desk.token_actor(isles.store, token)
