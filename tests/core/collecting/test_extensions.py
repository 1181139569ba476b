"""Extensions: asked with a reason, decided with a reason, told to everybody without a name; what is signed stays."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import insert, select

from muster.access import audit
from muster.collecting.extensions import Wish, ask, decide, ledger, request, requests
from muster.collecting.refusals import (
    ClosingDayMissingError,
    DayPastError,
    ExtensionAskedError,
    ExtensionDecidedError,
    NotLaterError,
    ReasonNotGivenError,
    UnknownExtensionError,
    UnknownWindowError,
)
from muster.collecting.submissions import set_submission
from muster.collecting.windows import state_of
from muster.store.access_tables import person
from muster.store.certifying_tables import signature

SPRING = (date(2025, 3, 1), date(2025, 3, 31))
ASKED = datetime(2025, 3, 30, 12, tzinfo=UTC)
WISH = Wish("D1", 2025, 1, "The registrar's office burnt down.", date(2025, 4, 15))


@pytest.fixture
def signed(signing, clubs):
    return signing(windows=(clubs.window(*SPRING),))


@pytest.fixture
def asking(signed, clubs):
    """Return a function that asks for an extension."""

    def asked(now=ASKED, **changes):
        with signed.store.writing() as connection:
            wish = Wish(**{**{name: getattr(WISH, name) for name in WISH.__slots__}, **changes})
            return ask(connection, clubs.ana, signed.state, signed.collection, wish, now)

    return asked


@pytest.fixture
def deciding(signed, clubs):
    """Return a function that decides a request."""

    def decided(number, *, granted=True, reason="A fire.", closes=date(2025, 4, 10), now=ASKED):
        with signed.store.writing() as connection:
            return decide(
                connection,
                clubs.ana,
                signed.state,
                signed.collection,
                number,
                granted=granted,
                reason=reason,
                closes=closes,
                now=now,
            )

    return decided


@pytest.fixture
def seen(signed):
    """Return a function that gives the state of a school's window on a day."""

    def given(day, school="001"):
        with signed.store.reading() as connection:
            return state_of(connection, signed.state, signed.collection, signed.key(school), day)

    return given


def test_asking_opens_nothing(asking, seen):
    asked = asking()
    assert (asked.decision, asked.closes, asked.asked_by) == (None, None, "ana")
    assert not seen(date(2025, 4, 1)).open


def test_a_granted_day_is_open_to_its_end_for_the_organization_and_those_below_it(asking, deciding, seen):
    deciding(asking().id)
    assert seen(date(2025, 4, 10)).sentence == "Clubs for 2025 is open until the end of 04/10/2025, by extension 1."
    assert seen(date(2025, 4, 10), "D1").extension.organization == "D1"
    assert not seen(date(2025, 4, 11)).open
    assert not seen(date(2025, 4, 10), "003").open


def test_a_closed_extended_window_tells_the_extended_day(asking, deciding, seen):
    deciding(asking().id)
    assert seen(date(2025, 4, 11)).message == (
        "Clubs for 2025 is closed on 04/11/2025: it is open from 03/01/2025 to 04/10/2025."
    )


def test_an_upload_goes_in_by_an_extension(asking, deciding, signed):
    row = "001 000001 chess F 5 - - -"
    late = {"file_date": date(2025, 4, 10)}
    assert signed.put(row, **late).run.verdict == "file rejected"
    deciding(asking().id)
    assert signed.put(row, **late).created == 1
    assert signed.put(row, organization="D2", **late).run.verdict == "file rejected"


def test_of_two_extensions_the_later_day_counts(asking, deciding, seen):
    deciding(asking().id, closes=date(2025, 4, 20))
    deciding(asking().id, closes=date(2025, 4, 5))
    assert seen(date(2025, 4, 20)).extension.id == 1


def test_a_refusal_opens_nothing_and_keeps_its_reason(asking, deciding, seen):
    refused = deciding(asking().id, granted=False, reason="Too late.")
    assert (refused.decision, refused.decision_reason, refused.closes) == ("refused", "Too late.", None)
    assert not seen(date(2025, 4, 1)).open


