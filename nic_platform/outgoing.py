"""Requests that the platform makes to addresses which people typed: to the open internet only.

A webhook's address or a provider's could name a machine inside the operator's network. So the name is looked
up once, every address behind it must be a public one, the connection goes to the very address that was
checked (a second look-up could answer differently), redirects are answers like any other, and an answer is
read only so far and so long.
"""

import socket
import time
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Any
from urllib.parse import SplitResult, urlsplit

import requests
from requests.adapters import HTTPAdapter

from nic_platform.text import _

MOST_BYTES = 1_000_000
SECONDS = 10.0
Address = IPv4Address | IPv6Address


class OutgoingError(Exception):
    """A request can't or may not be made; the text says why, in a sentence for who typed the address."""


@dataclass(frozen=True)
class Answer:
    """What came back: HTTP's status, the headers, and the body's first megabyte."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def check_address(url: str, *, allow_loopback: bool = False) -> SplitResult:
    """Return the parts of an address that may be asked, as far as can be told without looking its name up.

    Args:
        allow_loopback: take ``http://`` and this machine, as demos and tests do.

    Raises:
        OutgoingError: it is not one; the text says why.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise OutgoingError(_("This is not a web address.")) from None
    host = parts.hostname or ""
    if not host or any(letter.isspace() or not letter.isprintable() for letter in url) or "\\" in url:
        raise OutgoingError(_("This is not a web address."))
    if parts.username is not None or parts.password is not None:
        raise OutgoingError(_("Leave name and password out of the address."))
    if parts.scheme != "https" and not (allow_loopback and parts.scheme == "http"):
        raise OutgoingError(_("The address must begin with https://."))
    if port == 0:
        raise OutgoingError(_("This is not a web address."))
    return parts


def is_public(address: Address, *, allow_loopback: bool = False) -> bool:
    """Say whether an address lies in the open internet: not private, local, reserved, shared or for many."""
    if isinstance(address, IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour or (address.teredo or (None, None))[1]
        if inner is not None:
            return is_public(inner, allow_loopback=allow_loopback)
        if address in _NAT64:
            return is_public(IPv4Address(int(address) & 0xFFFFFFFF), allow_loopback=allow_loopback)
    if address.is_loopback:
        return allow_loopback
    return address.is_global and not (address.is_multicast or address.is_reserved or address.is_unspecified)


class _Nat64:
    """The addresses that stand for IPv4 ones behind a translator (RFC 6052)."""

    first = int(IPv6Address("64:ff9b::"))

    def __contains__(self, address: IPv6Address) -> bool:
        return int(address) >> 32 == self.first >> 32


_NAT64 = _Nat64()


def look_up(host: str, port: int, *, allow_loopback: bool = False) -> Address:
    """Return the one address that *host* is asked at.

    Raises:
        OutgoingError: there is no such name, or any address behind it is not a public one.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise OutgoingError(_("No machine of the name %(host)s was found.", host=host)) from None
    addresses = [ip_address(str(entry[4][0]).partition("%")[0]) for entry in found]
    if not addresses or not all(is_public(one, allow_loopback=allow_loopback) for one in addresses):
        raise OutgoingError(
            _(
                "%(host)s is an address inside a network of its own. Give one that the internet knows.",
                host=host,
            )
        )
    return addresses[0]


class _ToOneAddress(HTTPAdapter):
    """Connects to the address that was checked, and asks for the host by its name (TLS included)."""

    def __init__(self, host: str) -> None:
        self._host = host
        super().__init__(max_retries=0)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        """Have TLS check the certificate of the name, not of the bare address."""
        kwargs.update(server_hostname=self._host, assert_hostname=self._host)
        super().init_poolmanager(*args, **kwargs)


def ask(
    method: str,
    url: str,
    *,
    headers: Mapping[str, str] | None = None,
    body: bytes | None = None,
    seconds: float = SECONDS,
    allow_loopback: bool = False,
) -> Answer:
    """Make one request and return its answer; redirects are not followed.

    Args:
        seconds: the longest that the whole of it may take.
        allow_loopback: see :func:`check_address`.

    Raises:
        OutgoingError: the address may not be asked, nobody answers there, or not in time.
    """
    parts = check_address(url, allow_loopback=allow_loopback)
    host, is_tls = str(parts.hostname), parts.scheme == "https"
    port = parts.port or (443 if is_tls else 80)
    address = look_up(host, port, allow_loopback=allow_loopback)
    shown = f"[{address}]" if address.version == 6 else str(address)
    target = parts._replace(netloc=f"{shown}:{port}", fragment="").geturl()
    named = f"[{host}]" if ":" in host else host
    sent = {
        "User-Agent": "Switchback",
        **(headers or {}),
        "Host": named if parts.port is None else f"{named}:{port}",
    }
    until = time.monotonic() + seconds
    try:
        with requests.Session() as asking:
            asking.trust_env = False  # no proxy and no .netrc of the machine
            if is_tls:
                asking.mount("https://", _ToOneAddress(host))
            with asking.request(
                method, target, data=body, headers=sent, timeout=seconds, allow_redirects=False, stream=True
            ) as answer:
                return Answer(answer.status_code, dict(answer.headers), _read(answer, until))
    except requests.Timeout:
        raise OutgoingError(_("%(host)s did not answer in time.", host=host)) from None
    except requests.exceptions.SSLError:
        raise OutgoingError(_("%(host)s has no certificate that can be trusted.", host=host)) from None
    except requests.RequestException:
        raise OutgoingError(_("%(host)s could not be reached.", host=host)) from None


def _read(answer: requests.Response, until: float) -> bytes:
    read = b""
    for piece in answer.iter_content(8192):
        read += piece
        if len(read) >= MOST_BYTES:
            return read[:MOST_BYTES]
        if time.monotonic() > until:
            raise requests.Timeout
    return read
