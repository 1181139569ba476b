"""The tree, and who may say where an organization stands; dated relations and identifiers."""

from datetime import date

import polars as pl
import pytest

from muster.access import relations
from muster.access.organizations import Claim, Tree, grown, tree_of
from muster.access.refusals import DaysReversedError, RepeatedRelationError, TakenIdentifierError
from muster.access.relations import Days

JUNE, JULY = date(2025, 6, 30), date(2025, 7, 1)


KINDS = {"A": "agency", "D": "district", "R": "region"}


def load(isles, owner, **parents):
    rows = [
        {"organization_id": one, "name": one, "kind": KINDS.get(one[0], "school"), "parent_id": up}
        for one, up in parents.items()
    ]
    isles.store.replace_reference(
        isles.state, {"organizations": pl.DataFrame(rows)}, organization=owner, actor=isles.ana
    )


def loaded_tree(isles):
    with isles.store.reading() as connection:
        return tree_of(connection, isles.state)


def test_the_tree_is_the_one_that_was_loaded(isles):
    assert loaded_tree(isles) == Tree()
    load(isles, None, A=None, D1="A", S1="D1", D2="A")
    tree = loaded_tree(isles)
    assert tree.above("S1") == ("D1", "A")
    assert tree.below("D1") == {"D1", "S1"}
    assert tree.covers("A", "S1")
    assert tree.covers("S1", "S1")
    assert not tree.covers("D2", "S1")
    assert not tree.covers("S1", "D1")


def test_a_state_without_organizations_has_an_empty_tree(isles):
    with isles.store.reading() as connection:
        assert tree_of(connection, isles.state.model_copy(update={"tables": ()})) == Tree()


def test_a_circle_of_parents_ends():
    tree = Tree({"A": "B", "B": "C", "C": "A", "D": "D"})
    assert tree.above("A") == ("B", "C")
    assert tree.above("D") == ()


def test_a_district_says_what_stands_below_it(isles):
    load(isles, "D1", D1="A", S1="D1", C1="S1")
    assert loaded_tree(isles).above("C1") == ("S1", "D1", "A")


def test_a_district_cannot_take_what_the_agency_placed_elsewhere(isles):
    load(isles, None, D1="A", D2="A", T1="D2")
    load(isles, "D1", D1="A", D2="D1", T1="D1", A="D1", S1="D1")
    tree = loaded_tree(isles)
    assert tree.above("T1") == ("D2", "A")
    assert tree.above("S1") == ("D1", "A")
    assert tree.below("D1") == {"D1", "S1"}


def test_a_district_cannot_place_the_agency_or_another_district_below_itself(isles):
    load(isles, "D2", D2="A", T1="D2")
    load(isles, "D1", A="D1", D2="D1")
    assert loaded_tree(isles).below("D1") == {"D1"}
    load(isles, None, D3=None)
    load(isles, "D1", D3="D1", T3="D3")
    assert loaded_tree(isles).below("D1") == {"D1"}


def test_a_school_without_a_parent_in_the_agencys_list_is_placed_by_its_district(isles):
    load(isles, None, D1=None, S1=None)
    load(isles, "D1", D1="A", S1="D1")
    assert loaded_tree(isles).above("S1") == ("D1",)


def test_a_district_cannot_place_others_under_each_other(isles):
    load(isles, "D1", D1="A", T1="D2")
    assert loaded_tree(isles).above("T1") == ()


def test_of_two_districts_that_claim_a_school_neither_gets_it(isles):
    load(isles, "D1", D1="A", S1="D1", S2="D1")
    load(isles, "D2", D2="A", S1="D2")
    tree = loaded_tree(isles)
    assert tree.above("S1") == ()
    assert tree.above("S2") == ("D1", "A")


def test_two_who_say_the_same_agree(isles):
    load(isles, "R", D1="R", S1="D1")
    load(isles, "D1", D1="R", S1="D1")
    assert loaded_tree(isles).above("S1") == ("D1", "R")


def test_an_organization_says_itself_where_it_stands():
    claims = [Claim("S1", "S1", "D2"), Claim("D1", "S1", "D1"), Claim("D1", "D1", "A")]
    assert grown(claims).above("S1") == ("D2",)
    assert grown([Claim("S1", "S1", None), Claim("D1", "S1", "D1")]).above("S1") == ()


@pytest.fixture
def related(isles):
    def relate(organization, relation, other, starts=None, ends=None):
        with isles.store.writing() as connection:
            days = Days(starts, ends)
            return relations.relate(connection, isles.ana, "xx", organization, relation, other, days, isles.now)

    return relate


@pytest.fixture
def identified(isles):
    def identify(organization, scheme, value, starts=None, ends=None):
        with isles.store.writing() as connection:
            days = Days(starts, ends)
            return relations.identify(connection, isles.ana, "xx", organization, scheme, value, days, isles.now)

    return identify


def test_relations_hold_on_their_days_and_read_from_both_sides(isles, related):
    number = related("D1", "member of", "J", ends=JUNE)
    related("J", "provides for", "D1", starts=JULY)
    with isles.store.reading() as connection:
        before = relations.relations_of(connection, "xx", "J", JUNE)
        after = relations.relations_of(connection, "xx", "J", JULY)
        assert relations.relations_of(connection, "yy", "J", JUNE) == ()
    assert [(one.id, one.organization, one.relation, one.other, one.days) for one in before] == [
        (number, "D1", "member of", "J", Days(None, JUNE))
    ]
    assert [(one.organization, one.relation, one.other) for one in after] == [("J", "provides for", "D1")]


def test_a_relation_is_said_once_and_ended_once(isles, related):
    number = related("D1", "member of", "J")
    with pytest.raises(RepeatedRelationError, match="D1 is member of J on some of these days already."):
        related("D1", "member of", "J", starts=JULY)
    with isles.store.writing() as connection:
        relations.end_relation(connection, isles.ana, number, JUNE, isles.now)
    related("D1", "member of", "J", starts=JULY)
    with pytest.raises(DaysReversedError, match="The last day 2025-06-30 is before the first day 2025-07-01."):
        related("D2", "member of", "J", starts=JULY, ends=JUNE)


def test_an_identifier_changes_hands_with_a_day(isles, identified):
    number = identified("D1", "LE", "0583")
    identified("D1", "SS", "0583")
    with pytest.raises(TakenIdentifierError, match="LE 0583 belongs to D1 on some of these days. Give days when"):
        identified("D2", "LE", "0583", starts=JULY)
    with isles.store.writing() as connection:
        relations.end_identifier(connection, isles.ana, number, JUNE, isles.now)
    identified("D2", "LE", "0583", starts=JULY)
    with isles.store.reading() as connection:
        assert relations.organization_of(connection, "xx", "LE", "0583", JUNE) == "D1"
        assert relations.organization_of(connection, "xx", "LE", "0583", JULY) == "D2"
        assert relations.organization_of(connection, "xx", "LE", "0584", JULY) is None
        assert [(one.scheme, one.value) for one in relations.identifiers_of(connection, "xx", "D1", JULY)] == [
            ("SS", "0583")
        ]
    with isles.store.writing() as connection, pytest.raises(DaysReversedError):
        relations.end_identifier(connection, isles.ana, number + 2, JUNE, isles.now)
