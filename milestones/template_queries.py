"""Reading what a network offers: strategy templates, their common milestones, and who adopted them."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, case, false, func, or_, select, true
from sqlalchemy.orm import Session

from measures.models import Measure, Measurement
from measures.queries import at_own_place
from milestones.models import CommonMilestone, Milestone, Plan, Strand, Strategy, StrategyTemplate
from milestones.plan_queries import reads_plan
from milestones.templates import CommonRow
from nic_platform.actor import Actor
from nic_platform.errors import AbsentError
from nic_platform.text import _
from teams.models import Team
from teams.queries import in_network


@dataclass(frozen=True)
class TemplateRow:
    """One template in the list. ``teams`` is how many teams have adopted it."""

    id: int
    public_id: UUID
    name: str
    description: str
    is_offered: bool
    version: int
    updated_at: datetime
    milestones: int
    teams: int


def reads_template(actor: Actor) -> ColumnElement[bool]:
    """Return the condition under which *actor* may know of a template: offered ones, and a lead all."""
    if not (actor.team_ids or actor.network_roles):
        return false()
    return and_(
        in_network(actor, StrategyTemplate.network_id),
        StrategyTemplate.deleted_at.is_(None),
        true() if actor.is_network_lead else StrategyTemplate.is_offered.is_(True),
    )


def _living(strategy: Any, plan: Any) -> ColumnElement[bool]:
    return and_(strategy.deleted_at.is_(None), plan.deleted_at.is_(None))


def list_templates(session: Session, actor: Actor) -> list[TemplateRow]:
    """Return the templates that *actor* may know of by name, with how many teams adopted each."""
    milestones = (
        select(func.count())
        .where(CommonMilestone.template_id == StrategyTemplate.id, CommonMilestone.deleted_at.is_(None))
        .scalar_subquery()
    )
    teams = (
        select(func.count(Plan.team_id.distinct()))
        .select_from(Strategy)
        .join(Plan, Plan.id == Strategy.plan_id)
        .where(Strategy.template_id == StrategyTemplate.id, _living(Strategy, Plan))
        .scalar_subquery()
    )
    query = (
        select(
            StrategyTemplate.id, StrategyTemplate.public_id, StrategyTemplate.name,
            StrategyTemplate.description, StrategyTemplate.is_offered, StrategyTemplate.version,
            StrategyTemplate.updated_at, milestones, teams,
        )
        .where(reads_template(actor))
        .order_by(StrategyTemplate.is_offered.desc(), StrategyTemplate.name, StrategyTemplate.id)
    )  # fmt: skip
    return [TemplateRow(*row) for row in session.execute(query)]


def get_template(
    session: Session, actor: Actor, template_id: UUID, *, is_deleted: bool = False
) -> StrategyTemplate:
    """Return one template that *actor* may know of, to be read or changed.

    Args:
        is_deleted: look among those that were deleted, which only a network lead may.

    Raises:
        AbsentError: there is none, or *actor* may not know of it.
    """
    query = select(StrategyTemplate).where(StrategyTemplate.public_id == template_id)
    if is_deleted:
        gone = StrategyTemplate.deleted_at.is_not(None) if actor.is_network_lead else false()
        query = query.where(in_network(actor, StrategyTemplate.network_id), gone)
    else:
        query = query.where(reads_template(actor))
    found = session.scalar(query)
    if found is None:
        raise AbsentError(_("There is no such strategy template."))
    return found


def get_common(
    session: Session, actor: Actor, common_id: UUID, *, is_deleted: bool = False
) -> tuple[CommonMilestone, StrategyTemplate]:
    """Return one common milestone and its template, to be changed.

    Raises:
        AbsentError: there is none, or *actor* may not know of its template.
    """
    gone = CommonMilestone.deleted_at.is_not(None) if is_deleted else CommonMilestone.deleted_at.is_(None)
    row = session.execute(
        select(CommonMilestone, StrategyTemplate)
        .join(StrategyTemplate, StrategyTemplate.id == CommonMilestone.template_id)
        .where(CommonMilestone.public_id == common_id, gone, reads_template(actor))
    ).one_or_none()
    if row is None:
        raise AbsentError(_("There is no such common milestone."))
    return row[0], row[1]


def commons_of(session: Session, template_id: int) -> list[CommonRow]:
    """Return a template's milestones in their order; one statement. The caller asked who reads it."""
    query = (
        select(
            CommonMilestone.id, CommonMilestone.public_id, CommonMilestone.template_id,
            CommonMilestone.measure_id, Measure.name, Measure.type, Measure.direction, Measure.unit,
            CommonMilestone.position, CommonMilestone.strand, CommonMilestone.who, CommonMilestone.what,
            CommonMilestone.tool, CommonMilestone.target, CommonMilestone.week, CommonMilestone.kind,
            CommonMilestone.purpose, CommonMilestone.is_deliverable, CommonMilestone.acceptance_test,
            CommonMilestone.rhythm, CommonMilestone.created_at, CommonMilestone.updated_at,
            CommonMilestone.version,
        )
        .join(Measure, Measure.id == CommonMilestone.measure_id)
        .where(CommonMilestone.template_id == template_id, CommonMilestone.deleted_at.is_(None))
        .order_by(CommonMilestone.position, CommonMilestone.id)
    )  # fmt: skip
    rows: Any = session.execute(query)
    return [CommonRow(*row) for row in rows]


