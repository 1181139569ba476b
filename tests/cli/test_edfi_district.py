"""A Montana file for the people of the Ed-Fi sample district: imported, sampled, checked, uploaded."""

import json
import os
from pathlib import Path

import pytest

SHARED = Path(os.environ.get("MUSTER_SHARED", Path(__file__).parents[3] / "shared"))
EDFI = SHARED / "real" / "edfi"

pytestmark = [
    pytest.mark.both_states,
    pytest.mark.skipif(not EDFI.is_dir(), reason="the Ed-Fi sample data (shared/real/edfi) are not beside the project"),
]


def test_the_people_of_the_edfi_sample_validate_and_upload(call, tmp_path):
    imported = call("import", "ed-fi", EDFI, "--state", "mt", "--org", "255901", "--to", "people")
    assert "roster: 960 rows" in imported.out
    assert "No enrollments: there is no StudentSchoolAssociation" in imported.out
    written = call("sample", "mt/cte-eoy", "--year", "2025", "--rows", "960", "--people", "people", "-o", "district")
    assert "enrollments, pathways and credits are made up" in written.out
    organization = json.loads((tmp_path / "district/expected.json").read_text())["organization"]
    asked = ("mt/cte-eoy", "district/cte-eoy.tsv", "--year", "2025", "--org", organization, "--as-of", "2025-05-20")
    checked = call("validate", *asked, "--reference", "district/reference")
    assert (checked.code, checked.out.splitlines()[0]) == (0, "All 960 rows are good.")
    assert call("import", "csv", "district/reference", "--state", "mt", "--org", organization).code == 0
    stored = call("upload", *asked)
    assert stored.code == 0
    assert "Records: 960 created, 0 updated, 0 unchanged." in stored.out
