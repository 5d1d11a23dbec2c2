"""Reading what was counted for a cycle, as far as the reader may see it: points, groups, what they offer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from sqlalchemy import and_, case, func, or_, select
from sqlalchemy.orm import Session, contains_eager

from cycles import data_points, whose
from cycles.choice_queries import MilestoneChoice
from cycles.data_points import GroupTable, Offer, Point, Sight, Sort
from cycles.models import Cycle, CycleMilestone, Prediction
from cycles.queries import expectation_of, may_read
from cycles.whose import Behind, Reading
from measures import policies as measure_policies
from measures.models import Measure, Measurement
from measures.queries import Record, SeriesKey, is_above, records, standing_records
from measures.rules import Direction, MeasureType
from measures.suppression import Who
from milestones import milestone_queries, status_queries
from milestones.models import Milestone
from milestones.rows import MilestoneRow
from nic_platform.actor import Actor
from nic_platform.errors import AbsentError
from nic_platform.text import _
from teams.queries import reads_team


@dataclass(frozen=True)
class Measured:
    """The measure whose counts tell of a cycle: its own, or else that of the first milestone it serves."""

    public_id: UUID | None
    name: str
    sort: Sort
    direction: Direction
    counts_students: bool
    is_own: bool  # chosen in the cycle's plan, so that counts may be typed into the cycle

    @property
    def kind(self) -> MeasureType:
        """Return what its numbers are."""
        return self.sort.kind


@dataclass(frozen=True)
class Beside:
    """The milestone that a cycle serves first, with its series and what was written down for it."""

    row: MilestoneRow
    series: Sequence[MilestoneRow]
    found: Mapping[SeriesKey, Sequence[Record]]
    is_above: bool


@dataclass(frozen=True)
class Data:
    """What was counted. ``points`` is everything, for the team's own eyes; ``seen`` what the reader may see.

    ``heirs`` tells of each point that was corrected which one stands for it now.
    """

    measure: Measured | None = None
    behind: Behind = field(default_factory=Behind)
    sight: Sight = field(default_factory=Sight)
    points: tuple[Point, ...] = ()
    own: tuple[Point, ...] = ()
    seen: tuple[Point, ...] = ()
    span: tuple[date | None, date] = (None, date.max)
    beside: Beside | None = None
    heirs: dict[str, str] = field(default_factory=dict)

    @property
    def in_days(self) -> list[Point]:
        """Return the points that tell of the cycle: its own, else those of its measure in its days."""
        return data_points.chosen(self.points, *self.span)

    @property
    def hides_a_day(self) -> bool:
        """Say whether one of the cycle's counts is hidden from the reader."""
        shown = {point.id for point in self.seen}
        return any(point.id not in shown for point in self.in_days if not point.group)

    def offers(self, prediction: Prediction) -> list[Offer]:
        """Return the results that a prediction can take over from what was counted."""
        if self.measure is None:
            return []
        expected = expectation_of(prediction)
        if not data_points.fits(expected, prediction.out_of, self.measure.kind):
            return []
        return data_points.offers(self.in_days, self.measure.kind, self.measure.sort.unit)

    def groups(self) -> list[GroupTable]:
        """Return what was counted in each group, as far as the reader may see it."""
        if self.measure is None:
            return []
        return data_points.group_tables(self.in_days, self.measure.sort, self.sight)

    def instead_of(self, prediction: Prediction) -> str:
        """Return the words in place of a prediction's result; empty where the reader may see it."""
        kind, unit = (self.measure.kind, self.measure.sort.unit) if self.measure else (None, "")
        hides = self.measure is not None and self.hides_a_day
        return whose.instead_of(prediction, self.behind, Reading(kind, unit, hides))


def behind_of(session: Session, actor: Actor, cycles: Mapping[int, int]) -> dict[int, Behind]:
    """Return how *actor* stands to cycles that they may read, and what the measures behind them count.

    One statement, none where all of them are of the actor's own teams.

    Args:
        cycles: the team of each.
    """
    found = {cycle: Behind(team_id=team) for cycle, team in cycles.items() if actor.in_team(team)}
    others = sorted(set(cycles) - set(found))
    if not others:
        return found
    measured = or_(Measure.id == Cycle.measure_id, Measure.id == Milestone.measure_id)
    students = func.max(case((Measure.counts_students.is_(True), 1), (Measure.id.is_not(None), 0)))
    query = (
        select(Cycle.id, is_above(actor, Cycle.team_id), reads_team(actor, Cycle.team_id), students)
        .outerjoin(CycleMilestone, CycleMilestone.cycle_id == Cycle.id)
        .outerjoin(
            Milestone, and_(Milestone.id == CycleMilestone.milestone_id, Milestone.deleted_at.is_(None))
        )
        .outerjoin(Measure, measured)
        .where(Cycle.id.in_(others))
        .group_by(Cycle.id, Cycle.team_id)
    )
    for cycle, above, by_name, counted in session.execute(query):
        counts = None if counted is None else bool(counted)
        found[cycle] = Behind(False, bool(above), bool(by_name), counts, actor.minimum_cell, cycles[cycle])
    return found


