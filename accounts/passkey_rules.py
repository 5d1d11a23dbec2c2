"""The rules of passkeys (WebAuthn): what a browser is asked, and what of its answers is believed. Pure.

A passkey counts for password and second step together, because its device makes sure of its owner (by
fingerprint, face or PIN) each time: without that nothing that it signs counts here.
"""

import hmac
import json
from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

MOST = 20  # passkeys that one person may have
LONGEST = 20_000  # letters of what a browser may send
SECONDS = 300  # that a challenge may be answered
NAME = "Switchback"


class PasskeyError(ValueError):
    """What a browser sent is not to be believed; the text is for the log, not for the visitor."""


@dataclass(frozen=True)
class Site:
    """Whose passkeys count: those made for this host, by pages of this origin."""

    host: str
    origin: str


@dataclass(frozen=True)
class Made:
    """A new passkey: its id and public key in base64url, and how often it has signed."""

    credential_id: str
    public_key: str
    sign_count: int


def site_of(base_url: str) -> Site | None:
    """Return the site of an installation; ``None`` where browsers make no passkeys.

    They want a name, not a number, and HTTPS unless the machine is the browser's own.
    """
    parts = urlsplit(base_url)
    host = (parts.hostname or "").lower()
    try:
        ip_address(host)
        return None
    except ValueError:
        pass
    is_own = host == "localhost" or host.endswith(".localhost")
    if not host or not (parts.scheme == "https" or (parts.scheme == "http" and is_own)):
        return None
    usual = {"https": 443, "http": 80}[parts.scheme]
    port = f":{parts.port}" if parts.port and parts.port != usual else ""
    return Site(host, f"{parts.scheme}://{host}{port}")


def ask_for_new(
    site: Site, challenge: bytes, *, handle: bytes, email: str, name: str, known: Sequence[str]
) -> dict[str, Any]:
    """Return what ``navigator.credentials.create`` is asked; *known* devices make no second one."""
    import webauthn
    from webauthn.helpers import structs

    options = webauthn.generate_registration_options(
        rp_id=site.host, rp_name=NAME, user_id=handle, user_name=email, user_display_name=name,
        challenge=challenge, timeout=SECONDS * 1000,
        authenticator_selection=structs.AuthenticatorSelectionCriteria(
            resident_key=structs.ResidentKeyRequirement.REQUIRED,
            user_verification=structs.UserVerificationRequirement.REQUIRED,
        ),
        exclude_credentials=_described(known),
    )  # fmt: skip
    return _plain(options)


def ask_for_known(site: Site, challenge: bytes, known: Sequence[str]) -> dict[str, Any]:
    """Return what ``navigator.credentials.get`` is asked; without *known* ones the device offers its own."""
    import webauthn
    from webauthn.helpers import structs

    options = webauthn.generate_authentication_options(
        rp_id=site.host, challenge=challenge, timeout=SECONDS * 1000, allow_credentials=_described(known),
        user_verification=structs.UserVerificationRequirement.REQUIRED,
    )  # fmt: skip
    return _plain(options)


def check_new(text: str, site: Site, challenge: bytes) -> Made:
    """Return the new passkey that a browser made.

    Raises:
        PasskeyError: it was made for another site or challenge, without its owner, or is damaged.
    """
    import webauthn
    from webauthn.helpers import bytes_to_base64url

    sent = _read(text)
    try:
        found = webauthn.verify_registration_response(
            credential=sent, expected_challenge=challenge, expected_rp_id=site.host,
            expected_origin=site.origin, require_user_verification=True,
        )  # fmt: skip
    except Exception as error:  # a library reads a stranger's bytes: it may stumble in any way
        raise PasskeyError(_why(error)) from error
    return Made(
        bytes_to_base64url(found.credential_id), bytes_to_base64url(found.credential_public_key),
        found.sign_count,
    )  # fmt: skip


def credential_of(text: str) -> str:
    """Return the id of the passkey that a browser says it used.

    Raises:
        PasskeyError: it names none.
    """
    name = _read(text).get("id")
    if not isinstance(name, str) or not 0 < len(name) <= 1400:
        raise PasskeyError("no id")
    return name


def check_use(
    text: str, site: Site, challenge: bytes, *, public_key: str, sign_count: int, handle: bytes
) -> int:
    """Return how often a passkey has signed now.

    Raises:
        PasskeyError: it signed for another site, challenge or person, without its owner, with another key, or
            its count went back, as that of a copy does.
    """
    import webauthn
    from webauthn.helpers import base64url_to_bytes

    sent = _read(text)
    try:
        found = webauthn.verify_authentication_response(
            credential=sent, expected_challenge=challenge, expected_rp_id=site.host,
            expected_origin=site.origin, credential_public_key=base64url_to_bytes(public_key),
            credential_current_sign_count=sign_count, require_user_verification=True,
        )  # fmt: skip
        named = (sent.get("response") or {}).get("userHandle")
        said = base64url_to_bytes(named) if named else handle
    except Exception as error:  # as above
        raise PasskeyError(_why(error)) from error
    if not hmac.compare_digest(said, handle):
        raise PasskeyError("it names another person")
    return int(found.new_sign_count)


def _why(error: Exception) -> str:
    """Return what went wrong without a word that a stranger sent: it goes into a log."""
    return "its count went back" if "sign count" in str(error) else type(error).__name__


def _read(text: str) -> dict[str, Any]:
    if len(text) > LONGEST:
        raise PasskeyError("too long")
    try:
        sent = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise PasskeyError("no JSON") from error
    if not isinstance(sent, dict):
        raise PasskeyError("no object")
    return sent


def _described(known: Sequence[str]) -> list[Any]:
    from webauthn.helpers import base64url_to_bytes
    from webauthn.helpers.structs import PublicKeyCredentialDescriptor

    return [PublicKeyCredentialDescriptor(id=base64url_to_bytes(each)) for each in known]


def _plain(options: Any) -> dict[str, Any]:
    from webauthn.helpers import options_to_json_dict

    return dict(options_to_json_dict(options))
