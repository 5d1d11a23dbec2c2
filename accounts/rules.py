"""The rules of getting in: passwords, tries, time-outs, links and where to go afterwards. Pure."""

import hashlib
import re
import secrets
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import cache
from ipaddress import IPv6Address, ip_address
from pathlib import Path
from urllib.parse import unquote, urlsplit

from nic_platform.text import _

SHORTEST, LONGEST = 8, 128  # characters of a password, whichever they are
MAIL_LENGTH = 254
WINDOW = timedelta(minutes=15)  # over which tries are counted
TOUCH_EVERY = timedelta(minutes=5)  # how exactly "last seen" is kept
SKEW = timedelta(minutes=1)  # by so much the clocks of two machines may differ
FRESH = timedelta(minutes=10)  # a sign-in this young stands in for a password that a person hasn't got
_MARK = "nic_"  # lets scanners of published code find a token that got out
_MAIL = re.compile(r"[^@\s,;:<>()\[\]\"\\]{1,64}@(?:[\w](?:[\w-]{0,61}[\w])?\.)+[^\W\d_][\w-]{0,61}")
_SECRET_BYTES = 32


class LinkPurpose(StrEnum):
    """What a link sent by mail is good for."""

    SIGN_IN = "sign_in"
    RESET = "reset"
    INVITATION = "invitation"
    ADDRESS = "address"

    @property
    def lifetime(self) -> timedelta:
        """Return how long such a link works."""
        return _LIFETIMES[self]


_LIFETIMES = {
    LinkPurpose.SIGN_IN: timedelta(minutes=15),
    LinkPurpose.RESET: timedelta(hours=1),
    LinkPurpose.INVITATION: timedelta(days=7),
    LinkPurpose.ADDRESS: timedelta(hours=1),
}


# ---------------------------------------------------------------- passwords


@cache
def common_passwords() -> frozenset[str]:
    """Return the passwords that everybody tries first; the file says where it comes from."""
    lines = (Path(__file__).parent / "data" / "common_passwords.txt").read_text("utf-8").splitlines()
    return frozenset(line for line in lines if line and not line.startswith("#"))


def same_signs(password: str) -> str:
    """Return the password in one spelling, so that an accent typed on another keyboard is the same accent."""
    return unicodedata.normalize("NFC", password)


def password_problem(password: str, personal: Iterable[str] = ()) -> str | None:
    """Say what is wrong with a new password, or ``None``.

    Any signs may be in it, spaces too, and none must be: NIST SP 800-63B and ASVS 6.2 ask for length and for
    refusing what is guessed first, not for a mixture.

    Args:
        personal: the person's address and name, which must not be the password.
    """
    password = same_signs(password)
    if len(password) < SHORTEST:
        return _(
            "Use at least %(count)s characters. Three or four words in a row are easy to keep in mind.",
            count=SHORTEST,
        )
    if len(password) > LONGEST:
        return _("Use at most %(count)s characters.", count=LONGEST)
    plain = password.casefold().strip()
    if plain in common_passwords() or len(set(plain)) < 3:
        return _("This password is among the first that are guessed. Choose one that nobody else has.")
    known = {
        part.casefold() for text in personal for part in (text, text.partition("@")[0], text.replace(" ", ""))
    }
    if plain in known | {"switchback"}:
        return _("Your address or name is guessed first. Choose something else.")
    return None


# ---------------------------------------------------------------- secrets


def new_secret() -> str:
    """Return a random text of 256 bits that is safe in an address."""
    return secrets.token_urlsafe(_SECRET_BYTES)


def new_token() -> str:
    """Return a random API token."""
    return _MARK + new_secret()


def hashed(secret: str) -> str:
    """Return what is kept of a random secret: its SHA-256. Never for passwords."""
    return hashlib.sha256(secret.encode()).hexdigest()


# ---------------------------------------------------------------- tries


@dataclass(frozen=True)
class Try:
    """One thing of which there may be only so many in :data:`WINDOW`."""

    kind: str
    who: str
    limit: int

    @property
    def subject(self) -> str:
        """Return the name it is counted under; it gives neither address nor account away."""
        return hashed(f"{self.kind}:{self.who}")


def sign_in_tries(email: str, address: str) -> tuple[Try, ...]:
    """Return what one try of a password counts against: the account 10, the place it comes from 60."""
    return Try("password", email, 10), Try("password from", block_of(address), 60)


def passkey_tries(address: str) -> tuple[Try, ...]:
    """Return what one passkey that is refused counts against: the place it comes from, 60."""
    return (Try("passkey from", block_of(address), 60),)


def mail_tries(email: str, address: str) -> tuple[Try, ...]:
    """Return what asking for one mail counts against: the account 5, the place it comes from 30."""
    return Try("mail", email, 5), Try("mail from", block_of(address), 30)


def invitation_tries(user_id: int) -> tuple[Try, ...]:
    """Return what one invitation counts against: whoever sends it, 40."""
    return (Try("invite", str(user_id), 40),)


def export_tries(user_id: int) -> tuple[Try, ...]:
    """Return what one download of a table counts against: whoever takes it, 300."""
    return (Try("export", str(user_id), 300),)


