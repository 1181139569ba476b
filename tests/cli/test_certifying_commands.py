"""``muster keys``, ``certifiers``, ``certify``, ``verify`` and ``diff``: from stored records to a proof of them."""

import io
import json

import polars as pl
import pytest
from argon2 import PasswordHasher

from muster.access import desk as access
from muster.access import grants, passwords, people
from muster.app import Muster
from muster.certifying.facade import Certifying
from muster.model.actors import local_actor
from muster.store.history import begin_writing
from muster.store.records import stored_rows, write_rows
from muster_cli import run
from muster_cli.commands import certifiers_command, certify_command, diff_command, keys_command, verify_command

COMMANDS = {
    "certifiers": certifiers_command.command,
    "certify": certify_command.command,
    "diff": diff_command.command,
    "keys": keys_command.command,
    "verify": verify_command.command,
}
PASSWORD = "the tide is high today"
WHERE = ("kel/crafts", "--org", "V-reef", "--year", "2025")


class Whole(Muster, Certifying):
    """The facade with what signing asks."""

    def sign_in(self, email, password):
        return access.sign_in(self.store, email, password)

    def receipt_pdf(self, actor, key, revision=None):
        from muster.reporting.receipt_pdf import receipt_pdf

        return receipt_pdf(self.receipt(actor, key, revision))


