"""OpenID Connect as a client: where a provider is, the way there and back, and what its token must hold.

Authorization code with PKCE. Every request goes through :mod:`nic_platform.outgoing`; Authlib makes and
reads what OAuth wants. An ``id_token`` counts only if it is signed with one of the provider's published
keys by an algorithm of two keys (never ``none``, never a shared secret), and was issued by this provider,
for this client, for this very sign-in, a moment ago. Knows no web of ours and no database.
"""

import json
import secrets
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import requests
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.requests_client import OAuth2Session
from authlib.oidc.core import CodeIDToken
from joserfc import jws, jwt
from joserfc.errors import JoseError
from joserfc.jwk import JWKRegistry, Key
from requests.adapters import BaseAdapter
from requests.structures import CaseInsensitiveDict

from nic_platform import clock, outgoing
from nic_platform.outgoing import OutgoingError
from nic_platform.text import _

ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512")
SCOPE = "openid email profile"
LEEWAY = 60  # seconds that two clocks may differ
OLDEST = 600  # seconds between the issuing of a token and its being read
KEPT_SECONDS = 3600.0  # that discovery and keys are kept
ASK_AGAIN = 60.0  # seconds before unknown keys are asked for anew
REST = 20.0  # seconds in which one that did not answer is not asked again
_MOST_KEPT = 200


class OidcError(Exception):
    """A sign-in at a provider failed. The text is for the visitor, ``why`` for the operator's log.

    ``is_away`` says that the provider could not be asked at all, so that later may be better.
    """

    def __init__(self, words: str, why: str, *, is_away: bool = False) -> None:
        super().__init__(words)
        self.why = why
        self.is_away = is_away


@dataclass(frozen=True)
class Client:
    """This installation as one provider knows it."""

    issuer: str
    client_id: str
    client_secret: str
    redirect_uri: str
    allow_loopback: bool = False


@dataclass(frozen=True)
class Secrets:
    """What one sign-in is known by: kept in the browser that began it, and nowhere else."""

    state: str
    nonce: str
    verifier: str


@dataclass(frozen=True)
class Provider:
    """What a provider says of itself, with its keys."""

    issuer: str
    authorization: str
    token: str
    jwks: str
    userinfo: str
    auth_methods: tuple[str, ...]
    has_iss: bool


@dataclass
class _Kept:
    provider: Provider
    at: float
    keys: list[Key] = field(default_factory=list)
    keys_at: float = 0.0


_kept: dict[str, _Kept] = {}
_silent: dict[str, tuple[float, str]] = {}
_lock = threading.Lock()


def forget() -> None:
    """Forget every provider that was looked up."""
    with _lock:
        _kept.clear()
        _silent.clear()


def new_secrets() -> Secrets:
    """Return fresh random secrets for one sign-in."""
    return Secrets(secrets.token_urlsafe(24), secrets.token_urlsafe(24), secrets.token_urlsafe(48))


# ---------------------------------------------------------------- asking


def _away(why: str) -> OidcError:
    return OidcError(
        _("Your organisation’s sign-in did not answer. Try again in a few minutes."), why, is_away=True
    )


def _wrong(why: str) -> OidcError:
    return OidcError(
        _("Your organisation’s sign-in sent something that can’t be trusted. Nobody was signed in."), why
    )


def _object(client: Client, url: str, headers: Mapping[str, str] | None = None) -> dict[str, Any]:
    asked = {"Accept": "application/json", **(headers or {})}
    try:
        answer = outgoing.ask("GET", url, headers=asked, allow_loopback=client.allow_loopback)
    except OutgoingError as error:
        raise _away(f"{url}: {error}") from error
    if answer.status != 200:
        raise _away(f"{url} answered {answer.status}")
    try:
        found = json.loads(answer.body)
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise _away(f"{url} sent no JSON object")
    return found


def discover(client: Client) -> Provider:
    """Return what the issuer says of itself; looked up once an hour.

    Raises:
        OidcError: it can't be asked, or speaks for another issuer.
    """
    return _found(client).provider


def _found(client: Client) -> _Kept:
    key = client.issuer.rstrip("/")
    with _lock:
        kept = _kept.get(key)
        since, why = _silent.get(key, (0.0, ""))
    if kept is not None and time.monotonic() - kept.at < KEPT_SECONDS:
        return kept
    if why and time.monotonic() - since < REST:
        raise _away(why)
    try:
        said = _object(client, key + "/.well-known/openid-configuration")
    except OidcError as error:
        _keep(_silent, key, (time.monotonic(), error.why))
        raise
    fresh = _Kept(_checked(client, said), time.monotonic())
    _keep(_kept, key, fresh)
    return fresh


