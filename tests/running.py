"""The platform as processes of its own, and writers who send each write until it is acknowledged."""

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from uuid import uuid4

import sqlalchemy as sa
from flask import Flask

from accounts.models import ApiToken
from accounts.rules import hashed, new_secret
from feedback.models import FeedbackItem
from nic_platform import audit_trail, clock
from nic_platform.actor import TeamRole
from nic_platform.database import db, session, transaction
from tests import factories as make

ROOT = Path(__file__).parents[1]
KEY = "only for tests, and long enough to be accepted as one"
PATIENCE = 60  # seconds
PATH = "/api/v1/feedback"
AGAIN = frozenset({0, 409, 429, 502, 503, 504})  # after which a writer sends the same once more


def free_port(host: str = "127.0.0.1") -> int:
    """Return a port that nobody listens on at the moment."""
    with socket.socket() as asked:
        asked.bind((host, 0))
        return int(asked.getsockname()[1])


@dataclass
class Served:
    """One server process (or one gunicorn with its workers) on an address of its own."""

    url: str
    folder: Path
    host: str = "127.0.0.1"
    options: Sequence[str] = ("--no-worker",)
    root: Path = ROOT
    environ: dict[str, str] = field(default_factory=dict)
    port: int = 0
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> "Served":
        """Start it and wait until it answers."""
        self.port = self.port or free_port(self.host)
        environment = {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(self.root),
            "NIC_DATA_DIR": str(self.folder),
            "DATABASE_URL": self.url,
            "NIC_SECRET_KEY": KEY,
            **self.environ,
        }
        command = [
            sys.executable,
            "-m",
            "nic_platform",
            "serve",
            "--host",
            self.host,
            "--port",
            str(self.port),
        ]
        with (self.folder / "served.log").open("ab") as log:
            self.process = subprocess.Popen(
                [*command, *self.options], cwd=self.root, env=environment, stdout=log, stderr=log,
                start_new_session=True,
            )  # fmt: skip
        until = time.monotonic() + PATIENCE
        while self.ask("/healthz")[0] != 200:
            if self.process.poll() is not None or time.monotonic() > until:
                raise AssertionError((self.folder / "served.log").read_text())
            time.sleep(0.05)
        return self

    def ask(self, path: str, timeout: float = 20) -> tuple[int, str]:
        """Return status and text of an answer; 0 if there is none."""
        line = http.client.HTTPConnection(self.host, self.port, timeout=timeout)
        try:
            line.request("GET", path)
            answer = line.getresponse()
            return answer.status, answer.read().decode()
        except (OSError, http.client.HTTPException):
            return 0, ""
        finally:
            line.close()

    def kill(self, how: signal.Signals = signal.SIGKILL) -> None:
        """End it and whatever it started, without a word."""
        if self.process and self.process.poll() is None:
            os.killpg(self.process.pid, how)
            self.process.wait(PATIENCE)


def make_writers(app: Flask, count: int) -> list[str]:
    """Make so many members of one team, and return a token of each."""
    tokens = [new_secret() for _ in range(count)]
    with app.app_context(), transaction() as current:
        team = make.make_team(current)
        at = clock.now()
        for token in tokens:
            user = make.make_user(current, team, role=TeamRole.MEMBER)
            current.add(
                ApiToken(
                    token_hash=hashed(token), user_id=user.id, team_id=team.id, name="Writer", created_at=at
                )
            )
    with app.app_context():
        db.session.remove()
    return tokens


@dataclass
class Told:
    """What the writers were told: what was acknowledged, when, and what else was answered."""

    acknowledged: dict[int, str] = field(default_factory=dict)
    moments: list[float] = field(default_factory=list)
    repeats: int = 0
    refused: dict[int, int] = field(default_factory=dict)

    @property
    def longest_gap(self) -> float:
        """Seconds between two acknowledged writes, the longest time of all."""
        ordered = sorted(self.moments)
        return max((later - earlier for earlier, later in pairwise(ordered)), default=0)


