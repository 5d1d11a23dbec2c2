"""Keeping and checking passwords: argon2id, no weaker than OWASP and ASVS 11.4.2 ask (19 MiB, two passes)."""

from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from accounts.rules import LONGEST, same_signs

_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1, hash_len=32, salt_len=16)


def hash_password(password: str) -> str:
    """Return what is kept of a password, with the settings it was made with; takes about 30 ms."""
    return _hasher.hash(same_signs(password))


@cache
def _nobody() -> str:
    """Return the hash that a password is checked against when there is nobody to check it for."""
    return _hasher.hash("nobody has this password")


def is_right(password: str, kept: str | None) -> bool:
    """Say whether *password* is the one *kept*. Without one it takes as long and the answer is no."""
    password = same_signs(password)[: LONGEST + 1]
    try:
        matches = _hasher.verify(kept or _nobody(), password)
    except (VerificationError, InvalidHashError):
        return False
    return matches and kept is not None


def is_outdated(kept: str) -> bool:
    """Say whether *kept* was made with other settings than today's and should be made anew."""
    return _hasher.check_needs_rehash(kept)
