"""Reading how strategies run: milestones met × results moving, of one plan or of a hundred."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import and_, bindparam, select
from sqlalchemy.orm import Session

from measures.models import Measure
from measures.queries import Record, SeriesKey, records, standing_records
from measures.rules import Direction, MeasureType
from milestones.course import Path, Result, StrategyCourse, read_result, read_strategy
from milestones.milestone_queries import milestone_row, milestones_query, reads_milestone
from milestones.models import Checkpoint, InterimTarget, Milestone, Plan, Strand, Strategy
from milestones.plan_queries import plans_query
from milestones.rows import MilestoneRow, PlanRow
from milestones.rules import Standing, Step
from milestones.status_queries import readings, seen, series_key, standings_of
from nic_platform.actor import Actor
from nic_platform.ready import given, ready

SUMMER = timedelta(days=60)  # before the school year, in which its first values may be counted


@dataclass(frozen=True)
class StrategyRow:
    """One strategy of a plan with the numbers of its strands."""

    id: int
    public_id: UUID
    plan_id: int
    name: str
    strands: frozenset[int]


@dataclass(frozen=True)
class GoalRow:
    """One interim target with its checkpoints, and which measurements are its own."""

    id: int
    public_id: UUID
    plan_id: int
    team_id: int
    strategy_id: int | None
    measure_id: int | None
    name: str
    type: MeasureType
    direction: Direction
    counts_students: bool
    baseline: float | None
    target: float | None
    due_on: date | None
    subgroup_set: str
    subgroup: str
    expected_n: int | None
    checkpoints: tuple[Step, ...] = ()

    @property
    def steps(self) -> tuple[Step, ...]:
        """Return every value that is to be reached by a date: the checkpoints, and the target itself."""
        own = (Step(self.due_on, self.target),) if self.due_on and self.target is not None else ()
        return tuple(sorted((*self.checkpoints, *own), key=lambda step: step.due_on))


@dataclass(frozen=True)
class PlanCourse:
    """How the strategies of one plan run; ``standings`` are its milestones' on the board, by number."""

    plan: PlanRow
    strategies: tuple[StrategyCourse, ...]
    milestones: tuple[MilestoneRow, ...]
    standings: Mapping[int, Standing]


def courses(session: Session, actor: Actor, plans: Sequence[PlanRow], day: date) -> list[PlanCourse]:
    """Return how the strategies of *plans* run at the end of *day*; four statements however many.

    The caller read the plans through a query scoped by *actor*. Where small groups of students are hidden
    from the reader, nothing is told of how they move.
    """
    ids = [plan.id for plan in plans]
    if not ids:
        return []
    strategies = strategies_of(session, ids)
    milestones = _milestones(session, actor, ids)
    goals = goals_of(session, ids)
    keys = {key for row in milestones if (key := series_key(row))}
    keys |= {(goal.measure_id, goal.team_id) for goal in goals if goal.measure_id is not None}
    found = records(session, keys, subgroup=None)
    return [
        _course(
            _Sight(actor, plan, found, day),
            [row for row in strategies if row.plan_id == plan.id],
            [row for row in milestones if row.plan_id == plan.id],
            [goal for goal in goals if goal.plan_id == plan.id],
        )
        for plan in plans
    ]


def current_plans(session: Session, actor: Actor, team_ids: Collection[int], day: date) -> list[PlanRow]:
    """Return for each team its plan of the school year that *day* lies in, else its latest; one statement."""
    if not team_ids:
        return []
    found = session.execute(_plans(actor), given(actor, teams=sorted(team_ids)))
    rows = [PlanRow(*row) for row in found]
    by_team: dict[int, list[PlanRow]] = defaultdict(list)
    for row in rows:
        by_team[row.team_id].append(row)
    return [next((r for r in own if r.span[0] <= day <= r.span[1]), own[0]) for own in by_team.values()]


@ready
def _plans(actor: Actor) -> Any:
    query = plans_query(actor).where(Plan.team_id.in_(bindparam("teams", expanding=True)))
    return query.order_by(Plan.school_year.desc(), Plan.id.desc())


