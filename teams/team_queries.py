"""Reading teams, the people in them, and their links, for pages and the API."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    String,
    Uuid,
    and_,
    bindparam,
    exists,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import Session, aliased, joinedload

from accounts.models import User
from nic_platform.actor import EDITORS, Actor, Level, TeamRole
from nic_platform.errors import AbsentError
from nic_platform.ready import given, ready
from nic_platform.text import _
from teams.models import Link, Membership, PeerLink, Site, Team


@dataclass(frozen=True)
class TeamRow:
    """A team in a list."""

    id: int
    public_id: UUID
    name: str
    level: Level
    site_id: UUID
    site: str
    purpose: str
    rhythm_days: int
    meeting: str
    next_meeting_on: date | None
    decision_rights: str
    functions: list[str]
    serves: str
    archived_at: datetime | None
    version: int
    set_up_at: datetime | None = None


@dataclass(frozen=True)
class Person:
    """Somebody in a team and what they bring."""

    id: UUID
    user_id: int
    name: str
    title: str
    role: TeamRole
    version: int
    competencies: list[str] = field(default_factory=list)
    perspectives: list[str] = field(default_factory=list)
    is_active: bool = True  # can sign in
    interim_until: date | None = None  # the last day of a lead who leads only for now
    is_program: bool = False
    has_second: bool = False  # gives a code when they sign in


@dataclass(frozen=True)
class LinkRow:
    """A link with the names at both ends; ``sender`` and ``receiver`` are those who are there still."""

    id: UUID
    lower_id: UUID
    lower: str
    upper_id: UUID
    upper: str
    upper_level: Level
    why: str
    what: str
    rhythm_days: int
    duration: str
    form: str
    promised_days: int
    answer_form: str
    sender: str | None
    receiver: str | None
    last_exchange_at: datetime | None
    version: int
    topics: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Choice:
    """Something to choose in a form."""

    id: UUID
    name: str
    level: Level


def visible_teams(actor: Actor) -> Select[Any]:
    """Return the query of every team that *actor* may know of: all of the own network, also archived ones."""
    return select(Team).where(Team.network_id == actor.network_id, Team.deleted_at.is_(None))


def get_team(session: Session, actor: Actor, team_id: UUID) -> Team:
    """Return one team of the actor's network, with its site.

    Raises:
        AbsentError: there is none.
    """
    query = visible_teams(actor).where(Team.public_id == team_id).options(joinedload(Team.site))
    team: Team | None = session.scalar(query)
    if team is None:
        raise AbsentError(_("There is no such team."))
    return team


_NETWORK, _TEAM = bindparam("network", type_=Integer), bindparam("team", type_=Integer)

_COLUMNS = (
    Team.id, Team.public_id, Team.name, Team.level, Site.public_id, Site.name, Team.purpose, Team.rhythm_days,
    Team.meeting, Team.next_meeting_on, Team.decision_rights, Team.functions, Team.serves, Team.archived_at,
    Team.version, Team.set_up_at,
)  # fmt: skip


def team_row(session: Session, actor: Actor, team_id: UUID) -> TeamRow:
    """Return one team of the actor's network for reading, with its place.

    Raises:
        AbsentError: there is none.
    """
    row = session.execute(_team_row(), {"network": actor.network_id, "team": team_id}).one_or_none()
    if row is None:
        raise AbsentError(_("There is no such team."))
    return TeamRow(*row)


@cache
def _team_row() -> Select[Any]:
    return (
        select(*_COLUMNS)
        .join(Site, Site.id == Team.site_id)
        .where(Team.network_id == _NETWORK, Team.deleted_at.is_(None))
        .where(Team.public_id == bindparam("team", type_=Uuid))
    )


def _of_level(actor: Actor, level: Level, *, after_last: bool) -> Select[int]:
    """Return the query of a level's living teams by name; of the level of the last one those after it."""
    query = (
        select(Team.id)
        .where(Team.network_id == actor.network_id, Team.rank == level.rank)
        .where(Team.deleted_at.is_(None), Team.archived_at.is_(None))
        .order_by(Team.name, Team.id)
    )
    if not after_last:
        return query
    name = bindparam("last_name", type_=String)
    return query.where(Team.name >= name, or_(Team.name > name, Team.id > bindparam("last", type_=Integer)))


