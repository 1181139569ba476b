"""A receipt is proved offline, by the trusted key alone; whatever was changed is refused with one sentence."""

import base64
import gzip
import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from muster.certifying.canonical import canonical_json
from muster.certifying.keys import current_key, export_key, new_key, retire_key
from muster.certifying.receipts import AuditMark, Receipt, Signer, sealed
from muster.certifying.record_digests import read_lines
from muster.certifying.verify import verify
from muster.errors import NoSuchFileError

MADE = datetime(2025, 3, 1, tzinfo=UTC)
SIGNED = datetime(2025, 3, 14, 9, 9, 26, tzinfo=UTC)
LINES = ["stone\tcraft\tdays", "ana-b\tnets\t3", "ben-c\tnets\t4", "cyd-d\tropes\t\u00e9"]
DATA = "".join(f"{line}\n" for line in LINES).encode()


def receipt_of(key, data=DATA, **changes):
    lines = read_lines([data])
    plain = {
        "key": key, "state": "kel", "agency": "Council", "zone": "UTC", "collection": "crafts", "title": "Crafts",
        "year": 2025, "organization": "V-a", "part": {}, "revision": 1, "certified_at": SIGNED,
        "nothing_to_report": False, "rows": lines.records, "columns": lines.heading.decode().split("\t"),
        "record_key": ("stone", "craft"), "data": lines.digest, "records": lines.packed, "snapshot": "0" * 64,
        "ruleset": "1" * 64, "reference": "2" * 64, "overlay": "", "previous": "",
        "signatures": (Signer(name="Ana", role="Elder", signed_at=SIGNED, attestation="By the tide."),),
        "overrides": (), "audit": AuditMark(number=7, digest="3" * 64),
    }  # fmt: skip
    return Receipt(**{**plain, **changes})


@pytest.fixture
def case(tmp_path):
    """Give a folder with keys, the trusted key file, a receipt and its data."""
    new_key(tmp_path / "keys", MADE)
    key = export_key(tmp_path / "keys", None, tmp_path / "key.json")
    (tmp_path / "receipt.json").write_bytes(sealed(receipt_of(key.id), current_key(tmp_path / "keys")))
    (tmp_path / "data.tsv").write_bytes(DATA)
    return tmp_path


def document_key(case):
    return document(case)["key"]


def refusal(case, data="data.tsv"):
    verdict = verify(case / "receipt.json", data and case / data, case / "key.json")
    assert not verdict.valid
    return verdict.sentence


def document(case):
    return json.loads((case / "receipt.json").read_text())


def write(case, document):
    (case / "receipt.json").write_text(json.dumps(document))


def test_a_receipt_with_its_data_stands(case):
    verdict = verify(case / "receipt.json", case / "data.tsv", case / "key.json")
    assert (verdict.valid, verdict.sentence) == (
        True,
        (
            "The receipt stands: kel/crafts/2025/V-a, revision 1, 3 records, signed by Ana; "
            "the data are those that were signed."
        ),
    )


def test_without_data_it_says_that_they_were_not_compared(case):
    verdict = verify(case / "receipt.json", None, case / "key.json")
    assert verdict.valid
    assert verdict.sentence.endswith("signed by Ana. The data were not given, so they were not compared.")


def test_the_compressed_snapshot_verifies_as_well(case):
    (case / "data.tsv.gz").write_bytes(gzip.compress(DATA))
    assert verify(case / "receipt.json", case / "data.tsv.gz", case / "key.json").valid


def test_a_folder_of_keys_can_be_trusted(case):
    (case / "trust").mkdir()
    (case / "key.json").rename(case / "trust" / "agency.json")
    assert verify(case / "receipt.json", case / "data.tsv", case / "trust").valid


def test_spaces_and_order_of_the_receipt_do_not_matter(case):
    write(case, dict(reversed(document(case).items())))
    assert verify(case / "receipt.json", case / "data.tsv", case / "key.json").valid


@pytest.mark.parametrize("name", sorted(set(receipt_of("k-1").model_dump()) - {"key", "format"}))
def test_any_changed_word_of_the_receipt_is_refused(case, name):
    changed = document(case)
    changed[name] = [changed[name]]
    write(case, changed)
    key = changed["key"]
    assert refusal(case) == (
        f"The receipt was not sealed by the key {key}: its text was changed, or another key sealed it."
    )


