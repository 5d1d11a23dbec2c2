"""Reading how cycles, milestones, change ideas and drivers hang together, from each of the four."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import Integer, Select, bindparam, func, select
from sqlalchemy.orm import Session

from cycles.models import ChangeIdea, Cycle, CycleMilestone, Driver, IdeaDriver, Ramp
from cycles.queries import CycleRow, rows_visible_to
from milestones.milestone_queries import reads_milestone
from milestones.models import Milestone, Plan
from nic_platform.actor import Actor
from nic_platform.ready import given, ready
from teams.queries import in_network


@dataclass(frozen=True)
class DriverLink:
    """A driver that an idea works on, and how strongly."""

    public_id: UUID
    name: str
    is_strong: bool


@dataclass(frozen=True)
class Tested:
    """The idea that a cycle tests, with the drivers it works on."""

    public_id: UUID
    title: str
    drivers: tuple[DriverLink, ...] = ()
    team_id: int | None = None  # whose idea it is; none: the network's


@dataclass(frozen=True)
class MilestoneLink:
    """A milestone that cycles serve."""

    public_id: UUID
    title: str
    due_on: date | None


def _ideas(conditions: Sequence[Any], key: Any) -> Select[Any]:
    hung = (IdeaDriver.idea_id == ChangeIdea.id) & IdeaDriver.driver_id.in_(
        select(Driver.id).where(Driver.deleted_at.is_(None))
    )
    return (
        select(
            key,
            ChangeIdea.public_id,
            ChangeIdea.title,
            ChangeIdea.team_id,
            Driver.public_id,
            Driver.name,
            IdeaDriver.is_strong,
        )
        .select_from(Ramp)
        .join(ChangeIdea, ChangeIdea.id == Ramp.idea_id)
        .outerjoin(IdeaDriver, hung)
        .outerjoin(Driver, Driver.id == IdeaDriver.driver_id)
        .where(*conditions)
        .order_by(IdeaDriver.is_strong.desc(), IdeaDriver.id)
    )


@cache
def _ideas_of_ramps() -> Select[Any]:
    return _ideas([Ramp.id.in_(bindparam("ramps", expanding=True))], Ramp.id)


def ideas_of_ramps(session: Session, ramp_ids: Sequence[int]) -> dict[int, Tested]:
    """Return the idea that each ramp tests, with its drivers, strong ones first; one statement.

    The caller has asked whether the reader may see these ramps: who reads a cycle knows its idea.
    """
    wanted = sorted(set(ramp_ids))
    if not wanted:
        return {}
    found: dict[int, Tested] = {}
    links: dict[int, list[DriverLink]] = {}
    rows = session.execute(_ideas_of_ramps(), {"ramps": wanted})
    for ramp, idea, title, team, driver, name, strong in rows:
        found[ramp] = Tested(idea, title, team_id=team)
        if driver is not None:
            links.setdefault(ramp, []).append(DriverLink(driver, name, strong))
    return {ramp: replace(each, drivers=tuple(links.get(ramp, ()))) for ramp, each in found.items()}


def milestones_of(session: Session, actor: Actor, cycle_ids: Sequence[int]) -> list[MilestoneLink]:
    """Return the milestones that these cycles serve, as far as *actor* may know of them, by date; one
    statement."""
    query = (
        select(Milestone.public_id, Milestone.name, Milestone.what, Milestone.due_on)
        .join(Plan, Plan.id == Milestone.plan_id)
        .where(
            reads_milestone(actor),
            Milestone.id.in_(
                select(CycleMilestone.milestone_id).where(CycleMilestone.cycle_id.in_(sorted(set(cycle_ids))))
            ),
        )
        .order_by(Milestone.due_on.is_(None), Milestone.due_on, Milestone.id)
        .limit(40)
    )
    return [MilestoneLink(row[0], row[1] or row[2], row[3]) for row in session.execute(query)]


def cycles_on_driver(
    session: Session, actor: Actor, driver_id: UUID, limit: int = 120
) -> tuple[list[CycleRow], list[MilestoneLink]]:
    """Return the newest visible cycles that test an idea on a driver, and the milestones that they serve, as
    far as *actor* may know of them; one statement."""
    ideas = (
        select(IdeaDriver.idea_id)
        .join(Driver, Driver.id == IdeaDriver.driver_id)
        .where(Driver.public_id == driver_id, in_network(actor, Driver.network_id))
    )
    served = (
        select(CycleMilestone.cycle_id, Milestone.public_id, Milestone.name, Milestone.what, Milestone.due_on)
        .join(Milestone, Milestone.id == CycleMilestone.milestone_id)
        .join(Plan, Plan.id == Milestone.plan_id)
        .where(reads_milestone(actor))
        .subquery()
    )
    query = (
        rows_visible_to(actor)
        .add_columns(served.c.public_id, served.c.name, served.c.what, served.c.due_on)
        .outerjoin(served, served.c.cycle_id == Cycle.id)
        .where(Ramp.idea_id.in_(ideas))
        .order_by(Cycle.id.desc())
        .limit(limit)
    )
    cycles: dict[int, CycleRow] = {}
    milestones: dict[UUID, MilestoneLink] = {}
    for row in session.execute(query):
        cycle = CycleRow(*row[:-4])
        cycles[cycle.id] = cycle
        if row[-4] is not None:
            milestones[row[-4]] = MilestoneLink(row[-4], row[-3] or row[-2], row[-1])
    return list(cycles.values()), list(milestones.values())


def cycles_to_hang(
    session: Session, actor: Actor, team_id: int, milestone_id: int, since: date, limit: int = 60
) -> list[tuple[CycleRow, bool]]:
    """Return a team's cycles since a day, newest first, each with whether it serves a milestone already."""
    serves = (
        select(CycleMilestone.id)
        .where(CycleMilestone.cycle_id == Cycle.id, CycleMilestone.milestone_id == milestone_id)
        .exists()
    )
    query = (
        rows_visible_to(actor)
        .add_columns(serves)
        .where(Cycle.team_id == team_id, (Cycle.starts_on.is_(None)) | (Cycle.starts_on >= since) | serves)
        .order_by(Cycle.id.desc())
        .limit(limit)
    )
    return [(CycleRow(*row[:-1]), bool(row[-1])) for row in session.execute(query)]


