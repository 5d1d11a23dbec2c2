"""The real thing: the demo command, its server and its worker, and a browser to use it with."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from tests.demo_master import demo_copy

ARGUMENTS = (
    "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip
PLACES = (
    "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)  # fmt: skip

expect.set_options(timeout=30_000)  # milliseconds: a busy machine is slow, which says nothing of the page


@dataclass(frozen=True)
class Demo:
    """A served demo network: its address and what is in it."""

    address: str
    manifest: dict[str, Any]
    folder: Path


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One headless Chromium for all journeys; each opens a context of its own."""
    named = os.environ.get("CHROMIUM") or next((place for place in PLACES if Path(place).exists()), None)
    with sync_playwright() as playwright:
        is_root = hasattr(os, "geteuid") and os.geteuid() == 0
        arguments = [*ARGUMENTS, "--no-sandbox"] if is_root else list(ARGUMENTS)
        found = playwright.chromium.launch(executable_path=named or shutil.which("chromium"), args=arguments)
        yield found
        found.close()


@pytest.fixture(scope="session")
def demo(database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """The demo network, served by the command that a newcomer uses."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with demo_copy(database, tmp_path_factory) as copy:
        own = {"NIC_DATA_DIR": str(copy.folder), "DATABASE_URL": copy.url, "NIC_COUNT_SQL": "1"}
        command = [sys.executable, "-m", "nic_platform", "demo", "--port", str(port)]
        log = copy.folder / "log"
        with log.open("w") as file:
            process = subprocess.Popen(command, env=os.environ | own, stdout=file, stderr=file)
        try:
            _wait_for(f"http://127.0.0.1:{port}/sign-in", process, log)
            yield Demo(f"http://127.0.0.1:{port}", copy.facts, copy.folder)
        finally:
            process.terminate()
            process.wait(30)


def _wait_for(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(1200):
        try:
            urllib.request.urlopen(address, timeout=5).read()
            return
        except OSError:
            assert process.poll() is None, log.read_text(encoding="utf-8")
            time.sleep(0.1)
    raise AssertionError("the demo did not answer in two minutes: " + log.read_text(encoding="utf-8"))
