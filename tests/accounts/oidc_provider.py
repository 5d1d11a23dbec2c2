"""A real provider of OpenID Connect in a process of its own, and a browser that goes there and back."""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import requests
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

SECONDS = 30


@dataclass(frozen=True)
class RunningProvider:
    """The provider's issuer; its people are told to it while it runs."""

    issuer: str

    def put(self, subject: str, **claims: Any) -> None:
        """Have the provider know somebody, and say this of them."""
        answer = requests.put(f"{self.issuer}/users/{subject}", json=claims, timeout=SECONDS)
        answer.raise_for_status()

    def agree(self, address: str, subject: str) -> str:
        """Sign in there as *subject* and return where the provider sends the browser: path and query."""
        answer = requests.post(address, data={"sub": subject}, allow_redirects=False, timeout=SECONDS)
        return self._back(answer)

    def refuse(self, address: str) -> str:
        """Press "deny" there and return where the provider sends the browser."""
        answer = requests.post(address, data={"action": "deny"}, allow_redirects=False, timeout=SECONDS)
        return self._back(answer)

    @staticmethod
    def _back(answer: requests.Response) -> str:
        parts = urlsplit(answer.headers["Location"])
        return f"{parts.path}?{parts.query}"


def leave(client: FlaskClient, start: str) -> str:
    """Begin at one of our addresses and return the provider's address that the browser is sent to."""
    response = client.get(start)
    assert response.status_code == 303, response.text
    return response.headers["Location"]


def go_round(client: FlaskClient, provider: RunningProvider, start: str, subject: str) -> TestResponse:
    """Begin at one of our addresses, sign in at the provider, come back, and return our answer."""
    return client.get(provider.agree(leave(client, start), subject))


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running_provider() -> Iterator[RunningProvider]:
    """Start the provider, and end it for sure."""
    port = _free_port()
    command = [
        sys.executable,
        "-W",
        "ignore",
        "-m",
        "oidc_provider_mock",
        "--port",
        str(port),
        "--require-nonce",
    ]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        issuer = f"http://127.0.0.1:{port}"
        _wait_for(issuer, process)
        yield RunningProvider(issuer)
    finally:
        process.kill()
        process.wait(SECONDS)


def _wait_for(issuer: str, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + SECONDS
    while process.poll() is None and time.monotonic() < until:
        try:
            requests.get(issuer + "/.well-known/openid-configuration", timeout=SECONDS)
        except requests.ConnectionError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError("the provider did not start")
