"""The audit: what is changed, taken out or cut off is found; what retention erases does not break it."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import delete, func, select, update

from muster.access import audit
from muster.model.actors import Actor
from muster.store.access_tables import audit_entry, audit_head, audit_value


def note(connection, isles, act="signed", organization="D1", **detail):
    return audit.note(
        connection,
        state="xx",
        organization=organization,
        actor=Actor("Bea", person=7),
        act=act,
        subject="xx/clubs/2025/D1",
        detail=detail,
        at=isles.now,
    )


@pytest.fixture
def chain(isles):
    """Write five entries for D1 and one for D2; return the heads of D1's chain after each."""
    with isles.store.writing() as connection:
        heads = [note(connection, isles, word=f"value {number}") for number in range(5)]
        note(connection, isles, organization="D2")
    return heads


def verified(isles, *known, organization="D1"):
    with isles.store.reading() as connection:
        return audit.verify(connection, "xx", organization, known)


def change(isles, *statements):
    with isles.store.writing() as connection:
        for statement in statements:
            connection.execute(statement)


def entries(number):
    return (audit_entry.c.organization == "D1") & (audit_entry.c.number == number)


def test_an_untouched_chain_verifies_and_each_organization_has_its_own(isles, chain):
    assert verified(isles, *chain) == []
    assert verified(isles, organization="D2") == []
    assert verified(isles, organization=None) == []
    with isles.store.reading() as connection:
        assert audit.head(connection, "xx", "D1") == chain[-1]
        assert audit.head(connection, "xx", "D9") == audit.AuditHead(0, "")
        assert [(place, one.number) for place, one in audit.heads(connection).items()] == [
            (("xx", "D1"), 5),
            (("xx", "D2"), 1),
        ]
        assert connection.execute(select(audit_entry.c.actor).distinct()).scalars().all() == ["Bea (person 7)"]


@pytest.mark.parametrize(
    ("column", "value"),
    [("actor", "Eve"), ("act", "refused"), ("subject", "xx/clubs/2025/D2"), ("at", "2024-01-01T00:00:00+00:00")],
)
def test_a_changed_entry_is_found(isles, chain, column, value):
    change(isles, update(audit_entry).where(entries(3)).values({column: value}))
    assert verified(isles) == ["Entry 3 was changed."]


def test_a_changed_entry_with_its_digest_made_anew_breaks_the_next(isles, chain):
    with isles.store.writing() as connection:
        row = dict(connection.execute(select(audit_entry).where(entries(3))).mappings().one())
        changed = {**row, "actor": "Eve"}
        values = {"actor": "Eve", "digest": audit.entry_digest(changed)}
        connection.execute(update(audit_entry).where(entries(3)).values(values))
    assert verified(isles) == ["Entry 4 does not follow the entry before it: one of the two was changed."]


def test_changed_values_are_found(isles, chain):
    change(isles, update(audit_value).where(audit_value.c.number == 2).values(detail='{"word":"other"}'))
    assert verified(isles) == ["The values of entry 2 were changed."]


def test_values_that_are_gone_without_retention_are_found(isles, chain):
    change(isles, delete(audit_value).where(audit_value.c.organization == "D1", audit_value.c.number == 2))
    assert verified(isles) == ["The values of entry 2 are missing, and no retention erased them."]


def test_a_gap_is_found(isles, chain):
    change(isles, delete(audit_value).where(audit_value.c.number.in_((2, 4))), delete(audit_entry).where(entries(2)))
    assert verified(isles)[0] == "Entry 2 is missing."
    change(isles, delete(audit_entry).where(entries(3)))
    assert verified(isles)[0] == "Entry 2 to 3 is missing."


def test_a_missing_tail_is_found_by_the_head(isles, chain):
    change(isles, delete(audit_entry).where(entries(5)))
    assert verified(isles) == ["The end is missing: there was an entry 5, and the last one here is 4."]


def test_a_missing_tail_with_a_head_put_back_is_found_by_a_known_head(isles, chain):
    back = {"number": 4, "digest": chain[3].digest}
    change(isles, delete(audit_entry).where(entries(5)))
    change(isles, update(audit_head).where(audit_head.c.organization == "D1").values(back))
    assert verified(isles) == []
    assert verified(isles, chain[4]) == ["The end is missing: there was an entry 5, and the last one here is 4."]


def test_a_chain_written_anew_is_found_by_a_known_head(isles, chain):
    change(isles, *(delete(one).where(one.c.organization == "D1") for one in (audit_entry, audit_value, audit_head)))
    with isles.store.writing() as connection:
        for _ in range(6):
            note(connection, isles, act="did nothing")
    assert verified(isles) == []
    assert verified(isles, chain[4]) == ["Entry 5 is not the one whose seal is known: the chain was written anew."]


def test_entries_beyond_the_head_are_found(isles, chain):
    back = {"number": 4, "digest": chain[3].digest}
    change(isles, update(audit_head).where(audit_head.c.organization == "D1").values(back))
    assert verified(isles) == ["The chain has 5 entries, and its head knows only 4: entries were added by hand."]


def test_erasing_values_leaves_the_chain_whole_and_nothing_to_guess_from(isles, chain):
    erased = {"state": "xx", "organization": "D1", "actor": isles.ana, "at": isles.now + timedelta(days=9)}
    with isles.store.writing() as connection:
        assert audit.erase(connection, before=isles.now, **erased) == 0
        assert audit.erase(connection, before=isles.now + timedelta(seconds=1), **erased) == 5
        note(connection, isles, word="after")
    assert verified(isles, *chain) == []
    with isles.store.reading() as connection:
        kept = connection.execute(select(audit_value.c.detail).where(audit_value.c.organization == "D1")).scalars()
        assert kept.all() == ["{}", '{"word":"after"}']
        salts = connection.execute(select(audit_entry.c.salt).where(audit_entry.c.organization == "D1")).scalars()
        assert [bool(salt) for salt in salts] == [False] * 5 + [True] * 2


def test_a_rolled_back_act_leaves_no_entry(isles, chain):
    with pytest.raises(NothingDoneError):
        _note_and_fail(isles)
    assert verified(isles, chain[-1]) == []


class NothingDoneError(Exception):
    pass


def _note_and_fail(isles):
    with isles.store.writing() as connection:
        note(connection, isles)
        raise NothingDoneError


def test_two_who_write_at_once_follow_each_other(isles):
    def write():
        for _ in range(10):
            with isles.store.writing() as connection:
                note(connection, isles)

    threads = [threading.Thread(target=write) for _ in range(3)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert verified(isles) == []
    with isles.store.reading() as connection:
        assert connection.execute(select(func.count()).select_from(audit_entry)).scalar_one() == 30
