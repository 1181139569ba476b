"""Roles: where and when they hold, what is lent, and how all of it ends."""

from datetime import date, timedelta

import pytest

from muster.access import grants, people
from muster.access.checks import allowed, allowed_somewhere, require, require_person
from muster.access.grants import Scope
from muster.access.refusals import (
    DaysReversedError,
    NeedsAccountError,
    NotAllowedError,
    NotLentError,
    OwnRoleError,
    UnknownGrantError,
    UnknownPersonError,
    UnknownRoleError,
)
from muster.model.actors import Actor, local_actor


@pytest.fixture
def give(isles):
    def give_role(person, role, organization=None, by=None, **scope):
        with isles.store.writing() as connection:
            return grants.give(
                connection, by or isles.ana, isles.state, person, role, Scope(organization, **scope), isles.now
            )

    return give_role


@pytest.fixture
def lend(isles):
    def lend_role(lender, grant, to, organization, **scope):
        with isles.store.writing() as connection:
            actor = people.actor_of(connection, lender, isles.now, isles.states)
            where = Scope(organization, **scope)
            return grants.delegate(connection, actor, isles.state, grant, to, where, isles.now, tree=isles.tree)

    return lend_role


def may(isles, actor, permission, organization=None, year=None, state="xx"):
    return allowed(actor, permission, state=state, organization=organization, year=year, tree=isles.tree)


def end(isles, grant):
    with isles.store.writing() as connection:
        grants.end(connection, isles.ana, grant, isles.now)


def test_a_role_reaches_its_organization_and_those_below_it(isles, give):
    bea = isles.person("Bea")
    give(bea, "clerk", "D1")
    actor = isles.actor(bea)
    assert [may(isles, actor, "edit", one) for one in ("D1", "S1", "S2")] == [True] * 3
    assert [may(isles, actor, "edit", one) for one in ("A", "D2", "T1", "unknown", None)] == [False] * 5
    assert not may(isles, actor, "certify", "D1")
    assert not may(isles, actor, "edit", "D1", state="yy")


def test_a_role_for_the_whole_state_reaches_everything_in_it(isles, give):
    bea = isles.person("Bea")
    give(bea, "warden")
    actor = isles.actor(bea)
    assert [may(isles, actor, "administer", one) for one in ("D1", "T1", "unknown", None)] == [True] * 4


def test_a_role_of_one_year_reaches_no_other_and_not_all_of_them(isles, give):
    bea = isles.person("Bea")
    give(bea, "clerk", "D1", year=2025)
    actor = isles.actor(bea)
    assert [may(isles, actor, "view", "D1", year) for year in (2025, 2024, None)] == [True, False, False]
    assert allowed_somewhere(actor, "view", state="xx")
    assert not allowed_somewhere(actor, "view", state="yy")
    assert not allowed_somewhere(actor, "certify")


def test_days_are_those_of_the_states_calendar_both_inclusive(isles, give):
    bea = isles.person("Bea")
    give(bea, "clerk", "D1", starts=date(2025, 3, 16), ends=date(2025, 3, 17))
    held = [bool(isles.actor(bea, hours=hours).grants) for hours in range(0, 72, 12)]
    # It is 15:09 in Greenwich on the 14th, and 05:09 on the 15th on the islands.
    assert held == [False, False, True, True, True, True]
    assert [bool(isles.actor(bea, hours=hours).grants) for hours in (18, 19, 66, 67)] == [False, True, True, False]


def test_an_ended_role_is_gone_at_once(isles, give):
    bea = isles.person("Bea")
    grant = give(bea, "clerk", "D1")
    end(isles, grant)
    assert isles.actor(bea).grants == ()
    with pytest.raises(UnknownGrantError, match=f"There is no standing role with number {grant}."):
        end(isles, grant)


def test_a_role_that_the_state_dropped_allows_nothing(isles, give):
    bea = isles.person("Bea")
    give(bea, "clerk", "D1")
    for states in ({}, {"xx": isles.state.model_copy(update={"roles": ()})}):
        with isles.store.reading() as connection:
            assert grants.standing_grants(connection, bea, isles.now, states) == ()


def test_a_loan_lapses_by_itself(isles, give, lend):
    bea, cleo = isles.person("Bea"), isles.person("Cleo")
    lend(bea, give(bea, "signer", "D1"), cleo, "S1", ends=date(2025, 3, 20))
    assert may(isles, isles.actor(cleo), "certify", "S1")
    assert not may(isles, isles.actor(cleo), "certify", "D1")
    assert may(isles, isles.actor(cleo, days=5), "certify", "S1")
    assert not may(isles, isles.actor(cleo, days=6), "certify", "S1")


def test_a_loan_lapses_with_the_lenders_own_role(isles, give, lend):
    bea, cleo = isles.person("Bea"), isles.person("Cleo")
    own = give(bea, "signer", "D1", ends=date(2025, 3, 20))
    lend(bea, own, cleo, "D1", ends=date(2025, 3, 20))
    assert may(isles, isles.actor(cleo), "certify", "D1")
    end(isles, own)
    assert not may(isles, isles.actor(cleo), "certify", "D1")


