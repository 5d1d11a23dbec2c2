"""Reading the parts of a plan one by one, with the public ids of what they hang on."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import Session, aliased

from measures.models import Measure, ObservationTool
from measures.queries import come_after
from milestones.models import (
    ActionStep,
    AgencyGoal,
    BackwardsPlan,
    Checkpoint,
    CommonMilestone,
    InterimTarget,
    Milestone,
    Plan,
    Priority,
    RootCause,
    Strand,
    Strategy,
    StrategyTemplate,
    Touchpoint,
)
from milestones.plan_queries import reads_plan
from milestones.template_queries import reads_template
from nic_platform.actor import Actor
from nic_platform.errors import AbsentError, InputError
from nic_platform.text import _
from teams.models import Team
from teams.queries import in_network, reads_drafts, reads_team

PARENTS: Mapping[type[Any], type[Any] | None] = MappingProxyType({
    Priority: None, Strategy: None, InterimTarget: None, ActionStep: None, AgencyGoal: None,
    RootCause: Priority, Strand: Strategy, Checkpoint: InterimTarget, BackwardsPlan: Strand,
})  # fmt: skip
"""The parts that are read one by one, and what each hangs on where it is not the plan itself."""

KEYS: Mapping[type[Any], Mapping[str, type[Any]]] = MappingProxyType({
    Priority: {}, AgencyGoal: {}, RootCause: {"priority_id": Priority},
    Strategy: {"root_cause_id": RootCause}, Strand: {"strategy_id": Strategy, "follows_id": Strand},
    InterimTarget: {"strategy_id": Strategy, "measure_id": Measure},
    Checkpoint: {"interim_target_id": InterimTarget}, ActionStep: {"milestone_id": Milestone},
    BackwardsPlan: {"strand_id": Strand},
    Milestone: {
        "strand_id": Strand, "goal_id": AgencyGoal, "measure_id": Measure, "tool_id": ObservationTool,
    },
})  # fmt: skip
"""The columns of each that name another thing; the API has its public id under the same name."""


@dataclass(frozen=True)
class Found:
    """One part, to be read or changed, with its plan and the public ids of what it names."""

    thing: Any
    plan: Plan
    keys: Mapping[str, UUID | None]

    @property
    def public_id(self) -> UUID:
        """Return its own public id, by which lists are paged."""
        found: UUID = self.thing.public_id
        return found

    def as_dict(self) -> dict[str, Any]:
        """Return its columns as the API's schemas read them."""
        columns = {
            column.key: getattr(self.thing, column.key) for column in type(self.thing).__table__.columns
        }
        return columns | {"plan_public_id": self.plan.public_id} | dict(self.keys)


def _query(actor: Actor, model: type[Any], *, is_deleted: bool = False) -> Any:
    """Return the query of one kind of part with its plan and the ids of what it names, as far as read."""
    others = {name: aliased(of) for name, of in KEYS[model].items()}
    query = select(model, Plan, *(other.public_id for other in others.values()))
    query = _to_plan(query, model)
    for name, other in others.items():
        tie = other.id == getattr(model, name)
        seen = _is_seen(actor, other, KEYS[model][name])
        query = query.outerjoin(other, and_(tie, seen))
    gone = model.deleted_at.is_not(None) if is_deleted else model.deleted_at.is_(None)
    return query.where(reads_plan(actor), gone)


def _is_seen(actor: Actor, other: Any, of: type[Any]) -> ColumnElement[bool]:
    """Leave out what was deleted, and drafts of milestones for those who don't read them."""
    there: ColumnElement[bool] = other.deleted_at.is_(None)
    if of is Milestone:
        return and_(there, other.is_draft.is_(False) | reads_drafts(actor, other.team_id))
    return there


def _to_plan(query: Any, model: type[Any]) -> Any:
    at: Any = model
    while (parent := PARENTS[at]) is not None:
        key = next(name for name, of in KEYS[at].items() if of is parent)
        query = query.join(parent, and_(parent.id == getattr(at, key), parent.deleted_at.is_(None)))
        at = parent
    return query.join(Plan, Plan.id == at.plan_id)


def _found(model: type[Any], row: Sequence[Any]) -> Found:
    return Found(row[0], row[1], dict(zip(KEYS[model], row[2:], strict=True)))


def list_parts(
    session: Session, actor: Actor, model: type[Any], plan_id: UUID, *, after: UUID | None, limit: int
) -> list[Found]:
    """Return the parts of one kind of a visible plan by age, one more than *limit* if there are more."""
    query = _query(actor, model).where(Plan.public_id == plan_id, *come_after(model, after))
    rows = session.execute(query.order_by(model.id).limit(limit + 1)).all()
    return [_found(model, row) for row in rows]


