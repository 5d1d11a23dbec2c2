"""A second network beside the demo's own, small and private: what is in it must never show in the first."""

from datetime import timedelta

from sqlalchemy import update

from accounts.models import User
from cycles.models import Cycle
from feedback.models import FeedbackItem, FeedbackStep
from measures.models import Measure
from measures.rules import Direction, MeasureKind, MeasureType, Rhythm
from milestones.models import Milestone, Plan
from nic_platform.actor import Level, TeamRole
from nic_platform.demo import cycles, series
from nic_platform.demo.builder import Builder, DemoTeam, Row
from nic_platform.demo.people import BY_ROLE, OTHER_TEAM
from teams.models import Link, Membership, Network, SchoolYear, Site, SiteClosure, Team
from teams.services import rebuild_reach

ROLES = ("other_network",)


def build(b: Builder, password_hash: str) -> None:
    """Create the other network with a team, a plan, a cycle and a barrier."""
    at = b.days.at(b.days.starts_on - timedelta(days=30))
    own, b.network_id = b.network_id, _network(b)
    person = BY_ROLE["other_network"]
    row: Row = {"name": person.name, "email": person.email, "title": person.title, "is_admin": False}
    user_id = b.people[person.role] = b.add(User, [row], at=at)[0]
    b.session.execute(update(User).where(User.id == user_id).values(password_hash=password_hash))
    b.names[user_id] = person.name
    school, district = _places(b, user_id)
    measure_id, milestone_id = _plan(b, school)
    for stage in ("plan", "do"):
        _cycle(b, school, stage, measure_id)
    _item(b, school, district, milestone_id)
    b.network_id = own


def _network(b: Builder) -> int:
    row: Row = {
        "public_id": b.uuid(), "name": "Tri-Rivers Literacy Network",
        "aim": "Every fourth grader reads for pleasure.",
        "time_zone": "America/Chicago", "minimum_cell": 15, "state_minimum_cell": 10,
        "help_name": "Olaf Strand",
        "help_phone": "555-0177", "is_demo": True, "next_item_number": 3,
    }  # fmt: skip
    b.params["network_id"] = row["public_id"]
    return b.add(Network, [row], at=b.days.at(b.days.starts_on))[0]


def _places(b: Builder, user_id: int) -> tuple[DemoTeam, DemoTeam]:
    at = b.days.at(b.days.starts_on)
    year = {"name": b.days.year_name, "starts_on": b.days.starts_on, "ends_on": b.days.ends_on}
    b.add(SchoolYear, [year], at=at)
    found = []
    above: list[int] = []
    for name, level in (("Tri-Rivers District", Level.DISTRICT), (OTHER_TEAM, Level.SCHOOL)):
        row: Row = {
            "parent_id": above[0] if above else None,
            "level": level,
            "name": name,
            "state": "TR",
            "attributes": {},
        }
        site_id = b.add(Site, [{**row, "public_id": b.uuid()}], at=at)[0]
        above.insert(0, site_id)
        b.above[site_id] = list(above)
        b.plain(
            SiteClosure, [{"above_id": up, "below_id": site_id, "depth": d} for d, up in enumerate(above)]
        )
        team = DemoTeam(0, b.uuid(), name, level, site_id, name, "Tri-Rivers", 12, [user_id])
        team.id = b.add(Team, [_team_row(team)], at=at)[0]
        found.append(team)
    row = {
        "team_id": found[1].id,
        "user_id": user_id,
        "role": TeamRole.LEAD,
        "competencies": [],
        "perspectives": [],
    }
    b.add(Membership, [row], at=at)
    link: Row = {"lower_id": found[1].id, "upper_id": found[0].id, "last_exchange_at": b.days.ago(9)}
    b.add(Link, [link], at=at)
    rebuild_reach(b.session, b.network_id)
    return found[1], found[0]


def _team_row(team: DemoTeam) -> Row:
    return {
        "public_id": team.public_id, "site_id": team.site_id, "level": team.level, "rank": team.level.rank,
        "name": team.name, "purpose": "Reading for pleasure.", "functions": [],
    }  # fmt: skip


