"""Serves the platform: waitress in this process, the worker as a child that ends with it."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from ipaddress import ip_address
from types import FrameType

from flask import Flask
from sqlalchemy import select

from nic_platform.database import db, session
from nic_platform.tables import Installation

THREADS = 8
_PASSED_ON = {
    "NIC_DATA_DIR": "DATA_DIR",
    "DATABASE_URL": "SQLALCHEMY_DATABASE_URI",
    "NIC_SECRET_KEY": "SECRET_KEY",
    "NIC_BASE_URL": "BASE_URL",
    "NIC_MAIL_URL": "MAIL_URL",
    "NIC_MAIL_FROM": "MAIL_FROM",
    "NIC_QUEUE_URL": "QUEUE_URL",
    "NIC_STORAGE": "STORAGE",
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
    trusts = bool(app.config["PROXIES"])
    server = create_server(
        app,
        sockets=[_listen(host, port)],
        threads=threads,
        ident=None,
        clear_untrusted_proxy_headers=not trusts,  # else werkzeug's ProxyFix reads them, and only as many
    )
    signal.signal(signal.SIGTERM, _stop)
    with _worker(app) if with_worker else _nobody():
        ready(address)
        try:
            server.run()
        finally:
            server.close()


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
    child = subprocess.Popen(command, env={**os.environ, **settings})  # noqa: S603  # our own program
    try:
        yield
    finally:
        child.terminate()
        try:
            child.wait(30)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
