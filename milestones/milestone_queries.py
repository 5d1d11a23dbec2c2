"""Reading milestones and interim targets. Everything starts from what the actor may see; pages
get frozen rows.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Integer,
    and_,
    bindparam,
    func,
    literal,
    or_,
    select,
)
from sqlalchemy.orm import Session

from accounts.models import User
from measures.models import Measure
from measures.rules import Direction, MeasureType
from milestones.models import (
    InterimTarget,
    Milestone,
    MilestoneChange,
    Plan,
    Strand,
)
from milestones.plan_queries import plan_columns, reads_plan, stands
from milestones.rows import MilestoneRow, PlanRow, TargetRow
from nic_platform.actor import Actor
from nic_platform.database import UtcDateTime
from nic_platform.errors import AbsentError
from nic_platform.ready import given, ready
from nic_platform.text import _
from teams.models import SchoolYear, Team
from teams.queries import reads_drafts

_PLAN, _MOMENT = bindparam("plan", type_=Integer), bindparam("moment", type_=UtcDateTime)
_IS_YEAR_OF_PLAN = and_(
    SchoolYear.network_id == Plan.network_id,
    SchoolYear.name == Plan.school_year,
    SchoolYear.deleted_at.is_(None),
)


def reads_milestone(actor: Actor, moment: Any = None) -> ColumnElement[bool]:
    """Return the condition for milestones joined with their plan: as the plan, drafts only for its team.

    Args:
        moment: those that stood then, or at the place of a moment, in place of those that stand now.
    """
    return and_(
        reads_plan(actor),
        stands(Milestone, moment),
        or_(Milestone.is_draft.is_(False), reads_drafts(actor, Milestone.team_id)),
    )


@cache
def milestones_query() -> Any:
    """Return the query of every milestone row; the caller narrows it to what the actor may see."""
    return (
        select(
            Milestone.id, Milestone.public_id, Milestone.plan_id, Plan.public_id, Milestone.team_id,
            Milestone.strand_id, Strand.name, Milestone.measure_id, Measure.public_id, Measure.name,
            Measure.type, Measure.direction, Measure.unit, Measure.counts_students, Milestone.is_draft,
            Milestone.position, Milestone.kind, Milestone.name, Milestone.due_on, Milestone.begins_on,
            Milestone.frequency, Milestone.tool, Milestone.who, Milestone.what, Milestone.target,
            Milestone.baseline, Milestone.population, Milestone.is_deliverable, Milestone.acceptance_test,
            Milestone.purpose, Milestone.shape, Milestone.rhythm, Milestone.collector,
            Milestone.monitor_until, Milestone.version, func.coalesce(Milestone.tool_id, Measure.tool_id),
            Plan.school_year, SchoolYear.starts_on, SchoolYear.ends_on, Milestone.goal_id,
        )
        .join(Plan, Plan.id == Milestone.plan_id)
        .outerjoin(SchoolYear, _IS_YEAR_OF_PLAN)
        .outerjoin(Strand, and_(Strand.id == Milestone.strand_id, Strand.deleted_at.is_(None)))
        .outerjoin(Measure, Measure.id == Milestone.measure_id)
        .order_by(Milestone.due_on, Milestone.position, Milestone.id)
    )  # fmt: skip


_DEFAULTS = {
    6: "",
    9: "",
    10: MeasureType.PROPORTION,
    11: Direction.UP,
    12: "",
    13: False,
}  # without a measure


def milestone_row(row: Any) -> MilestoneRow:
    """Return a row of :func:`milestones_query`."""
    return MilestoneRow(*_filled(row, _DEFAULTS))


def _filled(row: Any, defaults: Mapping[int, Any]) -> list[Any]:
    return [defaults[at] if cell is None and at in defaults else cell for at, cell in enumerate(row)]


def milestones_of(
    session: Session, actor: Actor, plan_id: int, moment: datetime | None = None
) -> list[MilestoneRow]:
    """Return a plan's milestones that *actor* may see, by date; one statement.

    Args:
        moment: those that stood then, in place of those that stand now.
    """
    asked = given(actor, plan=plan_id, moment=moment)
    query = _milestones_of_plan(actor, is_past=moment is not None)
    return [milestone_row(row) for row in session.execute(query, asked)]


@ready
def _milestones_of_plan(actor: Actor, *, is_past: bool) -> Any:
    seen = reads_milestone(actor, _MOMENT if is_past else None)
    return milestones_query().where(seen, Milestone.plan_id == _PLAN)


def get_milestone(
    session: Session, actor: Actor, milestone_id: UUID
) -> tuple[MilestoneRow, list[MilestoneRow]]:
    """Return one visible milestone and its whole series (those with its measure), by date; one statement.

    Raises:
        AbsentError: there is none, or *actor* may not know of it.
    """
    rows = session.execute(_series_of(actor), given(actor, milestone=milestone_id))
    return _one_of([milestone_row(row) for row in rows], milestone_id)


def milestone_and_plan(
    session: Session, actor: Actor, milestone_id: UUID
) -> tuple[MilestoneRow, list[MilestoneRow], PlanRow]:
    """Return the same with the plan that the milestone stands in; one statement.

    Raises:
        AbsentError: as :func:`get_milestone`.
    """
    rows = session.execute(_series_with_plans(actor), given(actor, milestone=milestone_id)).all()
    width = len(fields(PlanRow))
    found, series = _one_of([milestone_row(row[:-width]) for row in rows], milestone_id)
    plan = next(PlanRow(*row[-width:]) for row in rows if row[0] == found.id)
    return found, series, plan


def _one_of(series: list[MilestoneRow], milestone_id: UUID) -> tuple[MilestoneRow, list[MilestoneRow]]:
    found = next((row for row in series if row.public_id == milestone_id), None)
    if found is None:
        raise AbsentError(_("There is no such milestone."))
    return found, [row for row in series if not row.is_draft or row.id == found.id]


@ready
def _series_of(actor: Actor) -> Any:
    """Return the statement: the milestone ``milestone`` and what is measured with it by the same team."""
    this = Milestone.public_id == bindparam("milestone")
    own = select(Milestone.measure_id, Milestone.team_id).where(this).subquery()
    same = and_(Milestone.measure_id == own.c.measure_id, Milestone.team_id == own.c.team_id)
    return milestones_query().join(own, literal(True)).where(reads_milestone(actor), or_(this, same))


@ready
def _series_with_plans(actor: Actor) -> Any:
    return _series_of(actor).add_columns(*plan_columns(actor)).join(Team, Team.id == Plan.team_id)


def targets_of(session: Session, plan_id: int, moment: datetime | None = None) -> list[TargetRow]:
    """Return a plan's interim targets by date; one statement. The caller has asked who reads the plan.

    Args:
        moment: those that stood then, in place of those that stand now.
    """
    query = _targets_of_plan(is_past=moment is not None)
    defaults = {6: "", 7: "", 8: MeasureType.PROPORTION, 9: Direction.UP, 10: "", 11: True}
    rows = session.execute(query, {"plan": plan_id, "moment": moment})
    return [TargetRow(*_filled(row, defaults)) for row in rows]


@cache
def _targets_of_plan(*, is_past: bool) -> Any:
    return (
        select(
            InterimTarget.id, InterimTarget.public_id, InterimTarget.plan_id, InterimTarget.team_id,
            InterimTarget.strategy_id, InterimTarget.measure_id, Measure.name, Measure.tool, Measure.type,
            Measure.direction, Measure.unit, Measure.counts_students, InterimTarget.position,
            InterimTarget.name, InterimTarget.student_group, InterimTarget.baseline, InterimTarget.target,
            InterimTarget.due_on, InterimTarget.version, InterimTarget.subgroup_set, InterimTarget.subgroup,
            InterimTarget.expected_n, Plan.school_year, SchoolYear.starts_on, SchoolYear.ends_on,
        )
        .join(Plan, Plan.id == InterimTarget.plan_id)
        .outerjoin(SchoolYear, _IS_YEAR_OF_PLAN)
        .outerjoin(Measure, Measure.id == InterimTarget.measure_id)
        .where(InterimTarget.plan_id == _PLAN, stands(InterimTarget, _MOMENT if is_past else None))
        .order_by(InterimTarget.due_on, InterimTarget.id)
    )  # fmt: skip


@dataclass(frozen=True)
class ChangeRow:
    """One adjustment of a milestone's date or target."""

    at: Any
    who: str
    why: str
    old_due_on: date | None
    new_due_on: date | None
    old_target: float | None
    new_target: float | None


