"""Say what the pages of a queue cost in a network of 50,000 open reports, on PostgreSQL.

    python -m benchmarks.feedback_queue [OPEN]

Twice: as after some years, when a tenth of all reports waits with the state team; and the worst there can be,
when every open report does. Each page is asked for once to warm up, then five times, of which the median
counts. Needs the packages of the tests, which bring PostgreSQL.
"""

import statistics
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import click
from flask import Flask
from flask.testing import FlaskClient

from nic_platform.app import create_app
from nic_platform.database import db, transaction
from tests.factories import sign_in
from tests.feedback.many_items import Crowd, make_crowd
from tests.pg import Server

PAGES = (
    "/feedback/queue", "/feedback/queue/items", "/feedback/queue/items?late=1",
    "/feedback/queue/items?q=window", "/feedback/queue/reports.csv", "/feedback/queue/themes.csv",
)  # fmt: skip
COUNTED = 5


@contextmanager
def network_of(items: int, at_state: float) -> Iterator[tuple[Flask, FlaskClient, Crowd]]:
    """Give an application over *items* reports, and a browser of somebody who works the state's queue."""
    server = Server()
    try:
        with TemporaryDirectory() as folder:
            app = create_app(
                {"SQLALCHEMY_DATABASE_URI": server.url, "DATA_DIR": folder,
                 "STORAGE": str(Path(folder) / "f"), "QUEUE_URL": server.url, "INSECURE_COOKIES": True},
                environ={"NIC_DATA_DIR": folder, "NIC_COUNT_SQL": "1"},
            )  # fmt: skip
            client = app.test_client()
            with app.app_context():
                db.create_all()
                with transaction() as current:
                    crowd = make_crowd(current, items, others=items // 10, at_state=at_state)
                    sign_in(current, client, crowd.state_user)
                with db.engine.begin() as connection:
                    connection.exec_driver_sql("ANALYZE")
                db.session.remove()
            yield app, client, crowd
            with app.app_context():
                db.engine.dispose()
    finally:
        server.stop()


def cost(client: FlaskClient, path: str) -> str:
    """Return a line of the table: statements, median seconds and kilobytes of one page."""
    spent = []
    for turn in range(COUNTED + 1):
        began = time.perf_counter()
        answer = client.get(path)
        if turn:
            spent.append(time.perf_counter() - began)
    said = answer.headers.get("X-SQL-Statements", "?")
    note = "" if answer.status_code == 200 else f" ({answer.status_code})"
    middle, size = statistics.median(spent) * 1000, len(answer.data) / 1024
    return f"| `{path}`{note} | {said} | {middle:.0f} | {size:,.0f} |"


def main(wanted: int) -> None:
    """Print a table for each of the two networks."""
    for words, items, at_state in (
        ("a tenth waits with the state team", round(wanted / 0.46), 0.1),
        ("every open report waits with the state team", wanted, 1.0),
    ):
        began = time.perf_counter()
        with network_of(items, at_state) as (_app, client, crowd):
            written = time.perf_counter() - began
            click.echo(
                f"\n{items:,} reports, about {wanted:,} open; {words}: {crowd.waiting:,} "
                f"(written in {written:.0f} s)\n"
            )
            click.echo("| Page | Statements | Milliseconds | KB |\n|---|--:|--:|--:|")
            for path in PAGES:
                click.echo(cost(client, path))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 50_000)
