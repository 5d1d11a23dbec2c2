"""Reading networks, sites and teams. Nothing here writes; everything is scoped to the actor's network."""

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from types import MappingProxyType
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Select,
    bindparam,
    false,
    func,
    literal,
    null,
    or_,
    select,
    true,
    type_coerce,
)
from sqlalchemy.orm import Session

from accounts.models import User
from nic_platform.actor import Actor, Level, NetworkRole, TeamRole
from nic_platform.tables import Notice
from teams.models import Membership, Network, NetworkMember, Team, TeamReach


@dataclass(frozen=True)
class Place:
    """One team a person belongs to, and its network: enough for the masthead and for policies."""

    team_id: int
    team_public_id: UUID
    team_name: str
    level: Level
    role: TeamRole
    network_id: int


@dataclass(frozen=True)
class NetworkFacts:
    """What every page needs to know of the network it is in."""

    id: int
    public_id: UUID
    name: str
    time_zone: str
    minimum_cell: int
    words: dict[str, Any]
    help_name: str
    help_phone: str
    is_demo: bool
    ends_at: datetime | None = None


@dataclass(frozen=True)
class Standing:
    """An actor with the names that go with the numbers."""

    actor: Actor
    places: tuple[Place, ...]
    network: NetworkFacts | None
    unread: int | None = None  # notices that wait to be read; none where nobody counted them


def standing_of(
    session: Session, user: User, team_id: int | None, *, counts_unread: bool = False
) -> Standing:
    """Return the person as policies see them, in the network of the chosen team; one statement.

    Args:
        team_id: the team chosen in the masthead; the first by name is taken when it is none of theirs.
        counts_unread: count notices by the way; not for who belongs nowhere.
    """
    places, networks, roles, unread = _belongings(session, user.id, counts_unread=counts_unread)
    chosen = next((place for place in places if place.team_id == team_id), places[0] if places else None)
    network_id = chosen.network_id if chosen else min((row[0] for row in roles), default=None)
    network = networks.get(network_id or 0)
    here = [row for row in roles if row[0] == network_id]
    actor = Actor(
        user_id=user.id,
        name=user.name,
        network_id=network_id,
        team_id=chosen.team_id if chosen else None,
        team_public_id=chosen.team_public_id if chosen else None,
        roles=MappingProxyType(
            {place.team_id: place.role for place in places if place.network_id == network_id}
        ),
        network_roles=frozenset(role for _, role, _ in here),
        reviewer_levels=frozenset(level for _, role, level in here if role is NetworkRole.REVIEWER and level),
        is_admin=user.is_admin,
        minimum_cell=network.minimum_cell if network else 10,
        time_zone=network.time_zone if network else "America/Denver",
    )
    return Standing(actor, places, network, unread)


_Role = tuple[int, NetworkRole, Level | None]


def _belongings(
    session: Session, user_id: int, *, counts_unread: bool
) -> tuple[tuple[Place, ...], dict[int, NetworkFacts], list[_Role], int | None]:
    """Return a person's places, their networks by number, the roles in whole networks, the unread notices."""
    places, networks, roles, unread = [], {}, [], None
    for row in session.execute(_of_person(counts_unread), {"person": user_id}):
        if row.network_id not in networks:
            networks[row.network_id] = NetworkFacts(
                row.network_id, row.network_public_id, row.network_name, row.time_zone,
                max(row.minimum_cell, row.state_minimum_cell), row.words or {},
                row.help_name, row.help_phone, row.is_demo, row.ends_at,
            )  # fmt: skip
        if row.team_id is None:
            roles.append((row.network_id, row.network_role, row.role_level))
        else:
            places.append(Place(row.team_id, row.team_public_id, row.team_name, row.level, row.role,
                                row.network_id))  # fmt: skip
        unread = row.unread if counts_unread else None
    return tuple(places), networks, roles, unread


@cache
def _of_person(counts_unread: bool) -> Select[Any]:
    """Return the statement of each request, put together once: teams by rank and name, then roles."""
    mine = _in_teams().union_all(_in_networks()).subquery()
    waiting = Notice.read_at.is_(None) & Notice.on_page.is_(True)
    unread = select(func.count()).where(Notice.user_id == bindparam("person"), waiting).scalar_subquery()
    query = select(*mine.c, *([unread.label("unread")] if counts_unread else []))
    return query.order_by(mine.c.team_id.is_(None), mine.c.rank, mine.c.team_name, mine.c.team_id)


_NETWORK = (
    Network.id.label("network_id"), Network.public_id.label("network_public_id"),
    Network.name.label("network_name"), Network.time_zone, Network.minimum_cell, Network.state_minimum_cell,
    Network.words, Network.help_name, Network.help_phone, Network.is_demo, Network.ends_at,
)  # fmt: skip


def _in_teams() -> Select[Any]:
    return (
        select(
            Team.id.label("team_id"), Team.public_id.label("team_public_id"), Team.name.label("team_name"),
            Team.level, Membership.role, Team.rank,
            type_coerce(null(), NetworkMember.role.type).label("network_role"),
            type_coerce(null(), NetworkMember.level.type).label("role_level"), *_NETWORK,
        )
        .join(Membership, Membership.team_id == Team.id)
        .join(Network, Network.id == Team.network_id)
        .where(Membership.user_id == bindparam("person"), Membership.deleted_at.is_(None))
        .where(Team.deleted_at.is_(None), Team.archived_at.is_(None))
    )  # fmt: skip


def _in_networks() -> Select[Any]:
    nothing = (null(),) * 6  # of a team
    return (
        select(*nothing, NetworkMember.role, NetworkMember.level, *_NETWORK)
        .join(Network, Network.id == NetworkMember.network_id)
        .where(NetworkMember.user_id == bindparam("person"), NetworkMember.deleted_at.is_(None))
    )


def reads_team(actor: Actor, team_column: Any) -> ColumnElement[bool]:
    """Return the condition under which *actor* reads a team's finished work by name.

    True for the own teams, for every team below them on the links, and for network leads and reviewers. The
    caller still names the network and leaves out drafts.
    """
    if actor.network_id is None:
        return false()
    if actor.sees_network:
        return true()
    if not actor.team_ids:
        return false()
    below = select(TeamReach.below_id).where(TeamReach.above_id.in_(actor.teams))
    return or_(team_column.in_(actor.teams), team_column.in_(below))


def reads_drafts(actor: Actor, team_column: Any) -> ColumnElement[bool]:
    """Return the condition under which *actor* reads a team's drafts: the own, but not as an observer."""
    return team_column.in_(actor.draft_teams) if actor.draft_team_ids else false()


def in_network(actor: Actor, network_column: Any) -> ColumnElement[bool]:
    """Return the condition that a row belongs to the actor's network."""
    return literal(False) if actor.network_id is None else network_column == actor.network_id
