"""All gates are asked and every reason is told; some may be passed with a reason that stays with the data."""

import json
from dataclasses import replace
from datetime import date

import polars as pl
import pytest

from muster.certifying import desk as desks
from muster.certifying.refusals import GatesRefusedError, NotOverridableError, ReasonNeededError
from muster.collecting import acknowledgements
from muster.collecting.refusals import ReasonNotGivenError
from muster.collecting.submissions import set_submission, submission_of
from muster.model.certifying import GateSetting
from muster.model.gates import GateAnswer
from muster.model.rules import RuleSet

BAD = "001 000009 chess F x - - -"


def stopping(clubs, **changes):
    """Return the rules of the clubs with one that stops a signature."""
    plain = {
        "severity": "warning",
        "stops": "nothing",
        "stops_at": {"sign": "signature"},
        "when": ("sign",),
        "message": "{hours} hours.",
        "acknowledge": ("It was so",),
    }
    hit = clubs.rule("XX-HOURS", flag="hours > 2", **{**plain, **changes})
    return RuleSet(rules=(*clubs.rules, hit), lookups=clubs.lookups)


def passing(gate, reason, **changes):
    return lambda _connection, _key: [GateAnswer(gate, passes=False, reason=reason, **changes)]


def test_when_all_is_well_every_gate_passes_and_says_something(office):
    office.person("Ana")
    office.ready()
    assert [(one.gate, one.passes, one.reason) for one in office.status().gates] == [
        ("window", True, "Clubs has no closing day."),
        ("nothing-to-report", True, "2 records."),
        ("validated", True, "Validated since the last change."),
        ("findings", True, "Nothing open stops a signature."),
        ("rejected-rows", True, "Every row that was not added was sent again or acknowledged."),
        ("certifiers", True, "To sign for 001: Ana."),
    ]
    assert office.status().ready


def test_every_reason_is_told_at_once(office_with, clubs):
    office = office_with(windows=(clubs.window(date(2025, 4, 1), date(2025, 4, 30)),))
    assert office.gates() == {
        "window": "Clubs for 2025 is closed on 03/14/2025: it is open from 04/01/2025 to 04/30/2025. "
        "It opens on 04/01/2025; for an earlier day ask Exland Agency.",
        "nothing-to-report": "No record is stored. If there is none, mark it as nothing to report.",
        "validated": "The stored records were never validated. Validate them.",
        "certifiers": "Club Data has no active primary certifier for 001, so nobody can sign. Assign one.",
    }
    assert not office.status().ready


def test_signing_tells_every_reason_and_keeps_nothing(office_with, clubs):
    office = office_with(windows=(clubs.window(date(2025, 4, 1), date(2025, 4, 30)),))
    office.person("Ana")
    with pytest.raises(GatesRefusedError) as refused:
        office.sign("Ana")
    assert [one.gate for one in refused.value.answers] == ["window", "nothing-to-report", "validated"]
    assert "(1) Clubs for 2025 is closed" in str(refused.value)
    assert "(3) The stored records were never validated. Validate them." in str(refused.value)
    assert office.status().signatures == ()


def test_the_window_is_open_to_the_end_of_its_last_day_in_the_state(office_with, clubs):
    office = office_with(windows=(clubs.window(date(2025, 3, 1), date(2025, 3, 14)),))
    office.clock.forward(hours=14)  # 05:09 UTC of the 15th is 23:09 of the 14th in Denver
    assert "window" not in office.gates()
    office.clock.forward(hours=1)
    assert office.gates()["window"].startswith("Clubs for 2025 is closed on 03/15/2025")


def test_a_change_of_the_data_asks_for_another_validation(office, rows):
    office.ready()
    office.put(rows[2])
    assert office.gates()["validated"].startswith("Changed since the last validation: the data")


def test_a_change_of_the_rules_asks_for_another_validation(office, clubs):
    office.ready()
    office.desk = replace(office.desk, extra_rules=(clubs.rule("YY-1", flag="hours > 99", message="{hours}"),))
    assert office.gates()["validated"] == "Changed since the last validation: the rules. Validate again."


def test_a_change_of_the_reference_tables_asks_for_another_validation(office):
    office.desk = replace(office.desk, hook_findings=True)
    office.ready()
    office.desk = replace(office.desk, reference={"roster": pl.DataFrame({"student_id": ["000001"]})})
    assert "the reference tables" in office.gates()["validated"]


def test_what_stops_a_signature_is_counted_by_rule(office_with, clubs):
    office = office_with(ruleset=stopping(clubs))
    office.ready()
    assert office.gates()["findings"] == (
        "1 open finding stops a signature: XX-HOURS (1). Correct them, or acknowledge those that allow it."
    )


def test_an_acknowledged_finding_stops_no_signature(office_with, clubs):
    office = office_with(ruleset=stopping(clubs))
    office.person("Ana")
    office.ready()
    with office.store.writing() as connection:
        row = submission_of(connection, office.key, office.clock.now())
        which = acknowledgements.OfCause("XX-HOURS")
        acknowledgements.acknowledge(
            connection,
            clubs.ana,
            row,
            which,
            rules=office.collection.rules_of(2025),
            reason="It was so",
            at=office.clock.now(),
        )
    assert office.gates() == {}
    assert office.sign("Ana").certification.revision == 1


def test_what_would_stop_a_row_stops_a_signature_as_well(office_with, clubs):
    office = office_with(ruleset=stopping(clubs, severity="error", stops_at={"sign": "row"}))
    office.ready()
    assert "XX-HOURS (1)" in office.gates()["findings"]


# Rows that were not added


