"""Plans and cycles of the teams that are no school: the hub, the State, and Alder Creek's grade team."""

from datetime import timedelta

from cycles.models import Cycle, CycleMilestone, Prediction, Ramp, StageChange
from measures.models import Measure
from measures.rules import Direction, MeasureKind, MeasureType, Rhythm
from milestones.models import Milestone, Plan, Priority, RootCause, Strand, Strategy
from nic_platform.actor import Level
from nic_platform.demo import cycles, plans, series
from nic_platform.demo.builder import Builder, DemoTeam, Row
from nic_platform.demo.names import HUB, SCHOOL, STATE_TEAM
from nic_platform.demo.readers import readers
from teams.models import SpreadLink

_HUB_COUNTS = (5, 6, 6, 7, 7, 7, 8, 9, 9, 11, 12)


def build(b: Builder) -> None:
    """Give the hub and the State plans of their own, and three teams a cycle."""
    hub, state = b.teams[HUB], b.teams[STATE_TEAM]
    _hub_plan(b, hub)
    _state_plan(b, state)
    _cycle(
        b, hub, "Visit the school where the line bent", "One visit a week, chosen from the run charts.", "do"
    )
    _cycle(
        b,
        hub,
        "Huddle with the funnel on the wall",
        "Start each huddle from the comparison, not from reports.",
        "plan",
    )
    _cycle(b, state, "Answer a theme once, to all", "One answer for every team that asked.", "study")
    _spread(b)
    grade = b.teams[f"{SCHOOL}, grades 4–5"]
    _cycle(
        b, grade, "Sort tickets before talking", "All tickets on the table; three piles; two minutes.", "do"
    )
    _cycle(
        b, grade, "Pair newcomers for the ticket", "Newcomers say the sentence to a partner first.", "plan"
    )
    _cycle(
        b,
        b.teams["Bristlecone Elementary"],
        "Ticket read aloud at the door",
        "Students read it as they leave.",
        "plan",
    )
    _cycle(
        b, b.teams["Bristlecone Elementary"], "Stem chosen by students", "Students vote for the stem.", "do"
    )


def _plan(b: Builder, team: DemoTeam, priority: str, cause: str, strategy: str) -> int:
    at, by = b.days.at(b.days.starts_on - timedelta(days=12)), team.person
    row: Row = {"team_id": team.id, "school_year": b.days.year_name, "title": strategy, "is_shared": False}
    team.plan_id = b.add(Plan, [row], at=at, by=by)[0]
    row = {"plan_id": team.plan_id, "position": 0, "text": priority}
    priority_id = b.add(Priority, [row], at=at, by=by)[0]
    row = {"priority_id": priority_id, "position": 0, "text": cause}
    cause_id = b.add(RootCause, [row], at=at, by=by)[0]
    row = {"plan_id": team.plan_id, "root_cause_id": cause_id, "template_id": None, "position": 0,
           "name": strategy,
           "description": ""}  # fmt: skip
    strategy_id = b.add(Strategy, [row], at=at, by=by)[0]
    return b.add(Strand, [{"strategy_id": strategy_id, "position": 0, "name": strategy}], at=at, by=by)[0]


def _hub_plan(b: Builder, hub: DemoTeam) -> None:
    strand_id = _plan(
        b, hub, "Fourteen schools, one of which reaches its students",
        "Coaching days are lost, and nobody counts them",
        "Coaching days that are kept",
    )  # fmt: skip
    measure: Row = {
        "team_id": hub.id, "name": "Schools that keep their coaching days", "kind": MeasureKind.CAPACITY,
        "definition": "Schools in which the coach coached on every planned day of the week.",
        "type": MeasureType.PROPORTION, "direction": Direction.UP, "rhythm": Rhythm.WEEKLY, "unit": "schools",
        "counts_students": False, "tool": "the coaching calendar",
    }  # fmt: skip
    measure_id = b.add(Measure, [measure], at=b.days.at(b.days.starts_on), by=b.people["district"])[0]
    rows = [
        {**_milestone(b, hub, strand_id), "measure_id": measure_id, "due_on": b.days.day(*day),
         "target": target,
         "position": place}
        for place, (day, target) in enumerate((((12, 15), 50.0), ((2, 27), 85.0), ((4, 30), 100.0)))
    ]  # fmt: skip
    b.add(Milestone, rows, at=b.days.at(b.days.starts_on), by=b.people["district"])
    days = b.days.weeks(b.days.day(12, 1))[-len(_HUB_COUNTS) :]
    counts = _HUB_COUNTS[-len(days) :]
    points = [
        series.measured(b, hub, measure_id, d, count, 14) for d, count in zip(days, counts, strict=True)
    ]
    series.write_measurements(b, points)


def _state_plan(b: Builder, state: DemoTeam) -> None:
    strand_id = _plan(
        b, state, "Barriers that only the State can lift", "Answers take longer than schools can wait",
        "Answer within 21 days, once for all",
    )  # fmt: skip
    told = (
        ("Memo 26-04", "issue a memo that protects coaching days", "Every hub has acknowledged it.", (2, 17)),
        (
            "One test calendar",
            "publish one calendar for both tests",
            "No school has both tests in one week.",
            (3, 31),
        ),
    )
    rows = [
        {**_milestone(b, state, strand_id), "measure_id": None, "name": name, "what": what,
         "acceptance_test": test,
         "is_deliverable": True, "due_on": b.days.day(*day), "target": None, "position": place,
         "kind": "project",
         "who": "the department"}
        for place, (name, what, test, day) in enumerate(told)
    ]  # fmt: skip
    at = b.days.at(b.days.starts_on)
    for row in rows:
        row["measure_id"] = plans.done_measure(b, state, str(row["name"]), at)
    b.add(Milestone, rows, at=at, by=b.people["state"])
    series.write_measurements(b, [series.done(b, state, rows[0]["measure_id"], b.days.day(2, 17))])


