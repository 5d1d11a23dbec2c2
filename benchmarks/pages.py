"""Say what the main pages of a demo network cost: statements, processor time, size.

    NIC_DATA_DIR=FOLDER nic demo --no-serve    # once; any demo will do
    NIC_DATA_DIR=FOLDER python benchmarks/pages.py

Each page is asked for as the person whose day it belongs to: twice to warm up, then five times, of which the
median counts.
"""

import os
import secrets
import statistics
import time

import click
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from accounts.models import SignIn, User
from accounts.rules import hashed
from nic_platform import clock
from nic_platform.app import create_app
from nic_platform.database import transaction

PAGES = {
    "rosa": ("/", "/plan", "/cycles", "/feedback", "/log"),
    "priya": ("/", "/compare", "/feedback/queue", "/network"),
    "helen": ("/", "/feedback/queue", "/library", "/search?q=coach"),
}
WARM, COUNTED = 2, 5


def browser(app: Flask, name: str) -> FlaskClient:
    """Return a browser in which the demo's person called *name* is signed in."""
    secret, at = secrets.token_urlsafe(24), clock.now()
    with app.app_context(), transaction() as session:
        user = session.scalars(select(User).where(User.email.like(f"{name}%")).limit(1)).one()
        session.add(SignIn(secret_hash=hashed(secret), user_id=user.id, created_at=at, last_seen_at=at))
    client = app.test_client()
    with client.session_transaction() as cookie:
        cookie["_user_id"], cookie["_fresh"] = secret, True
    return client


def cost(client: FlaskClient, path: str) -> tuple[str, float, int, int]:
    """Return statements, median processor milliseconds, bytes and status of one page."""
    spent = []
    for turn in range(WARM + COUNTED):
        before = time.process_time()
        answer = client.get(path, follow_redirects=True)
        if turn >= WARM:
            spent.append((time.process_time() - before) * 1000)
    said = answer.headers.get("X-SQL-Statements", "?")
    return said, statistics.median(spent), len(answer.data), answer.status_code


def main() -> None:
    """Print a table of all pages."""
    app = create_app({"INSECURE_COOKIES": True}, environ={**os.environ, "NIC_COUNT_SQL": "1"})
    click.echo("| Who | Page | Statements | Processor, ms | KB |\n|---|---|--:|--:|--:|")
    for name, paths in PAGES.items():
        client = browser(app, name)
        for path in paths:
            said, spent, size, status = cost(client, path)
            note = "" if status == 200 else f" ({status})"
            click.echo(f"| {name} | `{path}`{note} | {said} | {spent:.0f} | {size / 1024:.0f} |")


if __name__ == "__main__":
    main()
