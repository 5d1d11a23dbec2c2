"""Reading places to hold against each other: their sums of school years, what may be shown, their context.

Everything comes from maintained sums, so that a page costs what it compares, never what was measured. Only
places that count by themselves are read (schools, or districts where only they count): a district's figure
is put together from those of its places that may be shown, by the rules of ``measures.publishing``.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

import numpy as np
from sqlalchemy import ColumnElement, Select, exists, func, or_, select
from sqlalchemy.orm import Session

from measures.models import Measure, Measurement, MonthSum, YearSum
from measures.published_queries import Asked, published
from measures.publishing import Place
from measures.queries import stands
from measures.rules import Direction, MeasureKind, MeasureType
from measures.school_years import span_of, year_of
from measures.suppression import Who
from measures.year_queries import names_place
from milestones.models import CommonMilestone, Milestone
from nic_platform.actor import Actor, Level
from nic_platform.errors import AbsentError
from nic_platform.text import _
from teams.models import Site, SiteClosure, Team
from teams.queries import in_network, reads_team
from variation import standing
from variation.context import Context
from variation.judging import Sums
from variation.standing import PEOPLE, Month

Group = tuple[str, str]
LARGE = 5_000
"""Above so many places that count, other years are read only for the level above them."""


@dataclass(frozen=True)
class PlaceRow:
    """A place above those compared, or one of them; ``context`` is what is known of its conditions."""

    id: int
    public_id: UUID
    name: str
    level: Level
    parent_id: int | None
    context: Context = field(default_factory=Context)


@dataclass(frozen=True)
class MeasureRow:
    """A common measure with figures at a place, and the school years it has figures of, newest first."""

    id: int
    public_id: UUID
    name: str
    definition: str
    unit: str
    tool: str
    source: str
    kind: MeasureKind
    type: MeasureType
    direction: Direction
    counts_students: bool
    breakdown: dict[str, list[str]]
    target: float | None
    target_on: date | None
    years: tuple[int, ...]


@dataclass(frozen=True)
class Counting:
    """The places that count by themselves in one school year, in columns, by number.

    ``shown`` says of each whether its own figure may be shown, decided before any filter.
    """

    site_id: Any
    parent_id: Any
    sums: Sums
    shown: Any

    def __len__(self) -> int:
        return len(self.site_id)

    def only(self, kept: Any) -> "Counting":
        """Return some of the places, by a mask; what may be shown of them was decided before."""
        return Counting(self.site_id[kept], self.parent_id[kept], self.sums.only(kept), self.shown[kept])


@dataclass(frozen=True)
class MonthRow:
    """The sums of one month of a place, shown by themselves."""

    site_id: int
    month: date
    n: float
    y: float
    d: float


@dataclass(frozen=True)
class TeamLink:
    """A team of a place that the reader may read."""

    site_id: int
    public_id: UUID
    name: str
    level: Level


_PLACE: tuple[Any, ...] = (Site.id, Site.public_id, Site.name, Site.level, Site.parent_id)


def find_place(session: Session, actor: Actor, place_id: UUID | None) -> PlaceRow | None:
    """Return the place whose places are compared; without a choice the reader's own, or the highest.

    People see a place that they know by name, or that one of their teams lies in; who reads pooled figures
    only sees the whole network's.

    Raises:
        AbsentError: there is no such place, or not for this reader.
    """
    query = select(*_PLACE).where(in_network(actor, Site.network_id), Site.deleted_at.is_(None))
    row = session.execute(_own_place(query, actor, place_id).limit(1)).one_or_none()
    if row is None and place_id is not None:
        raise AbsentError(_("There is no such place."))
    return PlaceRow(*row) if row else None


def _own_place(query: Select[Any], actor: Actor, place_id: UUID | None) -> Select[Any]:
    around = (
        select(SiteClosure.above_id)
        .join(Team, Team.site_id == SiteClosure.below_id)
        .where(Team.id.in_(sorted(actor.team_ids) or [0]))
    )
    top = Site.parent_id.is_(None)
    if place_id is not None:
        known = top if is_pooled(actor) else or_(names_place(actor, Site.id), Site.id.in_(around))
        return query.where(Site.public_id == place_id, known)
    if actor.team_id is None or is_pooled(actor):
        return query.where(top).order_by(Site.id)
    here = (
        select(SiteClosure.above_id)
        .join(Team, Team.site_id == SiteClosure.below_id)
        .where(Team.id == actor.team_id)
    )
    upper = Site.level.in_([Level.DISTRICT, Level.REGION, Level.STATE])
    depth = select(func.count()).where(SiteClosure.below_id == Site.id).scalar_subquery()
    return query.where(Site.id.in_(here), upper).order_by(depth.desc(), Site.id)


def is_pooled(actor: Actor) -> bool:
    """Say whether the reader gets pooled numbers only: an analyst who belongs to no team."""
    return actor.is_analyst and not actor.sees_network and not actor.team_ids


def list_above(session: Session, actor: Actor, place_id: int) -> list[PlaceRow]:
    """Return the places that a place lies in, the highest first."""
    query = (
        select(*_PLACE)
        .join(SiteClosure, SiteClosure.above_id == Site.id)
        .where(in_network(actor, Site.network_id), SiteClosure.below_id == place_id, SiteClosure.depth > 0)
        .order_by(SiteClosure.depth.desc())
    )
    return [PlaceRow(*row) for row in session.execute(query)]


def list_measures(session: Session, actor: Actor, place_id: int) -> list[MeasureRow]:
    """Return the common measures with figures at a place or below it, by name."""
    query = (
        select(
            Measure.id, Measure.public_id, Measure.name, Measure.definition, Measure.unit, Measure.tool,
            Measure.source, Measure.kind, Measure.type, Measure.direction, Measure.counts_students,
            Measure.breakdown, Measure.target, Measure.target_on, YearSum.year,
        )
        .join(YearSum, YearSum.measure_id == Measure.id)
        .where(in_network(actor, Measure.network_id), Measure.team_id.is_(None), Measure.deleted_at.is_(None))
        .where(YearSum.site_id == place_id, YearSum.n > 0, YearSum.subgroup_set == "", YearSum.subgroup == "")
        .order_by(Measure.name, Measure.id, YearSum.year.desc())
    )  # fmt: skip
    found: dict[int, tuple[list[Any], list[int]]] = {}
    for *row, year in session.execute(query):
        found.setdefault(row[0], (row, []))[1].append(year)
    return [MeasureRow(*(*row, tuple(years))) for row, years in found.values()]


def list_milestones(session: Session, actor: Actor) -> dict[int, list[tuple[UUID, str]]]:
    """Return the common milestones that teams adopted, by the measure they are measured with."""
    adopted = exists().where(
        Milestone.common_milestone_id == CommonMilestone.id, Milestone.deleted_at.is_(None)
    )
    query = (
        select(CommonMilestone.measure_id, CommonMilestone.public_id, CommonMilestone.what)
        .where(
            in_network(actor, CommonMilestone.network_id), CommonMilestone.measure_id.is_not(None), adopted
        )
        .order_by(CommonMilestone.what)
    )
    found: dict[int, list[tuple[UUID, str]]] = {}
    for measure_id, public_id, words in session.execute(query):
        found.setdefault(measure_id, []).append((public_id, words))
    return found


def _below(place_id: int) -> Any:
    return select(SiteClosure.below_id).where(SiteClosure.above_id == place_id, SiteClosure.depth > 0)


def _year_rows(session: Session, actor: Actor, place_id: int, measure_id: int, year: int | None) -> Any:
    query = select(
        YearSum.year, YearSum.site_id, func.coalesce(YearSum.parent_id, -1), YearSum.n, YearSum.sum_y,
        YearSum.sum_d, YearSum.sum_yyd,
    ).where(
        in_network(actor, YearSum.network_id), YearSum.measure_id == measure_id, YearSum.subgroup_set == "",
        YearSum.subgroup == "", YearSum.n > 0, YearSum.rank >= Level.SCHOOL.rank,
        YearSum.rank < Level.STATE.rank, YearSum.site_id.in_(_below(place_id)),
    )  # fmt: skip
    if year is not None:
        query = query.where(YearSum.year == year)
    rows = session.connection().execute(query.order_by(YearSum.year, YearSum.site_id)).all()
    return np.array([tuple(row) for row in rows], dtype=np.float64).reshape(len(rows), 7)


def read_years(
    session: Session, actor: Actor, place_id: int, asked: Asked, years: Collection[int], year: int
) -> dict[int, Counting]:
    """Return the places that count below a place, by school year; four statements at most.

    Of very many places only the year asked for is read.
    """
    has_others = len(years) > 1 and _few_places(session, actor, place_id, asked.measure_id, year)
    wanted = None if has_others else year
    table = _year_rows(session, actor, place_id, asked.measure_id, wanted)
    table = table[~np.isin(table[:, 1], table[:, 2])]  # who has others below doesn't count by itself
    leaves = set(table[:, 1].astype(np.int64).tolist())
    held = _held_back(session, actor, place_id, asked, wanted, leaves)
    found = {year: Counting(*_NOTHING)}
    for each in np.unique(table[:, 0]):
        rows = table[table[:, 0] == each]
        sites = rows[:, 1].astype(np.int64)
        sums = Sums(rows[:, 3], rows[:, 4], rows[:, 5], rows[:, 6])
        shown = ~np.isin(sites, list(held.get(int(each), ()))) & (sums.d > 0)
        if asked.type is MeasureType.PROPORTION:
            shown &= sums.y <= sums.d
        found[int(each)] = Counting(sites, rows[:, 2].astype(np.int64), sums, shown)
    return found


_NONE = np.empty(0)
_NOTHING = (np.empty(0, np.int64), np.empty(0, np.int64), Sums(_NONE, _NONE, _NONE, _NONE), np.empty(0, bool))


def _few_places(session: Session, actor: Actor, place_id: int, measure_id: int, year: int) -> bool:
    """Say whether there are so few places that every school year of them can be read."""
    some = (
        select(YearSum.site_id)
        .where(in_network(actor, YearSum.network_id), YearSum.measure_id == measure_id, YearSum.year == year)
        .where(YearSum.subgroup_set == "", YearSum.subgroup == "", YearSum.rank == Level.SCHOOL.rank)
        .limit(LARGE + 1)
    )
    return (session.scalar(select(func.count()).select_from(some.subquery())) or 0) <= LARGE


def _held_back(
    session: Session, actor: Actor, place_id: int, asked: Asked, year: int | None, leaves: set[int]
) -> dict[int, set[int]]:
    """Return those of the *leaves*, by school year, of which some count can't stand alone.

    A year's sum is shown only where each of its counts may be (:mod:`measures.publishing`).
    """
    if asked.type not in PEOPLE or (asked.type is MeasureType.COUNT and asked.who is Who.ADULTS):
        return {}
    query = select(
        MonthSum.site_id, MonthSum.month, MonthSum.n, MonthSum.sum_y, MonthSum.sum_d, MonthSum.subgroup_set,
    ).where(
        in_network(actor, MonthSum.network_id), MonthSum.measure_id == asked.measure_id, MonthSum.n > 0,
        MonthSum.site_id.in_(_below(place_id)),
    )  # fmt: skip
    if asked.who is Who.ADULTS:
        query = query.where(MonthSum.subgroup_set == "")
    if asked.who is Who.ADULTS or not _has_groups(session, actor, asked):
        query = query.where(_may_be_held(asked))  # a nation has a million months, and few that are small
    if year is not None:
        query = query.where(MonthSum.month.between(*span_of(year)))
    rows = [row for row in session.connection().execute(query).all() if row[0] in leaves]
    found: dict[int, set[int]] = {}
    for site, month in standing.held_back([Month(*row) for row in rows], asked):
        found.setdefault(year_of(month), set()).add(site)
    if any(row[2] > 1 for row in rows):
        for site, day in session.execute(_small_days(actor, place_id, asked, year)):
            found.setdefault(year_of(day), set()).add(site)
    return found


def _has_groups(session: Session, actor: Actor, asked: Asked) -> bool:
    """Say whether the measure was ever counted by subgroups: they may ask for their total to be hidden."""
    some = select(YearSum.site_id).where(
        in_network(actor, YearSum.network_id), YearSum.measure_id == asked.measure_id,
        YearSum.subgroup_set > "",
    )  # fmt: skip
    return session.scalar(some.limit(1)) is not None


def _may_be_held(asked: Asked) -> ColumnElement[bool]:
    """Return the condition that a month's only count, or some count of several, may not stand alone."""
    least, y, d = asked.minimum * MonthSum.n, MonthSum.sum_y, MonthSum.sum_d
    small = [MonthSum.n > 1, y < least if asked.type is MeasureType.COUNT else d < least]
    if asked.who is Who.STUDENTS and asked.type is not MeasureType.COUNT:
        small += [y < least, d - y < least]
    return or_(*small)


