"""The State's agency goals over the quarters of its fiscal year, in every state; and what it also offers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from measures.models import Measure
from measures.rules import Direction, MeasureKind, MeasureType, Rhythm
from milestones.models import AgencyGoal, CommonMilestone, Milestone, MilestoneChange, StrategyTemplate
from nic_platform.demo import plans, series
from nic_platform.demo.builder import Builder, DemoTeam, Row
from nic_platform.demo.names import STATE_TEAM
from teams.school_calendar import Quarter, fiscal_quarters

_ANSWERED = (4, 5, 6, 8, 9, 11, 12, 8, 7)  # of 20 reports a month that were answered in time


@dataclass(frozen=True)
class Thing:
    """A thing to have in place: its quarter (1 to 4), days from the quarter's start, when it was there."""

    name: str
    what: str
    test: str
    kind: str
    purpose: str
    quarter: int
    due: int
    done: int | None = None  # days after its due date; None: not there yet
    note: str = ""
    later: bool = False  # a second look confirmed it
    moved_from: int | None = None  # the quarter in which it was due first
    draft: bool = False
    absent: int | None = None  # days after its due date on which somebody looked, and it was not there


_THINGS = (
    Thing("Tests listed", "a list of every test that elementary schools give",
          "Each of the 14 hubs says that none of its tests is missing.", "project",
          "see which of them fall into the same weeks", 1, 60, -6, "All 14 hubs answered.", later=True),
    Thing("Calendar agreed", "one testing calendar agreed with the higher-education department",
          "Both departments have signed it.", "coordination",
          "give 8 teaching days back to every elementary school", 2, 55),
    Thing("Memo 26-04 read", "a memo that protects coaching days in testing weeks",
          "Every hub has said that it read it.", "process", "keep 90% of coaching days", 2, 40, 12,
          "Two hubs needed a call."),
    Thing("Schools asked", "what 40 schools say about their testing weeks, written down",
          "At least 40 schools have answered.", "learning",
          "move first the test that costs most lessons", 2, 50, note="22 schools have answered.", absent=1),
    Thing("Waiver rules", "rules by which a district may move a test", "The board passed them.", "process",
          "let a district solve its own clash within a week", 3, 88, moved_from=2),
    Thing("One calendar published", "one calendar for both tests on the public page",
          "No school has both tests in one week.", "reports", "let schools plan the year before it begins",
          4, 20),
    Thing("What the calendar changed", "a page on what the calendar changed", "Five hubs say it is true.",
          "evaluation", "decide whether to go on", 4, 70, draft=True),
)  # fmt: skip


def build(b: Builder) -> None:
    """Give the State two goals with milestones in every state, and the network more to offer."""
    state = b.teams[STATE_TEAM]
    quarters = fiscal_quarters(b.days.today, b.days.fiscal_month)
    at = b.days.at(min(quarters[0].starts_on, b.days.starts_on - timedelta(days=10)))
    goals = b.add(AgencyGoal, [_goal(state, place, row, quarters) for place, row in enumerate(_GOALS, 1)],
                  at=at, by=b.people["state"])  # fmt: skip
    _counted(b, state, goals[0], quarters)
    _things(b, state, goals[1], quarters)
    _offers(b)


_GOALS: tuple[Row, ...] = (
    {"title": "Answer within 21 days",
     "statement": "By the end of the fiscal year, 90% of the barriers that reach the State are answered "
                  "within 21 days.",
     "impact": "400 schools know within a month what they may do.", "leader": "Priya Raman"},
    {"title": "One test calendar",
     "statement": "Every elementary school has at most one state test a week, from the next school year on.",
     "impact": "8 teaching days for every elementary school.", "leader": "Office of Assessment"},
)  # fmt: skip


def _goal(state: DemoTeam, place: int, row: Row, quarters: Sequence[Quarter]) -> Row:
    return {
        "plan_id": state.plan_id, "team_id": state.id, "position": place, **row,
        "starts_on": quarters[0].starts_on, "ends_on": quarters[3].ends_on,
    }  # fmt: skip


def _milestone(b: Builder, state: DemoTeam, goal_id: int) -> Row:
    return {
        "plan_id": state.plan_id, "team_id": state.id, "strand_id": None, "goal_id": goal_id,
        "is_draft": False, "baseline": None, "tool": "", "population": None, "begins_on": None, "shape": "",
        "rhythm": "monthly", "collector": b.names.get(state.person or 0, ""), "monitor_until": None,
        "acceptance_test": "", "is_deliverable": False, "target": None, "who": "the department",
    }  # fmt: skip


