"""Keys that seal receipts: made outside the database, exported, retired."""

import json
import stat
from datetime import UTC, datetime

import pytest

from muster.certifying.canonical import UnreadableDocumentError
from muster.certifying.key_files import NoKeyFileError, PrivateKeyGivenError, read_key, trusted_keys
from muster.certifying.keys import (
    KeyFolderError,
    KeyRetiredError,
    NoSealingKeyError,
    OpenKeyError,
    UnknownKeyError,
    current_key,
    export_key,
    list_keys,
    new_key,
    retire_key,
)

MARCH = datetime(2025, 3, 14, 15, 9, 26, 535, tzinfo=UTC)
APRIL = datetime(2025, 4, 1, tzinfo=UTC)


def test_a_new_key_is_a_file_that_only_its_owner_may_read(tmp_path):
    key = new_key(tmp_path / "home" / "keys", MARCH)
    file = tmp_path / "home" / "keys" / f"{key.id}.json"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    assert [one.id for one in list_keys(file.parent)] == [key.id]
    assert list(file.parent.iterdir()) == [file]


def test_what_a_key_seals_its_public_half_recognises(tmp_path):
    key = new_key(tmp_path, MARCH)
    seal = current_key(tmp_path).seal(b"what was signed")
    assert key.sealed(b"what was signed", seal)
    assert not key.sealed(b"what was signeD", seal)
    assert not new_key(tmp_path, MARCH).sealed(b"what was signed", seal)


def test_the_newest_key_in_use_seals(tmp_path):
    new_key(tmp_path, MARCH)
    newer = new_key(tmp_path, APRIL)
    assert current_key(tmp_path).public == newer


def test_the_private_half_is_not_printed(tmp_path):
    key = new_key(tmp_path, MARCH)
    private = json.loads((tmp_path / f"{key.id}.json").read_text())["private"]
    assert repr(current_key(tmp_path)) == f"SealingKey({key.id})"
    assert private not in repr(current_key(tmp_path))


def test_an_exported_key_is_public_and_can_be_trusted(tmp_path):
    key = new_key(tmp_path / "keys", MARCH)
    export_key(tmp_path / "keys", None, tmp_path / "agency.json")
    assert set(json.loads((tmp_path / "agency.json").read_text())) == {
        "format", "id", "algorithm", "public", "made", "retired",
    }  # fmt: skip
    assert trusted_keys(tmp_path / "agency.json") == {key.id: key}


def test_a_key_exported_into_a_folder_is_named_by_its_id(tmp_path):
    key = new_key(tmp_path / "keys", MARCH)
    (tmp_path / "trust").mkdir()
    export_key(tmp_path / "keys", key.id, tmp_path / "trust")
    assert trusted_keys(tmp_path / "trust") == {key.id: key}


def test_a_retired_key_is_listed_with_its_day_and_seals_no_more(tmp_path):
    key = new_key(tmp_path, MARCH)
    retire_key(tmp_path, key.id, APRIL)
    assert [(one.id, one.retired) for one in list_keys(tmp_path)] == [(key.id, APRIL)]
    assert "private" not in (tmp_path / f"{key.id}.json").read_text()
    with pytest.raises(NoSealingKeyError) as refused:
        current_key(tmp_path)
    assert str(refused.value) == (
        f'There is no key in "{tmp_path}" to seal receipts with, so nothing can be signed. '
        'Whoever runs muster here makes one with "muster keys new".'
    )


def test_a_key_is_retired_once(tmp_path):
    key = new_key(tmp_path, MARCH)
    retire_key(tmp_path, key.id, APRIL)
    with pytest.raises(KeyRetiredError, match=f'The key "{key.id}" was retired on 2025-04-01 already.'):
        retire_key(tmp_path, key.id, APRIL)


def test_an_unknown_key_is_refused_with_those_there_are(tmp_path):
    key = new_key(tmp_path, MARCH)
    with pytest.raises(UnknownKeyError, match=f'There is no key "k-1". Known: {key.id}; see "muster keys list".'):
        export_key(tmp_path, "k-1", tmp_path / "out.json")


def test_a_private_key_that_others_may_read_seals_nothing(tmp_path):
    key = new_key(tmp_path, MARCH)
    (tmp_path / f"{key.id}.json").chmod(0o644)
    with pytest.raises(OpenKeyError) as refused:
        current_key(tmp_path)
    assert str(refused.value) == (
        f'The private key "{tmp_path / key.id}.json" may be read by others, so its seal would prove nothing. '
        "If nobody can have copied it, take their rights away (chmod 600); otherwise retire it and make another."
    )


def test_a_private_key_is_not_taken_for_trust(tmp_path):
    key = new_key(tmp_path, MARCH)
    with pytest.raises(PrivateKeyGivenError) as refused:
        trusted_keys(tmp_path)
    assert str(refused.value) == (
        f'"{tmp_path / key.id}.json" holds a private key, which belongs to nobody but the agency\'s server. '
        'Use the public half, which "muster keys export" writes.'
    )


def test_a_folder_without_keys_is_no_trust(tmp_path):
    with pytest.raises(NoKeyFileError) as refused:
        trusted_keys(tmp_path)
    assert str(refused.value) == (
        f'There is no key at "{tmp_path}". Give the agency\'s key file, or a folder of key files, with --key; '
        'the agency writes one with "muster keys export".'
    )


@pytest.mark.parametrize(
    "change", [{"id": "k-0000000000000000"}, {"public": "!"}, {"made": "2025-03-14"}, {"made": 3}, {"format": "x"}]
)
def test_a_key_file_that_was_changed_is_refused(tmp_path, change):
    new_key(tmp_path / "keys", MARCH)
    export_key(tmp_path / "keys", None, tmp_path / "key.json")
    document = json.loads((tmp_path / "key.json").read_text()) | change
    (tmp_path / "key.json").write_text(json.dumps(document))
    with pytest.raises(UnreadableDocumentError) as refused:
        read_key(tmp_path / "key.json")
    assert str(refused.value) == (
        f'"{tmp_path}/key.json" cannot be read: it is not a key file of muster; "muster keys export" writes one.'
    )


def test_halves_that_do_not_belong_together_are_refused(tmp_path):
    one, other = new_key(tmp_path, MARCH), new_key(tmp_path, MARCH)
    documents = {key.id: json.loads((tmp_path / f"{key.id}.json").read_text()) for key in (one, other)}
    documents[one.id]["private"] = documents[other.id]["private"]
    (tmp_path / f"{one.id}.json").write_text(json.dumps(documents[one.id]))
    with pytest.raises(UnreadableDocumentError, match="its two halves do not belong together."):
        list_keys(tmp_path)


def test_a_folder_that_cannot_be_made_is_said(tmp_path):
    (tmp_path / "keys").write_text("a file")
    with pytest.raises(KeyFolderError) as refused:
        new_key(tmp_path / "keys", MARCH)
    assert str(refused.value) == (
        f'The folder of keys "{tmp_path / "keys"}" cannot be used: file exists. Nothing was changed.'
    )