def _behind(session: Session, actor: Actor, cycle: Cycle, served: Sequence[MilestoneChoice]) -> Behind:
    """Return the same of one cycle; no statement where milestones that it serves tell it."""
    if actor.in_team(cycle.team_id) or not served:
        return behind_of(session, actor, {cycle.id: cycle.team_id})[cycle.id]
    counted = {each.counts_students for each in served} - {None}
    if cycle.measure is not None:
        counted.add(cycle.measure.counts_students)
    return Behind(
        False, served[0].is_above, served[0].by_name, any(counted) if counted else None, actor.minimum_cell,
        cycle.team_id,
    )  # fmt: skip


def read(
    session: Session, actor: Actor, cycle: Cycle, served: Sequence[MilestoneChoice], today: date
) -> Data:
    """Return what was counted for a cycle, with the first measured milestone it serves; two statements."""
    first = next((each for each in served if each.measure_id is not None), None)
    behind = _behind(session, actor, cycle, served)
    row: MilestoneRow | None = None
    series: list[MilestoneRow] = []
    if first is not None:
        row, series = milestone_queries.get_milestone(session, actor, first.public_id)
    measure = _measure(cycle, row)
    own_key = (cycle.measure_id, cycle.team_id) if cycle.measure_id is not None else None
    served_key = status_queries.series_key(row) if row else None
    found = records(session, {key for key in (own_key, served_key) if key}, subgroup=None)
    totals = {key: [each for each in rows if not each.subgroup] for key, rows in found.items()}
    beside = None
    if row is not None and first is not None:
        beside = Beside(row, series, totals, behind.is_above)
    if measure is None:
        return Data(behind=behind, beside=beside)
    every = found.get(own_key or served_key or (0, 0), [])
    standing = standing_records(every)
    if measure.counts_students and not behind.by_name:
        standing = []  # who reads a cycle since it is shared gets students pooled only
    seen = status_queries.seen(
        actor, standing, measure.kind, counts_students=measure.counts_students, is_above=behind.is_above
    )
    whole = measure_policies.sees_whole(
        actor, cycle.team_id, counts_students=measure.counts_students, is_above=behind.is_above
    )
    points = tuple(_point(each, cycle) for each in standing)
    own = tuple(each for each in points if each.is_own)
    return Data(
        measure=measure,
        behind=behind,
        sight=Sight(whole, Who.STUDENTS if measure.counts_students else Who.ADULTS, actor.minimum_cell),
        points=points,
        own=own,
        seen=tuple(_point(each, cycle) for each in seen if not each.subgroup),
        span=(_first_day(cycle, own), last_day(cycle, today)),
        beside=beside,
        heirs=_heirs(every),
    )


def _first_day(cycle: Cycle, own: Sequence[Point]) -> date | None:
    """Return the first day whose counts tell of a cycle: when it began, or its first own count if that is
    older, as where a cycle is written down after it ran."""
    days = [cycle.began_on or cycle.starts_on, *(each.on for each in own)]
    return min((each for each in days if each is not None), default=None)


def last_day(cycle: Cycle, today: date) -> date:
    """Return the last day whose counts tell of a cycle: when it ended, else when it was to, else today."""
    return min(cycle.ended_on or cycle.ends_on or today, today)


def _measure(cycle: Cycle, row: MilestoneRow | None) -> Measured | None:
    own = cycle.measure
    if own is not None:
        sort = Sort(own.type, own.unit, own.breakdown or {})
        return Measured(own.public_id, own.name, sort, own.direction, own.counts_students, is_own=True)
    if row is None or row.measure_id is None or row.is_deliverable:
        return None
    return Measured(
        None, row.measure_name or row.title, Sort(row.type, row.unit), row.direction, row.counts_students,
        is_own=False,
    )  # fmt: skip


def _point(record: Record, cycle: Cycle) -> Point:
    return Point(
        record.on, record.count, record.population, record.amount, record.subgroup_set, record.subgroup,
        record.public_id, record.cycle_id == cycle.id, record.note,
    )  # fmt: skip


def _heirs(found: Sequence[Record]) -> dict[str, str]:
    """Return for each superseded point the one that stands for it now; one taken back has none."""
    after = {each.supersedes_id: each for each in found if each.supersedes_id is not None}
    heirs = {}
    for each in found:
        last = each
        while last.id in after:
            last = after[last.id]
        if last is not each and not last.is_withdrawn:
            heirs[str(each.public_id)] = str(last.public_id)
    return heirs


def get_point(session: Session, actor: Actor, point_id: UUID) -> tuple[Measurement, Cycle]:
    """Return one count that was typed into a visible cycle, for writing, with its cycle.

    Raises:
        AbsentError: there is none, or *actor* may not know of its cycle.
    """
    row = session.execute(
        select(Measurement, Cycle)
        .join(Cycle, Cycle.id == Measurement.cycle_id)
        .join(Cycle.team)
        .options(contains_eager(Cycle.team))
        .where(may_read(actor), Measurement.public_id == point_id)
    ).one_or_none()
    if row is None:
        raise AbsentError(_("There is no such count."))
    return row[0], row[1]
