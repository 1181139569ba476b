"""The receipt on paper says what the sealed file says, whatever signs people wrote."""

import re
import zlib
from datetime import UTC, datetime

import pytest

from muster.certifying.keys import current_key, new_key
from muster.certifying.receipts import AuditMark, Override, Receipt, Signer, sealed
from muster.reporting.receipt_pdf import receipt_pdf, write_receipt_pdf
from muster.reporting.writing import CannotWriteError

SIGNED = datetime(2025, 3, 14, 9, 9, 26, tzinfo=UTC)
NASTY = '#panic("no") *not bold* $x$ @cite <label> \\ ] [ "quoted" `raw` // comment \u00e9 \u2603'


@pytest.fixture
def receipt(tmp_path):
    """Return a function that gives a sealed receipt."""
    key = new_key(tmp_path / "keys", SIGNED)

    def make(text="By the tide.", **changes):
        plain = {
            "key": key.id, "state": "kel", "agency": "Council", "zone": "UTC", "collection": "crafts",
            "title": "Crafts", "year": 2025, "organization": "V-a", "part": {"term": "1"}, "revision": 3,
            "certified_at": SIGNED, "nothing_to_report": False, "rows": 0, "columns": ("stone",),
            "record_key": ("stone",), "data": "a" * 64, "records": "", "snapshot": "0" * 64, "ruleset": "1" * 64,
            "reference": "2" * 64, "overlay": "", "previous": "",
            "signatures": (Signer(name="Ana", role="Elder", signed_at=SIGNED, attestation=text),),
            "overrides": (Override(gate="moon", refusal="No moon.", reason=text, by="Ana", at=SIGNED),),
            "audit": AuditMark(number=7, digest="3" * 64),
        }  # fmt: skip
        return sealed(Receipt(**{**plain, **changes}), current_key(tmp_path / "keys"))

    return make


def streams(pdf):
    """Return everything in the file that was compressed, as bytes."""
    found = re.findall(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.DOTALL)
    out = []
    for one in found:
        try:
            out.append(zlib.decompress(one))
        except zlib.error:
            out.append(one)
    return b"\n".join(out)


def test_the_pdf_is_tagged_and_titled(receipt):
    pdf = receipt_pdf(receipt())
    assert pdf.startswith(b"%PDF-")
    whole = pdf + streams(pdf)
    assert b"/StructTreeRoot" in whole
    assert b"/MarkInfo" in whole
    assert b"Receipt: Crafts" in whole
    assert b"pdfuaid" in whole


@pytest.mark.parametrize("text", ["By the tide.", NASTY, "", "line\nbreak\ttab"])
def test_whatever_people_wrote_is_set_as_text(receipt, text):
    assert receipt_pdf(receipt(text, organization=text or "V", part={text or "p": text})).startswith(b"%PDF-")


def test_without_overrides_and_with_nothing_to_report_it_is_made_as_well(receipt):
    assert receipt_pdf(receipt(overrides=(), nothing_to_report=True, part={})).startswith(b"%PDF-")


def test_it_is_written_whole_or_not_at_all(receipt, tmp_path):
    write_receipt_pdf(receipt(), tmp_path / "receipt.pdf")
    assert (tmp_path / "receipt.pdf").read_bytes().startswith(b"%PDF-")
    with pytest.raises(CannotWriteError, match="the folder does not exist"):
        write_receipt_pdf(receipt(), tmp_path / "gone" / "receipt.pdf")
