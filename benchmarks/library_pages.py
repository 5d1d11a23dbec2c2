"""Say what the pages of the change library cost in a network of many teams with five years of counts.

    python -m benchmarks.library_pages [TEAMS …] [postgresql]

Every team counts two measures (one of teachers, one of students) every two weeks of the school year, five
years long, and has tested four of sixty ideas, some of them far more often than others. On SQLite the
processor's seconds hold the database's too; on PostgreSQL they are the application's.
"""

import sys
import time
from datetime import date, timedelta
from uuid import UUID

import click
from flask import Flask
from sqlalchemy import text
from sqlalchemy.orm import Session

from benchmarks import many_teams
from benchmarks.many_teams import Many, rows_into
from cycles.models import ChangeIdea, Cycle, IdeaDriver, Ramp
from feedback.models import FeedbackItem
from measures.rules import MeasureKind, MeasureType
from milestones.models import Milestone, Plan
from nic_platform.database import transaction
from teams.models import Network
from tests import factories as make

IDEAS, TESTS, YEARS, POINTS = 60, 4, 5, 19
FIRST = date(2021, 8, 23)
_COUNTS = """
WITH RECURSIVE turn(number) AS (SELECT 0 UNION ALL SELECT number + 1 FROM turn WHERE number < :last)
INSERT INTO measurement (public_id, network_id, measure_id, team_id, site_id, observed_on, recorded_at,
                         collector, tool, note, count, population, subgroup_set, subgroup, is_withdrawn)
SELECT {uuid}, t.network_id, :measure, t.id, t.site_id, {day}, CURRENT_TIMESTAMP, '', '', '',
       (:least + t.id % :wide) * (55 + (t.id * 7919 + number * 104729) % 13 + number / 19 * 2) / 100,
       :least + t.id % :wide, '', '', {no}
FROM team t CROSS JOIN turn WHERE t.level = 'school'
"""
_SQLITE = {
    "uuid": "lower(hex(randomblob(16)))", "no": "0",
    "day": "date(:first, '+' || (number / 19 * 364 + number % 19 * 14 + t.id % 5) || ' days')",
}  # fmt: skip
_POSTGRES = {
    "uuid": "gen_random_uuid()",
    "no": "false",
    "day": "CAST(:first AS date) + (number / 19 * 364 + number % 19 * 14 + t.id % 5)",
}


def fill(session: Session, teams: int) -> tuple[Many, UUID]:
    """Fill a network and return it with the idea that most teams tested."""
    many = many_teams.fill_teams(session, teams)
    own = {"network_id": many.network_id}
    common = {"type": MeasureType.PROPORTION, **own}
    seen = make.make_measure(session, name="Rooms where the routine was seen", **common)
    there = make.make_measure(
        session, name="Attendance", kind=MeasureKind.OUTCOME, counts_students=True, unit="students", **common
    )
    way = _SQLITE if session.get_bind().dialect.name == "sqlite" else _POSTGRES
    for measure, least, wide in ((seen, 12, 30), (there, 120, 400)):
        session.execute(text(_COUNTS.format(**way)), {
            "measure": measure.id, "least": least, "wide": wide, "first": FIRST.isoformat(),
            "last": YEARS * POINTS - 1,
        })  # fmt: skip
    rows_into(session, ChangeIdea, [
        {**own, "title": f"Idea {n:02}", "description": "What is done.", "is_shared": True,
         "measure_id": seen.id if n % 3 else there.id} for n in range(IDEAS)
    ])  # fmt: skip
    ideas = session.execute(text("SELECT id FROM change_idea ORDER BY id")).scalars().all()
    _drivers(session, own, ideas)
    _tests(session, many, ideas)
    _work(session, many, seen.id)
    return many, session.get_one(ChangeIdea, ideas[0]).public_id


def _drivers(session: Session, own: dict[str, int], ideas: list[int]) -> None:
    network = session.get_one(Network, own["network_id"])
    drivers = [make.make_driver(session, network).id for _each in range(8)]
    rows_into(session, IdeaDriver, [
        {**own, "idea_id": idea, "driver_id": drivers[(n + k * 3) % 8], "is_strong": k == 0}
        for n, idea in enumerate(ideas) for k in range(2)
    ])  # fmt: skip


