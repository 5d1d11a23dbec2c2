"""Reading cycles. Everything starts from what the actor may see; pages get frozen rows, never entities."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Date,
    Integer,
    ScalarResult,
    Select,
    and_,
    bindparam,
    case,
    false,
    func,
    or_,
    select,
)
from sqlalchemy.orm import Session, contains_eager

from accounts.models import User
from cycles.models import Cycle, CycleMilestone, Prediction, Ramp
from cycles.predictions import Expectation
from cycles.rules import Stage
from measures.models import Measure
from nic_platform.actor import Actor, Level
from nic_platform.errors import AbsentError
from nic_platform.ready import given, ready
from nic_platform.text import _
from teams.models import Team
from teams.queries import in_network, reads_drafts, reads_team

Row = TypeVar("Row")


def rows_of(kind: type[Row], found: Any) -> list[Row]:
    """Return every row of a result as *kind*, a dataclass whose fields come in the order of the columns."""
    return [kind(*row) for row in found]


# ---------------------------------------------------------------- who sees what


def may_read(actor: Actor, cycle: Any = Cycle) -> ColumnElement[bool]:
    """Return the condition under which *actor* may know of a cycle.

    Drafts: the own team, but not its observers. Running and closed ones: the own team, the teams above it
    on links,
    network leads and reviewers; anybody in a team of the network if it is shared. Analysts get pooled
    numbers only.
    """
    others = cycle.is_shared.is_(True) if actor.team_ids or actor.sees_network else false()
    return and_(
        in_network(actor, cycle.network_id),
        cycle.deleted_at.is_(None),
        or_(
            and_(cycle.is_draft.is_(True), reads_drafts(actor, cycle.team_id)),
            and_(cycle.is_draft.is_(False), or_(reads_team(actor, cycle.team_id), others)),
        ),
    )


def visible_to(actor: Actor) -> Select[Any]:
    """Return the query that every other one is built on: cycles that *actor* may see, with their team and
    ramp."""
    return (
        select(Cycle)
        .select_from(Cycle)
        .join(Team, Team.id == Cycle.team_id)
        .outerjoin(Ramp, Ramp.id == Cycle.ramp_id)
        .where(may_read(actor))
    )


def may_read_ramp(actor: Actor) -> ColumnElement[bool]:
    """Return the condition under which *actor* may know of a ramp: its team's drafts, or any cycle of it."""
    seen = select(Cycle.id).where(Cycle.ramp_id == Ramp.id, may_read(actor)).exists()
    return and_(
        in_network(actor, Ramp.network_id),
        Ramp.deleted_at.is_(None),
        or_(reads_drafts(actor, Ramp.team_id), seen),
    )


# ---------------------------------------------------------------- one cycle


def get_cycle(session: Session, actor: Actor, cycle_id: UUID) -> Cycle:
    """Return one visible cycle for writing, with its team, ramp, measure and predictions; one statement.

    Raises:
        AbsentError: there is none, or *actor* may not know of it.
    """
    return one_cycle(session.scalars(cycle_query(actor), given(actor, cycle=cycle_id)))


def one_cycle(cycles: ScalarResult[Any]) -> Cycle:
    """Return the cycle that was found.

    Raises:
        AbsentError: there is none, or the actor may not know of it.
    """
    cycle: Cycle | None = cycles.unique().one_or_none()
    if cycle is None:
        raise AbsentError(_("There is no such cycle."))
    return cycle


@ready
def cycle_query(actor: Actor) -> Select[Any]:
    """Return the statement of the cycle ``cycle`` with its team, ramp, measure and predictions."""
    return (
        visible_to(actor)
        .outerjoin(Measure, Measure.id == Cycle.measure_id)
        .outerjoin(Cycle.predictions)
        .where(Cycle.public_id == bindparam("cycle"))
        .options(
            contains_eager(Cycle.team),
            contains_eager(Cycle.ramp),
            contains_eager(Cycle.measure),
            contains_eager(Cycle.predictions),
        )
        .order_by(Prediction.position, Prediction.id)
    )


