"""Reading the teams and links of a network for its graph, in a fixed number of statements."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session, aliased

from nic_platform.actor import EDITORS, Actor, Level
from teams import rules
from teams.graph import Edge, Node, TeamGraph
from teams.models import Link, Membership, Site, SiteClosure, Team, TeamReach


@dataclass(frozen=True)
class TeamPlace:
    """Where a team is found: its own address, its site, the district and region around it."""

    team_id: int
    public_id: UUID
    site_id: int
    district_id: UUID | None = None
    district: str = ""
    region: str = ""


@dataclass(frozen=True)
class LinkFacts:
    """A link beside the graph: its address, and the numbers of its teams."""

    public_id: UUID
    lower_id: int
    upper_id: int


@dataclass(frozen=True)
class Picture:
    """A graph with what pages need to link to its parts."""

    graph: TeamGraph
    places: Mapping[int, TeamPlace]
    links: Mapping[tuple[int, int], LinkFacts]
    functions: Mapping[int, list[str]]

    def functions_above(self, team_id: int) -> list[tuple[str, list[str]]]:
        """Return the functions held by each team above on the links: name and functions, nearest first."""
        nodes = self.graph.nodes
        above = sorted(self.graph.beyond(team_id), key=lambda i: (rules.rank(nodes[i].level), nodes[i].name))
        return [(nodes[i].name, self.functions[i]) for i in above]


def _members() -> Any:
    """Return how many people work in a team: coaches and observers are guests."""
    return (
        select(func.count())
        .where(Membership.team_id == Team.id, Membership.deleted_at.is_(None))
        .where(Membership.role.in_(sorted(EDITORS)))
        .correlate(Team)
        .scalar_subquery()
    )


def _team_rows(network_id: int | None) -> Select[Any]:
    return select(
        Team.id,
        Team.public_id,
        Team.name,
        Team.level,
        Team.site_id,
        Team.functions,
        _members().label("members"),
    ).where(Team.network_id == network_id, Team.deleted_at.is_(None), Team.archived_at.is_(None))


def _link_rows(network_id: int | None) -> Any:
    return select(
        Link.public_id, Link.lower_id, Link.upper_id, Link.rhythm_days, Link.last_exchange_at, Link.created_at
    ).where(Link.network_id == network_id, Link.deleted_at.is_(None))


def whole_picture(session: Session, actor: Actor, today: date) -> Picture:
    """Return all teams and links of the actor's network; three statements."""
    teams = session.execute(_team_rows(actor.network_id).order_by(Team.rank.desc(), Team.name, Team.id)).all()
    links = session.execute(_link_rows(actor.network_id)).all()
    around = _around(session, actor.network_id)
    places = {
        row.id: TeamPlace(row.id, row.public_id, row.site_id, **around.get(row.site_id, {})) for row in teams
    }
    nodes = [_node(row, places[row.id].district) for row in teams]
    graph = TeamGraph(nodes, [_edge(row, actor.time_zone) for row in links], today)
    return Picture(graph, places, _facts(links), {row.id: row.functions or [] for row in teams})


def picture_of(session: Session, actor: Actor, team_id: int, today: date) -> Picture:
    """Return a team, all that it lifts to, and what lifts to it directly; two statements."""
    above = select(TeamReach.above_id).where(TeamReach.below_id == team_id)
    feeding = select(Link.lower_id).where(Link.upper_id == team_id, Link.deleted_at.is_(None))
    highest = select(func.max(Team.rank)).where(
        Team.network_id == actor.network_id, Team.deleted_at.is_(None), Team.archived_at.is_(None)
    )
    rows = _team_rows(actor.network_id).add_columns(highest.scalar_subquery().label("top"))
    wanted = or_(Team.id == team_id, Team.id.in_(above), Team.id.in_(feeding))
    teams = session.execute(rows.where(wanted)).all()
    links = session.execute(
        _link_rows(actor.network_id).where(
            or_(Link.lower_id == team_id, Link.upper_id == team_id, Link.lower_id.in_(above))
        )
    ).all()
    nodes = [_node(row, "") for row in teams]
    top = teams[0].top if teams else None
    graph = TeamGraph(nodes, [_edge(row, actor.time_zone) for row in links], today, top)
    places = {row.id: TeamPlace(row.id, row.public_id, row.site_id) for row in teams}
    return Picture(graph, places, _facts(links), {row.id: row.functions or [] for row in teams})


def _node(row: Any, place: str) -> Node:
    return Node(row.id, row.name, row.level.value, row.members, place)


def _edge(row: Any, time_zone: str) -> Edge:
    last: datetime = row.last_exchange_at or row.created_at
    return Edge(row.lower_id, row.upper_id, row.rhythm_days, last.astimezone(ZoneInfo(time_zone)).date())


def _facts(links: Any) -> dict[tuple[int, int], LinkFacts]:
    return {
        (row.lower_id, row.upper_id): LinkFacts(row.public_id, row.lower_id, row.upper_id) for row in links
    }


def _around(session: Session, network_id: int | None) -> dict[int, dict[str, Any]]:
    """Return the district and region around each site that has a team; one statement."""
    above = aliased(Site)
    sites = select(Team.site_id).where(Team.network_id == network_id, Team.deleted_at.is_(None))
    rows = session.execute(
        select(SiteClosure.below_id, above.public_id, above.name, above.level)
        .join(above, above.id == SiteClosure.above_id)
        .where(SiteClosure.below_id.in_(sites), above.level.in_([Level.DISTRICT, Level.REGION]))
    )
    found: dict[int, dict[str, Any]] = {}
    for below, public_id, name, level in rows:
        facts = found.setdefault(below, {})
        if level is Level.DISTRICT:
            facts |= {"district_id": public_id, "district": name}
        else:
            facts["region"] = name
    return found
