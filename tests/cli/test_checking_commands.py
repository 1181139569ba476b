"""``muster validate``, ``upload``, ``batches`` and ``template`` with the README's state: a stranger's, without database or catalogs."""

import csv
import io
import json
from xml.etree import ElementTree as ET

import openpyxl
import pytest

HEADER = "School,Student ID,Credits"
GOOD = f"{HEADER}\n0101,000012345,2.50\n0101,000012346,0.5\n"
BAD = f"{HEADER}\n0101,000012345,2.50\n0101,000012346,one\n0101,000012347,9\n"
ADDRESS = "lag/credits"


@pytest.fixture(autouse=True)
def _lagoon_is_installed(lagoon, monkeypatch):
    monkeypatch.syspath_prepend(lagoon)


@pytest.fixture
def file(tmp_path):
    """Return a function that writes a file in the folder the commands run in."""

    def write(name, text):
        (tmp_path / name).write_text(text)
        return name

    return write


def validate(call, name, *options):
    return call("validate", ADDRESS, name, "--year", "2026", *options)


def upload(call, name, *options):
    return call("upload", ADDRESS, name, "--year", "2026", "--as-of", "2026-06-01", *options)


def test_a_good_file_is_exit_0(call, file):
    answer = validate(call, file("good.csv", GOOD))
    assert answer.code == 0
    assert answer.out.startswith("All 2 rows are good.\n")
    assert answer.err == ""


def test_a_rejected_row_is_exit_1_with_value_place_rule_and_remedy(call, file):
    answer = validate(call, file("bad.csv", BAD))
    assert answer.code == 1
    assert answer.out.startswith("1 of 3 rows was not accepted; 2 are good.\n")
    for piece in ("one", "row 3", "LAG-01", "Correct the value and send the row again.", "9.00 credits in one year"):
        assert piece in answer.out


def test_warnings_alone_are_exit_0(call, file):
    answer = validate(call, file("warned.csv", f"{HEADER}\n0101,000012347,9\n"))
    assert answer.code == 0
    assert "1 warning to look at" in answer.out


def test_json_is_alone_on_standard_output(call, file):
    document = json.loads(validate(call, file("bad.csv", BAD), "--json").out)
    assert set(document) >= {"collection", "year", "file", "ruleset", "summary", "coverage", "causes", "findings"}
    assert document["file"]["rows"] == 3
    assert len(document["file"]["sha256"]) == 64
    (stopping,) = [one for one in document["findings"] if one["stops"] == "row"]
    assert (stopping["rule"], stopping["row"], stopping["column"], stopping["value"]) == ("LAG-01", 3, "credits", "one")
    assert stopping["fingerprint"]
    assert {one["rule"]: one["status"] for one in document["coverage"]}["LAG-02"] == "ran"
    assert validate(call, "bad.csv", "--format", "json").out == validate(call, "bad.csv", "--json").out


def test_csv_has_a_line_a_finding(call, file):
    lines = list(csv.reader(io.StringIO(validate(call, file("bad.csv", BAD), "--format", "csv").out)))
    assert len(lines) == 3
    assert "LAG-01" in lines[1]


def test_junit_has_no_values(call, file):
    out = validate(call, file("bad.csv", BAD), "--format", "junit").out
    suite = ET.fromstring(out)  # our own output
    assert int(next(suite.iter("testsuite")).get("failures")) == 1
    assert "000012346" not in out
    assert ">one<" not in out
    assert '"one"' not in out


def test_report_and_annotated_copy_are_written(call, file, tmp_path):
    answer = validate(call, file("bad.csv", BAD), "--report", "r.xlsx", "--annotate", "a.xlsx")
    assert answer.code == 1
    assert len(openpyxl.load_workbook(tmp_path / "r.xlsx").sheetnames) == 2
    cells = [
        cell.value for row in openpyxl.load_workbook(tmp_path / "a.xlsx").worksheets[0].iter_rows() for cell in row
    ]
    assert "one" in cells