def _keep(where: dict[str, Any], key: str, what: object) -> None:
    with _lock:
        if len(where) >= _MOST_KEPT:
            where.pop(next(iter(where)))
        where[key] = what
        if where is _kept:
            _silent.pop(key, None)


def _checked(client: Client, said: Mapping[str, Any]) -> Provider:
    if str(said.get("issuer", "")).rstrip("/") != client.issuer.rstrip("/"):
        raise _wrong(f"discovery of {client.issuer} speaks for {said.get('issuer')!r}")
    ends = {name: said.get(name) for name in ("authorization_endpoint", "token_endpoint", "jwks_uri")}
    for name, url in ends.items():
        try:
            outgoing.check_address(str(url or ""), allow_loopback=client.allow_loopback)
        except OutgoingError as error:
            raise _wrong(f"{name} of {client.issuer}: {error}") from error
    methods = said.get("token_endpoint_auth_methods_supported")
    return Provider(
        issuer=str(said["issuer"]),
        authorization=str(ends["authorization_endpoint"]),
        token=str(ends["token_endpoint"]),
        jwks=str(ends["jwks_uri"]),
        userinfo=str(said.get("userinfo_endpoint") or ""),
        auth_methods=tuple(map(str, methods)) if isinstance(methods, list) else ("client_secret_basic",),
        has_iss=said.get("authorization_response_iss_parameter_supported") is True,
    )


def _keys(client: Client, kid: str | None) -> list[Key]:
    """Return the keys that may have signed, asked for anew when the one that is named is not among them."""
    kept = _found(client)
    age = time.monotonic() - kept.keys_at
    fitting = _fitting(kept.keys, kid)
    if kept.keys_at and age < KEPT_SECONDS and (fitting or age < ASK_AGAIN):
        return fitting
    listed = _object(client, kept.provider.jwks).get("keys")
    kept.keys = [key for each in listed if (key := _key(each))] if isinstance(listed, list) else []
    kept.keys_at = time.monotonic()
    return _fitting(kept.keys, kid)


def _fitting(keys: list[Key], kid: str | None) -> list[Key]:
    return keys if kid is None else [key for key in keys if key.kid == kid]


def _key(listed: Any) -> Key | None:
    """Return a key that can check signatures; what is for something else, or unknown, is left out."""
    if not isinstance(listed, dict) or listed.get("use") == "enc" or listed.get("kty") not in {"RSA", "EC"}:
        return None
    try:
        return JWKRegistry.import_key(listed)
    except (JoseError, ValueError, KeyError, TypeError):
        return None


# ---------------------------------------------------------------- there


def way_there(client: Client, own: Secrets, *, hint: str = "", again: bool = False) -> str:
    """Return the address at the provider that a browser is sent to.

    Args:
        hint: the address that was typed here, so that it need not be typed there.
        again: have the provider ask who it is even if it knows.

    Raises:
        OidcError: the provider can't be asked where that is.
    """
    more = {"login_hint": hint} if hint else {}
    if again:
        more["prompt"] = "login"
    with _session(client, discover(client)) as asking:
        url, _state = asking.create_authorization_url(
            discover(client).authorization,
            state=own.state,
            nonce=own.nonce,
            code_verifier=own.verifier,
            **more,
        )
    return str(url)


# ---------------------------------------------------------------- and back


class _Outgoing(BaseAdapter):
    """Lets Authlib's requests out through the one door, with all its checks."""

    def __init__(self, allow_loopback: bool) -> None:
        super().__init__()
        self._allow_loopback = allow_loopback

    def send(self, request: requests.PreparedRequest, **_how: Any) -> requests.Response:  # type: ignore[override]  # takes the same names
        """Make the request and return its answer."""
        sent = request.body
        body = sent.encode() if isinstance(sent, str) else sent if isinstance(sent, bytes) else None
        answer = outgoing.ask(
            request.method or "GET", request.url or "", body=body, allow_loopback=self._allow_loopback,
            headers={name: str(value) for name, value in request.headers.items()},
        )  # fmt: skip
        response = requests.Response()
        response.status_code, response.url, response.request = answer.status, request.url or "", request
        response.headers = CaseInsensitiveDict(answer.headers)
        response._content = answer.body  # the way to build an answer by hand
        return response

    def close(self) -> None:
        """Nothing is kept open."""


