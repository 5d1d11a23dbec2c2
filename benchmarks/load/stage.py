"""What a load is played on: PostgreSQL with a filled network, gunicorn of two processes, a worker beside."""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from flask_migrate import upgrade
from sqlalchemy import insert, select, text

from accounts.models import ApiToken, SignIn
from accounts.rules import hashed, new_secret
from benchmarks.load.town import STAFF, Town, fill
from nic_platform import clock
from nic_platform.app import create_app
from nic_platform.database import db, session, transaction
from teams.models import Team
from tests.pg import Server
from tests.running import KEY, PATIENCE, ROOT, Served, free_port
from variation.jobs import keep_evidence

PROCESSES = 2
_TUNED = "shared_buffers = '512MB'", "effective_cache_size = '4GB'", "max_connections = 100"


@dataclass
class Stage:
    """The running platform with what a load needs to know of it."""

    app: Flask
    town: Town
    served: Served
    postgres: Server
    folder: Path
    floor_port: int
    floor: subprocess.Popen[bytes]
    worker: subprocess.Popen[bytes] | None

    def gunicorn(self) -> list[int]:
        """Return the numbers of the platform's server processes, the one that watches them first."""
        assert self.served.process is not None  # noqa: S101  it was started
        return [self.served.process.pid, *children(self.served.process.pid)]

    def database(self) -> list[int]:
        """Return the numbers of the database's processes."""
        main = int((self.postgres.base / "data" / "postmaster.pid").read_text().split()[0])
        return [main, *children(main)]


def children(pid: int) -> list[int]:
    """Return the numbers of a process's children."""
    found = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    return [int(each) for each in found.split()]


def processor(pids: Sequence[int]) -> float:
    """Return the seconds of processor that some processes have used since they began, threads and all."""
    total = 0.0
    for pid in pids:
        try:
            total += time.clock_gettime(
                (~pid << 3) | 2
            )  # the clock of another process, as clock_getcpuclockid
        except OSError:  # it has ended meanwhile
            continue
    return total


def memory(pids: Sequence[int]) -> float:
    """Return the MiB that some processes hold together; what they share counts once."""
    total = 0
    for pid in pids:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
        total += next(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return total / 1024


@contextmanager
def on_stage(schools: int, *, with_worker: bool = True) -> Iterator[Stage]:
    """Fill a database and serve it; all ends and is cleared away with the block."""
    server = Server(durable=True)
    try:
        _tune(server)
        with TemporaryDirectory(prefix="nicload", dir="/tmp") as name:
            folder = Path(name)
            app = application(server.url, folder)
            with app.app_context():
                town = _fill(schools)
            served = Served(
                server.url, folder, options=("--production", "--processes", str(PROCESSES)),
                environ={"NIC_PROXIES": "1", "NIC_LOG": "json", "NIC_COUNT_SQL": "1"},
            )  # fmt: skip
            port = free_port()
            started: list[subprocess.Popen[bytes]] = []
            try:
                served.start()
                started.append(_floor(server.url, port, folder))
                _wait_for(port)
                if with_worker:
                    started.append(_run(folder, server.url, "nic_platform", "worker"))
                yield Stage(app, town, served, server, folder, port, started[0],
                            started[1] if with_worker else None)  # fmt: skip
            finally:
                for process in started:
                    process.terminate()
                for process in started:
                    _end(process)
                served.kill()
                with app.app_context():
                    db.session.remove()
                    db.engine.dispose()
    finally:
        server.stop()


def _end(process: "subprocess.Popen[bytes]") -> None:
    """Wait until a process has ended; one that is still at a job after half a minute is ended at once."""
    try:
        process.wait(30)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _tune(server: Server) -> None:
    """Give the database the memory that a machine of its own would; the rest is as it comes."""
    with (server.base / "data" / "postgresql.auto.conf").open("a") as settings:
        settings.writelines(f"{line}\n" for line in _TUNED)
    server.options = server.options.replace("-c max_connections=80", "")
    server.pause()
    server.go_on()


def application(url: str, folder: Path) -> Flask:
    """Return the application over a database, in this process."""
    settings = {"SQLALCHEMY_DATABASE_URI": url, "DATA_DIR": str(folder), "QUEUE_URL": url,
                "STORAGE": str(folder / "files"), "SECRET_KEY": KEY}  # fmt: skip
    return create_app(settings, environ={"NIC_DATA_DIR": str(folder)})


def _fill(schools: int) -> Town:
    upgrade()
    with transaction() as current:
        town = fill(current, schools, date.today())
        current.execute(text(FLOOR_TABLE))
    with db.engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        connection.exec_driver_sql("VACUUM ANALYZE")
    keep_evidence({}, lambda _percent: None)  # as the worker does every quarter of an hour
    db.session.remove()
    return town


FLOOR_TABLE = """
CREATE TABLE floor_item AS
SELECT n AS id, 'Item ' || n AS name, n / 100 AS team_id, 'A sentence or two about it.' AS words, now() AS at
FROM generate_series(1, 100000) AS n;
ALTER TABLE floor_item ADD PRIMARY KEY (id);
ALTER TABLE floor_item ALTER id ADD GENERATED ALWAYS AS IDENTITY (START 100001);
CREATE INDEX ON floor_item (team_id, id)
"""


def _run(folder: Path, url: str, module: str, *arguments: str) -> "subprocess.Popen[bytes]":
    environ = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "NIC_DATA_DIR": str(folder),
               "DATABASE_URL": url, "NIC_SECRET_KEY": KEY}  # fmt: skip
    with (folder / "beside.log").open("ab") as log:
        return subprocess.Popen(  # noqa: S603  our own program
            [sys.executable, "-m", module, *arguments], cwd=ROOT, env=environ, stdout=log, stderr=log
        )


