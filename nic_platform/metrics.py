"""Figures for Prometheus: requests, sign-ins and connections as they happen; jobs and the outbox when asked.

Nothing is imported before the first figure is kept. Where several processes serve (gunicorn), each keeps its
figures in files of its own (:mod:`nic_platform.metric_files`), and whichever answers adds them up.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import case, event, func, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session
from sqlalchemy.pool import Pool

from nic_platform import clock, metric_files
from nic_platform.tables import Job, Notice, Schedule

SECONDS = (0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


@dataclass(frozen=True)
class Instruments:
    """What is counted while it happens."""

    registry: Any
    requests: Any
    seconds: Any
    sign_ins: Any
    connections: Any


@cache
def instruments() -> Instruments:
    """Return the counters of this process, made when first needed."""
    from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector

    registry = CollectorRegistry()
    if metric_files.folder() is None:
        ProcessCollector(registry=registry)
    return Instruments(
        registry,
        Counter(
            "nic_requests", "Answers, by page, method and status.",
            ("endpoint", "method", "status"), registry=registry,
        ),
        Histogram(
            "nic_request_seconds", "How long answers took, by page.",
            ("endpoint",), buckets=SECONDS, registry=registry,
        ),
        Counter(
            "nic_sign_ins", "Sign-ins, by outcome: done, wrong, too_many.", ("outcome",), registry=registry
        ),
        Gauge(
            "nic_database_connections", "Connections to the database that are in use.",
            registry=registry, multiprocess_mode="livesum",
        ),
    )  # fmt: skip


def count_request(endpoint: str, method: str, status: int, seconds: float) -> None:
    """Keep one answer."""
    known = instruments()
    known.requests.labels(endpoint, method if method in _METHODS else "other", str(status)).inc()
    known.seconds.labels(endpoint).observe(seconds)


def count_sign_in(outcome: str) -> None:
    """Keep how one try to sign in ended: ``done``, ``wrong`` or ``too_many``."""
    instruments().sign_ins.labels(outcome).inc()


def watch_pool(pool: Pool) -> None:
    """Count the connections of *pool* that are in use."""
    event.listen(pool, "checkout", lambda *_rest: instruments().connections.inc())
    event.listen(pool, "checkin", lambda *_rest: instruments().connections.dec())


class Stored:
    """What is read from the database when somebody asks: jobs, the outbox, when a worker was last at work."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def collect(self) -> Iterator[Any]:
        """Give each figure; if the database does not answer, that alone."""
        from prometheus_client.core import GaugeMetricFamily

        at = clock.now()
        try:
            jobs = list(self._session.execute(_jobs(at)))
            waiting, mail_due = self._session.execute(_outbox(at)).one()
            seen = self._session.scalar(select(func.max(Schedule.last_run_at)))
        except SQLAlchemyError:
            self._session.rollback()
            yield GaugeMetricFamily("nic_database_up", "Whether the database answers.", value=0)
            return
        yield GaugeMetricFamily("nic_database_up", "Whether the database answers.", value=1)
        counts = GaugeMetricFamily("nic_jobs", "Jobs that are kept, by state.", labels=["state"])
        found = {row.state: int(row.many) for row in jobs}
        for state in ("queued", "running", "done", "failed", *sorted(set(found) - _STATES)):
            counts.add_metric([state], found.get(state, 0))
        yield counts
        since = next((row.since for row in jobs if row.state == "queued"), None)
        yield GaugeMetricFamily(
            "nic_queue_age_seconds", "How long the oldest waiting job has waited.", value=_age(since, at)
        )
        yield GaugeMetricFamily("nic_outbox_waiting", "Mails that are due and not sent.", value=waiting)
        yield GaugeMetricFamily(
            "nic_outbox_age_seconds", "How long the oldest due mail has waited.", value=_age(mail_due, at)
        )
        if seen is not None:
            yield GaugeMetricFamily(
                "nic_worker_seen_seconds", "How long ago a worker last started something.",
                value=_age(seen, at),
            )  # fmt: skip


_STATES = frozenset({"queued", "running", "done", "failed"})


def _jobs(at: datetime) -> Any:
    # A job that is to be tried again later waits from then on, not from when it was first asked for.
    due = func.coalesce(Job.heartbeat_at, Job.created_at)
    return select(
        Job.state.label("state"),
        func.count().label("many"),
        func.min(case((due <= at, due))).label("since"),
    ).group_by(Job.state)


def _outbox(at: datetime) -> Any:
    return select(func.count(), func.min(Notice.mail_after)).where(
        Notice.mail_state == "waiting", Notice.mail_after <= at
    )


def _age(since: datetime | None, at: datetime) -> float:
    return max(0.0, (at - since).total_seconds()) if since else 0.0


def text(session: Session) -> tuple[bytes, str]:
    """Return all figures as Prometheus reads them, and the kind of text that this is."""
    from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest

    stored = CollectorRegistry()
    stored.register(Stored(session))
    several = metric_files.folder()
    kept = metric_files.read(several) if several else generate_latest(instruments().registry)
    return kept + generate_latest(stored), CONTENT_TYPE_LATEST


def forget_process(pid: int) -> None:
    """Keep what a process that has ended counted, and take what it held out of the sums."""
    if several := metric_files.folder():
        metric_files.fold(several, pid)
