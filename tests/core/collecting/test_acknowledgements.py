"""Acknowledgements: with a published reason, stuck to the fingerprint, gone when the finding is another."""

import polars as pl
import pytest

from muster.access import audit
from muster.collecting.acknowledgements import (
    OfCause,
    acknowledge,
    acknowledgements_of,
    lapsed,
    standing,
    still_open,
    withdraw,
)
from muster.collecting.refusals import (
    NeverCheckedError,
    NotAcknowledgeableError,
    NothingToAcknowledgeError,
    UnknownAcknowledgementError,
    UnknownReasonError,
)
from muster.collecting.stored_runs import findings_in
from muster.model.rules import Lookup, RuleSet
from muster.store.editing import edit_record

ANA = "001 000001 chess F 3 09/01/2024 Y 12"
BEN = "001 000002 chess F 3 - N 120"
CEM = "001 000003 chess F 4 - N 1"
LATE = "The club began late"


@pytest.fixture
def said(signed, clubs):
    """Return a function that acknowledges findings."""

    def acknowledged(which, *, reason=LATE, rules=None, **changes):
        submission = signed.submission()
        with signed.store.writing() as connection:
            return acknowledge(
                connection,
                clubs.ana,
                submission,
                which,
                rules=rules or signed.rules(),
                reason=reason,
                at=clubs.now,
                **changes,
            )

    return acknowledged


@pytest.fixture
def left(signed):
    """Return a function that gives what still stops a signature."""

    def still():
        with signed.store.reading() as connection:
            found = still_open(connection, signed.submission().id)
        return [(one.finding.rule, one.finding.row) for one in found]

    return still


def _fingerprints(signed, run, *rows):
    with signed.store.reading() as connection:
        found = findings_in(connection, run.id)
    return {one.finding.fingerprint for one in found if one.finding.rule == "XX-HOURS" and one.finding.row in rows}


def _edit(signed, clubs, record, **values):
    with signed.store.writing() as connection:
        edit_record(connection, signed.store.records("xx/clubs"), record, values, actor=clubs.ana, at=clubs.now)


def test_an_acknowledged_finding_stops_no_signature(signed, said, left):
    signed.put(ANA, BEN)
    run = signed.check()
    said(_fingerprints(signed, run, 1), note="See the minutes.")
    assert left() == [("XX-SIZE", 2), ("XX-HOURS", 2)]
    with signed.store.reading() as connection:
        (one,) = acknowledgements_of(connection, signed.submission().id)
    assert (one.rule, one.reason, one.note, one.by, one.withdrawn_at) == (
        "XX-HOURS",
        LATE,
        "See the minutes.",
        "ana",
        None,
    )


def test_one_act_covers_a_cause_and_is_stored_for_each_finding(signed, said, left):
    signed.put(ANA, BEN, CEM)
    signed.check()
    act = said(OfCause("XX-HOURS", "3.00"))
    with signed.store.reading() as connection:
        assert [one.act for one in acknowledgements_of(connection, signed.submission().id)] == [act, act]
    assert left() == [("XX-SIZE", 2), ("XX-HOURS", 3)]
    said(OfCause("XX-HOURS"), reason="Other")
    assert left() == [("XX-SIZE", 2)]
    with signed.store.reading() as connection:
        reasons = [one.reason for one in acknowledgements_of(connection, signed.submission().id)]
    assert reasons == ["Other", LATE, LATE]


def test_it_sticks_to_the_finding_across_runs(signed, said, left, clubs):
    signed.put(ANA)
    signed.check()
    said(OfCause("XX-HOURS"))
    signed.put(CEM)
    signed.check()
    assert left() == [("XX-HOURS", 2)]


def test_it_lapses_when_the_value_changes(signed, said, left, clubs):
    signed.put(ANA)
    signed.check()
    said(OfCause("XX-HOURS"))
    _edit(signed, clubs, 1, hours="4")
    signed.check()
    assert left() == [("XX-HOURS", 1)]
    with signed.store.reading() as connection:
        (gone,) = lapsed(connection, signed.submission().id)
    assert gone.reason == LATE


def test_a_change_that_the_rule_does_not_read_leaves_it(signed, said, left, clubs):
    signed.put(ANA)
    signed.check()
    said(OfCause("XX-HOURS"))
    _edit(signed, clubs, 1, size=11)
    signed.check()
    assert left() == []
    with signed.store.reading() as connection:
        assert lapsed(connection, signed.submission().id) == ()


