"""The audit is held against sealed heads and receipts, which only a trusted key vouches for."""

import pytest
from sqlalchemy import delete, select, update

from muster.access.refusals import NotASealError
from muster.access.sealing import FORMAT
from muster.certifying.audit_proofs import SealNotWrittenError, seal_audit, verify_audit
from muster.certifying.verify import RefusedError
from muster.errors import NoSuchFileError
from muster.store.access_tables import audit_entry, audit_head, audit_value


@pytest.fixture
def signed(office):
    """Return the office after a signature, with its receipt and the sealed heads beside the trusted key."""
    office.person("Sal")
    office.ready()
    (office.folder / "receipt.json").write_bytes(office.sign("Sal").receipt)
    seal_audit(office.store, office.clubs.ana, office.folder / "heads.json", office.keys)
    return office


def problems(office, **given):
    trust = office.folder / "key.json"
    checked = verify_audit(office.store, office.clubs.ana, state="xx", organization="001", trust=trust, **given)
    return [problem for one in checked for problem in one.problems]


def cut(office, last):
    """Take every entry after one out of the school's chain, and put the head back."""
    own = {table: table.c.organization == "001" for table in (audit_entry, audit_value, audit_head)}
    with office.store.writing() as connection:
        kept = select(audit_entry.c.digest).where(own[audit_entry], audit_entry.c.number == last)
        digest = connection.execute(kept).scalar_one()
        connection.execute(update(audit_head).where(own[audit_head]).values(number=last, digest=digest))
        for table in (audit_entry, audit_value):
            connection.execute(delete(table).where(own[table], table.c.number > last))


def test_what_was_sealed_and_signed_verifies(signed):
    sealed = {"seals": [signed.folder / "heads.json"], "receipts": [signed.folder / "receipt.json"]}
    assert problems(signed, **sealed) == []
    assert FORMAT in (signed.folder / "heads.json").read_text()


def test_a_tail_cut_off_after_the_receipt_is_found_by_it(signed):
    cut(signed, 1)
    assert problems(signed) == []
    (by_receipt,) = problems(signed, receipts=[signed.folder / "receipt.json"])
    (by_seal,) = problems(signed, seals=[signed.folder / "heads.json"])
    assert by_receipt.startswith("The end is missing: there was an entry ")
    assert by_seal.endswith(", and the last one here is 1.")


def test_what_is_not_sealed_by_the_trusted_key_is_refused(signed):
    receipt, heads = signed.folder / "receipt.json", signed.folder / "heads.json"
    receipt.write_text(receipt.read_text().replace('"revision": 1', '"revision": 2'))
    heads.write_text(heads.read_text().replace('"number": ', '"number": 1'))
    with pytest.raises(RefusedError, match="The receipt was not sealed by the key"):
        problems(signed, receipts=[receipt])
    with pytest.raises(NotASealError, match="it was changed after it was sealed"):
        problems(signed, seals=[heads])
    with pytest.raises(NoSuchFileError, match="There is no file"):
        problems(signed, seals=[signed.folder / "none.json"])


def test_a_seal_replaces_no_file(signed):
    for target, reason in (
        ("heads.json", "there is a file already, and a seal replaces none"),
        ("no/h", "no such file"),
    ):
        with pytest.raises(SealNotWrittenError, match=f"The heads were not sealed in .*{target}.: {reason}"):
            seal_audit(signed.store, signed.clubs.ana, signed.folder / target, signed.keys)
