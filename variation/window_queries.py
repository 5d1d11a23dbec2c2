"""Reading the points that the evidence of ideas rests on: those around each test, and nothing else.

Two statements, however many measurements there are: the six points on each side of each test's first day,
found by two looks into the index of the series, then the points of comparable teams over the same span of
days. So what a page reads grows with the tests it tells of, never with the years that teams have counted.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

import numpy as np
from sqlalchemy import (
    ColumnElement,
    Date,
    Select,
    String,
    and_,
    case,
    func,
    or_,
    select,
    type_coerce,
    union,
)  # fmt: skip
from sqlalchemy.orm import Session

from cycles.models import Cycle, CycleMilestone, Ramp
from measures import publishing
from measures.models import Measurement
from measures.pooled_queries import day_keeps_groups
from measures.queries import stands
from measures.suppression import Who
from milestones.models import Milestone
from nic_platform import looks
from nic_platform.actor import Actor
from teams.queries import in_network
from variation.effects import POINTS, Kind
from variation.evidence import Others
from variation.evidence_rows import Judged
from variation.many_effects import Panel
from variation.tested_queries import STARTED, begun

_EVER = date(1, 1, 1), date(9999, 12, 31)
_EPOCH = np.datetime64("0001-01-01", "D")


def around(
    session: Session,
    actor: Actor,
    judged: Mapping[int, Judged],
    *,
    chosen: bool = False,
    teams: Collection[int] | None = None,
) -> dict[int, Panel]:
    """Return by each measure's number the points on both sides of each team's first test; one statement.

    Only what may be published of each point by itself counts (:func:`measures.publishing.stand`), so that
    whatever is pooled from it, and subtracted, gives nothing of a small group away.

    Args:
        judged: the measure of each idea, by the idea's number.
        chosen: whether to read also the last points before each team chose the milestone that it tests for.
        teams: the only ones whose points are wanted.
    """
    if not judged:
        return {}
    seeds = _seeds(actor, judged, chosen, teams).cte("seed")
    bounds = _bounds(actor, judged.values(), seeds).cte("bound").prefix_with("MATERIALIZED")
    inside = and_(
        Measurement.measure_id == bounds.c.measure, Measurement.team_id == bounds.c.team,
        Measurement.observed_on >= bounds.c.first, Measurement.observed_on <= bounds.c.last,
    )  # fmt: skip
    query = _points().select_from(bounds).join(Measurement, inside).where(_whole(actor))
    if any(each.counts_students for each in judged.values()):
        query = query.where(_keeps_groups(actor, judged.values()))
    return _panels(session, actor, judged.values(), query)


def of_others(
    session: Session, actor: Actor, judged: Mapping[int, Judged], others: Mapping[int, Others]
) -> dict[int, Panel]:
    """Return by each measure's number the points of the teams beside its ideas; one statement."""
    wanted: dict[int, tuple[Judged, set[int], list[int]]] = {}
    for idea, each in others.items():
        found = wanted.setdefault(judged[idea].id, (judged[idea], set(), []))
        found[1].update(each.numbers)
        found[2].extend(each.span)
    if not wanted:
        return {}
    spans = [
        and_(
            Measurement.measure_id == one.id, Measurement.team_id.in_(sorted(teams)),
            Measurement.observed_on >= date.fromordinal(min(days)),
            Measurement.observed_on <= date.fromordinal(max(days)), _publishable(actor, one),
        )
        for one, teams, days in wanted.values()
    ]  # fmt: skip
    query = _points().where(or_(*spans), _whole(actor))
    return _panels(session, actor, [one for one, _teams, _days in wanted.values()], query)


def _seeds(actor: Actor, judged: Mapping[int, Judged], chosen: bool, teams: Collection[int] | None) -> Any:
    """Return measure, team and day of what points are wanted around."""
    measure = case({idea: each.id for idea, each in judged.items()}, value=Ramp.idea_id).label("measure")
    wanted = and_(begun(actor), Ramp.idea_id.in_(sorted(judged)))
    if teams is not None:
        wanted = and_(wanted, Cycle.team_id.in_(sorted(teams)))
    tests = (
        select(measure, Cycle.team_id.label("team"), func.min(STARTED).label("day"))
        .join(Ramp, Ramp.id == Cycle.ramp_id)
        .where(wanted)
        .group_by(Ramp.idea_id, Cycle.team_id)
        .having(func.min(STARTED).is_not(None))
    )
    if not chosen:
        return tests.distinct()
    # The day is UTC's here: the six points after it hold what a time zone puts on the day before.
    milestones = (
        select(measure, Cycle.team_id, func.date(func.max(Milestone.created_at), type_=Date))
        .join(Ramp, Ramp.id == Cycle.ramp_id)
        .join(CycleMilestone, CycleMilestone.cycle_id == Cycle.id)
        .join(Milestone, and_(Milestone.id == CycleMilestone.milestone_id, Milestone.measure_id == measure))
        .where(wanted, Milestone.deleted_at.is_(None))
        .group_by(Ramp.idea_id, Cycle.team_id)
    )
    return union(tests, milestones)


