"""Gathering what a touchpoint has to look at; as many statements however many rows there are."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from cycles.queries import CycleRow, cycles_needing_step
from desk.agenda import Agenda, Point, make_agenda
from desk.agenda_points import (
    CourseFact,
    CycleFact,
    DecisionFact,
    ItemFact,
    MilestoneFact,
    course_points,
    cycle_points,
    decision_points,
    item_points,
    left_words,
    milestone_points,
    pressing,
)
from feedback import queries as feedback_queries
from feedback.queries import ItemRow
from milestones import plan_queries, touchpoint_queries
from milestones.advice import Course, course_words, rests
from milestones.calendar_queries import breaks_of
from milestones.course import course_rests
from milestones.course_queries import PlanCourse, courses
from milestones.models import ActionStep, Decision, Plan
from milestones.rows import MilestoneRow, PlanRow
from milestones.rules import Standing, Status, next_check
from milestones.status_queries import series_key
from milestones.touchpoints import Meeting
from nic_platform.actor import Actor
from teams.breaks import Breaks
from teams.models import Team
from teams.queries import in_network, reads_team

LOOK_BACK = timedelta(days=200)  # decisions and touchpoints older than this are no matter of an agenda


@dataclass(frozen=True)
class Gathered:
    """An agenda with what it was made from.

    ``until`` is the day of the touchpoint after this one, or a rhythm later where none is planned.
    """

    agenda: Agenda
    plan: PlanRow | None
    course: PlanCourse | None
    meetings: tuple[Meeting, ...]
    last: Meeting | None
    until: date
    day: date


def gather(session: Session, actor: Actor, team_id: int, today: date, at: Meeting | None = None) -> Gathered:
    """Return the agenda of a team's touchpoint; a dozen statements.

    Args:
        at: the touchpoint; the next one, or a meeting of today where there is none, unless given.
    """
    on = at.held_on if at else today
    meetings = touchpoint_queries.meetings_of(session, actor, team_id, today - LOOK_BACK)
    last = max((m for m in meetings if m.is_held and m.held_on < on and m != at), key=_when, default=None)
    following = min((m for m in meetings if m.held_on > on), key=_when, default=None)
    until = following.held_on if following else on + timedelta(days=_rhythm(session, team_id))
    plan = plan_queries.current_plan(session, actor, team_id, today)
    points: list[Point] = []
    found, without = None, breaks_of(session, actor.network_id)
    decided = _decisions(session, actor, team_id, today, at)
    if plan is not None:
        found = courses(session, actor, [plan], today)[0]
        sees_all = actor.in_team(team_id) or plan.is_above
        facts = _milestones(found, decided, today, sees_all, without)
        points += milestone_points(facts, today, until, without)
        points += course_points(_courses(found, decided))
    points += cycle_points(_cycles(session, actor, team_id, today), today)
    items, left, late = pressing(_items(session, actor, team_id, today), today, without)
    points += item_points(items, today, without)
    points += decision_points(_open_decisions(decided, last), today, without)
    return Gathered(
        make_agenda(points, left_words(left, late)), plan, found, tuple(meetings), last, until, today
    )


def _when(meeting: Meeting) -> tuple[date, int]:
    return meeting.held_on, meeting.id


def _rhythm(session: Session, team_id: int) -> int:
    return session.get_one(Team, team_id).rhythm_days or 14


# ---------------------------------------------------------------- milestones and strategies


@dataclass(frozen=True)
class _Decided:
    """A decision of the last months, with the step it opened where it opened one."""

    decision: Decision
    step_done_on: date | None
    has_step: bool


def _decisions(
    session: Session, actor: Actor, team_id: int, today: date, at: Meeting | None
) -> list[_Decided]:
    step = and_(
        Decision.follow_up_kind == "step",
        ActionStep.public_id == Decision.follow_up_id,
        ActionStep.deleted_at.is_(None),
        ActionStep.plan_id.in_(select(Plan.id).where(Plan.team_id == Decision.team_id)),
    )
    query = (
        select(Decision, ActionStep.id, ActionStep.done_on)
        .outerjoin(ActionStep, step)
        .where(Decision.team_id == team_id, in_network(actor, Decision.network_id))
        .where(reads_team(actor, Decision.team_id))
        .where(Decision.deleted_at.is_(None), Decision.decided_on >= today - LOOK_BACK)
        .order_by(Decision.id)
    )
    if at is not None:  # what is decided at this very touchpoint is no earlier decision
        query = query.where(or_(Decision.touchpoint_id.is_(None), Decision.touchpoint_id != at.id))
    return [_Decided(row[0], row[2], row[1] is not None) for row in session.execute(query)]


def _milestones(
    found: PlanCourse, decided: Sequence[_Decided], day: date, sees_all: bool, breaks: Breaks
) -> list[MilestoneFact]:
    facts = []
    for mates in _series(found.milestones):
        present = _present(mates, found, day)
        counted = [row.id for row in mates if row.id in present][-1]
        for row in mates:
            standing = found.standings[row.id]
            latest = standing.latest
            next_on = next_check(
                standing.counted_on, row.rhythm_days, row.date, row.watched_until, day=day,
                breaks=breaks.spans,
            )  # fmt: skip
            facts.append(
                MilestoneFact(
                    row,
                    standing,
                    next_on if row.id == counted else None,
                    row.id in present,
                    is_hidden=latest is None and not sees_all,
                    is_decided=_is_decided(row, standing, decided),
                )
            )
    return facts


def _series(rows: Sequence[MilestoneRow]) -> list[list[MilestoneRow]]:
    found: dict[object, list[MilestoneRow]] = defaultdict(list)
    for row in rows:
        found[series_key(row) or row.id].append(row)
    return list(found.values())


def _present(mates: Sequence[MilestoneRow], found: PlanCourse, day: date) -> set[int]:
    """Return the milestones of a series that are worked on now.

    The next to come due, else the last; beside it the one that came due last, while it asks for something.
    """
    ahead = [row for row in mates if row.date and row.date >= day]
    past = [row for row in mates if row.date and row.date < day]
    present = {ahead[0].id if ahead else mates[-1].id}
    if past and found.standings[past[-1].id].status in _LOUD:
        present.add(past[-1].id)
    return present


_LOUD = frozenset({Status.MISSED, Status.SLIPPED, Status.NOT_MEASURED, Status.CHECK_AGAIN})


def _is_decided(row: MilestoneRow, standing: Standing, decided: Sequence[_Decided]) -> bool:
    """Say whether the team has decided on the suggestion for a milestone, and nothing has changed since."""
    return any(
        each.decision.milestone_id == row.id
        and each.decision.suggestion
        and rests(each.decision.details or {}, standing)
        for each in decided
    )


def _courses(found: PlanCourse, decided: Sequence[_Decided]) -> list[CourseFact]:
    """Return the strategies that ask to be questioned, and on which no decision rests."""
    facts = []
    for each in found.strategies:
        on_strategies = [d.decision for d in decided if d.decision.strategy_id is not None]
        if any(course_rests(decision.details or {}, each) for decision in on_strategies):
            continue
        if each.cell in {Course.QUESTION, Course.IMPLEMENT, Course.LOOK}:
            say, reason = course_words(each.cell)
            facts.append(CourseFact(each.id, "strategy", each.name, say, reason))
    return facts


# ---------------------------------------------------------------- cycles, feedback, earlier decisions


def _cycles(session: Session, actor: Actor, team_id: int, today: date) -> list[CycleFact]:
    rows: Sequence[CycleRow] = cycles_needing_step(session, actor, team_id, today, limit=50)
    zone = ZoneInfo(actor.time_zone)
    return [
        CycleFact(row.public_id, row.name, row.number, row.stage, row.starts_on, row.ends_on,
                  row.updated_at.astimezone(zone).date())
        for row in rows
    ]  # fmt: skip


def _items(session: Session, actor: Actor, team_id: int, today: date) -> list[ItemFact]:
    waiting = feedback_queries.waiting_for_team(session, actor, team_id, today)
    turns = {row.id for row in waiting}
    raised = feedback_queries.open_for_team(session, actor, team_id)
    rows: list[ItemRow] = waiting + [row for row in raised if row.id not in turns]
    return [
        ItemFact(row.public_id, row.number, row.title, row.state.value, row.holder or "",
                 row.team_id == team_id, row.id in turns, row.due_on, row.answer or "")
        for row in rows
    ]  # fmt: skip


def _open_decisions(decided: Sequence[_Decided], last: Meeting | None) -> list[DecisionFact]:
    return [
        DecisionFact(
            each.decision.public_id,
            each.decision.text,
            each.decision.owner,
            each.decision.due_on,
            each.decision.decided_on,
            last is not None and each.decision.touchpoint_id == last.id,
            each.has_step,
            each.step_done_on is not None or bool((each.decision.details or {}).get("done_on")),
        )
        for each in decided
        if each.decision.text
    ]