REFUSED = [
    (("validate", ADDRESS, "none.csv", "--year", "2026"), 'muster: There is no file "none.csv". Check the name and the folder.'),
    (("validate", ADDRESS, "good.csv", "--year", "2030"), "muster: lag/credits has no layout for 2030. Years with one: 2026; choose one with --year."),
    (("validate", ADDRESS, "good.csv", "--year", "2026", "--layout", "x"), 'muster: lag/credits has no layout "x" for 2026. Known: credits.'),
    (("validate", "lag/nets", "good.csv", "--year", "2026"), 'muster: There is no collection "lag/nets".'),
    (("validate", ADDRESS, "good.csv", "--year", "2026", "--reference", "no"), 'muster: There is no reference folder "no". Give the folder that holds the CSV files.'),
    (("batches", "7"), "muster: There is no batch 7"),
    (("batches", "--delete"), "--delete needs the number of a batch, such as: muster batches 3 --delete"),
    (("template", ADDRESS, "--year", "2030", "-o", "t.csv"), "muster: lag/credits has no layout for 2030."),
    (("sample", ADDRESS, "--year", "2026", "-o", "s"), "muster: There is no sample for lag/credits: its state brings none."),
    (("sample", ADDRESS, "--year", "2026", "--errors", "lots", "-o", "s"), '"lots" is none of: none, each, or a share of rows such as 0.01.'),
]  # fmt: skip


@pytest.mark.parametrize(
    ("arguments", "sentence"), REFUSED, ids=lambda one: " ".join(one)[:40] if isinstance(one, tuple) else ""
)
def test_where_no_answer_is_possible_it_is_exit_2_and_one_sentence(call, file, arguments, sentence):
    file("good.csv", GOOD)
    answer = call(*arguments)
    assert answer.code == 2
    assert sentence in answer.err
    assert "Traceback" not in answer.err
    assert answer.out == ""


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [("empty.csv", "", "empty"), ("header.csv", f"{HEADER}\n", "row"), ("other.csv", "Moon,Tide\n1,2\n", "column names of a template"), ("good.txt", GOOD, ".csv")],
)  # fmt: skip
def test_a_file_that_cannot_be_used_is_exit_1_with_a_finding(call, file, name, text, words):
    answer = validate(call, file(name, text))
    assert answer.code == 1
    assert answer.out.startswith("The file was not accepted: ")
    assert words in answer.out
    assert "Traceback" not in answer.err


def test_validate_stores_nothing(call, file, tmp_path):
    validate(call, file("bad.csv", BAD))
    assert sorted(one.name for one in tmp_path.iterdir()) == ["bad.csv"]


def test_upload_stores_the_good_rows_and_says_how_many_were_not_added(call, file):
    answer = upload(call, file("bad.csv", BAD))
    assert answer.code == 1
    assert "Batch 1: Records: 2 created, 0 updated, 0 unchanged." in answer.out
    assert (
        '1 of 3 rows was not added; correct them and send them again. See them with "muster batches 1".' in answer.out
    )


def test_the_rows_not_added_are_listed_with_their_values_and_messages(call, file):
    upload(call, file("bad.csv", BAD))
    out = call("batches", "1").out
    assert "Records not added: 1 row\n  Row 3: 0101 | 000012346 | one\n" in out
    assert "(LAG-01)" in out


def test_a_test_run_keeps_the_file_and_stores_nothing(call, file):
    assert (
        "Batch 1: a test; nothing was stored. The file is kept."
        in upload(call, file("good.csv", GOOD), "--mode", "test").out
    )
    assert "Batch 2: Records: 2 created" in upload(call, "good.csv").out


def test_a_rejected_file_stores_nothing(call, file):
    answer = upload(call, file("other.csv", "Moon,Tide\n1,2\n"))
    assert answer.code == 1
    assert "Batch 1: nothing was stored. The file is kept." in answer.out


def test_the_same_file_again_changes_nothing_and_is_noticed(call, file):
    upload(call, file("good.csv", GOOD))
    answer = upload(call, "good.csv")
    assert "Batch 2: Records: 0 created, 0 updated, 2 unchanged." in answer.out
    assert "batch 1" in answer.out.lower().replace("batch 1:", "")


