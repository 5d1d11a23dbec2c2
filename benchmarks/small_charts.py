"""Say what 100 small charts on one page cost the server, as a ratio to building their SVG strings alone.

    python benchmarks/small_charts.py [--charts 100] [--points 24] [--rounds 15]

Both halves run in one process, by turns, on the same series: the whole is one query of a database, the
analysis, the words and the rendered page; the part is the SVG strings from values that are known already.
The medians of their processor times are set beside each other; the ratio should be 5 or less.
"""

import math
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import click
from flask import Flask, render_template_string
from sqlalchemy import insert
from sqlalchemy.orm import Session

from measures import small_charts
from measures.list_loading import YEAR, empty_line
from measures.models import Measure, Measurement
from measures.queries import MeasureRow, measures_of_team
from measures.rules import Direction, MeasureKind, MeasureType, Rhythm
from measures.series_loading import lines_of
from measures.small_charts import Line, draw, span_of
from measures.svg import Dot, Target, mini_run
from nic_platform import clock
from nic_platform.actor import Actor, Level, TeamRole
from nic_platform.app import create_app
from nic_platform.database import db, session
from teams.models import Network, Site, Team

MOST = 5.0
TODAY = date(2026, 3, 4)
PAGE = """{% from "measures/_small.html" import small with context %}<ul class="rows listed-measures">
{% for row in rows %}<li><b>{{ row.name }}</b>{{ small(charts[row.id]) }}</li>{% endfor %}</ul>"""


def filled(charts: int, points: int) -> tuple[Actor, int]:
    """Fill an empty database with one team's measures, and return who reads them and the team's number."""
    at = clock.now()
    place = session()
    network = Network(name="Bench")
    place.add(network)
    place.flush()
    site = Site(network_id=network.id, level=Level.SCHOOL, name="School")
    place.add(site)
    place.flush()
    team = Team(network_id=network.id, site_id=site.id, name="Team", level=Level.SCHOOL, rank=1)
    place.add(team)
    place.flush()
    for at_measure in range(charts):
        measure = Measure(
            network_id=network.id, team_id=team.id, name=f"Measure {at_measure:03}",
            kind=MeasureKind.PROCESS, type=MeasureType.PROPORTION, direction=Direction.UP,
            rhythm=Rhythm.WEEKLY, unit="teachers", target=80.0,
        )  # fmt: skip
        place.add(measure)
        place.flush()
        shift = 6 if at_measure % 3 == 0 else 0
        place.execute(
            insert(Measurement),
            [
                {
                    "network_id": network.id, "measure_id": measure.id, "team_id": team.id,
                    "site_id": site.id, "recorded_at": at, "population": 24.0,
                    "observed_on": TODAY - timedelta(days=7 * (points - week)),
                    "count": float(_spread(at_measure, week) + (shift if week > points // 2 else 0)),
                }
                for week in range(points)
            ],
        )  # fmt: skip
    place.commit()
    actor = Actor(
        user_id=1, name="Bench", network_id=network.id, team_id=team.id, team_public_id=team.public_id,
        roles={team.id: TeamRole.LEAD},
    )  # fmt: skip
    return actor, team.id


def _spread(measure: int, week: int) -> int:
    """Return a count from 6 to 14 that looks like chance and is the same each time."""
    return 6 + int(1000 * abs(math.sin(12.9898 * measure + 78.233 * week))) % 9


def strings_only(lines: list[Line]) -> int:
    """Build the SVG strings from points that are known, and nothing else; return their length."""
    span = span_of(lines, TODAY - YEAR, TODAY)
    size = 0
    for line in lines:
        dots = [Dot(on, value) for on, value in zip(line.days, line.values, strict=True)]
        targets = [Target(span[1], line.target)] if line.target is not None else []
        size += len(mini_run(dots, targets, span, label=line.name, size=small_charts.SIZE))
    return size


class Page:
    """The parts of the page's work, each of which can be timed by itself."""

    def __init__(self, actor: Actor, team: int, rows: list[MeasureRow]) -> None:
        self.actor, self.team, self.rows = actor, team, rows

    def query(self) -> list[Line]:
        """Read every series in one statement."""
        place: Session = session()
        place.expire_all()
        found = lines_of(place, self.actor, self.rows, [self.team], TODAY - YEAR)
        return [found.get((row.id, self.team)) or empty_line(row) for row in self.rows]

    def whole(self) -> str:
        """Return the page: query, analysis, words, pictures, markup."""
        lines = self.query()
        charts = draw(lines, span_of(lines, TODAY - YEAR, TODAY))
        told = {row.id: chart for row, chart in zip(self.rows, charts, strict=True)}
        return render_template_string(PAGE, rows=self.rows, charts=told)


def median_of(work: Callable[[], Any], rounds: int) -> float:
    """Return the median processor time of *work* in milliseconds."""
    spent = []
    for _round in range(rounds):
        before = time.process_time()
        work()
        spent.append((time.process_time() - before) * 1000)
    return statistics.median(spent)


def measured(app: Flask, charts: int, points: int, rounds: int) -> float:
    """Print what each part costs, and return the ratio of the whole to the strings alone."""
    with app.app_context(), app.test_request_context("/"):
        db.create_all()
        actor, team = filled(charts, points)
        rows = measures_of_team(session(), actor, team, charts)
        page = Page(actor, team, rows)
        lines = page.query()
        page.whole()
        strings_only(lines)
        alone, whole = [], []
        for _turn in range(3):  # by turns, so that a busy moment hits both
            alone.append(median_of(lambda: strings_only(lines), rounds))
            whole.append(median_of(page.whole, rounds))
        strings, every = statistics.median(alone), statistics.median(whole)
        parts = {
            "SVG strings alone": strings,
            "query": median_of(page.query, rounds),
            "analysis and words": median_of(lambda: small_charts.read(lines), rounds),
            "pictures with their words": median_of(lambda: draw(lines, (TODAY - YEAR, TODAY)), rounds),
            "the whole page": every,
        }
        for name, cost in parts.items():
            click.echo(f"{name:28} {cost:8.2f} ms")
        return every / strings


@click.command()
@click.option("--charts", default=100)
@click.option("--points", default=24)
@click.option("--rounds", default=15)
def main(charts: int, points: int, rounds: int) -> None:
    """Print the costs of a page of small charts and their ratio; fail where it is too much."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        app = create_app(
            {
                "TESTING": True, "DATA_DIR": str(place), "SECRET_KEY": "bench" * 8,
                "SQLALCHEMY_DATABASE_URI": f"sqlite:///{place}/bench.db",
            }
        )  # fmt: skip
        ratio = measured(app, charts, points, rounds)
    click.echo(f"{charts} charts of {points} points: {ratio:.2f} times their SVG strings (at most {MOST:g})")
    sys.exit(0 if ratio <= MOST else 1)


if __name__ == "__main__":
    main()
