"""An installation with a network of many school teams, for benchmarks of pages."""

import os
import resource
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import uuid4

import click
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from nic_platform import clock
from nic_platform.actor import Level, NetworkRole, TeamRole
from nic_platform.app import create_app
from nic_platform.database import db, transaction
from teams.models import Network, Site, SiteClosure, Team, TeamReach
from tests import factories as make
from tests.pg import Server

GRADES = ("K-5", "6-8", "9-12", "K-8")
LOCALES = ("Rural", "Town", "Suburb", "City")
IN_DISTRICT = 20
TURNS = 3


@dataclass(frozen=True)
class Many:
    """What was made: numbers of the network, of the school teams and of their sites, in one order."""

    network_id: int
    teams: Sequence[int]
    sites: Sequence[int]
    state_id: int


@contextmanager
def installation(kind: str) -> Iterator[Flask]:
    """Give an empty application on SQLite or PostgreSQL."""
    server = Server() if kind == "postgresql" else None
    try:
        with TemporaryDirectory() as folder:
            url = server.url if server else f"sqlite:///{folder}/many.db"
            settings = {"SQLALCHEMY_DATABASE_URI": url, "DATA_DIR": folder, "QUEUE_URL": url,
                        "STORAGE": str(Path(folder) / "f"), "INSECURE_COOKIES": True,
                        "TESTING": True}  # fmt: skip
            app = create_app(settings, environ={**os.environ, "NIC_DATA_DIR": folder, "NIC_COUNT_SQL": "1"})
            with app.app_context():
                db.create_all()
            yield app
            with app.app_context():
                db.session.remove()
                db.engine.dispose()
    finally:
        if server:
            server.stop()


def rows_into(session: Session, model: Any, rows: Sequence[Mapping[str, Any]]) -> None:
    """Write many rows of a table without their audit trail; times and public ids are filled in."""
    columns, at = model.__table__.columns, clock.now()
    extra = {name: at for name in ("created_at", "updated_at", "recorded_at") if name in columns}
    named = "public_id" in columns
    for first in range(0, len(rows), 20_000):
        some = [
            {**extra, **({"public_id": uuid4()} if named else {}), **row}
            for row in rows[first : first + 20_000]
        ]
        session.execute(insert(model.__table__), some)


def fill_teams(session: Session, schools: int) -> Many:
    """Make a state, its districts and schools with a team each; every team reaches the state's."""
    network = make.make_network(session, name="Many teams")
    state = make.make_site(session, network, level=Level.STATE, name="The state")
    top = make.make_team(session, network, site=state, level=Level.STATE, name="State team")
    own = {"network_id": network.id}
    districts = max(1, schools // IN_DISTRICT)
    rows_into(session, Site, [
        {**own, "parent_id": state.id, "level": Level.DISTRICT, "name": f"District {n:05}"}
        for n in range(districts)
    ])  # fmt: skip
    above = list(session.scalars(select(Site.id).where(Site.level == Level.DISTRICT).order_by(Site.id)))
    rows_into(session, Site, [
        {**own, "parent_id": above[n % districts], "level": Level.SCHOOL, "name": f"School {n:06}",
         "grades": GRADES[n % 4], "locale": LOCALES[n // 4 % 4], "enrolment": 120 + n * 37 % 900,
         "lunch_percent": n * 7 % 100, "english_learner_percent": n * 3 % 60, "is_title_one": n % 3 == 0}
        for n in range(schools)
    ])  # fmt: skip
    sites = list(session.scalars(select(Site.id).where(Site.level == Level.SCHOOL).order_by(Site.id)))
    closure = [(site, site, 0) for site in (*above, *sites)]
    closure += [(state.id, site, 1) for site in above] + [(state.id, site, 2) for site in sites]
    closure += [(above[n % districts], site, 1) for n, site in enumerate(sites)]
    names = ("above_id", "below_id", "depth")
    rows_into(session, SiteClosure, [dict(zip(names, row, strict=True)) for row in closure])
    rows_into(session, Team, [
        {**own, "site_id": site, "level": Level.SCHOOL, "rank": Level.SCHOOL.rank, "name": f"Team {n:06}"}
        for n, site in enumerate(sites)
    ])  # fmt: skip
    teams = list(session.scalars(select(Team.id).where(Team.level == Level.SCHOOL).order_by(Team.id)))
    reach = [{"above_id": top.id, "below_id": team, "distance": 2} for team in teams]
    rows_into(session, TeamReach, reach)
    return Many(network.id, teams, sites, state.id)


def people(app: Flask, many: Many) -> dict[str, FlaskClient]:
    """Return browsers of a school team's lead and of a network lead."""
    clients = {"school": app.test_client(), "state": app.test_client()}
    with app.app_context(), transaction() as current:
        school = make.make_user(current, current.get_one(Team, many.teams[0]), role=TeamRole.LEAD)
        lead = make.make_user(current, current.scalars(select(Team).where(Team.level == Level.STATE)).one())
        make.make_network_member(current, current.scalars(select(Network)).one(), lead, NetworkRole.LEAD)
        for name, user in (("school", school), ("state", lead)):
            make.sign_in(current, clients[name], user)
    return clients


def settle(app: Flask) -> None:
    """Let the database learn how its tables are filled."""
    with app.app_context():
        if db.engine.dialect.name == "sqlite":
            with db.engine.begin() as connection:
                connection.exec_driver_sql("ANALYZE")
        else:
            with db.engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
                connection.exec_driver_sql("VACUUM ANALYZE")
        db.session.remove()


def heading(of: str = "Teams") -> None:
    """Print the table's head."""
    click.echo(f"| {of} | Page | Statements | First, s | Then, s | Processor, s | KB |\n"
               "|--:|---|--:|--:|--:|--:|--:|")  # fmt: skip


def look(client: FlaskClient, size: int, address: str, words: str = "") -> None:
    """Open a page, then three times more; print what the first cost, and the middle one of the others."""
    begun = time.perf_counter()
    answer = client.get(address)
    first, turns = time.perf_counter() - begun, []
    for _turn in range(TURNS):
        clock_at, work = time.perf_counter(), time.process_time()
        answer = client.get(address)
        turns.append((time.process_time() - work, time.perf_counter() - clock_at))
    work, then = sorted(turns)[TURNS // 2]
    note = "" if answer.status_code in (200, 302) else f" ({answer.status_code})"
    said = answer.headers.get("X-SQL-Statements", "?")
    click.echo(
        f"| {size:,} | {words or address}{note} | {said} | {first:.2f} | {then:.2f} | {work:.2f} | "
        f"{len(answer.data) / 1024:,.0f} |"
    )


def each_alone(module: str, sizes: Sequence[int], kind: str) -> bool:
    """Run a benchmark for each of several sizes in a process of its own; no where there is but one."""
    if len(sizes) < 2:
        return False
    for size in sizes:
        subprocess.run([sys.executable, "-m", module, str(size), kind], check=True)  # noqa: S603  # our own program
    return True


def most_memory() -> str:
    """Return the most memory that this process held, in words."""
    return f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f} MB at most"
