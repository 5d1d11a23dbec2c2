"""Alder Creek's plan of the year before, the year to come, and a file that waits to be imported."""

from datetime import timedelta
from io import BytesIO

from milestones import exchange_run_services
from milestones.exchange_run_services import Choice
from milestones.models import Milestone, Plan, Priority, Strand, Strategy
from nic_platform.actor import Actor
from nic_platform.demo.builder import Builder, Row
from nic_platform.demo.names import SCHOOL
from teams.models import SchoolYear, Team

_YEAR = timedelta(weeks=52)
_SENTENCES = """Statement
"By the end of the third quarter, walkthroughs will show that 80% of classroom teachers model one frame"
"By the end of April, 45% of students who began below grade level will be proficient on iReady"
"Order a second set of answer-frame cards by March 6"
"Continue to improve the use of academic language"
"""


def build(b: Builder) -> None:
    """Add last year's plan, from which a milestone goes on, next year's dates, a list to import."""
    team = b.teams[SCHOOL]
    if team.plan_id is None:
        return
    _next_year(b)
    _last_year(b, team.id, team.plan_id, team.person)
    actor = Actor(user_id=b.people["lead"], network_id=b.network_id, team_id=team.id)
    found, plan = b.session.get_one(Team, team.id), b.session.get_one(Plan, team.plan_id)
    choice = Choice(plan.school_year, str(plan.public_id), new_id=str(b.uuid()))
    run = exchange_run_services.receive(
        b.session, found, BytesIO(_SENTENCES.encode()), "ideas from our retreat.csv", choice,
        today=b.days.today, by=actor, at=b.days.ago(1),
    )  # fmt: skip
    run.public_id = b.uuid()
    b.session.flush()


def _next_year(b: Builder) -> None:
    first = int(b.days.year_name[:4]) + 1
    year = {
        "name": f"{first}-{(first + 1) % 100:02d}", "starts_on": b.days.starts_on + _YEAR,
        "ends_on": b.days.ends_on + _YEAR,
    }  # fmt: skip
    b.add(SchoolYear, [year], at=b.days.ago(20))


def _last_year(b: Builder, team_id: int, plan_id: int, by: int | None) -> None:
    at = b.days.at(b.days.starts_on - _YEAR)
    first = int(b.days.year_name[:4]) - 1
    row = {
        "team_id": team_id, "school_year": f"{first}-{(first + 1) % 100:02d}", "is_shared": False,
        "title": "Language in every lesson",
    }  # fmt: skip
    old = b.add(Plan, [row], at=at, by=by)[0]
    b.add(Priority, [{"plan_id": old, "text": "English learners below grade level"}], at=at, by=by)
    named: Row = {"plan_id": old, "name": "Language objectives, first steps", "description": ""}
    strategy = b.add(Strategy, [named], at=at, by=by)[0]
    strand = b.add(Strand, [{"strategy_id": strategy, "name": "First grades to begin"}], at=at, by=by)[0]
    goes_on = b.session.get_one(Milestone, team_milestone(b))
    rows: list[Row] = [
        {"plan_id": old, "team_id": team_id, "strand_id": strand, "measure_id": goes_on.measure_id,
         "is_draft": False, "name": "Two grades begin", "due_on": b.days.starts_on - timedelta(days=100),
         "who": "teachers of grades 2 and 3", "what": "writing a language objective each day",
         "tool": "a weekly audit of lesson plans", "target": 40.0, "position": 1},
    ]  # fmt: skip
    made = b.add(Milestone, rows, at=at, by=by)[0]
    goes_on.carried_from_id = made
    b.session.get_one(Plan, plan_id).carried_from_id = old
    b.session.flush()


def team_milestone(b: Builder) -> int:
    """Return the number of Alder Creek's first milestone."""
    return next(iter(b.teams[SCHOOL].milestones.values()))[0]
