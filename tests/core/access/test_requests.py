"""Requests for access: with a reason, decided one by one by somebody else."""

from datetime import date

import pytest

from muster.access import grants, requests
from muster.access.refusals import (
    NeedsAccountError,
    OwnRoleError,
    ReasonMissingError,
    RequestDecidedError,
    RequestOpenError,
    UnknownRequestError,
    UnknownRoleError,
)


@pytest.fixture
def bea(isles):
    return isles.actor(isles.person("Bea"))


def ask(isles, actor, role="clerk", reason="I enter the records of D1.", organization="D1", year=None):
    with isles.store.writing() as connection:
        return requests.ask(
            connection, actor, isles.state, role, reason, isles.now, organization=organization, year=year
        )


def decide(isles, request, *, approved, by=None, **given):
    with isles.store.writing() as connection:
        return requests.decide(connection, by or isles.ana, isles.state, request, isles.now, approved=approved, **given)


def test_an_approved_request_gives_the_role_asked_for(isles, bea):
    request = ask(isles, bea, year=2025)
    grant = decide(isles, request, approved=True, ends=date(2025, 6, 30))
    with isles.store.reading() as connection:
        held = grants.grant_of(connection, grant)
        assert requests.list_requests(connection, undecided=True) == ()
        kept = requests.request_of(connection, request)
    assert (held.person, held.role, held.scope) == (
        bea.person,
        "clerk",
        grants.Scope("D1", 2025, None, date(2025, 6, 30)),
    )
    assert (kept.decision, kept.decided_by, kept.reason) == ("approved", "ana", "I enter the records of D1.")


def test_a_refused_request_gives_nothing_and_says_why(isles, bea):
    request = ask(isles, bea)
    with pytest.raises(ReasonMissingError, match="A refusal needs a reason. Say why in a sentence."):
        decide(isles, request, approved=False, reason=" ")
    assert decide(isles, request, approved=False, reason="D1 has a clerk.") is None
    assert isles.actor(bea.person).grants == ()
    with isles.store.reading() as connection:
        kept = requests.list_requests(connection)
    assert [(one.decision, one.decision_reason) for one in kept] == [("refused", "D1 has a clerk.")]
    assert ask(isles, bea) == request + 1


def test_each_request_is_decided_once(isles, bea):
    request = ask(isles, bea)
    decide(isles, request, approved=True)
    sentence = f"Access request {request} was approved already, by ana. Ask again if it is still wanted."
    with pytest.raises(RequestDecidedError, match=sentence):
        decide(isles, request, approved=False, reason="No.")


def test_nobody_decides_about_himself(isles, bea):
    request = ask(isles, bea)
    for approved in (True, False):
        with pytest.raises(OwnRoleError):
            decide(isles, request, approved=approved, by=bea, reason="Because.")


def test_requests_that_are_not_taken(isles, bea):
    request = ask(isles, bea)
    with pytest.raises(RequestOpenError, match=f"not decided yet: access request {request}."):
        ask(isles, bea)
    with pytest.raises(ReasonMissingError, match="A request for access needs a reason."):
        ask(isles, bea, organization="D2", reason="")
    with pytest.raises(UnknownRoleError):
        ask(isles, bea, role="king")
    with pytest.raises(NeedsAccountError):
        ask(isles, isles.ana)
    with pytest.raises(UnknownRequestError, match="There is no access request 77."):
        decide(isles, 77, approved=True)