def _counted(b: Builder, state: DemoTeam, goal_id: int, quarters: Sequence[Quarter]) -> None:
    """Add a series of four, one a quarter: holding, slipped back, at risk; counted once a month."""
    start = quarters[0].starts_on
    measure: Row = {
        "team_id": state.id, "name": "Barriers answered within 21 days", "kind": MeasureKind.PROCESS,
        "definition": "Share of the barriers that reached the State in a month and were answered in 21 days.",
        "type": MeasureType.PROPORTION, "direction": Direction.UP, "rhythm": Rhythm.MONTHLY,
        "unit": "barriers", "counts_students": False, "tool": "the feedback queue",
    }  # fmt: skip
    measure_id = b.add(Measure, [measure], at=b.days.at(start), by=b.people["state"])[0]
    rows = [
        {**_milestone(b, state, goal_id), "measure_id": measure_id, "kind": "measurement", "position": at,
         "name": f"Answered in time, quarter {quarter.number}", "who": "barriers", "population": 20,
         "what": "answered within 21 days", "tool": "the feedback queue", "target": target,
         "due_on": min(quarter.ends_on, quarter.starts_on + timedelta(days=85)),
         "purpose": "schools can act within the month"}
        for at, (quarter, target) in enumerate(zip(quarters, (30.0, 45.0, 80.0, 90.0), strict=True), 1)
    ]  # fmt: skip
    b.add(Milestone, rows, at=b.days.at(start), by=b.people["state"])
    days = [start + timedelta(days=28 * place + 25) for place in range(len(_ANSWERED))]
    points = [
        series.measured(b, state, measure_id, day, count, 20, tool="the feedback queue")
        for day, count in zip(days, _ANSWERED, strict=True)
        if day < b.days.today
    ]
    series.write_measurements(b, points)


def _things(b: Builder, state: DemoTeam, goal_id: int, quarters: Sequence[Quarter]) -> None:
    """Add the things to have in place, with what was done of each."""
    at = b.days.at(quarters[0].starts_on)
    rows, points, moved = [], [], []
    for place, thing in enumerate(_THINGS, 1):
        due = _day(quarters, thing.quarter, thing.due)
        measure_id = plans.done_measure(b, state, thing.name, at)
        rows.append(
            {**_milestone(b, state, goal_id), "measure_id": measure_id, "name": thing.name,
             "what": thing.what, "acceptance_test": thing.test, "kind": thing.kind,
             "purpose": thing.purpose, "due_on": due, "position": place, "is_deliverable": True,
             "is_draft": thing.draft}
        )  # fmt: skip
        moved.append(None if thing.moved_from is None else _day(quarters, thing.moved_from, 70))
        if thing.done is not None:
            done = due + timedelta(days=thing.done)
            points.append({**series.done(b, state, measure_id, done), "note": thing.note})
            if thing.later:
                points.append(series.done(b, state, measure_id, done + timedelta(days=30)))
        elif thing.absent is not None:
            looked = series.done(b, state, measure_id, due + timedelta(days=thing.absent))
            points.append({**looked, "value": 0.0, "note": thing.note})
    made = b.add(Milestone, rows, at=at, by=b.people["state"])
    changes: list[Row] = [
        {"milestone_id": milestone_id, "at": b.days.at(old - timedelta(days=5)), "user_id": b.people["state"],
         "why": "The board meets only once more this quarter.", "old_due_on": old,
         "new_due_on": row["due_on"], "old_target": None, "new_target": None}
        for milestone_id, row, old in zip(made, rows, moved, strict=True)
        if old is not None
    ]  # fmt: skip
    b.add(MilestoneChange, changes, at=b.days.now)
    series.write_measurements(b, points)


def _day(quarters: Sequence[Quarter], number: int, days: int) -> date:
    quarter = quarters[number - 1]
    return min(quarter.starts_on + timedelta(days=days), quarter.ends_on)


def _offers(b: Builder) -> None:
    """Add to the template that many adopted what they have not seen yet, and one that is not offered."""
    at, by = b.days.ago(6), b.people["state"]
    family: Row = {
        "team_id": None, "name": "Families hear the day’s words", "kind": MeasureKind.PROCESS,
        "definition": "Share of classroom teachers who send the day’s words home.",
        "type": MeasureType.PROPORTION, "direction": Direction.UP, "rhythm": Rhythm.WEEKLY,
        "unit": "teachers", "counts_students": False, "tool": "the family message log",
    }  # fmt: skip
    measure_id = b.add(Measure, [family], at=at, by=by)[0]
    draft: Row = {"name": "A first-week conference with every family", "is_offered": False,
                  "description": "Every family of a new English learner is met in two weeks."}  # fmt: skip
    template_id = b.add(StrategyTemplate, [draft], at=at, by=by)[0]
    common: Row = {
        "measure_id": measure_id, "position": 9, "who": "classroom teachers",
        "tool": "the family message log", "kind": "stakeholders",
        "purpose": "children hear the words of the lesson again at home",
    }  # fmt: skip
    rows = [
        {**common, "template_id": b.ids["template eld"], "strand": "Words that go home",
         "what": "sending the day’s words home in the family’s language", "target": 50.0, "week": 34},
        {**common, "template_id": template_id, "strand": "Conferences",
         "what": "meeting the family of each new English learner", "target": 80.0, "week": 2},
    ]  # fmt: skip
    b.add(CommonMilestone, rows, at=at, by=by)
