"""Reading where somebody stands to sites, and under which condition they read what is in place there."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, false, or_, select, true, tuple_
from sqlalchemy.orm import Session

from nic_platform.actor import Actor, Level
from nic_platform.errors import AbsentError
from nic_platform.text import _
from teams.models import Site, SiteClosure, Team, TeamReach
from teams.queries import in_network
from variation.seats import HUBS, Seat


@dataclass(frozen=True)
class SiteRow:
    """A site."""

    id: int
    public_id: UUID
    name: str
    level: Level
    parent_id: int | None


_SITE: tuple[Any, ...] = (Site.id, Site.public_id, Site.name, Site.level, Site.parent_id)


def reads_site(actor: Actor, site: Any, keeper: Any = None) -> ColumnElement[bool]:
    """Return the condition under which *actor* reads what is in place at a site.

    The sites of the own teams, of those above and below them on the links, and what those below wrote for
    sites without a team; every site for network leads and reviewers.

    Args:
        site: the column of the site.
        keeper: the column of the team that wrote it down, where there is one.
    """
    if actor.network_id is None:
        return false()
    if actor.sees_network:
        return true()
    if not actor.team_ids:
        return false()
    own = sorted(actor.team_ids)
    below = select(TeamReach.below_id).where(TeamReach.above_id.in_(own))
    above = select(TeamReach.above_id).where(TeamReach.below_id.in_(own))
    line = or_(Team.id.in_(own), Team.id.in_(below), Team.id.in_(above))
    sites = select(Team.site_id).where(line, Team.deleted_at.is_(None))
    ways = [site.in_(sites)]
    if keeper is not None:
        ways += [keeper.in_(own), keeper.in_(below)]
    return or_(*ways)


def reads_counts(actor: Actor, site: Any, keeper: Any = None) -> ColumnElement[bool]:
    """Return the condition of the sites that are counted over: for an analyst, the whole network's."""
    return true() if is_pooled(actor) else reads_site(actor, site, keeper)


def is_pooled(actor: Actor) -> bool:
    """Say whether the reader gets counts only: an analyst who belongs to no team."""
    return actor.is_analyst and not actor.sees_network and not actor.team_ids


def find_site(session: Session, actor: Actor, site_id: UUID | None) -> SiteRow:
    """Return a site whose line the reader is in, or that lies in a hub of theirs.

    Raises:
        AbsentError: there is none, or it is none of theirs.
    """
    query = select(*_SITE).where(
        in_network(actor, Site.network_id), Site.deleted_at.is_(None), Site.public_id == site_id,
        or_(reads_site(actor, Site.id), Site.id.in_(hub_sites(actor))),
    )  # fmt: skip
    row = session.execute(query).one_or_none()
    if row is None:
        raise AbsentError(_("There is no such place."))
    return SiteRow(*row)


def reads(session: Session, actor: Actor, site_id: int) -> bool:
    """Say whether the reader is in the line of a site that was found already."""
    query = select(Site.id).where(in_network(actor, Site.network_id), reads_site(actor, Site.id))
    return session.scalar(query.where(Site.id == site_id)) is not None


def hub_sites(actor: Actor) -> Any:
    """Return the select of the sites that lie in the hubs of the actor's teams, by number."""
    return (
        select(SiteClosure.below_id)
        .join(Team, Team.site_id == SiteClosure.above_id)
        .where(Team.id.in_(sorted(actor.team_ids) or [0]), Team.level.in_(sorted(HUBS)))
    )


def seat_at(session: Session, actor: Actor, site_id: int) -> Seat:
    """Return where *actor* stands to a site; one statement."""
    query = (
        select(Team.id, Team.level, SiteClosure.depth)
        .join(SiteClosure, SiteClosure.above_id == Team.site_id)
        .where(SiteClosure.below_id == site_id, in_network(actor, Team.network_id))
        .where(Team.deleted_at.is_(None), Team.archived_at.is_(None))
    )
    here, hubs, homes = set(), set(), set()
    for team, level, depth in session.execute(query):
        if depth == 0:
            homes.add(team)
        if not actor.edits(team):
            continue
        if depth == 0:
            here.add(team)
        elif level in HUBS:
            hubs.add(team)
    return Seat(frozenset(here), frozenset(hubs), frozenset(homes), actor.is_network_lead)


