"""Reading plans, their outline, touchpoints and decisions: all of it as far as the actor may see it."""

from datetime import date, datetime
from functools import cache
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Date,
    Integer,
    String,
    Uuid,
    and_,
    bindparam,
    cast,
    false,
    func,
    literal,
    null,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import Session

from measures.queries import come_after, is_above
from milestones.models import (
    ActionStep,
    Checkpoint,
    Decision,
    InterimTarget,
    Milestone,
    Plan,
    Priority,
    RootCause,
    Strand,
    Strategy,
    Touchpoint,
)
from milestones.rows import PartRow, PlanRow
from nic_platform.actor import Actor
from nic_platform.database import UtcDateTime
from nic_platform.errors import AbsentError
from nic_platform.ready import given, ready
from nic_platform.text import _
from teams.models import SchoolYear, Team
from teams.queries import in_network, reads_drafts, reads_team

Thing = TypeVar("Thing")
_PLAN = bindparam("plan", type_=Integer)


def reads_plan(actor: Actor, plan: Any = Plan) -> ColumnElement[bool]:
    """Return the condition under which *actor* may know of a plan.

    The own team, teams above it on links, network leads and reviewers; every team member of the network if
    the plan is shared. Analysts get pooled numbers only.
    """
    shared = plan.is_shared.is_(True) if actor.team_ids or actor.sees_network else false()
    return and_(
        in_network(actor, plan.network_id),
        plan.deleted_at.is_(None),
        or_(reads_team(actor, plan.team_id), shared),
    )


def plan_columns(actor: Actor) -> tuple[Any, ...]:
    """Return the columns of a plan's row, for a plan joined with its team and its school year."""
    return (
        Plan.id, Plan.public_id, Plan.network_id, Plan.team_id, Team.public_id, Team.name, Team.level,
        Plan.school_year, Plan.title, Plan.is_shared, Plan.version, SchoolYear.starts_on,
        SchoolYear.ends_on, is_above(actor, Plan.team_id),
    )  # fmt: skip


def plans_query(actor: Actor) -> Any:
    """Return the query of plan rows that *actor* may read; the caller narrows and orders it."""
    return (
        select(*plan_columns(actor))
        .join(Team, Team.id == Plan.team_id)
        .outerjoin(
            SchoolYear,
            and_(
                SchoolYear.network_id == Plan.network_id,
                SchoolYear.name == Plan.school_year,
                SchoolYear.deleted_at.is_(None),
            ),
        )
        .where(reads_plan(actor))
    )


def get_plan(session: Session, actor: Actor, plan_id: UUID) -> PlanRow:
    """Return one visible plan.

    Raises:
        AbsentError: there is none, or *actor* may not know of it.
    """
    return _one_plan(session.execute(_plan_of_address(actor), given(actor, plan=plan_id)).one_or_none())


@ready
def _plan_of_address(actor: Actor) -> Any:
    return plans_query(actor).where(Plan.public_id == bindparam("plan", type_=Uuid))


def plan_by_number(session: Session, actor: Actor, number: int) -> PlanRow:
    """Return one visible plan by its inner number.

    Raises:
        AbsentError: as :func:`get_plan`.
    """
    return _one_plan(session.execute(_plan_of_number(actor), given(actor, plan=number)).one_or_none())


@ready
def _plan_of_number(actor: Actor) -> Any:
    return plans_query(actor).where(Plan.id == _PLAN)


def _one_plan(row: Any) -> PlanRow:
    if row is None:
        raise AbsentError(_("There is no such plan."))
    return PlanRow(*row)


def list_plans(
    session: Session, actor: Actor, *, team_id: UUID | None = None, after: UUID | None = None, limit: int = 50
) -> list[PlanRow]:
    """Return visible plans by age, one more than *limit* if there are more."""
    query = plans_query(actor).where(*come_after(Plan, after)).order_by(Plan.id).limit(limit + 1)
    if team_id is not None:
        query = query.where(Team.public_id == team_id)
    return [PlanRow(*row) for row in session.execute(query)]


