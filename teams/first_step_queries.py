"""What the first steps of a team look at beside its charter and people. Nothing here writes."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from accounts.models import OneTimeLink
from accounts.rules import LinkPurpose
from nic_platform.actor import Actor
from teams import first_steps
from teams.models import Link, SiteClosure, Team
from teams.team_queries import Choice, Person


def invited_to(session: Session, team: Team, *, at: datetime) -> list[str]:
    """Return the addresses that were invited to a team and have not accepted yet; one statement."""
    rows = session.execute(
        select(OneTimeLink.email, OneTimeLink.payload)
        .where(OneTimeLink.network_id == team.network_id, OneTimeLink.used_at.is_(None))
        .where(OneTimeLink.purpose == LinkPurpose.INVITATION.value, OneTimeLink.expires_at > at)
        .order_by(OneTimeLink.email)
    )
    here = str(team.public_id)
    return sorted({row.email for row in rows if (row.payload or {}).get("team") == here})


def uppers_of(session: Session, team_id: int) -> list[str]:
    """Return the names of the teams that a team lifts to, nearest level first."""
    return list(
        session.scalars(
            select(Team.name)
            .join(Link, Link.upper_id == Team.id)
            .where(Link.lower_id == team_id, Link.deleted_at.is_(None), Team.archived_at.is_(None))
            .order_by(Team.rank, Team.name)
        )
    )


def is_top(session: Session, actor: Actor, team: Team) -> bool:
    """Say whether no living team of the network works at a higher level."""
    highest = select(func.max(Team.rank)).where(
        Team.network_id == actor.network_id, Team.deleted_at.is_(None), Team.archived_at.is_(None)
    )
    return team.rank >= (session.scalar(highest) or 0)


def path_of(
    session: Session, actor: Actor, team: Team, people: list[Person], *, at: datetime
) -> first_steps.Path:
    """Return how far a team has come with its first steps; three statements."""
    return first_steps.path(
        team,
        people,
        uppers_of(session, team.id),
        len(invited_to(session, team, at=at)),
        is_top=is_top(session, actor, team),
    )


def uppers_near(session: Session, actor: Actor, team: Team) -> list[Choice]:
    """Return the teams above that work at the places around a team, nearest first."""
    around = select(SiteClosure.above_id).where(SiteClosure.below_id == team.site_id)
    linked = select(Link.upper_id).where(Link.lower_id == team.id, Link.deleted_at.is_(None))
    rows = session.execute(
        select(Team.public_id, Team.name, Team.level)
        .where(Team.network_id == actor.network_id, Team.deleted_at.is_(None), Team.archived_at.is_(None))
        .where(Team.rank > team.rank, Team.site_id.in_(around), Team.id.not_in(linked))
        .order_by(Team.rank, Team.name, Team.id)
        .limit(50)
    )
    return [Choice(*row) for row in rows]
