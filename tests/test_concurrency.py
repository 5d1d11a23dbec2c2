"""Many at once, and the worst moment to be killed: nothing is lost, nothing is half there."""

import os
import subprocess
import sys
import threading
import time
from pathlib import Path

from flask import Flask
from sqlalchemy import func, select

from cycles.models import Cycle
from nic_platform import audit_trail
from nic_platform.database import db, session, transaction
from nic_platform.errors import ConflictError
from nic_platform.tables import AuditEntry
from teams.models import Network, Team
from tests import factories as make

ROOT = Path(__file__).parents[1]
WRITERS, TIMES = 16, 6

WRITE_ON = """
import sys
from nic_platform.app import create_app
from nic_platform.database import db, transaction
from tests import factories as make
from teams.models import Team

app = create_app()
while True:
    with app.app_context():
        with transaction() as current:
            team = current.get_one(Team, int(sys.argv[1]))
            cycle = make.make_cycle(current, team)
            make.make_prediction(current, cycle)
            number = cycle.id
        print(number, flush=True)  # told only once it is committed
        db.session.remove()
"""


def test_sixteen_writers_lose_nothing(own_app: Flask) -> None:
    with own_app.app_context(), transaction() as current:
        network_id = make.make_network(current).id
    trouble: list[BaseException] = []

    def count_up() -> None:
        done = 0
        while done < TIMES:
            try:
                with own_app.app_context(), transaction() as current:
                    network = current.get_one(Network, network_id)
                    time.sleep(0.001)
                    network.next_item_number += 1
                done += 1
            except ConflictError:  # the second of two savers is told, and tries again
                continue
            except BaseException as error:
                trouble.append(error)
                return

    threads = [threading.Thread(target=count_up) for _ in range(WRITERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert trouble == []
    with own_app.app_context():
        network = session().get_one(Network, network_id)
        assert network.next_item_number == 1 + WRITERS * TIMES
        assert list(audit_trail.verify(session())) == []


def test_a_killed_writer_leaves_every_write_whole_or_absent(own_app: Flask, tmp_path: Path) -> None:
    with own_app.app_context(), transaction() as current:
        team_id = make.make_team(current).id
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(ROOT),
        "NIC_DATA_DIR": str(own_app.config["DATA_DIR"]),
        "DATABASE_URL": str(own_app.config["SQLALCHEMY_DATABASE_URI"]),
        "NIC_SECRET_KEY": str(own_app.config["SECRET_KEY"]),
    }
    told = tmp_path / "told"
    with told.open("wb") as out:
        writer = subprocess.Popen(
            [sys.executable, "-c", WRITE_ON, str(team_id)], cwd=ROOT, env=environment, stdout=out
        )
    until = time.monotonic() + 120
    while told.read_bytes().count(b"\n") < 10 and time.monotonic() < until:
        time.sleep(0.01)
    writer.kill()
    writer.wait()

    acknowledged = {int(line) for line in told.read_text().split("\n")[:-1]}
    with own_app.app_context():
        kept = set(session().scalars(select(Cycle.id)))
        entries = session().scalar(select(func.count()).where(AuditEntry.kind == "cycle"))
        written_down = session().scalar(select(func.count()).where(AuditEntry.kind == "prediction"))
        assert session().get_one(Team, team_id)
        faults = list(audit_trail.verify(session()))
        db.session.remove()
    assert len(acknowledged) >= 10
    assert acknowledged <= kept
    assert len(kept - acknowledged) <= 1  # committed, and killed before it could be told
    assert entries == written_down == len(kept)
    assert faults == []