def current_plan(
    session: Session, actor: Actor, team_id: int | None, today: date, *, team: UUID | None = None
) -> PlanRow | None:
    """Return a team's plan of the school year that *today* lies in, else its latest, else none.

    Args:
        team: a team by its public id, in place of *team_id*.
    """
    if team_id is None and team is None:
        return None
    query = _plans_of_team(actor, by_address=team is not None)
    asked = given(actor, team=team_id if team is None else team)
    rows = [PlanRow(*row) for row in session.execute(query, asked)]
    return next((row for row in rows if row.span[0] <= today <= row.span[1]), rows[0] if rows else None)


@ready
def _plans_of_team(actor: Actor, *, by_address: bool) -> Any:
    """Return the statement of a team's plans, the newest first."""
    address, number = bindparam("team", type_=Uuid), bindparam("team", type_=Integer)
    which = Team.public_id == address if by_address else Plan.team_id == number
    return plans_query(actor).where(which).order_by(Plan.school_year.desc(), Plan.id.desc())


def school_year_on(session: Session, network_id: int, day: date) -> str:
    """Return the name of the school year that *day* lies in or that comes next; without a
    calendar, by July.
    """
    found = session.scalar(
        select(SchoolYear.name)
        .where(
            SchoolYear.network_id == network_id, SchoolYear.ends_on >= day, SchoolYear.deleted_at.is_(None)
        )
        .order_by(SchoolYear.starts_on)
        .limit(1)
    )
    first = day.year if day.month >= 7 else day.year - 1
    return found or f"{first}-{(first + 1) % 100:02d}"


def find_plan(session: Session, actor: Actor, plan_id: UUID) -> Plan:
    """Return one visible plan, to be changed.

    Raises:
        AbsentError: as :func:`get_plan`.
    """
    found = session.scalar(select(Plan).where(reads_plan(actor), Plan.public_id == plan_id))
    if found is None:
        raise AbsentError(_("There is no such plan."))
    return found


def stands(model: Any, moment: Any = None) -> ColumnElement[bool]:
    """Return the condition for what is there and not deleted: now, or at a *moment* (or the place of one)."""
    if moment is None:
        there: ColumnElement[bool] = model.deleted_at.is_(None)
        return there
    return and_(model.created_at < moment, or_(model.deleted_at.is_(None), model.deleted_at >= moment))


def outline(session: Session, plan_id: int, moment: datetime | None = None) -> list[PartRow]:
    """Return a plan's priorities, causes, strategies, strands and steps, each kind in order; one statement.

    The caller has asked whether the reader may see the plan. ``parent_id`` is the priority of a cause, the
    cause of a strategy, the strategy of a strand, the milestone of a step; ``more`` of a strand is the number
    of the one that it follows.

    Args:
        moment: those that stood then, in place of those that stand now.
    """
    query, asked = _outline(is_past=moment is not None), {"plan": plan_id, "moment": moment}
    rows = [PartRow(*row) for row in session.execute(query, asked)]
    return sorted(rows, key=lambda row: (row.kind, row.position, row.id))


@cache
def _outline(*, is_past: bool) -> Any:
    """Return the statement of :func:`outline`, put together once: of now, and of a moment."""
    moment = bindparam("moment", type_=UtcDateTime) if is_past else None
    none, empty = cast(null(), Date), literal("")
    kinds = [
        _part(moment, "priority", Priority, _PLAN, Priority.text, empty, none, none).where(
            Priority.plan_id == _PLAN
        ),
        _part(moment, "cause", RootCause, RootCause.priority_id, RootCause.text, empty, none, none)
        .join(Priority, Priority.id == RootCause.priority_id)
        .where(Priority.plan_id == _PLAN, stands(Priority, moment)),
        _part(
            moment, "strategy", Strategy, Strategy.root_cause_id, Strategy.name, Strategy.description, none,
            none,
        ).where(Strategy.plan_id == _PLAN),
        _part(
            moment, "strand", Strand, Strand.strategy_id, Strand.name,
            func.coalesce(cast(Strand.follows_id, String), empty), none, none,
        )
        .join(Strategy, Strategy.id == Strand.strategy_id)
        .where(Strategy.plan_id == _PLAN, stands(Strategy, moment)),
        _part(
            moment, "step", ActionStep, ActionStep.milestone_id, ActionStep.text, ActionStep.owner,
            ActionStep.due_on, ActionStep.done_on,
        ).where(ActionStep.plan_id == _PLAN),
    ]  # fmt: skip
    return select(*union_all(*kinds).subquery().c)  # columns of one select, which go past the mapper


