"""Runs over stored records: what they find, what has become of it since, and whether they still count."""

import polars as pl
import pytest

from muster.access import audit
from muster.collecting.inputs import StoredInputs
from muster.collecting.stored_runs import changed_since, findings_in, fixed_by, latest
from muster.model.findings import Finding
from muster.model.rules import Lookup, RuleSet
from muster.store.editing import delete_record, edit_record

ANA = "001 000001 chess F 3 09/01/2024 Y 12"
BEN = "001 000002 chess F 6 - N 120"
CEM = "001 000003 chess S 1 - - -"


@pytest.fixture
def findings(signed):
    def given(run):
        with signed.store.reading() as connection:
            return [(one.finding.rule, one.finding.row, one.standing) for one in findings_in(connection, run.id)]

    return given


@pytest.fixture
def edit(signed, clubs):
    def change(record, **values):
        with signed.store.writing() as connection:
            edit_record(connection, signed.store.records("xx/clubs"), record, values, actor=clubs.ana, at=clubs.now)

    return change


@pytest.fixture
def changed(signed):
    """Return a function that tells what has changed since the newest run."""

    def told(*, collection=None, reference=None, **options):
        tables = {"organizations": signed.organizations} if reference is None else reference
        with signed.store.reading() as connection:
            run = latest(connection, signed.submission().id)
            own = collection or signed.collection
            inputs = StoredInputs(signed.store, connection, signed.state, own, signed.key(), tables, **options)
            return changed_since(run, inputs)

    return told


def test_rules_of_signing_are_asked_about_the_submissions_records(signed, findings):
    signed.put(ANA, BEN, CEM)
    run = signed.check()
    assert findings(run) == [("XX-SIZE", 2, "new"), ("XX-HOURS", 1, "new")]
    assert (run.rows, run.actor, run.crashed) == (2, "ana", False)
    assert run.result["severities"] == {"error": 1, "warning": 1, "info": 0}
    assert run.result["standings"] == {"new": 2, "open": 0, "back": 0, "fixed": 0}
    (coverage,) = [one for one in run.result["coverage"]["clubs"] if one["rule"] == "XX-HOURS"]
    assert (coverage["status"], coverage["findings"]) == ("ran", 1)


def test_a_finding_names_the_record_and_what_it_stops_at_signing(signed):
    signed.put(BEN, ANA)
    run = signed.check()
    with signed.store.reading() as connection:
        (found,) = [one.finding for one in findings_in(connection, run.id) if one.finding.rule == "XX-HOURS"]
    assert (found.row, found.stops, found.message) == (2, "signature", "000001 has 3.00 hours in chess.")


def test_between_runs_findings_are_open_fixed_and_back(signed, findings, edit):
    signed.put(ANA, BEN)
    signed.check()
    edit(2, size=50)
    second = signed.check()
    assert findings(second) == [("XX-HOURS", 1, "open")]
    assert second.result["standings"] == {"new": 0, "open": 1, "back": 0, "fixed": 1}
    with signed.store.reading() as connection:
        assert [one.finding.rule for one in fixed_by(connection, second)] == ["XX-SIZE"]
    edit(2, size=120)
    assert findings(signed.check()) == [("XX-SIZE", 2, "back"), ("XX-HOURS", 1, "open")]


def test_another_value_is_another_finding(signed, findings, edit):
    signed.put(ANA)
    signed.check()
    edit(1, hours="4")
    assert findings(signed.check()) == [("XX-HOURS", 1, "new")]


def test_a_part_of_the_findings_can_be_read(signed):
    signed.put(ANA, BEN)
    run = signed.check()
    with signed.store.reading() as connection:
        assert [one.number for one in findings_in(connection, run.id, first=1, limit=1)] == [1]


def test_the_newest_run_is_found(signed):
    with signed.store.reading() as connection:
        assert latest(connection, signed.submission().id) is None
    signed.put(ANA)
    signed.check()
    second = signed.check()
    with signed.store.reading() as connection:
        assert latest(connection, second.submission) == second


def test_nothing_is_asked_about_nothing(signed):
    run = signed.check("003")
    assert (run.rows, run.result["coverage"], run.crashed) == (0, {}, False)


