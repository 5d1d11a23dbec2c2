"""Reading measures and what was measured. Nothing here writes; pages get frozen rows."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cache
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, bindparam, exists, literal, or_, select, tuple_
from sqlalchemy.orm import Session, aliased

from accounts.models import User
from measures.models import Measure, Measurement
from measures.rules import Direction, MeasureKind, MeasureType, Rhythm, value_of
from measures.suppression import Counts
from nic_platform.actor import Actor
from nic_platform.errors import AbsentError
from nic_platform.ready import given, ready
from nic_platform.text import _
from teams.models import Team, TeamReach
from teams.queries import in_network, reads_team

SeriesKey = tuple[int, int]  # measure, team


@dataclass(frozen=True)
class MeasureRow:
    """A measure for lists and choices; ``team_name`` is empty for a common one."""

    id: int
    public_id: UUID
    team_id: int | None
    team_public_id: UUID | None
    team_name: str | None
    name: str
    definition: str
    kind: MeasureKind
    type: MeasureType
    direction: Direction
    rhythm: Rhythm
    unit: str
    counts_students: bool
    tool: str
    source: str
    version: int
    breakdown: Mapping[str, Sequence[str]] = field(default_factory=dict)
    target: float | None = None
    target_on: date | None = None
    chart: str = ""
    tool_id: int | None = None
    is_deleted: bool = False


@dataclass(frozen=True)
class Record:
    """One measurement as it was written down, superseded or not."""

    id: int
    public_id: UUID
    measure_id: int
    team_id: int
    on: date
    recorded_at: datetime
    recorder: str
    count: float | None
    population: float | None
    amount: float | None
    collector: str
    tool: str
    note: str
    subgroup: str
    supersedes_id: int | None
    is_withdrawn: bool
    subgroup_set: str = ""
    tables: tuple[tuple[Counts, ...], ...] = ()  # of a total: the subgroups counted that day, by breakdown
    cycle_id: int | None = None  # the cycle that gathered it; only where a whole series is read

    def value(self, kind: MeasureType) -> float | None:
        """Return it in its measure's unit; ``None`` for one that takes an earlier one back."""
        if self.is_withdrawn:
            return None
        return value_of(kind, self.count, self.population, self.amount)

    def recorded_on(self, zone: ZoneInfo) -> date:
        """Return the civil day it was written down, in the network's time zone."""
        return self.recorded_at.astimezone(zone).date()


def visible_to(actor: Actor, *, is_deleted: bool = False) -> ColumnElement[bool]:
    """Return the condition under which *actor* may know of a measure: common ones, and those of teams they
    read; with *is_deleted* of those that were deleted, to bring one back.
    """
    return and_(
        in_network(actor, Measure.network_id),
        Measure.deleted_at.is_not(None) if is_deleted else Measure.deleted_at.is_(None),
        or_(Measure.team_id.is_(None), reads_team(actor, Measure.team_id)),
    )


def get_measure(session: Session, actor: Actor, measure_id: UUID, *, is_deleted: bool = False) -> Measure:
    """Return one visible measure, to be changed.

    Args:
        is_deleted: look among those that were deleted, to bring one back.

    Raises:
        AbsentError: there is none, or *actor* may not know of it.
    """
    condition = visible_to(actor, is_deleted=is_deleted)
    found = session.scalar(select(Measure).where(condition, Measure.public_id == measure_id))
    if found is None:
        raise AbsentError(_("There is no such measure."))
    return found


def measure_row(session: Session, actor: Actor, measure_id: UUID) -> MeasureRow:
    """Return one visible measure, to be read.

    Raises:
        AbsentError: there is none, or *actor* may not know of it.
    """
    row = session.execute(_measures(actor).where(Measure.public_id == measure_id)).one_or_none()
    if row is None:
        raise AbsentError(_("There is no such measure."))
    return MeasureRow(*row)


def measures_numbered(session: Session, actor: Actor, numbers: Collection[int]) -> list[MeasureRow]:
    """Return those of the measures with these numbers that *actor* may know of, by name; one statement."""
    if not numbers:
        return []
    query = _measures(actor).where(Measure.id.in_(sorted(set(numbers)))).order_by(Measure.name, Measure.id)
    return [MeasureRow(*row) for row in session.execute(query)]


def measures_named(session: Session, actor: Actor, ids: Collection[UUID]) -> list[MeasureRow]:
    """Return those of the measures with these public ids that *actor* may know of, by name; one statement."""
    if not ids:
        return []
    query = _measures(actor).where(Measure.public_id.in_(set(ids))).order_by(Measure.name, Measure.id)
    return [MeasureRow(*row) for row in session.execute(query)]


