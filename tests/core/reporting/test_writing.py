import io

import pytest

from muster.errors import MusterError
from muster.reporting.writing import whole, whole_text


def test_a_file_appears_when_it_is_whole(tmp_path):
    target = tmp_path / "report.xlsx"
    with whole(target) as stream:
        stream.write(b"new")
        assert not target.exists()
    assert target.read_bytes() == b"new"
    assert [one.name for one in tmp_path.iterdir()] == ["report.xlsx"]


def test_a_failure_leaves_the_old_file_and_nothing_else(tmp_path):
    target = tmp_path / "report.xlsx"
    target.write_bytes(b"old")
    with pytest.raises(ZeroDivisionError), whole(target) as stream:
        stream.write(b"half" * (1 // 0))
    assert target.read_bytes() == b"old"
    assert [one.name for one in tmp_path.iterdir()] == ["report.xlsx"]


def test_text_is_written_with_its_own_line_ends(tmp_path):
    with whole_text(tmp_path / "report.csv") as stream:
        stream.write("Muñoz\r\n")
    assert (tmp_path / "report.csv").read_bytes() == "Muñoz\r\n".encode()


def test_a_stream_is_written_directly():
    binary, text = io.BytesIO(), io.StringIO()
    with whole(binary) as first, whole_text(text) as second:
        first.write(b"1")
        second.write("2")
    assert (binary.getvalue(), text.getvalue()) == (b"1", "2")


def test_a_folder_that_is_not_there_is_one_sentence(tmp_path):
    target = tmp_path / "missing" / "report.xlsx"
    with pytest.raises(MusterError) as problem, whole(target):
        pass
    assert str(problem.value) == (
        f'"{target}" cannot be written: the folder does not exist. '
        "Close it where it is open, or choose another name or folder."
    )


def test_a_target_that_is_a_folder_is_one_sentence(tmp_path):
    with pytest.raises(MusterError, match="cannot be written: is a directory"), whole(tmp_path) as stream:
        stream.write(b"1")
    assert list(tmp_path.iterdir()) == []
