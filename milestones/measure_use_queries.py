"""What of plans uses a measure: milestones, interim targets, and the milestones of strategy templates."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import Date, and_, cast, exists, func, literal, null, or_, select, union_all
from sqlalchemy.orm import Session

from milestones.milestone_queries import reads_milestone
from milestones.models import CommonMilestone, InterimTarget, Milestone, Plan, StrategyTemplate
from milestones.plan_queries import reads_plan
from nic_platform.actor import Actor
from teams.models import Team

MILESTONE, TARGET, TEMPLATE = "milestone", "interim_target", "strategy_template"
MOST = 100  # rows that a page of one measure can hold


@dataclass(frozen=True)
class UseRow:
    """One thing that uses a measure; ``kind`` is milestone, interim_target or strategy_template."""

    kind: str
    public_id: UUID
    words: str
    team: str
    due_on: date | None
    is_draft: bool
    team_id: int = 0


def plan_uses(session: Session, actor: Actor, measure_id: int) -> list[UseRow]:
    """Return what uses a measure in the plans that *actor* may know of, by team and date; one statement.

    What the own teams have comes first, templates that the network offers last.
    """
    own = sorted(actor.team_ids) or [0]
    milestones = (
        select(
            literal(MILESTONE).label("kind"), Milestone.public_id,
            func.coalesce(func.nullif(Milestone.name, ""), Milestone.what).label("words"),
            Team.name.label("team"),
            Milestone.due_on, Milestone.is_draft, literal(0).label("place"), Milestone.team_id,
        )
        .join(Plan, Plan.id == Milestone.plan_id)
        .join(Team, Team.id == Milestone.team_id)
        .where(Milestone.measure_id == measure_id, reads_milestone(actor))
    )  # fmt: skip
    targets = (
        select(
            literal(TARGET), InterimTarget.public_id, InterimTarget.name, Team.name, InterimTarget.due_on,
            literal(False), literal(1), InterimTarget.team_id,
        )
        .join(Plan, Plan.id == InterimTarget.plan_id)
        .join(Team, Team.id == InterimTarget.team_id)
        .where(InterimTarget.measure_id == measure_id, InterimTarget.deleted_at.is_(None), reads_plan(actor))
    )  # fmt: skip
    templates = (
        select(
            literal(TEMPLATE), StrategyTemplate.public_id, StrategyTemplate.name, literal(""),
            cast(null(), Date), literal(False), literal(2), literal(0),
        )
        .where(
            exists().where(
                CommonMilestone.template_id == StrategyTemplate.id,
                CommonMilestone.measure_id == measure_id,
                CommonMilestone.deleted_at.is_(None),
            )
        )
        .where(
            StrategyTemplate.network_id == actor.network_id,
            StrategyTemplate.deleted_at.is_(None),
            or_(StrategyTemplate.is_offered, literal(actor.is_network_lead)),
        )
    )  # fmt: skip
    both = union_all(milestones, targets, templates).subquery()
    rows = session.execute(
        select(both)
        .order_by(both.c.team_id.not_in(own), both.c.place, both.c.team, both.c.due_on, both.c.words)
        .limit(MOST)
    )
    return [UseRow(row[0], row[1], row[2], row[3], row[4], bool(row[5]), row[7]) for row in rows]


def count_plan_uses(session: Session, measure_id: int) -> int:
    """Return how many milestones, interim targets and common milestones take a measure; one statement."""
    counts = [
        select(func.count())
        .where(and_(model.measure_id == measure_id, model.deleted_at.is_(None)))
        .scalar_subquery()
        for model in (Milestone, InterimTarget, CommonMilestone)
    ]
    return sum(session.execute(select(*counts)).one())