@pytest.fixture(autouse=True)
def cheap_hashes(monkeypatch):
    monkeypatch.setattr(passwords, "HASHER", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


@pytest.fixture
def call(tmp_path, monkeypatch, capsys):
    """Return a function that runs a command in an empty folder, with a line on standard input."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("muster.app.Muster", Whole)

    def run_it(name, *arguments, typed=PASSWORD):
        monkeypatch.setattr("sys.stdin", io.StringIO(f"{typed}\n"))
        code = run(COMMANDS[name], [str(one) for one in arguments])
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return run_it


@pytest.fixture
def village(call):
    """Give the facade of a village with a key, two keepers of the seal, and crafts stored."""
    assert call("keys", "new")[0] == 0
    app = Whole()
    state, actor, now = app.plugins.state("kel"), local_actor("ana"), app.clock.now()
    with app.store.writing() as connection:
        for name in ("Ana", "Ben"):
            email = f"{name.lower()}@example.org"
            made = people.add_person(connection, actor, name=name, email=email, password=PASSWORD, now=now)
            grants.give(connection, actor, state, made.id, "elder", grants.Scope("V-reef"), now)
    for place, name in enumerate(("ana", "ben"), 1):
        assert call("certifiers", *WHERE[:3], "--set", f"{name}@example.org", "--place", place)[0] == 0
    learn(app, ("ana-b", "nets", 3), ("cyd-d", "nets", 2))
    return app


def learn(app, *rows):
    """Store crafts that somebody learned."""
    values = [("slate", "V-reef", stone, craft, days, None) for stone, craft, days in rows]
    columns = {"template": pl.String, "village": pl.String, "stone": pl.String, "craft": pl.String}
    columns |= {"days": pl.Int64, "teacher": pl.String}
    frame = pl.DataFrame(values, schema=columns, orient="row")
    records = app.store.records("kel/crafts")
    with app.store.writing() as connection:
        known = stored_rows(connection, records, 2025)
        number = begin_writing(connection, "form", "ana", app.clock.now())
        write_rows(connection, records, frame, year=2025, organization="V-reef", writing_id=number, known=known)


def sign(call, name, *more, typed=PASSWORD):
    return call("certify", *WHERE, "--sign", "--as", f"{name}@example.org", *more, typed=typed)


def certify(call):
    assert call("certify", *WHERE, "--check")[0] == 0
    assert sign(call, "ana")[0] == 0
    return sign(call, "ben", "--receipt", "receipt.json", "--data", "data.tsv", "--pdf", "receipt.pdf")


def test_keys_are_made_listed_exported_and_retired(call, tmp_path):
    assert call("keys", "list")[1] == 'There is no key yet; "muster keys new" makes one.\n'
    key = json.loads(call("keys", "new", "--json")[1])
    assert set(key) == {"format", "id", "algorithm", "public", "made", "retired"}
    assert (tmp_path / ".muster" / "keys" / f"{key['id']}.json").stat().st_mode & 0o777 == 0o600
    assert call("keys", "list")[1].splitlines()[1].startswith(f"{key['id']}\t20")
    code, out, _ = call("keys", "export", "agency.json")
    assert (code, out) == (0, f"The public half of {key['id']} was written. Publish it where districts can trust it.\n")
    assert "private" not in (tmp_path / "agency.json").read_text()
    code, out, _ = call("keys", "retire", key["id"])
    assert out == f"{key['id']} seals no more. Export it again: its file now says until when it sealed.\n"
    assert json.loads(call("keys", "list", "--json")[1])[0]["retired"] is not None


def test_an_unknown_key_is_one_sentence_and_no_answer(call):
    code, _, err = call("keys", "retire", "k-1")
    assert (code, err) == (2, 'muster: There is no key "k-1". Known: none; see "muster keys list".\n')


def test_certifiers_are_listed_with_what_is_to_be_said(village, call):
    code, out, err = call("certifiers", *WHERE[:3])
    assert code == 0
    assert out == "Name\tKind\tPlace\tActive\nAna\tprimary\t1\tyes\nBen\tprimary\t2\tyes\n"
    assert err == "Keepers of the seal has 2 primary certifiers: all must sign, in this order: Ana, Ben.\n"
    call("certifiers", *WHERE[:3], "--set", "ben@example.org", "--inactive")
    assert "Ben\tprimary\t1\tno" in call("certifiers", *WHERE[:3])[1]
    assert json.loads(call("certifiers", *WHERE[:3], "--json")[1])["warnings"] == []


def test_without_sign_the_gates_are_shown(village, call):
    code, out, _ = call("certify", *WHERE)
    assert code == 1
    assert out.splitlines()[0] == "kel/crafts/2025/V-reef: open, 2 records, next revision 1"
    assert "gate validated\tREFUSES\tThe stored records were never validated. Validate them." in out
    code, out, err = call("certify", *WHERE, "--check")
    assert code == 0
    assert err == "2 records checked: findings 0 new, 0 open, 0 back, 0 fixed.\n"
    assert "gate validated\tpasses\tValidated since the last change." in out


def test_signing_asks_for_the_password(village, call):
    call("certify", *WHERE, "--check")
    code, _, err = sign(call, "ana", typed="another password")
    assert (code, "password" in err) == (1, True)
    code, out, err = sign(call, "ana")
    assert (code, err) == (0, "Signed. Still to sign: Ben.\n")
    assert "signature\trevision 1\tAna" in out


def test_a_gate_that_refuses_is_exit_code_one_with_every_reason(village, call):
    code, _, err = sign(call, "ana")
    assert code == 1
    assert err == (
        "muster: kel/crafts/2025/V-reef cannot be signed yet: "
        "(1) The stored records were never validated. Validate them.\n"
    )


def test_the_receipt_verifies_without_the_database(village, call, tmp_path):
    code, out, err = certify(call)
    assert (code, err) == (0, "Signed. Certified: revision 1. Keep the receipt (--receipt FILE).\n")
    assert "certified\trevision 1\tstanding\t2 records" in out
    assert (tmp_path / "receipt.pdf").read_bytes().startswith(b"%PDF")
    call("keys", "export", "agency.json")
    (tmp_path / ".muster").rename(tmp_path / "gone")
    code, out, _ = call("verify", "receipt.json", "data.tsv", "--key", "agency.json")
    assert (code, out) == (
        0,
        (
            "The receipt stands: kel/crafts/2025/V-reef, revision 1, 2 records, signed by Ana and Ben; "
            "the data are those that were signed.\n"
        ),
    )
    data = (tmp_path / "data.tsv").read_text()
    (tmp_path / "data.tsv").write_text(data.replace("\t2\t", "\t4\t"))
    code, out, _ = call("verify", "receipt.json", "data.tsv", "--key", "agency.json")
    assert (code, out) == (1, "The data are not what was signed: record 2 (stone cyd-d, craft nets) differs.\n")
    answer = json.loads(call("verify", "receipt.json", "--key", "agency.json", "--json")[1])
    assert (answer["valid"], answer["receipt"]["organization"]) == (True, "V-reef")
    assert call("verify", "receipt.json", "--key", "gone.json")[0] == 2


def test_what_changed_since_a_revision_is_shown_by_record(village, call):
    certify(call)
    assert call("diff", *WHERE)[:2] == (
        0,
        "kel/crafts/2025/V-reef, revision 1 to now: 0 added, 0 removed, 0 changed.\n",
    )
    learn(village, ("ana-b", "nets", 5), ("eve-f", "ropes", 1))
    code, out, _ = call("diff", *WHERE, "--from", "1", "--to", "now")
    assert (code, out.splitlines()) == (
        1,
        [
            "kel/crafts/2025/V-reef, revision 1 to now: 1 added, 0 removed, 1 changed.",
            "+ template slate, village V-reef, stone eve-f, craft ropes, days 1",
            "~ stone ana-b, craft nets: days: 3 -> 5",
        ],
    )
    assert json.loads(call("diff", *WHERE, "--json")[1])["added"][0]["stone"] == "eve-f"


def test_diff_without_a_certified_copy_says_so(village, call):
    code, _, err = call("diff", *WHERE)
    assert (code, err) == (1, "muster: kel/crafts/2025/V-reef was never certified.\n")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("diff", *WHERE, "--to", "then"), '--to "then" is not understood: give the number of a revision, or "now".'),
        (("certify", *WHERE, "--part", "term"), '--part "term" is not understood: write NAME=VALUE.'),
        (("certify", *WHERE, "--part", "term=1"), "The submissions of kel/crafts have no parts: leave out --part."),
        pytest.param(
            ("certify", "az/enrollment", *WHERE[1:]),
            "Each submission of az/enrollment is one part of an organization's share: give --part term=VALUE.",
            marks=pytest.mark.both_states,
        ),
    ],
)
def test_what_is_not_understood_is_no_answer(call, arguments, sentence):
    code, _, err = call(*arguments)
    assert code == 2
    assert sentence in " ".join(err.split())


def test_a_submission_is_returned_accepted_and_corrected(village, call):
    certify(call)
    assert call("certify", *WHERE, "--accept")[2] == "Revision 1 is accepted.\n"
    told = call("certify", *WHERE, "--return", "The days look wrong.")[2]
    assert told == "Returned, to be corrected and signed again. The signed copy stands until then.\n"
    out = call("certify", *WHERE)[1]
    assert "kel/crafts/2025/V-reef: returned" in out
    assert "return\trevision 1\tapproved\tThe days look wrong." in out
    assert "certified\trevision 1\tstanding\t2 records\taccepted by" in out
