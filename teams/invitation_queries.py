"""Where somebody may be invited to, for invitations and administrators. Nothing here writes."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from nic_platform.actor import Actor, Level, TeamRole
from nic_platform.errors import AbsentError
from nic_platform.text import _
from teams.models import Membership, Network, NetworkMember, Team

MOST = 20  # teams that one search shows


@dataclass(frozen=True)
class TeamChoice:
    """A team in a list of places to invite to."""

    id: UUID
    name: str
    level: Level
    network: str


@dataclass(frozen=True)
class NetworkRow:
    """A network in the administrator's list."""

    id: UUID
    name: str
    teams: int
    people: int


@dataclass(frozen=True)
class OwnPlace:
    """One team a person belongs to, in the words of their own account page."""

    id: UUID
    name: str
    level: Level
    role: TeamRole


def _living(actor: Actor) -> Select[UUID, str, Level, str]:
    query = (
        select(Team.public_id, Team.name, Team.level, Network.name)
        .join(Network, Network.id == Team.network_id)
        .where(Team.deleted_at.is_(None), Team.archived_at.is_(None))
    )
    return query if actor.is_admin else query.where(Team.network_id == actor.network_id)


def led_teams(session: Session, actor: Actor) -> list[TeamChoice]:
    """Return the teams that the person leads, highest level first."""
    own = [team_id for team_id in actor.team_ids if actor.leads(team_id)]
    rows = session.execute(_living(actor).where(Team.id.in_(own)).order_by(Team.rank.desc(), Team.name))
    return [TeamChoice(*row) for row in rows]


def find_teams(session: Session, actor: Actor, text: str) -> list[TeamChoice]:
    """Return up to 20 teams whose name holds *text*: of the own network, for an administrator of all."""
    like = func.lower(Team.name).contains(text.strip().lower(), autoescape=True)
    rows = session.execute(_living(actor).where(like).order_by(Team.name, Team.id).limit(MOST))
    return [TeamChoice(*row) for row in rows]


def team_to_invite_to(session: Session, actor: Actor, team_id: UUID) -> Team:
    """Return a living team of the own network, for an administrator of any.

    Raises:
        AbsentError: there is none that the person may know of.
    """
    query = select(Team).where(
        Team.public_id == team_id, Team.deleted_at.is_(None), Team.archived_at.is_(None)
    )
    if not actor.is_admin:
        query = query.where(Team.network_id == actor.network_id)
    team: Team | None = session.scalar(query)
    if team is None:
        raise AbsentError(_("There is no such team."))
    return team


def network_to_invite_to(session: Session, actor: Actor, network_id: UUID | None = None) -> Network:
    """Return the own network; for an administrator the one that is named.

    Raises:
        AbsentError: there is none that the person may know of.
    """
    query = select(Network).where(Network.deleted_at.is_(None))
    if network_id is not None:
        query = query.where(Network.public_id == network_id)
    if network_id is None or not actor.is_admin:
        query = query.where(Network.id == actor.network_id)
    network: Network | None = session.scalar(query)
    if network is None:
        raise AbsentError(_("There is no such network."))
    return network


def team_of_invitation(session: Session, team_id: UUID, network_id: int | None) -> Team | None:
    """Return the team that an invitation names, unless it is gone."""
    return session.scalar(
        select(Team).where(
            Team.public_id == team_id, Team.network_id == network_id,
            Team.deleted_at.is_(None), Team.archived_at.is_(None),
        )
    )  # fmt: skip


def is_in_team(session: Session, team_id: int, user_id: int) -> bool:
    """Say whether a person has a place in a team now."""
    found = select(Membership.id).where(
        Membership.team_id == team_id, Membership.user_id == user_id, Membership.deleted_at.is_(None)
    )
    return session.scalar(found) is not None


def own_places(session: Session, user_id: int) -> Sequence[OwnPlace]:
    """Return a person's teams of every network, highest level first."""
    rows = session.execute(
        select(Team.public_id, Team.name, Team.level, Membership.role)
        .join(Membership, Membership.team_id == Team.id)
        .where(Membership.user_id == user_id, Membership.deleted_at.is_(None), Team.deleted_at.is_(None))
        .order_by(Team.rank.desc(), Team.name, Team.id)
    )
    return [OwnPlace(*row) for row in rows]


def own_place(session: Session, user_id: int, team_id: UUID) -> Membership:
    """Return the person's own place in a team, for leaving it.

    Raises:
        AbsentError: they have none.
    """
    place = session.scalar(
        select(Membership)
        .join(Team, Team.id == Membership.team_id)
        .where(Membership.user_id == user_id, Membership.deleted_at.is_(None), Team.public_id == team_id)
    )
    if place is None:
        raise AbsentError(_("You are not in that team."))
    return place


def all_networks(session: Session, *, only: int | None = None) -> list[NetworkRow]:
    """Return every network by name, with its teams and people counted; at most 200.

    Args:
        only: the number of the one wanted; ``None`` for all, 0 for none.
    """
    if only == 0:
        return []
    teams = (
        select(func.count())
        .select_from(Team)
        .where(Team.network_id == Network.id, Team.deleted_at.is_(None))
        .scalar_subquery()
    )
    in_teams = (
        select(Membership.user_id)
        .where(Membership.network_id == Network.id, Membership.deleted_at.is_(None))
        .correlate(Network)
    )
    with_roles = (
        select(NetworkMember.user_id)
        .where(NetworkMember.network_id == Network.id, NetworkMember.deleted_at.is_(None))
        .correlate(Network)
    )
    everybody = in_teams.union(with_roles).subquery()
    people = select(func.count()).select_from(everybody).scalar_subquery()
    query = select(Network.public_id, Network.name, teams, people).where(Network.deleted_at.is_(None))
    if only is not None:
        query = query.where(Network.id == only)
    rows = session.execute(query.order_by(Network.name, Network.id).limit(200))
    return [NetworkRow(*row) for row in rows]


def teams_called(session: Session, text: str) -> list[Team]:
    """Return the living teams of that name or public id, of whichever network; for the command line."""
    query = select(Team).where(Team.deleted_at.is_(None), Team.archived_at.is_(None))
    by_id = _as_uuid(text)
    query = query.where(Team.public_id == by_id if by_id else func.lower(Team.name) == text.strip().lower())
    return list(session.scalars(query.order_by(Team.id).limit(MOST)))


def networks_called(session: Session, text: str) -> list[Network]:
    """Return the networks of that name or public id; for the command line."""
    by_id = _as_uuid(text)
    named = Network.public_id == by_id if by_id else func.lower(Network.name) == text.strip().lower()
    query = select(Network).where(Network.deleted_at.is_(None), named)
    return list(session.scalars(query.order_by(Network.id).limit(MOST)))


def _as_uuid(text: str) -> UUID | None:
    try:
        return UUID(text.strip())
    except ValueError:
        return None
