"""Requests to typed addresses: the open internet only, one address, no redirect, no endless answer."""

import socket
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from typing import Any

import pytest

from nic_platform import outgoing
from nic_platform.outgoing import OutgoingError, ask, check_address, is_public, look_up

INNER = [
    "127.0.0.1", "127.1.2.3", "10.0.0.8", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1",
    "0.0.0.0", "224.0.0.1", "255.255.255.255", "198.18.0.1", "::1", "::", "fe80::1", "fc00::1", "ff02::1",
    "::ffff:127.0.0.1", "::ffff:10.0.0.8", "2002:7f00:1::",
    "64:ff9b::7f00:1", "64:ff9b::a00:8", "2001:db8::1",
]  # fmt: skip


@pytest.mark.parametrize("address", INNER)
def test_inner_addresses_are_not_public(address: str) -> None:
    assert not is_public(ip_address(address))


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700:4700::1111", "64:ff9b::808:808"])
def test_public_addresses_are(address: str) -> None:
    assert is_public(ip_address(address))


@pytest.mark.parametrize(
    "host",
    ["localhost", "127.0.0.1", "2130706433", "0x7f000001", "0177.0.0.1", "127.1", "[::1]", "[::ffff:a00:8]"],
)
def test_spellings_of_inner_addresses_are_refused(host: str) -> None:
    with pytest.raises(OutgoingError):
        ask("GET", f"https://{host}/")


@pytest.mark.parametrize(
    "url",
    ["http://example.org/", "ftp://example.org/", "file:///etc/passwd", "gopher://example.org/",
     "//example.org", "https://", "https://user:word@example.org/", "https://example.org:0/",
     "https://example.org:99999/", "https://exa mple.org/", "https://example.org\\@127.0.0.1/",
     "https://example.org/\r\nX: y", "javascript:alert(1)"],
)  # fmt: skip
def test_what_is_no_address_to_ask_is_refused(url: str) -> None:
    with pytest.raises(OutgoingError):
        check_address(url)


def test_a_name_with_one_inner_address_among_others_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    def two(*_args: object, **_rest: object) -> list[Any]:
        return [(2, 1, 6, "", ("8.8.8.8", 443)), (2, 1, 6, "", ("10.0.0.8", 443))]

    monkeypatch.setattr(socket, "getaddrinfo", two)

    with pytest.raises(OutgoingError, match="inside a network"):
        look_up("example.org", 443)


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        if self.path == "/away":
            self.send_response(302)
            self.send_header("Location", "http://127.0.0.1:1/")
            self.end_headers()
            return
        self.send_response(200)
        self.end_headers()
        body = b"x" * 3_000_000 if self.path == "/long" else str(self.headers["Host"]).encode()
        self.wfile.write(body)

    do_POST = do_GET  # noqa: N815  # as the library calls it

    def log_message(self, *_args: object) -> None:
        pass


@pytest.fixture(scope="module")
def listening() -> Iterator[int]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_port
    server.shutdown()
    server.server_close()


def test_the_host_is_asked_by_its_name(listening: int) -> None:
    answer = ask("POST", f"http://localhost:{listening}/", body=b"{}", allow_loopback=True)

    assert (answer.status, answer.body) == (200, f"localhost:{listening}".encode())


def test_a_name_that_answers_otherwise_the_second_time_is_asked_where_it_was_checked(
    listening: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, asked = socket.getaddrinfo, []

    def once(host: Any, *args: Any, **rest: Any) -> Any:
        asked.append(host)
        return real("127.0.0.1" if host == "rebinding.example" else host, *args, **rest)

    monkeypatch.setattr(socket, "getaddrinfo", once)
    answer = ask("GET", f"http://rebinding.example:{listening}/", allow_loopback=True)

    assert answer.status == 200
    assert asked.count("rebinding.example") == 1


def test_a_redirect_is_not_followed(listening: int) -> None:
    assert ask("GET", f"http://127.0.0.1:{listening}/away", allow_loopback=True).status == 302


def test_a_long_answer_is_cut(listening: int) -> None:
    answer = ask("GET", f"http://127.0.0.1:{listening}/long", allow_loopback=True)

    assert len(answer.body) == outgoing.MOST_BYTES


DRIPS = {
    "headers": ("http", b"HTTP/1.1 200 OK\r\nX-Slow: ", b"a"),
    "body": ("http", b"HTTP/1.1 200 OK\r\n\r\n", b"a"),
    "chunks": ("http", b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\na\r\n"),
    "handshake": ("https", b"\x16\x03\x03\x40\x00\x02\x00\x3f\xf0", b"a"),
}


@pytest.mark.parametrize("part", DRIPS)
def test_an_answer_that_drips_for_ever_ends_in_time(part: str) -> None:
    scheme, first, drop = DRIPS[part]
    is_over = threading.Event()

    def drip() -> None:
        line, _address = server.accept()
        with line:
            try:
                line.sendall(first)
                for _ in range(200):  # ten seconds stand for ever
                    if is_over.wait(0.05):
                        break
                    line.sendall(drop)
            except OSError:
                pass

    with socket.create_server(("127.0.0.1", 0)) as server:
        slow = threading.Thread(target=drip, daemon=True)
        slow.start()
        address = f"{scheme}://127.0.0.1:{server.getsockname()[1]}/"
        began = time.monotonic()
        try:
            with pytest.raises(OutgoingError, match="in time"):
                ask("GET", address, allow_loopback=True, seconds=0.3)
        finally:
            is_over.set()
        took = time.monotonic() - began
        slow.join(5)

    assert took < 7
    assert not slow.is_alive()


def test_nobody_there_is_a_sentence() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]

    with pytest.raises(OutgoingError, match="could not be reached"):
        ask("GET", f"http://127.0.0.1:{port}/", allow_loopback=True)
