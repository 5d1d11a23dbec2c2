"""Kills servers in the middle of writes and counts what is left.

``kill``: one server (SQLite: one process; PostgreSQL: gunicorn with two) is killed with SIGKILL five times
while eight writers send 10,000 writes. ``failover``: two servers on 127.0.0.2 and 127.0.0.3 over a PostgreSQL
primary and its synchronous standby; the primary is killed under load and the standby promoted. Each write
carries a key and is sent until it is acknowledged. What was acknowledged has to be there, once.
"""

import argparse
import os
import tempfile
import time
from pathlib import Path

from click import echo

from tests.conftest import build_app, close_app, new_database
from tests.pg import Server
from tests.replicas import fail_over
from tests.running import Served, Told, killed_in_the_middle


def _say(what: str, total: int, told: Told, found: dict[str, int], took: float) -> None:
    load = os.getloadavg()[0]
    echo(f"{what}: {total:,} writes in {took:.0f} s ({total / took:.0f} a second), load {load:.1f}")
    echo(
        f"  acknowledged {len(told.acknowledged):,}; there {found['there']:,}; lost {found['lost']}; "
        f"twice {found['twice']}; another's answer {found['other']}; broken history {found['half']}"
    )
    echo(f"  sent again and answered from the key: {told.repeats}; other answers: {told.refused}")
    echo(f"  longest time without an acknowledged write: {told.longest_gap:.1f} s")  # fmt: skip


def _kill(kind: str, total: int, kills: int) -> None:
    with tempfile.TemporaryDirectory() as name, new_database(kind, Path(name)) as url:
        folder = Path(name)
        app = build_app(url, folder)
        options = ("--no-worker",) if kind == "sqlite" else ("--production", "--processes", "2")
        began = time.monotonic()
        told, found = killed_in_the_middle(
            app, Served(url, folder, options=options), total=total, kills=kills
        )
        _say(f"{kind}, killed {kills} times", total, told, found, time.monotonic() - began)
        close_app(app)


def main() -> None:
    """Run what is asked for and print the figures."""
    parser = argparse.ArgumentParser()
    parser.add_argument("what", choices=("kill", "failover"))
    parser.add_argument("--db", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--writes", type=int, default=10_000)
    parser.add_argument("--kills", type=int, default=5)
    asked = parser.parse_args()
    if asked.what == "failover":
        began = time.monotonic()
        outcome = fail_over(total=asked.writes)
        _say(
            "primary killed, standby promoted",
            asked.writes,
            outcome.told,
            outcome.found,
            time.monotonic() - began,
        )
        echo(
            f"  promoted after {outcome.promoted_after:.1f} s; hosts ready after {outcome.ready_after:.1f} s"
        )
        return
    server = Server(durable=True) if asked.db == "postgresql" else None
    if server:
        os.environ["TEST_DATABASE_URL"] = server.url
    try:
        _kill(asked.db, asked.writes, asked.kills)
    finally:
        if server:
            server.stop()


if __name__ == "__main__":
    main()