def test_a_receipt_sealed_again_by_another_key_under_the_trusted_name_is_refused(case):
    key = document(case)["key"]
    new_key(case / "forger", MADE)
    forged = receipt_of(key, data=DATA.replace(b"\t3\n", b"\t9\n"))
    (case / "receipt.json").write_bytes(sealed(forged, current_key(case / "forger")))
    assert refusal(case) == (
        f"The receipt was not sealed by the key {key}: its text was changed, or another key sealed it."
    )


def test_a_receipt_sealed_by_a_key_that_is_not_trusted_is_refused_even_if_it_brings_that_key(case):
    trusted = document(case)["key"]
    other = new_key(case / "forger", MADE)
    (case / "receipt.json").write_bytes(sealed(receipt_of(other.id), current_key(case / "forger")))
    brought = document(case)
    del brought["seal"]
    brought["public"] = other.document()["public"]
    seal = current_key(case / "forger").seal(canonical_json(brought))
    write(case, brought | {"seal": base64.b64encode(seal).decode()})
    assert refusal(case) == (
        f"The receipt says it was sealed by the key {other.id}, which is not among those you trust ({trusted})."
    )


def test_a_receipt_without_a_seal_is_refused(case):
    bare = document(case)
    del bare["seal"]
    write(case, bare)
    assert "was not sealed by the key" in refusal(case)
    write(case, bare | {"seal": "not base 64"})
    assert "was not sealed by the key" in refusal(case)


def test_one_changed_character_names_the_record(case):
    (case / "data.tsv").write_bytes(DATA.replace(b"nets\t4", b"nets\t5"))
    assert refusal(case) == "The data are not what was signed: record 2 (stone ben-c, craft nets) differs."


def test_the_first_of_several_differing_records_is_named(case):
    (case / "data.tsv").write_bytes(DATA.replace(b"\t3", b"\t8").replace(b"\t4", b"\t8"))
    assert refusal(case) == "The data are not what was signed: record 1 (stone ana-b, craft nets) differs."


def test_in_the_compressed_snapshot_as_well(case):
    (case / "data.tsv").write_bytes(gzip.compress(DATA.replace(b"nets\t4", b"nets\t5")))
    assert refusal(case) == "The data are not what was signed: record 2 (stone ben-c, craft nets) differs."


@pytest.mark.parametrize(
    ("lines", "sentence"),
    [
        ([0, 2, 3], "record 1 of 3 is missing"),
        ([0, 1, 3], "record 2 of 3 is missing, after record 1 (stone ana-b, craft nets)"),
        ([0, 1, 2], "record 3 of 3 is missing, after record 2 (stone ben-c, craft nets)"),
        ([0], "record 1 of 3 is missing"),
        ([0, 1, 1, 2, 3], "record 2 (stone ana-b, craft nets) was added"),
        ([0, 1, 2, 3, 3], "record 4 (stone cyd-d, craft ropes) was added"),
        ([1, 1, 2, 3], "the records are the same, but the headings (or the end of the file) differ"),
    ],
)
def test_missing_and_added_records_are_named(case, lines, sentence):
    (case / "data.tsv").write_text("".join(f"{LINES[one]}\n" for one in lines))
    assert refusal(case) == f"The data are not what was signed: {sentence}."


def test_line_ends_that_a_spreadsheet_program_changed_are_a_difference(case):
    (case / "data.tsv").write_bytes(DATA.replace(b"\n", b"\r\n"))
    assert refusal(case) == "The data are not what was signed: record 1 (stone ana-b, craft nets) differs."


def test_a_missing_end_of_the_last_line_is_a_difference(case):
    (case / "data.tsv").write_bytes(DATA[:-1])
    assert refusal(case) == (
        "The data are not what was signed: the records are the same, but the headings (or the end of the file) differ."
    )


def test_a_damaged_snapshot_is_refused(case):
    (case / "data.tsv").write_bytes(gzip.compress(DATA)[:-9])
    path = case / "data.tsv"
    assert refusal(case) == f'"{path}" cannot be unpacked; it was damaged, or it is not what was signed.'