def test_a_loan_lapses_when_the_lender_is_deactivated(isles, give, lend):
    bea, cleo = isles.person("Bea"), isles.person("Cleo")
    lend(bea, give(bea, "signer", "D1"), cleo, "D1", ends=date(2025, 3, 20))
    with isles.store.writing() as connection:
        people.set_active(connection, isles.ana, bea, active=False, now=isles.now)
    assert isles.actor(cleo).grants == ()


def test_what_cannot_be_lent(isles, give, lend):
    bea, cleo, dora = isles.person("Bea"), isles.person("Cleo"), isles.person("Dora")
    last = date(2025, 3, 20)
    own = give(bea, "signer", "D1", year=2025, ends=date(2025, 3, 25))
    loan = lend(bea, own, cleo, "D1", year=2025, ends=last)
    sentence = (
        "Bea cannot lend the role signer for xx/D2 in 2025: only one's own role can be lent, within its organization, "
        "its year and its days."
    )
    with pytest.raises(NotLentError, match=sentence):
        lend(bea, own, dora, "D2", year=2025, ends=last)
    cases = (
        (bea, own, {"organization": None, "year": 2025, "ends": last}),
        (bea, own, {"organization": "S1", "year": None, "ends": last}),
        (bea, own, {"organization": "S1", "year": 2025}),
        (bea, own, {"organization": "S1", "year": 2025, "ends": date(2025, 3, 26)}),
        (cleo, own, {"organization": "S1", "year": 2025, "ends": last}),
        (cleo, loan, {"organization": "S1", "year": 2025, "ends": last}),
    )
    for lender, grant, where in cases:
        with pytest.raises(NotLentError):
            lend(lender, grant, dora, **where)
    assert isles.actor(dora).grants == ()


def test_nobody_gives_a_role_to_himself(isles, give):
    bea = isles.person("Bea")
    give(bea, "warden")
    sentence = "Nobody decides about their own roles. Ask another person who administers people."
    with pytest.raises(OwnRoleError, match=sentence):
        give(bea, "signer", "D1", by=isles.actor(bea))


def test_roles_that_are_not_given(isles, give):
    bea = isles.person("Bea")
    with pytest.raises(UnknownRoleError, match='xx has no role "king". Known: clerk, signer, warden.'):
        give(bea, "king")
    with pytest.raises(DaysReversedError, match="The last day 2025-03-01 is before the first day 2025-03-02."):
        give(bea, "clerk", starts=date(2025, 3, 2), ends=date(2025, 3, 1))
    with pytest.raises(UnknownPersonError, match='There is no account "99".'):
        give(99, "clerk")


def test_the_machines_user_may_do_everything_but_sign(isles):
    ana = local_actor("ana")
    assert may(isles, ana, "administer")
    assert not may(isles, ana, "certify", "D1")
    assert not allowed_somewhere(ana, "certify")
    with pytest.raises(NeedsAccountError, match="ana has no account here, and this needs one."):
        require(ana, "certify", state="xx", organization="D1", tree=isles.tree)
    with pytest.raises(NeedsAccountError, match="Sign in as a person: --as EMAIL."):
        require_person(ana)
    assert require_person(Actor("ana", everything=True, person=3)) == 3


def test_what_is_not_allowed_is_said_with_the_place(isles, give):
    bea = isles.person("Bea")
    give(bea, "clerk", "D1")
    actor = isles.actor(bea)
    require(actor, "edit", state="xx", organization="S1", year=2025, tree=isles.tree)
    cases = (
        ({"organization": "D2", "year": 2025}, "Bea may not sign for xx/D2 in 2025: no role allows it there today."),
        ({}, "Bea may not sign for all of xx: no role allows it there today. Ask for access, or ask whoever"),
    )
    for where, sentence in cases:
        with pytest.raises(NotAllowedError, match=sentence):
            require(actor, "certify", state="xx", tree=isles.tree, **where)


def test_every_giving_and_ending_is_audited_without_a_name(isles, give, lend):
    from sqlalchemy import select

    from muster.store.access_tables import audit_entry

    bea, cleo = isles.person("Bea"), isles.person("Cleo")
    own = give(bea, "signer", "D1")
    lend(bea, own, cleo, "S1", ends=isles.now.date() + timedelta(days=9))
    end(isles, own)
    with isles.store.reading() as connection:
        rows = connection.execute(select(audit_entry).where(audit_entry.c.state == "xx")).all()
    assert sorted((row.organization, row.actor, row.act, row.subject) for row in rows) == [
        ("D1", "ana", "ended role", f"role/{own}"),
        ("D1", "ana", "gave role", f"role/{own}"),
        ("S1", f"Bea (person {bea})", "lent role", f"role/{own + 1}"),
    ]
