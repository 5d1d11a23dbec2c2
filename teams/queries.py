"""Reading networks, sites and teams. Nothing here writes; everything is scoped to the actor's network."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from types import MappingProxyType
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, bindparam, false, literal, or_, select, true
from sqlalchemy.orm import Session

from accounts.models import User
from nic_platform.actor import Actor, Level, NetworkRole, TeamRole
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


def standing_of(session: Session, user: User, team_id: int | None) -> Standing:
    """Return the person as policies see them, in the network of the chosen team; two statements.

    Args:
        team_id: the team chosen in the masthead; the first by name is taken when it is none of theirs.
    """
    places = _places(session, user.id)
    networks, roles = _networks(session, user.id, {place.network_id for place in places})
    chosen = next((place for place in places if place.team_id == team_id), places[0] if places else None)
    network_id = chosen.network_id if chosen else next((row[0] for row in roles), None)
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
    return Standing(actor, places, network)


def _places(session: Session, user_id: int) -> tuple[Place, ...]:
    return tuple(Place(*row) for row in session.execute(_places_of_person(), {"person": user_id}))


@cache
def _places_of_person() -> Select[int, UUID, str, Level, TeamRole, int]:
    """Return the statement of each request, put together once."""
    return (
        select(Team.id, Team.public_id, Team.name, Team.level, Membership.role, Team.network_id)
        .join(Membership, Membership.team_id == Team.id)
        .where(Membership.user_id == bindparam("person"), Membership.deleted_at.is_(None))
        .where(Team.deleted_at.is_(None), Team.archived_at.is_(None))
        .order_by(Team.rank, Team.name, Team.id)
    )


def _networks(
    session: Session, user_id: int, network_ids: Collection[int]
) -> tuple[dict[int, NetworkFacts], list[tuple[int, NetworkRole, Level | None]]]:
    """Return the networks of a person's teams and roles, by number, and the roles; one statement."""
    networks, roles = {}, []
    given = {"person": user_id, "networks": sorted(network_ids)}
    for row in session.execute(_networks_of_person(), given):
        cell = max(row.minimum_cell, row.state_minimum_cell)
        networks[row.id] = NetworkFacts(row.id, row.public_id, row.name, row.time_zone, cell, row.words or {},
                                        row.help_name, row.help_phone, row.is_demo, row.ends_at)  # fmt: skip
        if row.role is not None:
            roles.append((row.id, row.role, row.level))
    return networks, roles


@cache
def _networks_of_person() -> Any:
    """Return the statement of each request, put together once."""
    mine = (NetworkMember.user_id == bindparam("person")) & NetworkMember.deleted_at.is_(None)
    named = Network.id.in_(bindparam("networks", expanding=True))
    return (
        select(
            Network.id, Network.public_id, Network.name, Network.time_zone, Network.minimum_cell,
            Network.words, Network.help_name, Network.help_phone, Network.is_demo, Network.state_minimum_cell,
            Network.ends_at, NetworkMember.role, NetworkMember.level,
        )
        .outerjoin(NetworkMember, and_(NetworkMember.network_id == Network.id, mine))
        .where(or_(NetworkMember.id.is_not(None), named))
        .order_by(Network.id)
    )  # fmt: skip


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
