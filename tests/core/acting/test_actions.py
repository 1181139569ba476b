"""Actions: previewed, confirmed, done once, refused with reasons, noted in the audit, told to plugins."""

import json
import logging
from datetime import date

import pytest
from sqlalchemy import func, select

from muster.access.refusals import NotAllowedError
from muster.acting.actions import Order
from muster.acting.failures import (
    ChangedSinceError,
    DeletedSinceError,
    GatesShutError,
    InputError,
    NotEnteredError,
    NotYoursError,
    OtherChangesError,
    TakenKeyError,
    UnknownActionError,
)
from muster.collecting.refusals import CertifiedError
from muster.collecting.submissions import find_submission, set_submission
from muster.model.actions import Changed, Changes
from muster.model.collections import Window
from muster.model.gates import GateAnswer
from muster.model.places import Place
from muster.model.submissions import SubmissionKey
from muster.plugins import PluginRow, Plugins, hookimpl
from muster.store.access_tables import audit_entry, audit_value
from muster.store.failures import UnknownRecordError
from muster.store.schema import record_change, writing


def number(islands, table):
    with islands.store.reading() as connection:
        return connection.execute(select(func.count()).select_from(table)).scalar_one()


def give(islands, stone, craft):
    with islands.working() as work:
        work.enter("gifts", [{"village": "V-reed", "stone": stone, "craft": craft, "given_on": work.today}])


def test_crafts_are_noted_by_hand(islands):
    done = islands.learn("ana-tol", "weaving 80 Mo", "canoes 12")
    assert done.said == "2 crafts are noted."
    assert done.changes == Changes((Changed("crafts", "Crafts learned", created=2),))
    assert islands.rows("crafts") == [("ana-tol", "weaving", "80", "Mo"), ("ana-tol", "canoes", "12", "")]


def test_a_preview_counts_and_stores_nothing(islands):
    order = Order("learn", {"stone": "ana-tol", "crafts": [{"craft": "weaving", "days": "80"}]})
    seen = islands.preview(islands.scribe, islands.reed, order)
    assert (seen.preview, seen.changes.total, seen.audit) == (True, 1, None)
    assert islands.rows("crafts") == []
    assert [number(islands, one) for one in (writing, record_change, audit_entry)] == [0, 0, 0]
    assert islands.perform(islands.scribe, islands.reed, order).changes == seen.changes


def test_the_preview_of_a_deletion_counts_what_hangs_on_it(islands):
    islands.learn("ana-tol", "weaving 80", "canoes 12")
    islands.learn("bel-tol", "weaving 70")
    give(islands, "ana-tol", "weaving")
    action, form = islands.form(islands.scribe, islands.reed, "set-aside", 1)
    assert (action.verb, form.values, form.version) == ("Set aside", {"record": 1}, 1)
    order = Order("set-aside", form.values)
    seen = islands.preview(islands.scribe, islands.reed, order)
    expected = (Changed("crafts", "Crafts learned", deleted=2), Changed("gifts", "Gifts given", deleted=1))
    assert seen.changes == Changes(expected)
    islands.perform(islands.scribe, islands.reed, Order("set-aside", {"record": 1}, confirmed=seen.changes))
    assert islands.rows("crafts") == [("bel-tol", "weaving", "70", "")]


def test_what_was_confirmed_is_what_is_done(islands):
    islands.learn("ana-tol", "weaving 80")
    seen = islands.preview(islands.scribe, islands.reed, Order("set-aside", {"record": 1})).changes
    islands.learn("ana-tol", "canoes 12", who=islands.other)
    with pytest.raises(
        OtherChangesError, match="The records changed since the preview: .* Nothing was stored;"
    ) as caught:
        islands.perform(islands.scribe, islands.reed, Order("set-aside", {"record": 1}, confirmed=seen))
    assert caught.value.changes == Changes((Changed("crafts", "Crafts learned", deleted=2),))
    assert len(islands.rows("crafts")) == 2


def mend(record, version, **values):
    return Order("mend", {"record": record, **values}, expected_version=version)


def test_the_second_of_two_editors_is_told_what_changed(islands):
    islands.learn("ana-tol", "weaving 80 Mo")
    islands.perform(islands.other, islands.reed, mend(1, 1, days="85", teacher="Kai"))
    with pytest.raises(ChangedSinceError) as caught:
        islands.perform(islands.scribe, islands.reed, mend(1, 1, days="90", teacher="Mo"))
    assert str(caught.value) == (
        "Crafts learned: record 1 was changed by Bo on 2026-02-01 at 12:00 since you opened it (Days, Taught by). "
        "Nothing was stored, and what you typed is kept: look at both, then save again."
    )
    told = [(one.label, one.shown, one.now) for one in caught.value.differences]
    assert (told, caught.value.version) == ([("Days", "80", "85"), ("Taught by", "Mo", "Kai")], 2)
    islands.perform(islands.scribe, islands.reed, mend(1, 2, days="90", teacher="Mo"))
    assert islands.rows("crafts") == [("ana-tol", "weaving", "90", "Mo")]