def test_a_row_that_was_not_added_refuses_until_it_is_sent_again(office, rows):
    office.ready(*rows[:2], BAD)
    assert office.gates()["rejected-rows"] == (
        "1 row was not added and not sent again: row 4 of batch 1. Send them again, or acknowledge them."
    )
    office.put("001 000009 chess F 1 - - -")
    assert "rejected-rows" not in office.gates()


def test_a_row_that_was_sent_again_and_rejected_again_counts_once(office, rows):
    office.ready(*rows[:2], BAD)
    office.put("001 000009 chess F y - - -", rows[2])
    assert office.gates()["rejected-rows"].startswith("1 row was not added and not sent again: row 2 of batch 2.")


def test_an_update_that_was_rejected_is_not_sent_again_by_what_was_stored_before(office):
    office.ready()
    office.put("001 000001 chess F x - - -")
    assert office.gates()["rejected-rows"].startswith("1 row was not added")


def test_rows_of_a_deleted_batch_are_not_asked_about(office, rows, clubs):
    from muster.collecting import delete_batch

    office.ready(*rows[:2], BAD)
    delete_batch(office.store, clubs.ana, 1)
    assert "rejected-rows" not in office.gates()


def test_another_school_s_rows_are_not_this_one_s(office, clubs):
    facts = clubs.facts(organization="002", district="002")
    office.put("002 000009 chess F x - - -", facts=facts)
    assert "rejected-rows" not in office.gates()


def test_rows_left_out_are_acknowledged_with_a_reason(office, rows, clubs):
    office.person("Ana")
    office.ready(*rows[:2], BAD)
    with pytest.raises(ReasonNotGivenError, match="Leaving rows out needs a reason. Say why in a sentence."):
        desks.leave_rows(office.desk, clubs.ana, office.key, " ")
    assert desks.leave_rows(office.desk, clubs.ana, office.key, "Moved away before the term.") == 1
    assert [(one.batch, one.row, one.acknowledged) for one in desks.rows_left(office.desk, clubs.ana, office.key)] == [
        (1, 4, True)
    ]
    assert office.sign("Ana").certification.rows == 2
    assert desks.leave_rows(office.desk, clubs.ana, office.key, "Again.") == 0


# Nothing to report


def test_nothing_to_report_is_signed_as_such(office, clubs):
    office.person("Ana")
    with office.store.writing() as connection:
        row = submission_of(connection, office.key, office.clock.now())
        set_submission(connection, row.id, nothing_to_report=True)
    office.check()
    receipt = json.loads(office.sign("Ana").receipt)
    assert (receipt["nothing_to_report"], receipt["rows"], receipt["records"]) == (True, 0, "")


def test_nothing_to_report_with_records_is_a_contradiction(office):
    office.ready()
    with office.store.writing() as connection:
        row = submission_of(connection, office.key, office.clock.now())
        set_submission(connection, row.id, nothing_to_report=True)
    assert office.gates()["nothing-to-report"] == (
        "It is marked as nothing to report, but 2 records are stored. Take one of the two back."
    )


# Gates of plugins, settings, overrides


def test_a_plugin_s_gate_is_asked_with_those_of_the_core(office):
    office.desk = replace(office.desk, hook_gates=passing("moon", "The moon is not full."))
    office.ready()
    assert office.gates()["moon"] == "The moon is not full."


def test_a_state_may_switch_a_core_gate_off(office_with):
    office = office_with(gates=(GateSetting(gate="validated", asked=False, derived=True),))
    office.put("001 000001 chess F 1 - - -")
    assert "validated" not in [one.gate for one in office.status().gates]


def test_a_gate_is_passed_with_a_reason_that_the_receipt_shows(office_with):
    office = office_with(gates=(GateSetting(gate="validated", overridable=True, derived=True),))
    office.person("Ana")
    office.put("001 000001 chess F 1 - - -")
    receipt = json.loads(office.sign("Ana", overrides={"validated": "The server was down."}).receipt)
    assert receipt["overrides"] == [
        {
            "gate": "validated",
            "refusal": "The stored records were never validated. Validate them.",
            "reason": "The server was down.",
            "by": "Ana",
            "at": "2025-03-14T09:09:26-06:00",
        }
    ]


def test_an_override_holds_for_the_next_signer_and_lapses_with_the_data(office, rows):
    office.desk = replace(office.desk, hook_gates=passing("moon", "The moon is not full.", overridable=True))
    office.person("Ana")
    office.person("Ben")
    office.person("Cyd")
    office.ready()
    office.sign("Ana", overrides={"moon": "It is cloudy."})
    assert [(one.gate, one.overridden) for one in office.status().gates if not one.passes] == [
        ("moon", "It is cloudy.")
    ]
    office.sign("Ben")
    office.put(rows[2])
    office.check()
    with pytest.raises(GatesRefusedError, match="The moon is not full."):
        office.sign("Cyd")


def test_a_gate_that_may_not_be_passed_is_not(office):
    office.person("Ana")
    office.put("001 000001 chess F 1 - - -")
    with pytest.raises(NotOverridableError) as refused:
        office.sign("Ana", overrides={"validated": "I know."})
    assert str(refused.value) == ('The gate "validated" cannot be passed with a reason. None of those that refuse can.')


def test_passing_a_gate_needs_a_reason(office):
    office.desk = replace(office.desk, hook_gates=passing("moon", "No moon.", overridable=True))
    office.person("Ana")
    office.ready()
    with pytest.raises(ReasonNeededError, match='Passing the gate "moon" needs a reason. Say why in a sentence.'):
        office.sign("Ana", overrides={"moon": "  "})
