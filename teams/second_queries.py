"""Reading whose roles ask for a second factor, and who may reset somebody's."""

from functools import cache

from sqlalchemy import BindParameter, Select, bindparam, or_, select
from sqlalchemy.orm import Session

from accounts.models import User
from nic_platform.actor import Actor, Level, NetworkRole, TeamRole
from nic_platform.tables import Installation
from teams.models import Membership, NetworkMember, Team

WEIGHTY = (Level.DISTRICT, Level.REGION, Level.STATE)
"""Levels whose team leads see the work of many schools."""


def asks_for_second(session: Session, user: User) -> bool:
    """Say whether a person's roles, in whichever network, ask for a second factor; at most one statement.

    Administrators, network leads, reviewers, and leads of a district's, region's or state's team.
    """
    if user.is_admin:
        return True
    return session.scalar(_weighty(), {"person": user.id}) is not None


@cache
def _weighty() -> Select[int]:
    """Return the statement of :func:`asks_for_second`, put together once."""
    person: BindParameter[int] = bindparam("person")
    member = select(NetworkMember.user_id).where(
        NetworkMember.user_id == person, NetworkMember.deleted_at.is_(None),
        NetworkMember.role.in_((NetworkRole.LEAD, NetworkRole.REVIEWER)),
    )  # fmt: skip
    lead = (
        select(Membership.user_id)
        .join(Team, Team.id == Membership.team_id)
        .where(
            Membership.user_id == person, Membership.deleted_at.is_(None),
            Membership.role == TeamRole.LEAD, Team.level.in_(WEIGHTY),
            Team.deleted_at.is_(None), Team.archived_at.is_(None),
        )
    )  # fmt: skip
    return select(User.id).where(User.id == person, or_(member.exists(), lead.exists()))


def is_demo(session: Session) -> bool:
    """Say whether the database holds a demo, in which nobody has to have a second factor."""
    return bool(session.scalar(select(Installation.is_demo).limit(1)))


def may_reset(session: Session, actor: Actor, person: User) -> bool:
    """Say whether the actor may take somebody's second factor away; at most two statements.

    Administrators may for everybody but themselves. A network lead may for people of the own network alone:
    somebody who works in another one too, or is an administrator, would be opened to that lead there.
    """
    if person.id == actor.user_id:
        return False
    if actor.is_admin:
        return True
    if not actor.is_network_lead or person.is_admin:
        return False
    return networks_of(session, person.id) == {actor.network_id}


def networks_of(session: Session, user_id: int) -> set[int]:
    """Return the networks in which somebody has a role or a place in a team; one statement."""
    roles = select(NetworkMember.network_id).where(
        NetworkMember.user_id == user_id, NetworkMember.deleted_at.is_(None)
    )
    places = select(Membership.network_id).where(
        Membership.user_id == user_id, Membership.deleted_at.is_(None)
    )
    return set(session.scalars(roles.union(places)))