@dataclass(frozen=True)
class Adopters:
    """Who adopted a template: by name those whose plans the reader reads, the others as a number."""

    named: tuple[tuple[str, UUID], ...]  # team and plan
    others: int

    @property
    def total(self) -> int:
        """Return how many teams in all."""
        return len(self.named) + self.others


def adopters_of(session: Session, actor: Actor, template_id: int) -> Adopters:
    """Return the teams that adopted a template, by name as far as *actor* reads their plans."""
    query = (
        select(
            Plan.team_id,
            Team.name,
            Plan.public_id,
            case((reads_plan(actor), True), else_=False),
        )
        .select_from(Strategy)
        .join(Plan, Plan.id == Strategy.plan_id)
        .join(Team, Team.id == Plan.team_id)
        .where(Strategy.template_id == template_id, _living(Strategy, Plan))
        .order_by(Team.name, Plan.id.desc())
    )
    named: dict[int, tuple[str, UUID]] = {}
    teams: set[int] = set()
    for team_id, name, plan_id, is_read in session.execute(query):
        teams.add(team_id)
        if is_read:
            named.setdefault(team_id, (name, plan_id))
    return Adopters(tuple(named.values()), len(teams) - len(named))


def adopting_teams(session: Session, template_id: int) -> list[int]:
    """Return the numbers of the teams whose plans hold the template."""
    query = (
        select(Plan.team_id)
        .select_from(Strategy)
        .join(Plan, Plan.id == Strategy.plan_id)
        .where(Strategy.template_id == template_id, _living(Strategy, Plan))
    )
    return list(session.scalars(query.distinct()))


def adopted_in(session: Session, plan_id: int, template_id: int) -> list[Strategy]:
    """Return the strategies of a plan that came from a template."""
    query = select(Strategy).where(
        Strategy.plan_id == plan_id, Strategy.template_id == template_id, Strategy.deleted_at.is_(None)
    )
    return list(session.scalars(query.order_by(Strategy.id)))


def milestones_under(session: Session, strategy_id: int) -> list[Milestone]:
    """Return the milestones on a strategy's strands, in the plan's order; one statement."""
    query = (
        select(Milestone)
        .join(Strand, Strand.id == Milestone.strand_id)
        .where(Strand.strategy_id == strategy_id, Strand.deleted_at.is_(None), Milestone.deleted_at.is_(None))
        .order_by(Strand.position, Strand.id, Milestone.due_on, Milestone.position, Milestone.id)
    )
    return list(session.scalars(query))


def was_measured_since(session: Session, team_id: int, measure_ids: Sequence[int], since: datetime) -> bool:
    """Say whether a team has written down counts of these measures since a moment."""
    query = select(Measurement.id).where(
        Measurement.team_id == team_id,
        Measurement.measure_id.in_(sorted(measure_ids)),
        Measurement.recorded_at >= since,
        at_own_place(),
    )
    return session.scalar(query.limit(1)) is not None


@dataclass(frozen=True)
class Adoption:
    """A strategy of the reader's team that came from a template, and whether the template changed since."""

    strategy_id: UUID
    template_id: int
    is_changed: bool


def adoptions_of(session: Session, actor: Actor, team_id: int | None) -> dict[int, Adoption]:
    """Return what a team has adopted, by template; the newest where it did so more than once."""
    if team_id is None:
        return {}
    known = func.coalesce(Strategy.template_seen_at, Strategy.created_at)
    changed = (
        select(CommonMilestone.id)
        .where(
            CommonMilestone.template_id == Strategy.template_id,
            or_(CommonMilestone.updated_at > known, CommonMilestone.deleted_at > known),
        )
        .exists()
    )
    query = (
        select(Strategy.public_id, Strategy.template_id, changed)
        .join(Plan, Plan.id == Strategy.plan_id)
        .where(reads_plan(actor), Plan.team_id == team_id, _living(Strategy, Plan))
        .where(Strategy.template_id.is_not(None))
        .order_by(Strategy.id)
    )
    rows: Any = session.execute(query)
    return {row[1]: Adoption(row[0], row[1], bool(row[2])) for row in rows}


def own_measures(session: Session, measure_ids: Sequence[int]) -> dict[int, Measure]:
    """Return measures by number."""
    found: dict[int, Measure] = defaultdict()
    for measure in session.scalars(select(Measure).where(Measure.id.in_(sorted(measure_ids)))):
        found[measure.id] = measure
    return found


def removed_since(session: Session, template_id: int, since: datetime) -> list[str]:
    """Return what the milestones were called that a template lost since a moment."""
    query = select(CommonMilestone.what).where(
        CommonMilestone.template_id == template_id, CommonMilestone.deleted_at > since
    )
    return list(session.scalars(query))
