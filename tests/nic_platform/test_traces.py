"""Traces reach a collector, and hold routes, tables and works: no address, value or person."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from werkzeug.serving import make_server
from werkzeug.wrappers import Request, Response

from nic_platform import jobs, traces
from nic_platform.app import create_app
from nic_platform.database import db, transaction
from tests.conftest import settings_for
from tests.empty_tables import put_tables
from tests.world import make_world


@pytest.fixture
def collector(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[bytes]]:
    """Everything that was sent to a collector on this machine."""
    got: list[bytes] = []

    @Request.application
    def take(request: Request) -> Response:
        got.append(request.get_data())
        return Response(b"", content_type="application/x-protobuf")

    server = make_server("127.0.0.1", 0, take)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", f"http://127.0.0.1:{server.server_port}")
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_COMPRESSION", "none")
    monkeypatch.setattr(traces._Process, "pid", 0)
    yield got
    if traces._Process.provider is not None:
        traces._Process.provider.shutdown()
    monkeypatch.setattr(traces._Process, "pid", 0)
    server.shutdown()
    server.server_close()
    thread.join()


def test_requests_statements_and_jobs_are_traced_without_anything_personal(
    collector: list[bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = f"sqlite:///{tmp_path / 'traced.db'}"
    put_tables(url)
    app = create_app(settings_for(url, tmp_path))
    monkeypatch.setitem(jobs._WORK, "test: traced", lambda _payload, _report: None)
    parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    with app.app_context():
        with transaction() as current:
            world = make_world(current)
            cycle_id = world.ids["cycle_id"]
        db.session.remove()
    client = app.test_client()
    client.get("/sign-in?q=canary", headers={"traceparent": parent})
    client.get(f"/cycles/{cycle_id}?q=canary")
    client.post("/sign-in", data={"email": "canary@birds.example", "password": "canary words"})
    client.get("/healthz")
    with app.app_context():
        with transaction() as current:
            job_id = jobs.enqueue(current, "test: traced", {"address": "canary"}).id
        jobs.run(job_id)
        db.session.remove()
        db.engine.dispose()
    traces.flush()

    raw = b"".join(collector)
    spans = [
        span
        for each in collector
        for resource in ExportTraceServiceRequest.FromString(each).resource_spans
        for scope in resource.scope_spans
        for span in scope.spans
    ]
    names = [span.name for span in spans]
    assert {"GET /sign-in", "GET /cycles/<uuid:cycle_id>", "POST /sign-in", "job test: traced"} <= set(names)
    assert not any("healthz" in name for name in names)
    assert any(name.startswith("SELECT ") for name in names)
    assert any(name == "INSERT attempt" or name.startswith("INSERT ") for name in names)
    assert b"canary" not in raw
    assert str(cycle_id).encode() not in raw
    first = next(span for span in spans if span.name == "GET /sign-in")
    assert first.trace_id.hex() == parent.split("-")[1]
    below = [span for span in spans if span.parent_span_id == first.span_id]
    assert below
    assert all(span.name.split()[0] in {"SELECT", "BEGIN", "PRAGMA"} for span in below)


def test_without_a_collector_nothing_is_traced(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OTEL_EXPORTER_OTLP_ENDPOINT", raising=False)
    assert not traces.are_wanted()
    with traces.job("x"):
        pass
