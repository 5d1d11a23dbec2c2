"""Changing networks, sites, teams and links. Callers hand in the session and decide when to commit."""

from datetime import date, datetime

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from nic_platform.actor import Actor, Level, NetworkRole, TeamRole
from nic_platform.errors import RuleError
from nic_platform.text import _
from teams.models import Membership, NetworkMember, Site, SiteClosure, Team
from teams.move_services import tell_site_moved
from teams.reach_services import reach_rows, rebuild_reach

__all__ = [
    "add_member", "give_network_role", "move_site", "place_site", "reach_rows", "rebuild_reach",
]  # fmt: skip


def add_member(
    session: Session,
    team_id: int,
    user_id: int,
    role: TeamRole,
    *,
    until: date | None = None,
    by: Actor | None,
    at: datetime,
) -> Membership:
    """Give a person a place in a team, or the new role if they have (or had) one there.

    Args:
        until: the last day of a lead who leads it only for now.
    """
    found = session.scalar(
        select(Membership).where(Membership.team_id == team_id, Membership.user_id == user_id)
    )
    if found is None:
        team = session.get_one(Team, team_id)
        found = Membership(network_id=team.network_id, team_id=team_id, user_id=user_id, role=role)
        session.add(found)
    found.role, found.interim_until, found.deleted_at = role, until, None
    session.flush()
    return found


def give_network_role(
    session: Session,
    network_id: int,
    user_id: int,
    role: NetworkRole,
    level: Level | None = None,
    *,
    by: Actor | None,
    at: datetime,
) -> NetworkMember:
    """Give a person a role in a whole network; a reviewer works the escalations of *level*."""
    found = session.scalar(
        select(NetworkMember).where(
            NetworkMember.network_id == network_id,
            NetworkMember.user_id == user_id,
            NetworkMember.role == role,
        )
    )
    if found is None:
        found = NetworkMember(network_id=network_id, user_id=user_id, role=role)
        session.add(found)
    found.level, found.deleted_at = level, None
    session.flush()
    return found


def place_site(session: Session, site: Site) -> None:
    """Write the closure rows of a new site, which is flushed already and has nothing below it yet."""
    above = session.execute(
        select(SiteClosure.above_id, SiteClosure.depth).where(SiteClosure.below_id == site.parent_id)
    ).all()
    rows = [{"above_id": site.id, "below_id": site.id, "depth": 0}]
    rows += [{"above_id": row.above_id, "below_id": site.id, "depth": row.depth + 1} for row in above]
    session.execute(insert(SiteClosure), rows)


def move_site(session: Session, site: Site, parent_id: int | None) -> None:
    """Hang a site, with all below it, under another one (or under none); the closure follows.

    Raises:
        RuleError: the other one lies below it.
    """
    below = session.execute(
        select(SiteClosure.below_id, SiteClosure.depth).where(SiteClosure.above_id == site.id)
    ).all()
    subtree = [row.below_id for row in below]
    if parent_id in subtree:
        raise RuleError(_("A place can't lie within itself. Choose another one."))
    was, site.parent_id = site.parent_id, parent_id
    session.execute(
        delete(SiteClosure).where(SiteClosure.below_id.in_(subtree), SiteClosure.above_id.not_in(subtree))
    )
    above = session.execute(
        select(SiteClosure.above_id, SiteClosure.depth).where(SiteClosure.below_id == parent_id)
    ).all()
    rows = [
        {"above_id": up.above_id, "below_id": down.below_id, "depth": up.depth + down.depth + 1}
        for up in above
        for down in below
    ]
    if rows:
        session.execute(insert(SiteClosure), rows)
    tell_site_moved(session, site, was)
