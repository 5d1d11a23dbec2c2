"""Reading places to hold against each other: their sums of school years, what may be shown, their context.

Everything comes from maintained sums, so that a page costs what it compares, never what was measured. Only
places that count by themselves are read (schools, or districts where only they count): a district's figure
is put together from those of its places that may be shown, by the rules of ``measures.publishing``.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from measures.models import Measure, YearSum
from measures.rules import Direction, MeasureKind, MeasureType
from measures.year_queries import names_place
from milestones.models import CommonMilestone, Milestone
from nic_platform.actor import Actor, Level
from nic_platform.errors import AbsentError
from nic_platform.text import _
from teams.models import Site, SiteClosure, Team
from teams.queries import in_network, reads_team

Group = tuple[str, str]


@dataclass(frozen=True)
class PlaceRow:
    """A place above those compared, or one of them. ``is_whole``: all others of the network lie in it."""

    id: int
    public_id: UUID
    name: str
    level: Level
    parent_id: int | None
    is_whole: bool = False


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
    query = select(*_PLACE, _is_whole()).where(in_network(actor, Site.network_id), Site.deleted_at.is_(None))
    row = session.execute(_own_place(query, actor, place_id).limit(1)).one_or_none()
    if row is None and place_id is not None:
        raise AbsentError(_("There is no such place."))
    return PlaceRow(*row) if row else None


def _is_whole() -> ColumnElement[bool]:
    """Return whether a place lies in none, and is the only one of its network that doesn't."""
    other = aliased(Site)
    beside = exists().where(
        other.network_id == Site.network_id, other.parent_id.is_(None), other.id != Site.id
    )
    return and_(Site.parent_id.is_(None), ~beside)


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


def below(place_id: int) -> Any:
    """Return the query of the numbers of all places below one."""
    return select(SiteClosure.below_id).where(SiteClosure.above_id == place_id, SiteClosure.depth > 0)


def inside(column: Any, place_id: int, *, is_whole: bool) -> ColumnElement[bool]:
    """Return the condition that a place of the network lies below one, which the whole network may be.

    That all others lie in it needs no looking up: a third of what a comparison of 20,000 schools costs.
    """
    found: ColumnElement[bool] = column != place_id if is_whole else column.in_(below(place_id))
    return found


def list_upper(session: Session, actor: Actor, place: PlaceRow) -> dict[int, PlaceRow]:
    """Return the regions and districts below a place, by number."""
    query = (
        select(*_PLACE)
        .where(in_network(actor, Site.network_id), Site.level.in_([Level.DISTRICT, Level.REGION]))
        .where(inside(Site.id, place.id, is_whole=place.is_whole))
    )
    return {row[0]: PlaceRow(*row) for row in session.execute(query)}


def list_places(
    session: Session, actor: Actor, place_id: int, level: Level, sites: Collection[int]
) -> dict[int, PlaceRow]:
    """Return places of one level below a place, by number: the *sites*, or all where they are very many."""
    query = select(*_PLACE).where(in_network(actor, Site.network_id), Site.level == level)
    if len(sites) > _MANY:
        query = query.where(Site.id.in_(below(place_id)))
    else:
        query = query.where(Site.id.in_(sorted(sites)))
    return {row[0]: PlaceRow(*row) for row in session.execute(query)}


_MANY = 2_000


def named_below(session: Session, actor: Actor, place_id: int) -> set[int] | None:
    """Return which places below a place the reader knows by name; ``None`` for all of them."""
    if actor.sees_network:
        return None
    query = select(Site.id).where(in_network(actor, Site.network_id), names_place(actor, Site.id))
    return set(session.scalars(query.where(Site.id.in_(below(place_id)))))


def teams_of(session: Session, actor: Actor, sites: Collection[int]) -> dict[int, TeamLink]:
    """Return the team of each place that the reader may read; the one of the place's own level first."""
    query = (
        select(Team.site_id, Team.public_id, Team.name, Team.level)
        .where(in_network(actor, Team.network_id), Team.site_id.in_(sorted(sites) or [0]))
        .where(Team.deleted_at.is_(None), Team.archived_at.is_(None), reads_team(actor, Team.id))
        .order_by(Team.rank, Team.name)
    )
    return {row[0]: TeamLink(*row) for row in session.execute(query)}