class Writers:
    """Threads that write *total* things through any of *servers*; each is sent until it is acknowledged."""

    def __init__(self, servers: Sequence[Served], tokens: Sequence[str], total: int) -> None:
        self.told, self._servers, self._tokens = Told(), servers, tokens
        self._total, self._next, self._lock = total, 0, threading.Lock()
        self.stopped = False
        self.run = uuid4().hex[:8]
        self._threads = [
            threading.Thread(target=self._write, args=(n,), daemon=True) for n in range(len(tokens))
        ]

    def start(self) -> "Writers":
        """Begin."""
        for thread in self._threads:
            thread.start()
        return self

    def wait_for(self, count: int) -> None:
        """Return once so many writes were acknowledged."""
        until = time.monotonic() + (20 if self._total > 1000 else 1) * PATIENCE
        while len(self.told.acknowledged) < count:
            assert any(thread.is_alive() for thread in self._threads), self.told.refused
            assert time.monotonic() < until, self.told.refused
            time.sleep(0.005)

    def finish(self) -> Told:
        """Return what was told, once all is written."""
        for thread in self._threads:
            thread.join()
        return self.told

    def _take(self) -> int | None:
        with self._lock:
            self._next += 1
            return self._next if self._next <= self._total else None

    def _write(self, mine: int) -> None:
        line: http.client.HTTPConnection | None = None
        turn = mine
        while (number := self._take()) is not None:
            while True:
                server = self._servers[turn % len(self._servers)]
                if line is None:
                    line = http.client.HTTPConnection(server.host, server.port, timeout=15)
                status, body = self._send(line, self._tokens[mine], number)
                if status == 201:
                    break
                assert status in AGAIN and not self.stopped, f"{status}: {body}"  # noqa: PT018
                line.close()
                line, turn = None, turn + 1
                with self._lock:
                    self.told.refused[status] = self.told.refused.get(status, 0) + 1
                time.sleep(0.1)
            with self._lock:
                self.told.acknowledged[number] = body
                self.told.moments.append(time.monotonic())
        if line:
            line.close()

    def _send(self, line: http.client.HTTPConnection, token: str, number: int) -> tuple[int, str]:
        headers = {
            "Authorization": f"Bearer {token}",
            "Content-Type": "application/json",
            "Idempotency-Key": f"{self.run}-{number}",
        }
        sent = json.dumps({"kind": "barrier", "title": f"{self.run} {number}"})
        try:
            line.request("POST", PATH, sent, headers)
            answer = line.getresponse()
            body = answer.read().decode()
            if answer.getheader("Idempotency-Replayed"):
                with self._lock:
                    self.told.repeats += 1
            return answer.status, body
        except (OSError, http.client.HTTPException):
            return 0, ""


def check(app: Flask, writers: Writers, total: int) -> dict[str, int]:
    """Hold what was acknowledged against what is there, and return the figures; all but one are to be zero.

    ``half``: things without the line of history that is written with them, or the other way round.
    """
    with app.app_context():
        db.engine.dispose()  # the server behind it may be another one by now
        rows = session().execute(
            sa.select(FeedbackItem.public_id, FeedbackItem.title).where(
                FeedbackItem.title.startswith(f"{writers.run} ")
            )
        )
        found: dict[int, list[str]] = {}
        for public_id, title in rows:
            found.setdefault(int(title.split()[1]), []).append(str(public_id))
        faults = list(audit_trail.verify(session()))
        db.session.remove()
    told = writers.told.acknowledged
    return {
        "there": len(found),
        "lost": sum(number not in found for number in told),
        "twice": sum(len(ids) > 1 for ids in found.values()),
        "other": sum(json.loads(body)["id"] not in found.get(number, ()) for number, body in told.items()),
        "half": len(faults),
        "unasked": len(set(found) - set(range(1, total + 1))),
    }


def killed_in_the_middle(
    app: Flask, served: Served, *, total: int, kills: int, writers: int = 8,
    between: Callable[[], None] = lambda: None,
) -> tuple[Told, dict[str, int]]:  # fmt: skip
    """Write *total* things, kill the server *kills* times meanwhile; return told and found."""
    tokens = make_writers(app, writers)
    served.start()
    work = Writers([served], tokens, total).start()
    try:
        for turn in range(kills):
            work.wait_for(total * (turn + 1) // (kills + 1))
            served.kill()
            between()
            served.start()
        told = work.finish()
    finally:
        work.stopped = True
        served.kill()
    return told, check(app, work, total)
