"""Who may call what: the expected answers stand in role_matrix.csv, written by hand, never computed from the code."""

import csv
import inspect
from pathlib import Path

import pytest
from muster_kelp import states

from muster.access import desk, grants, people
from muster.access.calls import CALLS, may, require_call
from muster.access.grants import Scope
from muster.access.organizations import Tree
from muster.access.refusals import AccessRefusedError
from muster.app import Muster
from muster.model.actors import Actor, Grant
from muster.model.reference import standard_table

with (Path(__file__).parent / "role_matrix.csv").open(encoding="utf-8") as file:
    MATRIX = {row.pop("call"): row for row in csv.DictReader(file)}
CELLS = [(call, cell, answer) for call, row in MATRIX.items() for cell, answer in row.items()]
TREE = Tree({"V-REEF": "ISLES", "H-1": "V-REEF", "V-SAND": "ISLES", "H-2": "V-SAND"})
PLACES = {"inside": "H-1", "outside": "H-2"}
(FOUND,) = [one for one in states() if one.id == "kel"]
KEL = FOUND.model_copy(update={"tables": (*FOUND.tables, standard_table("organizations", "Villages"))})
"""The islands have no list of villages; a scope has an inside only where there is one."""
DOORS = {"sign_in", "actor_of", "token_actor", "submission_key", "worker", "local_user"}
"""What takes no actor: three give one, one reads an address, and the worker is the machine's own process."""


def actor_of(role):
    """Return a person with a role in V-REEF, or with none."""
    held = [Grant("kel", role, frozenset(grants.role_of(KEL, role).permissions), "V-REEF")] if role != "nobody" else []
    return Actor("Bea", person=1, grants=tuple(held))


def facade_calls():
    found = inspect.getmembers(Muster, inspect.isfunction)
    return {name: inspect.signature(one).parameters for name, one in found if not name.startswith("_")}


def test_the_matrix_has_a_row_for_every_call_of_the_facade():
    assert facade_calls().keys() - DOORS - MATRIX.keys() == set(), "a facade call without a row in role_matrix.csv"
    assert CALLS.keys() ^ MATRIX.keys() == set()


def test_every_call_of_the_facade_takes_an_actor():
    assert [name for name, given in facade_calls().items() if "actor" not in given and name not in DOORS] == []


def test_the_matrix_asks_about_every_role_inside_and_outside_its_scope():
    roles = [*(role.name for role in KEL.roles), "nobody"]
    expected = [f"{role} {place}" for role in roles for place in PLACES]
    assert all(list(row) == expected for row in MATRIX.values())
    assert {answer for _, _, answer in CELLS} == {"yes", "no"}


@pytest.mark.parametrize(("call", "cell", "answer"), CELLS)
def test_each_cell_is_as_written(call, cell, answer):
    role, place = cell.split(" ")
    where = {"tree": TREE, "state": "kel", "organization": PLACES[place], "year": 2026}
    assert may(actor_of(role), call, **where) == (answer == "yes")
    if answer == "yes":
        require_call(actor_of(role), call, **where)
        return
    with pytest.raises(AccessRefusedError):
        require_call(actor_of(role), call, **where)


def _give(store, actor, number, place):
    desk.give_role(store, actor, number, "kel", "scribe", Scope(place))


def _end(store, actor, number, place):
    held = desk.give_role(store, Actor("ana", everything=True), number, "kel", "scribe", Scope(place))
    desk.end_role(store, actor, held)


def _decide(store, actor, number, place):
    asked = desk.ask_access(store, desk.actor_of(store, number), "kel", "scribe", "I write.", organization=place)
    desk.decide_access(store, actor, asked, approved=True)


def _deactivate(store, actor, number, place):
    desk.give_role(store, Actor("ana", everything=True), number, "kel", "scribe", Scope(place))
    desk.set_active(store, actor, number, active=False)


def _ask(store, actor, number, place):
    desk.ask_access(store, actor, "kel", "elder", "I seal.", organization=place)


DONE = {
    "give_role": _give,
    "end_role": _end,
    "decide_access": _decide,
    "set_active": _deactivate,
    "ask_access": _ask,
}
"""How a call is really made, with another person's number and a place, where its answer is more than the check."""


@pytest.mark.parametrize("role", ["scribe", "elder", "council", "nobody"])
def test_the_calls_about_people_answer_as_written(opening, role):
    store = opening(KEL)
    ana = Actor("ana", everything=True)
    number = desk.add_person(store, ana, "Bea", "bea@example.org").id
    _load_tree(store, ana)
    if role != "nobody":
        desk.give_role(store, ana, number, "kel", role, Scope("V-REEF"))
    for call, done in DONE.items():
        for place, organization in PLACES.items():
            other = desk.add_person(store, ana, "Cleo", f"{call}.{place}@example.org").id
            answer = _answer(done, store, desk.actor_of(store, number), other, organization)
            assert answer == MATRIX[call][f"{role} {place}"], f"{call}, {role} {place}"


def _answer(done, store, actor, other, organization):
    try:
        done(store, actor, other, organization)
    except AccessRefusedError:
        return "no"
    return "yes"


def _load_tree(store, ana):
    import polars as pl

    rows = list(TREE.parents.items())
    frame = pl.DataFrame(rows, schema={"organization_id": pl.String, "parent_id": pl.String}, orient="row")
    store.replace_reference(KEL, {"organizations": frame}, organization=None, actor=ana)


def test_a_call_that_anyone_may_make_opens_no_database():
    desk.check(None, actor_of("nobody"), "validate", state="kel")


def test_the_facades_check_reads_the_tree(opening):
    store = opening(KEL)
    ana = Actor("ana", everything=True)
    _load_tree(store, ana)
    desk.check(store, actor_of("elder"), "sign", state="kel", organization="H-1", year=2026)
    with pytest.raises(AccessRefusedError, match="Bea may not sign for kel/H-2 in 2026"):
        desk.check(store, actor_of("elder"), "sign", state="kel", organization="H-2", year=2026)
    desk.check(store, ana, "give_role", state="kel")
    with store.reading() as connection:
        assert people.list_people(connection) == ()