def measures_of_team(session: Session, actor: Actor, team_id: int, limit: int = 40) -> list[MeasureRow]:
    """Return a team's own measures and the common ones that it counted, by name; one statement.

    Nothing of a team that *actor* does not read by name. One more than *limit* if there are more.
    """
    counted = select(Measurement.measure_id).where(
        Measurement.team_id == team_id, reads_team(actor, Measurement.team_id), at_own_place()
    )
    query = (
        _measures(actor)
        .where(or_(Measure.team_id == team_id, and_(Measure.team_id.is_(None), Measure.id.in_(counted))))
        .order_by(Measure.name, Measure.id)
        .limit(limit + 1)
    )
    return [MeasureRow(*row) for row in session.execute(query)]


def common_measures(session: Session, actor: Actor, limit: int = 60) -> list[MeasureRow]:
    """Return the measures common to the network, by name, one more than *limit* if there are more."""
    query = _measures(actor).where(Measure.team_id.is_(None)).order_by(Measure.name, Measure.id)
    return [MeasureRow(*row) for row in session.execute(query.limit(limit + 1))]


def common_number(session: Session, actor: Actor, measure_id: UUID) -> int | None:
    """Return the number of a measure common to the network; none where there is no such one."""
    query = select(Measure.id).where(visible_to(actor), Measure.team_id.is_(None))
    return session.scalar(query.where(Measure.public_id == measure_id))


def _measures(actor: Actor) -> Any:
    return (
        select(
            Measure.id, Measure.public_id, Measure.team_id, Team.public_id, Team.name, Measure.name,
            Measure.definition, Measure.kind, Measure.type, Measure.direction, Measure.rhythm, Measure.unit,
            Measure.counts_students, Measure.tool, Measure.source, Measure.version, Measure.breakdown,
            Measure.target, Measure.target_on, Measure.chart, Measure.tool_id,
            Measure.deleted_at.is_not(None).label("is_deleted"),
        )
        .outerjoin(Team, Team.id == Measure.team_id)
        .where(visible_to(actor))
    )  # fmt: skip


def list_measures(
    session: Session, actor: Actor, *, after: UUID | None = None, limit: int = 50
) -> list[MeasureRow]:
    """Return visible measures by age, one more than *limit* if there are more; *after* is a
    ``MeasureRow.id``.
    """
    query = _measures(actor).where(*come_after(Measure, after)).order_by(Measure.id).limit(limit + 1)
    return [MeasureRow(*row) for row in session.execute(query)]


def come_after(model: Any, after: UUID | None) -> list[ColumnElement[bool]]:
    """Return the condition of key paging: what is newer than the row with that public id."""
    if after is None:
        return []
    return [model.id > select(model.id).where(model.public_id == after).scalar_subquery()]


def measures_for_choice(session: Session, actor: Actor, team_id: int) -> list[MeasureRow]:
    """Return the measures a team's milestone can take: its own first, then the common ones, by name."""
    found = session.execute(_for_choice(actor), given(actor, team=team_id))
    return [MeasureRow(*row) for row in found]


@ready
def _for_choice(actor: Actor) -> Any:
    return (
        _measures(actor)
        .where(or_(Measure.team_id == bindparam("team"), Measure.team_id.is_(None)))
        .order_by(Measure.team_id.is_(None), Measure.name)
        .limit(200)
    )


def is_above(actor: Actor, team_column: Any) -> ColumnElement[bool]:
    """Return the condition that one of the actor's teams is above a team on links."""
    if not actor.team_ids:
        return literal(False)
    return exists().where(TeamReach.above_id.in_(actor.teams), TeamReach.below_id == team_column)


@cache
def stands() -> ColumnElement[bool]:
    """Return the condition that a measurement holds: it was neither corrected nor taken back."""
    later = aliased(Measurement)
    return and_(Measurement.is_withdrawn.is_(False), ~exists().where(later.supersedes_id == Measurement.id))


@cache
def at_own_place() -> ColumnElement[bool]:
    """Return the condition that a team measured at its own place.

    Published figures of many places are kept in the name of the team that brought them in; they are those
    places', and no part of the team's own series (:mod:`measures.year_queries` reads them).
    """
    whose = aliased(Team)
    return exists().where(whose.id == Measurement.team_id, whose.site_id == Measurement.site_id)


RECORD_COLUMNS: tuple[Any, ...] = (
    Measurement.id, Measurement.public_id, Measurement.measure_id, Measurement.team_id,
    Measurement.observed_on, Measurement.recorded_at, User.name, Measurement.count, Measurement.population,
    Measurement.value, Measurement.collector, Measurement.tool, Measurement.note, Measurement.subgroup,
    Measurement.supersedes_id, Measurement.is_withdrawn, Measurement.subgroup_set, Measurement.cycle_id,
)  # fmt: skip
"""What :func:`record_of` makes a record of; the one who recorded it is joined from outside."""


