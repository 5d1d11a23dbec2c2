"""Serves the platform: waitress in this process, the worker as a child that ends with it."""

import gc
import importlib
import importlib.util
import logging
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from ipaddress import ip_address
from types import FrameType
from typing import NoReturn

from flask import Flask, current_app, request
from sqlalchemy import select
from sqlalchemy.orm import configure_mappers

from nic_platform import catalogues, days, speech
from nic_platform.database import db, session
from nic_platform.errors import DeniedError
from nic_platform.tables import Installation
from nic_platform.text import _

log = logging.getLogger(__name__)
THREADS = 8
WARM_AFTER = 2.0
# How the C library keeps memory: in one place for all threads; what is large, or last there, is given back
# when it is free. By its own measure it has eight places a core, and holds on to as much as was ever asked
# for in one piece, which the hash of a password is.
FRUGAL = {
    "MALLOC_ARENA_MAX": "1",
    "MALLOC_MMAP_THRESHOLD_": "1048576",
    "MALLOC_TRIM_THRESHOLD_": "1048576",
}
_PASSED_ON = {
    "NIC_DATA_DIR": "DATA_DIR",
    "DATABASE_URL": "SQLALCHEMY_DATABASE_URI",
    "NIC_SECRET_KEY": "SECRET_KEY",
    "NIC_BASE_URL": "BASE_URL",
    "NIC_MAIL_URL": "MAIL_URL",
    "NIC_MAIL_FROM": "MAIL_FROM",
    "NIC_QUEUE_URL": "QUEUE_URL",
    "NIC_STORAGE": "STORAGE",
    "NIC_TEAM_FILES_MB": "TEAM_FILES_MB",
}


class ServingError(Exception):
    """The platform can't be served like this; the text says why and what to do."""