def _milestone(b: Builder, team: DemoTeam, strand_id: int) -> Row:
    return {
        "plan_id": team.plan_id, "team_id": team.id, "strand_id": strand_id, "kind": "process",
        "is_draft": False,
        "name": "Coaching days kept", "who": "schools", "what": "keeping every planned coaching day",
        "baseline": None,
        "tool": "the coaching calendar", "population": 14, "is_deliverable": False, "acceptance_test": "",
        "purpose": "coaching reaches every teacher who asked for it", "shape": "", "rhythm": "weekly",
        "begins_on": b.days.day(12, 1), "collector": b.names.get(team.person or 0, ""), "monitor_until": None,
    }  # fmt: skip


def _spread(b: Builder) -> None:
    """Bristlecone took Alder Creek's stem over, for the whole school at once."""
    team = b.teams["Bristlecone Elementary"]
    idea: Row = {"team_id": team.id, "idea_id": b.ids["idea stem"],
                 "title": "One exit-ticket stem on the last slide",
                 "belief": "high", "cost_of_failure": "low", "readiness": "high"}  # fmt: skip
    starts, ends = b.days.day(12, 1), b.days.day(1, 12)
    ramp_id = b.add(Ramp, [idea], at=b.days.at(starts), by=team.person)[0]
    row = cycles.empty_cycle(team) | {
        "public_id": b.uuid(), "ramp_id": ramp_id, "title": idea["title"], "stage": "closed",
        "outcome": "done",
        "is_draft": False, "is_shared": True, "change": "One stem on the last slide of every lesson, K–5.",
        "starts_on": starts, "ends_on": ends, "began_on": starts, "ended_on": ends, "scale": "school",
        "scale_size": 31,
        "carried_out": "planned", "observations": "Decks were changed over the weekend.", "decision": "adopt",
        "learned": "With decks ready, nobody needs a reminder.", "next_step": "Routine.",
        "closed_at": b.days.at(ends),
    }  # fmt: skip
    cycle_id = b.add(Cycle, [row], at=b.days.at(starts), by=team.person)[0]
    link = {"cycle_id": cycle_id, "milestone_id": team.milestones["ET"][1]}
    b.add(CycleMilestone, [link], at=b.days.now)
    changes = [{"cycle_id": cycle_id, **change} for change in cycles.stage_changes(b, team, row)]
    b.add(StageChange, changes, at=b.days.now)
    spread = {"from_id": b.teams[SCHOOL].id, "to_id": team.id, "what": idea["title"]}
    b.add(SpreadLink, [spread], at=b.days.at(starts), by=team.person)
    _spread_further(b, team, idea["title"])


def _spread_further(b: Builder, team: DemoTeam, what: str) -> None:
    """Two schools of other districts took it from Bristlecone, and a third from one of them."""
    schools = [each for each in b.teams.values() if each.level is Level.SCHOOL and each.members]
    firsts = {each.district: each for each in reversed(schools) if each.district != team.district}
    first, second, third = list(firsts.values())[:3]
    rows = [(team, first), (team, second), (first, third)]
    b.add(
        SpreadLink,
        [{"from_id": giver.id, "to_id": taker.id, "what": what} for giver, taker in rows],
        at=b.days.at(b.days.day(2, 2)),
        by=team.person,
    )


def _cycle(b: Builder, team: DemoTeam, title: str, change: str, stage: str) -> None:
    starts = b.days.day(2, 9) if stage != "plan" else b.days.day(3, 2)
    ends = {"plan": b.days.day(3, 13), "do": b.days.day(2, 27), "study": b.days.day(2, 20)}[stage]
    row = cycles.empty_cycle(team)
    public_id = row["public_id"] = b.uuid()
    draft = stage == "plan"
    note = b.note("cycle", public_id, f"/cycles/{public_id}", readers(b, team, draft=draft))
    row |= {
        "title": title, "change": change, "aim": f"Learn whether it is worth the time ({note}).",
        "stage": stage,
        "is_draft": draft, "starts_on": starts, "ends_on": ends, "began_on": None if draft else starts,
        "ended_on": ends if stage == "study" else None, "scale": "teacher", "scale_size": 1,
    }  # fmt: skip
    cycle_id = b.add(Cycle, [row], at=b.days.at(starts), by=team.person)[0]
    asked: Row = {
        "cycle_id": cycle_id, "position": 0, "question": "How often will it happen?", "expected": "4 of 5",
        "number": 4.0,
        "low": 3.0, "high": 5.0, "out_of": 5.0, "unit": "times",
        "locked_at": None if draft else b.days.at(starts),
    }  # fmt: skip
    b.add(Prediction, [asked], at=b.days.at(starts), by=team.person)
    changes = [{"cycle_id": cycle_id, **change_} for change_ in cycles.stage_changes(b, team, row)]
    b.add(StageChange, changes, at=b.days.now)
