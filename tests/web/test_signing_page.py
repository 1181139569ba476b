"""The signing page of the toy state: gates, attestation, password; two elders seal, one after the other."""

import re

import pytest

from muster.certifying.keys import new_key
from muster.model.submissions import SubmissionKey

REED = "/at/kel/V-reed/2026"
KEY = SubmissionKey("kel", "crafts", 2026, "V-reed")
PASSWORD = "the tide comes twice a day"


def text(response):
    """Return what a reader sees: no tags, one space between words."""
    return " ".join(re.sub(r"<[^>]*>", " ", response.text).split())


@pytest.fixture
def elders(islands, root):
    """Give the village two elders who seal in their order, a key, and one craft."""
    new_key(islands.keys_folder, islands.clock.now())
    for place, name in enumerate(("Ama", "Bel"), start=1):
        made = islands.person(name, "elder")
        islands.set_certifier(root, "kel/crafts", "V-reed", made.id, place=place)


@pytest.fixture
def root():
    from muster.model.actors import local_actor

    return local_actor("root")


def sign(visit, password=PASSWORD, **fields):
    page = visit.get(f"{REED}/sign/crafts")
    digest = re.search(r'name="digest" value="([^"]*)"', page.text)[1]
    return visit.post(f"{REED}/sign/crafts", password=password, digest=digest, **fields)


def learn(visit, days="80"):
    fields = {"stone": "ana-tol", "crafts-0-craft": "weaving", "crafts-0-days": days}
    return visit.post(f"{REED}/do/learn", step="do", **fields)


def test_every_reason_why_not_is_told(visit, elders, another):
    ama = another("ama@example.org")
    page = ama.get(f"{REED}/sign/crafts")
    assert "By the tide, this is true." in text(page)
    assert "✗ nothing-to-report : No record is stored." in text(page)
    assert "✗ validated : The stored records were never validated." in text(page)
    refused = sign(ama)
    assert (refused.status_code, 'role="alert"' in refused.text) == (409, True)


def test_from_hand_entry_to_a_certified_submission(visit, elders, another, islands, root):
    learn(visit)
    islands.check_submission(root, KEY)
    ama, bel = another("ama@example.org"), another("bel@example.org")
    assert sign(ama, "not the password").status_code == 409
    assert sign(bel).status_code == 409
    page = sign(ama)
    assert (page.status_code, "Signed. Still to sign: Bel." in text(page)) == (200, True)
    page = sign(bel)
    assert (page.status_code, "Certified. Keep the receipt." in text(page)) == (200, True)
    assert "The seal : done. Certified." in text(visit.get(REED))
    assert [one for one in visit.addresses + ama.addresses + bel.addresses if "ana" in one or PASSWORD in one] == []


def test_data_that_changed_while_the_page_was_open(visit, elders, another, islands, root):
    learn(visit)
    islands.check_submission(root, KEY)
    ama = another("ama@example.org")
    digest = re.search(r'name="digest" value="([^"]*)"', ama.get(f"{REED}/sign/crafts").text)[1]
    learn(visit, days="70")
    page = ama.post(f"{REED}/sign/crafts", password=PASSWORD, digest=digest)
    assert (page.status_code, 'role="alert"' in page.text) == (409, True)


def test_a_scribe_does_not_sign(visit, elders, islands, root):
    learn(visit)
    islands.check_submission(root, KEY)
    page = sign(visit)
    assert (page.status_code, "Sol may not sign for kel/V-reed" in text(page)) == (409, True)


def test_a_submission_has_only_its_own_parts(visit, elders):
    page = visit.get(f"{REED}/sign/crafts?term=1")
    assert (page.status_code, "The submissions of kel/crafts have no parts" in text(page)) == (404, True)