def list_teams(
    session: Session, actor: Actor, *, after: UUID | None = None, limit: int = 100, level: Level | None = None
) -> list[TeamRow]:
    """Return up to *limit* + 1 teams after a key (a team's id), highest level first, then by name."""
    last = get_team(session, actor, after) if after is not None else None
    levels = tuple(
        each for each in ([level] if level is not None else Level) if last is None or each.rank <= last.rank
    )
    if not levels:
        return []
    begun = last.level if last else None
    values = given(actor, last=last and last.id, last_name=last and last.name, most=limit + 1)
    return [TeamRow(*row) for row in session.execute(_list_of_teams(actor, levels, begun), values)]


@ready
def _list_of_teams(actor: Actor, levels: tuple[Level, ...], begun: Level | None) -> Select[Any]:
    """Return the statement of a page; the one before ended within the level *begun*."""
    most = bindparam("most", type_=Integer)
    # The first of each level, by the index that has them in order: no list of all teams is ever sorted.
    ids = [
        select(_of_level(actor, each, after_last=each is begun).limit(most).subquery().c.id)
        for each in levels
    ]
    return (
        select(*_COLUMNS)
        .join(Site, Site.id == Team.site_id)
        .where(Team.id.in_(union_all(*ids)))
        .order_by(Team.rank.desc(), Team.name, Team.id)
        .limit(most)
    )


def people_of(session: Session, team_id: int) -> list[Person]:
    """Return the people of a team, leads first, then by name. One statement."""
    order = list(TeamRole)
    people = [_person(row) for row in session.execute(_people_of_team(), {"team": team_id})]
    return sorted(people, key=lambda person: order.index(person.role))


@cache
def _people_of_team() -> Select[Any]:
    return (
        select(
            User.public_id, User.id, User.name, User.title, Membership.role, Membership.version,
            Membership.competencies, Membership.perspectives, User.disabled_at, Membership.interim_until,
            User.is_service, User.second_since.is_not(None),
        )
        .join(User, User.id == Membership.user_id)
        .where(Membership.team_id == _TEAM, Membership.deleted_at.is_(None))
        .order_by(User.name, User.id)
    )  # fmt: skip


def _person(row: Any) -> Person:
    return Person(
        row.public_id, row.id, row.name, row.title, row.role, row.version, row.competencies or [],
        row.perspectives or [], row.disabled_at is None, row.interim_until,
        row.is_service, row[-1],
    )  # fmt: skip


def place_of(session: Session, team_id: int, person_id: UUID, *, gone_too: bool = False) -> Membership:
    """Return one person's place in a team, for writing.

    Raises:
        AbsentError: they have none (or left, unless *gone_too*).
    """
    query = (
        select(Membership)
        .join(User, User.id == Membership.user_id)
        .where(Membership.team_id == team_id, User.public_id == person_id)
        .options(joinedload(Membership.user))
    )
    if not gone_too:
        query = query.where(Membership.deleted_at.is_(None))
    place = session.scalar(query)
    if place is None:
        raise AbsentError(_("There is no such person in this team."))
    return place


_LOWER, _UPPER = aliased(Team), aliased(Team)
_SENDER, _RECEIVER = aliased(User), aliased(User)


def _is_there(user: Any, team_id: Any) -> ColumnElement[bool]:
    """Return the condition that somebody is in a team and can sign in: who left carries no link."""
    place = exists().where(
        Membership.user_id == user.id, Membership.team_id == team_id, Membership.deleted_at.is_(None)
    )
    return and_(user.disabled_at.is_(None), place)


def _link_rows(actor: Actor) -> Any:
    return (
        select(
            Link.public_id, _LOWER.public_id, _LOWER.name, _UPPER.public_id, _UPPER.name, _UPPER.level,
            Link.why, Link.what, Link.rhythm_days, Link.duration, Link.form, Link.promised_days,
            Link.answer_form, _SENDER.name, _RECEIVER.name, Link.last_exchange_at, Link.version,
            Link.topics,
        )
        .join(_LOWER, _LOWER.id == Link.lower_id)
        .join(_UPPER, _UPPER.id == Link.upper_id)
        .outerjoin(_SENDER, and_(_SENDER.id == Link.sender_id, _is_there(_SENDER, Link.lower_id)))
        .outerjoin(_RECEIVER, and_(_RECEIVER.id == Link.receiver_id, _is_there(_RECEIVER, Link.upper_id)))
        .where(Link.network_id == actor.network_id, Link.deleted_at.is_(None))
        .where(_LOWER.archived_at.is_(None), _UPPER.archived_at.is_(None))
    )  # fmt: skip