def live(cycle: Cycle) -> list[Prediction]:
    """Return the predictions of a cycle that were not taken out, in order."""
    return [prediction for prediction in cycle.predictions if prediction.deleted_at is None]


def expectation_of(prediction: Prediction) -> Expectation:
    """Return the measurable part of a prediction."""
    return Expectation(
        prediction.number, prediction.low, prediction.high, prediction.unit or "", prediction.out_of
    )


def get_deleted_draft(session: Session, actor: Actor, cycle_id: UUID) -> Cycle:
    """Return a draft that was deleted and can be brought back.

    Raises:
        AbsentError: there is none, or *actor* may not know of it.
    """
    cycle = session.scalars(
        select(Cycle).where(
            Cycle.public_id == cycle_id,
            in_network(actor, Cycle.network_id),
            Cycle.deleted_at.is_not(None),
            reads_drafts(actor, Cycle.team_id),
        )
    ).one_or_none()
    if cycle is None:
        raise AbsentError(_("There is no such cycle."))
    return cycle


@dataclass(frozen=True)
class TeamName:
    """A team as the pages of its cycles call it."""

    id: int
    public_id: UUID
    name: str
    level: Level


def own_team(session: Session, actor: Actor) -> TeamName | None:
    """Return the team that the actor has chosen; none where they have none."""
    if actor.team_id is None:
        return None
    row = session.execute(_team(actor, is_own=True), given(actor)).one_or_none()
    return TeamName(*row) if row is not None else None


def get_team(session: Session, actor: Actor, team_id: UUID) -> TeamName:
    """Return a team whose finished work the actor reads by name.

    Raises:
        AbsentError: there is none, or *actor* does not read its work.
    """
    row = session.execute(_team(actor, is_own=False), given(actor, asked=team_id)).one_or_none()
    if row is None:
        raise AbsentError(_("There is no such team."))
    return TeamName(*row)


@ready
def _team(actor: Actor, is_own: bool) -> Select[int, UUID, str, Level]:
    found = select(Team.id, Team.public_id, Team.name, Team.level)
    if is_own:
        return found.where(Team.id == actor.team_id)
    readable = in_network(actor, Team.network_id), Team.deleted_at.is_(None), reads_team(actor, Team.id)
    return found.where(Team.public_id == bindparam("asked"), *readable)


def name_of(session: Session, user_id: int | None) -> str:
    """Return a person's name; empty for nobody."""
    return session.scalar(select(User.name).where(User.id == user_id)) or ""


# ---------------------------------------------------------------- many cycles


@dataclass(frozen=True)
class CycleRow:
    """One cycle in a list."""

    id: int
    public_id: UUID
    version: int
    team_id: int
    team_public_id: UUID
    team: str
    ramp_id: int | None
    ramp_public_id: UUID | None
    ramp: str
    parent_id: int | None
    number: int
    title: str
    change: str
    who: str
    where: str
    stage: str
    outcome: str
    is_draft: bool
    is_quick: bool
    is_shared: bool
    scale: str
    scale_size: int | None
    starts_on: date | None
    ends_on: date | None
    began_on: date | None
    closed_at: datetime | None
    learned: str
    decision: str
    next_step: str
    reason: str
    updated_at: datetime

    @property
    def name(self) -> str:
        """Return what the cycle is called in lists."""
        return self.title or self.change or _("Test without a name")

    @property
    def place(self) -> str:
        """Return what sets the cycle apart on its ramp: a title of its own, else where and by whom, else
        the change."""
        own = self.title if self.title != self.ramp else ""
        return own or ", ".join(part for part in (self.where, self.who) if part) or self.change or self.name

    @property
    def is_open(self) -> bool:
        """Say whether the cycle waits for a step."""
        return self.stage != Stage.CLOSED


_OTHERS = {
    "team_public_id": Team.public_id,
    "team": Team.name,
    "ramp_public_id": Ramp.public_id,
    "ramp": func.coalesce(Ramp.title, ""),
}
ROW_COLUMNS: list[Any] = [
    _OTHERS.get(field.name, getattr(Cycle, field.name, None)) for field in fields(CycleRow)
]


