"""Files are kept as they came, once, in chunks."""

import hashlib

import pytest
from sqlalchemy import func, select

from muster.store.blobs import CHUNK, keep_blob, read_blob
from muster.store.schema import blob_chunk


@pytest.mark.parametrize("size", [0, 1, CHUNK, 2 * CHUNK + 5])
def test_a_file_comes_back_byte_by_byte(store, tmp_path, size):
    content = bytes(number % 251 for number in range(1000)) * (size // 1000 + 1)
    path = tmp_path / "file.bin"
    path.write_bytes(content[:size])
    with store.writing() as connection:
        kept = keep_blob(connection, path)
    assert (kept.sha256, kept.size) == (hashlib.sha256(content[:size]).hexdigest(), size)
    with store.reading() as connection:
        assert b"".join(read_blob(connection, kept.sha256)) == content[:size]


def test_the_same_content_is_kept_once(store):
    with store.writing() as connection:
        assert keep_blob(connection, b"twice") == keep_blob(connection, b"twice")
        assert connection.execute(select(func.count()).select_from(blob_chunk)).scalar_one() == 1


def test_what_was_never_kept_has_no_bytes(store):
    with store.reading() as connection:
        assert list(read_blob(connection, "0" * 64)) == []
