"""A browser as cheap as one can be: keeps cookies, reads forms as they stand, and says how long answers took.

All browsers share some lines to the server, as they do behind a proxy; what is asked while all are in use
waits, and the waiting counts.
"""

import asyncio
import html
import re
import time
from collections import deque
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any
from urllib.parse import urlencode

PATIENCE = 60.0  # seconds for one answer
HOST = "load.example"
_FORM = re.compile(r"<form\b([^>]*)>(.*?)</form>", re.DOTALL)
_FIELD = re.compile(
    r"<input\b([^>]*)>|<select\b([^>]*)>(.*?)</select>|<textarea\b([^>]*)>(.*?)</textarea>", re.DOTALL
)
_OPTION = re.compile(r"<option\b([^>]*)>")
_WORD = re.compile(r'([\w-]+)(?:="([^"]*)")?')
Fields = list[tuple[str, str]]
_UNSENT = frozenset({"submit", "button", "image", "file", "reset"})


@dataclass(frozen=True)
class Answer:
    """What the server said; ``status`` 0 where it said nothing."""

    status: int
    headers: dict[str, str]
    body: bytes
    seconds: float
    size: int = 0  # as it came, before it was unpacked

    @property
    def text(self) -> str:
        """Return the page."""
        return self.body.decode("utf-8", "replace")

    def links(self, pattern: str) -> list[str]:
        """Return the addresses on the page that fit a pattern whole, each once."""
        return list(dict.fromkeys(re.findall(rf'href="({pattern})"', self.text)))

    def forms(self) -> list[tuple[str, "Fields"]]:
        """Return the forms of the page that are sent by POST: where to, and what a browser would send."""
        found = []
        for head, inner in _FORM.findall(self.text):
            said = _said(head)
            if said.get("method", "").lower() == "post":
                found.append((said.get("action", ""), _fields(inner)))
        return found


def _said(head: str) -> dict[str, str]:
    return {name: html.unescape(value) for name, value in _WORD.findall(head)}


def filled(fields: "Fields", **typed: str) -> "Fields":
    """Return what is sent after something was typed; what the form did not have is a button's or a box's."""
    return [(name, value) for name, value in fields if name not in typed] + list(typed.items())


def _fields(inner: str) -> "Fields":
    """Return the fields of a form with the values they stand at; buttons are pressed by their name."""
    values: Fields = []
    for box, select, options, area, words in _FIELD.findall(inner):
        said = _said(box or select or area)
        name, kind = said.get("name", ""), said.get("type", "text")
        if not name or "disabled" in said:
            continue
        if select:
            chosen = [_said(each) for each in _OPTION.findall(options)]
            first = next((each for each in chosen if "selected" in each), chosen[0] if chosen else {})
            values.append((name, first.get("value", "")))
        elif area:
            values.append((name, html.unescape(words).removeprefix("\r\n").removeprefix("\n")))
        elif kind in {"radio", "checkbox"}:
            if "checked" in said:
                values.append((name, said.get("value", "on")))
        elif kind not in _UNSENT:
            values.append((name, said.get("value", "")))
    return values


