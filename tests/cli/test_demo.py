"""``muster demo``: every district's mistakes are found, mended and stored, in a folder that the demo may use."""

import json

import pytest

from muster_cli.commands.demo_command import DemoFailedError, _do


def test_every_corrected_row_is_stored(call, tmp_path):
    answer = call("demo", "--json")
    assert answer.code == 0, answer.err
    told = json.loads(answer.out)
    assert told
    for one in told:
        assert 0 < one["accepted"] < one["rows"]
        assert one["corrected"] > 0
        assert one["rejected"] == 0
    assert (tmp_path / "demo/muster.sqlite").exists()
    assert not (tmp_path / ".muster").exists()


def test_a_folder_with_other_files_is_left_alone(call, tmp_path):
    (tmp_path / "thesis").mkdir()
    (tmp_path / "thesis/chapter.txt").write_text("precious")
    answer = call("demo", "-o", "thesis")
    assert answer.code == 2
    assert answer.err == 'muster: The folder "thesis" holds other files. Choose an empty one with -o.\n'
    assert (tmp_path / "thesis/chapter.txt").read_text() == "precious"


def test_a_step_that_fails_stops_the_demo(call):
    with pytest.raises(DemoFailedError) as caught:
        _do("batches", "99")
    assert str(caught.value) == "The demo stopped: `muster batches 99` ended with exit code 2."
