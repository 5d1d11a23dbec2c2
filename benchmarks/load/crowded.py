"""Sixteen writers at once on both databases, and one import of many rows."""

import io
import time
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from flask import Flask
from flask_migrate import upgrade

from benchmarks.load.stage import Stage, application
from nic_platform import clock, importing, tabular
from nic_platform.database import db, transaction
from nic_platform.tables import ImportRun
from teams import site_importing, site_table
from tests.factories import make_network
from tests.running import Served, Writers, check, make_writers

WRITERS = 16


@dataclass(frozen=True)
class Crowd:
    """What became of the writes: how many a second, other answers than "made" by status, lost and twice."""

    a_second: float
    errors: dict[int, int]
    lost: int
    twice: int


def _write(app: Flask, served: Served, writes: int) -> Crowd:
    work = Writers([served], make_writers(app, WRITERS), writes)
    began = time.perf_counter()
    told = work.start().finish()
    took = time.perf_counter() - began
    found = check(app, work, writes)
    with app.app_context():
        db.session.remove()
    return Crowd(writes / took, dict(told.refused), found["lost"], found["twice"])


def on_postgresql(stage: Stage, writes: int) -> Crowd:
    """Let sixteen write to the platform that is being served."""
    return _write(stage.app, stage.served, writes)


def on_sqlite(writes: int) -> Crowd:
    """Let sixteen write to one of its own over SQLite, served by two processes too."""
    with TemporaryDirectory(prefix="nicload", dir="/tmp") as name:
        folder = Path(name)
        url = f"sqlite:///{folder / 'load.db'}"
        app = application(url, folder)
        with app.app_context():
            upgrade()
            db.session.remove()
        served = Served(url, folder, options=("--production", "--processes", "2"))
        try:
            served.start()
            return _write(app, served, writes)
        finally:
            served.kill()
            with app.app_context():
                db.engine.dispose()


def bring_in(stage: Stage, rows: int) -> tuple[float, float, int]:
    """Import schools into a network of their own; return seconds, those of this processor, and rows."""
    lines = ["NCESSCH,SCH_NAME,LEAID,LEA_NAME,ST,LCITY,ENROLLMENT"]
    lines += [
        f"{n // 20:07}{n % 20:05},School {n},{n // 20:07},District {n // 20},CO,Springfield,{100 + n % 900}"
        for n in range(rows)
    ]
    table = tabular.read_table(io.BytesIO("\n".join(lines).encode()), "schools.csv")
    with stage.app.app_context():
        began, work = time.perf_counter(), time.process_time()
        with transaction() as current:
            network = make_network(current)
            mapping = importing.propose(table.header, site_table.targets())
            plan = site_importing.make_plan(current, network.id, table, mapping, state="CO", leave_out=False)
            run = ImportRun(network_id=network.id, kind="sites", file_name="s.csv", created_at=clock.now())
            current.add(run)
            current.flush()
            site_importing.write(current, run, plan, by=None, at=clock.now())
        took = time.perf_counter() - began, time.process_time() - work
        db.session.remove()
    return *took, rows
