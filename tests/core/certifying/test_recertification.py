"""Correcting what was certified: asked for, decided, returned; the signed copy stands until the next is signed."""

import pytest

from muster.access.refusals import NotAllowedError
from muster.certifying import desk as desks
from muster.certifying import recertification
from muster.certifying.refusals import NeedsReopeningError, NothingCertifiedError, NotReopenedError, ReasonNeededError

CHANGED = "001 000002 chess F 7.25 - - -"


@pytest.fixture
def closed(office_with):
    """Give an office whose certified data need reopening, certified, with an agency."""
    office = office_with(after_signing="needs reopening")
    office.person("Ana")
    office.person("Max", "agency", certifier=False)
    office.ready()
    office.sign("Ana")
    return office


def ask(office, name="Ana", reason="A student was left out."):
    return recertification.ask(office.desk, office.actor(name), office.key, reason)


def decide(office, *, approve=True, reason="Agreed."):
    return recertification.decide(office.desk, office.actor("Max"), office.key, approve=approve, reason=reason)


def give_back(office, reason="The hours look wrong."):
    return recertification.give_back(office.desk, office.actor("Max"), office.key, reason)


def test_a_request_that_is_approved_reopens_the_submission(closed):
    assert ask(closed).decision is None
    decided = decide(closed)
    assert (decided.kind, decided.decision, decided.decided_by, decided.reason) == (
        "request",
        "approved",
        "Max",
        "A student was left out.",
    )
    row = closed.status().submission
    assert (row.status, row.revision) == ("reopened", 2)


def test_the_signed_copy_stands_until_the_next_is_signed(closed):
    ask(closed)
    decide(closed)
    assert [(one.revision, one.status) for one in closed.status().certifications] == [(1, "standing")]
    closed.put(CHANGED)
    closed.check()
    assert closed.sign("Ana").certification.revision == 2
    assert [(one.revision, one.status) for one in closed.status().certifications] == [
        (1, "superseded"),
        (2, "standing"),
    ]
    assert closed.status().submission.status == "certified"


def test_reopened_data_that_did_not_change_can_be_signed_again(closed):
    ask(closed)
    decide(closed)
    assert closed.sign("Ana").certification.revision == 2


def test_a_refused_request_leaves_everything_as_it_was(closed):
    ask(closed)
    assert decide(closed, approve=False, reason="Too late.").decision == "refused"
    assert closed.status().submission.status == "certified"
    assert ask(closed).id == 2


def test_the_agency_returns_a_submission_of_its_own_accord(closed):
    given = give_back(closed)
    assert (given.kind, given.decision, given.reason) == ("return", "approved", "The hours look wrong.")
    row = closed.status().submission
    assert (row.status, row.revision) == ("returned", 2)
    assert closed.sign("Ana").certification.revision == 2


def test_a_return_answers_an_open_request(closed):
    ask(closed)
    give_back(closed)
    assert [(one.kind, one.decision) for one in closed.status().requests] == [
        ("request", "approved"),
        ("return", "approved"),
    ]


def test_what_waits_for_the_agency_is_listed(closed):
    ask(closed)
    with closed.store.reading() as connection:
        ((row, asked),) = recertification.undecided(connection, "xx")
        assert (row.key, asked.reason) == (closed.key, "A student was left out.")
        assert recertification.undecided(connection, "yy") == ()


def test_everything_needs_a_reason(closed):
    with pytest.raises(ReasonNeededError, match="A request for recertification needs a reason. Say why in a sentence."):
        ask(closed, reason=" ")
    with pytest.raises(ReasonNeededError, match="A return needs a reason"):
        give_back(closed, "")
    ask(closed)
    with pytest.raises(ReasonNeededError, match="A decision about recertification needs a reason"):
        decide(closed, reason="")


