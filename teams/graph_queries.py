"""Reading the teams and links of a network for its graph, in a fixed number of statements.

The picture of a whole network is built once for each version of its graph and each day, and shared by the
requests of this process; nobody may change one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache, cached_property
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Integer, Select, bindparam, func, select, union_all
from sqlalchemy.orm import Session, aliased

from nic_platform.actor import EDITORS, Actor, Level
from nic_platform.importing import without_collector
from teams import rules
from teams.graph import Edge, Node, TeamGraph
from teams.graph_cache import Recent, is_unsaved
from teams.models import Link, Membership, Network, Site, Team, TeamReach
from teams.outline import Area, Outline, outline


@dataclass(frozen=True, slots=True)
class TeamPlace:
    """Where a team is found: its own address, its site, the district and region around it."""

    team_id: int
    public_id: UUID
    site_id: int
    district_id: UUID | None = None
    district: str = ""
    region: str = ""
    area_id: int | None = None  # the number of the nearest state, region or district


@dataclass(frozen=True, slots=True)
class LinkFacts:
    """A link beside the graph: its address, and the numbers of its teams."""

    public_id: UUID
    lower_id: int
    upper_id: int


@dataclass(frozen=True, slots=True)
class LinkLine:
    """A link of one team as its page tells of it; *is_up* where the team lifts on it."""

    id: UUID
    is_up: bool
    other: str
    promised_days: int
    last_exchange_at: datetime | None


@dataclass(frozen=True)
class Picture:
    """A graph with what pages need to link to its parts; ``functions`` only where a team was asked for."""

    graph: TeamGraph
    places: Mapping[int, TeamPlace]
    links: Mapping[tuple[int, int], LinkFacts]
    functions: Mapping[int, list[str]]
    areas: Mapping[int, Area] = field(default_factory=dict)
    lines: Sequence[LinkLine] = ()  # the links of the team that was asked for, by name

    @cached_property
    def outline(self) -> Outline:
        """The network by place, counted once; only whole pictures have one."""
        return outline(self.graph, {team: place.area_id for team, place in self.places.items()}, self.areas)

    @cached_property
    def team_ids(self) -> Mapping[UUID, int]:
        """The teams' numbers by their addresses."""
        return {place.public_id: team for team, place in self.places.items()}

    def functions_above(self, team_id: int) -> list[tuple[str, list[str]]]:
        """Return the functions held by each team above on the links: name and functions, nearest first."""
        nodes = self.graph.nodes
        above = sorted(self.graph.beyond(team_id), key=lambda i: (rules.rank(nodes[i].level), nodes[i].name))
        return [(nodes[i].name, self.functions[i]) for i in above]


_Around = tuple[UUID | None, str, str, int | None]
_WIDE = (Level.STATE, Level.REGION, Level.DISTRICT)

PICTURES: Recent[Picture] = Recent(4)
"""The pictures built last; tests that arrange and look in one transaction turn it off."""


def _members() -> Any:
    """Return how many people work in a team: coaches and observers are guests."""
    return (
        select(func.count())
        .where(Membership.team_id == Team.id, Membership.deleted_at.is_(None))
        .where(Membership.role.in_(sorted(EDITORS)))
        .correlate(Team)
        .scalar_subquery()
    )


def _team_rows(network_id: Any, members: Any) -> Select[Any]:
    return select(
        Team.id,
        Team.public_id,
        Team.name,
        Team.level,
        Team.site_id,
        members.label("members"),
    ).where(Team.network_id == network_id, Team.deleted_at.is_(None), Team.archived_at.is_(None))


def _all_team_rows(network_id: int | None) -> Select[Any]:
    """Return the query of all teams, highest first, their people counted in one go and not team by team."""
    counted = (
        select(Membership.team_id, func.count().label("members"))
        .where(Membership.network_id == network_id, Membership.deleted_at.is_(None))
        .where(Membership.role.in_(sorted(EDITORS)))
        .group_by(Membership.team_id)
        .subquery()
    )
    rows = _team_rows(network_id, func.coalesce(counted.c.members, 0))
    order = (Team.rank.desc(), Team.name, Team.id)
    return rows.outerjoin(counted, counted.c.team_id == Team.id).order_by(*order)


def _link_rows(network_id: Any) -> Any:
    return select(
        Link.public_id,
        Link.lower_id,
        Link.upper_id,
        Link.rhythm_days,
        func.coalesce(Link.last_exchange_at, Link.created_at).label("last"),
    ).where(Link.network_id == network_id, Link.deleted_at.is_(None))


def whole_picture(session: Session, actor: Actor, today: date) -> Picture:
    """Return all teams and links of the actor's network: one statement, or five where the graph has changed.

    The version is read before the teams: who changes the graph in between has raised it for those who come
    after, and what this transaction changed itself is not kept.
    """
    if not PICTURES.is_on or is_unsaved(session.info, actor.network_id):
        return _build(session, actor, today)
    network, version = _version(session, actor.network_id)
    return PICTURES.take(network, (version, today), lambda: _build(session, actor, today))


def _version(session: Session, network_id: int | None) -> tuple[UUID | None, int]:
    row = session.execute(
        select(Network.public_id, Network.graph_version).where(Network.id == network_id)
    ).one_or_none()
    return (row.public_id, row.graph_version) if row else (None, 0)


