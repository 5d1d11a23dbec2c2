"""What a count is entered for: a milestone or an interim target, with its measure, team and school year."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Date, Float, Uuid, and_, bindparam, case, false, func, literal, null, select
from sqlalchemy.orm import Session

from measures.models import Measure
from measures.rules import MeasureType
from milestones.models import InterimTarget, Milestone, Plan
from milestones.plan_queries import part_is_readable
from milestones.rows import year_span
from nic_platform.actor import Actor
from nic_platform.errors import AbsentError
from nic_platform.ready import given, ready
from nic_platform.text import _
from teams.models import SchoolYear, Team


@dataclass(frozen=True)
class CountedMeasure:
    """A measure, as far as a count looks at it."""

    id: int
    network_id: int
    type: MeasureType
    counts_students: bool | None
    name: str
    unit: str


@dataclass(frozen=True)
class CountedTeam:
    """The team that counts."""

    id: int
    site_id: int
    name: str


@dataclass(frozen=True)
class Counted:
    """What is counted. A draft may have no measure yet; its plan's school year begins on ``year_begins``."""

    team: CountedTeam
    measure: CountedMeasure | None
    year_begins: date
    public_id: UUID
    title: str
    is_draft: bool
    due_on: date | None
    begins_on: date | None
    tool: str
    population: float | None
    is_deliverable: bool
    tool_id: int | None


def counted(
    session: Session, actor: Actor, model: type[Milestone | InterimTarget], public_id: UUID
) -> Counted:
    """Return what *actor* may read of it; one statement.

    Raises:
        AbsentError: there is none, or *actor* may not know of it.
    """
    row = session.execute(_counted(actor, model), given(actor, part=public_id)).one_or_none()
    if row is None:
        raise AbsentError(_("There is no such thing in a plan that you read."))
    team, begins = CountedTeam(*row[12:15]), year_span(*row[9:12])[0]
    measure = None if row[15] is None else CountedMeasure(*row[15:])
    return Counted(team, measure, begins, *row[:9])


@ready
def _counted(actor: Actor, model: Any) -> Any:
    own = (
        (model.is_draft, model.due_on, model.begins_on, model.tool, model.population, model.is_deliverable,
         func.coalesce(model.tool_id, Measure.tool_id))
        if model is Milestone
        else (model.measure_id.is_(None), model.due_on, null().cast(Date), literal(""), null().cast(Float),
              false(), Measure.tool_id)
    )  # fmt: skip
    title = case((model.name != "", model.name), else_=model.what) if model is Milestone else model.name
    year = and_(
        SchoolYear.network_id == Plan.network_id, SchoolYear.name == Plan.school_year,
        SchoolYear.deleted_at.is_(None),
    )  # fmt: skip
    return (
        select(
            model.public_id, title, *own, Plan.school_year, SchoolYear.starts_on, SchoolYear.ends_on, Team.id,
            Team.site_id, Team.name, Measure.id, Measure.network_id, Measure.type, Measure.counts_students,
            Measure.name, Measure.unit,
        )
        .join(Plan, Plan.id == model.plan_id)
        .join(Team, Team.id == model.team_id)
        .outerjoin(Measure, Measure.id == model.measure_id)
        .outerjoin(SchoolYear, year)
        .where(model.public_id == bindparam("part", type_=Uuid), model.deleted_at.is_(None))
        .where(part_is_readable(actor, model))
    )  # fmt: skip