def test_it_lapses_when_the_rule_is_revised(signed, said, left):
    signed.put(ANA)
    signed.check()
    said(OfCause("XX-HOURS"))
    revised = RuleSet(rules=tuple(signed.rules(revision=2)), lookups=signed.collection.ruleset.lookups)
    signed.check(collection=signed.collection.model_copy(update={"ruleset": revised}))
    assert left() == [("XX-HOURS", 1)]


def test_it_lapses_when_the_reference_value_changes(signing, clubs):
    lookups = (*clubs.lookups, Lookup(name="place", table="organizations", on={"school": "organization_id"}))
    named = clubs.rule("XX-NAME", flag="place.name <> 'Elm School'", when=("sign",), message="{place.name}?")
    named = named.model_copy(update={"stops": "signature", "acknowledge": ("Other",)})
    signed = signing(ruleset=RuleSet(rules=(*clubs.rules, named), lookups=lookups))
    signed.put(ANA)
    signed.check()
    submission = signed.submission()
    with signed.store.writing() as connection:
        which = OfCause("XX-NAME")
        acknowledge(connection, clubs.ana, submission, which, rules=[named], reason="Other", at=clubs.now)
        assert still_open(connection, submission.id) == ()
    renamed = signed.organizations.with_columns(pl.lit("Birch").alias("name"))
    signed.check(reference={"organizations": renamed})
    with signed.store.reading() as connection:
        assert [one.finding.message for one in still_open(connection, submission.id)] == ["Birch?"]
        assert len(lapsed(connection, submission.id)) == 1


def test_it_can_be_withdrawn(signed, said, left, clubs):
    signed.put(ANA, BEN)
    signed.check()
    act = said(OfCause("XX-HOURS"))
    submission = signed.submission()
    with signed.store.writing() as connection:
        assert withdraw(connection, clubs.ana, submission, act, clubs.now) == 2
    assert left() == [("XX-SIZE", 2), ("XX-HOURS", 1), ("XX-HOURS", 2)]
    with signed.store.reading() as connection:
        assert standing(connection, submission.id) == set()
        assert {one.withdrawn_by for one in acknowledgements_of(connection, submission.id)} == {"ana"}
    with pytest.raises(UnknownAcknowledgementError) as refused, signed.store.writing() as connection:
        withdraw(connection, clubs.ana, submission, act, clubs.now)
    assert str(refused.value) == f'There is no standing acknowledgement "{act}". It may have been withdrawn.'


def test_only_reasons_that_the_rule_publishes_are_taken(signed, said):
    signed.put(ANA)
    signed.check()
    with pytest.raises(UnknownReasonError) as refused:
        said(OfCause("XX-HOURS"), reason="Because")
    assert str(refused.value) == (
        '"Because" is not a reason that XX-HOURS takes. Choose one of "The club began late"; "Other".'
    )


def test_what_publishes_no_reason_is_mended(signed, said):
    signed.put(BEN)
    signed.check()
    with pytest.raises(NotAcknowledgeableError) as refused:
        said(OfCause("XX-SIZE"))
    assert str(refused.value) == "What XX-SIZE finds cannot be acknowledged. Mend the records it names."


def test_what_the_newest_run_does_not_find_is_not_acknowledged(signed, said):
    with pytest.raises(NeverCheckedError) as refused:
        said(OfCause("XX-HOURS"))
    assert str(refused.value) == "xx/clubs/2025/001/term=F was never checked. Check it first."
    signed.check()
    with pytest.raises(NothingToAcknowledgeError) as refused:
        said({"no such"})
    assert str(refused.value) == (
        "Nothing of what was named stands in the newest check of xx/clubs/2025/001/term=F. Look at its findings again."
    )


def test_each_act_is_in_the_audit(signed, said, clubs):
    signed.put(ANA)
    signed.check()
    act = said(OfCause("XX-HOURS"))
    said(OfCause("XX-HOURS"))
    submission = signed.submission()
    with signed.store.writing() as connection:
        withdraw(connection, clubs.ana, submission, act, clubs.now)
    with signed.store.reading() as connection:
        assert audit.head(connection, "xx", "001").number == 3
        assert audit.verify(connection, "xx", "001") == []
