"""The rules of a second factor: codes of a generator, recovery codes, who must have one. Pure."""

import hmac
import re
import secrets
from datetime import datetime, timedelta

import pyotp
import segno

from accounts.rules import Try, block_of

ISSUER = "Switchback"
STEP = 30  # seconds that one code stands (RFC 6238)
DRIFT = 1  # steps that a device's clock may be off, either way
RECOVERY_CODES = 10
HALF_MINUTES = 10  # how long somebody may take between the password and the code
_GROUPS, _LONG = 5, 5
# No 0, 1, i, l or o, which are taken for each other on paper. 25 signs of 31 are 123 bits: enough for a
# plain SHA-256 to keep them (ASVS 6.5.2 asks for 112).
_SIGNS = "23456789abcdefghjkmnpqrstuvwxyz"
_SIX = re.compile(r"[0-9]{6}")


def new_secret() -> str:
    """Return a random secret of 160 bits for a code generator, in Base32."""
    return pyotp.random_base32(32)


def step_of(secret: str, code: str, at: datetime) -> int | None:
    """Return the step of time whose code this is, from one before *at* to one after; none for a wrong code.

    All codes are compared, each in the same time, whichever fits.
    """
    if _SIX.fullmatch(code) is None:
        return None
    generator, now, found = pyotp.TOTP(secret), int(at.timestamp()) // STEP, None
    for step in range(now - DRIFT, now + DRIFT + 1):
        if hmac.compare_digest(generator.generate_otp(step), code):
            found = step
    return found


def address_of(secret: str, email: str) -> str:
    """Return the otpauth address that a code generator reads from a picture."""
    return pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name=ISSUER)


def picture_of(address: str) -> str:
    """Return an address as a QR code: an SVG in a data address, black on white in every theme."""
    drawn = segno.make(address, error="m", micro=False)
    return drawn.svg_data_uri(scale=5, border=3, dark="#000", light="#fff", encode_minimal=False)


def in_groups(secret: str) -> str:
    """Return a secret as it is typed by hand, four signs at a time."""
    return " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))


def new_recovery_code() -> str:
    """Return a random code that stands in for a lost generator, in five groups of five."""
    groups = ("".join(secrets.choice(_SIGNS) for _ in range(_LONG)) for _ in range(_GROUPS))
    return "-".join(groups)


def plain_code(typed: str) -> str:
    """Return a typed code without blanks and dashes, in small letters."""
    return re.sub(r"[\s-]+", "", typed).casefold()[:100]


def code_tries(user_id: int, address: str) -> tuple[Try, ...]:
    """Return what one try of a code counts against: the account 8, the place it comes from 60."""
    return Try("code", str(user_id), 8), Try("code from", block_of(address), 60)


def is_half(second_since: datetime | None, second_at: datetime | None) -> bool:
    """Say whether a sign-in still lacks the second factor that its person has."""
    return second_since is not None and second_at is None


def is_half_alive(created_at: datetime, at: datetime) -> bool:
    """Say whether a sign-in that lacks its second factor may still be finished."""
    return at - created_at <= timedelta(minutes=HALF_MINUTES)


def must_set_up_by(asked_at: datetime, grace_days: int) -> datetime:
    """Return from when nothing opens but the page to set a second factor up."""
    return asked_at + timedelta(days=grace_days)
