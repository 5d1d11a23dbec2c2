"""Say what the pages of loop measures cost in a network with 50,000 reports.

    python -m benchmarks.feedback_loops [REPORTS [sqlite]]

Each report has two to four legs; they are spread over half a school year. Each page is asked for once to warm
up, then five times, of which the median counts. On PostgreSQL unless told otherwise; needs the packages of
the tests, which bring it.
"""

import statistics
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import click
from flask.testing import FlaskClient
from sqlalchemy import case, select, update
from sqlalchemy.orm import Session

from feedback.models import FeedbackItem, FeedbackStep
from nic_platform import clock
from nic_platform.actor import NetworkRole
from nic_platform.app import create_app
from nic_platform.database import db, transaction
from nic_platform.sql_days import AddDays
from teams.models import Link
from tests import factories as make
from tests.factories import TODAY, sign_in
from tests.feedback.many_items import make_crowd
from tests.pg import Server

COUNTED = 5


@contextmanager
def network_of(items: int, kind: str) -> Iterator[tuple[FlaskClient, str, str]]:
    """Give a browser of a network lead over *items* reports, and the ids of a team and a link."""
    server = Server() if kind == "postgresql" else None
    try:
        with TemporaryDirectory() as folder:
            url = server.url if server else f"sqlite:///{folder}/loops.db"
            app = create_app(
                {"SQLALCHEMY_DATABASE_URI": url, "DATA_DIR": folder, "STORAGE": str(Path(folder) / "f"),
                 "QUEUE_URL": url, "INSECURE_COOKIES": True},
                environ={"NIC_DATA_DIR": folder, "NIC_COUNT_SQL": "1"},
            )  # fmt: skip
            client = app.test_client()
            with app.app_context():
                db.create_all()
                with transaction() as current:
                    crowd = make_crowd(current, items, others=items // 10)
                    _live(current, clock.now().date())
                    make.make_network_member(current, crowd.network, crowd.state_user, NetworkRole.LEAD)
                    sign_in(current, client, crowd.state_user)
                    link = current.scalars(
                        select(Link.public_id).where(Link.upper_id == crowd.state.id)
                    ).first()
                    addresses = str(crowd.state.public_id), str(link)
                with db.engine.begin() as connection:
                    connection.exec_driver_sql("ANALYZE")
                db.session.remove()
            yield client, *addresses
            with app.app_context():
                db.engine.dispose()
    finally:
        if server:
            server.stop()


def _live(session: Session, today: date) -> None:
    """Spread what was made over the last months, with the days that loops took."""
    item, step = FeedbackItem, FeedbackStep
    sent = AddDays(item.sent_on, (today - TODAY).days - item.id * 7 % 80)
    answered = item.state.in_(("closed", "answered"))
    took = item.id % 40
    session.execute(
        update(item).values(
            sent_on=sent, days_to_answer=case((answered, took)),
            days_to_close=case((item.state == "closed", took + item.id % 15)),
        ).execution_options(synchronize_session=False)
    )  # fmt: skip
    reached = AddDays(item.sent_on, step.position * 3)
    left = case((step.left_at.is_not(None), AddDays(reached, step.item_id % 20)))
    days = case((step.left_at.is_not(None), step.item_id % 20))
    session.execute(
        update(step)
        .where(step.item_id == item.id)
        .values(reached_on=reached, left_on=left, promised_on=AddDays(reached, 14), days=days)
        .execution_options(synchronize_session=False)
    )


def cost(client: FlaskClient, path: str) -> str:
    """Return a line of the table: statements, median milliseconds and kilobytes of one page."""
    spent = []
    for turn in range(COUNTED + 1):
        began = time.perf_counter()
        answer = client.get(path)
        if turn:
            spent.append(time.perf_counter() - began)
    said = answer.headers.get("X-SQL-Statements", "?")
    note = "" if answer.status_code == 200 else f" ({answer.status_code})"
    middle, size = statistics.median(spent) * 1000, len(answer.data) / 1024
    return f"| `{path[:46]}`{note} | {said} | {middle:.0f} | {size:,.0f} |"


def main(items: int, kind: str) -> None:
    """Print a table of the pages."""
    with network_of(items, kind) as (client, team, link):
        click.echo(f"\n{items:,} reports on {kind}\n")
        click.echo("| Page | Statements | Milliseconds | KB |\n|---|--:|--:|--:|")
        base = "/feedback/loops"
        for path in (
            base, f"{base}?by=week&period=two", f"{base}/teams", f"{base}/links", f"{base}/teams/{team}",
            f"{base}/links/{link}", f"{base}.csv?rows=links", "/feedback",
        ):  # fmt: skip
            click.echo(cost(client, path))


if __name__ == "__main__":
    KIND = "sqlite" if "sqlite" in sys.argv else "postgresql"
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 50_000, KIND)