def _bounds(actor: Actor, judged: Iterable[Judged], seeds: Any) -> Select[Any]:
    """Return for each seed the day of the earliest point that is wanted, and of the latest."""
    on = Measurement.observed_on
    series = (
        select(on)
        .where(Measurement.measure_id == seeds.c.measure, Measurement.team_id == seeds.c.team)
        .where(_fits(actor, judged))
        .limit(1)
        .correlate(seeds)
    )
    before = series.where(on <= seeds.c.day).order_by(on.desc()).offset(POINTS - 1)
    after = series.where(on > seeds.c.day).order_by(on).offset(POINTS - 1)
    return select(
        seeds.c.measure, seeds.c.team, func.coalesce(before.scalar_subquery(), _EVER[0]).label("first"),
        func.coalesce(after.scalar_subquery(), _EVER[1]).label("last"),
    )  # fmt: skip


def _points() -> Any:
    # A day is read as the database writes it: numpy makes days of a whole column at once.
    return select(
        Measurement.id, Measurement.measure_id, Measurement.team_id,
        type_coerce(Measurement.observed_on, String), func.coalesce(Measurement.count, Measurement.value),
        Measurement.population,
    )  # fmt: skip


def _whole(actor: Actor) -> ColumnElement[bool]:
    return and_(
        in_network(actor, Measurement.network_id), stands(), Measurement.subgroup_set == "",
        Measurement.subgroup == "",
    )  # fmt: skip


def _fits(actor: Actor, judged: Iterable[Judged]) -> ColumnElement[bool]:
    """Return the condition that a point of these measures may be published by itself."""
    kinds: dict[tuple[Kind, bool], list[Judged]] = {}
    for each in judged:
        kinds.setdefault((each.kind, each.counts_students), []).append(each)
    if len(kinds) == 1:
        return and_(_whole(actor), *(_publishable(actor, some[0]) for some in kinds.values()))
    ways = [
        and_(Measurement.measure_id.in_(sorted({one.id for one in some})), _publishable(actor, some[0]))
        for some in kinds.values()
    ]
    return and_(_whole(actor), or_(*ways))


def _keeps_groups(actor: Actor, judged: Iterable[Judged]) -> ColumnElement[bool]:
    """Return the condition that a day's total of students gives none of its groups away."""
    adults = sorted({each.id for each in judged if not each.counts_students})
    return or_(Measurement.measure_id.in_(adults), day_keeps_groups(actor.minimum_cell))


def _publishable(actor: Actor, judged: Judged) -> ColumnElement[bool]:
    """Return :func:`fitting` as a condition of a measurement, for measures of this one's kind."""
    count, least = func.coalesce(Measurement.count, Measurement.value), actor.minimum_cell
    base = func.coalesce(Measurement.population, 1.0)
    wanted: list[Any] = [count.is_not(None)]
    if judged.counts_students:
        wanted.append(day_keeps_groups(least))
    if judged.kind is Kind.COUNT:
        wanted.append(count >= (least if judged.counts_students else 0))
    elif judged.kind is not Kind.CONTINUOUS:
        wanted += [base > 0, count >= 0, base >= least]
        if judged.counts_students:
            wanted += [count >= least, base - count >= least]
        if judged.kind is Kind.PROPORTION:
            wanted.append(count <= base)
    return and_(*wanted)


def fitting(judged: Judged, count: Any, base: Any, minimum: int) -> Any:
    """Return which points may be published by themselves, in columns."""
    fit = np.ones(len(count), bool)
    if judged.kind is Kind.CONTINUOUS:
        return fit
    if judged.kind is Kind.COUNT:
        return count >= (minimum if judged.counts_students else 0)
    who = Who.STUDENTS if judged.counts_students else Who.ADULTS
    fit = (base > 0) & (count >= 0) & publishing.stand(count, base, fit, who, minimum)
    return fit & (count <= base) if judged.kind is Kind.PROPORTION else fit


def _panels(session: Session, actor: Actor, judged: Iterable[Judged], query: Select[Any]) -> dict[int, Panel]:
    measures = {each.id: each for each in judged}
    found = session.connection().execute(query)
    # As the driver gives them: a hundred thousand named rows would take as long as reading them.
    rows = found.cursor.fetchall() if found.cursor else []
    found.close()
    ids, number, team, on, count, base = zip(*rows, strict=True) if rows else ((),) * 6
    _ids, kept = np.unique(np.array(ids, np.int64), return_index=True)  # windows of two tests may meet
    which = np.array(number, np.int64)[kept]
    columns = [np.array(team, np.int64)[kept], _days(on)[kept], np.array(count, np.float64)[kept]]
    columns.append(np.array([1.0 if each is None else each for each in base], np.float64)[kept])
    return {
        key: _panel(each, [column[which == key] for column in columns], actor.minimum_cell)
        for key, each in measures.items()
    }


def _days(on: Sequence[Any]) -> Any:
    return (np.array(on, "datetime64[D]") - _EPOCH).astype(np.int64) + 1


def _panel(judged: Judged, columns: Sequence[Any], minimum: int) -> Panel:
    team, days, count, base = columns
    if judged.kind in (Kind.CONTINUOUS, Kind.COUNT):
        base = np.ones(len(base))
    fit = fitting(judged, count, base, minimum)
    if judged.counts_students and fit.any():
        looks.note()
    return Panel(team[fit], days[fit], count[fit], base[fit], judged.kind)