def test_the_ledger_tells_everybody_what_was_decided_and_no_name(asking, deciding, signed, clubs):
    deciding(asking().id, now=ASKED + timedelta(days=1))
    asking(organization="D2", reason="Nora Quill is ill.")
    with signed.store.reading() as connection:
        (line,) = ledger(connection, signed.state)
    assert (line.organization, line.round, line.decision, line.decision_reason) == ("D1", 1, "granted", "A fire.")
    assert (line.asked_on, line.asked_until) == (date(2025, 3, 30), date(2025, 4, 15))
    assert (line.decided_on, line.closes) == (date(2025, 3, 31), date(2025, 4, 10))
    assert "ana" not in repr(line)


def test_requests_are_listed_the_newest_first(asking, signed):
    asking()
    asking(organization="D2")
    with signed.store.reading() as connection:
        assert [one.organization for one in requests(connection, "xx")] == ["D2", "D1"]
        assert [one.id for one in requests(connection, "xx", organizations=["D1"])] == [1]


def test_an_extension_touches_no_signature_and_no_submission(asking, deciding, signed, clubs):
    signed.put("001 000001 chess F 5 - - -")
    number = signed.submission().id
    with signed.store.writing() as connection:
        account = {"name": "Ana", "email": "ana@example.org", "active": True, "created_at": "", "created_by": ""}
        connection.execute(insert(person).values(account))
        values = {"submission": number, "revision": 1, "person": 1, "name": "Ana", "role": "r", "data_digest": "d"}
        connection.execute(insert(signature).values(**values, attestation="I sign.", signed_at="2025-03-14"))
        set_submission(connection, number, status="certified")
    before = _signed(signed, number)
    deciding(asking().id)
    deciding(asking(reason="Again.").id, granted=False)
    assert _signed(signed, number) == before
    assert before[0][0].lapsed_at is None


def _signed(signed, number):
    with signed.store.reading() as connection:
        return connection.execute(select(signature)).all(), signed.submission(), number


def test_both_acts_are_in_the_audit_of_the_organization(asking, deciding, signed):
    deciding(asking().id)
    with signed.store.reading() as connection:
        assert audit.head(connection, "xx", "D1").number == 2
        assert audit.verify(connection, "xx", "D1") == []


@pytest.mark.parametrize(
    ("changes", "error", "sentence"),
    [
        ({"reason": "  "}, ReasonNotGivenError, "An extension needs a reason. Say why in a sentence."),
        (
            {"until": date(2025, 3, 31)},
            NotLaterError,
            "03/31/2025 is no extension: the window is open until 03/31/2025. Give a later day.",
        ),
        ({"round": 2}, UnknownWindowError, "Clubs has no round 2 for 2025. Rounds of that year: 1."),
        ({"year": 2020}, UnknownWindowError, "Clubs has no round 1 for 2020. Rounds of that year: none."),
        (
            {"now": datetime(2025, 5, 1, 12, tzinfo=UTC)},
            DayPastError,
            "04/15/2025 is over: today is 05/01/2025. Give today or a later day.",
        ),
    ],
)
def test_a_request_that_makes_no_sense_is_refused(asking, changes, error, sentence):
    with pytest.raises(error) as refused:
        asking(**changes)
    assert str(refused.value) == sentence


def test_the_same_is_asked_once(asking):
    asking()
    with pytest.raises(ExtensionAskedError) as refused:
        asking()
    assert str(refused.value) == "D1 has asked already and has no answer yet: extension request 1."


def test_a_decision_is_made_once_with_a_reason_and_a_later_day(asking, deciding):
    number = asking().id
    with pytest.raises(ReasonNotGivenError) as refused:
        deciding(number, reason="")
    assert str(refused.value) == "A decision about an extension needs a reason. Say why in a sentence."
    with pytest.raises(ClosingDayMissingError) as refused:
        deciding(number, closes=None)
    assert str(refused.value) == (
        "Extension request 1 cannot be granted without a closing day. Give the last open day."
    )
    with pytest.raises(NotLaterError):
        deciding(number, closes=date(2025, 3, 30))
    deciding(number)
    with pytest.raises(ExtensionDecidedError) as refused:
        deciding(number)
    assert str(refused.value) == (
        "Extension request 1 was granted already. A decision stays as it is; let the district ask again."
    )


def test_an_unknown_request_is_named(signed, deciding):
    with pytest.raises(UnknownExtensionError) as refused:
        deciding(9)
    assert str(refused.value) == "There is no extension request 9. See the list of requests for those there are."
    with pytest.raises(UnknownExtensionError), signed.store.reading() as connection:
        request(connection, 9)