def test_a_record_that_someone_deleted_meanwhile(islands):
    islands.learn("ana-tol", "weaving 80")
    islands.perform(islands.other, islands.reed, Order("set-aside", {"record": 1}))
    sentence = "Crafts learned: record 1 was deleted by Bo on 2026-02-01 at 12:00. Nothing was stored."
    with pytest.raises(DeletedSinceError) as caught:
        islands.perform(islands.scribe, islands.reed, mend(1, 1, days="9"))
    assert str(caught.value) == sentence
    with pytest.raises(UnknownRecordError, match="kel/crafts has no record 77; it may have been deleted."):
        islands.perform(islands.scribe, islands.reed, mend(77, 1, days="9"))


def test_nobody_deletes_what_changed_since_it_was_opened(islands):
    islands.learn("ana-tol", "weaving 80")
    islands.learn("ana-tol", "weaving 81", who=islands.other)
    with pytest.raises(ChangedSinceError, match=r"record 1 was changed by Bo .* \(Days\)"):
        islands.perform(islands.scribe, islands.reed, Order("set-aside", {"record": 1}, expected_version=1))


def test_who_deleted_a_record_of_another_village_is_not_told(islands):
    islands.learn("ana-tol", "weaving 80")
    islands.perform(islands.scribe, islands.reed, Order("set-aside", {"record": 1}))
    with pytest.raises(UnknownRecordError, match="kel/crafts has no record 1; it may have been deleted."):
        islands.perform(islands.stranger, Place("kel", "V-moss", 2026), mend(1, 1, days="9"))


def test_mending_nothing_changes_nothing(islands):
    islands.learn("ana-tol", "weaving 80")
    done = islands.perform(islands.scribe, islands.reed, mend(1, 1, days="80"))
    assert done.changes == Changes(())


def test_the_rules_of_files_are_asked_of_forms(islands):
    with pytest.raises(NotEnteredError) as caught:
        islands.learn("ana-tol", "kites 80", "weaving 0")
    assert str(caught.value) == (
        "Crafts learned: what was entered is not accepted (KEL-02, KEL-01). Nothing was stored; correct it."
    )
    assert caught.value.findings[0].message == "Craft kites is not on the list of crafts."
    assert islands.rows("crafts") == []


def test_what_stops_nothing_is_told(islands):
    done = islands.learn("ana-tol", "weaving 91")
    assert [one.message for one in done.findings] == ["91 days of weaving; a season has at most 90."]


def test_rules_see_the_records_as_they_would_be(islands):
    islands.learn("ana-tol", "weaving 80")
    give(islands, "ana-tol", "weaving")
    with pytest.raises(NotEnteredError, match=r"Gifts given: .* \(KEL-13\)"):
        give(islands, "ana-tol", "weaving")
    with pytest.raises(NotEnteredError, match=r"Gifts given: .* \(KEL-12\)"):
        give(islands, "ana-tol", "canoes")


def test_a_craft_noted_again_is_changed(islands):
    islands.learn("ana-tol", "weaving 80")
    done = islands.learn("ana-tol", "weaving 81")
    assert done.changes == Changes((Changed("crafts", "Crafts learned", updated=1),))


def test_nobody_reaches_another_village(islands):
    islands.learn("ana-tol", "weaving 80")
    with pytest.raises(NotAllowedError, match="Stan may not change records for kel/V-reed in 2026"):
        islands.learn("ana-tol", "weaving 1", who=islands.stranger)
    moss = Place("kel", "V-moss", 2026)
    with pytest.raises(UnknownRecordError, match="kel/crafts has no record 1"):
        islands.perform(islands.stranger, moss, Order("set-aside", {"record": 1}))
    with pytest.raises(NotYoursError) as caught:
        islands.learn("ana-tol", "weaving 1", who=islands.stranger, place=moss)
    assert str(caught.value) == (
        "Crafts learned: a row belongs to another organization than V-moss and those below it. "
        "Nothing was stored; enter it where it belongs."
    )
    assert islands.rows("crafts") == [("ana-tol", "weaving", "80", "")]


def test_who_may_look_may_not_change(islands):
    with pytest.raises(NotAllowedError, match="Gia may not change records for kel/V-reed in 2026"):
        islands.learn("ana-tol", "weaving 80", who=islands.guest)
    assert [one.id for one in islands.actions(islands.guest, islands.reed)] == []
    assert [one.id for one in islands.actions(islands.scribe, islands.reed)] == ["learn", "mend", "set-aside"]


def test_a_key_that_is_taken(islands):
    sentence = (
        "Crafts learned: there is a record with the same Name stone, Craft already. "
        "Nothing was stored; change that record, or correct what you entered."
    )
    islands.learn("ana-tol", "weaving 80")
    islands.learn("bel-tol", "weaving 70")
    with islands.working() as work, pytest.raises(TakenKeyError) as caught:
        work.change("crafts", 2, {"stone": "ana-tol"})
    assert str(caught.value) == sentence


