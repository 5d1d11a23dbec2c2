"""Where the platform may be served, and what depends on it."""

import gc
import importlib
import os
import signal
import socket
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from nic_platform import clock, serving
from nic_platform.errors import DeniedError
from nic_platform.serving import ServingError
from nic_platform.tables import Installation


@pytest.fixture
def prepare(app: Flask, session: Session) -> Callable[..., str]:
    """Prepare for serving without leaving a trace in the application that other tests use."""

    def prepared(host: str, *, demo: bool, port: int = 8123, **environ: str) -> str:
        session.add(Installation(is_demo=demo, created_at=clock.now()))
        session.flush()
        return serving.prepare(app, host, port, environ)

    return prepared


@pytest.fixture(autouse=True)
def as_before(app: Flask) -> object:
    before = {name: app.config[name] for name in ("BASE_URL", "INSECURE_COOKIES")}
    yield
    app.config.update(before)


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost", "127.8.8.8"])
def test_only_this_machine_reaches_loopback(host: str) -> None:
    assert serving.is_loopback(host)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "10.0.0.4", "nic.example.org", ""])
def test_others_reach_anything_else(host: str) -> None:
    assert not serving.is_loopback(host)


@pytest.mark.parametrize("host", ["0.0.0.0", "10.0.0.4"])
def test_a_demo_is_not_served_to_others(host: str, prepare: Callable[..., str], app: Flask) -> None:
    with pytest.raises(ServingError, match="demo database"):
        prepare(host, demo=True)
    assert app.config["INSECURE_COOKIES"] is False


def test_a_demo_on_this_machine_does_without_encryption(prepare: Callable[..., str], app: Flask) -> None:
    assert prepare("127.0.0.1", demo=True) == "http://127.0.0.1:8123"
    assert app.config["INSECURE_COOKIES"] is True
    assert app.config["BASE_URL"] == "http://127.0.0.1:8123"


def test_what_is_slow_to_import_is_imported_beside_the_start(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[str] = []
    monkeypatch.setattr(importlib, "import_module", read.append)
    serving.warm_up(app, after=0).join(5)
    assert read == list(app.extensions["nic.slow_imports"])
    assert "scipy.special" in read


def test_processes_share_what_is_read_before_they_are_forked_off(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []
    monkeypatch.setattr(gc, "collect", lambda: done.append("looked through"))
    monkeypatch.setattr(gc, "freeze", lambda: done.append("left alone"))
    serving.share(app)
    assert done == ["looked through", "left alone"]
    assert set(app.extensions["nic.slow_imports"]) <= sys.modules.keys()
    assert any(name == "layouts/base.html" for _loader, name in app.jinja_env.cache or ())


def test_gunicorn_gives_memory_back_unless_told_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[dict[str, str]] = []
    monkeypatch.setattr(os, "execve", lambda _file, _command, environ: asked.append(environ))
    monkeypatch.setenv("MALLOC_TRIM_THRESHOLD_", "7")
    serving.become_gunicorn(host="127.0.0.1", port=8000, threads=8, processes=2)
    assert (asked[0]["MALLOC_ARENA_MAX"], asked[0]["MALLOC_TRIM_THRESHOLD_"]) == ("1", "7")


def test_real_data_keeps_its_cookies_encrypted(prepare: Callable[..., str], app: Flask) -> None:
    prepare("127.0.0.1", demo=False)
    assert app.config["INSECURE_COOKIES"] is False


def test_an_address_that_was_set_stays(prepare: Callable[..., str], app: Flask) -> None:
    app.config["BASE_URL"] = "https://nic.example.org"
    prepare("0.0.0.0", demo=False, NIC_BASE_URL="https://nic.example.org")
    assert app.config["BASE_URL"] == "https://nic.example.org"


def test_a_taken_port_is_told_in_words(app: Flask, session: Session) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(ServingError, match="Choose another with --port"):
            serving.serve(app, port=taken.getsockname()[1], with_worker=False)


@pytest.mark.parametrize(
    ("address", "forwarded", "demo", "served"),
    [
        ("127.0.0.1", None, True, True),
        ("203.0.113.9", None, True, False),
        ("127.0.0.1", "203.0.113.9", True, False),
        ("203.0.113.9", None, False, True),
    ],
)
def test_whichever_server_runs_it_only_this_machine_opens_a_demo(
    app: Flask, session: Session, address: str, forwarded: str | None, demo: bool, served: bool
) -> None:
    session.add(Installation(is_demo=demo, created_at=clock.now()))
    session.flush()
    headers = {"X-Forwarded-For": forwarded} if forwarded else {}
    app.extensions.pop("nic.is_demo", None)
    try:
        with app.test_request_context("/", headers=headers, environ_base={"REMOTE_ADDR": address}):
            if served:
                serving.keep_demo_here()
            else:
                with pytest.raises(DeniedError):
                    serving.keep_demo_here()
    finally:
        app.extensions.pop("nic.is_demo", None)


def test_a_program_beside_the_server_that_ends_is_started_again_until_the_server_ends(tmp_path: Path) -> None:
    journal = tmp_path / "journal"
    said = f"open({str(journal)!r}, 'a').write('began '); import time; time.sleep(20 * (__LENGTH__ > 6))"
    program = said.replace("__LENGTH__", f"len(open({str(journal)!r}).read())")

    beside = serving._Beside([sys.executable, "-S", "-c", program], os.environ, again_after=0)
    until = time.monotonic() + 20
    while (not journal.exists() or journal.read_text() != "began began ") and time.monotonic() < until:
        time.sleep(0.02)
    beside.end()

    assert journal.read_text() == "began began "
    assert beside._child.returncode == -signal.SIGTERM
