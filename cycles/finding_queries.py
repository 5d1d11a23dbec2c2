"""Reading the cycles that need a hand: of the own team, or of every team below it."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session, aliased

from cycles.finding import Case, Finding, Need, findings
from cycles.models import Cycle, CycleMilestone, Driver, IdeaDriver, Ramp, StageChange
from cycles.queries import CycleRow, rows_visible_to
from cycles.ramp_queries import school_year
from cycles.rules import Decision, Outcome, Stage
from milestones.calendar_queries import school_days
from milestones.models import Milestone
from nic_platform.actor import Actor
from teams.queries import reads_team

MOST = 400  # cycles looked at; more than that is no page for a huddle


@dataclass(frozen=True)
class Helped:
    """One thing that one cycle needs; ``is_mine`` where the reader may do it."""

    cycle: CycleRow
    finding: Finding
    is_mine: bool


@dataclass(frozen=True)
class Hand:
    """What cycles need; ``is_cut`` where there were more of them than are looked at."""

    needs: list[Helped]
    is_cut: bool = False


def need_a_hand(session: Session, actor: Actor, today: date, *, team_id: int | None = None) -> Hand:
    """Return what the visible cycles need, stalled ones first, in study before all, the longest wait first.

    Three statements, whatever the number of cycles. Decided ones count where they began in the school year
    of *today*; of more than :data:`MOST` the oldest are looked at.

    Args:
        team_id: one team; ``None`` for all that *actor* reads.
    """
    calendar = school_days(session, actor.network_id or 0)
    first, _last = school_year(session, actor, today)
    query = rows_visible_to(actor).add_columns(*_counts()).where(_candidates(today, first))
    if team_id is not None:
        query = query.where(Cycle.team_id == team_id)
    else:  # shared by a peer is not in anybody's hands here
        query = query.where(reads_team(actor, Cycle.team_id))
    rows = session.execute(query.order_by(Cycle.id).limit(MOST + 1)).all()
    zone = ZoneInfo(actor.time_zone)
    found = [
        Helped(cycle, each, actor.edits(cycle.team_id))
        for cycle, case in (_read(row, zone) for row in rows[:MOST])
        for each in findings(case, today, calendar)
    ]
    order = list(Need)
    found.sort(key=lambda each: (order.index(each.finding.need), -each.finding.days, each.cycle.id))
    return Hand(found, len(rows) > MOST)


def _moved() -> Any:
    return select(func.max(StageChange.at)).where(StageChange.cycle_id == Cycle.id).scalar_subquery()


def _served() -> Any:
    return (
        select(func.count(CycleMilestone.id))
        .join(Milestone, Milestone.id == CycleMilestone.milestone_id)
        .where(CycleMilestone.cycle_id == Cycle.id, Milestone.deleted_at.is_(None))
        .scalar_subquery()
    )


def _hung() -> Any:
    return (
        select(func.count(IdeaDriver.id))
        .join(Driver, Driver.id == IdeaDriver.driver_id)
        .where(IdeaDriver.idea_id == Ramp.idea_id, Driver.deleted_at.is_(None))
        .scalar_subquery()
    )


def _followed() -> ColumnElement[bool]:
    """Return the condition that a cycle's ramp went on: from it, or with a later number."""
    later = aliased(Cycle)
    return (
        select(later.id)
        .where(
            later.deleted_at.is_(None),
            or_(
                later.parent_id == Cycle.id,
                and_(later.ramp_id == Cycle.ramp_id, later.number > Cycle.number, later.parent_id.is_(None)),
            ),
        )
        .exists()
    )


def _counts() -> list[Any]:
    return [_moved(), Cycle.created_at, _served(), _hung(), _followed()]


def _candidates(today: date, since: date) -> ColumnElement[bool]:
    """Return the condition that leaves out what the rules can't find: they decide on the rest."""
    is_open = Cycle.stage != Stage.CLOSED.value
    this_year = or_(is_open, Cycle.starts_on.is_(None), Cycle.starts_on >= since)
    late = and_(is_open, or_(Cycle.starts_on.is_(None), Cycle.starts_on < today, Cycle.ends_on.is_(None)))
    dangling = and_(
        Cycle.stage == Stage.CLOSED.value,
        Cycle.outcome == Outcome.DONE.value,
        Cycle.decision.in_([Decision.ADAPT.value, Decision.TEST_AGAIN.value]),
        ~_followed(),
    )
    lost = and_(
        Cycle.is_draft.is_(False),
        Cycle.outcome != Outcome.NOT_RUN.value,
        or_(Cycle.ramp_id.is_(None), _served() == 0, _hung() == 0),
    )
    return and_(this_year, or_(late, dangling, lost))


def _read(row: Any, zone: ZoneInfo) -> tuple[CycleRow, Case]:
    moved, made, served, hung, followed = row[-5:]
    cycle = CycleRow(*row[:-5])
    last: datetime = moved or made
    case = Case(
        stage=Stage(cycle.stage), outcome=cycle.outcome, decision=cycle.decision, is_draft=cycle.is_draft,
        starts_on=cycle.starts_on, ends_on=cycle.ends_on, moved_on=last.astimezone(zone).date(),
        milestones=served, has_ramp=cycle.ramp_id is not None, drivers=hung, has_next=bool(followed),
    )  # fmt: skip
    return cycle, case
