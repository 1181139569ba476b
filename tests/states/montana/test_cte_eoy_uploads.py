"""Uploads of CTE End of Year files: the rules that only an upload can ask, and what is stored."""

from datetime import date

import pytest

from muster.access.refusals import NotAllowedError
from muster.app import CheckRequest, Muster
from muster.model.actors import Actor, local_actor
from muster.plugins import load_plugins
from muster.settings import Settings
from muster.testing.samples import write_sample
from muster_montana.cte_eoy.sample import CteEoySamples

CLERK = local_actor("clerk")
HEADER = "HD\t05/20/2025\t08:30:00\tMT9.1\n"
LINE = "CE\t0583\t012345678\t4711\tLarkspur\tAda\tP10\tY\tN\t07/14/2022\t2.50\t2.00\t0.50\t1.00\t0.00\t2025\n"
SECOND = LINE.replace("P10", "P05")


@pytest.fixture
def upload(tmp_path, reference_folder):
    """Return a function that uploads a text into an embedded database."""
    app = Muster(
        Settings(database_url=f"sqlite:///{tmp_path / 'muster.sqlite'}"), plugins=load_plugins(disabled=["az"])
    )

    def send(*lines, actor=CLERK, sender="0583", today=date(2025, 5, 20), mode="upload"):
        file = tmp_path / "cte.tsv"
        file.write_text(HEADER + "".join(lines))
        request = CheckRequest("mt/cte-eoy", file, 2025, organization=sender, as_of=today, reference=reference_folder)
        return app.upload(actor, request, mode)

    return send


def told(result):
    return [(finding.rule, finding.message) for finding in result.run.findings]


def counts(result):
    return result.created, result.updated, result.unchanged


def test_lines_are_created_then_unchanged_then_updated(upload):
    assert counts(upload(LINE, SECOND)) == (2, 0, 0)
    assert counts(upload(LINE, SECOND)) == (0, 0, 2)
    assert counts(upload(LINE, SECOND.replace("\t2.50\t2.00", "\t3.00\t2.50"))) == (0, 1, 1)


def test_a_test_run_stores_nothing(upload):
    assert counts(upload(LINE, mode="test")) == (0, 0, 0)
    assert counts(upload(LINE)) == (1, 0, 0)


@pytest.mark.parametrize("day", [date(2025, 5, 12), date(2025, 6, 20), date(2025, 6, 21), date(2025, 6, 30)])
def test_the_collection_is_open_until_corrections_end(upload, day):
    assert told(upload(LINE, today=day)) == []


@pytest.mark.parametrize("day", [date(2025, 5, 11), date(2025, 7, 1)])
def test_before_and_after_it_is_closed(upload, day):
    result = upload(LINE, today=day)
    message = (
        f"End of Year CTE Concentrator and Participants for 2025 is closed on {day:%m/%d/%Y}: "
        "it is open from 05/12/2025 to 06/20/2025 and 06/21/2025 to 06/30/2025."
    )
    assert told(result) == [("MT-U01", message)]
    assert counts(result) == (0, 0, 0)


def test_somebody_without_the_right_is_refused(upload):
    with pytest.raises(
        NotAllowedError, match="Guest may not send files for mt/0583 in 2025: no role allows it there today."
    ):
        upload(LINE, actor=Actor("Guest"))


def test_a_district_that_does_not_exist_sends_nothing(upload):
    assert told(upload(LINE, sender="9998"))[0] == (
        "MT-U02",
        'Montana has no organization "9998", so nobody may upload for it.',
    )


def test_the_same_file_twice_is_noticed_and_taken(upload):
    first = upload(LINE)
    ((rule, message),) = told(upload(LINE))
    assert rule == "MT-U03"
    assert message.startswith(f'The same file was uploaded before: batch {first.batch.id}, "cte.tsv", by clerk on ')


def test_a_second_pathway_must_agree_with_the_first_on_record(upload):
    upload(LINE)
    result = upload(LINE, SECOND.replace("\tY\tN\t", "\tY\tY\t"))
    assert [rule for rule, _ in told(result)] == ["MT-R16"]
    alone = upload(SECOND.replace("\tY\tN\t", "\tY\tY\t").replace("1.00", "0.50"))
    assert [rule for rule, _ in told(alone)] == ["MT-R16", "MT-R20"]


def test_fewer_credits_than_on_record_are_taken_with_a_warning(upload):
    upload(LINE)
    result = upload(LINE.replace("\t2.50\t2.00", "\t2.25\t1.75"))
    assert [rule for rule, _ in told(result)] == ["MT-R19"]
    assert counts(result) == (0, 1, 0)


def test_a_record_that_is_not_in_the_file_stays(upload):
    upload(LINE, SECOND)
    assert [rule for rule, _ in told(upload(LINE))] == ["MT-R20"]
    assert counts(upload(SECOND)) == (0, 0, 1)


def test_a_bad_line_is_left_out_and_the_good_one_is_stored(upload):
    result = upload(LINE, SECOND.replace("P05", "P99"))
    assert [rule for rule, _ in told(result)] == ["MT-R08"]
    assert (counts(result), result.rejected) == ((1, 0, 0), 1)


ASKED_ELSEWHERE = {"MT-U04", "MT-U05", "MT-VA", "MT-VB", "MT-VC", "MT-VD", "MT-VE"}


@pytest.mark.whole
def test_an_upload_of_the_sample_district_leaves_nothing_else_out(collection, tmp_path):
    write_sample(
        CteEoySamples(), collection, year=2025, rows=60, errors="none", seed=3, people=None, directory=tmp_path
    )
    app = Muster(
        Settings(database_url=f"sqlite:///{tmp_path / 'muster.sqlite'}"), plugins=load_plugins(disabled=["az"])
    )
    file, folder = tmp_path / "cte-eoy.tsv", tmp_path / "reference"
    request = CheckRequest("mt/cte-eoy", file, 2025, organization="0583", as_of=date(2025, 5, 20), reference=folder)
    result = app.upload(CLERK, request, "upload")
    left_out = {one.rule: one.status for one in result.run.coverage if one.status != "ran"}
    assert left_out == dict.fromkeys(ASKED_ELSEWHERE, "asked elsewhere")
    assert (result.run.verdict, result.created) == ("accepted", 60)