def _tests(session: Session, many: Many, ideas: list[int]) -> None:
    """Let each team test four ideas, two cycles each, on days spread over the years."""
    own = {"network_id": many.network_id}
    pairs = []
    for n, team in enumerate(many.teams):
        chosen = {min((n * 31 + k * 17) % IDEAS, (n * 13 + k * 29 + n // 7) % IDEAS) for k in range(TESTS)}
        pairs += [(team, ideas[idea], n * 37 + idea * 53) for idea in sorted(chosen)]
    rows_into(session, Ramp, [{**own, "team_id": t, "idea_id": i, "title": "A ramp"} for t, i, _n in pairs])
    ramps = session.execute(text("SELECT id FROM ramp ORDER BY id")).scalars().all()
    rows = []
    for ramp, (team, _idea, n) in zip(ramps, pairs, strict=True):
        began = FIRST + timedelta(days=100 + n % (YEARS * 364 - 200))
        for k in range(2):
            day = began + timedelta(days=28 * k)
            rows.append({
                **own, "team_id": team, "ramp_id": ramp, "number": k + 1, "title": "A test",
                "stage": "closed", "outcome": "done", "is_draft": False, "is_shared": n % 3 == 0,
                "starts_on": day,
                "began_on": day, "ended_on": day + timedelta(days=21), "learned": f"Learned {n % 40}",
                "decision": ("adapt", "adopt", "abandon", "adopt")[(n + k) % 4] if k else "adapt",
            })  # fmt: skip
    rows_into(session, Cycle, rows)


def _work(session: Session, many: Many, measure: int) -> None:
    """Give each team a plan with a milestone, and a barrier that it sent."""
    own = {"network_id": many.network_id}
    rows_into(session, Plan, [
        {**own, "team_id": team, "school_year": "2025-26", "title": "Plan", "is_shared": n % 4 == 0}
        for n, team in enumerate(many.teams)
    ])  # fmt: skip
    plans = session.execute(text("SELECT id, team_id FROM plan ORDER BY id")).all()
    what = ("using sentence frames first", "checking exit tickets daily", "greeting pupils at the door")
    rows_into(session, Milestone, [
        {**own, "plan_id": plan, "team_id": team, "who": "teachers", "what": what[n % 3], "is_draft": False,
         "measure_id": measure if n % 2 == 0 else None, "target": 80.0, "due_on": date(2026, 5, 1)}
        for n, (plan, team) in enumerate(plans)
    ])  # fmt: skip
    said = ("No substitutes for planning time", "Buses come late in winter", "Screens are locked at home")
    rows_into(session, FeedbackItem, [
        {**own, "team_id": team, "number": n + 1, "kind": "barrier", "state": "waiting", "is_shared": True,
         "title": said[n % 3]}
        for n, team in enumerate(many.teams)
    ])  # fmt: skip


def run(app: Flask, teams: int) -> None:
    """Fill one installation and open each page."""
    begun = time.perf_counter()
    with app.app_context(), transaction() as current:
        many, idea = fill(current, teams)
    many_teams.settle(app)
    clients = many_teams.people(app, many)
    click.echo(f"{teams:,} teams in {time.perf_counter() - begun:.0f} s", err=True)
    for address, words in (
        ("/library", ""), ("/library?like=grades:K-5", ""), (f"/ideas/{idea}", "an idea, the most tested"),
        (f"/api/v1/ideas/{idea}/effect", "the same, API"), ("/library/package", ""),
        ("/library/export.csv", ""), (f"/ideas/{idea}/spread", "its spread"), ("/who-else", ""),
        ("/questions", ""),
    ):  # fmt: skip
        many_teams.look(clients["school"], teams, address, words)


def main(sizes: list[int], kind: str) -> None:
    """Print a table of each size."""
    if many_teams.each_alone("benchmarks.library_pages", sizes, kind):
        return
    many_teams.heading()
    with many_teams.installation(kind) as app:
        run(app, sizes[0])
    click.echo(f"\n{many_teams.most_memory()}")


if __name__ == "__main__":
    wanted = [int(each) for each in sys.argv[1:] if each.isdigit()]
    main(wanted or [200, 2_000, 20_000], "postgresql" if "postgresql" in sys.argv else "sqlite")
