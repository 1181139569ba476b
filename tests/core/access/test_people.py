"""Accounts: who is let in, with which words everybody else is not, and how passwords are kept."""

import pytest
from argon2 import PasswordHasher
from sqlalchemy import select

from muster.access import passwords, people
from muster.access.refusals import (
    KnownPersonError,
    NameMissingError,
    NotAnAddressError,
    PasswordTooLongError,
    PasswordTooShortError,
    SignInRefusedError,
    UnknownPersonError,
    WrongPasswordError,
)
from muster.store.access_tables import person as table

REFUSED = "This e-mail address and password do not open an account. Check both, or ask whoever administers people."


def sign_in(isles, email, password):
    with isles.store.reading() as connection:
        return people.sign_in(connection, email, password, isles.now, isles.states)


def refusal(isles, email, password):
    with pytest.raises(SignInRefusedError) as caught:
        sign_in(isles, email, password)
    return str(caught.value)


def test_a_person_signs_in_with_the_address_in_any_case(isles):
    number = isles.person("Bea")
    actor = sign_in(isles, " BEA@Example.org ", isles.password)
    assert (actor.name, actor.person, actor.everything, actor.grants) == ("Bea", number, False, ())


def test_wrong_password_unknown_person_and_inactive_person_read_the_same(isles):
    isles.person("Bea")
    gone = isles.person("Cleo")
    isles.person("Dora", password=None)
    with isles.store.writing() as connection:
        people.set_active(connection, isles.ana, gone, active=False, now=isles.now)
    assert refusal(isles, "bea@example.org", "the tide is low today") == REFUSED
    assert refusal(isles, "nobody@example.org", isles.password) == REFUSED
    assert refusal(isles, "cleo@example.org", isles.password) == REFUSED
    assert refusal(isles, "dora@example.org", "") == REFUSED


def test_unknown_people_cost_a_hash_too(isles, monkeypatch):
    asked = []
    real = passwords.HASHER

    class Counting:
        hash = staticmethod(real.hash)

        @staticmethod
        def verify(kept, password):
            asked.append(kept)
            return real.verify(kept, password)

    monkeypatch.setattr(passwords, "HASHER", Counting)
    refusal(isles, "nobody@example.org", isles.password)
    assert len(asked) == 1


def test_a_deactivated_person_is_out_at_once_and_back_when_activated(isles):
    number = isles.person("Bea")
    with isles.store.writing() as connection:
        people.set_active(connection, isles.ana, number, active=False, now=isles.now)
    with pytest.raises(SignInRefusedError, match=REFUSED):
        isles.actor(number)
    with isles.store.writing() as connection:
        people.set_active(connection, isles.ana, number, active=True, now=isles.now)
    assert isles.actor(number).name == "Bea"


def test_what_is_kept_is_an_argon2_hash_that_is_renewed_when_parameters_change(isles, monkeypatch):
    number = isles.person("Bea")
    with isles.store.writing() as connection:
        assert not people.renew_hash(connection, number, isles.password)
        before = connection.execute(select(table.c.password_hash)).scalar_one()
    assert before.startswith("$argon2id$")
    assert isles.password not in before
    monkeypatch.setattr(passwords, "HASHER", PasswordHasher(time_cost=2, memory_cost=16, parallelism=1))
    with isles.store.writing() as connection:
        assert people.needs_renewal(connection, number)
        assert people.renew_hash(connection, number, isles.password)
        after = connection.execute(select(table.c.password_hash)).scalar_one()
        assert not people.needs_renewal(connection, number)
    assert "m=16,t=2" in after
    assert sign_in(isles, "bea@example.org", isles.password).person == number


def test_a_password_is_the_same_however_its_accents_are_composed(isles):
    number = isles.person("Bea", password="caf\u00e9 by the sea")
    with isles.store.reading() as connection:
        people.check_password(connection, number, "cafe\u0301 by the sea")


def test_the_password_asked_for_when_signing(isles):
    number = isles.person("Bea")
    with isles.store.reading() as connection:
        people.check_password(connection, number, isles.password)
        for person, password in ((number, "the tide is low"), (number + 9, isles.password)):
            with pytest.raises(WrongPasswordError, match="The password is not right. Nothing was done; try again."):
                people.check_password(connection, person, password)


def test_a_new_password_replaces_the_old(isles):
    number = isles.person("Bea")
    with isles.store.writing() as connection:
        people.set_password(connection, isles.ana, number, "another long password", isles.now)
    assert sign_in(isles, "bea@example.org", "another long password").person == number
    assert refusal(isles, "bea@example.org", isles.password) == REFUSED


@pytest.mark.parametrize(
    ("password", "error", "sentence"),
    [
        ("short", PasswordTooShortError, "The password is too short: give at least 12 characters."),
        ("x" * 1025, PasswordTooLongError, "The password is too long: give at most 1024 characters."),
    ],
)
def test_passwords_that_are_not_taken(isles, password, error, sentence):
    with pytest.raises(error, match=sentence):
        isles.person("Bea", password=password)


def test_accounts_that_are_not_made(isles):
    isles.person("Bea")
    cases = (
        ("Bea", "BEA@example.org", KnownPersonError, "There is an account for bea@example.org already."),
        ("  ", "new@example.org", NameMissingError, "The person's name is missing."),
        ("New", "new", NotAnAddressError, '"new" is not an e-mail address. Write it as name@example.org.'),
    )
    for name, email, error, sentence in cases:
        with isles.store.writing() as connection, pytest.raises(error, match=sentence):
            people.add_person(connection, isles.ana, name=name, email=email, now=isles.now)


def test_people_are_listed_by_name_and_found_by_number_or_address(isles):
    cleo, bea = isles.person("Cleo"), isles.person("Bea", password=None)
    with isles.store.reading() as connection:
        listed = people.list_people(connection)
        assert [(one.id, one.name, one.email, one.active, one.local) for one in listed] == [
            (bea, "Bea", "bea@example.org", True, False),
            (cleo, "Cleo", "cleo@example.org", True, True),
        ]
        assert people.person_of(connection, "Cleo@example.org") == people.person_of(connection, cleo)
        with pytest.raises(UnknownPersonError, match='There is no account "dora@example.org".'):
            people.person_of(connection, "dora@example.org")
