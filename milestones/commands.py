"""``nic coach``: read sentences of a plan on the command line."""

import json
import sys
from datetime import datetime

import click

from milestones.coach import Calendar, coach


@click.command("coach")
@click.option(
    "--today",
    type=click.DateTime(["%Y-%m-%d"]),
    help="Read dates as on this day (2026-10-01); without it, today.",
)
def coach_command(today: datetime | None) -> None:
    """Say of each sentence what it is, and how to make it a better milestone.

    Reads one sentence a line from standard input and writes one JSON object a line, in the same order.
    Dates are read in the usual school year, 1 August to 15 June, around today.
    """
    calendar = Calendar.usual((today or datetime.now()).date())
    for line in sys.stdin.buffer:
        text = line.decode("utf-8", "replace").rstrip("\r\n")
        click.echo(json.dumps(coach(text, calendar).as_dict(), ensure_ascii=False))
