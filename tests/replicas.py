"""A PostgreSQL primary with its synchronous standby, and two application hosts over them, on loopback."""

import os
import shutil
import signal
import subprocess
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from nic_platform.config import database_url
from tests.conftest import build_app, close_app
from tests.pg import Server, _binaries
from tests.running import Served, Told, Writers, check, free_port, make_writers

HOSTS = ("127.0.0.2", "127.0.0.3")
_COMMON = "-c max_connections=80 -c wal_level=replica -c max_wal_senders=4 -c hot_standby=on -c jit=off"


class Pair(Server):
    """A primary and a standby that has each commit before it is acknowledged."""

    def __init__(self) -> None:  # its parent's would start one server that listens nowhere
        self.base = Path(tempfile.mkdtemp(prefix="nicpg", dir="/tmp"))
        self.run_as = {}
        self.bin = _binaries()
        if os.geteuid() == 0:
            self._become_nobody()
        self.ports = [free_port(), free_port()]
        self.folders = [self.base / "first", self.base / "second"]
        self._run(
            "initdb", "-D", self.folders[0], "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-locale"
        )
        self.start(0, "-c synchronous_standby_names=second")
        copy = f"host=127.0.0.1 port={self.ports[0]} user=postgres application_name=second"
        self._run("pg_basebackup", "-D", self.folders[1], "-d", copy, "-R", "-X", "stream", "-c", "fast")
        self.start(1, "")
        self._wait_until_synchronous()
        self.ask(0, "CREATE DATABASE nic")
        hosts = ",".join(f"127.0.0.1:{port}" for port in self.ports)
        self.url = f"postgresql://postgres@{hosts}/nic?target_session_attrs=read-write"

    def start(self, which: int, more: str) -> None:
        """Start one of the two."""
        options = f"-k {self.base} -p {self.ports[which]} -c listen_addresses=127.0.0.1 {_COMMON} {more}"
        log = self.base / f"log{which}"
        self._run("pg_ctl", "-D", self.folders[which], "-w", "-l", log, "-o", options, "start")

    def ask(self, which: int, question: str) -> object:
        """Ask one of the two."""
        engine = sa.create_engine(
            f"postgresql+psycopg://postgres@127.0.0.1:{self.ports[which]}/postgres",
            isolation_level="AUTOCOMMIT",
        )
        try:
            with engine.connect() as connection:
                answer = connection.exec_driver_sql(question)
                return answer.scalar() if answer.returns_rows else None
        finally:
            engine.dispose()

    def _wait_until_synchronous(self) -> None:
        until = time.monotonic() + 30
        while self.ask(0, "SELECT sync_state FROM pg_stat_replication") != "sync":
            assert time.monotonic() < until, (self.base / "log1").read_text()
            time.sleep(0.1)

    def kill(self, which: int) -> None:
        """End one with all its processes, at once, as a machine that loses its power."""
        first = int((self.folders[which] / "postmaster.pid").read_text().split()[0])
        children = subprocess.run(
            ["pgrep", "-P", str(first)], capture_output=True, text=True, check=False
        ).stdout.split()  # fmt: skip
        for pid in (first, *map(int, children)):
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue

    def promote(self, which: int) -> None:
        """Make the standby the first."""
        self._run("pg_ctl", "-D", self.folders[which], "-w", "promote")

    def stop(self) -> None:
        """End both and leave nothing behind."""
        for which in (0, 1):
            try:
                self._run("pg_ctl", "-D", self.folders[which], "-m", "immediate", "stop")
            except subprocess.CalledProcessError:
                continue  # it was killed
        shutil.rmtree(self.base, ignore_errors=True)


@dataclass(frozen=True)
class Outcome:
    """What a change of the primary cost. Seconds count from the moment the first was killed."""

    told: Told
    found: dict[str, int]
    promoted_after: float
    ready_after: float


def fail_over(total: int, writers: int = 8, notice_after: float = 2.0) -> Outcome:
    """Kill the primary under load, promote the standby *notice_after* seconds later, and go on to the end."""
    pair, folder = Pair(), Path(tempfile.mkdtemp())
    servers: list[Served] = []
    app = None
    try:
        app = build_app(database_url(pair.url), folder)
        tokens = make_writers(app, writers)
        for host in HOSTS:
            own = folder / host
            own.mkdir()
            options = ("--production", "--processes", "2")
            servers.append(Served(pair.url, own, host=host, options=options).start())
        work = Writers(servers, tokens, total).start()
        try:
            work.wait_for(total // 2)
            pair.kill(0)
            began = time.monotonic()
            time.sleep(notice_after)
            pair.promote(1)
            promoted = time.monotonic() - began
            ready = _until_ready(servers, began)
            told = work.finish()
        except AssertionError as error:
            said = [(server.folder / "served.log").read_text()[-4000:] for server in servers]
            raise AssertionError(f"{error}\n" + "\n".join(said)) from error
        finally:
            work.stopped = True
        return Outcome(told, check(app, work, total), promoted, ready)
    finally:
        for server in servers:
            server.kill()
        if app is not None:
            close_app(app)
        pair.stop()
        shutil.rmtree(folder, ignore_errors=True)


def _until_ready(servers: list[Served], began: float) -> float:
    """Return after how many seconds every host says that it can be given visitors."""
    late: list[float] = []

    def ask(server: Served) -> None:
        until = time.monotonic() + 60
        while server.ask("/readyz")[0] != 200 and time.monotonic() < until:
            time.sleep(0.1)
        late.append(time.monotonic() - began)

    threads = [threading.Thread(target=ask, args=(server,)) for server in servers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return max(late)
