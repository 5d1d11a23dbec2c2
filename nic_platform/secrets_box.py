"""Secrets that have to be read again, encrypted where they are kept.

Passwords and tokens are hashed: nobody needs them back. The secret of a provider, a code generator or a
webhook has to be used, so it is sealed with a key derived from the installation's own (HKDF, RFC 5869), one
for each purpose: what was sealed for one purpose does not open for another.
"""

import base64

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_INFO = b"switchback sealed secrets, "


class SealError(ValueError):
    """A sealed text can't be opened: it was damaged, or sealed with another key or for another purpose."""


class _Key:
    """The installation's key, told once by the application."""

    secret = ""


def use_key(secret: str) -> None:
    """Seal and open with keys derived from *secret*, the installation's own, from now on."""
    _Key.secret = secret


def _box(purpose: str) -> Fernet:
    if not _Key.secret:
        raise SealError("no key has been set")
    derived = HKDF(SHA256(), length=32, salt=None, info=_INFO + purpose.encode())
    return Fernet(base64.urlsafe_b64encode(derived.derive(_Key.secret.encode())))


def seal(text: str, purpose: str) -> str:
    """Return *text* encrypted for *purpose*, in letters a column can keep."""
    return _box(purpose).encrypt(text.encode()).decode("ascii")


def open_sealed(sealed: str, purpose: str) -> str:
    """Return what :func:`seal` was given.

    Raises:
        SealError: it was damaged, or sealed with another key or for another purpose.
    """
    try:
        return _box(purpose).decrypt(sealed.encode()).decode()
    except InvalidToken:
        raise SealError("this secret can't be opened with the installation's key") from None