def _session(client: Client, provider: Provider) -> OAuth2Session:
    by_post = (
        "client_secret_basic" not in provider.auth_methods and "client_secret_post" in provider.auth_methods
    )
    method = (
        "none" if not client.client_secret else "client_secret_post" if by_post else "client_secret_basic"
    )
    asking = OAuth2Session(
        client.client_id, client.client_secret or None, token_endpoint_auth_method=method, scope=SCOPE,
        redirect_uri=client.redirect_uri, code_challenge_method="S256",
    )  # fmt: skip
    asking.trust_env = False
    for scheme in ("https://", "http://"):
        asking.mount(scheme, _Outgoing(client.allow_loopback))
    return asking


def come_back(client: Client, own: Secrets, *, code: str, wanted: str) -> dict[str, Any]:
    """Exchange the code that a browser brought for the claims of its person.

    Args:
        wanted: a claim that the provider's page of the person is asked for where the token lacks it.

    Raises:
        OidcError: the provider refused the code or can't be asked, or what it sent may not be believed.
    """
    provider = discover(client)
    token = _exchange(client, provider, own, code)
    id_token, access = token.get("id_token"), str(token.get("access_token") or "")
    if not isinstance(id_token, str):
        raise _wrong(f"{provider.issuer} sent no id_token")
    claims = check_token(client, id_token, nonce=own.nonce, access_token=access)
    top = wanted.partition(".")[0]
    if provider.userinfo and access and ("email" not in claims or not {wanted, top} & set(claims)):
        return _with_more(client, provider, claims, access)
    return claims


def _exchange(client: Client, provider: Provider, own: Secrets, code: str) -> Mapping[str, Any]:
    try:
        with _session(client, provider) as asking:
            found: Mapping[str, Any] = asking.fetch_token(
                provider.token, grant_type="authorization_code", code=code, code_verifier=own.verifier,
                redirect_uri=client.redirect_uri, allow_redirects=False,
            )  # fmt: skip
            return found
    except OutgoingError as error:
        raise _away(f"{provider.token}: {error}") from error
    except AuthlibBaseError as error:
        raise _wrong(f"{provider.token} refused the code: {error.error}") from error
    except (requests.RequestException, ValueError) as error:
        raise _away(f"{provider.token} sent no token: {type(error).__name__}") from error


def _with_more(client: Client, provider: Provider, claims: dict[str, Any], access: str) -> dict[str, Any]:
    more = _object(client, provider.userinfo, {"Authorization": f"Bearer {access}"})
    if more.get("sub") != claims["sub"]:
        raise _wrong(f"{provider.userinfo} speaks of another person")
    return more | claims


def check_token(client: Client, id_token: str, *, nonce: str, access_token: str = "") -> dict[str, Any]:
    """Return the claims of an ``id_token`` that may be believed.

    Raises:
        OidcError: signature, algorithm, issuer, audience, time, nonce or form are not right.
    """
    provider = discover(client)
    try:
        header, claims = _signed(client, id_token)
        token = CodeIDToken(
            claims, header,
            {"iss": {"essential": True, "value": provider.issuer},
             "aud": {"essential": True, "value": client.client_id}},
            {"nonce": nonce, "client_id": client.client_id, "access_token": access_token},
        )  # fmt: skip
        now = int(clock.now().timestamp())
        token.validate(now=now, leeway=LEEWAY)
    except (JoseError, AuthlibBaseError, ValueError, TypeError, KeyError) as error:
        raise _wrong(f"id_token of {provider.issuer}: {type(error).__name__} {error}") from error
    if now - token["iat"] > OLDEST:
        raise _wrong(f"id_token of {provider.issuer}: issued too long ago")
    if not isinstance(token["sub"], str) or not token["sub"].strip() or len(token["sub"]) > 255:
        raise _wrong(f"id_token of {provider.issuer}: no usable subject")
    return dict(token)


def _signed(client: Client, id_token: str) -> tuple[dict[str, Any], dict[str, Any]]:
    header = jws.extract_compact(id_token.encode()).headers()
    if header.get("alg") not in ALGORITHMS:
        raise ValueError(f"algorithm {str(header.get('alg'))[:20]!r}")
    kid = header.get("kid")
    last: Exception = ValueError("no key of the provider fits")
    for key in _keys(client, kid if isinstance(kid, str) else None):
        try:
            token = jwt.decode(id_token, key, algorithms=list(ALGORITHMS))
            return dict(token.header), token.claims
        except (JoseError, ValueError, TypeError) as error:
            last = error
    raise last
