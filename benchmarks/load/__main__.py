"""Play a mixed load, look for every acknowledged write, and hold each goal of speed beside its figure.

    python -m benchmarks.load --sessions 100 --schools 400
    python -m benchmarks.load --growth 100 1000 10000

Everything runs on this machine: PostgreSQL of the tests' packages, gunicorn with two processes as
docs/one-machine.md says, a worker beside, and this process, which asks. Goals are in milliseconds of
processor, so that they say the same on a busy machine; seconds by the clock don't.
"""

import argparse
import signal
import time
from typing import NoReturn

import click

from benchmarks.load import goals, report
from benchmarks.load.ledger import reconcile
from benchmarks.load.play import play
from benchmarks.load.stage import on_stage
from nic_platform.database import db, session


def main() -> None:
    """Run what is asked for; ends with status 1 when something was lost or answered wrongly."""
    asked = _arguments()
    if asked.growth:
        report.say_growth({size: goals.at_size(size) for size in asked.growth})
        return
    began = time.perf_counter()
    with on_stage(asked.schools) as stage:
        report.say_stage(stage, time.perf_counter() - began)
        found = goals.measure(stage, turns=asked.turns) if asked.turns else None
        played = play(stage, asked.sessions, asked.seconds, asked.rate)
        with stage.app.app_context():
            kept = reconcile(session(), played.ledger)
            db.session.remove()
        report.say_load(played, kept)
        if found is not None:
            found += goals.after(stage, played)
            found += goals.crowded(stage, asked.writes, asked.rows)
            report.say_goals(found)
    if played.ledger.faults or any(each.lost or each.twice for each in kept):
        raise SystemExit(1)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.load")
    parser.add_argument("--sessions", type=int, default=100)
    parser.add_argument("--schools", type=int, default=400)
    parser.add_argument("--seconds", type=float, default=60, help="how long the load is played")
    parser.add_argument("--rate", type=float, default=20, help="requests a second of all; 0: no thinking")
    parser.add_argument("--turns", type=int, default=40, help="requests for each goal; 0: the load alone")
    parser.add_argument("--writes", type=int, default=400, help="writes of sixteen writers; 0: none")
    parser.add_argument("--rows", type=int, default=100_000, help="rows of an import; 0: none")
    parser.add_argument("--growth", type=int, nargs="+", metavar="SCHOOLS", help="costs at several sizes")
    return parser.parse_args()


def _stop(_number: int, _frame: object) -> NoReturn:
    raise SystemExit(143)  # so that what was started ends with it


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, _stop)
    try:
        main()
    except KeyboardInterrupt:
        click.echo("Broken off.", err=True)