class Lines:
    """The lines to the server that all share; an idle one is used again."""

    def __init__(self, port: int, most: int) -> None:
        self.port = port
        self._free = asyncio.Semaphore(most)
        self._idle: deque[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = deque()

    async def ask(self, said: bytes, *, again: bool) -> tuple[int, list[tuple[str, str]], bytes]:
        """Return status, headers and body of an answer; a read on a line that was just closed goes again."""
        async with self._free:
            while self._idle:
                reader, writer = self._idle.pop()
                if reader.at_eof() or writer.is_closing():
                    writer.close()
                    continue
                try:
                    return await asyncio.wait_for(self._over(reader, writer, said), PATIENCE)
                except (ConnectionError, asyncio.IncompleteReadError):
                    if not again:
                        raise
            reader, writer = await asyncio.open_connection("127.0.0.1", self.port, limit=2**20)
            return await asyncio.wait_for(self._over(reader, writer, said), PATIENCE)

    async def _over(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, said: bytes
    ) -> tuple[int, list[tuple[str, str]], bytes]:
        whole = False
        try:
            writer.write(said)
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
            pairs = [line.split(": ", 1) for line in head[1:] if line]
            headers = [(name.lower(), value) for name, value in pairs]
            body = await self._body(reader, dict(headers))
            whole = True
        finally:
            if whole and dict(headers).get("connection") != "close":
                self._idle.append((reader, writer))
            else:
                writer.close()
        return int(head[0].split(" ", 2)[1]), headers, body

    @staticmethod
    async def _body(reader: asyncio.StreamReader, headers: dict[str, str]) -> bytes:
        if headers.get("transfer-encoding") == "chunked":
            parts = []
            while size := int((await reader.readuntil(b"\r\n")).split(b";")[0], 16):
                parts.append(await reader.readexactly(size))
                await reader.readexactly(2)
            await reader.readexactly(2)
            return b"".join(parts)
        return await reader.readexactly(int(headers.get("content-length", "0")))

    def close(self) -> None:
        """Hang up all lines that are idle."""
        for _reader, writer in self._idle:
            writer.close()
        self._idle.clear()


@dataclass
class Browser:
    """One person's browser, or with a *token* a program."""

    lines: Lines
    address: str  # where the person sits, as the proxy tells it
    cookies: dict[str, str] = field(default_factory=dict)
    token: str = ""
    at: str = "/"

    async def get(self, path: str) -> Answer:
        """Open a page."""
        answer = await self._ask("GET", path)
        if not self.token and answer.status == 200:
            self.at = path
        return answer

    async def post(self, path: str, fields: "Fields") -> Answer:
        """Send a form."""
        kind = "application/x-www-form-urlencoded"
        return await self._ask("POST", path, urlencode(fields).encode(), {"Content-Type": kind})

    async def send(self, path: str, sent: bytes, key: str) -> Answer:
        """Create something by the API."""
        more = {"Content-Type": "application/json", "Idempotency-Key": key}
        return await self._ask("POST", path, sent, more)

    async def _ask(
        self, method: str, path: str, body: bytes = b"", more: dict[str, str] | None = None
    ) -> Answer:
        headers = {
            "Host": HOST, "X-Forwarded-Host": HOST, "X-Forwarded-Proto": "https",
            "X-Forwarded-For": self.address,
            "User-Agent": "Mozilla/5.0 (load)", "Accept-Encoding": "gzip, deflate, br, zstd",
            "Accept-Language": "en-US,en;q=0.5", "Referer": f"https://{HOST}{self.at}", **(more or {}),
        }  # fmt: skip
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        elif self.cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        if method == "POST":
            headers["Content-Length"] = str(len(body))
            headers["Origin"] = f"https://{HOST}"
        head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        began = time.perf_counter()
        try:
            status, told, came = await self.lines.ask(
                f"{method} {path} HTTP/1.1\r\n{head}\r\n".encode() + body, again=method == "GET"
            )
        except (OSError, asyncio.IncompleteReadError, TimeoutError) as error:
            return Answer(0, {}, repr(error).encode(), time.perf_counter() - began)
        seconds = time.perf_counter() - began
        for name, value in told:
            if name == "set-cookie":
                key, _equals, rest = value.partition("=")
                self.cookies[key] = rest.split(";", 1)[0]
        known = dict(told)
        return Answer(status, known, unpack(came, known.get("content-encoding", "")), seconds, len(came))


def unpack(body: bytes, how: str) -> bytes:
    """Return a body as it was before it was packed."""
    if not how or not body:
        return body
    if how == "zstd":
        kind: Any = import_module("backports.zstd")
        return bytes(kind.decompress(body))
    if how == "br":
        return bytes(import_module("brotli").decompress(body))
    return bytes(import_module("gzip" if how == "gzip" else "zlib").decompress(body))