def _small_days(actor: Actor, place_id: int, asked: Asked, year: int | None) -> Select[int, date]:
    """Return the query of days whose count can't stand alone, where a month holds several."""
    count, people = func.coalesce(Measurement.count, Measurement.value), Measurement.population
    few = [] if asked.type is MeasureType.COUNT else [people < asked.minimum]
    if asked.who is Who.STUDENTS:
        few += [count < asked.minimum, people - count < asked.minimum]
    query = (
        select(Measurement.site_id, Measurement.observed_on)
        .where(in_network(actor, Measurement.network_id), Measurement.measure_id == asked.measure_id)
        .where(Measurement.subgroup_set == "", stands(), or_(*few))
        .where(Measurement.site_id.in_(_below(place_id)))
    )
    return query if year is None else query.where(Measurement.observed_on.between(*span_of(year)))


def read_group(
    session: Session, actor: Actor, place_id: int, asked: Asked, year: int, group: Group
) -> Counting:
    """Return one subgroup's figures of the places that count, decided beside their totals."""
    found = published(session, actor, place_id, asked, span_of(year), group)
    leaves = [(site, place) for site, place in found.leaves.items() if site != place_id]
    parents = _parents(session, [site for site, _place in leaves])
    columns = [_column(place) for _site, place in leaves]
    table = np.array(columns, dtype=np.float64).reshape(len(columns), 4)
    sites = np.array([site for site, _place in leaves], dtype=np.int64)
    around = np.array([parents.get(int(site)) or -1 for site in sites], dtype=np.int64)
    shown = np.array([place.cell.is_shown for _site, place in leaves], dtype=bool)
    return Counting(sites, around, Sums(table[:, 0], table[:, 1], table[:, 2], table[:, 3]), shown)


