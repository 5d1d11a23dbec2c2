"""What is noted of every request and job: an id, how long it took, how many statements; never whose it was.

A line of the log names the route (``/cycles/<uuid:cycle_id>``), not the address that was asked for, which
holds ids and may hold a secret. Where a request came from is told by a code that only this installation can
make again, so that guesses from one place can be seen to belong together.
"""

import hashlib
import hmac
import logging
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from time import perf_counter
from typing import Any
from uuid import uuid4

from flask import Flask, Response, current_app, g, has_request_context, request
from sqlalchemy import event
from sqlalchemy.engine import Engine

from nic_platform import logs, metrics

HEADER = "X-Request-Id"
QUIET = frozenset({"static", "assets.get", "probes.alive", "probes.ready", "probes.metrics_page"})
log = logging.getLogger("switchback.request")
_jobs_log = logging.getLogger("switchback.job")
_SANE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{7,63}")
_COUNTED = frozenset({"SELECT", "INSERT", "UPDATE", "DELETE", "WITH R"})
_job: ContextVar[Mapping[str, Any] | None] = ContextVar("job", default=None)


def request_id() -> str:
    """Return this request's id: the one that a proxy gave it, if it looks like one, else one of ours."""
    if "request_id" not in g:
        sent = request.headers.get(HEADER, "")
        g.request_id = sent if _SANE.fullmatch(sent) else uuid4().hex
    return str(g.request_id)


def short_code() -> str:
    """Return the part of the id that a person can read out on the telephone."""
    return request_id()[:8]


def place_code() -> str:
    """Return a code for where the request comes from; the address itself is never written down."""
    key = str(current_app.config["SECRET_KEY"]).encode()
    return hmac.new(key, f"place:{request.remote_addr}".encode(), hashlib.sha256).hexdigest()[:10]


def _about() -> Mapping[str, Any]:
    """Return what every line of the log tells of the work it belongs to."""
    if has_request_context():
        return {"request": request_id()}
    return _job.get() or {}


@event.listens_for(Engine, "before_cursor_execute")
def _count(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
    if has_request_context() and statement.lstrip()[:6].upper() in _COUNTED:
        g.statements = g.get("statements", 0) + 1


def init(app: Flask) -> None:
    """Note every request. Comes before all else that is hung on the application, to see all of it."""
    logs.with_context(_about)
    if not app.testing:
        logs.configure(str(app.config["LOG"]), str(app.config["LOG_LEVEL"]))

    # Flask's own words would hold the address that was asked for, which may be a secret.
    app.log_exception = _note_exception  # type: ignore[method-assign]

    @app.before_request
    def begin() -> None:
        g.began = perf_counter()
        request_id()

    @app.after_request
    def end(response: Response) -> Response:
        response.headers[HEADER] = request_id()
        if app.config["COUNT_SQL"]:
            response.headers["X-SQL-Statements"] = str(g.get("statements", 0))
        _note(response.status_code)
        return response


def _note_exception(exc_info: Any) -> None:
    current_app.logger.error("unexpected error in %s", request.endpoint, exc_info=exc_info)


def _note(status: int) -> None:
    endpoint = request.endpoint or "none"
    if endpoint in QUIET:
        return
    seconds = perf_counter() - g.get("began", perf_counter())
    metrics.count_request(endpoint, request.method, status, seconds)
    if not log.isEnabledFor(logging.INFO):
        return
    route = request.url_rule.rule if request.url_rule else "none"
    actor = g.get("actor")
    log.info(
        "%s %s %s", request.method, route, status,
        extra={"facts": {
            "method": request.method, "endpoint": endpoint, "status": status,
            "ms": round(seconds * 1000, 1), "statements": g.get("statements", 0),
            "network": actor.network_id if actor else None,
        }},
    )  # fmt: skip


@contextmanager
def job(job_id: int, name: str) -> Iterator[dict[str, Any]]:
    """Note one run of a job: its number, its name, how it ended and how long it took.

    The block puts the state that it ended in under ``state``.
    """
    facts: dict[str, Any] = {"job": job_id, "work": name}
    token = _job.set(facts)
    began, end = perf_counter(), {"state": "broken off"}
    try:
        yield end
    finally:
        ms = round((perf_counter() - began) * 1000, 1)
        _jobs_log.info("job %s: %s", name, end["state"], extra={"facts": {**end, "ms": ms}})
        _job.reset(token)