def records(
    session: Session, keys: Collection[SeriesKey], *, subgroup: str | None = ""
) -> dict[SeriesKey, list[Record]]:
    """Return everything written down for each series (measure and team), oldest day first; one statement.

    The caller has asked whether the reader may see these series. Corrected and withdrawn rows are in it,
    since status on an earlier day needs them.

    Args:
        subgroup: one subgroup, empty for the whole group, ``None`` for every one.
    """
    found: dict[SeriesKey, list[Record]] = defaultdict(list)
    if not keys:
        return found
    written = session.execute(_written(), {"keys": sorted(keys)})
    rows = with_tables([record_of(row, row[17]) for row in written])
    for record in rows:
        if subgroup is None or record.subgroup == subgroup:
            found[(record.measure_id, record.team_id)].append(record)
    return found


@cache
def _written() -> Any:
    """Return the statement of everything written down for the series ``keys``."""
    series = tuple_(Measurement.measure_id, Measurement.team_id)
    return (
        select(*RECORD_COLUMNS)
        .outerjoin(User, User.id == Measurement.recorded_by_id)
        .where(series.in_(bindparam("keys", expanding=True)), at_own_place())
        .order_by(Measurement.observed_on, Measurement.id)
    )


def record_of(row: Any, cycle_id: int | None = None) -> Record:
    """Return the record that a row of :data:`RECORD_COLUMNS` holds."""
    cells: list[Any] = [*row[:17], (), cycle_id]
    cells[6] = cells[6] or ""  # whoever recorded it may have left
    return Record(*cells)


def with_tables(found: Sequence[Record], groups: Sequence[Record] | None = None) -> list[Record]:
    """Return *found* with each total told which subgroups were counted beside it on its day.

    Args:
        groups: where to look for the subgroups; *found* itself unless given. Only what stands counts.
    """
    tables: dict[tuple[int, int, date], dict[str, list[Counts]]] = {}
    told = found if groups is None else groups
    if not any(each.subgroup for each in told):
        return list(found)
    for each in standing_records(told):
        if each.subgroup and each.count is not None and each.population is not None:
            place = tables.setdefault((each.measure_id, each.team_id, each.on), {})
            place.setdefault(each.subgroup_set, []).append(Counts(each.count, each.population))
    if not tables:
        return list(found)
    return [
        each if each.subgroup else replace(each, tables=tuple(map(tuple, known.values())))
        for each in found
        for known in (tables.get((each.measure_id, each.team_id, each.on), {}),)
    ]


def get_measurement(session: Session, actor: Actor, measurement_id: UUID) -> Measurement:
    """Return one measurement of a team that *actor* reads, to be corrected.

    Raises:
        AbsentError: there is none, or *actor* may not know of it.
    """
    query = select(Measurement).where(
        in_network(actor, Measurement.network_id),
        reads_team(actor, Measurement.team_id),
        Measurement.public_id == measurement_id,
        at_own_place(),
    )
    found = session.scalar(query)
    if found is None:
        raise AbsentError(_("There is no such measurement."))
    return found


def list_records(
    session: Session, actor: Actor, measure_id: int, *, after: UUID | None = None, limit: int = 100
) -> list[tuple[Record, UUID, bool]]:
    """Return what was measured by teams that *actor* reads, by age: record, team, whether it is below.

    Only what stands: corrected and withdrawn rows are left out. One row more than *limit* if there are more.
    """
    above = is_above(actor, Measurement.team_id)
    query = (
        select(
            Measurement.id, Measurement.public_id, Measurement.measure_id, Measurement.team_id,
            Measurement.observed_on, Measurement.recorded_at, User.name, Measurement.count,
            Measurement.population, Measurement.value, Measurement.collector, Measurement.tool,
            Measurement.note, Measurement.subgroup, Measurement.supersedes_id, Measurement.is_withdrawn,
            Measurement.subgroup_set, Team.public_id, above,
        )
        .join(Team, Team.id == Measurement.team_id)
        .outerjoin(User, User.id == Measurement.recorded_by_id)
        .where(in_network(actor, Measurement.network_id), reads_team(actor, Measurement.team_id))
        .where(Measurement.measure_id == measure_id, stands(), at_own_place())
        .where(*come_after(Measurement, after))
        .order_by(Measurement.id)
        .limit(limit + 1)
    )  # fmt: skip
    rows = session.execute(query).all()
    page = [record_of(row) for row in rows]
    beside = records(session, {(each.measure_id, each.team_id) for each in page}, subgroup=None)
    told = with_tables(page, [each for series in beside.values() for each in series])
    return [(record, row[17], bool(row[18])) for record, row in zip(told, rows, strict=True)]


def standing_records(found: Sequence[Record]) -> list[Record]:
    """Return those of a series that still hold, oldest first."""
    gone = {record.supersedes_id for record in found if record.supersedes_id is not None}
    return [record for record in found if record.id not in gone and not record.is_withdrawn]