def get_part(
    session: Session, actor: Actor, model: type[Any], public_id: UUID, *, is_deleted: bool = False
) -> Found:
    """Return one part of a plan that *actor* reads.

    Args:
        is_deleted: look among those that were deleted, to bring one back.

    Raises:
        AbsentError: there is none, or *actor* may not know of it.
    """
    query = _query(actor, model, is_deleted=is_deleted).where(model.public_id == public_id)
    row = session.execute(query).one_or_none()
    if row is None:
        raise AbsentError(_("There is no such thing in a plan that you read."))
    return _found(model, row)


def numbers_of(
    session: Session, actor: Actor, model: type[Any], plan: Plan, sent: Mapping[str, Any]
) -> dict[str, Any]:
    """Return what was sent with the inner numbers of things in place of their public ids.

    Raises:
        InputError: one of them isn't there, or belongs to another plan.
    """
    made = dict(sent)
    for name, of in KEYS[model].items():
        if name in sent:
            made[name] = _number(session, actor, of, plan, sent[name], name) if sent[name] else None
    return made


def _number(session: Session, actor: Actor, of: type[Any], plan: Plan, public_id: UUID, name: str) -> int:
    there: Any
    if of is Measure or of is ObservationTool:
        mine = (of.team_id == plan.team_id) | of.team_id.is_(None)
        there = select(of.id).where(
            in_network(actor, of.network_id), mine, of.deleted_at.is_(None), of.public_id == public_id
        )
    elif of is Milestone:
        there = select(Milestone.id).where(
            Milestone.plan_id == plan.id, Milestone.deleted_at.is_(None), Milestone.public_id == public_id
        )
    else:
        there = _to_plan(select(of.id), of).where(
            Plan.id == plan.id, of.deleted_at.is_(None), of.public_id == public_id
        )
    found = session.scalar(there)
    if found is None:
        raise InputError(
            _("This can’t be saved yet."), {name: _("There is no such thing in this plan. Check the id.")}
        )
    return int(found)


def public_ids(session: Session, model: type[Any], numbers: Collection[int | None]) -> dict[int, UUID]:
    """Return the public ids of things by their numbers; one statement, none where there are no numbers."""
    wanted = sorted(number for number in set(numbers) if number is not None)
    if not wanted:
        return {}
    query = select(model.id, model.public_id).where(model.id.in_(wanted))
    return {row[0]: row[1] for row in session.execute(query)}


def list_touchpoints(
    session: Session, actor: Actor, *, team_id: UUID | None = None, after: UUID | None = None, limit: int = 50
) -> list[tuple[Touchpoint, UUID]]:
    """Return the touchpoints that *actor* reads by age with their team's id, one more than *limit*."""
    query = _touchpoints(actor).where(*come_after(Touchpoint, after)).order_by(Touchpoint.id).limit(limit + 1)
    if team_id is not None:
        query = query.where(Team.public_id == team_id)
    return [(row[0], row[1]) for row in session.execute(query)]


def get_touchpoint(
    session: Session, actor: Actor, public_id: UUID, *, is_deleted: bool = False
) -> tuple[Touchpoint, UUID]:
    """Return one touchpoint with its team's id.

    Raises:
        AbsentError: there is none, or *actor* may not know of it.
    """
    query = _touchpoints(actor, is_deleted=is_deleted).where(Touchpoint.public_id == public_id)
    row = session.execute(query).one_or_none()
    if row is None:
        raise AbsentError(_("There is no such touchpoint."))
    return row[0], row[1]


def _touchpoints(actor: Actor, *, is_deleted: bool = False) -> Any:
    gone = Touchpoint.deleted_at.is_not(None) if is_deleted else Touchpoint.deleted_at.is_(None)
    return (
        select(Touchpoint, Team.public_id)
        .join(Team, Team.id == Touchpoint.team_id)
        .where(in_network(actor, Touchpoint.network_id), reads_team(actor, Touchpoint.team_id), gone)
    )


def list_templates(
    session: Session, actor: Actor, *, after: UUID | None = None, limit: int = 50
) -> list[StrategyTemplate]:
    """Return the templates that *actor* may know of by age, one more than *limit* if there are more."""
    query = select(StrategyTemplate).where(reads_template(actor), *come_after(StrategyTemplate, after))
    return list(session.scalars(query.order_by(StrategyTemplate.id).limit(limit + 1)))


def list_commons(
    session: Session, template_id: int, *, after: UUID | None = None, limit: int = 50
) -> list[tuple[CommonMilestone, UUID]]:
    """Return a template's milestones by age with their measures' ids, one more than *limit*."""
    query = (
        select(CommonMilestone, Measure.public_id)
        .join(Measure, Measure.id == CommonMilestone.measure_id)
        .where(CommonMilestone.template_id == template_id, CommonMilestone.deleted_at.is_(None))
        .where(*come_after(CommonMilestone, after))
        .order_by(CommonMilestone.id)
        .limit(limit + 1)
    )
    return [(row[0], row[1]) for row in session.execute(query)]
