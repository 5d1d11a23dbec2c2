"""Behind PgBouncer, which gives each transaction another connection: nothing is kept in a session."""

import re
import shutil
import subprocess
import time
import tomllib
from pathlib import Path

import psycopg
import pytest
from flask import Flask
from sqlalchemy import select

from nic_platform.tables import Job
from tests.conftest import build_app, close_app
from tests.drill import small_form
from tests.nic_platform.test_worker import start, stop, wait_for
from tests.pg import Server
from tests.running import Served, Writers, check, free_port, make_writers

ROOT = Path(__file__).parents[1]
# What is set for the running transaction alone, as set_config's last argument says, leaves nothing behind.
OF_A_SESSION = re.compile(
    r"\bpg_(?:try_)?advisory_lock|\bSET (?:SESSION|search_path)|CREATE TEMP|WITH HOLD"
    r"|\bset_config\((?![^()]*\bTrue\))",
    re.I,
)
SETTINGS = """[databases]
nic = host={socket} dbname=nic user=postgres
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = 6
max_client_conn = 200
"""


def test_the_program_keeps_nothing_in_a_session_of_the_database() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    folders = project["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]
    found = [
        path.relative_to(ROOT)
        for folder in folders
        for path in (ROOT / folder).rglob("*.py")
        if OF_A_SESSION.search(path.read_text())
    ]
    assert found == []


@small_form(lambda _params: False)
def test_many_connections_share_six(tmp_path: Path) -> None:
    program = shutil.which("pgbouncer") or "/usr/sbin/pgbouncer"
    if not Path(program).exists():
        pytest.skip("PgBouncer is not on this machine")
    server, port = Server(durable=True), free_port()
    settings = server.base / "pgbouncer.ini"
    settings.write_text(SETTINGS.format(socket=server.base, port=port))
    settings.chmod(0o644)
    pooler = subprocess.Popen([program, str(settings)], stderr=subprocess.DEVNULL, **server.run_as)
    app: Flask | None = None
    try:
        with psycopg.connect(server.url.replace("+psycopg", ""), autocommit=True) as admin:
            admin.execute("CREATE DATABASE nic")
        app = build_app(server.url.replace("/postgres?", "/nic?"), tmp_path)
        tokens = make_writers(app, 8)
        time.sleep(1)
        url = f"postgresql://postgres@127.0.0.1:{port}/nic"
        own = {"NIC_PREPARED_STATEMENTS": "0"}
        served = Served(url, tmp_path, options=("--production", "--processes", "2"), environ=own).start()
        work = Writers([served], tokens, 400).start()
        told = work.finish()
        ready = served.ask("/readyz?strict=1")
        served.kill()
        app.config["SQLALCHEMY_DATABASE_URI"] = app.config["QUEUE_URL"] = url
        at_work = start(app, **own)
        wait_for(app, lambda s: s.scalar(select(Job.id).where(Job.state == "done").limit(1)))
        stop(at_work)

        assert told.refused == {}
        assert ready[0] == 200
        assert check(app, work, 400) == {
            "there": 400, "lost": 0, "twice": 0, "other": 0, "half": 0, "unasked": 0,
        }  # fmt: skip
    finally:
        if app:
            close_app(app)
        pooler.terminate()
        pooler.wait(20)
        server.stop()
