"""What an organisation's sign-in says of a person, and how far it is believed. Pure."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from accounts.rules import normal_email

FLOW_SECONDS = 600  # from leaving for the provider to coming back
PROVE_SECONDS = 900  # to prove an account before it is connected
MOST_FLOWS = 3  # begun at once in one browser, as in several tabs
FEW = 4  # providers that get a button of their own on the sign-in page
LONGEST_SUBJECT, LONGEST_NAME = 255, 120

_DOMAIN = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?")
_GOOGLE = "https://accounts.google.com"
FOR_EVERYBODY = frozenset({
    "aol.com", "gmail.com", "gmx.com", "googlemail.com", "hotmail.com", "icloud.com", "live.com", "mail.com",
    "me.com", "msn.com", "outlook.com", "proton.me", "protonmail.com", "yahoo.com",
})  # fmt: skip
"""Domains at which anybody gets an address: no organisation answers for them."""


@dataclass(frozen=True)
class Told:
    """What a provider told of a person, read from its claims.

    ``values`` are the groups, and ``None`` where the provider said that there are too many to name: then
    nothing is known of them, which is not the same as none.
    """

    subject: str
    email: str
    is_verified: bool
    name: str
    values: frozenset[str] | None
    did_second: bool


def normal_domain(text: str) -> str | None:
    """Return a domain as it is kept, or ``None`` if it can't be one: ``@Altamont.K12.CO.US`` is fine."""
    domain = text.strip().lower().removeprefix("@").removesuffix(".")
    return domain if len(domain) <= 253 and _DOMAIN.fullmatch(domain) else None


def domain_of(email: str) -> str:
    """Return what follows the @ of an address; empty if there is none."""
    return email.rpartition("@")[2]


def read(claims: Mapping[str, Any], *, issuer: str, claim: str) -> Told:
    """Return what the claims of a checked token say of the person.

    Args:
        claim: the name of the claim that holds the groups; dots lead into objects.
    """
    email = normal_email(_text(claims.get("email"))) or ""
    amr = claims.get("amr")
    return Told(
        subject=_text(claims.get("sub")),
        email=email,
        is_verified=bool(email) and _is_verified(claims, email, issuer),
        name=_name(claims, email),
        values=None if _is_cut(claims, claim) else frozenset(_values(claims, claim)),
        did_second=isinstance(amr, list) and "mfa" in amr,
    )


def _text(value: Any) -> str:
    return value.replace("\x00", "").strip() if isinstance(value, str) else ""


def _is_true(value: Any) -> bool:
    return value is True or value == 1 or (isinstance(value, str) and value.lower() in {"true", "1"})


def _is_verified(claims: Mapping[str, Any], email: str, issuer: str) -> bool:
    """Say whether the provider vouches that the address is the person's.

    Entra ID has no ``email_verified``: it says ``xms_edov`` (the domain's owner is verified) or lists
    ``verified_primary_email``. At Google anybody may register a work address as a private account, so
    there the domain must be the one that the account belongs to (``hd``).
    """
    listed = claims.get("verified_primary_email")
    verified = (
        _is_true(claims.get("email_verified"))
        or _is_true(claims.get("xms_edov"))
        or (isinstance(listed, list) and email in {_text(each).lower() for each in listed})
    )
    if issuer.rstrip("/") == _GOOGLE and _text(claims.get("hd")).lower() != domain_of(email):
        return False
    return verified


def _name(claims: Mapping[str, Any], email: str) -> str:
    parts = [_text(claims.get("given_name")), _text(claims.get("family_name"))]
    name = _text(claims.get("name")) or " ".join(part for part in parts if part) or email.partition("@")[0]
    return " ".join(name.split())[:LONGEST_NAME]


def _is_cut(claims: Mapping[str, Any], claim: str) -> bool:
    names = claims.get("_claim_names")
    return claim not in claims and isinstance(names, Mapping) and claim in names


def _found(claims: Mapping[str, Any], claim: str) -> Any:
    if claim in claims:
        return claims[claim]
    value: Any = claims
    for part in claim.split("."):
        value = value.get(part) if isinstance(value, Mapping) else None
    return value


def _values(claims: Mapping[str, Any], claim: str) -> Iterable[str]:
    value = _found(claims, claim)
    for each in value if isinstance(value, list) else [value]:
        if isinstance(each, Mapping):
            each = each.get("name") or each.get("id")
        if isinstance(each, bool):
            yield "true" if each else "false"
        elif isinstance(each, int):
            yield str(each)
        elif text := _text(each):
            yield text


def is_vouched(told: Told, domains: Iterable[str]) -> bool:
    """Say whether an address may be believed without asking its owner: verified, and of an own domain."""
    return told.is_verified and domain_of(told.email) in set(domains)


def shown_claims(claims: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return claims by name as a person reads them, for trying a sign-in; each cut to 300 signs."""
    rows = []
    for name in sorted(claims, key=str):
        value = claims[name]
        words = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
        rows.append((str(name)[:80], words[:300] + ("…" if len(words) > 300 else "")))
    return rows[:60]
