"""What is handed over for import is opened with care."""

import io
import struct
import zipfile

import pytest

from muster.reference import parcels
from muster.reference.parcels import open_parcel
from muster.reference.refusals import ImportRefusedError


def made(path, files):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return path


def refusal(path, suffix=".csv"):
    with pytest.raises(ImportRefusedError) as caught:
        read_all(path, suffix)
    return str(caught.value)


def read_all(path, suffix):
    parcel = open_parcel(path, suffix)
    return [parcel.read(name) for name in parcel.files]


def test_a_path_that_leads_nowhere(tmp_path):
    assert refusal(tmp_path / "x.zip") == f'There is no file or folder "{tmp_path / "x.zip"}". Check the name.'


@pytest.mark.parametrize("data", [b"", b"hello", b"PK\x03\x04"])
def test_what_is_no_zip(tmp_path, data):
    (tmp_path / "x.zip").write_bytes(data)
    assert refusal(tmp_path / "x.zip") == "x.zip is not a zip file, or it is cut off. Export or download it again."


def test_a_truncated_zip(tmp_path):
    path = made(tmp_path / "x.zip", {"a.csv": "1" * 1000})
    path.write_bytes(path.read_bytes()[:-30])
    assert refusal(path) == "x.zip is not a zip file, or it is cut off. Export or download it again."


def test_a_zip_whose_content_is_damaged(tmp_path):
    path = made(tmp_path / "x.zip", {"a.csv": bytes(range(256)) * 20})
    data = bytearray(path.read_bytes())
    data[40:80] = bytes(40)
    path.write_bytes(data)
    assert refusal(path) == "x.zip is not a zip file, or it is cut off. Export or download it again."


def test_a_password(tmp_path):
    path = made(tmp_path / "x.zip", {"a.csv": "1"})
    data = bytearray(path.read_bytes())
    entry = data.index(b"PK\x01\x02")
    struct.pack_into("<H", data, entry + 8, 1)
    path.write_bytes(data)
    assert refusal(path) == "x.zip: a.csv is protected with a password. Export it without one."


def test_a_zip_bomb(tmp_path):
    path = made(tmp_path / "x.zip", {"a.csv": bytes(11 * 1024**2)})
    assert refusal(path) == (
        "x.zip was not opened: a.csv claims to grow to 11,534,336 bytes. "
        "Export it again from your student information system."
    )


def test_a_zip_that_is_too_large_as_a_whole(tmp_path, monkeypatch):
    monkeypatch.setattr(parcels, "LARGEST_WHOLE", 3)
    assert refusal(made(tmp_path / "x.zip", {"a.csv": "12", "b.csv": "34"})) == (
        "x.zip was not opened: it claims to grow to 4 bytes. Export it again from your student information system."
    )


def test_a_file_that_is_too_large(tmp_path, monkeypatch):
    monkeypatch.setattr(parcels, "LARGEST_FILE", 3)
    (tmp_path / "a.csv").write_text("1234")
    assert refusal(tmp_path) == "a.csv has more than 3 bytes. Export it in smaller parts."


def test_too_many_files(tmp_path, monkeypatch):
    monkeypatch.setattr(parcels, "MOST_FILES", 1)
    assert refusal(made(tmp_path / "x.zip", {"a.csv": "1", "b.csv": "2"})) == (
        "x.zip was not opened: it holds 2 files, more than 1. Export it again from your student information system."
    )


@pytest.mark.parametrize("name", ["../a.csv", "/etc/a.csv", "C:/a.csv", "x/../../a.csv"])
def test_names_that_lead_outside(tmp_path, name):
    assert refusal(made(tmp_path / "x.zip", {name: "1"})) == (
        "x.zip was not opened: it names a file outside itself. Export it again from your student information system."
    )


def test_two_files_of_one_name(tmp_path):
    assert refusal(made(tmp_path / "x.zip", {"a/users.csv": "1", "b/users.csv": "2"})) == (
        "x.zip was not opened: it holds two files of one name. Export it again from your student information system."
    )


def test_a_zip_a_folder_and_a_single_file_hold_the_same(tmp_path):
    (tmp_path / "a.csv").write_bytes(b"one")
    (tmp_path / "b.txt").write_bytes(b"two")
    zipped = made(tmp_path / "x.zip", {"in/a.csv": "one", "b.txt": "two", "in/": ""})
    for path in (tmp_path, tmp_path / "a.csv", zipped):
        parcel = open_parcel(path, ".csv")
        assert list(parcel.files) == ["a.csv"]
        with parcel.stream("a.csv") as stream:
            assert io.BytesIO(stream.read()).getvalue() == b"one"