def test_values_of_every_type_are_read_back_as_they_were_stored(signing, clubs):
    every = clubs.rule("XX-FLD", columns=("*",), level="field", when=("upload", "sign"))
    signed = signing(ruleset=RuleSet(rules=(every, *clubs.rules[1:]), lookups=clubs.lookups))
    signed.put("001 000001 chess F 3.25 09/01/2024 Y -12", "001 000002 chess F - - N -")
    run = signed.check()
    assert run.result["severities"] == {"error": 0, "warning": 0, "info": 0}
    (coverage,) = [one for one in run.result["coverage"]["clubs"] if one["rule"] == "XX-FLD"]
    assert coverage["status"] == "ran"


def test_a_column_that_is_not_stored_is_not_asked_about(signing, clubs):
    columns = [one.model_copy(update={"stored": False}) if one.name == "hours" else one for one in clubs.columns]
    signed = signing(layouts=(clubs.layout(columns=tuple(columns)),))
    signed.put(ANA)
    run = signed.check()
    (coverage,) = [one for one in run.result["coverage"]["clubs"] if one["rule"] == "XX-HOURS"]
    assert coverage["status"] == "not applicable"


def test_a_rule_that_crashes_is_named(signing, clubs):
    broken = clubs.rule("XX-CRASH", flag="CAST(club AS INT) > 1", when=("sign",), message="{club}")
    signed = signing(ruleset=RuleSet(rules=(*clubs.rules, broken), lookups=clubs.lookups))
    signed.put(ANA)
    run = signed.check()
    assert (run.crashed, run.result["crashed"]) == (True, ["XX-CRASH"])


def test_plugins_may_find_more(signed, findings):
    signed.put(ANA)

    def check(records):
        return [
            Finding("XX-HOOK", 1, "error", "signature", "Ask Nora.", "Ask.", row=row)
            for row in records["_row"].to_list()
        ]

    assert ("XX-HOOK", 1, "new") in findings(signed.check(hook_findings=check))


def test_a_run_is_in_the_audit_without_any_value_of_a_record(signed):
    signed.put(ANA)
    signed.check()
    with signed.store.reading() as connection:
        assert audit.head(connection, "xx", "001").number == 1
        assert audit.verify(connection, "xx", "001") == []


def test_nothing_changed_since_the_last_run(signed, changed):
    signed.put(ANA)
    assert changed() == ("the data", "the rules", "the reference tables")
    signed.check()
    assert changed() == ()


def test_a_change_of_data_is_seen_and_so_is_a_deletion(signed, changed, edit, clubs):
    signed.put(ANA, BEN)
    signed.check()
    edit(1, size=13)
    assert changed() == ("the data",)
    signed.check()
    with signed.store.writing() as connection:
        delete_record(connection, signed.store.records("xx/clubs"), 2, actor=clubs.ana, at=clubs.now)
    assert "the data" in changed()


def test_a_change_of_another_submission_is_none_of_this_one(signed, changed):
    signed.put(ANA)
    signed.check()
    signed.put("002 000009 choir F 7 - - -")
    assert changed() == ()


def test_a_change_of_a_setting_is_a_change_of_the_rules(signed, changed):
    signed.put(ANA)
    signed.check()
    assert changed(collection=signed.with_setting(4)) == ("the rules",)


def test_only_tables_that_rules_read_count(signing, clubs):
    lookups = (*clubs.lookups, Lookup(name="place", table="organizations", on={"school": "organization_id"}))
    rule = clubs.rule("XX-PLACE", flag="NOT place.found", when=("sign",), stops="signature", message="{school}")
    signed = signing(ruleset=RuleSet(rules=(*clubs.rules, rule), lookups=lookups))
    signed.put(ANA)
    tables = {"organizations": signed.organizations, "roster": pl.DataFrame({"student_id": ["000001"]})}
    signed.check(reference=tables)

    def told(reference, **options):
        with signed.store.reading() as connection:
            run = latest(connection, signed.submission().id)
            own = signed.collection
            inputs = StoredInputs(signed.store, connection, signed.state, own, signed.key(), reference, **options)
            return changed_since(run, inputs)

    assert told(tables) == ()
    assert told({**tables, "roster": pl.DataFrame({"student_id": ["000002"]})}) == ()
    assert told({**tables, "organizations": signed.organizations.head(2)}) == ("the reference tables",)
    assert told(tables, hooks=True) == ("the reference tables",)