def sites_to_write(session: Session, actor: Actor, *, find: str = "", limit: int = 500) -> list[SiteRow]:
    """Return the sites that *actor* writes for, outermost first, by name."""
    query = select(*_SITE).where(in_network(actor, Site.network_id), Site.deleted_at.is_(None))
    if not actor.is_network_lead:
        own = select(Team.site_id).where(
            Team.id.in_(sorted(t for t in actor.team_ids if actor.edits(t)) or [0])
        )
        edited = [team for team in actor.team_ids if actor.edits(team)]
        hubs = (
            select(SiteClosure.below_id)
            .join(Team, Team.site_id == SiteClosure.above_id)
            .where(Team.id.in_(sorted(edited) or [0]), Team.level.in_(sorted(HUBS)))
        )
        query = query.where(or_(Site.id.in_(own), Site.id.in_(hubs)))
    if find:
        query = query.where(Site.name.icontains(find, autoescape=True))
    rows = session.execute(query.order_by(Site.name, Site.id).limit(limit))
    return [SiteRow(*row) for row in rows]


def line_sites(session: Session, actor: Actor, site_id: int) -> list[SiteRow]:
    """Return a site with those it lies in, the outermost first, that the reader may read; one statement."""
    query = (
        select(*_SITE)
        .join(SiteClosure, SiteClosure.above_id == Site.id)
        .where(SiteClosure.below_id == site_id, reads_site(actor, Site.id))
        .order_by(SiteClosure.depth.desc())
    )
    return [SiteRow(*row) for row in session.execute(query)]


def sites_by_number(session: Session, numbers: Sequence[int]) -> dict[int, SiteRow]:
    """Return sites that were found already, by number; one statement."""
    rows = session.execute(select(*_SITE).where(Site.id.in_(sorted(numbers) or [0])))
    return {row[0]: SiteRow(*row) for row in rows}


def areas(session: Session, actor: Actor) -> list[SiteRow]:
    """Return the districts, regions and states that the reader's pages can be narrowed to, by name."""
    query = (
        select(*_SITE)
        .where(
            in_network(actor, Site.network_id),
            Site.deleted_at.is_(None),
            Site.level.in_([Level.DISTRICT, Level.REGION, Level.STATE]),
            reads_counts(actor, Site.id),
        )
        .order_by(Site.name, Site.id)
        .limit(300)
    )
    return [SiteRow(*row) for row in session.execute(query)]


def within(site: Any, area_id: int | None) -> ColumnElement[bool]:
    """Return the condition that a site lies in an area, the area itself included; true without one."""
    if area_id is None:
        return true()
    found: ColumnElement[bool] = site.in_(select(SiteClosure.below_id).where(SiteClosure.above_id == area_id))
    return found


def area_of(session: Session, actor: Actor, area_id: UUID | None) -> SiteRow | None:
    """Return the area that an address asks for, if it asks for one.

    Raises:
        AbsentError: the reader's pages can't be narrowed to it.
    """
    if area_id is None:
        return None
    query = select(*_SITE).where(
        and_(in_network(actor, Site.network_id), Site.public_id == area_id, Site.deleted_at.is_(None))
    )
    row = session.execute(query.where(reads_counts(actor, Site.id))).one_or_none()
    if row is None:
        raise AbsentError(_("There is no such place."))
    return SiteRow(*row)


def beyond(
    session: Session, query: Select[Any], columns: Sequence[Any], last: Select[Any], *, down: bool = False
) -> Select[Any]:
    """Return *query* cut to what comes after a row; one statement that reads that row's *columns*.

    Raises:
        AbsentError: there is no such row.
    """
    row = session.execute(last.with_only_columns(*columns)).one_or_none()
    if row is None:
        raise AbsentError(_("There is no such page."))
    key = tuple_(*columns)
    return query.where(key < tuple_(*row) if down else key > tuple_(*row))


def site_of_team(session: Session, actor: Actor) -> SiteRow | None:
    """Return the site of the team chosen in the masthead, if there is one."""
    query = select(*_SITE).join(Team, Team.site_id == Site.id).where(Team.id == (actor.team_id or 0))
    row = session.execute(query).one_or_none()
    return SiteRow(*row) if row else None