@dataclass(frozen=True)
class PlacedCycle:
    """A cycle on a milestone with the idea it tests and the names of the drivers that the idea works on."""

    cycle: CycleRow
    idea_public_id: UUID | None
    idea: str
    drivers: str


def cycles_on_milestone(session: Session, actor: Actor, milestone_id: int) -> list[PlacedCycle]:
    """Return the visible cycles that serve a milestone, oldest first, with their ideas; one statement."""
    rows = session.execute(_cycles_on_milestone(actor), given(actor, milestone=milestone_id))
    return [PlacedCycle(CycleRow(*row[:-3]), row[-3], row[-2] or "", row[-1] or "") for row in rows]


@ready
def _cycles_on_milestone(actor: Actor) -> Any:
    names = (
        select(func.aggregate_strings(Driver.name, "; "))
        .join(IdeaDriver, IdeaDriver.driver_id == Driver.id)
        .where(IdeaDriver.idea_id == Ramp.idea_id, Driver.deleted_at.is_(None))
        .scalar_subquery()
    )
    return (
        rows_visible_to(actor)
        .add_columns(ChangeIdea.public_id, ChangeIdea.title, names)
        .join(CycleMilestone, CycleMilestone.cycle_id == Cycle.id)
        .outerjoin(ChangeIdea, ChangeIdea.id == Ramp.idea_id)
        .where(CycleMilestone.milestone_id == bindparam("milestone", type_=Integer))
        .order_by(Cycle.starts_on.is_(None), Cycle.starts_on, Cycle.id)
    )


def cycles_numbered(session: Session, numbers: Sequence[int]) -> list[Cycle]:
    """Return cycles for writing by their inner numbers, which a scoped query gave; in their order."""
    return list(session.scalars(select(Cycle).where(Cycle.id.in_(numbers)).order_by(Cycle.id)))