def is_loopback(host: str) -> bool:
    """Say whether only this machine can reach *host*."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def is_demo(app: Flask) -> bool:
    """Say whether the database is marked as a demo, whose passwords everybody knows."""
    with app.app_context():
        found = bool(session().scalar(select(Installation.is_demo).order_by(Installation.id).limit(1)))
        db.session.remove()
    return found


def init(app: Flask) -> None:
    """Let nobody but this machine reach a demo database, whichever server runs the application."""
    if not app.testing:
        app.before_request(keep_demo_here)


def keep_demo_here() -> None:
    """Refuse a request to a demo database that does not come straight from this machine.

    Raises:
        DeniedError: it comes from another machine, or through a proxy that may stand for one.
    """
    if request.blueprint == "probes":
        return  # they tell nothing of what is kept, and answer without a database
    known = current_app.extensions
    if "nic.is_demo" not in known:
        known["nic.is_demo"] = is_demo(current_app)
    if known["nic.is_demo"] and not (
        is_loopback(request.remote_addr or "") and "X-Forwarded-For" not in request.headers
    ):
        raise DeniedError(
            _("This is a demo, whose passwords everybody knows. Only its own machine may open it.")
        )


def prepare(app: Flask, host: str, port: int, environ: Mapping[str, str] = os.environ) -> str:
    """Set what depends on where the platform is served, and return its address.

    Raises:
        ServingError: a demo database is to be served where other machines can reach it.
    """
    loopback = is_loopback(host)
    if is_demo(app):
        if not loopback:
            raise ServingError(
                f"This is a demo database, whose passwords everybody knows. It is not served on {host}. "
                "Serve it on 127.0.0.1, or make a database of your own with nic init."
            )
        app.config["INSECURE_COOKIES"] = True  # plain HTTP on this machine: no browser would send them else
    shown = f"[{host}]" if ":" in host else host
    address = f"http://{shown}:{port}"
    if not environ.get("NIC_BASE_URL", "").strip():
        app.config["BASE_URL"] = address
    return address


def serve(
    app: Flask,
    *,
    host: str = "127.0.0.1",
    port: int = 8000,
    threads: int = THREADS,
    with_worker: bool = True,
    ready: Callable[[str], None] = lambda _address: None,
) -> None:
    """Serve until the process is told to stop.

    Args:
        ready: is called with the address once the platform answers there.

    Raises:
        ServingError: the port is taken, or a demo database would be served to other machines.
    """
    from waitress.server import create_server

    address = prepare(app, host, port)
    server = create_server(
        app,
        sockets=[_listen(host, port)],
        threads=threads,
        ident=None,
        clear_untrusted_proxy_headers=False,  # ProxyFix reads as many as NIC_PROXIES says, none by default
    )
    signal.signal(signal.SIGTERM, _stop)
    with _worker(app) if with_worker else _nobody():
        ready(address)
        warm_up(app)
        try:
            server.run()
        finally:
            server.close()


def become_gunicorn(*, host: str, port: int, threads: int, processes: int | None) -> NoReturn:
    """Go on as gunicorn, in this very process: whoever started it stops it by the same number.

    Raises:
        ServingError: gunicorn does not run on this machine.
    """
    if importlib.util.find_spec("gunicorn") is None:
        raise ServingError("Several processes need gunicorn, which is not here. Leave out --production.")
    shown = f"[{host}]" if ":" in host else host
    command = [sys.executable, "-m", "gunicorn", "-c", "python:nic_platform.gunicorn_conf"]
    command += ["--bind", f"{shown}:{port}", "--threads", str(threads)]
    command += ["--workers", str(processes)] if processes else []
    os.execve(sys.executable, command, {**FRUGAL, **os.environ})  # noqa: S606  # our own program, no shell


def warm_up(app: Flask, after: float = WARM_AFTER) -> threading.Timer:
    """Import in a thread what takes seconds and a first visitor would wait for; the start does not wait.

    Args:
        after: seconds to leave to the first pages before.
    """
    names: Sequence[str] = app.extensions.get("nic.slow_imports", ())

    def read() -> None:
        for name in names:
            importlib.import_module(name)

    timer = threading.Timer(after, read)
    timer.daemon = True
    timer.start()
    return timer


def share(app: Flask) -> None:
    """Read what requests need before processes are forked off, so that they have it in common.

    A page of memory stays common until one process writes into it, and looking for garbage writes into every
    object it looks at: what is there now is never looked through again.
    """
    for name in app.extensions.get("nic.slow_imports", ()):
        importlib.import_module(name)
    for name in app.jinja_env.list_templates(filter_func=_is_on_many_pages):
        app.jinja_env.get_template(name)
    for code in speech.LANGUAGES:
        catalogues.texts(code)
        speech.own_name(code)
    days.make_ready()
    configure_mappers()
    gc.collect()
    gc.freeze()


def _is_on_many_pages(template: str) -> bool:
    return template.startswith(("layouts/", "components/"))


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((host, port))
    except OSError as error:
        listening.close()
        said = error.strerror or str(error)
        raise ServingError(f"Port {port} can't be used ({said}). Choose another with --port.") from None
    return listening


def _stop(_number: int, _frame: FrameType | None) -> None:
    raise SystemExit(0)


@contextmanager
def _nobody() -> Iterator[None]:
    yield


@contextmanager
def _worker(app: Flask) -> Iterator[None]:
    """Run a worker beside the server; it finishes what it is at when the server ends."""
    settings = {name: str(app.config[key]) for name, key in _PASSED_ON.items() if app.config[key]}
    command = [sys.executable, "-m", "nic_platform", "worker", "--until-parent-ends"]
    beside = _Beside(command, {**os.environ, **settings})
    try:
        yield
    finally:
        beside.end()


class _Beside:
    """A program that runs beside this one: started again where it ends before it is told to."""

    def __init__(self, command: Sequence[str], environ: Mapping[str, str], again_after: float = 5) -> None:
        self._command, self._environ, self._again_after = list(command), dict(environ), again_after
        self._told_to_end = threading.Event()
        self._child = self._start()
        self._watch = threading.Thread(target=self._keep_going, daemon=True)
        self._watch.start()

    def _start(self) -> "subprocess.Popen[bytes]":
        return subprocess.Popen(self._command, env=self._environ)  # noqa: S603  # our own program

    def _keep_going(self) -> None:
        while not self._told_to_end.wait(1):
            if self._child.poll() is None:
                continue
            log.error("the worker ended (%s) and is started again", self._child.returncode)
            if self._told_to_end.wait(self._again_after):
                return
            self._child = self._start()

    def end(self) -> None:
        """Let it finish what it is at, for half a minute at most."""
        self._told_to_end.set()
        self._watch.join()
        self._child.terminate()
        try:
            self._child.wait(30)
        except subprocess.TimeoutExpired:
            self._child.kill()
            self._child.wait()
