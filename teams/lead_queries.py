"""Teams that nobody leads, and who could: a lead who left or whose account is closed leads nobody."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from accounts.models import User
from nic_platform.actor import EDITORS, Actor, Level, TeamRole
from nic_platform.text import _
from teams.models import Link, Membership, Site, Team
from teams.queries import in_network, reads_team


@dataclass(frozen=True)
class Unled:
    """A team that nobody leads; ``people`` still work in it."""

    id: int
    public_id: UUID
    name: str
    level: Level
    site: str
    people: int
    network_id: int
    above: frozenset[int] = frozenset()  # the teams it lifts to


@dataclass(frozen=True)
class Candidate:
    """Somebody who could lead a team for now, and where they are."""

    id: UUID
    user_id: int
    name: str
    place: str


def _works(role: Any = None) -> ColumnElement[bool]:
    """Return the condition that a membership is alive and its person can sign in."""
    roles = Membership.role == role if role else Membership.role.in_(sorted(EDITORS))
    return and_(roles, Membership.deleted_at.is_(None), User.disabled_at.is_(None))


def is_led() -> ColumnElement[bool]:
    """Return the condition that a team has a lead who can sign in."""
    return exists(
        select(1)
        .select_from(Membership)
        .join(User, User.id == Membership.user_id)
        .where(Membership.team_id == Team.id, _works(TeamRole.LEAD))
        .correlate(Team)
    )


def _living() -> ColumnElement[bool]:
    return and_(Team.deleted_at.is_(None), Team.archived_at.is_(None))


def unled_teams(session: Session, actor: Actor, *, limit: int = 200) -> list[Unled]:
    """Return the teams without a lead that *actor* reads by name, highest level first; two statements."""
    rows = session.execute(
        _unled()
        .where(in_network(actor, Team.network_id), reads_team(actor, Team.id))
        .order_by(Team.rank.desc(), Team.name, Team.id)
        .limit(limit)
    )
    found = [Unled(*row) for row in rows]
    above = _above(session, [team.id for team in found])
    return [replace(team, above=frozenset(above.get(team.id, ()))) for team in found]


def _above(session: Session, team_ids: Collection[int]) -> dict[int, set[int]]:
    """Return the teams that each of some teams lifts to."""
    found: dict[int, set[int]] = {}
    links = select(Link.lower_id, Link.upper_id).where(
        Link.lower_id.in_(sorted(team_ids)), Link.deleted_at.is_(None)
    )
    for lower, upper in session.execute(links):
        found.setdefault(lower, set()).add(upper)
    return found


def unled_since(
    session: Session, *, before: datetime | None = None, only: Collection[int] | None = None
) -> list[Unled]:
    """Return the teams without a lead of every network, for a job.

    Args:
        before: leave out teams made after this moment: their network lead is still at it.
        only: of these teams.
    """
    query = _unled().order_by(Team.id)
    if before is not None:
        query = query.where(Team.created_at < before)
    if only is not None:
        query = query.where(Team.id.in_(sorted(only)))
    return [Unled(*row) for row in session.execute(query)]


def _unled() -> Any:
    people = (
        select(func.count())
        .select_from(Membership)
        .join(User, User.id == Membership.user_id)
        .where(Membership.team_id == Team.id, _works())
        .correlate(Team)
        .scalar_subquery()
    )
    return (
        select(Team.id, Team.public_id, Team.name, Team.level, Site.name, people, Team.network_id)
        .join(Site, Site.id == Team.site_id)
        .where(_living(), ~is_led())
    )


def has_lead(session: Session, team_id: int) -> bool:
    """Say whether a team has a lead who can sign in."""
    return bool(session.scalar(select(is_led()).where(Team.id == team_id)))


def led_by(session: Session, user_id: int) -> list[int]:
    """Return the numbers of the teams that a person leads by their role."""
    rows = session.scalars(
        select(Membership.team_id).where(
            Membership.user_id == user_id, Membership.role == TeamRole.LEAD, Membership.deleted_at.is_(None)
        )
    )
    return list(rows)


def candidates(session: Session, team: Team) -> list[Candidate]:
    """Return who could lead a team for now: those who work in it, then those of the teams above it.

    One statement. A person of both stands once, as of the team itself.
    """
    upper, link = aliased(Team), aliased(Link)
    above = (
        select(link.upper_id)
        .join(upper, upper.id == link.upper_id)
        .where(link.lower_id == team.id, link.deleted_at.is_(None), upper.archived_at.is_(None))
    )
    rows = session.execute(
        select(User.public_id, User.id, User.name, Team.name, Team.id)
        .join(Membership, Membership.user_id == User.id)
        .join(Team, Team.id == Membership.team_id)
        .where(_works(), or_(Team.id == team.id, Team.id.in_(above)))
        .order_by(Team.rank, Team.name, User.name, User.id)
    ).all()
    found: dict[int, Candidate] = {}
    for row in sorted(rows, key=lambda row: row[4] != team.id):
        place = _("in this team") if row[4] == team.id else row[3]
        found.setdefault(row[1], Candidate(row[0], row[1], row[2], place))
    return list(found.values())


@dataclass(frozen=True)
class Leading:
    """Somebody who leads a team and can sign in; ``until`` is the last day of who leads it for now."""

    id: UUID
    user_id: int
    name: str
    until: date | None


def leads_of(session: Session, team_id: int) -> list[Leading]:
    """Return who leads a team and can sign in, by name; one statement."""
    rows = session.execute(
        select(User.public_id, User.id, User.name, Membership.interim_until)
        .join(Membership, Membership.user_id == User.id)
        .where(Membership.team_id == team_id, _works(TeamRole.LEAD))
        .order_by(User.name, User.id)
    )
    return [Leading(*row) for row in rows]


def led_for_good(session: Session, team_id: int) -> bool:
    """Say whether a team has a lead who can sign in and leads it not only for now."""
    return any(one.until is None for one in leads_of(session, team_id))


def places_for_now(session: Session, team_id: int) -> list[Membership]:
    """Return the places of those who lead a team only for now, for writing; also of closed accounts."""
    rows = session.scalars(
        select(Membership).where(
            Membership.team_id == team_id, Membership.role == TeamRole.LEAD,
            Membership.interim_until.is_not(None), Membership.deleted_at.is_(None),
        )
    )  # fmt: skip
    return list(rows)


def lifts_to(session: Session, team_id: int) -> set[int]:
    """Return the numbers of the teams that a team lifts to."""
    living = select(Link.upper_id).where(Link.lower_id == team_id, Link.deleted_at.is_(None))
    return set(session.scalars(living))


def told_above(session: Session, team_id: int) -> set[int]:
    """Return who leads the teams that a team lifts to, and can sign in."""
    rows = session.scalars(
        select(Membership.user_id)
        .join(User, User.id == Membership.user_id)
        .join(Link, Link.upper_id == Membership.team_id)
        .where(Link.lower_id == team_id, Link.deleted_at.is_(None), _works(TeamRole.LEAD))
    )
    return set(rows)