def _column(place: Place) -> tuple[float, float, float, float]:
    """Return a place's sums; of one whose figure is hidden nothing leaves but that it counted."""
    counts = place.shown
    if not place.cell.is_shown or not counts.population:
        return 1.0, 0.0, 1.0, 0.0
    return 1.0, counts.count, counts.population, counts.count**2 / counts.population


def _parents(session: Session, sites: Collection[int]) -> dict[int, int | None]:
    query = select(Site.id, Site.parent_id).where(Site.id.in_(sorted(sites)))
    return {row[0]: row[1] for row in session.execute(query)}


def list_upper(session: Session, actor: Actor, place_id: int) -> dict[int, PlaceRow]:
    """Return the regions and districts below a place, by number."""
    query = (
        select(*_PLACE)
        .where(in_network(actor, Site.network_id), Site.level.in_([Level.DISTRICT, Level.REGION]))
        .where(Site.id.in_(_below(place_id)))
    )
    return {row[0]: PlaceRow(*row) for row in session.execute(query)}


def list_places(session: Session, actor: Actor, place_id: int, level: Level) -> dict[int, PlaceRow]:
    """Return the places of one level below a place with what is known of them, by name."""
    query = (
        select(
            *_PLACE, Site.grades, Site.locale, Site.enrolment, Site.lunch_percent,
            Site.english_learner_percent, Site.is_title_one, Site.is_charter, Site.attributes,
        )
        .where(in_network(actor, Site.network_id), Site.level == level, Site.id.in_(_below(place_id)))
        .order_by(Site.name, Site.id)
    )  # fmt: skip
    return {row[0]: PlaceRow(*row[:5], context=_context(row[5:])) for row in session.execute(query)}


