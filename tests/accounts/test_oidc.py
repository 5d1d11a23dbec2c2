"""Tokens made by hand: each differs in one thing from the one that is believed."""

import hmac
import json
import time
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey, RSAKey

from accounts import oidc
from accounts.oidc import Client, OidcError, Provider
from nic_platform import clock, outgoing
from nic_platform.outgoing import Answer

ISSUER, CLIENT_ID, NONCE = "https://login.altamont.example", "switchback", "n-1"
CLIENT = Client(ISSUER, CLIENT_ID, "secret", "https://nic.example.org/sign-in/back/1")
OWN = RSAKey.generate_key(2048, {"kid": "own", "use": "sig"})
STRANGE = RSAKey.generate_key(2048, {"kid": "own"})


@pytest.fixture(autouse=True)
def _known(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Know the provider and its key; nothing is asked."""
    oidc.forget()
    said = Provider(
        ISSUER, ISSUER + "/go", ISSUER + "/token", ISSUER + "/keys", "", ("client_secret_basic",), False
    )
    kept = oidc._Kept(said, time.monotonic(), [OWN], time.monotonic())
    monkeypatch.setitem(oidc._kept, ISSUER, kept)
    monkeypatch.setattr(outgoing, "ask", lambda *_all, **_named: pytest.fail("nothing is to be asked"))
    yield
    oidc.forget()


def claims(**other: Any) -> dict[str, Any]:
    now = int(clock.now().timestamp())
    usual = {"iss": ISSUER, "aud": CLIENT_ID, "sub": "7", "nonce": NONCE, "iat": now, "exp": now + 300}
    return {name: value for name, value in (usual | other).items() if value is not None}


def signed(said: dict[str, Any], key: Any = OWN, alg: str = "RS256", **header: Any) -> str:
    return jwt.encode({"alg": alg, "kid": "own", **header}, said, key, algorithms=[alg])


def test_a_right_token_is_believed() -> None:
    assert (
        oidc.check_token(CLIENT, signed(claims(email="a@b.example")), nonce=NONCE)["email"] == "a@b.example"
    )


def test_it_may_be_for_several_if_it_was_made_for_us() -> None:
    said = claims(aud=[CLIENT_ID, "another"], azp=CLIENT_ID)

    assert oidc.check_token(CLIENT, signed(said), nonce=NONCE)["sub"] == "7"


def _none() -> str:
    return f"{part({'alg': 'none'})}.{part(claims())}."


def part(said: dict[str, Any]) -> str:
    return urlsafe_b64encode(json.dumps(said).encode()).rstrip(b"=").decode()


def _public_key_as_secret() -> str:
    both = f"{part({'alg': 'HS256', 'kid': 'own'})}.{part(claims())}"
    mark = hmac.digest(OWN.as_pem(private=False), both.encode(), "sha256")
    return f"{both}.{urlsafe_b64encode(mark).rstrip(b'=').decode()}"


SHARED = OctKey.import_key("secret" * 8)
NOW = int(clock.now().timestamp())
HOSTILE: dict[str, Callable[[], str]] = {
    "another issuer": lambda: signed(claims(iss="https://evil.example")),
    "no issuer": lambda: signed(claims(iss=None)),
    "another audience": lambda: signed(claims(aud="another")),
    "several audiences without a party": lambda: signed(claims(aud=[CLIENT_ID, "another"])),
    "made for another party": lambda: signed(claims(azp="another")),
    "another nonce": lambda: signed(claims(nonce="n-2")),
    "no nonce": lambda: signed(claims(nonce=None)),
    "no algorithm": _none,
    "the public key as a shared secret": _public_key_as_secret,
    "the client's secret as a shared secret": lambda: signed(
        claims(), OctKey.import_key("secret" * 8), "HS256"
    ),
    "another's key": lambda: signed(claims(), STRANGE),
    "a key of another kind": lambda: signed(claims(), ECKey.generate_key("P-256"), "ES256"),
    "expired": lambda: signed(claims(exp=NOW - 100, iat=NOW - 400)),
    "without an end": lambda: signed(claims(exp=None)),
    "an end that is no number": lambda: signed(claims(exp="later")),
    "issued long ago": lambda: signed(claims(iat=NOW - 4000, exp=NOW + 4000)),
    "issued in the future": lambda: signed(claims(iat=NOW + 4000, exp=NOW + 8000)),
    "not yet": lambda: signed(claims(nbf=NOW + 4000)),
    "no subject": lambda: signed(claims(sub=None)),
    "an empty subject": lambda: signed(claims(sub=" ")),
    "a subject that is a number": lambda: signed(claims(sub=7)),
    "a subject too long": lambda: signed(claims(sub="7" * 256)),
    "another access token": lambda: signed(claims(at_hash="AAAAAAAAAAAAAAAAAAAAAA")),
    "no token at all": lambda: "x",
    "three empty parts": lambda: "..",
}


@pytest.mark.parametrize("what", HOSTILE)
def test_what_is_wrong_in_one_thing_is_refused(what: str) -> None:
    with pytest.raises(OidcError) as refused:
        oidc.check_token(CLIENT, HOSTILE[what](), nonce=NONCE, access_token="access")

    assert not refused.value.is_away
    assert "can’t be trusted" in str(refused.value)


def test_a_token_changed_by_a_letter_is_refused() -> None:
    head, body, mark = signed(claims()).split(".")

    assert body
    with pytest.raises(OidcError):
        oidc.check_token(CLIENT, f"{head}.{part(claims(sub='8'))}.{mark}", nonce=NONCE)


def test_a_key_that_is_new_is_fetched_once_a_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    fresh = RSAKey.generate_key(2048, {"kid": "fresh"})
    asked: list[str] = []

    def ask(_method: str, url: str, **_named: Any) -> Answer:
        asked.append(url)
        keys = [
            fresh.as_dict(private=False),
            {"kty": "oct", "k": "c2VjcmV0", "kid": "shared"},
            {"kty": "RSA"},
            3,
        ]
        return Answer(200, {}, json.dumps({"keys": keys}).encode())

    monkeypatch.setattr(outgoing, "ask", ask)
    oidc._kept[ISSUER].keys_at -= oidc.ASK_AGAIN + 1
    token = signed(claims(), fresh, kid="fresh")

    assert oidc.check_token(CLIENT, token, nonce=NONCE)["sub"] == "7"
    with pytest.raises(OidcError):
        oidc.check_token(CLIENT, signed(claims(), STRANGE, kid="unknown"), nonce=NONCE)
    assert asked == [ISSUER + "/keys"]


@pytest.mark.parametrize(
    "said",
    [
        {"issuer": "https://evil.example"},
        {"issuer": ISSUER, "authorization_endpoint": "http://login.altamont.example/go"},
        {"issuer": ISSUER, "authorization_endpoint": "javascript:alert(1)"},
        {"issuer": ISSUER},
        {},
    ],
)
def test_discovery_that_speaks_for_another_or_leads_astray_is_refused(
    monkeypatch: pytest.MonkeyPatch, said: dict[str, str]
) -> None:
    oidc.forget()
    monkeypatch.setattr(outgoing, "ask", lambda *_all, **_named: Answer(200, {}, json.dumps(said).encode()))

    with pytest.raises(OidcError):
        oidc.discover(CLIENT)


def test_one_that_does_not_answer_is_left_alone_for_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    oidc.forget()
    asked: list[str] = []

    def ask(_method: str, url: str, **_named: Any) -> Answer:
        asked.append(url)
        return Answer(503, {}, b"")

    monkeypatch.setattr(outgoing, "ask", ask)
    for _ in range(3):
        with pytest.raises(OidcError) as away:
            oidc.discover(CLIENT)
        assert away.value.is_away
    assert len(asked) == 1


def test_a_provider_inside_the_operators_network_is_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    oidc.forget()

    with pytest.raises(OidcError, match="did not answer"):
        oidc.discover(Client("https://169.254.169.254", CLIENT_ID, "", CLIENT.redirect_uri))
