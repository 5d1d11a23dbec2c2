"""Reading what the health of inquiry and the calibration of predictions are counted from.

Only cycles that began count: drafts, and cycles closed as not run, are left out. Rows come as plain columns,
never entities, so that ten thousand cycles take a handful of statements and a fraction of a second.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Date,
    Integer,
    Select,
    and_,
    bindparam,
    case,
    exists,
    func,
    or_,
    select,
    type_coerce,
    union_all,
)
from sqlalchemy.orm import Session

from cycles.calibration import Foretold
from cycles.health import MONTH_DAYS, Inquiry, Year
from cycles.models import Cycle, Prediction, Ramp
from cycles.predictions import Expectation
from cycles.rules import Decision, Outcome, Stage
from measures.models import Measurement
from measures.queries import at_own_place, stands
from nic_platform.actor import Actor
from nic_platform.clock import day_of
from nic_platform.ready import given, ready
from teams.models import SchoolYear, Team, TeamReach
from teams.queries import in_network, reads_team

_BEGAN = func.coalesce(Cycle.began_on, Cycle.starts_on)
_ENDED = func.coalesce(Cycle.ended_on, Cycle.ends_on)


@dataclass(frozen=True)
class Scope:
    """Whose cycles are meant: one team's, those of the teams below one, or the whole network's.

    ``is_pooled`` is for those who read no team by name: they get sums of the network, and small ones hidden.
    """

    team_id: int | None = None
    below_id: int | None = None
    is_pooled: bool = False


def begun_in(actor: Actor, scope: Scope) -> ColumnElement[bool]:
    """Return the condition that a cycle began, lies in the scope, and may be counted for *actor*.

    A team's cycles only for those who read its work; the network's also for its analysts, who get sums.
    """
    reads = [] if scope.is_pooled and actor.is_analyst else [reads_team(actor, Cycle.team_id)]
    if scope.team_id is not None:
        reads.append(Cycle.team_id == scope.team_id)
    if scope.below_id is not None:
        below = select(TeamReach.below_id).where(TeamReach.above_id == scope.below_id)
        reads.append(Cycle.team_id.in_(below))
    return and_(
        in_network(actor, Cycle.network_id),
        Cycle.deleted_at.is_(None),
        Cycle.is_draft.is_(False),
        Cycle.outcome != Outcome.NOT_RUN.value,
        *reads,
    )


def has_teams_below(session: Session, actor: Actor, team_id: int | None) -> bool:
    """Say whether any team lifts to this one; one statement."""
    if team_id is None:
        return False
    query = select(TeamReach.below_id).join(Team, Team.id == TeamReach.below_id)
    query = query.where(TeamReach.above_id == team_id, in_network(actor, Team.network_id))
    return session.execute(query.where(Team.deleted_at.is_(None)).limit(1)).first() is not None


def list_years(session: Session, actor: Actor) -> list[Year]:
    """Return the network's school years, oldest first."""
    rows = session.execute(
        select(SchoolYear.name, SchoolYear.starts_on, SchoolYear.ends_on)
        .where(in_network(actor, SchoolYear.network_id), SchoolYear.deleted_at.is_(None))
        .order_by(SchoolYear.starts_on)
    )
    return [Year(*row) for row in rows]


@dataclass(frozen=True)
class Begun:
    """How many cycles of a team began, and how many of them carry a written prediction."""

    cycles: int = 0
    predicted: int = 0


def count_begun(session: Session, actor: Actor, team_id: int | None) -> Begun:
    """Return the line of a team's inquiry that other pages show; one statement. Without a team, of all."""
    counted = _count_begun(actor, of_one=team_id is not None)
    return Begun(*session.execute(counted, given(actor, team=team_id)).one())


@ready
def _count_begun(actor: Actor, *, of_one: bool) -> Select[int, int]:
    query = select(func.count(Cycle.id), func.coalesce(func.sum(case((_is_predicted(), 1), else_=0)), 0))
    query = query.where(begun_in(actor, Scope()))
    return query.where(Cycle.team_id == bindparam("team", type_=Integer)) if of_one else query


def _is_predicted() -> ColumnElement[bool]:
    expects = or_(
        func.trim(Prediction.expected) != "",
        Prediction.number.is_not(None),
        Prediction.low.is_not(None),
        Prediction.high.is_not(None),
    )
    return exists().where(Prediction.cycle_id == Cycle.id, Prediction.deleted_at.is_(None), expects)


# ---------------------------------------------------------------- health of inquiry


def list_inquiries(session: Session, actor: Actor, scope: Scope) -> list[Inquiry]:
    """Return what counts of every cycle that began; at most three statements, however many there are."""
    found = [_inquiry(row, actor.time_zone) for row in session.execute(_facts(actor, scope))]
    edges = {row[0]: (row[1], row[2]) for row in session.execute(_edges(actor, scope))}
    told = [replace(each, data_on=edges.get(each.id, ())) for each in found]
    unsure = {each.id for each in told if _needs_days(each)}
    if not unsure:
        return told
    days: dict[int, list[date]] = {}
    for cycle_id, on in session.execute(_days(actor, scope)):
        if cycle_id in unsure:
            days.setdefault(cycle_id, []).append(on)
    return [replace(each, data_on=days[each.id]) if each.id in days else each for each in told]


