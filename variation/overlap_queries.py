"""Reading what is in place over many sites: sites or districts by initiatives, and pairs of initiatives."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session, aliased

from nic_platform.actor import Actor, Level
from teams.models import Site, SiteClosure
from teams.queries import in_network
from variation.initiative_queries import counted, pair_visible_to
from variation.models import Initiative, InitiativePair, InitiativePlace
from variation.seat_queries import SiteRow, beyond, is_pooled, reads_counts, within


@dataclass(frozen=True)
class Column:
    """An initiative as a column of the matrix, and at how many sites it is."""

    id: int
    public_id: UUID
    name: str
    sites: int


@dataclass(frozen=True)
class Square:
    """One initiative at one site, or at some sites of a district: how many, and what came of it there."""

    sites: int
    better: int
    same: int
    worse: int
    place: UUID | None = None


@dataclass(frozen=True)
class Line:
    """A row of the matrix: a site or a district, and how many initiatives are there."""

    site: SiteRow
    initiatives: int
    sites: int


def columns(
    session: Session, actor: Actor, area_id: int | None, *, start: int = 0, limit: int = 12
) -> list[Column]:
    """Return up to *limit* + 1 initiatives, those at most sites first; one statement."""
    sites = func.count(InitiativePlace.site_id.distinct())
    query = (
        select(Initiative.id, Initiative.public_id, Initiative.name, sites)
        .join(InitiativePlace, InitiativePlace.initiative_id == Initiative.id)
        .where(counted(actor), Initiative.deleted_at.is_(None), within(InitiativePlace.site_id, area_id))
        .group_by(Initiative.id, Initiative.public_id, Initiative.name)
        .order_by(sites.desc(), Initiative.name, Initiative.id)
        .offset(start)
        .limit(limit + 1)
    )
    return [Column(*row) for row in session.execute(query)]


def site_lines(
    session: Session, actor: Actor, area_id: int | None, *, after: UUID | None = None, limit: int = 50
) -> list[Line]:
    """Return up to *limit* + 1 sites that keep an inventory, by name; one statement."""
    query = (
        select(
            Site.id, Site.public_id, Site.name, Site.level, Site.parent_id,
            func.count(InitiativePlace.initiative_id.distinct()),
        )
        .join(InitiativePlace, InitiativePlace.site_id == Site.id)
        .where(counted(actor), Site.deleted_at.is_(None), within(Site.id, area_id))
        .group_by(Site.id, Site.public_id, Site.name, Site.level, Site.parent_id)
    )  # fmt: skip
    query = _after(session, actor, query, after).order_by(Site.name, Site.id).limit(limit + 1)
    return [Line(SiteRow(*row[:5]), row[5], 1) for row in session.execute(query)]


def district_lines(
    session: Session, actor: Actor, area_id: int | None, *, after: UUID | None = None, limit: int = 50
) -> list[Line]:
    """Return up to *limit* + 1 districts in which a site keeps an inventory, by name; one statement."""
    query = (
        select(
            Site.id, Site.public_id, Site.name, Site.level, Site.parent_id,
            func.count(InitiativePlace.initiative_id.distinct()),
            func.count(InitiativePlace.site_id.distinct()),
        )
        .join(SiteClosure, SiteClosure.above_id == Site.id)
        .join(InitiativePlace, InitiativePlace.site_id == SiteClosure.below_id)
        .where(counted(actor), Site.deleted_at.is_(None), Site.level == Level.DISTRICT)
        .where(within(Site.id, area_id))
        .group_by(Site.id, Site.public_id, Site.name, Site.level, Site.parent_id)
    )  # fmt: skip
    query = _after(session, actor, query, after).order_by(Site.name, Site.id).limit(limit + 1)
    return [Line(SiteRow(*row[:5]), row[5], row[6]) for row in session.execute(query)]


def _after(session: Session, actor: Actor, query: Any, after: UUID | None) -> Any:
    if after is None:
        return query
    last = select(Site.id).where(in_network(actor, Site.network_id), Site.public_id == after)
    return beyond(session, query, (Site.name, Site.id), last)


def squares(
    session: Session, actor: Actor, rows: Sequence[int], ids: Collection[int], *, by_district: bool
) -> dict[tuple[int, int], Square]:
    """Return what stands where a row (a site or a district) and an initiative meet; one statement."""
    row: Any = SiteClosure.above_id if by_district else InitiativePlace.site_id
    outcome = InitiativePlace.outcome
    told = [
        func.count(InitiativePlace.site_id.distinct()).filter(outcome == word)
        for word in ("better", "same", "worse")
    ]
    query = select(
        row, InitiativePlace.initiative_id, func.count(InitiativePlace.site_id.distinct()), *told
    ).where(
        counted(actor), InitiativePlace.initiative_id.in_(sorted(ids) or [0]), row.in_(sorted(rows) or [0])
    )
    if by_district:
        query = query.join(SiteClosure, SiteClosure.below_id == InitiativePlace.site_id)
    found = session.execute(query.group_by(row, InitiativePlace.initiative_id))
    return {(each[0], each[1]): Square(*each[2:6]) for each in found}


def common_sites(
    session: Session, actor: Actor, ids: Collection[int], area_id: int | None
) -> dict[tuple[int, int], int]:
    """Return at how many sites both initiatives of each pair are, the smaller number first; one statement."""
    other = aliased(InitiativePlace)
    query = (
        select(
            InitiativePlace.initiative_id,
            other.initiative_id,
            func.count(InitiativePlace.site_id.distinct()),
        )
        .join(
            other,
            and_(
                other.site_id == InitiativePlace.site_id, other.initiative_id > InitiativePlace.initiative_id
            ),
        )
        .where(counted(actor), other.deleted_at.is_(None), within(InitiativePlace.site_id, area_id))
        .where(
            InitiativePlace.initiative_id.in_(sorted(ids) or [0]), other.initiative_id.in_(sorted(ids) or [0])
        )
        .group_by(InitiativePlace.initiative_id, other.initiative_id)
    )
    return {(row[0], row[1]): row[2] for row in session.execute(query)}


def pair_notes(session: Session, actor: Actor, area_id: int | None) -> dict[tuple[int, int], dict[str, int]]:
    """Return at how many sites each kind was noted of each pair of initiatives; one statement."""
    here = in_network(actor, InitiativePair.network_id)
    readable = here if is_pooled(actor) else pair_visible_to(actor)
    query = (
        select(
            InitiativePair.first_id, InitiativePair.second_id, InitiativePair.kind,
            func.count(InitiativePair.site_id.distinct()),
        )
        .where(readable, InitiativePair.deleted_at.is_(None), within(InitiativePair.site_id, area_id))
        .group_by(InitiativePair.first_id, InitiativePair.second_id, InitiativePair.kind)
    )  # fmt: skip
    found: dict[tuple[int, int], dict[str, int]] = {}
    for first, second, kind, number in session.execute(query):
        found.setdefault((first, second), {})[kind] = number
    return found


def teams_written(session: Session, actor: Actor, ids: Collection[int], limit: int = 2000) -> dict[int, str]:
    """Return the groups of people that carry each initiative, as its places wrote them, put together."""
    query = (
        select(InitiativePlace.initiative_id, InitiativePlace.teams)
        .where(
            counted(actor), InitiativePlace.initiative_id.in_(sorted(ids) or [0]), InitiativePlace.teams != ""
        )
        .distinct()
        .limit(limit)
    )
    found: dict[int, list[str]] = {}
    for key, words in session.execute(query):
        found.setdefault(key, []).append(words)
    return {key: "; ".join(words) for key, words in found.items()}


def places_in_year(
    session: Session, actor: Actor, span: tuple[date, date], area_id: int | None
) -> list[tuple[int, int]]:
    """Return initiative and site of whatever was in place on some day of a span; one statement."""
    first, last = span
    starts = func.coalesce(InitiativePlace.starts_on, Initiative.starts_on)
    ends = func.coalesce(InitiativePlace.ends_on, Initiative.ends_on)
    query = (
        select(InitiativePlace.initiative_id, InitiativePlace.site_id)
        .join(Initiative, Initiative.id == InitiativePlace.initiative_id)
        .where(counted(actor), Initiative.deleted_at.is_(None), within(InitiativePlace.site_id, area_id))
        .where(or_(starts.is_(None), starts <= last), or_(ends.is_(None), ends >= first))
        .distinct()
    )
    return [(row[0], row[1]) for row in session.execute(query)]


def sites_with_inventory(session: Session, actor: Actor, area_id: int | None) -> set[int]:
    """Return the sites that keep an inventory at all; one statement."""
    query = select(InitiativePlace.site_id).where(counted(actor), within(InitiativePlace.site_id, area_id))
    return set(session.scalars(query.distinct()))


def sites_without(session: Session, actor: Actor, area_id: int | None) -> int:
    """Return how many sites of the reader's line keep no inventory yet; one statement."""
    kept = select(InitiativePlace.site_id).where(InitiativePlace.deleted_at.is_(None))
    query = (
        select(func.count())
        .select_from(Site)
        .where(in_network(actor, Site.network_id), Site.deleted_at.is_(None), reads_counts(actor, Site.id))
        .where(within(Site.id, area_id), Site.id.not_in(kept))
    )
    return session.scalar(query) or 0


__all__ = [
    "Column", "Line", "Square", "columns", "common_sites", "district_lines", "pair_notes", "places_in_year",
    "site_lines", "sites_with_inventory", "sites_without", "squares", "teams_written",
]  # fmt: skip