def test_every_problem_of_an_input_is_told(islands):
    rows = [{"craft": "weaving", "days": "many"}, {}, {"days": "3", "finished": "perhaps", "moon": "full"}]
    with pytest.raises(InputError) as caught:
        islands.perform(islands.scribe, islands.reed, Order("learn", {"crafts": rows}))
    assert [(one.field, one.sentence) for one in caught.value.problems] == [
        ("stone", "Name stone is missing."),
        ("crafts-0-days", "Crafts, row 1: Days must be a whole number."),
        ("crafts-1-craft", "Crafts, row 2: Craft is missing."),
        ("crafts-1-finished", "Crafts, row 2: Finished must be one of 'Y' or 'N'."),
        ("crafts-1-moon", "There is no field Crafts, row 2: moon."),
    ]


def test_an_action_that_is_not_there(islands):
    with pytest.raises(UnknownActionError, match='kel has no action "dance". Known: learn, mend, set-aside.'):
        islands.preview(islands.scribe, islands.reed, Order("dance", {}))


def test_one_audit_entry_without_a_name(islands):
    islands.learn("ana-tol", "weaving 80")
    with islands.store.reading() as connection:
        (entry,) = connection.execute(select(audit_entry)).all()
        detail = json.loads(connection.execute(select(audit_value.c.detail)).scalar_one())
    assert (entry.act, entry.subject, entry.organization) == ("performed learn", "kel/V-reed/2026", "V-reed")
    assert entry.actor == "Sol (person 7)"
    assert detail["changes"] == [
        {"collection": "crafts", "title": "Crafts learned", "created": 1, "updated": 0, "deleted": 0}
    ]
    assert detail["input"]["stone"] == "ana-tol"


class Gate:
    """A plugin with a gate that is shut, and one that is open."""

    @hookimpl
    def gates(self, look, submission, at):
        said = f"{submission.address} is shut for {look.actor.name} while {at}."
        return [GateAnswer("moon", passes=False, reason=said), GateAnswer("sun", passes=True, reason="The sun shines.")]


def test_a_gate_of_a_plugin_stops_every_change_of_records(islands):
    islands.learn("ana-tol", "weaving 80")
    gate = Gate()
    islands.plugins.manager.register(gate)
    try:
        for order in (mend(1, 1, days="9"), Order("set-aside", {"record": 1})):
            with pytest.raises(GatesShutError) as caught:
                islands.perform(islands.scribe, islands.reed, order)
            assert str(caught.value) == "Nothing was stored. kel/crafts/2026/V-reed is shut for Sol while writing."
        with pytest.raises(GatesShutError):
            islands.learn("bel-tol", "weaving 80")
    finally:
        islands.plugins.manager.unregister(gate)


def odd(islands, **changes):
    """Let the crafts be declared otherwise."""
    state = islands.plugins.state("kel")
    crafts = state.collection("crafts").model_copy(update=changes)
    changed = state.model_copy(update={"collections": (crafts, *state.collections[1:])})
    islands.plugins = Plugins(islands.plugins.manager, (PluginRow("kel", "", "", (changed,)),))
    islands.store = islands.open(changed)


def test_outside_its_window_nothing_is_entered(islands):
    closed = Window(year=2026, function="crafts", opens=date(2026, 2, 2), closes=date(2026, 2, 9), derived=True)
    odd(islands, function="crafts", windows=(closed,))
    with pytest.raises(GatesShutError, match="Nothing was stored. Crafts learned for 2026 is closed on 2026-02-01"):
        islands.learn("ana-tol", "weaving 80")


def test_what_is_certified_is_reopened_first(islands):
    islands.learn("ana-tol", "weaving 80")
    with islands.store.writing() as connection:
        key = SubmissionKey("kel", "crafts", 2026, "V-reed")
        found = find_submission(connection, key)
        set_submission(connection, found.id, status="certified")
    islands.learn("bel-tol", "weaving 80")
    odd(islands, after_signing="needs reopening")
    for order in (mend(1, 1, days="9"), Order("set-aside", {"record": 1})):
        with pytest.raises(CertifiedError, match="kel/crafts/2026/V-reed is certified, so its records do not change."):
            islands.perform(islands.scribe, islands.reed, order)
    with pytest.raises(CertifiedError):
        islands.learn("cas-tol", "weaving 80")


class Ear:
    """A plugin that hears, and one that stumbles over what it hears."""

    def __init__(self, error=None):
        self.heard, self.error = [], error

    @hookimpl
    def happened(self, event):
        self.heard.append(event)
        if self.error:
            raise self.error


def test_plugins_hear_of_it_when_it_stands(islands, caplog):
    good, bad = Ear(), Ear(ValueError("ana-tol"))
    for ear in (good, bad):
        islands.plugins.manager.register(ear)
    try:
        with caplog.at_level(logging.ERROR):
            islands.learn("ana-tol", "weaving 80")
        with pytest.raises(NotEnteredError):
            islands.learn("ana-tol", "kites 80")
    finally:
        for ear in (good, bad):
            islands.plugins.manager.unregister(ear)
    (event,) = good.heard
    assert (event.kind, event.subject, event.detail["created"]) == ("action performed", "kel/learn", 1)
    assert len(bad.heard) == 1
    assert "failed to hear of action performed: ValueError" in caplog.text
    assert "ana-tol" not in caplog.text
    assert len(islands.rows("crafts")) == 1
