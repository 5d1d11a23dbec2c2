"""Requests that the platform makes to addresses which people typed: to the open internet only.

A webhook's address or a provider's could name a machine inside the operator's network. So the name is looked
up once, every address behind it must be a public one, the connection goes to the very address that was
checked (a second look-up could answer differently), redirects are answers like any other, and an answer is
read only so far and so long.
"""

import socket
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address
from threading import Lock, Timer
from typing import Any
from urllib.parse import SplitResult, urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

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


class _Deadline:
    """Ends the lines of one request when its time is over, whatever they are at.

    The time limit of a socket counts from the last byte, so that who sends one now and then is never late. A
    line that was shut down ends at once: in the handshake, the headers or the body.
    """

    def __init__(self, seconds: float) -> None:
        self.is_over = False
        self._lines: list[socket.socket] = []
        self._lock = Lock()
        self._timer = Timer(seconds, self._end)
        self._timer.daemon = True

    def __enter__(self) -> "_Deadline":
        self._timer.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._timer.cancel()
        with self._lock:
            while self._lines:
                self._lines.pop().close()

    def watch(self, line: socket.socket) -> None:
        """End this line too when the time is over; a copy of it, since TLS takes the first one away."""
        with self._lock:
            self._lines.append(line.dup())
        if self.is_over:
            self._end()

    def _end(self) -> None:
        self.is_over = True
        with self._lock:
            for line in self._lines:
                with suppress(OSError):  # it has ended by itself
                    line.shutdown(socket.SHUT_RDWR)


def _watched_pools(deadline: _Deadline) -> dict[str, type[HTTPConnectionPool]]:
    """Return kinds of pools whose every line ends at the deadline, by scheme."""

    class Plain(HTTPConnection):
        def _new_conn(self) -> socket.socket:
            line = super()._new_conn()
            deadline.watch(line)
            return line

    class Encrypted(HTTPSConnection):
        def _new_conn(self) -> socket.socket:
            line = super()._new_conn()
            deadline.watch(line)
            return line

    class PlainPool(HTTPConnectionPool):
        ConnectionCls = Plain

    class EncryptedPool(HTTPSConnectionPool):
        ConnectionCls = Encrypted

    return {"http": PlainPool, "https": EncryptedPool}


class _ToOneAddress(HTTPAdapter):
    """Connects to the address that was checked, asks for the host by its name (TLS too), ends in time."""

    def __init__(self, host: str | None, deadline: _Deadline) -> None:
        self._host = host
        self._deadline = deadline
        super().__init__(max_retries=0)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        """Have TLS check the certificate of the name, not of the bare address."""
        if self._host is not None:
            kwargs.update(server_hostname=self._host, assert_hostname=self._host)
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = _watched_pools(self._deadline)


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
        seconds: the longest that the whole of it may take once the name is found; how long looking it up may
            take is set on the machine (``resolv.conf``).
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
    with _Deadline(seconds) as deadline:
        try:
            answer = _exchange(
                method, target, body, sent, _ToOneAddress(host if is_tls else None, deadline), seconds
            )
        except requests.RequestException as error:
            raise OutgoingError(_why(host, error, deadline.is_over)) from None
        if (
            deadline.is_over and len(answer.body) < MOST_BYTES
        ):  # a line that was ended may look like a whole answer
            raise OutgoingError(_("%(host)s did not answer in time.", host=host))
    return answer


def _exchange(
    method: str,
    target: str,
    body: bytes | None,
    headers: Mapping[str, str],
    adapter: HTTPAdapter,
    seconds: float,
) -> Answer:
    """Send the request by the adapter and read the answer's first megabyte."""
    with requests.Session() as asking:
        asking.trust_env = False  # no proxy and no .netrc of the machine
        asking.mount("https://", adapter)
        asking.mount("http://", adapter)
        with asking.request(
            method, target, data=body, headers=headers, timeout=seconds, allow_redirects=False, stream=True
        ) as answer:
            return Answer(answer.status_code, dict(answer.headers), _read(answer))


def _why(host: str, error: requests.RequestException, is_late: bool) -> str:
    """Return the sentence for what stopped a request."""
    if is_late or isinstance(error, requests.Timeout):
        return _("%(host)s did not answer in time.", host=host)
    if isinstance(error, requests.exceptions.SSLError):
        return _("%(host)s has no certificate that can be trusted.", host=host)
    return _("%(host)s could not be reached.", host=host)


def _read(answer: requests.Response) -> bytes:
    read = b""
    for piece in answer.iter_content(8192):
        read += piece
        if len(read) >= MOST_BYTES:
            return read[:MOST_BYTES]
    return read
