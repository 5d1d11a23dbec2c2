"""Say what the pages of a large network cost: seconds, processor time, statements, size, memory.

    python benchmarks/network_pages.py DIRECTORY.csv.gz [SCHOOLS] [DATABASE_URL]

Fills a database as benchmarks/nation_graph.py does, from the first SCHOOLS schools of the directory (all of
them without a number), signs its network lead in and opens each page: once with nothing kept, then three
times, of which the quickest counts.
"""

import os
import resource
import secrets
import sys
import tempfile
import time
from itertools import islice
from pathlib import Path

import click
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from accounts.models import SignIn, User
from accounts.rules import hashed
from benchmarks.nation_graph import _lines, fill, places_of
from nic_platform import clock
from nic_platform.actor import Level, NetworkRole
from nic_platform.app import create_app
from nic_platform.database import db, transaction
from teams.graph_queries import PICTURES
from teams.models import NetworkMember, Site, Team

TURNS = 3


def sign_in(app: Flask, network_id: int) -> FlaskClient:
    """Return a browser in which the network's lead is signed in, who belongs to no team."""
    secret, at = secrets.token_urlsafe(24), clock.now()
    with app.app_context(), transaction() as current:
        user = User(name="Lead", email="lead@nation.example")
        current.add(user)
        current.flush()
        own = {"network_id": network_id, "created_at": at, "updated_at": at}
        current.add(NetworkMember(user_id=user.id, role=NetworkRole.LEAD, **own))
        current.add(SignIn(secret_hash=hashed(secret), user_id=user.id, created_at=at, last_seen_at=at))
    client = app.test_client()
    with client.session_transaction() as cookie:
        cookie["_user_id"], cookie["_fresh"] = secret, True
    return client


def addresses(app: Flask) -> list[str]:
    """Return the pages that are opened; places and teams are the first by name."""
    with app.app_context(), transaction() as current:
        state = current.scalars(select(Site.public_id).where(Site.level == Level.STATE).limit(1)).one()
        wide = select(Site.public_id).where(Site.level == Level.DISTRICT).order_by(Site.name).limit(1)
        district = current.scalars(wide).one()
        hub = select(Team.public_id).where(Team.level == Level.STATE).order_by(Team.name).limit(1)
        team = current.scalars(hub).one()
    asked = [f"/network/questions/{name}" for name in ("unheard", "silent", "losses", "load", "champions")]
    return [
        "/network", "/network?view=map", f"/network/area/{state}", f"/network/area/{state}?view=map",
        f"/network/district/{district}", "/network/teams?show=weak", "/network/teams?find=lincoln",
        f"/teams/{team}/around", *asked, "/network/spread", "/network/tables/teams.csv?show=weak",
    ]  # fmt: skip


def _open(client: FlaskClient, address: str) -> tuple[float, str, int, int]:
    before = time.perf_counter()
    answer = client.get(address)
    size = len(answer.data)
    return time.perf_counter() - before, answer.headers.get("X-SQL-Statements", "?"), size, answer.status_code


def main(path: Path, schools: int | None, url: str | None) -> None:
    """Fill, sign in, open every page and print a table."""
    with tempfile.TemporaryDirectory() as folder:
        settings = {"INSECURE_COOKIES": True} | ({"SQLALCHEMY_DATABASE_URI": url} if url else {})
        app = create_app(settings, environ={**os.environ, "NIC_DATA_DIR": folder, "NIC_COUNT_SQL": "1"})
        with app.app_context():
            db.create_all()
            with transaction() as current:
                network_id = fill(current, places_of(islice(_lines(path), schools)), clock.now())
        client = sign_in(app, network_id)
        click.echo("| Page | Statements | First, s | Then, s | KB |\n|---|--:|--:|--:|--:|")
        for address in addresses(app):
            PICTURES.clear()
            first = _open(client, address)
            best = min(_open(client, address)[0] for _turn in range(TURNS))
            note = "" if first[3] == 200 else f" ({first[3]})"
            shown = "/".join(part if len(part) < 30 else "…" for part in address.split("/"))
            said, size = first[1], first[2] / 1024
            click.echo(f"| `{shown}`{note} | {said} | {first[0]:.2f} | {best:.2f} | {size:.0f} |")
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        click.echo(f"\n{memory:,.0f} MB at most")
        with app.app_context():
            db.session.remove()
            db.engine.dispose()


if __name__ == "__main__":
    number = int(sys.argv[2]) if len(sys.argv) > 2 and sys.argv[2].isdigit() else None
    main(Path(sys.argv[1]), number, sys.argv[-1] if "://" in sys.argv[-1] else None)
