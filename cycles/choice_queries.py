"""Reading the milestones that a cycle serves, and those it may be hung on."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from cycles.models import Cycle, CycleMilestone
from cycles.queries import rows_of
from measures.models import Measure
from measures.queries import is_above
from milestones.milestone_queries import reads_milestone
from milestones.models import Milestone, Plan, Strand
from nic_platform.actor import Actor
from nic_platform.ready import given, ready
from nic_platform.svg import day
from nic_platform.text import _
from teams.queries import reads_team


@dataclass(frozen=True)
class MilestoneChoice:
    """A milestone that a cycle serves or may serve; the target in the measure's unit.

    ``by_name`` says that the reader reads its team's work by name, and not only because the plan is shared;
    ``is_above`` that a team of theirs is above it on links; ``counts_students`` is ``None`` unless measured.
    """

    id: int
    public_id: UUID
    name: str
    what: str
    due_on: date | None
    target: float | None
    strand: str
    measure_id: int | None
    measure_public_id: UUID | None
    measure: str
    counts_students: bool | None
    by_name: bool
    is_above: bool

    @property
    def title(self) -> str:
        """Return a short name."""
        return self.name or self.what or _("Milestone without a name")

    @property
    def line(self) -> str:
        """Return it as one line of a list: series share a name, so the date tells them apart."""
        return _("%(name)s, by %(day)s", name=self.title, day=day(self.due_on)) if self.due_on else self.title


def _milestone_choices(actor: Actor) -> Any:
    own = (Milestone.id, Milestone.public_id, Milestone.name, Milestone.what, Milestone.due_on)
    others = (func.coalesce(Strand.name, ""), Measure.id, Measure.public_id, func.coalesce(Measure.name, ""))
    reader = (
        Measure.counts_students, reads_team(actor, Milestone.team_id), is_above(actor, Milestone.team_id)
    )  # fmt: skip
    return (
        select(*own, Milestone.target, *others, *reader)
        .select_from(Milestone)
        .join(Plan, Plan.id == Milestone.plan_id)
        .outerjoin(Strand, Strand.id == Milestone.strand_id)
        .outerjoin(Measure, Measure.id == Milestone.measure_id)
        .order_by(Milestone.due_on.is_(None), Milestone.due_on, Milestone.id)
    )


def list_team_milestones(session: Session, actor: Actor, team_id: int) -> list[MilestoneChoice]:
    """Return the milestones of a team that the actor may know of, by date."""
    found = session.execute(_team_milestones(actor), given(actor, team=team_id))
    return rows_of(MilestoneChoice, found)


@ready
def _team_milestones(actor: Actor) -> Any:
    return _milestone_choices(actor).where(Milestone.team_id == bindparam("team"), reads_milestone(actor))


def list_served(session: Session, actor: Actor, cycle: Cycle) -> list[MilestoneChoice]:
    """Return the milestones that a cycle serves, as far as the actor may know of them."""
    return rows_of(MilestoneChoice, session.execute(_served(actor), given(actor, cycle=cycle.id)))


@ready
def _served(actor: Actor) -> Any:
    return (
        _milestone_choices(actor)
        .join(CycleMilestone, CycleMilestone.milestone_id == Milestone.id)
        .where(CycleMilestone.cycle_id == bindparam("cycle"), reads_milestone(actor))
    )