def test_a_retired_key_proves_what_it_sealed_while_in_use(case):
    key = document(case)["key"]
    retire_key(case / "keys", key, SIGNED + timedelta(days=30))
    export_key(case / "keys", key, case / "key.json")
    assert verify(case / "receipt.json", case / "data.tsv", case / "key.json").valid


def test_a_receipt_dated_after_its_key_was_retired_is_refused(case):
    key = document(case)["key"]
    retire_key(case / "keys", key, SIGNED - timedelta(days=1))
    export_key(case / "keys", key, case / "key.json")
    assert refusal(case) == (
        f"The receipt is dated 2025-03-14T09:09:26+00:00, after its key {key} was retired (2025-03-13T09:09:26+00:00)."
    )


def test_a_receipt_dated_before_its_key_was_made_is_refused(case):
    key = current_key(case / "keys")
    early = receipt_of(key.public.id, certified_at=MADE - timedelta(seconds=1))
    (case / "receipt.json").write_bytes(sealed(early, key))
    assert refusal(case) == (
        f"The receipt is dated 2025-02-28T23:59:59+00:00, before its key {key.public.id} was made "
        "(2025-03-01T00:00:00+00:00)."
    )


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "\u0000", '{"format": "x", "format": "y"}', "[" * 100_000, '{"rows": NaN}', '{"key": "\\ud800"}'],
)
def test_a_file_that_is_no_document_is_refused(case, text):
    (case / "receipt.json").write_text(text)
    path = case / "receipt.json"
    assert refusal(case) == f'"{path}" cannot be read: it is not one JSON document.'


@given(st.data())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=150)
def test_a_receipt_with_any_byte_changed_never_stands_for_something_else(case, data):
    whole = sealed(receipt_of(document_key(case)), current_key(case / "keys"))
    place = data.draw(st.integers(0, len(whole) - 1))
    byte = data.draw(st.integers(0, 255))
    path = case / "changed.json"
    path.write_bytes(whole[:place] + bytes([byte]) + whole[place + 1 :])
    verdict = verify(path, None, case / "key.json")
    assert not verdict.valid or verdict.receipt == receipt_of(document_key(case))


@given(st.binary(max_size=200))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=100)
def test_any_other_data_are_refused_with_a_sentence(case, data):
    for content in (data, b"\x1f\x8b" + data, DATA + data):
        (case / "data.tsv").write_bytes(content)
        verdict = verify(case / "receipt.json", case / "data.tsv", case / "key.json")
        assert verdict.valid == (content == DATA)
        assert verdict.sentence.endswith(".")


def test_a_folder_may_hold_receipts_beside_the_keys(case):
    assert verify(case / "receipt.json", case / "data.tsv", case).valid


def test_another_document_is_not_a_receipt(case):
    write(case, {"format": "something"})
    assert refusal(case) == f'"{case / "receipt.json"}" is not a receipt of muster.'


def test_a_receipt_of_a_newer_muster_says_so(case):
    write(case, document(case) | {"format": "muster receipt 2"})
    path = case / "receipt.json"
    assert refusal(case) == f'"{path}" is a receipt of a newer muster (muster receipt 2); verify it with that one.'


def test_a_sealed_document_that_is_not_a_whole_receipt_is_refused(case):
    key = current_key(case / "keys")
    (case / "receipt.json").write_bytes(sealed(receipt_of(key.public.id, rows=4), key))
    path = case / "receipt.json"
    assert refusal(case) == f'"{path}" is sealed, but it is not a whole receipt; ask the agency for another copy.'


def test_a_file_that_is_not_there_is_said(case):
    with pytest.raises(NoSuchFileError, match='There is no file ".*gone.tsv". Check the name and the folder.'):
        verify(case / "receipt.json", case / "gone.tsv", case / "key.json")


def test_verifying_loads_neither_store_nor_database_nor_network():
    code = (
        "import sys, muster.certifying.verify\n"
        "bad = [m for m in sys.modules if m.startswith(('muster.store', 'muster.access', 'sqlalchemy', 'polars', 'urllib.request'))]\n"
        "print(bad)"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"