def _part(
    moment: Any,
    kind: str,
    model: Any,
    parent: Any,
    text: Any,
    more: Any,
    due_on: Any,
    done_on: Any,
) -> Any:
    return select(
        literal(kind).label("kind"), model.id, model.public_id, parent.label("parent"), model.position,
        cast(text, String).label("text"), cast(more, String).label("more"), due_on.label("due"),
        done_on.label("done"), model.version,
    ).where(stands(model, moment))  # fmt: skip


def find(
    session: Session, actor: Actor, model: type[Thing], public_id: UUID, *, is_deleted: bool = False
) -> Thing:
    """Return one part of a plan that *actor* may read, to be changed: a milestone, a strand, a step.

    Args:
        is_deleted: look among those that were deleted, to bring one back.

    Raises:
        AbsentError: there is none, or *actor* may not know of it.
    """
    found: Thing | None = session.scalar(_part_of(actor, model, is_deleted), given(actor, part=public_id))
    if found is None:
        raise AbsentError(_("There is no such thing in a plan that you read."))
    return found


@ready
def _part_of(actor: Actor, model: Any, is_deleted: bool) -> Any:
    gone = model.deleted_at.is_not(None) if is_deleted else model.deleted_at.is_(None)
    named = model.public_id == bindparam("part", type_=Uuid)
    return select(model).where(named, gone, part_is_readable(actor, model))


def part_is_readable(actor: Actor, model: Any) -> ColumnElement[bool]:
    """Return the condition under which *actor* may know of a part of a plan, deleted or not."""
    plans = select(Plan.id).where(reads_plan(actor))
    if model is Milestone:
        drafts = or_(Milestone.is_draft.is_(False), reads_drafts(actor, Milestone.team_id))
        return and_(Milestone.plan_id.in_(plans), drafts)
    if model is RootCause:
        return RootCause.priority_id.in_(select(Priority.id).where(Priority.plan_id.in_(plans)))
    if model is Strand:
        return Strand.strategy_id.in_(select(Strategy.id).where(Strategy.plan_id.in_(plans)))
    if model is Checkpoint:
        targets = select(InterimTarget.id).where(
            InterimTarget.plan_id.in_(plans), InterimTarget.deleted_at.is_(None)
        )
        return Checkpoint.interim_target_id.in_(targets)
    if model is Touchpoint or model is Decision:
        return and_(in_network(actor, model.network_id), reads_team(actor, model.team_id))
    condition: ColumnElement[bool] = model.plan_id.in_(plans)
    return condition


def team_of_part(session: Session, part: Any) -> int:
    """Return the number of the team whose plan *part* belongs to."""
    if hasattr(part, "team_id"):
        return int(part.team_id)
    if isinstance(part, RootCause):
        part = session.get_one(Priority, part.priority_id)
    if isinstance(part, Strand):
        part = session.get_one(Strategy, part.strategy_id)
    return session.get_one(Plan, part.plan_id).team_id


def touchpoints_of(session: Session, actor: Actor, team_id: int | None, limit: int = 50) -> list[Touchpoint]:
    """Return a team's touchpoints, the next ones first, then the past ones, newest first."""
    if team_id is None:
        return []
    query = (
        select(Touchpoint)
        .where(
            in_network(actor, Touchpoint.network_id),
            reads_team(actor, Touchpoint.team_id),
            Touchpoint.team_id == team_id,
            Touchpoint.deleted_at.is_(None),
        )
        .order_by(Touchpoint.held_on.desc(), Touchpoint.id.desc())
        .limit(limit)
    )
    return list(session.scalars(query))


def decisions_of(
    session: Session, *, milestone_id: int | None = None, touchpoint_id: int | None = None
) -> list[Decision]:
    """Return what was decided about a milestone or at a touchpoint, newest first."""
    query = select(Decision).where(Decision.deleted_at.is_(None)).order_by(Decision.id.desc())
    if milestone_id is not None:
        query = query.where(Decision.milestone_id == milestone_id)
    if touchpoint_id is not None:
        query = query.where(Decision.touchpoint_id == touchpoint_id)
    return list(session.scalars(query))
