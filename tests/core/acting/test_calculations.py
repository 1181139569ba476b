"""Calculations: numbered, repeated only when something they read has changed, with a trace of why."""

from dataclasses import replace

import polars as pl
import pytest
from sqlalchemy import func, select

from muster.access.refusals import NotAllowedError
from muster.acting.actions import Order
from muster.acting.calculations import calculation_of, frame_digest
from muster.acting.failures import UnknownCalculationError, UnknownRunError
from muster.store.acting_tables import calculation_run


def test_a_run_says_what_and_why(islands):
    islands.learn("ana-tol", "weaving 80", "canoes 12")
    run = islands.calculate(islands.scribe, islands.reed, "masters")
    assert (run.number, run.rows, run.actor, run.repeated) == (1, 1, "Sol", False)
    assert sorted(run.inputs) == ["craft_list", "crafts", "revision of the calculation"]
    result, trace = islands.calculation_result(islands.guest, islands.reed, "masters", 1)
    assert result.rows() == [("ana-tol", "weaving")]
    assert trace.rows() == [
        ("ana-tol", "canoes", "12 days of at most 200"),
        ("ana-tol", "weaving", "80 days of at most 90"),
    ]


def test_the_same_inputs_make_no_second_run(islands):
    islands.learn("ana-tol", "weaving 80")
    first = islands.calculate(islands.scribe, islands.reed, "masters")
    again = islands.calculate(islands.other, islands.reed, "masters")
    assert again == replace(first, repeated=True)
    islands.learn("ana-tol", "weaving 10")
    second = islands.calculate(islands.other, islands.reed, "masters")
    assert (second.number, second.rows, second.repeated) == (2, 0, False)
    islands.learn("ana-tol", "weaving 80")
    third = islands.calculate(islands.other, islands.reed, "masters")
    assert (third.number, third.inputs, third.result) == (3, first.inputs, first.result)
    runs = islands.calculation_runs(islands.guest, islands.reed, "masters")
    assert [run.number for run in runs] == [3, 2, 1]


def test_a_corrected_calculation_runs_again(islands, monkeypatch):
    islands.calculate(islands.scribe, islands.reed, "masters")
    corrected = replace(calculation_of(islands.plugins, "kel", "masters"), revision=2)
    monkeypatch.setattr("muster.acting.calculations.calculation_of", lambda *_: corrected)
    assert islands.calculate(islands.scribe, islands.reed, "masters").number == 2


def test_who_may_look_may_not_calculate(islands):
    with pytest.raises(NotAllowedError, match="Gia may not change records"):
        islands.calculate(islands.guest, islands.reed, "masters")


def test_what_is_not_there(islands):
    with pytest.raises(UnknownCalculationError, match='kel has no calculation "tides". Known: masters.'):
        islands.calculate(islands.scribe, islands.reed, "tides")
    with pytest.raises(UnknownRunError, match='The calculation "masters" has no run 4 here. Run it first.'):
        islands.calculation_result(islands.scribe, islands.reed, "masters", 4)


def test_a_calculation_that_fails_leaves_nothing(islands, monkeypatch):
    def broken(frames, place):
        raise ZeroDivisionError

    failing = replace(calculation_of(islands.plugins, "kel", "masters"), compute=broken)
    monkeypatch.setattr("muster.acting.calculations.calculation_of", lambda *_: failing)
    with pytest.raises(ZeroDivisionError):
        islands.calculate(islands.scribe, islands.reed, "masters")
    with islands.store.reading() as connection:
        assert connection.execute(select(func.count()).select_from(calculation_run)).scalar_one() == 0


def test_an_action_and_a_calculation_see_the_same_records(islands):
    islands.learn("ana-tol", "weaving 80")
    islands.perform(islands.scribe, islands.reed, Order("set-aside", {"record": 1}))
    assert islands.calculate(islands.scribe, islands.reed, "masters").rows == 0


@pytest.mark.parametrize(
    "other",
    [
        pl.DataFrame({"a": ["1", ""]}),
        pl.DataFrame({"b": ["1", None]}),
        pl.DataFrame({"a": [1, None]}),
        pl.DataFrame({"a": ["1"]}),
    ],
)
def test_a_digest_tells_frames_apart(other):
    assert frame_digest(pl.DataFrame({"a": ["1", None]})) != frame_digest(other)
