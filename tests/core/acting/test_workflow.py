"""The workflow: what is done, what comes next and why; a word of a plugin beside the words of the core."""

from datetime import UTC, datetime

import pytest

from muster.acting.failures import UnknownStepWordError
from muster.acting.places import scope_for
from muster.acting.standings import Stance, accepted, certified, has_records, no_rejected_rows, validated
from muster.acting.workflow import status, steps_of
from muster.clock import FixedClock
from muster.collecting.submissions import set_submission, submission_of
from muster.model.certifying import Step
from muster.model.submissions import SubmissionKey
from muster.model.workflow import Standing
from muster.plugins import PluginRow, Plugins
from muster.store.collecting_tables import validation_run
from muster.store.schema import batch

KEY = SubmissionKey("kel", "crafts", 2026, "V-reed")


def shown(islands):
    crafts, gifts = islands.status(islands.scribe, islands.reed)
    assert gifts.title == "Gifts given"
    return [(step.title, step.status, step.reason) for step in crafts.steps], crafts


def test_one_step_after_the_other(islands):
    steps, crafts = shown(islands)
    assert steps == [
        ("Crafts learned", "next", "No record of Crafts learned is stored yet."),
        ("The tide", "not yet", "The tide is in until tomorrow."),
        ("The seal", "not yet", "It is not certified yet."),
    ]
    assert (crafts.next.title, crafts.done) == ("Crafts learned", False)
    islands.learn("ana-tol", "weaving 80")
    steps, crafts = shown(islands)
    assert [one[1] for one in steps] == ["done", "waiting", "not yet"]
    assert (steps[0][2], crafts.next.help) == ("1 record.", "The sea decides.")
    islands.store.clock = FixedClock(datetime(2026, 2, 1, 22, 0, tzinfo=UTC))
    steps, crafts = shown(islands)
    assert [one[1] for one in steps] == ["done", "done", "next"]
    assert (crafts.next.next.label, crafts.next.next.sign) == ("Seal Crafts learned", "crafts")


def test_all_is_done_when_it_is_certified(islands):
    islands.learn("ana-tol", "weaving 80")
    with islands.store.writing() as connection:
        row = submission_of(connection, KEY, islands.store.clock.now())
        set_submission(connection, row.id, status="certified")
    islands.store.clock = FixedClock(datetime(2026, 2, 1, 22, 0, tzinfo=UTC))
    steps, crafts = shown(islands)
    assert (steps[2], crafts.done, crafts.next) == (("The seal", "done", "Certified."), True, None)


@pytest.fixture
def stance(islands):
    with islands.store.writing() as connection:
        scope = scope_for(connection, islands.store, islands.plugins, islands.scribe, islands.reed, "view")
        yield Stance(connection, scope)


@pytest.fixture
def crafts(islands):
    return islands.plugins.state("kel").collection("crafts")


@pytest.mark.parametrize(
    ("status", "sentence"),
    [
        ("open", "It is not certified yet."),
        ("reopened", "It was reopened for a correction."),
        ("returned", "The agency returned it for a correction."),
    ],
)
def test_what_is_not_certified(islands, stance, crafts, status, sentence):
    row = submission_of(stance.connection, KEY, islands.store.clock.now())
    set_submission(stance.connection, row.id, status=status)
    found = certified(stance, crafts)
    assert (found.done, found.reason) == (False, sentence)


def test_nothing_to_report_is_an_answer(islands, stance, crafts):
    row = submission_of(stance.connection, KEY, islands.store.clock.now())
    set_submission(stance.connection, row.id, nothing_to_report=True)
    assert has_records(stance, crafts) == Standing(done=True, reason="Nothing to report.")


def test_what_was_validated(islands, stance, crafts):
    assert validated(stance, crafts) == Standing(done=False, reason="The stored records were not validated yet.")
    row = submission_of(stance.connection, KEY, islands.store.clock.now())
    values = {
        "submission": row.id,
        "actor": "Sol",
        "data_digest": "",
        "ruleset": "",
        "reference_digest": "",
        "rows": 0,
        "result": "",
    }
    stance.connection.execute(validation_run.insert().values(at="2026-01-01T00:00:00+00:00", **values))
    assert validated(stance, crafts).reason == "Validated since the last change."


def test_records_that_changed_since_they_were_validated(islands, crafts):
    islands.learn("ana-tol", "weaving 80")
    with islands.store.writing() as connection:
        row = submission_of(connection, KEY, islands.store.clock.now())
        values = {
            "submission": row.id,
            "actor": "Sol",
            "data_digest": "",
            "ruleset": "",
            "reference_digest": "",
            "rows": 0,
            "result": "",
        }
        connection.execute(validation_run.insert().values(at="2026-01-01T00:00:00+00:00", **values))
        stance = Stance(
            connection, scope_for(connection, islands.store, islands.plugins, islands.scribe, islands.reed, "view")
        )
        assert validated(stance, crafts).reason == "Records changed since they were validated."


def test_rows_that_were_left_out(islands, crafts):
    assert crafts.layouts[0].medium == "form"
    with islands.store.writing() as connection:
        from muster.store.blobs import keep_blob

        sha256 = keep_blob(connection, b"x").sha256
        told = (
            (2, "2 rows of batch 1 were not added and not sent again."),
            (1, "1 row of batch 2 was not added and not sent again."),
            (0, "No row is left out."),
        )
        for rejected, sentence in told:
            connection.execute(
                batch.insert().values(
                    state="kel", collection="crafts", year=2026, organization="V-reed", mode="upload", status="stored",
                    file_name="x", sha256=sha256, size=1, uploaded_by="Sol", uploaded_at="2026-01-01T00:00:00+00:00", rejected=rejected,
                )
            )  # fmt: skip
            stance = Stance(
                connection, scope_for(connection, islands.store, islands.plugins, islands.scribe, islands.reed, "view")
            )
            assert no_rejected_rows(stance, crafts).reason == sentence


def test_the_agency_accepts(islands, stance, crafts):
    found = accepted(stance, crafts)
    assert (found.waiting, found.reason) == (True, "Council of Elders has not accepted it yet.")


def test_steps_that_follow_from_what_a_collection_is(islands, crafts):
    bare = crafts.model_copy(update={"steps": ()})
    assert [(one.title, one.done_when) for one in steps_of(bare)] == [
        ("Crafts learned", "has records"),
        ("Seal", "certified"),
    ]


def test_a_word_that_nothing_can_tell(islands, crafts):
    step = Step(id="moon", title="The moon", done_when="the moon is full")
    state = islands.plugins.state("kel")
    odd = state.model_copy(update={"collections": (crafts.model_copy(update={"steps": (step,)}),)})
    plugins = Plugins(islands.plugins.manager, (PluginRow("kel", "", "", (odd,)),))
    with pytest.raises(UnknownStepWordError) as caught:
        status(islands.store, plugins, islands.scribe, islands.reed)
    assert str(caught.value) == (
        'kel/crafts: the step "moon" is done when "the moon is full", which nothing can tell. '
        "Known: accepted, certified, has records, no rejected rows, the tide is out, validated."
    )


def test_rooms_above_may_know_better(islands):
    words = {"certified": lambda look, collection: Standing(done=True, reason=f"{look.place.year}: {collection.id}")}
    crafts, _ = status(islands.store, islands.plugins, islands.scribe, islands.reed, words)
    assert crafts.steps[2].reason == "2026: crafts"