def _floor(url: str, port: int, folder: Path) -> "subprocess.Popen[bytes]":
    return _run(
        folder, url, "gunicorn", "--bind", f"127.0.0.1:{port}", "--workers", str(PROCESSES),
        "--threads", "8", "--worker-class", "gthread", "--preload", "--keep-alive", "75",
        "--no-control-socket", "benchmarks.load.floor:application()",
    )  # fmt: skip


def _wait_for(port: int) -> None:
    """Return once somebody answers at a port."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.05)
    raise AssertionError("The floor did not start.")


@dataclass(frozen=True)
class Person:
    """Somebody with a team who can sign in, or is signed in already by a cookie."""

    user_id: int
    email: str
    team_id: int
    team: str  # its public id
    level: str
    cookie: tuple[str, str]


def people(stage: Stage, many: Mapping[str, int], rng: Random) -> list[Person]:
    """Choose people of schools, hubs and the state, and sign them in."""
    town, chosen = stage.town, []
    places = {
        "school": (1, town.schools), "district": (town.schools + 1, town.schools + town.districts),
    }  # fmt: skip
    for level, count in many.items():
        if level == "state":
            first = town.state * 3 + 1
            chosen += [(first + n % STAFF, town.state, level) for n in range(count)]
            continue
        low, high = places[level]
        for _turn in range(count):
            team = rng.randint(low, high)
            chosen.append(((team - 1) * 3 + 1 + rng.randrange(3), team, level))
    with stage.app.app_context():
        found = _signed_in(stage, chosen)
        db.session.remove()
    return found


def _signed_in(stage: Stage, chosen: Sequence[tuple[int, int, str]]) -> list[Person]:
    app, staff = stage.app, stage.town.state * 3  # people of teams are numbered first
    interface = app.session_interface
    assert isinstance(interface, SecureCookieSessionInterface)  # noqa: S101  as nic_platform.security sets it
    signer = interface.get_signing_serializer(app)
    assert signer is not None  # noqa: S101  there is a key
    name, at, rows, found = interface.get_cookie_name(app), clock.now(), [], []
    teams = dict(
        session()
        .execute(select(Team.id, Team.public_id).where(Team.id.in_({t for _u, t, _l in chosen})))
        .all()
    )
    for user, team, level in chosen:
        secret = new_secret()
        rows.append({"secret_hash": hashed(secret), "user_id": user, "created_at": at, "last_seen_at": at,
                     "team_id": team})  # fmt: skip
        cookie = (name, str(signer.dumps({"_user_id": secret, "_fresh": True})))
        email = f"s{user - staff}@load.example" if level == "state" else f"p{user}@load.example"
        found.append(Person(user, email, team, str(teams[team]), level, cookie))
    with transaction() as current:
        current.execute(insert(SignIn), rows)
    return found


def token(stage: Stage, person: Person) -> str:
    """Make a token of a person's for the API."""
    made = new_secret()
    row = {"token_hash": hashed(made), "user_id": person.user_id, "team_id": person.team_id, "name": "Load",
           "created_at": clock.now()}  # fmt: skip
    with stage.app.app_context(), transaction() as current:
        current.execute(insert(ApiToken), [row])
    with stage.app.app_context():
        db.session.remove()
    return made


def load_now() -> float:
    """Return how many processes wanted to run in the last minute."""
    return os.getloadavg()[0]


def as_json(**said: object) -> bytes:
    """Return what is sent to the API."""
    return json.dumps(
        said, default=lambda day: day.isoformat() if isinstance(day, date | datetime) else str(day)
    ).encode()