@without_collector()
def _build(session: Session, actor: Actor, today: date) -> Picture:
    zone = ZoneInfo(actor.time_zone)
    teams = session.execute(_all_team_rows(actor.network_id)).all()
    links = session.execute(_link_rows(actor.network_id)).all()
    areas = _areas(session, actor.network_id)
    around = _around(session, actor.network_id, areas)
    nowhere: _Around = (None, "", "", None)
    places = {
        row.id: TeamPlace(row.id, row.public_id, row.site_id, *around.get(row.site_id, nowhere))
        for row in teams
    }
    nodes = [_node(row, places[row.id].district) for row in teams]
    graph = TeamGraph(nodes, [_edge(row, zone) for row in links], today)
    return Picture(graph, places, _facts(links), {}, areas)


def picture_of(session: Session, actor: Actor, team_id: int, today: date) -> Picture:
    """Return a team, all that it lifts to, and what lifts to it directly; two statements."""
    asked = {"network": actor.network_id, "team": team_id}
    teams = session.execute(_teams_around(), asked).all()
    links = session.execute(_links_around(), asked).all()
    nodes = [_node(row, "") for row in teams]
    zone, top = ZoneInfo(actor.time_zone), teams[0].top if teams else None
    edges = [_edge(row, zone) for row in sorted(links, key=lambda row: row.id)]
    graph = TeamGraph(nodes, edges, today, top)
    return Picture(
        graph,
        {row.id: TeamPlace(row.id, row.public_id, row.site_id) for row in teams},
        _facts(links),
        {row.id: row.functions or [] for row in teams},
        lines=[_line(row, team_id, graph) for row in links if (row.lower_id, row.upper_id) in graph.edges
               and team_id in (row.lower_id, row.upper_id)],
    )  # fmt: skip


_NETWORK, _TEAM = bindparam("network", type_=Integer), bindparam("team", type_=Integer)


@cache
def _teams_around() -> Select[Any]:
    """Return the statement of the teams around one: itself, all above it and what lifts to it directly."""
    highest = select(func.max(Team.rank)).where(
        Team.network_id == _NETWORK, Team.deleted_at.is_(None), Team.archived_at.is_(None)
    )
    more = (Team.functions, highest.scalar_subquery().label("top"))
    feeding = select(Link.lower_id).where(Link.upper_id == _TEAM, Link.deleted_at.is_(None))
    # Each way is a list of numbers of its own: with "or" between them every team and link would be read.
    wanted = union_all(select(_TEAM), _above(), feeding)
    rows = _team_rows(_NETWORK, _members()).add_columns(*more)
    return rows.where(Team.id.in_(wanted)).order_by(Team.id)


@cache
def _links_around() -> Select[Any]:
    """Return the statement of the links of one team and of all above it, by the names at both ends."""
    lower, upper = aliased(Team), aliased(Team)
    lifting = union_all(
        select(Link.id).where(Link.lower_id == _TEAM),
        select(Link.id).where(Link.upper_id == _TEAM),
        select(Link.id).where(Link.lower_id.in_(_above())),
    )
    rows: Select[Any] = (
        _link_rows(_NETWORK)
        .add_columns(Link.id, Link.promised_days, Link.last_exchange_at)
        .join(lower, lower.id == Link.lower_id)
        .join(upper, upper.id == Link.upper_id)
        .where(Link.id.in_(lifting))
        .order_by(upper.name, lower.name, Link.id)
    )
    return rows


def _above() -> Select[int]:
    return select(TeamReach.above_id).where(TeamReach.below_id == _TEAM)


def _line(row: Any, team_id: int, graph: TeamGraph) -> LinkLine:
    is_up = row.lower_id == team_id
    other = graph.nodes[row.upper_id if is_up else row.lower_id].name
    return LinkLine(row.public_id, is_up, other, row.promised_days, row.last_exchange_at)


def _node(row: Any, place: str) -> Node:
    return Node(row.id, row.name, row.level.value, row.members, place)


def _edge(row: Any, zone: ZoneInfo) -> Edge:
    last: datetime = row.last
    return Edge(row.lower_id, row.upper_id, row.rhythm_days, last.astimezone(zone).date())


def _facts(links: Any) -> dict[tuple[int, int], LinkFacts]:
    return {
        (row.lower_id, row.upper_id): LinkFacts(row.public_id, row.lower_id, row.upper_id) for row in links
    }


def _areas(session: Session, network_id: int | None) -> dict[int, Area]:
    """Return the states, regions and districts by number; one statement."""
    rows = session.execute(
        select(Site.id, Site.public_id, Site.name, Site.level, Site.parent_id).where(
            Site.network_id == network_id, Site.level.in_(_WIDE)
        )
    )
    return {row.id: Area(row.id, row.public_id, row.name, row.level.value, row.parent_id) for row in rows}


def _around(session: Session, network_id: int | None, areas: Mapping[int, Area]) -> dict[int, _Around]:
    """Return the district's address and name, the region's name and the nearest area's number around each
    site; one statement."""
    rows = session.execute(
        select(Site.id, Site.parent_id).where(Site.network_id == network_id, Site.level.not_in(_WIDE))
    ).all()
    parents = {row.id: row.parent_id for row in rows}
    known = {area: _chain(area, areas) for area in areas}
    nowhere: _Around = (None, "", "", None)
    found = dict(known)
    for site in parents:
        here, steps = site, 0
        while here in parents and steps < len(Level):  # a practice lies in a school, a school in a district
            here, steps = parents[here], steps + 1
        found[site] = known.get(here, nowhere)
    return found


def _chain(area: int, areas: Mapping[int, Area]) -> _Around:
    district_id, district, region = None, "", ""
    here: int | None = area
    for _step in Level:
        if here is None or here not in areas:
            break
        site = areas[here]
        if site.level == Level.DISTRICT and not district:
            district_id, district = site.public_id, site.name
        elif site.level == Level.REGION and not region:
            region = site.name
        here = site.parent_id
    return district_id, district, region, area