def test_upload_as_json_has_run_and_batch(call, file):
    document = json.loads(upload(call, file("bad.csv", BAD), "--json").out)
    assert document["batch"]["created"] == 2
    assert document["batch"]["not_added"] == 1
    assert document["summary"]["rejected"] == 1


def test_batches_are_listed_and_deleted(call, file):
    assert call("batches").out == 'Nothing has been uploaded yet; "muster upload --help" shows how.\n'
    upload(call, file("bad.csv", BAD), "--as", "Ada Alderwick")
    line = call("batches").out.splitlines()[1].split("\t")
    assert (line[0], line[1], line[4], line[6], line[-1]) == ("1", ADDRESS, "bad.csv", "Ada Alderwick", "1 of 3")
    assert (
        call("batches", "1", "--delete").out
        == "Batch 1 is deleted: 2 records deleted, 0 records set back to what they were.\n"
    )
    assert json.loads(call("batches", "--json").out)[0]["status"] == "deleted"
    shown = call("batches", "1").out
    assert "Status: deleted. Deleted by " in shown
    assert "; when it was stored: Records: 2 created, 0 updated, 0 unchanged." in shown
    assert "Batch 2: Records: 2 created" in upload(call, "bad.csv").out


def test_a_record_that_someone_changed_since_stays(call, file):
    upload(call, file("one.csv", GOOD))
    upload(call, file("two.csv", GOOD.replace("2.50", "3.00")))
    out = call("batches", "1", "--delete").out
    assert "1 record deleted, 0 records set back" in out
    assert "1 record stays, since someone changed it afterwards:" in out.splitlines()
    assert "batch 2" in out


def test_batch_and_deletion_as_json(call, file):
    upload(call, file("bad.csv", BAD))
    detail = json.loads(call("batches", "1", "--json").out)
    assert detail["not_added"][0]["values"]["credits"] == "one"
    assert json.loads(call("batches", "1", "--delete", "--json").out)["deleted"] == 2


@pytest.mark.parametrize(
    ("name", "options", "said"),
    [
        ("good.csv", ("--mode", "test"), "Status: tested. It was a test: nothing was stored."),
        ("good.txt", (), "Status: file rejected. Nothing was stored."),
    ],
)
def test_a_batch_that_left_nothing_says_so(call, file, name, options, said):
    upload(call, file(name, GOOD), *options)
    assert said in call("batches", "1").out.splitlines()


def test_a_template_is_written_and_read_back(call, tmp_path):
    answer = call("template", ADDRESS, "--year", "2026", "-o", "t.csv")
    assert answer.out.startswith("Written: t.csv")
    (tmp_path / "t.csv").write_text((tmp_path / "t.csv").read_text() + "0101,000012345,1\n")
    assert validate(call, "t.csv").code == 0
    assert json.loads(call("template", ADDRESS, "--year", "2026", "-o", "u.csv", "--json").out)["written"][0] == "u.csv"


def test_a_hook_that_crashes_is_exit_2_and_says_nothing_of_the_data(call, file, tmp_path, monkeypatch):
    (tmp_path / "stranger_crash.py").write_text(
        "from muster.plugins import hookimpl\n@hookimpl\ndef validate(records):\n    raise ValueError(str(records['student'][0]))\n"
    )
    info = tmp_path / "crash-1.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: crash\nVersion: 1\n")
    (info / "entry_points.txt").write_text("[muster.states]\ncrash = stranger_crash\n")
    monkeypatch.syspath_prepend(tmp_path)
    answer = validate(call, file("good.csv", GOOD))
    assert answer.code == 2
    assert "There is no answer: 1 rule could not be asked." in answer.out
    assert "000012345" not in answer.out + answer.err


def test_student_data_stays_out_of_standard_error(call, file):
    for form in ("text", "json", "csv", "junit"):
        answer = validate(call, file("bad.csv", BAD), "--format", form)
        assert "000012346" not in answer.err
