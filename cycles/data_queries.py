"""Reading what was counted for a cycle, as far as the reader may see it: points, groups, what they offer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, contains_eager

from cycles import data_points
from cycles.data_points import GroupTable, Offer, Point, Result, Sight, Sort
from cycles.models import Cycle, Prediction
from cycles.queries import MilestoneChoice, expectation_of, may_read
from measures import policies as measure_policies
from measures.models import Measurement
from measures.queries import Record, SeriesKey, records, standing_records
from measures.rules import Direction, MeasureType
from measures.suppression import HIDDEN, Cell, Who
from milestones import milestone_queries, status_queries
from milestones.rows import MilestoneRow
from nic_platform.actor import Actor
from nic_platform.errors import AbsentError
from nic_platform.text import _


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

    def _hides_number(self, number: float) -> bool:
        """Say whether a result without a population is kept back: students of a few, or a sum with such."""
        measure = self.measure
        is_plain = measure is not None and measure.counts_students and measure.kind is MeasureType.COUNT
        return self.hides_a_day or (is_plain and number < self.sight.minimum)

    def cell(self, prediction: Prediction) -> Cell | None:
        """Return how much of a prediction's result the reader may see; ``None`` where no group stands
        behind it.
        """
        of = prediction.result_of or prediction.out_of
        if self.measure is None or prediction.result_number is None or self.sight.sees_whole:
            return None
        if not of:
            return HIDDEN if self._hides_number(prediction.result_number) else None
        result = Result(prediction.result_number, of)
        return data_points.result_cell(result, self.sight, hides_a_day=self.hides_a_day)


def read(
    session: Session, actor: Actor, cycle: Cycle, served: Sequence[MilestoneChoice], today: date
) -> Data:
    """Return what was counted for a cycle, with the first measured milestone it serves; two statements."""
    first = next((each for each in served if each.measure_id is not None), None)
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
        beside = Beside(row, series, totals, bool(first.is_above))
    if measure is None:
        return Data(beside=beside)
    is_above = any(each.is_above for each in served)
    every = found.get(own_key or served_key or (0, 0), [])
    standing = standing_records(every)
    seen = status_queries.seen(
        actor, standing, measure.kind, counts_students=measure.counts_students, is_above=is_above
    )
    whole = measure_policies.sees_whole(
        actor, cycle.team_id, counts_students=measure.counts_students, is_above=is_above
    )
    points = tuple(_point(each, cycle) for each in standing)
    return Data(
        measure=measure,
        sight=Sight(whole, Who.STUDENTS if measure.counts_students else Who.ADULTS, actor.minimum_cell),
        points=points,
        own=tuple(each for each in points if each.is_own),
        seen=tuple(_point(each, cycle) for each in seen if not each.subgroup),
        span=(cycle.began_on or cycle.starts_on, last_day(cycle, today)),
        beside=beside,
        heirs=_heirs(every),
    )


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
