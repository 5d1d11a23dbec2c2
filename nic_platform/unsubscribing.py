"""Addresses in mail that turn its kind off without signing in, as RFC 8058 has it.

Such an address is signed, names a person and a group of notices, and can do nothing else.
"""

from uuid import UUID

from flask import current_app
from itsdangerous import BadSignature, URLSafeSerializer

from nic_platform.notice_kinds import DIGEST_KIND, group_named, group_of


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(str(current_app.config["SECRET_KEY"]), salt="mail turned off")


def group_key(kind: str) -> str:
    """Return what a letter of this kind is turned off by: its group, or the digest."""
    return DIGEST_KIND if kind == DIGEST_KIND else group_of(kind).key


def path_for(person: UUID, kind: str) -> str:
    """Return the path that turns letters of this kind off for one person."""
    return f"/mail/off/{_signer().dumps([str(person), group_key(kind)])}"


def read(token: str) -> tuple[UUID, str] | None:
    """Return the person and the group that an address names; none where it was not made here."""
    try:
        person, key = _signer().loads(token)
        known = key == DIGEST_KIND or group_named(key) is not None
        return (UUID(person), key) if known else None
    except (BadSignature, ValueError, TypeError):
        return None
