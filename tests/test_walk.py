"""Montana from upload to a verified receipt, then reopened, corrected, certified again, and compared."""

import json
from datetime import UTC, date, datetime

import pytest

from muster.access.grants import Scope
from muster.app import CheckRequest, ImportRequest, Muster
from muster.certifying.keys import export_key, new_key
from muster.certifying.signing import Intent
from muster.certifying.verify import verify
from muster.clock import FixedClock
from muster.model.actors import local_actor
from muster.plugins import load_plugins
from muster.settings import Settings
from muster.testing.makers import find_maker
from muster.testing.samples import write_sample

PASSWORD = "a long enough password"
NOW = datetime(2026, 5, 20, 18, tzinfo=UTC)
ADDRESS = "mt/cte-eoy"
CLERK = local_actor("clerk")


class District:
    """A made-up Montana district with one certifier, its file and its database."""

    def __init__(self, folder):
        self.folder = folder
        plugins = load_plugins()
        _, collection = plugins.collection(ADDRESS)
        maker = find_maker(plugins, collection)
        write_sample(maker, collection, year=2026, rows=40, errors="none", seed=5, people=None, directory=folder)
        self.key_of_sample = json.loads((folder / "expected.json").read_text())
        self.organization = self.key_of_sample["organization"]
        settings = Settings(database_url=f"sqlite:///{folder / 'walk.sqlite'}", home=folder)
        self.app = Muster(settings, clock=FixedClock(NOW), plugins=plugins)
        self.app.import_reference(CLERK, ImportRequest("csv", folder / "reference", "mt", self.organization))
        self.app.add_person(CLERK, "Bea Brook", "bea@example.org", PASSWORD)
        self.app.add_person(CLERK, "Ida Aim", "ida@example.org", PASSWORD)
        self.app.give_role(CLERK, "bea@example.org", "mt", "certifier", Scope(self.organization))
        self.app.give_role(CLERK, "ida@example.org", "mt", "aim", Scope())
        self.app.set_certifier(CLERK, ADDRESS, self.organization, "bea@example.org")
        new_key(folder / "keys", NOW)
        export_key(folder / "keys", None, folder / "key.json")
        self.bea = self.app.sign_in("bea@example.org", PASSWORD)
        self.ida = self.app.sign_in("ida@example.org", PASSWORD)
        self.submission = self.app.submission_key(ADDRESS, self.organization, 2026, {})

    def upload(self, name):
        request = CheckRequest(
            ADDRESS, self.folder / name, 2026, organization=self.organization, as_of=date(2026, 5, 20)
        )
        return self.app.upload(self.bea, request, "upload")

    def sign(self):
        self.app.check_submission(self.bea, self.submission)
        return self.app.sign(self.bea, self.submission, Intent(PASSWORD))

    def verdict(self, revision):
        receipt, data = self.folder / f"{revision}.json", self.folder / f"{revision}.tsv"
        receipt.write_bytes(self.app.receipt(self.bea, self.submission, revision))
        data.write_bytes(self.app.snapshot(self.bea, self.submission, revision))
        return verify(receipt, data, self.folder / "key.json")


@pytest.fixture
def district(tmp_path):
    return District(tmp_path)


def corrected(folder):
    """Write the same file with one student's credits raised."""
    lines = (folder / "cte-eoy.tsv").read_text().splitlines()
    cells = lines[1].split("\t")
    cells[10:12], cells[7] = [f"{float(cells[10]) + 5:.2f}", f"{float(cells[11]) + 5:.2f}"], "Y"
    (folder / "again.tsv").write_text("\n".join([lines[0], "\t".join(cells), *lines[2:]]) + "\n")


def test_from_upload_to_a_verified_receipt_and_a_second_revision(district):
    assert district.upload("cte-eoy.tsv").created == 40
    before = district.app.certify_status(district.bea, district.submission)
    assert not before.ready
    result = district.sign()
    assert result.certification.revision == 1
    assert district.verdict(1).valid
    corrected(district.folder)
    assert district.upload("again.tsv").run.accepted == 0
    district.app.ask_recertification(district.bea, district.submission, "A credit was missing.")
    district.app.decide_recertification(district.ida, district.submission, approve=True, reason="Go on.")
    assert district.upload("again.tsv").updated == 1
    assert district.sign().certification.revision == 2
    assert district.verdict(2).valid
    found = district.app.diff(district.bea, district.submission, 1, 2)
    assert (len(found.added), len(found.removed), len(found.changed)) == (0, 0, 1)
    assert district.verdict(1).valid


def test_one_changed_character_names_the_record(district):
    district.upload("cte-eoy.tsv")
    district.sign()
    assert district.verdict(1).valid
    data = district.folder / "1.tsv"
    lines = data.read_text().splitlines(keepends=True)
    data.write_text("".join([*lines[:3], lines[3].replace("2026", "2025"), *lines[4:]]))
    verdict = verify(district.folder / "1.json", data, district.folder / "key.json")
    assert not verdict.valid
    assert "record" in verdict.sentence


def test_the_receipt_is_a_pdf_for_the_file_cabinet(district):
    district.upload("cte-eoy.tsv")
    district.sign()
    assert district.app.receipt_pdf(district.bea, district.submission).startswith(b"%PDF-")


def test_the_audit_is_whole_and_names_no_student(district):
    district.upload("cte-eoy.tsv")
    district.sign()
    checked = district.app.verify_audit(CLERK, state="mt")
    assert checked
    assert [problem for one in checked for problem in one.problems] == []
