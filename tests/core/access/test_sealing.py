"""Sealed heads, and the check of all chains that an actor administers."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import polars as pl
import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import delete, update

from muster.access import audit, auditing, desk, sealing
from muster.access.grants import Scope
from muster.access.refusals import NotAllowedError, NotASealError
from muster.errors import UnknownStateError
from muster.store.access_tables import audit_entry, audit_head, audit_value

PRIVATE = Ed25519PrivateKey.generate()


@dataclass(frozen=True)
class Key:
    made: datetime = datetime(2025, 1, 1, tzinfo=UTC)
    retired: datetime | None = None
    private: Ed25519PrivateKey = PRIVATE

    def sealed(self, content, seal):
        try:
            self.private.public_key().verify(seal, content)
        except InvalidSignature:
            return False
        return True


@pytest.fixture
def chains(isles):
    """Write three entries for each of D1, S1 and D2."""
    frame = pl.DataFrame(
        list(isles.tree.parents.items()), schema={"organization_id": pl.String, "parent_id": pl.String}, orient="row"
    )
    isles.store.replace_reference(isles.state, {"organizations": frame}, organization=None, actor=isles.ana)
    with isles.store.writing() as connection:
        for organization in ("D1", "S1", "D2") * 3:
            audit.note(
                connection,
                state="xx",
                organization=organization,
                actor=isles.ana,
                act="signed",
                subject=f"xx/clubs/2025/{organization}",
                detail={},
                at=isles.now,
            )


def sealed(isles):
    return auditing.seal_audit(isles.store, isles.ana, "k-1", PRIVATE.sign)


def refusal(data, keys):
    with pytest.raises(NotASealError) as caught:
        sealing.sealed_heads(data, "heads.json", keys)
    return str(caught.value)


def test_a_sealed_file_gives_its_heads_back(isles, chains):
    heads = sealing.sealed_heads(sealed(isles), "heads.json", {"k-1": Key()})
    with isles.store.reading() as connection:
        assert heads == audit.heads(connection)
    assert {place: one.number for place, one in heads.items()} == {("xx", "D1"): 3, ("xx", "D2"): 3, ("xx", "S1"): 3}


def test_a_sealed_file_that_cannot_be_trusted(isles, chains):
    data = sealed(isles)
    plain = "heads.json is not a seal that can be trusted: "
    damaged = f'{plain}it is not a file that "muster audit seal" wrote, or it is damaged.'
    for bad in (b"", b"[]", b"{}", data[:-40], data.replace(b'"seal": "', b'"seal": "!'), b"\xff"):
        assert refusal(bad, {"k-1": Key()}) == damaged
    assert refusal(data, {}) == f"{plain}the key that sealed it is not among those trusted."
    changed = {**json.loads(data), "heads": []}
    for bad, key in (
        (json.dumps(changed).encode(), Key()),
        (data, Key(private=Ed25519PrivateKey.generate())),
    ):
        assert refusal(bad, {"k-1": key}) == f"{plain}it was changed after it was sealed."
    outside = f"{plain}it is dated outside the time in which its key sealed."
    assert refusal(data, {"k-1": Key(made=isles.now + timedelta(days=1))}) == outside
    assert refusal(data, {"k-1": Key(retired=isles.now - timedelta(days=1))}) == outside


def test_a_chain_that_was_cut_off_cleanly_is_found_with_a_seal(isles, chains):
    heads = sealing.sealed_heads(sealed(isles), "heads.json", {"k-1": Key()})
    with isles.store.writing() as connection:
        second = connection.execute(
            audit_entry.select().where(audit_entry.c.organization == "D1", audit_entry.c.number == 2)
        ).one()
        for table in (audit_entry, audit_value):
            connection.execute(delete(table).where(table.c.organization == "D1", table.c.number == 3))
        back = update(audit_head).where(audit_head.c.organization == "D1")
        connection.execute(back.values(number=2, digest=second.digest))
        for table in (audit_entry, audit_value, audit_head):
            connection.execute(delete(table).where(table.c.organization == "D2"))
    assert [one.problems for one in auditing.verify_audit(isles.store, isles.ana)] == [(), ()]
    known = {place: [one] for place, one in heads.items()}
    checked = auditing.verify_audit(isles.store, isles.ana, known=known)
    assert {one.place: one.problems for one in checked} == {
        "xx/D1": ("The end is missing: there was an entry 3, and the last one here is 2.",),
        "xx/D2": ("The end is missing: there was an entry 3, and the last one here is 0.",),
        "xx/S1": (),
    }


def test_chains_are_checked_by_those_who_administer_them(isles, chains):
    wim, bea, cleo = (isles.person(name) for name in ("Wim", "Bea", "Cleo"))
    desk.give_role(isles.store, isles.ana, wim, "xx", "warden", Scope("D1"))
    desk.give_role(isles.store, isles.ana, bea, "xx", "signer", Scope("D1"))
    desk.give_role(isles.store, isles.ana, cleo, "xx", "warden", Scope())

    def places(person, **where):
        actor = desk.actor_of(isles.store, person)
        return [(one.place, one.entries) for one in auditing.verify_audit(isles.store, actor, **where)]

    assert places(wim) == [("xx/D1", 5), ("xx/S1", 3)]
    assert places(wim, state="xx", organization="S1") == [("xx/S1", 3)]
    assert places(cleo) == [("people", 3), ("xx", 1), ("xx/D1", 5), ("xx/D2", 3), ("xx/S1", 3)]
    assert places(cleo, state="xx", organization="D9") == []
    with pytest.raises(NotAllowedError, match="Wim may not administer people and roles for xx/D2"):
        places(wim, state="xx", organization="D2")
    with pytest.raises(NotAllowedError, match="Bea may not administer people and roles for any organization"):
        places(bea)
    with pytest.raises(UnknownStateError):
        places(cleo, state="zz")
    with pytest.raises(NotAllowedError, match="Wim may not administer people and roles for all of xx"):
        auditing.seal_audit(isles.store, desk.actor_of(isles.store, wim), "k-1", PRIVATE.sign)
