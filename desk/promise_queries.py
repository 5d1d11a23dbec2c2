"""Reading the dated targets of the plans in force: milestones of any team, interim targets of the own."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Date,
    Integer,
    and_,
    bindparam,
    case,
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

from desk.series import Promise
from measures.models import Measure
from measures.rules import Direction, MeasureType
from milestones.models import InterimTarget, Milestone, Plan
from milestones.rows import YearOf, year_span
from nic_platform.actor import Actor
from teams.models import SchoolYear

_YEAR = and_(
    SchoolYear.network_id == Plan.network_id,
    SchoolYear.name == Plan.school_year,
    SchoolYear.deleted_at.is_(None),
)
Key = tuple[int, int]
"""The inner numbers of a team and a measure."""


@dataclass
class Promised:
    """What a team promised of one measure: the measure, and its dated targets in the order of the board."""

    measure: str
    kind: MeasureType
    direction: Direction
    unit: str
    dated: list[Promise] = field(default_factory=list)


def promises_of(
    session: Session, actor: Actor, teams: Sequence[int | None], today: date
) -> dict[Key, Promised]:
    """Return the dated targets of the teams' plans in force by team and measure; one statement.

    Drafts are left out. Interim targets come for the chosen team only.
    """
    found: dict[Key, Promised] = {}
    given = {"teams": list(teams), "own": actor.team_id}
    for row in session.execute(_dated(today), given):
        series = Promised(row.measure, row.type, row.direction, row.unit)
        found.setdefault((row.team_id, row.measure_id), series).dated.append(_promise(row))
    return found


@lru_cache(maxsize=8)
def _dated(today: date) -> Any:
    """Return the statement of a day, put together once; it asks for ``teams`` and the ``own`` one."""
    in_force = _in_force(today)
    promised = union_all(_milestones(in_force), _targets(in_force)).subquery()
    each = promised.c
    return (
        select(
            promised, Measure.name.label("measure"), Measure.type, Measure.direction, Measure.unit,
            Plan.school_year, SchoolYear.starts_on, SchoolYear.ends_on,
        )
        .join(Measure, Measure.id == each.measure_id)
        .join(Plan, Plan.id == each.plan_id)
        .outerjoin(SchoolYear, _YEAR)
        .order_by(each.is_outcome, each.due_on.is_(None), each.due_on, each.position, each.id)
    )  # fmt: skip


def _in_force(today: date) -> Any:
    """Return the inner number of each team's plan of the school year that *today* lies in, else its latest.

    The rule of :func:`milestones.plan_queries.current_plan`, for many teams in one statement.
    """
    ranked = (
        select(
            Plan.id,
            func.row_number()
            .over(
                partition_by=Plan.team_id,
                order_by=(
                    case((_is_of(today), 0), else_=1), Plan.school_year.desc(), Plan.id.desc()
                ),
            )
            .label("place"),
        )
        .outerjoin(SchoolYear, _YEAR)
        .where(Plan.team_id.in_(bindparam("teams", expanding=True)), Plan.deleted_at.is_(None))
        .subquery()
    )  # fmt: skip
    return select(ranked.c.id).where(ranked.c.place == 1)


def _is_of(today: date) -> ColumnElement[bool]:
    """Return whether a plan's school year holds a day; a year without dates, by its usual span."""
    usual = [
        f"{first}-%" for first in (today.year - 1, today.year)
        if year_span(str(first), None, None)[0] <= today <= year_span(str(first), None, None)[1]
    ]  # fmt: skip
    known = and_(SchoolYear.starts_on <= today, SchoolYear.ends_on >= today)
    is_open = or_(SchoolYear.starts_on.is_(None), SchoolYear.ends_on.is_(None))
    unknown = and_(is_open, or_(false(), *(Plan.school_year.like(name) for name in usual)))
    return or_(known, unknown)


def _milestones(in_force: Any) -> Any:
    return select(
        Milestone.public_id, Milestone.name, Milestone.what,
        func.coalesce(Milestone.due_on, Milestone.begins_on).label("due_on"), Milestone.target,
        Milestone.baseline, Milestone.shape, Milestone.rhythm, Milestone.tool, Milestone.population,
        Milestone.is_deliverable, literal(0).label("is_outcome"), Milestone.monitor_until, Milestone.team_id,
        Milestone.measure_id, Milestone.position, Milestone.id, Milestone.begins_on,
        Milestone.due_on.is_not(None).label("has_date"), Milestone.plan_id,
    ).where(
        Milestone.plan_id.in_(in_force), Milestone.deleted_at.is_(None), Milestone.is_draft.is_(False),
        Milestone.measure_id.is_not(None),
    )  # fmt: skip


def _targets(in_force: Any) -> Any:
    """Return the interim targets in the columns of :func:`_milestones`."""
    return select(
        InterimTarget.public_id, InterimTarget.name, literal(""), InterimTarget.due_on, InterimTarget.target,
        InterimTarget.baseline, literal(""), literal("monthly"), literal(""), cast(null(), Integer),
        literal(False), literal(1), cast(null(), Date), InterimTarget.team_id, InterimTarget.measure_id,
        InterimTarget.position, InterimTarget.id, cast(null(), Date), literal(True), InterimTarget.plan_id,
    ).where(
        InterimTarget.plan_id.in_(in_force), InterimTarget.deleted_at.is_(None),
        InterimTarget.team_id == bindparam("own", type_=Integer), InterimTarget.measure_id.is_not(None),
    )  # fmt: skip


def _promise(row: Any) -> Promise:
    year = YearOf(row.school_year, row.starts_on, row.ends_on)
    return Promise(
        id=row.public_id, name=row.name or row.what, due_on=row.due_on, target=row.target,
        baseline=row.baseline, shape=row.shape, rhythm=row.rhythm, tool=row.tool, population=row.population,
        is_deliverable=bool(row.is_deliverable), is_outcome=bool(row.is_outcome),
        monitor_until=year.watched_until(row.due_on, row.monitor_until),
        starts_on=row.begins_on if row.has_date else None,
        counts_from=year.counts_from(row.due_on, row.begins_on),
        counts_until=year.counts_until(row.due_on, row.monitor_until),
    )  # fmt: skip