def _context(columns: Sequence[Any]) -> Context:
    *known, attributes = columns
    return Context(*(*known, attributes or {}))


def named_below(session: Session, actor: Actor, place_id: int) -> set[int] | None:
    """Return which places below a place the reader knows by name; ``None`` for all of them."""
    if actor.sees_network:
        return None
    query = select(Site.id).where(in_network(actor, Site.network_id), names_place(actor, Site.id))
    return set(session.scalars(query.where(Site.id.in_(_below(place_id)))))


def teams_of(session: Session, actor: Actor, sites: Collection[int]) -> dict[int, TeamLink]:
    """Return the team of each place that the reader may read; the one of the place's own level first."""
    query = (
        select(Team.site_id, Team.public_id, Team.name, Team.level)
        .where(in_network(actor, Team.network_id), Team.site_id.in_(sorted(sites) or [0]))
        .where(Team.deleted_at.is_(None), Team.archived_at.is_(None), reads_team(actor, Team.id))
        .order_by(Team.rank, Team.name)
    )
    return {row[0]: TeamLink(*row) for row in session.execute(query)}


def months_of(
    session: Session, actor: Actor, sites: Collection[int], asked: Asked, year: int
) -> list[MonthRow]:
    """Return the months of a school year of places whose every count may be shown by itself."""
    query = (
        select(MonthSum.site_id, MonthSum.month, MonthSum.n, MonthSum.sum_y, MonthSum.sum_d)
        .where(in_network(actor, MonthSum.network_id), MonthSum.measure_id == asked.measure_id)
        .where(MonthSum.subgroup_set == "", MonthSum.subgroup == "", MonthSum.n > 0)
        .where(MonthSum.site_id.in_(sorted(sites) or [0]), MonthSum.month.between(*span_of(year)))
        .order_by(MonthSum.site_id, MonthSum.month)
    )
    return [MonthRow(*row) for row in session.execute(query)]
