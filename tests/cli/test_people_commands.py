"""People, tokens and the audit on the command line, with the toy state's roles."""

import io
import json
from datetime import UTC, datetime

import pytest
from argon2 import PasswordHasher

from muster.access import passwords

PASSWORD = "the tide is high today"


@pytest.fixture(autouse=True)
def cheap_hashes(monkeypatch):
    monkeypatch.setattr(passwords, "HASHER", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


@pytest.fixture(autouse=True)
def only_the_toy_state(monkeypatch):
    monkeypatch.setenv("MUSTER_DISABLED_PLUGINS", "az,mt")


@pytest.fixture
def typing(call, monkeypatch):
    """Return a function that runs a command with lines on standard input, as a pipe gives them."""

    def run_it(*arguments, lines=()):
        monkeypatch.setattr("sys.stdin", io.StringIO("".join(f"{line}\n" for line in lines)))
        return call(*arguments)

    return run_it


@pytest.fixture
def people(typing):
    """Make Wim, who is council of V-REEF, and Bea, an elder there."""
    assert typing("people", "add", "Wim Tide", "wim@example.org", lines=[PASSWORD]).code == 0
    assert typing("people", "add", "Bea Reef", "bea@example.org", lines=[PASSWORD]).code == 0
    assert typing("people", "give", "wim@example.org", "council", "--state", "kel", "--org", "V-REEF").code == 0
    given = ("people", "give", "bea@example.org", "elder", "--state", "kel", "--org", "V-REEF", "--year", "2026")
    assert typing(*given, "--from", "2026-03-01").out == "bea@example.org is elder now (role 2).\n"
    return typing


def as_(email):
    return {"lines": [PASSWORD]}, ("--as", email)


def test_nobody_yet(call):
    assert call("people").out == 'Nobody has an account yet; "muster people add --help" shows how.\n'


def test_people_are_added_given_roles_and_listed(people):
    assert people("people", "list").out.splitlines() == [
        "Person\tName\tE-mail\tActive\tRoles",
        "2\tBea Reef\tbea@example.org\tyes\t2: elder in kel/V-REEF, 2026, from 2026-03-01",
        "1\tWim Tide\twim@example.org\tyes\t1: council in kel/V-REEF",
    ]
    listed = json.loads(people("people", "--json").out)
    assert [(one["email"], [held["role"] for held in one["roles"]]) for one in listed] == [
        ("bea@example.org", ["elder"]),
        ("wim@example.org", ["council"]),
    ]


def test_a_password_that_is_too_short_is_refused(typing):
    answer = typing("people", "add", "Cleo", "cleo@example.org", lines=["short"])
    assert (answer.code, answer.err) == (1, "muster: The password is too short: give at least 12 characters.\n")
    answer = typing("people", "add", "Cleo", "cleo@example.org", "--no-password")
    assert answer.out == "Cleo has account 1, without a role yet.\n"


def test_a_role_is_ended_and_an_account_closed_and_opened(people):
    assert people("people", "end", "2").out == "Role 2 has ended.\n"
    assert people("people", "end", "2").err.startswith("muster: There is no standing role with number 2.")
    assert people("people", "activate", "2", "--off").out == "2 may not sign in any more.\n"
    assert "\tno\tnone" in people("people", "list").out
    assert json.loads(people("people", "activate", "bea@example.org", "--json").out)["active"] is True


def test_access_is_asked_for_and_decided(people):
    bea, who = as_("bea@example.org")
    ask = ("people", "request", "scribe", "--state", "kel", "--org", "V-REEF", "--reason", "I write the rolls.")
    assert people(*ask, *who, **bea).out == "Access request 1 waits for a decision.\n"
    wim, who = as_("wim@example.org")
    assert people("people", "decide", *who, **wim).out.splitlines()[1:] == [
        "1\t2\tkel\tscribe\tV-REEF\t\tI write the rolls."
    ]
    unsaid = people("people", "decide", "1", *who, **wim)
    assert unsaid.code == 2
    assert "Say how: muster people decide 1 --approve, or --refuse --reason WHY" in unsaid.err
    assert "A refusal needs a reason." in people("people", "decide", "1", "--refuse", *who, **wim).err
    assert people("people", "decide", "1", "--approve", *who, **wim).out == "Access request 1 is approved (role 3).\n"
    assert people("people", "decide").out == "No request for access waits for a decision.\n"


def test_a_role_is_lent(people):
    people("people", "add", "Cleo Sand", "cleo@example.org", lines=[PASSWORD])
    wim, who = as_("wim@example.org")
    lent = people("people", "lend", "1", "cleo@example.org", "--org", "V-REEF", "--until", "2999-01-01", *who, **wim)
    assert lent.out == "cleo@example.org has role 3 until 2999-01-01, or until yours ends.\n"
    assert "3: council in kel/V-REEF, until 2999-01-01, lent" in people("people").out


def test_a_token_is_shown_once_listed_and_revoked(people):
    bea, who = as_("bea@example.org")
    asked = ("token", "new", "nightly", "--allow", "view", "--state", "kel", "--org", "V-REEF", "--days", "7")
    made = people(*asked, *who, **bea)
    secret, told = made.out.splitlines()
    assert secret.startswith("muster_")
    assert told == "This is token 1. Keep it in MUSTER_TOKEN: only its hash is kept here."
    listed = people("token", *who, **bea)
    assert secret not in listed.out
    assert listed.out.splitlines()[1].startswith("1\tnightly\tview\tkel\tV-REEF\t")
    assert people("token", "revoke", "1", *who, **bea).out == "Token 1 is revoked.\n"
    rows = json.loads(people("token", "list", "--json", *who, **bea).out)
    assert datetime.fromisoformat(rows[0]["revoked"]) <= datetime.now(UTC)
    wim, who = as_("wim@example.org")
    assert people("token", *who, **wim).out == 'You have no token; "muster token new --help" shows how to make one.\n'


def test_a_token_of_what_there_is_not(people):
    bea, who = as_("bea@example.org")
    answer = people("token", "new", "nightly", "--allow", "fly", *who, **bea)
    assert (answer.code, answer.err.split(".")[0]) == (1, 'muster: There is no permission "fly"')


def test_the_audit_is_whole_until_it_is_changed(people, tmp_path):
    assert people("audit", "verify").out == "2 chains with 4 entries: all whole.\n"
    _change(tmp_path, "UPDATE audit_entry SET actor = 'Eve' WHERE organization = 'V-REEF' AND number = 1")
    answer = people("audit", "verify")
    assert answer.code == 1
    assert answer.out.splitlines() == ["kel/V-REEF: Entry 1 was changed.", "2 chains with 4 entries: 1 not whole."]
    document = json.loads(people("audit", "verify", "--json").out)
    assert [one["problems"] for one in document] == [[], ["Entry 1 was changed."]]


def test_the_audits_options_that_need_each_other(call):
    assert "--seal and --receipt need --key" in call("audit", "verify", "--seal", "heads.json").err
    assert "--org needs --state" in call("audit", "verify", "--org", "V-REEF").err


def test_a_missing_end_is_found_with_a_seal(people, tmp_path):
    from muster.certifying.keys import export_key, new_key

    new_key(tmp_path / ".muster" / "keys", datetime(2025, 1, 1, tzinfo=UTC))
    export_key(tmp_path / ".muster" / "keys", None, tmp_path / "key.json")
    assert people("audit", "seal", "heads.json").out.startswith("Sealed in heads.json; keep it where")
    for table in ("audit_entry", "audit_value", "audit_head"):
        _change(tmp_path, f"DELETE FROM {table} WHERE organization = 'V-REEF'")
    assert people("audit", "verify").code == 0
    answer = people("audit", "verify", "--seal", "heads.json", "--key", "key.json")
    assert answer.code == 1
    assert "kel/V-REEF: The end is missing: there was an entry 2, and the last one here is 0." in answer.out


def _change(folder, statement):
    import sqlite3

    with sqlite3.connect(folder / ".muster" / "muster.sqlite") as connection:
        connection.execute(statement)
    connection.close()