def _plan(b: Builder, team: DemoTeam) -> tuple[int, int]:
    at = b.days.at(b.days.starts_on)
    plan: Row = {
        "team_id": team.id,
        "school_year": b.days.year_name,
        "title": "Reading for pleasure",
        "is_shared": True,
    }
    plan_id = b.add(Plan, [{**plan, "public_id": b.uuid()}], at=at, by=team.person)[0]
    measure: Row = {
        "team_id": None, "name": "Free reading every day", "kind": MeasureKind.PROCESS,
        "type": MeasureType.PROPORTION,
        "direction": Direction.UP, "rhythm": Rhythm.WEEKLY, "unit": "teachers", "definition": "",
        "tool": "a log",
    }  # fmt: skip
    measure_id = b.add(Measure, [{**measure, "public_id": b.uuid()}], at=at)[0]
    public_id = b.uuid()
    note = b.note("milestone", public_id, f"/milestones/{public_id}", ROLES)
    milestone: Row = {
        "public_id": public_id, "plan_id": plan_id, "team_id": team.id, "measure_id": measure_id,
        "is_draft": False,
        "name": "Free reading", "who": "teachers", "what": f"giving ten minutes to free reading ({note})",
        "target": 90.0,
        "due_on": b.days.day(2, 15), "tool": "a log", "population": 12,
    }  # fmt: skip
    milestone_id = b.add(Milestone, [milestone], at=at, by=team.person)[0]
    days = b.days.weeks(b.days.day(11, 10))
    rows = [series.measured(b, team, measure_id, day, min(12, 3 + i), 12) for i, day in enumerate(days)]
    series.write_measurements(b, rows)
    return measure_id, milestone_id


def _cycle(b: Builder, team: DemoTeam, stage: str, measure_id: int) -> None:
    row = cycles.empty_cycle(team)
    public_id = row["public_id"] = b.uuid()
    note = b.note("cycle", public_id, f"/cycles/{public_id}", ROLES)
    row |= {
        "title": "Ten minutes after lunch", "change": "Free reading right after lunch.",
        "aim": f"Quiet start ({note})",
        "stage": stage, "is_draft": stage == "plan", "is_shared": stage == "do", "starts_on": b.days.day(2,
            9),
        "ends_on": b.days.day(3, 2), "measure_id": measure_id,
    }  # fmt: skip
    b.add(Cycle, [row], at=b.days.ago(12), by=team.person)


def _item(b: Builder, team: DemoTeam, district: DemoTeam, milestone_id: int) -> None:
    public_id = b.uuid()
    note = b.note("feedback_item", public_id, f"/feedback/{public_id}", ROLES)
    row: Row = {
        "public_id": public_id, "number": 1, "team_id": team.id, "holder_id": district.id, "kind": "barrier",
        "state": "waiting", "title": "The library is locked at lunch",
        "happens": f"Nobody has the key ({note}).",
        "milestone_id": milestone_id, "sent_at": b.days.ago(6), "due_on": b.days.today + timedelta(days=4),
        "highest_rank": 2, "sent_on": b.days.today - timedelta(days=6),
        "held_on": b.days.today - timedelta(days=6),
    }  # fmt: skip
    item_id = b.add(FeedbackItem, [row], at=b.days.ago(7), by=team.person)[0]
    legs = [
        {"item_id": item_id, "position": 0, "team_id": team.id, "reached_at": b.days.ago(7),
         "left_at": b.days.ago(6), "from_id": None, "reached_on": b.days.today - timedelta(days=7),
         "left_on": b.days.today - timedelta(days=6), "days": 1,
         "promised_on": None, "act": "sent", "user_id": team.person},
        {"item_id": item_id, "position": 1, "team_id": district.id, "reached_at": b.days.ago(6),
         "left_at": None, "from_id": team.id, "reached_on": b.days.today - timedelta(days=6),
         "left_on": None, "days": 0, "promised_on": b.days.today + timedelta(days=4), "act": "",
         "user_id": None},
    ]  # fmt: skip
    b.add(FeedbackStep, legs, at=b.days.now)
