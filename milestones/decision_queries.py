"""Reading what teams decided and why, with what each decision was about and what it opened."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Integer, and_, bindparam, case, func, or_, select
from sqlalchemy.orm import Session

from accounts.models import User
from milestones.models import Decision, Milestone, Plan, Strategy, Touchpoint
from milestones.rows import PlanRow
from nic_platform.actor import Actor
from nic_platform.errors import AbsentError
from nic_platform.ready import given, ready
from nic_platform.text import _
from teams.queries import in_network, reads_drafts, reads_team


@dataclass(frozen=True)
class DecisionRow:
    """One decision with what it was about. ``details`` hold what it rested on."""

    id: int
    public_id: UUID
    team_id: int
    choice: str
    suggestion: str
    text: str
    decided_on: date
    who: str
    owner: str
    due_on: date | None
    milestone_id: int | None
    milestone_public_id: UUID | None
    milestone_name: str
    strategy_public_id: UUID | None
    strategy_name: str
    touchpoint_public_id: UUID | None
    touchpoint_on: date | None
    follow_up_kind: str
    follow_up_id: UUID | None
    details: dict[str, Any]
    version: int

    @property
    def about(self) -> str:
        """Return what it was about; empty for a decision of a meeting about nothing in particular."""
        return self.milestone_name or self.strategy_name


def reads_decision(actor: Actor) -> Any:
    """Return the condition under which *actor* reads decisions with their reasons.

    The own team, teams above it on links, network leads and reviewers; nobody else, even where the plan is
    shared: reasons are the team's own.
    """
    return and_(
        in_network(actor, Decision.network_id),
        reads_team(actor, Decision.team_id),
        Decision.deleted_at.is_(None),
    )


def _decisions(actor: Actor) -> Any:
    def link(model: Any) -> Any:  # what was deleted since keeps its name here, and has no page
        return case((model.deleted_at.is_(None), model.public_id))

    seen = or_(Milestone.is_draft.is_(False), reads_drafts(actor, Milestone.team_id))
    name = func.coalesce(func.nullif(Milestone.name, ""), Milestone.what, "")
    return (
        select(
            Decision.id, Decision.public_id, Decision.team_id, Decision.choice, Decision.suggestion,
            Decision.text, Decision.decided_on, func.coalesce(User.name, ""), Decision.owner,
            Decision.due_on, Decision.milestone_id, link(Milestone), name, link(Strategy),
            func.coalesce(Strategy.name, ""), link(Touchpoint), Touchpoint.held_on,
            Decision.follow_up_kind, Decision.follow_up_id, Decision.details, Decision.version,
        )
        .outerjoin(User, User.id == Decision.created_by_id)
        .outerjoin(Milestone, and_(Milestone.id == Decision.milestone_id, seen))
        .outerjoin(Strategy, Strategy.id == Decision.strategy_id)
        .outerjoin(Touchpoint, Touchpoint.id == Decision.touchpoint_id)
        .where(reads_decision(actor))
        .order_by(Decision.decided_on.desc(), Decision.id.desc())
    )  # fmt: skip


def _rows(found: Any) -> list[DecisionRow]:
    rows = []
    for row in found:
        cells: list[Any] = list(row)
        cells[-2] = cells[-2] or {}
        rows.append(DecisionRow(*cells))
    return rows


def decisions_about(session: Session, actor: Actor, milestone_id: int) -> list[DecisionRow]:
    """Return what was decided about a milestone, newest first; nothing to who may not read reasons."""
    return _rows(session.execute(_about_milestone(actor), given(actor, milestone=milestone_id)))


@ready
def _about_milestone(actor: Actor) -> Any:
    return _decisions(actor).where(Decision.milestone_id == bindparam("milestone", type_=Integer))


def strategy_decisions(session: Session, actor: Actor, plan_id: int) -> dict[UUID, list[DecisionRow]]:
    """Return what was decided about each strategy of a plan as a whole, newest first; one statement."""
    found: dict[UUID, list[DecisionRow]] = {}
    for row in _rows(session.execute(_decisions(actor).where(Strategy.plan_id == plan_id))):
        if row.strategy_public_id is not None:
            found.setdefault(row.strategy_public_id, []).append(row)
    return found


def decisions_of_plan(
    session: Session, actor: Actor, plan: PlanRow, *, after: UUID | None = None, limit: int = 50
) -> list[DecisionRow]:
    """Return what a team decided in the year of a plan, newest first, and one more than *limit*.

    About its milestones and strategies, and what was decided at its meetings in the year about neither.
    """
    first, last = plan.span
    loose = and_(
        Decision.team_id == plan.team_id,
        Decision.milestone_id.is_(None),
        Decision.strategy_id.is_(None),
        Decision.decided_on.between(first, last),
    )
    query = _decisions(actor).where(or_(Milestone.plan_id == plan.id, Strategy.plan_id == plan.id, loose))
    if after is not None:
        query = query.where(_is_older(actor, after))
    return _rows(session.execute(query.limit(limit + 1)))


def _is_older(actor: Actor, after: UUID) -> Any:
    own = and_(Decision.public_id == after, in_network(actor, Decision.network_id))
    on = select(Decision.decided_on).where(own).scalar_subquery()
    number = select(Decision.id).where(own).scalar_subquery()
    return or_(Decision.decided_on < on, and_(Decision.decided_on == on, Decision.id < number))


def get_decision(session: Session, actor: Actor, decision_id: UUID) -> DecisionRow:
    """Return one decision that *actor* may read.

    Raises:
        AbsentError: there is none, or *actor* may not know of it.
    """
    found = _rows(session.execute(_decisions(actor).where(Decision.public_id == decision_id)))
    if not found:
        raise AbsentError(_("There is no such decision."))
    return found[0]


def plan_of_strategy(session: Session, strategy_id: UUID) -> UUID:
    """Return the plan that a strategy, which the visitor may know of, stands in."""
    query = select(Plan.public_id).join(Strategy, Strategy.plan_id == Plan.id)
    return session.execute(query.where(Strategy.public_id == strategy_id)).scalar_one()


def opened_from(session: Session, actor: Actor, public_id: UUID) -> DecisionRow | None:
    """Return the decision that a cycle, a touchpoint, a barrier or a step was opened from; one statement."""
    query = _decisions(actor).where(Decision.follow_up_id == public_id, Decision.follow_up_kind != "adjust")
    found = _rows(session.execute(query.limit(1)))
    return found[0] if found else None