def rows_visible_to(actor: Actor) -> Select[Any]:
    """Return the query for list rows of the cycles that *actor* may see."""
    return visible_to(actor).with_only_columns(*ROW_COLUMNS)


def cycles_needing_step(
    session: Session, actor: Actor, team_id: int | None, today: date, limit: int = 20
) -> list[CycleRow]:
    """Return the open cycles of a team, soonest due first: a plan by its start, anything else by its end.

    Args:
        team_id: ``None`` for every team the actor belongs to.
        today: in the network's time zone; what is due by then comes first of all.
    """
    query = _needing_step(actor, of_one=team_id is not None)
    return rows_of(CycleRow, session.execute(query, given(actor, team=team_id, today=today, most=limit)))


@ready
def _needing_step(actor: Actor, of_one: bool) -> Select[Any]:
    due = _due_column()
    team = Cycle.team_id == bindparam("team") if of_one else Cycle.team_id.in_(actor.teams)
    return (
        rows_visible_to(actor)
        .where(Cycle.stage != Stage.CLOSED.value, team)
        .order_by(due.is_(None), due > bindparam("today", type_=Date), due, Cycle.id)
        .limit(bindparam("most", type_=Integer))
    )


def _due_column() -> Any:
    return case((Cycle.stage == Stage.PLAN.value, Cycle.starts_on), else_=Cycle.ends_on)


def cycles_of_milestone(session: Session, actor: Actor, milestone_id: int) -> list[CycleRow]:
    """Return the visible cycles that serve a milestone, oldest first; for its page and its chart."""
    found = session.execute(_of_milestone(actor), given(actor, milestone=milestone_id))
    return rows_of(CycleRow, found)


@ready
def _of_milestone(actor: Actor) -> Select[Any]:
    return (
        rows_visible_to(actor)
        .join(CycleMilestone, CycleMilestone.cycle_id == Cycle.id)
        .where(CycleMilestone.milestone_id == bindparam("milestone"))
        .order_by(Cycle.starts_on.is_(None), Cycle.starts_on, Cycle.id)
    )


def list_cycles(
    session: Session,
    actor: Actor,
    *,
    team_id: int | None = None,
    stage: str | None = None,
    after: UUID | None = None,
    limit: int = 50,
) -> list[CycleRow]:
    """Return the visible cycles, newest first, ``limit + 1`` of them so that the caller knows if there are
    more.

    Args:
        after: the name of the last row of the page before.
    """
    query = _cycles(actor, of_team=team_id is not None, at_stage=bool(stage), goes_on=after is not None)
    values = given(actor, team=team_id, stage=stage, after=after, most=limit + 1)
    return rows_of(CycleRow, session.execute(query, values))


@ready
def _cycles(actor: Actor, of_team: bool, at_stage: bool, goes_on: bool) -> Select[Any]:
    query = rows_visible_to(actor).order_by(Cycle.id.desc()).limit(bindparam("most", type_=Integer))
    if of_team:
        query = query.where(Cycle.team_id == bindparam("team"))
    if at_stage:
        query = query.where(Cycle.stage == bindparam("stage"))
    if goes_on:
        last = select(Cycle.id).where(
            Cycle.public_id == bindparam("after"), in_network(actor, Cycle.network_id)
        )
        query = query.where(Cycle.id < last.scalar_subquery())
    return query


def list_predictions(session: Session, cycle_ids: Sequence[int]) -> dict[int, list[Prediction]]:
    """Return the predictions of cycles that were read by their rows, by cycle and in order."""
    found: dict[int, list[Prediction]] = {}
    rows = session.scalars(
        select(Prediction)
        .where(Prediction.cycle_id.in_(cycle_ids), Prediction.deleted_at.is_(None))
        .order_by(Prediction.cycle_id, Prediction.position, Prediction.id)
    )
    for prediction in rows:
        found.setdefault(prediction.cycle_id, []).append(prediction)
    return found