def links_of(session: Session, actor: Actor, team_id: int) -> list[LinkRow]:
    """Return the links at either end of a team, by name. One statement."""
    query = _link_rows(actor).where(or_(Link.lower_id == team_id, Link.upper_id == team_id))
    rows = session.execute(query.order_by(_UPPER.name, _LOWER.name))
    return [LinkRow(*row) for row in rows]


def list_links(
    session: Session, actor: Actor, *, after: UUID | None = None, limit: int = 100
) -> list[LinkRow]:
    """Return up to *limit* + 1 links of the network after a key (a link's id), oldest first."""
    query = _link_rows(actor).order_by(Link.id).limit(limit + 1)
    if after is not None:
        query = query.where(Link.id > get_link(session, actor, after).id)
    return [LinkRow(*row) for row in session.execute(query)]


def link_row(session: Session, actor: Actor, link_id: UUID) -> LinkRow:
    """Return one link for reading.

    Raises:
        AbsentError: there is none.
    """
    row = session.execute(_link_rows(actor).where(Link.public_id == link_id)).one_or_none()
    if row is None:
        raise AbsentError(_("There is no such link."))
    return LinkRow(*row)


def get_link(session: Session, actor: Actor, link_id: UUID, *, gone_too: bool = False) -> Link:
    """Return one link with its two teams, for writing.

    Raises:
        AbsentError: there is none (or it was removed, unless *gone_too*).
    """
    query = (
        select(Link)
        .where(Link.network_id == actor.network_id, Link.public_id == link_id)
        .options(joinedload(Link.lower), joinedload(Link.upper))
    )
    if not gone_too:
        query = query.where(Link.deleted_at.is_(None))
    link = session.scalar(query)
    if link is None:
        raise AbsentError(_("There is no such link."))
    return link


def peers_of(session: Session, team_id: int) -> list[tuple[UUID, str, Level, str]]:
    """Return the teams that learn together with this one: id, name, level, purpose."""
    rows = session.execute(_peers_of_team(), {"team": team_id})
    return [(row[0], row[1], row[2], row[3]) for row in rows]


@cache
def _peers_of_team() -> Select[UUID, str, Level, str]:
    return (
        select(Team.public_id, Team.name, Team.level, PeerLink.purpose)
        .join(PeerLink, or_(PeerLink.first_id == Team.id, PeerLink.second_id == Team.id))
        .where(or_(PeerLink.first_id == _TEAM, PeerLink.second_id == _TEAM), Team.id != _TEAM)
        .where(PeerLink.deleted_at.is_(None), Team.deleted_at.is_(None), Team.archived_at.is_(None))
        .order_by(Team.name, Team.id)
    )


def teams_above(session: Session, actor: Actor, rank: int) -> Sequence[Choice]:
    """Return the teams of higher levels, which a team may lift to."""
    return _choices(session, actor, Team.rank > rank)


def teams_beside(session: Session, actor: Actor, team_id: int) -> Sequence[Choice]:
    """Return every other team, which may learn together with this one."""
    return _choices(session, actor, Team.id != team_id)


def _choices(session: Session, actor: Actor, condition: Any) -> list[Choice]:
    rows = session.execute(
        select(Team.public_id, Team.name, Team.level)
        .where(Team.network_id == actor.network_id, Team.deleted_at.is_(None), Team.archived_at.is_(None))
        .where(condition)
        .order_by(Team.rank, Team.name, Team.id)
    )
    return [Choice(*row) for row in rows]


def name_of(session: Session, user_id: int | None) -> str:
    """Return who a number stands for; "somebody" for nobody."""
    name = session.scalar(select(User.name).where(User.id == user_id)) if user_id else None
    return name or _("Somebody")


def people_linking(session: Session, lower_id: int, upper_id: int) -> list[str]:
    """Return the names of the people who work in both teams; coaches and observers are guests."""
    works = Membership.role.in_(sorted(EDITORS)) & Membership.deleted_at.is_(None)
    both = select(Membership.user_id).where(Membership.team_id == upper_id, works)
    return list(
        session.scalars(
            select(User.name)
            .join(Membership, Membership.user_id == User.id)
            .where(Membership.team_id == lower_id, works, User.id.in_(both), User.disabled_at.is_(None))
            .order_by(User.name)
        )
    )
