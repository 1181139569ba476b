"""Tokens: shown once, narrower than their owner, ending by themselves or by hand."""

from datetime import timedelta

import polars as pl
import pytest
from sqlalchemy import select

from muster.access import grants, people, tokens
from muster.access.checks import allowed
from muster.access.grants import Scope
from muster.access.refusals import (
    NeedsAccountError,
    TokenExpiredError,
    TokenNameMissingError,
    TokenPermissionError,
    TokenRefusedError,
    TokenRevokedError,
    TokenTimeError,
    UnknownTokenError,
)
from muster.store.access_tables import api_token, audit_value

NAMES = ("organization_id", "parent_id")


@pytest.fixture
def bea(isles):
    """Return a signer of D1, in a tree that is loaded."""
    rows = [("D1", "A"), ("S1", "D1"), ("D2", "A")]
    frame = pl.DataFrame(rows, schema=dict.fromkeys(NAMES, pl.String), orient="row")
    isles.store.replace_reference(isles.state, {"organizations": frame}, organization=None, actor=isles.ana)
    number = isles.person("Bea")
    with isles.store.writing() as connection:
        grants.give(connection, isles.ana, isles.state, number, "signer", Scope("D1"), isles.now)
    return isles.actor(number)


@pytest.fixture
def issue(isles, bea):
    def issue_token(*permissions, actor=bea, days=30, name="nightly", **where):
        terms = tokens.TokenTerms(name, permissions or ("view",), isles.now + timedelta(days=days), **where)
        with isles.store.writing() as connection:
            return tokens.issue(connection, actor, terms, isles.now)

    return issue_token


def opened(isles, secret, **later):
    with isles.store.reading() as connection:
        return tokens.authenticate(connection, secret, isles.now + timedelta(**later), isles.states)


def may(isles, actor, permission, organization):
    return allowed(actor, permission, state="xx", organization=organization, tree=isles.tree)


def test_a_token_acts_for_its_owner_with_fewer_rights(isles, bea, issue):
    number, secret = issue("view", "administer")
    actor = opened(isles, secret)
    assert (actor.name, actor.person) == (f"Bea (token {number})", bea.person)
    assert may(isles, actor, "view", "S1")
    assert not may(isles, actor, "edit", "S1")
    assert not may(isles, actor, "administer", "D1")


@pytest.mark.parametrize(
    ("scope", "reached"), [("S1", ["S1"]), ("A", ["D1", "S1"]), ("D1", ["D1", "S1"]), ("D2", []), (None, ["D1", "S1"])]
)
def test_a_token_reaches_where_both_it_and_its_owner_do(isles, issue, scope, reached):
    _, secret = issue("view", state="xx", organization=scope)
    actor = opened(isles, secret)
    assert [one for one in ("A", "D1", "S1", "D2") if may(isles, actor, "view", one)] == reached


def test_a_token_of_another_state_reaches_nothing_here(isles, issue):
    _, secret = issue("view", state="yy")
    assert opened(isles, secret).grants == ()


def test_the_token_is_kept_nowhere(isles, issue):
    _, secret = issue()
    assert secret.startswith("muster_")
    assert len(secret) > 40
    with isles.store.reading() as connection:
        rows = [*connection.execute(select(api_token)), *connection.execute(select(audit_value))]
    assert secret not in str(rows)
    assert "token_hash" not in str(rows)


def test_a_token_expires(isles, issue):
    _, secret = issue(days=30)
    assert opened(isles, secret, days=29).person
    sentence = 'The token "nightly" expired at 2025-04-13T15:09:26\\+00:00. Make a new one with "muster token new".'
    with pytest.raises(TokenExpiredError, match=sentence):
        opened(isles, secret, days=30)


def test_a_token_is_revoked_once_and_for_all(isles, bea, issue):
    number, secret = issue()
    for _ in range(2):
        with isles.store.writing() as connection:
            tokens.revoke(connection, bea, number, isles.now)
    sentence = 'The token "nightly" was revoked at 2025-03-14T15:09:26\\+00:00.'
    with pytest.raises(TokenRevokedError, match=sentence):
        opened(isles, secret)


def test_a_token_of_nobody_and_of_an_inactive_person_open_nothing(isles, bea, issue):
    _, secret = issue()
    with isles.store.writing() as connection:
        people.set_active(connection, isles.ana, bea.person, active=False, now=isles.now)
    for one in (secret, "muster_guess", ""):
        with pytest.raises(TokenRefusedError, match="This token opens no account. Make a new one with"):
            opened(isles, one)


def test_a_token_lapses_with_the_owners_role(isles, bea, issue):
    _, secret = issue()
    with isles.store.writing() as connection:
        held = grants.list_grants(connection, bea.person)[0]
        grants.end(connection, isles.ana, held.id, isles.now)
    assert opened(isles, secret).grants == ()


def test_the_last_use_is_noted_once_a_minute(isles, bea, issue):
    _, secret = issue()
    with isles.store.writing() as connection:
        assert not tokens.use_is_noted(connection, secret, isles.now)
        tokens.note_use(connection, secret, isles.now)
        assert tokens.use_is_noted(connection, secret, isles.now + timedelta(seconds=59))
        assert not tokens.use_is_noted(connection, secret, isles.now + timedelta(seconds=60))
        listed = tokens.list_tokens(connection, bea.person)
    assert [(one.terms.name, one.terms.permissions, one.last_used_at) for one in listed] == [
        ("nightly", ("view",), "2025-03-14T15:09:26+00:00")
    ]


def test_tokens_that_are_not_made(isles, issue):
    cases = (
        ({"days": 367}, TokenTimeError, "A token lasts from 1 to 366 days."),
        ({"days": 0}, TokenTimeError, "A token lasts from 1 to 366 days."),
        ({"name": " "}, TokenNameMissingError, "The token has no name. Name it after the program"),
        ({"actor": isles.ana}, NeedsAccountError, "ana has no account here"),
    )
    for given, error, sentence in cases:
        with pytest.raises(error, match=sentence):
            issue(**given)
    with pytest.raises(TokenPermissionError, match='There is no permission "fly". Give one or more of: view, edit'):
        issue("view", "fly")
    terms = tokens.TokenTerms("nightly", (), isles.now + timedelta(days=1))
    with isles.store.writing() as connection:
        with pytest.raises(TokenPermissionError, match="The token has no permission. Give one or more of:"):
            tokens.issue(connection, isles.actor(1), terms, isles.now)
        with pytest.raises(UnknownTokenError, match="There is no token 9."):
            tokens.revoke(connection, isles.ana, 9, isles.now)
