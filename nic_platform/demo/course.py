"""What teams of the demo decided about suggested course corrections, and what each decision opened."""

from typing import Any
from uuid import UUID

from sqlalchemy import select

from cycles.models import Cycle
from feedback.models import FeedbackItem
from milestones.advice import situation
from milestones.models import ActionStep, Checkpoint, Decision, InterimTarget, Strategy, Touchpoint
from milestones.rules import Reading, Standing, Status
from nic_platform.demo import series
from nic_platform.demo.builder import Builder, DemoTeam, Row
from nic_platform.demo.names import COTTONWOOD, COTTONWOOD_STUDENTS, SCHOOL

# What share of students was proficient in September, by English level.
_AUTUMN = (0.07, 0.12, 0.13)


def build(b: Builder) -> None:
    """Keep what was decided: each choice, each follow-up, about milestones and about a strategy."""
    school = b.teams[SCHOOL]
    _autumn(b)
    _checkpoints(b, school)
    d, lead = b.days.day, b.people["lead"]
    told = [
        (d(2, 16), _about(b, school, "ET", 2, Status.MISSED, (2, 13), 19), "coaching", "accept",
         "Five are short; four of them teach grades 4–5, and the coach has two mornings.",
         ("cycle", _cycle(b, school)), "Joe Begay"),
        (d(2, 23), _about(b, school, "CA", 1, Status.MISSED, (2, 23), 12), "training", "adapt",
         "No whole staff day before spring break: the next touchpoint looks at tickets together.",
         ("touchpoint", _touchpoint(b, school)), "Rosa Medina"),
        (d(2, 20), _about(b, school, "LO", 2, Status.CHECK_AGAIN, (1, 23), 22), "recommit", "accept",
         "New lesson-plan pairs have not seen an example yet.",
         ("step", _step(b, school)), "Linh Tran"),
        (d(2, 12), _about(b, school, "CA", 0, Status.SUSTAINED, (2, 9), 11), "step_back", "adapt",
         "Coaching days are taken for cover. That is not ours to change: raise it.",
         ("feedback_item", _barrier(b, school)), ""),
    ]  # fmt: skip
    rows: list[Row] = [_row(school, *each) for each in told]
    later = "Exit tickets are new in January; look again after the spring window."
    rows.append(
        _row(school, d(1, 20), _strategy(b, school), "implement_first", "accept", later, ("", None), "")
    )
    b.add(Decision, rows, at=b.days.at(d(2, 20)), by=lead)


def _autumn(b: Builder) -> None:
    """Add the window of September to the schools of the hub, so that it can be told whether results move."""
    rows: list[Row] = []
    for place, (name, *_rest) in enumerate(COTTONWOOD):
        sizes = [size for _count, size in COTTONWOOD_STUDENTS[place]]
        groups = [(series.half_up(size * share), size) for size, share in zip(sizes, _AUTUMN, strict=True)]
        rows += series.students(b, b.teams[name], b.ids["STU"], b.days.day(9, 12), groups)
    series.write_measurements(b, rows)


def _checkpoints(b: Builder, school: DemoTeam) -> None:
    """Set one value on the way to the last interim target."""
    last = b.session.execute(
        select(InterimTarget.id)
        .where(InterimTarget.plan_id == school.plan_id)
        .order_by(InterimTarget.due_on.desc())
        .limit(1)
    ).scalar_one()
    row: Row = {"interim_target_id": last, "due_on": b.days.day(4, 24), "target": 52.0}
    b.add(Checkpoint, [row], at=b.days.at(b.days.starts_on), by=b.people["lead"])


def _about(
    b: Builder, school: DemoTeam, key: str, place: int, status: Status, day: tuple[int, int], count: int
) -> Row:
    """Return what a decision rested on: the milestone, its status and its latest count that day."""
    on = b.days.day(*day)
    standing = Standing(status, on, Reading(on, 100 * count / 24, on, count=count, population=24))
    return {
        "milestone_id": school.milestones[key][place],
        "strategy_id": None,
        "details": situation(standing),
    }


def _strategy(b: Builder, school: DemoTeam) -> Row:
    found = b.session.scalars(select(Strategy.id).where(Strategy.plan_id == school.plan_id)).first()
    then = {"cell": "implement_first", "due": 6, "met": 4}
    return {"milestone_id": None, "strategy_id": found, "details": then}


def _row(
    school: DemoTeam, on: Any, about: Row, suggestion: str, choice: str, text: str,
    opened: tuple[str, UUID | None], owner: str,
) -> Row:  # fmt: skip
    return {
        "team_id": school.id, "touchpoint_id": None, "suggestion": suggestion, "choice": choice, "text": text,
        "decided_on": on, "owner": owner, "due_on": None, "follow_up_kind": opened[0],
        "follow_up_id": opened[1], **about,
    }  # fmt: skip


def _cycle(b: Builder, school: DemoTeam) -> UUID | None:
    """Return the newest test that runs."""
    query = select(Cycle.public_id).where(Cycle.team_id == school.id, Cycle.stage.in_(("do", "study")))
    return b.session.scalars(query.order_by(Cycle.starts_on.desc(), Cycle.id.desc())).first()


def _touchpoint(b: Builder, school: DemoTeam) -> UUID | None:
    """Return the school's next touchpoint."""
    query = select(Touchpoint.public_id).where(Touchpoint.team_id == school.id)
    return b.session.scalars(
        query.where(Touchpoint.held_on >= b.days.today).order_by(Touchpoint.held_on)
    ).first()


def _step(b: Builder, school: DemoTeam) -> UUID | None:
    """Return the school's last action step."""
    query = select(ActionStep.public_id).where(ActionStep.plan_id == school.plan_id)
    return b.session.scalars(query.order_by(ActionStep.due_on.desc())).first()


def _barrier(b: Builder, school: DemoTeam) -> UUID | None:
    """Return a barrier that the school sent: about coaching, where there is one."""
    query = select(FeedbackItem.public_id).where(
        FeedbackItem.team_id == school.id, FeedbackItem.kind == "barrier", FeedbackItem.state != "draft"
    )
    about = FeedbackItem.title.like("%oach%")
    return b.session.scalars(query.order_by(about.desc(), FeedbackItem.id)).first()
