"""Challenges that a browser's passkey is to sign: random, short, good once, and for one act of one browser.

The browser's cookie holds them sealed; that one was answered is counted in the database, so that a copied
cookie brings none back.
"""

import hmac
import json
import secrets
from collections.abc import MutableMapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from accounts.passkey_rules import SECONDS
from accounts.rules import Try, hashed
from nic_platform import secrets_box
from nic_platform.secrets_box import SealError

_KEPT = "passkey, "
_SEALED_FOR = "passkey challenge"


class Purpose(StrEnum):
    """What a passkey is asked for."""

    NEW = "new"  # to be made
    SIGN_IN = "sign in"
    SECOND = "second"  # after password, link or provider
    AGAIN = "again"  # before what matters, by who is signed in


@dataclass(frozen=True)
class Asked:
    """One challenge: its bytes in hexadecimal, for which act, of whom (0: nobody yet), in which sign-in."""

    challenge: str
    purpose: str
    user_id: int
    sign_in: str
    at: float

    @property
    def bytes(self) -> bytes:
        """Return the challenge as a device signs it."""
        return bytes.fromhex(self.challenge)

    @property
    def since(self) -> datetime:
        """Return when it was asked."""
        return datetime.fromtimestamp(self.at, UTC)

    @property
    def once(self) -> tuple[Try, ...]:
        """Return what its only answer counts against, in the quarter of an hour it was asked in."""
        return (Try("challenge", self.challenge, 1),)


def ask(cookie: MutableMapping[str, Any], purpose: Purpose, user_id: int, *, at: datetime) -> Asked:
    """Make a challenge and keep it in the browser; the one before for such an act counts no more."""
    asked = Asked(secrets.token_bytes(32).hex(), purpose.value, user_id, _bound_to(cookie), at.timestamp())
    cookie[_KEPT + purpose.value] = secrets_box.seal(json.dumps(asdict(asked)), _SEALED_FOR)
    return asked


def take(cookie: MutableMapping[str, Any], purpose: Purpose, user_id: int, *, at: datetime) -> Asked | None:
    """Return the challenge that this browser was asked for this act, once; ``None`` if there is none."""
    try:
        sealed = str(cookie.pop(_KEPT + purpose.value, ""))
        kept = Asked(**json.loads(secrets_box.open_sealed(sealed, _SEALED_FOR)))
    except (SealError, ValueError, TypeError):
        return None
    is_young = 0 <= at.timestamp() - kept.at + 1 <= SECONDS
    is_same = hmac.compare_digest(kept.sign_in, _bound_to(cookie))
    fits = (kept.purpose, kept.user_id) == (purpose.value, user_id)
    return kept if is_young and is_same and fits else None


def _bound_to(cookie: MutableMapping[str, Any]) -> str:
    return hashed(str(cookie.get("_user_id", "")))
