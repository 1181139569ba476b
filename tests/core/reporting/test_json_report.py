import io
import json
from pathlib import Path

import pytest

from muster.model.findings import Coverage
from muster.reporting.document import run_document, write_json


@pytest.fixture
def run(finding, make_run):
    grouped = finding(
        7, rule="XX-R02", severity="warning", stops="nothing", rows=(7, 8), rows_total=14, message="They differ"
    )
    coverage = (Coverage("XX-R01", "ran", findings=2, not_asked=1), Coverage("XX-R04", "skipped", "no roster"))
    return make_run([finding(4), finding(5), grouped], coverage=coverage, notes=("Read as Students.",))


def written(run, collection, state):
    stream = io.StringIO()
    write_json(run, collection, state, stream)
    return stream.getvalue()


def test_whole_document(run, collection, state, golden):
    golden("reporting/report.json", written(run, collection, state))


@pytest.mark.parametrize("findings", [True, False])
def test_the_streamed_document_equals_the_whole_one(run, make_run, collection, state, findings):
    run = run if findings else make_run()
    assert json.loads(written(run, collection, state)) == run_document(run, collection, state)


def test_fields_that_programs_rely_on(run, collection, state):
    document = run_document(run, collection, state)
    assert (document["collection"], document["year"]) == ("xx/sample", 2025)
    assert document["file"] | {"name": "fall.xlsx", "sha256": "ab" * 32, "rows": 40} == document["file"]
    assert document["ruleset"] == {"id": "xx/sample/2025", "digest": "cd" * 32, "overlay": ""}
    summary = document["summary"]
    assert (summary["rows"], summary["accepted"], summary["rejected"]) == (40, 38, 2)
    assert summary["findings"] == {"error": 2, "warning": 1, "info": 0}
    assert summary["stops"] == {"file": 0, "row": 2, "signature": 0, "nothing": 1}
    assert summary["verdict"] == "rows rejected"
    assert document["coverage"][1] == {
        "rule": "XX-R04", "status": "skipped", "reason": "no roster", "findings": 0, "not_asked": 0
    }  # fmt: skip
    assert document["findings"][0] == {
        "rule": "XX-R01", "revision": 1, "severity": "error", "stops": "row", "sheet": "Data", "row": 4,
        "message": "Course 52030030 is not in the coherent sequence of school 0201",
        "fix": "Add it there, or correct the course", "column": "course", "label": "Course No.", "value": "52030030",
        "fingerprint": "f4",
    }  # fmt: skip
    assert (document["findings"][2]["rows"], document["findings"][2]["rows_total"]) == ([7, 8], 14)


def test_a_rejected_file_accepts_no_row(finding, make_run, collection, state):
    run = make_run([finding(None, stops="file")])
    assert (
        run_document(run, collection, state)["summary"] | {"accepted": 0, "rejected": 40}
        == (run_document(run, collection, state)["summary"])
    )


def test_many_findings_are_written_one_by_one(finding, make_run, collection, state):
    class Longest:
        longest = 0

        def write(self, text):
            self.longest = max(self.longest, len(text))

    stream = Longest()
    run = make_run(lambda: (finding(row) for row in range(2, 5002)), rows=5000, number=5000)
    write_json(run, collection, state, stream)
    assert stream.longest < 10_000


SCHEMA = json.loads((Path(__file__).parents[3] / "docs" / "run.schema.json").read_text(encoding="utf-8"))
TYPES = {"object": dict, "array": list, "string": str, "integer": int, "null": type(None)}


def differences(value, schema, place="document"):
    """Return how a document differs from the published schema; of the schema language only what that file uses."""
    if "enum" in schema:
        return [] if value in schema["enum"] else [f"{place}: {value} is none of {schema['enum']}"]
    kinds = [schema["type"]] if isinstance(schema["type"], str) else schema["type"]
    if not isinstance(value, tuple(TYPES[kind] for kind in kinds)):
        return [f"{place}: {value!r} is not {kinds}"]
    if isinstance(value, list):
        return [one for item in value for one in differences(item, schema["items"], f"{place}[]")]
    if not isinstance(value, dict) or schema.keys() <= {"type", "description"}:
        return []
    known = schema.get("properties", dict.fromkeys(value, schema.get("additionalProperties")))
    found = [f"{place}: {key} is missing" for key in schema.get("required", []) if key not in value]
    found += [f"{place}: {key} is not in the schema" for key in value if key not in known]
    return found + [
        one for key, item in value.items() if key in known for one in differences(item, known[key], f"{place}.{key}")
    ]


def test_the_document_keeps_to_its_published_schema(run, finding, make_run, collection, state):
    unread = make_run(
        [finding(None, stops="file", sheet=None)], layout=None, sheet=None, format="unknown", header={"a": "b"}
    )
    for one in (run, unread, make_run(crashed=True)):
        assert differences(run_document(one, collection, state), SCHEMA) == []


def test_what_an_upload_stored_stands_beside_the_run(run, collection, state):
    stream = io.StringIO()
    write_json(run, collection, state, stream, batch={"id": 7, "created": 38})
    document = json.loads(stream.getvalue())
    assert document["batch"] == {"id": 7, "created": 38}
    assert differences(document, SCHEMA) == []


def test_a_document_that_breaks_the_schema_is_noticed(run, collection, state):
    document = run_document(run, collection, state) | {"year": "2025", "more": 1}
    del document["when"]
    assert differences(document, SCHEMA) == [
        "document: when is missing", "document: more is not in the schema", "document.year: '2025' is not ['integer']",
    ]  # fmt: skip