def strategies_of(session: Session, plan_ids: Collection[int]) -> list[StrategyRow]:
    """Return the strategies of plans in order, with their strands; one statement."""
    rows = session.execute(_strategies(), {"plans": sorted(plan_ids)})
    heads: dict[int, tuple[UUID, int, str]] = {}
    strands: dict[int, set[int]] = defaultdict(set)
    for number, public_id, plan_id, name, strand_id in rows:
        heads[number] = (public_id, plan_id, name)
        strands[number] |= {strand_id} - {None}
    return [StrategyRow(key, *head, frozenset(strands[key])) for key, head in heads.items()]


_IN_PLANS: Any = bindparam("plans", expanding=True)


@cache
def _strategies() -> Any:
    return (
        select(Strategy.id, Strategy.public_id, Strategy.plan_id, Strategy.name, Strand.id)
        .outerjoin(Strand, and_(Strand.strategy_id == Strategy.id, Strand.deleted_at.is_(None)))
        .where(Strategy.plan_id.in_(_IN_PLANS), Strategy.deleted_at.is_(None))
        .order_by(Strategy.plan_id, Strategy.position, Strategy.id)
    )


def _milestones(session: Session, actor: Actor, plan_ids: Collection[int]) -> list[MilestoneRow]:
    rows = session.execute(_of_plans(actor), given(actor, plans=sorted(plan_ids)))
    return [milestone_row(row) for row in rows]


@ready
def _of_plans(actor: Actor) -> Any:
    query = milestones_query().where(reads_milestone(actor), Milestone.plan_id.in_(_IN_PLANS))
    return query.where(Milestone.is_draft.is_(False), Milestone.goal_id.is_(None))


def goals_of(session: Session, plan_ids: Collection[int]) -> list[GoalRow]:
    """Return the interim targets of plans by date, with their checkpoints; one statement."""
    heads: dict[int, list[Any]] = {}
    steps: dict[int, list[Step]] = defaultdict(list)
    for *head, on, target in session.execute(_goals(), {"plans": sorted(plan_ids)}):
        heads.setdefault(head[0], head)
        if on is not None:
            steps[head[0]].append(Step(on, target))
    return [_goal(head, steps[key]) for key, head in heads.items()]


@cache
def _goals() -> Any:
    return (
        select(
            InterimTarget.id, InterimTarget.public_id, InterimTarget.plan_id, InterimTarget.team_id,
            InterimTarget.strategy_id, InterimTarget.measure_id, InterimTarget.name, Measure.type,
            Measure.direction, Measure.counts_students, InterimTarget.baseline, InterimTarget.target,
            InterimTarget.due_on, InterimTarget.subgroup_set, InterimTarget.subgroup,
            InterimTarget.expected_n, Checkpoint.due_on, Checkpoint.target,
        )
        .outerjoin(Measure, Measure.id == InterimTarget.measure_id)
        .outerjoin(
            Checkpoint,
            and_(Checkpoint.interim_target_id == InterimTarget.id, Checkpoint.deleted_at.is_(None)),
        )
        .where(InterimTarget.plan_id.in_(_IN_PLANS), InterimTarget.deleted_at.is_(None))
        .order_by(InterimTarget.due_on, InterimTarget.id, Checkpoint.due_on)
    )  # fmt: skip


def _goal(head: list[Any], steps: Sequence[Step]) -> GoalRow:
    for at, otherwise in ((7, MeasureType.PROPORTION), (8, Direction.UP), (9, True), (13, ""), (14, "")):
        head[at] = otherwise if head[at] is None else head[at]
    cells = [*head, tuple(steps)]
    return GoalRow(*cells)