def _facts(actor: Actor, scope: Scope) -> Any:
    told = _is_predicted()
    data = or_(Cycle.measure_id.is_not(None), func.trim(Cycle.data_to_collect) != "")
    written = [func.trim(column) != "" for column in (Cycle.change, Cycle.observations, Cycle.learned)]
    documented = and_(*written, Cycle.decision.in_([each.value for each in Decision]))
    return (
        select(
            Cycle.id, Cycle.team_id, Ramp.id, Cycle.parent_id, Cycle.number, Cycle.stage, documented, told,
            data, Cycle.scale, Cycle.scale_size, _BEGAN, _ENDED, Cycle.created_at, Cycle.closed_at,
        )
        .outerjoin(Ramp, and_(Ramp.id == Cycle.ramp_id, Ramp.deleted_at.is_(None)))
        .where(begun_in(actor, scope))
        .order_by(Cycle.id)
    )  # fmt: skip


def _inquiry(row: Any, zone: str) -> Inquiry:
    (number, team, ramp, parent, place, stage, documented, told, data, scale, size, began, ended, made,
     closed) = row  # fmt: skip
    return Inquiry(
        ramp=ramp, number=place, reached_act=bool(documented), is_open=stage != Stage.CLOSED,
        has_prediction=bool(told), scale=scale, scale_size=size, starts_on=began or day_of(made, zone),
        ends_on=ended or (day_of(closed, zone) if began and closed else None), plans_data=bool(data),
        id=number, parent=parent, team=team,
    )  # fmt: skip


def _points(actor: Actor, scope: Scope) -> Any:
    """Return the days on which something was measured for a cycle: its own data, and its measure's."""
    own = (
        select(Cycle.id.label("cycle"), Measurement.observed_on.label("day"))
        .join(Measurement, Measurement.cycle_id == Cycle.id)
        .where(begun_in(actor, scope), stands(), Measurement.observed_on.between(_BEGAN, _ENDED))
    )
    series = (
        select(Cycle.id.label("cycle"), Measurement.observed_on.label("day"))
        .join(
            Measurement,
            and_(Measurement.measure_id == Cycle.measure_id, Measurement.team_id == Cycle.team_id),
        )
        .where(begun_in(actor, scope), stands(), Measurement.observed_on.between(_BEGAN, _ENDED))
        .where(at_own_place())
    )
    return union_all(own, series).subquery()


def _edges(actor: Actor, scope: Scope) -> Any:
    """Return the first and last day with data of each cycle that has any: mostly enough to judge by."""
    points = _points(actor, scope)
    first, last = (type_coerce(each(points.c.day), Date) for each in (func.min, func.max))
    return select(points.c.cycle, first, last).group_by(points.c.cycle)


def _days(actor: Actor, scope: Scope) -> Any:
    points = _points(actor, scope)
    long = [Cycle.id == points.c.cycle, _ENDED.is_not(None), _BEGAN.is_not(None)]
    return select(points.c.cycle, points.c.day).join(Cycle, and_(*long)).distinct()


def _needs_days(each: Inquiry) -> bool:
    """Say whether the days between the first and the last with data decide: else these two do."""
    if each.starts_on is None or each.ends_on is None or not each.data_on:
        return False
    first, last, month = each.data_on[0], each.data_on[-1], timedelta(days=MONTH_DAYS)
    return last - first > month and first - each.starts_on <= month and each.ends_on - last <= month


# ---------------------------------------------------------------- predictions


def list_foretold(session: Session, actor: Actor, scope: Scope) -> list[Foretold]:
    """Return the predictions of the cycles that began; one statement. Rows that expect nothing are none."""
    rows = session.execute(
        select(
            Prediction.number, Prediction.low, Prediction.high, Prediction.unit, Prediction.out_of,
            Prediction.result_number, Prediction.result_of, Prediction.locked_at, Prediction.verdict, _BEGAN,
            _ENDED, Prediction.question, Cycle.public_id, Prediction.expected,
            Cycle.team_id,
        )
        .join(Cycle, Cycle.id == Prediction.cycle_id)
        .where(begun_in(actor, scope), Prediction.deleted_at.is_(None))
        .order_by(func.coalesce(_ENDED, _BEGAN), Prediction.id)
    )  # fmt: skip
    return list(_foretold(rows))


def _foretold(rows: Iterable[Any]) -> Iterable[Foretold]:
    for (
        number,
        low,
        high,
        unit,
        out_of,
        got,
        got_of,
        locked,
        verdict,
        began,
        ended,
        asked,
        key,
        said,
        team,
    ) in rows:
        expectation = Expectation(number, low, high, unit or "", out_of)
        if expectation.is_empty and not said.strip():
            continue
        result = None if verdict == "unclear" else got
        yield Foretold(
            expectation,
            out_of,
            result,
            got_of,
            locked is not None,
            ended or began,
            asked or said,
            key,
            team,
        )