def changes_of(session: Session, milestone_id: int) -> list[ChangeRow]:
    """Return a milestone's adjustments, oldest first."""
    query = (
        select(
            MilestoneChange.at, func.coalesce(User.name, ""), MilestoneChange.why, MilestoneChange.old_due_on,
            MilestoneChange.new_due_on, MilestoneChange.old_target, MilestoneChange.new_target,
        )
        .outerjoin(User, User.id == MilestoneChange.user_id)
        .where(MilestoneChange.milestone_id == milestone_id)
        .order_by(MilestoneChange.id)
    )  # fmt: skip
    return [ChangeRow(*row) for row in session.execute(query)]


@dataclass(frozen=True)
class ChoiceRow:
    """A milestone to choose from a list, such as the one that a cycle is for."""

    id: int
    public_id: UUID
    title: str
    strand: str
    due_on: date | None
    target: str

    @property
    def label(self) -> str:
        """Return it as one line."""
        parts = [self.title, self.target, self.due_on.isoformat() if self.due_on else ""]
        return ", ".join(part for part in parts if part)


def list_for_choice(session: Session, actor: Actor, team_id: int | None) -> list[ChoiceRow]:
    """Return a team's milestones that are on the board, by strand and date, for a list to choose from."""
    if team_id is None:
        return []
    query = milestones_query().where(
        reads_milestone(actor), Milestone.team_id == team_id, Milestone.is_draft.is_(False)
    )
    rows = [milestone_row(row) for row in session.execute(query)]
    return [
        ChoiceRow(row.id, row.public_id, row.title, row.strand_name, row.date, row.target_words)
        for row in sorted(rows, key=lambda row: (row.strand_name, row.date or date.max, row.id))
    ]


def counted_on(session: Session, measure_id: int, team_id: int) -> list[tuple[str, UUID]]:
    """Return what a measurement of this series is about: milestones and then interim targets, the last first.

    Each is its kind, ``milestone`` or ``target``, and its public id; two statements.
    """
    kinds: tuple[tuple[str, type[Milestone] | type[InterimTarget]], ...] = (
        ("milestone", Milestone), ("target", InterimTarget),
    )  # fmt: skip
    return [
        (kind, public_id)
        for kind, model in kinds
        for public_id in session.scalars(
            select(model.public_id)
            .where(model.measure_id == measure_id, model.team_id == team_id, model.deleted_at.is_(None))
            .order_by(model.due_on.desc(), model.id.desc())
        )
    ]