def upload_tries(user_id: int) -> tuple[Try, ...]:
    """Return what one file sent in counts against: whoever sends it, 300."""
    return (Try("upload", str(user_id), 300),)


def search_try(user_id: int) -> Try:
    """Return what one search counts against: whoever searches, 1,800 (120 a minute)."""
    return Try("search", str(user_id), 1_800)


def own_data_tries(user_id: int) -> tuple[Try, ...]:
    """Return what one file of all that is held about a person counts against: that person, 5."""
    return (Try("own data", str(user_id), 5),)


def coach_tries(user_id: int) -> tuple[Try, ...]:
    """Return what one sentence read by the coach counts against: whoever asks, 1,800 (120 a minute)."""
    return (Try("coach", str(user_id), 1_800),)


def drawing_tries(user_id: int) -> tuple[Try, ...]:
    """Return what one drawn PDF counts against: whoever takes it, 60."""
    return (Try("drawing", str(user_id), 60),)


def typing_tries(user_id: int) -> tuple[Try, ...]:
    """Return what one save of a half-typed form counts against: whoever types, 900 (60 a minute)."""
    return (Try("typing", str(user_id), 900),)


def feed_tries(token: str, address: str) -> tuple[Try, ...]:
    """Return what one reading of a calendar counts against: the address's own 60, the place 300."""
    return Try("calendar", token, 60), Try("calendar from", block_of(address), 300)


def provider_tries(address: str) -> tuple[Try, ...]:
    """Return what a wrong answer of an organisation's sign-in counts against: the place it comes from, 60."""
    return (Try("provider from", block_of(address), 60),)


def window_start(at: datetime) -> datetime:
    """Return the beginning of the counting window that *at* lies in, UTC."""
    seconds = int(WINDOW.total_seconds())
    return datetime.fromtimestamp(int(at.timestamp()) // seconds * seconds, UTC)


def seconds_left(at: datetime) -> int:
    """Return after how many seconds the next window begins; at least one."""
    return max(1, int((window_start(at) + WINDOW - at).total_seconds()))


def block_of(address: str) -> str:
    """Return the address itself, or for IPv6 the /64 that one household has."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address[:64]
    if isinstance(parsed, IPv6Address):
        return (
            str(IPv6Address(int(parsed) >> 64 << 64))
            if parsed.ipv4_mapped is None
            else str(parsed.ipv4_mapped)
        )
    return str(parsed)


# ---------------------------------------------------------------- sign-ins


def ends_at(created_at: datetime, last_seen_at: datetime, *, idle_minutes: int, hours: int) -> datetime:
    """Return when a sign-in ends by itself: so long after the last request, and so long after it began."""
    return min(last_seen_at + timedelta(minutes=idle_minutes), created_at + timedelta(hours=hours))


def needs_touch(last_seen_at: datetime | None, at: datetime) -> bool:
    """Say whether "last seen" is old enough to be written again."""
    # A moment that has not come yet: the clock was set back. What is written now holds from now on.
    return last_seen_at is None or not timedelta(0) <= at - last_seen_at < TOUCH_EVERY


def is_fresh(created_at: datetime, at: datetime) -> bool:
    """Say whether somebody signed in a moment ago; a moment still to come (clock set back) is none."""
    return -SKEW <= at - created_at <= FRESH


_BROWSERS = (
    ("Edg", "Edge"),
    ("OPR", "Opera"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
_SYSTEMS = (
    ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("CrOS", "Chromebook"),
    ("Windows", "Windows"),     ("Macintosh", "Mac"), ("Linux", "Linux"),
)  # fmt: skip


def device_name(user_agent: str) -> str:
    """Return "Firefox on Windows" from what a browser says of itself; empty if it says nothing known."""
    browser = next((name for mark, name in _BROWSERS if f"{mark}/" in user_agent), "")
    system = next((name for mark, name in _SYSTEMS if mark in user_agent), "")
    return f"{browser} on {system}" if browser and system else browser or system


# ---------------------------------------------------------------- addresses


def normal_email(text: str) -> str | None:
    """Return a mail address as it is kept (lower case, no blanks around), or ``None`` if it can't be one."""
    email = unicodedata.normalize("NFC", text).strip().lower()
    return email if len(email) <= MAIL_LENGTH and _MAIL.fullmatch(email) and ".." not in email else None


def safe_next(url: str | None) -> str | None:
    """Return *url* if it leads to a page of this site, else ``None``.

    Only a path that begins with one slash passes. Everything that some browser reads as another host is
    refused: schemes, two slashes, backslashes, blanks and control signs, also in percent spelling.
    """
    if not url or len(url) > 2000:
        return None
    for spelling in (url, unquote(url), unquote(unquote(url))):
        path = spelling.partition("?")[0].partition("#")[0]
        if not path.startswith("/") or "//" in path or "\\" in spelling:
            return None
        if any(sign.isspace() or not sign.isprintable() for sign in spelling.partition("?")[0]):
            return None
    if any(sign.isspace() or not sign.isprintable() for sign in url):
        return None
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    return None if parts.scheme or parts.netloc else url