class _Sight:
    """What one reader may see of the numbers of a plan, on a day."""

    def __init__(
        self, actor: Actor, plan: PlanRow, found: Mapping[SeriesKey, list[Record]], day: date
    ) -> None:
        self.actor, self.plan, self.found, self.day = actor, plan, found, day
        self.zone = ZoneInfo(actor.time_zone)

    def milestones(self, rows: Sequence[MilestoneRow]) -> dict[int, Standing]:
        """Return how milestones stand, by number."""
        shown = {}
        for row in rows:
            key = series_key(row)
            if key is not None:
                whole = [record for record in self.found.get(key, ()) if not record.subgroup]
                shown[key] = self._seen(whole, row)
        return standings_of(rows, shown, self.day, self.zone)

    def result(self, goals: Sequence[GoalRow]) -> Result:
        """Return how one outcome moves; *goals* are the interim targets that share it, by date."""
        first, last = goals[0], goals[-1]
        steps = tuple(sorted((step for goal in goals for step in goal.steps), key=lambda step: step.due_on))
        due = [goal for goal in goals if goal.due_on and goal.due_on <= self.day]
        named = due[-1] if due else first
        path = Path(
            named.name, named.public_id, first.baseline, steps, first.direction, last.expected_n,
            first.measure_id is not None, "%" if first.type is MeasureType.PROPORTION else "",
        )  # fmt: skip
        whole = self._records(first)
        known = self._seen(whole, first)
        is_hidden = len(standing_records(known)) < len(standing_records(whole))
        told = readings(known, first.type, self.zone)
        return read_result(path, told, self.day, self.actor.minimum_cell, is_hidden=is_hidden)

    def _records(self, goal: GoalRow) -> list[Record]:
        """Return the measurements of an interim target's own group, of this school year."""
        whole = self.found.get((goal.measure_id or 0, goal.team_id), [])
        wanted = (goal.subgroup_set, goal.subgroup) if goal.subgroup else ("", "")
        since = self.plan.span[0] - SUMMER
        return [
            r for r in whole
            if r.on >= since and ((r.subgroup_set, r.subgroup) == wanted if goal.subgroup else not r.subgroup)
        ]  # fmt: skip

    def _seen(self, found: list[Record], row: MilestoneRow | GoalRow) -> list[Record]:
        return seen(
            self.actor, found, row.type, counts_students=row.counts_students, is_above=self.plan.is_above
        )


def _course(
    sight: _Sight, strategies: Sequence[StrategyRow], rows: Sequence[MilestoneRow], goals: Sequence[GoalRow]
) -> PlanCourse:
    """Return how a plan's strategies run. What hangs on none counts for the only one, where there is one."""
    standings = sight.milestones(rows)
    strands = {strand for row in strategies for strand in row.strands}
    known = {row.id for row in strategies}
    is_only = len(strategies) == 1
    read = []
    for strategy in strategies:
        own = [
            row
            for row in rows
            if row.strand_id in strategy.strands or (is_only and row.strand_id not in strands)
        ]
        serving = [
            goal
            for goal in goals
            if goal.strategy_id == strategy.id or (is_only and goal.strategy_id not in known)
        ]
        read.append(
            read_strategy(
                strategy.public_id,
                strategy.name,
                [(row.date, standings[row.id]) for row in own],
                [sight.result(mates) for mates in _outcomes(serving)],
                sight.day,
            )
        )
    return PlanCourse(sight.plan, tuple(read), tuple(rows), standings)


def _outcomes(goals: Sequence[GoalRow]) -> list[list[GoalRow]]:
    """Return interim targets by what they are measured on: those of one measure and group are one outcome."""
    groups: dict[Any, list[GoalRow]] = defaultdict(list)
    for goal in goals:
        groups[(goal.measure_id, goal.subgroup_set, goal.subgroup) if goal.measure_id else goal.id].append(
            goal
        )
    return list(groups.values())


def standings_of_plan(
    session: Session, actor: Actor, plan: PlanRow, day: date
) -> dict[int, tuple[MilestoneRow, Standing]]:
    """Return a plan's milestones on the board with how they stand on *day*, by number; two statements."""
    rows = _milestones(session, actor, [plan.id])
    found = records(session, {key for row in rows if (key := series_key(row))}, subgroup=None)
    standings = standings_in(actor, plan, rows, found, day)
    return {row.id: (row, standings[row.id]) for row in rows}


def standings_in(
    actor: Actor,
    plan: PlanRow,
    rows: Sequence[MilestoneRow],
    found: Mapping[SeriesKey, list[Record]],
    day: date,
) -> dict[int, Standing]:
    """Return how milestones of a plan stand on *day*, from what was read of their whole series."""
    return _Sight(actor, plan, found, day).milestones(rows)
