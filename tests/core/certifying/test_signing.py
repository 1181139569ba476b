"""Signing: one person's act over the data as they are; certified when all who are required signed the same data."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from threading import Event

import pytest

from muster.access import people
from muster.access.refusals import NeedsAccountError, NotAllowedError, WrongPasswordError
from muster.certifying import desk as desks
from muster.certifying import sealing, signing
from muster.certifying.keys import NoSealingKeyError, retire_key
from muster.certifying.refusals import (
    AssignerMayNotSignError,
    CertifiedAlreadyError,
    DataChangedError,
    GatesRefusedError,
    NeedsReopeningError,
    NoCertifiersDeclaredError,
    NotACertifierError,
    NotYourTurnError,
    SecondaryCertifierError,
    SignedAlreadyError,
    SignInAgainError,
)
from muster.certifying.signing import Intent
from muster.certifying.verify import verify


def test_one_required_signer_certifies(office):
    office.person("Ana")
    office.ready()
    result = office.sign("Ana")
    assert (result.missing, result.lapsed, result.certification.revision) == ((), (), 1)
    status = office.status()
    assert (status.submission.status, status.submission.revision, status.changed) == ("certified", 1, False)
    assert [one.status for one in status.certifications] == ["standing"]


def test_a_signature_keeps_name_role_and_attestation_word_for_word(office):
    office.person("Ana")
    office.person("Ben")
    office.ready()
    signature = office.sign("Ana").signature
    assert (signature.name, signature.role, signature.attestation) == (
        "Ana",
        "Primary certifier, Club Data",
        office.attestation,
    )
    assert signature.signed_at == office.clock.now()
    assert signature.data_digest == office.status().digest


def test_all_primaries_must_sign_the_same_data(office):
    office.person("Ana")
    office.person("Ben")
    office.ready()
    first = office.sign("Ana")
    assert (first.missing, first.certification) == (("Ben",), None)
    assert office.sign("Ben").certification.revision == 1


def test_the_receipt_and_the_snapshot_verify(office, tmp_path):
    office.person("Ana")
    office.ready()
    (tmp_path / "receipt.json").write_bytes(office.sign("Ana").receipt)
    (tmp_path / "data.tsv").write_bytes(desks.snapshot(office.desk, office.clubs.ana, office.key))
    verdict = verify(tmp_path / "receipt.json", tmp_path / "data.tsv", tmp_path / "key.json")
    assert verdict.sentence == (
        "The receipt stands: xx/clubs/2025/001, revision 1, 2 records, signed by Ana; "
        "the data are those that were signed."
    )
    receipt = verdict.receipt
    assert receipt.certified_at.isoformat() == "2025-03-14T09:09:26-06:00"
    assert (receipt.zone, receipt.agency, receipt.rows, receipt.overlay) == ("America/Denver", "Exland Agency", 2, "")
    assert [one.attestation for one in receipt.signatures] == [office.attestation]
    assert receipt.record_key == ("student", "club", "term")
    assert desks.receipt(office.desk, office.clubs.ana, office.key) == (tmp_path / "receipt.json").read_bytes()


def test_one_changed_character_of_the_snapshot_names_the_record(office, tmp_path):
    office.person("Ana")
    office.ready()
    (tmp_path / "receipt.json").write_bytes(office.sign("Ana").receipt)
    data = desks.snapshot(office.desk, office.clubs.ana, office.key)
    (tmp_path / "data.tsv").write_bytes(data.replace(b"2.50", b"2.51"))
    verdict = verify(tmp_path / "receipt.json", tmp_path / "data.tsv", tmp_path / "key.json")
    assert verdict.sentence == (
        "The data are not what was signed: record 2 (student 000002, club chess, term F) differs."
    )


def test_the_rules_that_were_in_force_are_kept(office):
    from muster.store.blobs import read_blob
    from muster.validation.digests import ruleset_digest

    office.person("Ana")
    office.ready()
    kept = office.sign("Ana").certification.ruleset
    assert kept == ruleset_digest(office.collection, 2025)
    with office.store.reading() as connection:
        assert b'"XX-TWICE"' in b"".join(read_blob(connection, kept))


def test_signing_is_in_the_audit_and_its_head_in_the_receipt(office):
    import json

    from muster.access import audit

    office.person("Ana")
    office.ready()
    head = json.loads(office.sign("Ana").receipt)["audit"]
    with office.store.reading() as connection:
        assert audit.verify(connection, "xx", "001", [audit.AuditHead(**head)]) == []
        acts = connection.exec_driver_sql("SELECT act, subject FROM audit_entry ORDER BY number DESC").fetchall()
    assert ("signed", "xx/clubs/2025/001") in [tuple(one) for one in acts]
    assert ("certified", "xx/clubs/2025/001") in [tuple(one) for one in acts]


# Who may sign


def test_the_password_is_asked(office):
    office.person("Ana")
    office.ready()
    with pytest.raises(WrongPasswordError, match="The password is not right. Nothing was done; try again."):
        office.sign("Ana", password="another")
    assert office.status().signatures == ()


def test_who_signs_in_elsewhere_signs_with_a_fresh_sign_in(office):
    office.person("Ana")
    office.ready()
    before = office.clock.now()
    office.clock.forward(minutes=6)
    for given in (None, before, office.clock.now() + timedelta(minutes=1)):
        with pytest.raises(SignInAgainError) as refused:
            office.sign("Ana", password=None, signed_in_at=given)
        assert str(refused.value) == (
            "To sign, give your password, or sign in again and sign within 5 minutes. Nothing was signed."
        )
    assert office.sign("Ana", password=None, signed_in_at=before + timedelta(minutes=4)).certification.revision == 1


def test_an_account_that_was_closed_cannot_sign(office):
    actor = office.person("Ana")
    office.ready()
    with office.store.writing() as connection:
        people.set_active(connection, office.clubs.ana, actor.person, active=False, now=office.clock.now())
    for intent in (Intent(office.password), Intent(None, signed_in_at=office.clock.now())):
        with pytest.raises((WrongPasswordError, SignInAgainError)):
            desks.sign(office.desk, actor, office.key, intent)
    assert office.gates()["certifiers"].startswith("Club Data has no active primary certifier")


def test_those_who_sign_next_are_written_to_in_the_same_transaction(office_with):
    office = office_with(certifiers={"who": "in-order"})
    written = []
    office.desk = replace(office.desk, announce=lambda _connection, wanted, _at: written.append(wanted))
    for place, name in enumerate(("Ana", "Ben", "Cyd"), 1):
        office.person(name, place=place)
    office.ready()
    office.sign("Ana")
    assert [(one.address, one.title, one.revision, one.recipients) for one in written] == [
        ("xx/clubs/2025/001", "Clubs", 1, ("ben@example.org",))
    ]


def test_the_machine_s_user_cannot_sign(office):
    office.person("Ana")
    office.ready()
    with pytest.raises(NeedsAccountError):
        desks.sign(office.desk, office.clubs.ana, office.key, Intent("x"))


def test_a_role_that_may_sign_is_needed(office):
    office.person("Ana", "clerk")
    office.ready()
    with pytest.raises(NotAllowedError, match="Ana may not sign for xx/001 in 2025"):
        office.sign("Ana")


def test_who_is_not_on_the_list_cannot_sign(office):
    office.person("Ana")
    office.person("Ben", certifier=False)
    office.ready()
    with pytest.raises(NotACertifierError) as refused:
        office.sign("Ben")
    assert str(refused.value) == (
        "Ben is not a certifier of Club Data for 001, and may not sign. Ask whoever assigns certifiers there."
    )


def test_a_secondary_certifier_cannot_sign(office):
    office.person("Ana")
    office.person("Ben", kind="secondary")
    office.ready()
    with pytest.raises(SecondaryCertifierError) as refused:
        office.sign("Ben")
    assert str(refused.value) == (
        "Ben is a secondary certifier of Club Data for 001: only primary certifiers sign. "
        "Ask whoever assigns certifiers there to change it."
    )
    assert office.sign("Ana").certification.revision == 1


def test_a_state_may_bar_who_assigns_certifiers(office_with):
    office = office_with(certifiers={"assigners_may_sign": False})
    office.person("Ana", "chief")
    office.ready()
    with pytest.raises(AssignerMayNotSignError) as refused:
        office.sign("Ana")
    assert str(refused.value) == "Ana assigns certifiers, and in this state who assigns them may not sign Clubs."


def test_where_the_state_does_not_bar_it_an_assigner_signs(office):
    office.person("Ana", "chief")
    office.ready()
    assert office.sign("Ana").certification.revision == 1


def test_a_collection_that_nobody_signs_says_so(office):
    bare = replace(office.desk, collection=office.collection.model_copy(update={"certifiers": None}))
    with pytest.raises(
        NoCertifiersDeclaredError, match="Clubs is not signed: the state declares no certifiers for it."
    ):
        desks.status(bare, office.clubs.ana, office.key)


def test_without_a_key_nothing_is_signed(office):
    office.person("Ana")
    office.person("Ben")
    office.ready()
    (path,) = office.keys.iterdir()
    retire_key(office.keys, path.stem, office.clock.now())
    with pytest.raises(NoSealingKeyError):
        office.sign("Ana")
    assert office.status().signatures == ()


# Who must sign


def test_one_of_several_is_enough_where_the_state_says_so(office_with):
    office = office_with(certifiers={"who": "one"})
    office.person("Ana")
    office.person("Ben")
    office.ready()
    assert office.sign("Ben").certification.revision == 1


def test_in_order_the_second_waits_for_the_first(office_with):
    office = office_with(certifiers={"who": "in-order"})
    office.person("Ana", place=2)
    office.person("Ben", place=1)
    office.ready()
    with pytest.raises(NotYourTurnError) as refused:
        office.sign("Ana")
    assert str(refused.value) == "Ben signs before Ana. Nothing was signed; sign when Ben has."
    assert office.sign("Ben").missing == ("Ana",)
    assert office.sign("Ana").certification.revision == 1


def test_nobody_signs_the_same_data_twice(office):
    office.person("Ana")
    office.person("Ben")
    office.ready()
    office.sign("Ana")
    with pytest.raises(SignedAlreadyError, match="Ana has signed these data already. Still to sign: Ben."):
        office.sign("Ana")


def test_what_is_certified_and_unchanged_is_not_signed_again(office):
    office.person("Ana")
    office.ready()
    office.sign("Ana")
    with pytest.raises(CertifiedAlreadyError) as refused:
        office.sign("Ana")
    assert str(refused.value) == (
        "xx/clubs/2025/001 is certified (revision 1), and nothing changed since. Nothing was signed."
    )


def test_several_primaries_are_said(office):
    office.person("Ana")
    assert office.status().warnings == ()
    office.person("Ben")
    assert office.status().warnings == ("Club Data has 2 primary certifiers: all must sign: Ana, Ben.",)


# A required signer is deactivated


def test_a_signer_deactivated_before_anybody_signed_is_not_required(office):
    office.person("Ana")
    office.person("Ben")
    office.ready()
    office.deactivate("Ben")
    assert office.sign("Ana").certification.revision == 1


def test_a_deactivation_between_signatures_never_completes_a_certification_by_itself(office):
    office.person("Ana")
    office.person("Ben")
    office.ready()
    office.sign("Ana")
    office.deactivate("Ben")
    status = office.status()
    assert (status.submission.status, status.certifications, status.missing) == ("open", (), ())


def test_after_a_deactivation_between_signatures_an_act_of_who_is_left_certifies(office):
    office.person("Ana")
    office.person("Ben")
    office.ready()
    office.sign("Ana")
    office.deactivate("Ben")
    assert office.sign("Ana").certification.revision == 1


def test_a_signer_deactivated_after_signing_stays_a_signer(office):
    import json

    office.person("Ana")
    office.person("Ben")
    office.ready()
    office.sign("Ana")
    office.deactivate("Ana")
    receipt = json.loads(office.sign("Ben").receipt)
    assert [one["name"] for one in receipt["signatures"]] == ["Ana", "Ben"]


def test_a_certification_stands_when_its_signers_are_deactivated(office):
    office.person("Ana")
    office.ready()
    office.sign("Ana")
    office.deactivate("Ana")
    status = office.status()
    assert [one.status for one in status.certifications] == ["standing"]


def test_a_deactivated_signer_cannot_sign(office):
    office.person("Ana")
    office.person("Ben")
    office.ready()
    office.deactivate("Ben")
    with pytest.raises(NotACertifierError) as refused:
        office.sign("Ben")
    assert str(refused.value) == (
        "Ben is no longer an active certifier of Club Data for 001, and may not sign. "
        "Ask whoever assigns certifiers there."
    )


def test_with_no_active_signer_nothing_can_be_certified(office):
    office.person("Ana")
    office.person("Ben")
    office.ready()
    office.sign("Ana")
    office.deactivate("Ana")
    office.deactivate("Ben")
    with pytest.raises(GatesRefusedError) as refused:
        office.sign("Ana")
    assert str(refused.value) == (
        "xx/clubs/2025/001 cannot be signed yet: "
        "(1) Club Data has no active primary certifier for 001, so nobody can sign. Assign one."
    )
    assert office.status().certifications == ()
    assert office.status().warnings == ("Club Data has no active primary certifier, so nothing can be certified.",)


# The data change


def test_a_change_between_two_signatures_lapses_the_first_and_says_so(office, rows):
    office.person("Ana")
    office.person("Ben")
    office.ready()
    office.sign("Ana")
    office.put(rows[2])
    office.check()
    (shown,) = office.status().signatures
    assert shown.lapse_reason == "The data changed after Ana signed."
    second = office.sign("Ben")
    assert (second.certification, second.missing) == (None, ("Ana",))
    assert [(one.name, one.lapse_reason) for one in second.lapsed] == [("Ana", "The data changed after Ana signed.")]
    assert office.sign("Ana").certification.rows == 3


def test_lapsed_signatures_are_not_in_the_receipt(office, rows):
    import json

    office.person("Ana")
    office.person("Ben")
    office.ready()
    office.sign("Ana")
    office.put(rows[2])
    office.check()
    office.sign("Ben")
    receipt = json.loads(office.sign("Ana").receipt)
    assert [one["name"] for one in receipt["signatures"]] == ["Ben", "Ana"]


def test_noting_changes_lapses_at_once_and_once(office, rows):
    office.person("Ana")
    office.person("Ben")
    office.ready()
    office.sign("Ana")
    assert desks.note_changes(office.desk, office.clubs.ana, office.key) == ()
    office.put(rows[2])
    assert desks.note_changes(office.desk, office.clubs.ana, office.key) == ("The data changed after Ana signed.",)
    assert desks.note_changes(office.desk, office.clubs.ana, office.key) == ()


def test_who_looked_at_other_data_signs_nothing(office, rows):
    office.person("Ana")
    office.ready()
    looked_at = office.status().digest
    office.put(rows[2])
    office.check()
    with pytest.raises(DataChangedError) as refused:
        office.sign("Ana", looked_at=looked_at)
    assert str(refused.value) == (
        "The data of xx/clubs/2025/001 changed after you looked at them. Nothing was signed; look again, then sign."
    )
    assert office.sign("Ana", looked_at=office.status().digest).certification.revision == 1


def test_where_certified_data_stay_open_signing_again_is_the_next_revision(office, rows):
    office.person("Ana")
    office.person("Ben")
    office.ready()
    office.sign("Ana")
    office.sign("Ben")
    office.put(rows[2])
    office.check()
    status = office.status()
    assert (status.changed, status.revision, [one.status for one in status.certifications]) == (True, 2, ["standing"])
    office.sign("Ana")
    assert [(one.revision, one.status) for one in office.status().certifications] == [(1, "standing")]
    office.sign("Ben")
    status = office.status()
    assert [(one.revision, one.status) for one in status.certifications] == [(1, "superseded"), (2, "standing")]
    assert status.submission.revision == 2


def test_the_next_receipt_names_the_one_before(office, rows):
    import json

    office.person("Ana")
    office.ready()
    first = office.sign("Ana")
    office.put(rows[2])
    office.check()
    second = json.loads(office.sign("Ana").receipt)
    assert second["previous"] == first.certification.receipt
    assert second["revision"] == 2


def test_where_certified_data_need_reopening_nothing_is_signed_before(office_with, rows):
    office = office_with(after_signing="needs reopening")
    office.person("Ana")
    office.ready()
    office.sign("Ana")
    office.collection = office.collection.model_copy(update={"after_signing": "open"})
    office.put(rows[2])
    with pytest.raises(NeedsReopeningError) as refused:
        office.sign("Ana")
    assert str(refused.value) == (
        "xx/clubs/2025/001 is certified (revision 1). To correct it, ask for recertification and say why."
    )


# At the same time


def test_two_who_sign_at_once_certify_once(office):
    names = ["Ana", "Ben"]
    for name in names:
        office.person(name)
    office.ready()
    with ThreadPoolExecutor(2) as pool:
        results = list(pool.map(office.sign, names))
    certified = [one for one in results if one.certification]
    assert [one.certification.revision for one in certified] == [1]
    assert [one.missing for one in results if not one.certification] in ([("Ana",)], [("Ben",)])
    assert len(office.status().signatures) == 2


def test_one_who_signs_twice_at_once_signs_once(office):
    office.person("Ana")
    office.person("Ben")
    office.ready()

    def sign(_):
        try:
            return office.sign("Ana").signature.name
        except SignedAlreadyError:
            return "already"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(sign, range(2))) == ["Ana", "already"]


def test_an_upload_that_arrives_during_signing_waits_and_is_not_in_what_was_signed(office, rows, monkeypatch):
    office.person("Ana")
    office.ready()
    reached, go = Event(), Event()

    def slowly(*given):
        reached.set()
        assert go.wait(20)
        return sealing.certify(*given)

    monkeypatch.setattr(signing, "certify", slowly)
    with ThreadPoolExecutor(2) as pool:
        signed = pool.submit(office.sign, "Ana")
        assert reached.wait(20)
        uploaded = pool.submit(office.put, rows[2])
        go.set()
        result = signed.result()
        assert uploaded.result().created == 1
    assert result.certification.rows == 2
    status = office.status()
    assert (status.rows, status.changed) == (3, True)
    assert desks.snapshot(office.desk, office.clubs.ana, office.key).count(b"\n") == 3


def test_an_upload_that_arrives_before_the_lock_makes_signing_refuse(office, rows, monkeypatch):
    office.person("Ana")
    office.ready()

    def upload_first(*given):
        office.put(rows[2])
        return password(*given)

    password = signing.people.check_password
    monkeypatch.setattr(signing.people, "check_password", upload_first)
    with pytest.raises(GatesRefusedError, match="Changed since the last validation: the data"):
        office.sign("Ana")
    assert office.status().certifications == ()
