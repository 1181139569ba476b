"""The odd toy state: entered by hand, ids of letters, no terms. One engine asks its rules about a form of one row."""

from datetime import date

import polars as pl
import pytest

from muster.app import CheckRequest, Muster
from muster.errors import NoFileToCheckError
from muster.intake.reference_csv import catalog_frames
from muster.model.actors import local_actor
from muster.model.intake import ROW, Intake
from muster.model.runs import RunFacts, school_year
from muster.plugins import load_plugins
from muster.validation import validate

SCRIBE = local_actor("Scribe")
STATE, CRAFTS = load_plugins().collection("kel/crafts")
GOOD = {"village": "V-reed", "stone": "ana-tol", "craft": "weaving", "days": "90", "teacher": None, "finished": "Y"}


def form(*rows, year=2026):
    layout = CRAFTS.layouts_of(year)[0]
    filled = [{**GOOD, **row} for row in rows]
    values = {name: pl.Series([row[name] for row in filled], dtype=pl.String) for name in layout.names}
    frame = pl.DataFrame({ROW: range(1, len(rows) + 1), **values}, schema_overrides={ROW: pl.Int64})
    cells = pl.DataFrame(schema={ROW: pl.Int64, "column": pl.String, "value": pl.String, "kind": pl.String})
    odd = pl.DataFrame(schema={ROW: pl.Int64, "found": pl.Int64, "raw": pl.String})
    intake = Intake("form", "", 0, "form", layout, frame, cells, odd)
    start, end = school_year(year, STATE.year_start)
    facts = RunFacts(year, date(2026, 2, 1), start, end, when="write", database=True)
    return validate(intake, CRAFTS, facts, state=STATE, reference=catalog_frames(STATE))


def test_a_season_begins_in_march():
    assert school_year(2026, STATE.year_start) == (date(2025, 3, 1), date(2026, 2, 28))


CASES = [
    ({}, None, None),
    ({"days": "91"}, "KEL-03", "91 days of weaving; a season has at most 90."),
    ({"craft": "canoes", "days": "200"}, None, None),
    ({"craft": "kites"}, "KEL-02", "Craft kites is not on the list of crafts."),
    ({"stone": "12345"}, "KEL-01", "12345"),
    ({"days": "0"}, "KEL-01", "0"),
    ({"finished": "yes"}, "KEL-01", "yes"),
]


@pytest.mark.parametrize(("change", "rule", "words"), CASES)
def test_a_form_is_a_frame_of_one_row(change, rule, words):
    run = form(change)
    assert [finding.rule for finding in run.findings] == ([rule] if rule else [])
    assert all(words in finding.message for finding in run.findings)


def test_two_forms_for_the_same_craft():
    (finding,) = form({}, {"days": "12"}).findings
    assert finding.message == "Name stone ana-tol stands 2 times for weaving (rows 1, 2)."


def test_there_is_no_file_to_check_and_no_template(tmp_path):
    file = tmp_path / "crafts.csv"
    file.write_text("x\n")
    app = Muster()
    sentence = "Crafts learned is entered by hand: there is no file to check, and no template."
    with pytest.raises(NoFileToCheckError) as caught:
        app.validate(SCRIBE, CheckRequest("kel/crafts", file, 2026))
    assert str(caught.value) == sentence
    with pytest.raises(NoFileToCheckError, match=sentence):
        app.write_template(SCRIBE, "kel/crafts", 2026, None, tmp_path / "t.csv")
