"""Traces of requests, statements and jobs, where ``OTEL_EXPORTER_OTLP_ENDPOINT`` names a collector.

A span names the route, the table and the work; it holds no address, no statement with its values, no person.
OpenTelemetry's own variables (``OTEL_SERVICE_NAME``, ``OTEL_TRACES_SAMPLER`` …) are read by the library. Each
process makes its exporter when it first needs it, also after a fork.
"""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import Flask, Response, g, request
from sqlalchemy import event
from sqlalchemy.engine import Connection, Engine

from nic_platform.config import SettingError

ENDPOINT = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")
_TABLE = re.compile(r"\b(?:FROM|INTO|UPDATE)\s+\"?(\w+)\"?", re.IGNORECASE)
_PLAIN = frozenset({"static", "assets.get", "probes.alive", "probes.ready", "probes.metrics_page"})


class _Process:
    """The exporter of this process; a child of a fork makes its own."""

    pid = 0
    provider: Any = None
    watched = False


def are_wanted() -> bool:
    """Say whether a collector is named."""
    return any(os.environ.get(name, "").strip() for name in ENDPOINT)


def _tracer() -> Any:
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    if _Process.pid != os.getpid():
        name = os.environ.get("OTEL_SERVICE_NAME", "switchback")
        _Process.provider = TracerProvider(resource=Resource.create({"service.name": name}))
        _Process.provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
        _Process.pid = os.getpid()
    return _Process.provider.get_tracer("nic_platform")


def flush() -> None:
    """Send what waits, before the process ends."""
    if _Process.pid == os.getpid():
        _Process.provider.force_flush(5000)


def init(app: Flask) -> None:
    """Trace this application's requests and statements, if a collector is named.

    Raises:
        SettingError: one is named, but the extra ``traces`` is not installed.
    """
    if not are_wanted():
        return
    try:
        import opentelemetry.exporter.otlp.proto.http.trace_exporter  # noqa: F401  # only whether it is there
    except ImportError as error:
        raise SettingError(f"{ENDPOINT[0]} needs the extra: pip install 'nic-platform[traces]'.") from error
    app.before_request(_begin)
    app.after_request(_answered)
    app.teardown_request(_end)
    _watch_statements()


def _begin() -> None:
    from opentelemetry.trace import SpanKind
    from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

    if request.endpoint in _PLAIN:
        return
    route = request.url_rule.rule if request.url_rule else "none"
    g.trace_span = _tracer().start_span(
        f"{request.method} {route}",
        context=TraceContextTextMapPropagator().extract(dict(_parent())),
        kind=SpanKind.SERVER,
        attributes={"http.request.method": request.method, "http.route": route},
    )


def _parent() -> Iterator[tuple[str, str]]:
    for name in ("traceparent", "tracestate"):
        if sent := request.headers.get(name):
            yield name, sent


def _answered(response: Response) -> Response:
    if span := g.get("trace_span"):
        from nic_platform.observing import request_id

        span.set_attribute("http.response.status_code", response.status_code)
        span.set_attribute("nic.request", request_id())
        if response.status_code >= 500:
            from opentelemetry.trace import StatusCode

            span.set_status(StatusCode.ERROR)
    return response


def _end(_error: BaseException | None = None) -> None:
    if span := g.pop("trace_span", None):
        span.end()


@contextmanager
def job(name: str) -> Iterator[None]:
    """Trace one run of a job."""
    if not are_wanted():
        yield
        return
    span = _tracer().start_span(f"job {name}")
    g.trace_span = span
    try:
        yield
    finally:
        g.pop("trace_span", None)
        span.end()


def _watch_statements() -> None:
    if _Process.watched:
        return
    _Process.watched = True
    event.listen(Engine, "before_cursor_execute", _statement_begins)
    event.listen(Engine, "after_cursor_execute", _statement_ends)
    event.listen(Engine, "handle_error", _statement_fails)


def _statement_begins(
    connection: Connection, _cursor: object, statement: str, _values: object, context: Any, _many: bool
) -> None:
    parent = g.get("trace_span") if g else None
    if parent is None or context is None or not are_wanted():
        return
    from opentelemetry.trace import SpanKind, set_span_in_context

    act = statement.lstrip()[:12].split(None, 1)[0].upper() if statement.strip() else "?"
    table = _TABLE.search(statement)
    system = connection.dialect.name
    context.nic_span = _tracer().start_span(
        f"{act} {table[1]}" if table else act,
        context=set_span_in_context(parent),
        kind=SpanKind.CLIENT,
        attributes={"db.system.name": system, "db.operation.name": act},
    )


def _statement_ends(
    _connection: Connection, _cursor: object, _statement: str, _values: object, context: Any, _many: bool
) -> None:
    if span := getattr(context, "nic_span", None):
        span.end()


def _statement_fails(failed: Any) -> None:
    if span := getattr(failed.execution_context, "nic_span", None):
        from opentelemetry.trace import StatusCode

        span.set_status(StatusCode.ERROR)
        span.end()
