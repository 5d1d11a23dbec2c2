"""Alder Creek's touchpoints: held, with what was decided there and what came of it, and planned ahead."""

from datetime import date, time, timedelta

from accounts.rules import hashed
from desk.models import CalendarFeed
from milestones.models import ActionStep, Decision, Touchpoint
from nic_platform.demo.builder import Builder, DemoTeam, Row
from nic_platform.demo.names import SCHOOL

WEEKS_AHEAD = 6  # of planned touchpoints, every two weeks


def build(b: Builder) -> None:
    """Add what the story's two meetings leave out: others before and after them, their decisions, a feed."""
    school = b.teams[SCHOOL]
    held = _held(b, school)
    _decided(b, school, held)
    _ahead(b, school)
    _feeds(b, school)


def _touchpoint(
    b: Builder, school: DemoTeam, on: date, title: str, *, is_closed: bool, notes: str = ""
) -> Row:
    return {
        "team_id": school.id, "held_on": on, "title": title, "starts_at": time(15, 15), "minutes": 45,
        "place": "Library", "people": "The whole team", "notes": notes,
        "ended_at": b.days.at(on, 16, 5) if is_closed else None,
    }  # fmt: skip


def _held(b: Builder, school: DemoTeam) -> list[int]:
    """Two that were held and closed, and one of which nobody wrote anything down."""
    d = b.days.day
    rows = [
        _touchpoint(b, school, d(10, 9), "Are we still on the path?", is_closed=True,
                    notes="Lesson plans are ahead of plan; exit tickets have begun in four rooms."),
        _touchpoint(b, school, d(11, 20), "Short look", is_closed=False),
        _touchpoint(b, school, d(1, 22), "Half of the way", is_closed=True,
                    notes="The test window took two weeks of coaching."),
    ]  # fmt: skip
    return b.add(Touchpoint, rows, at=b.days.at(d(9, 1)), by=b.people["lead"])


def _decided(b: Builder, school: DemoTeam, held: list[int]) -> None:
    d, rosa = b.days.day, b.people["lead"]
    steps: list[Row] = [
        {"plan_id": school.plan_id, "milestone_id": school.milestones["ET"][0], "position": 90,
         "text": "Print the one-item ticket for every room", "owner": "Linh", "due_on": d(10, 16),
         "done_on": d(10, 14)},
        {"plan_id": school.plan_id, "milestone_id": school.milestones["LO"][-1], "position": 91,
         "text": "Pair the four lesson plans that dropped with one that holds", "owner": "Joe Begay",
         "due_on": b.days.school_day(b.days.today - timedelta(days=4)), "done_on": None},
    ]  # fmt: skip
    names = [b.uuid() for _step in steps]
    at = b.days.at(d(1, 22))
    b.add(
        ActionStep,
        [{**row, "public_id": name} for row, name in zip(steps, names, strict=True)],
        at=at,
        by=rosa,
    )
    common: Row = {"team_id": school.id, "choice": "accept", "suggestion": "", "details": {},
                   "strategy_id": None, "cycle_id": None, "item_id": None, "milestone_id": None}  # fmt: skip
    rows: list[Row] = [
        {**common, "touchpoint_id": held[0], "milestone_id": school.milestones["ET"][0],
         "text": "Every room gets the ticket on paper.", "owner": "Linh", "due_on": d(10, 16),
         "decided_on": d(10, 9), "follow_up_kind": "step", "follow_up_id": names[0]},
        {**common, "touchpoint_id": held[2], "milestone_id": school.milestones["LO"][-1],
         "text": "Pair the lesson plans that dropped with one that holds.", "owner": "Joe Begay",
         "due_on": steps[1]["due_on"], "decided_on": d(1, 22), "follow_up_kind": "step",
         "follow_up_id": names[1]},
        {**common, "touchpoint_id": held[2], "item_id": b.ids.get("F-240"),
         "text": "Ask the hub for a shared planning slot in grades 4–5.", "owner": "Rosa Medina",
         "due_on": None, "decided_on": d(1, 22), "follow_up_kind": "", "follow_up_id": None},
    ]  # fmt: skip
    b.add(Decision, rows, at=at, by=rosa)


def _ahead(b: Builder, school: DemoTeam) -> None:
    """A rhythm of every two weeks after the next one, breaks left out; all planned in one go."""
    first = b.days.next(3)
    days = [first + timedelta(weeks=2 * n) for n in range(1, WEEKS_AHEAD // 2 + 3)]
    rows = [
        _touchpoint(b, school, day, "Step back", is_closed=False) for day in days if b.days.is_school_day(day)
    ]
    if rows:
        b.add(Touchpoint, rows, at=b.days.ago(6), by=b.people["lead"])


def _feeds(b: Builder, school: DemoTeam) -> None:
    """Two addresses of the lead's; what is kept is the hash of a secret that nobody has."""
    common: Row = {"user_id": b.people["lead"], "created_at": b.days.ago(30), "revoked_at": None}
    rows: list[Row] = [
        {**common, "team_id": None, "token_hash": hashed(str(b.uuid())), "read_at": b.days.ago(0.1)},
        {**common, "team_id": school.id, "token_hash": hashed(str(b.uuid())), "read_at": None},
    ]
    b.add(CalendarFeed, rows, at=b.days.ago(30), by=b.people["lead"])
