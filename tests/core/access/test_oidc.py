"""Signing in elsewhere: a made-up provider signs tokens; those that are not quite right open nothing."""

import sys
from datetime import timedelta

import pytest
from sqlalchemy import select

from muster.access import oidc, people
from muster.access.oidc import Identity, IdTokenRefusedError, NoAccountError, OidcMissingError, Provider
from muster.store.access_tables import audit_entry

jwt = pytest.importorskip("joserfc.jwt", reason="the extra muster[oidc] is not installed")
ISSUER = "https://sign-in.example.org"


@pytest.fixture(scope="module")
def keys():
    from joserfc.jwk import RSAKey

    return [RSAKey.generate_key(2048, {"kid": f"key-{number}", "use": "sig"}) for number in range(2)]


@pytest.fixture
def provider(keys):
    return Provider(ISSUER, "muster-isles", {"keys": [keys[0].as_dict(private=False)]})


@pytest.fixture
def token(isles, keys):
    def make(key=keys[0], algorithm="RS256", **changes):
        claims = {
            "iss": ISSUER,
            "aud": "muster-isles",
            "sub": "u-17",
            "nonce": "n-1",
            "iat": int(isles.now.timestamp()),
            "exp": int((isles.now + timedelta(minutes=5)).timestamp()),
            "email": "Bea@example.org",
            "email_verified": True,
            **changes,
        }
        header = {"alg": algorithm, "kid": key.kid} if key.kid else {"alg": algorithm}
        return jwt.encode(header, {name: value for name, value in claims.items() if value is not None}, key)

    return make


def sign_in(isles, identity):
    with isles.store.writing() as connection:
        return oidc.sign_in(connection, identity, isles.now, isles.states)


def test_a_good_token_names_its_subject_and_the_verified_address(isles, provider, token):
    assert oidc.identity_of(provider, token(), "n-1", isles.now) == Identity(f"{ISSUER} u-17", "bea@example.org")
    unverified = token(email_verified=False)
    assert oidc.identity_of(provider, unverified, "n-1", isles.now) == Identity(f"{ISSUER} u-17", None)
    assert oidc.identity_of(provider, token(email_verified="true"), "n-1", isles.now).email is None


@pytest.mark.parametrize(
    "changes",
    [
        {"iss": "https://other.example.org"},
        {"aud": "another-client"},
        {"aud": ["muster-isles", "another-client"], "azp": "another-client"},
        {"nonce": "n-2"},
        {"nonce": None},
        {"exp": 1},
        {"exp": None},
        {"sub": None},
    ],
)
def test_a_token_for_others_or_of_another_time_is_refused(isles, provider, token, changes):
    with pytest.raises(
        IdTokenRefusedError, match="The sign-in of your provider cannot be accepted. Sign in there again."
    ):
        oidc.identity_of(provider, token(**changes), "n-1", isles.now)


def test_a_token_that_the_provider_did_not_sign_is_refused(isles, provider, token, keys):
    from joserfc.jwk import OctKey

    shared = OctKey.import_key("a secret that both would know, long enough")
    unsigned = ".".join([*token().split(".")[:2], ""])
    for bad in (token(key=keys[1]), token(key=shared, algorithm="HS256"), unsigned, "", "a.b.c"):
        with pytest.raises(IdTokenRefusedError):
            oidc.identity_of(provider, bad, "n-1", isles.now)


def test_the_first_sign_in_binds_the_account_and_the_address_opens_it_no_more(isles):
    number = isles.person("Bea", password=None)
    bea = Identity(f"{ISSUER} u-17", "bea@example.org")
    assert sign_in(isles, bea).person == number
    assert sign_in(isles, Identity(bea.subject, None)).person == number
    with pytest.raises(NoAccountError, match="You are signed in with your provider, but have no account here."):
        sign_in(isles, Identity(f"{ISSUER} u-99", "bea@example.org"))
    with isles.store.reading() as connection:
        acts = connection.execute(select(audit_entry.c.act, audit_entry.c.actor).order_by(audit_entry.c.number)).all()
    assert [tuple(one) for one in acts] == [
        ("added person", "ana"),
        ("bound account to provider", f"Bea (person {number})"),
    ]


def test_without_a_verified_address_or_an_active_account_nothing_opens(isles):
    number = isles.person("Bea")
    with pytest.raises(NoAccountError):
        sign_in(isles, Identity(f"{ISSUER} u-17", None))
    sign_in(isles, Identity(f"{ISSUER} u-17", "bea@example.org"))
    with isles.store.writing() as connection:
        people.set_active(connection, isles.ana, number, active=False, now=isles.now)
    with pytest.raises(NoAccountError):
        sign_in(isles, Identity(f"{ISSUER} u-17", "bea@example.org"))


def test_without_the_extra_it_says_how_to_install_it(isles, provider, monkeypatch):
    monkeypatch.setitem(sys.modules, "joserfc", None)
    with pytest.raises(OidcMissingError, match='pip install "muster\\[oidc\\]"'):
        oidc.identity_of(provider, "a.b.c", "n-1", isles.now)