def test_only_the_agency_decides(closed):
    ask(closed)
    with pytest.raises(NotAllowedError, match="Ana may not decide requests for xx/001 in 2025"):
        recertification.decide(closed.desk, closed.actor("Ana"), closed.key, approve=True, reason="Mine.")
    with pytest.raises(NotAllowedError):
        recertification.give_back(closed.desk, closed.actor("Ana"), closed.key, "Mine.")
    with pytest.raises(NotAllowedError):
        recertification.accept(closed.desk, closed.actor("Ana"), closed.key)


def test_what_was_never_certified_cannot_be_corrected_or_accepted(office):
    office.person("Ana")
    office.person("Max", "agency", certifier=False)
    for act in (ask, give_back):
        with pytest.raises(NothingCertifiedError, match="xx/clubs/2025/001 was never certified."):
            act(office)
    with pytest.raises(NothingCertifiedError):
        recertification.accept(office.desk, office.actor("Max"), office.key)


def test_one_request_at_a_time(closed):
    ask(closed)
    with pytest.raises(NotReopenedError) as refused:
        ask(closed)
    assert str(refused.value) == (
        "xx/clubs/2025/001 has a request for recertification that is not decided yet. Nothing was changed."
    )


def test_without_a_request_there_is_nothing_to_decide(closed):
    with pytest.raises(NotReopenedError, match="xx/clubs/2025/001 has no undecided request for recertification."):
        decide(closed)


def test_what_is_reopened_is_not_reopened_again(closed):
    give_back(closed)
    with pytest.raises(NotReopenedError, match="xx/clubs/2025/001 is returned already, and can be corrected."):
        ask(closed)
    with pytest.raises(NotReopenedError, match="is returned, and is accepted when it is signed again."):
        recertification.accept(closed.desk, closed.actor("Max"), closed.key)


def test_the_agency_accepts_once_and_each_revision_anew(closed):
    accepted = recertification.accept(closed.desk, closed.actor("Max"), closed.key)
    assert (accepted.accepted_by, accepted.accepted_at) == ("Max", closed.clock.now())
    with pytest.raises(NotReopenedError, match="was accepted by Max on 2025-03-14 already."):
        recertification.accept(closed.desk, closed.actor("Max"), closed.key)
    give_back(closed)
    closed.sign("Ana")
    assert [one.accepted_by for one in closed.status().certifications] == ["Max", None]


def test_signing_before_the_decision_is_refused(closed):
    closed.collection = closed.collection.model_copy(update={"after_signing": "open"})
    closed.put(CHANGED)
    ask(closed)
    with pytest.raises(NeedsReopeningError):
        closed.sign("Ana")


def test_the_differences_between_revisions_are_shown_by_record(closed):
    ask(closed)
    decide(closed)
    closed.put(CHANGED, "001 000003 choir S 3 - N 4")
    closed.check()
    closed.sign("Ana")
    found = desks.diff(closed.desk, closed.clubs.ana, closed.key, 1, 2)
    assert (found.before, found.after) == ("revision 1", "revision 2")
    assert [one["student"] for one in found.added] == ["000003"]
    assert found.removed == ()
    ((change,),) = [[(c.column, c.before, c.after) for c in one.changes] for one in found.changed]
    assert change == ("hours", "2.50", "7.25")
    assert found.changed[0].key == {"student": "000002", "club": "chess", "term": "F"}


def test_the_differences_since_a_revision_are_against_the_records_of_now(closed):
    assert desks.diff(closed.desk, closed.clubs.ana, closed.key).none
    ask(closed)
    decide(closed)
    closed.put(CHANGED)
    found = desks.diff(closed.desk, closed.clubs.ana, closed.key)
    assert (found.before, found.after, len(found.changed)) == ("revision 1", "now", 1)


def test_a_revision_that_is_not_there_is_said(closed):
    with pytest.raises(NothingCertifiedError, match="xx/clubs/2025/001 has no certified revision 4."):
        desks.diff(closed.desk, closed.clubs.ana, closed.key, 4)
