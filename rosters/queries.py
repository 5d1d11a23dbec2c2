"""Reading sources of rosters and the people, groups and places they know. Nothing here writes."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, func, or_, select, true
from sqlalchemy.orm import Session

from accounts.models import User
from accounts.rules import hashed
from nic_platform.actor import Actor, Level, NetworkRole
from nic_platform.errors import AbsentError
from nic_platform.importing import pieces
from nic_platform.tables import ImportRun
from nic_platform.text import _
from rosters import rules
from rosters.models import RosterGroup, RosterPerson, RosterPlace, RosterSeat, RosterSource
from teams.models import Membership, NetworkMember, Site, SiteClosure, Team
from teams.queries import in_network

_PIECE = 500


@dataclass(frozen=True)
class SourceRow:
    """One source in the list of a network."""

    id: UUID
    name: str
    kind: str
    site: str | None
    people: int
    last_run_at: datetime | None


def list_sources(session: Session, actor: Actor) -> list[SourceRow]:
    """Return the sources of the actor's network by name; one statement."""
    people = (
        select(func.count()).select_from(RosterPerson)
        .where(RosterPerson.source_id == RosterSource.id, RosterPerson.is_active)
        .where(RosterPerson.deleted_at.is_(None))
        .correlate(RosterSource).scalar_subquery()
    )  # fmt: skip
    rows = session.execute(
        select(RosterSource.public_id, RosterSource.name, RosterSource.kind, Site.name, people,
               RosterSource.last_run_at)
        .outerjoin(Site, Site.id == RosterSource.site_id)
        .where(in_network(actor, RosterSource.network_id), RosterSource.deleted_at.is_(None))
        .order_by(RosterSource.name, RosterSource.id)
    )  # fmt: skip
    return [SourceRow(*row) for row in rows]


def get_source(session: Session, actor: Actor, source_id: UUID) -> RosterSource:
    """Return one source of the actor's network, for writing too.

    Raises:
        AbsentError: there is none.
    """
    found = session.scalar(
        select(RosterSource).where(
            in_network(actor, RosterSource.network_id), RosterSource.public_id == source_id,
            RosterSource.deleted_at.is_(None),
        )
    )  # fmt: skip
    if found is None:
        raise AbsentError(_("There is no such roster."))
    return found


def source_of_token(session: Session, token: str) -> RosterSource | None:
    """Return the source that a directory's bearer token is of."""
    if not token:
        return None
    return session.scalar(
        select(RosterSource).where(
            RosterSource.token_hash == hashed(token), RosterSource.kind == rules.SCIM,
            RosterSource.deleted_at.is_(None),
        )
    )  # fmt: skip


def folder_sources(session: Session) -> list[RosterSource]:
    """Return the sources that files are read of, of every network, for a job."""
    query = select(RosterSource).where(
        RosterSource.kind == rules.ONEROSTER, RosterSource.deleted_at.is_(None)
    )
    return list(session.scalars(query.order_by(RosterSource.id)))


def people_of(session: Session, source: RosterSource) -> dict[str, RosterPerson]:
    """Return whom a source knows, by the id it gives them."""
    query = select(RosterPerson).where(RosterPerson.source_id == source.id, RosterPerson.deleted_at.is_(None))
    return {person.external_id: person for person in session.scalars(query)}


def known_ids(session: Session, source: RosterSource) -> list[str]:
    """Return the ids of whom a source knows."""
    query = select(RosterPerson.external_id).where(
        RosterPerson.source_id == source.id, RosterPerson.deleted_at.is_(None)
    )
    return list(session.scalars(query))


def places_of(session: Session, source: RosterSource) -> dict[str, RosterPlace]:
    """Return the organisations that a source knows, by their ids."""
    query = select(RosterPlace).where(RosterPlace.source_id == source.id)
    return {place.external_id: place for place in session.scalars(query)}


def groups_of(session: Session, source: RosterSource) -> list[RosterGroup]:
    """Return a directory's groups by name."""
    query = select(RosterGroup).where(RosterGroup.source_id == source.id)
    return list(session.scalars(query.order_by(RosterGroup.name, RosterGroup.id)))


def users_by_email(session: Session, emails: Collection[str]) -> dict[str, User]:
    """Return the people with these addresses, disabled or not, also of other networks."""
    found: dict[str, User] = {}
    for piece in pieces(sorted(set(emails)), _PIECE):
        found |= {user.email: user for user in session.scalars(select(User).where(User.email.in_(piece)))}
    return found


def in_scope(source: RosterSource, site_column: object) -> ColumnElement[bool]:
    """Return the condition that a site is one that a source answers for."""
    if source.site_id is None:
        return true()
    below = select(SiteClosure.below_id).where(SiteClosure.above_id == source.site_id)
    return site_column.in_(below)  # type: ignore[attr-defined,no-any-return]  # a column


def memberships_in_scope(session: Session, source: RosterSource, user_ids: Iterable[int]) -> list[Membership]:
    """Return the living memberships of some people in the teams that a source answers for."""
    found: list[Membership] = []
    for piece in pieces(sorted(set(user_ids)), _PIECE):
        found += session.scalars(
            select(Membership).join(Team, Team.id == Membership.team_id)
            .where(Membership.network_id == source.network_id, Membership.deleted_at.is_(None))
            .where(Membership.user_id.in_(piece), in_scope(source, Team.site_id))
            .order_by(Membership.id)
        )  # fmt: skip
    return found


def may_link(session: Session, source: RosterSource, user: User) -> bool:
    """Say whether a source may take somebody with an account for one of its own.

    It may for those who belong to its network already, if their address lies in one of its domains, or they
    work at a place it answers for. An administrator of the installation is nobody's to end.
    """
    if user.is_admin or user.is_service:
        return False
    member = select(Membership.id).where(
        Membership.user_id == user.id,
        Membership.network_id == source.network_id,
        Membership.deleted_at.is_(None),
    )
    if source.site_id is not None:
        in_place = member.join(Team, Team.id == Membership.team_id).where(in_scope(source, Team.site_id))
        if session.scalar(in_place.limit(1)) is not None:
            return True
    if not rules.answers_for(user.email, source.domains or []):
        return False
    role = select(NetworkMember.id).where(
        NetworkMember.user_id == user.id, NetworkMember.network_id == source.network_id,
        NetworkMember.deleted_at.is_(None),
    )  # fmt: skip
    return session.scalar(member.limit(1)) is not None or session.scalar(role.limit(1)) is not None


def has_place_elsewhere(session: Session, source: RosterSource, user_id: int) -> bool:
    """Say whether somebody belongs somewhere that a source does not answer for, or another one lists them.

    Asked when what the source answers for has ended already.
    """
    member = select(Membership.id).where(Membership.user_id == user_id, Membership.deleted_at.is_(None))
    role = select(NetworkMember.id).where(
        NetworkMember.user_id == user_id, NetworkMember.deleted_at.is_(None)
    )
    listed = select(RosterPerson.id).where(
        RosterPerson.user_id == user_id, RosterPerson.source_id != source.id, RosterPerson.is_active,
        RosterPerson.deleted_at.is_(None),
    )  # fmt: skip
    return any(session.scalar(query.limit(1)) is not None for query in (member, role, listed))


def may_change(session: Session, source: RosterSource, person: RosterPerson) -> bool:
    """Say whether a source may change somebody's name and address: if it made the account, and has it alone.

    Whoever could change the address of an account could get into it: so not that of somebody who also belongs
    to another network or place, or who has a role in the whole network.
    """
    if not person.is_made or person.user_id is None:
        return False
    user = session.get(User, person.user_id)
    if user is None or user.is_admin:
        return False
    outside = (
        select(Membership.id).join(Team, Team.id == Membership.team_id)
        .where(Membership.user_id == user.id, Membership.deleted_at.is_(None))
        .where(or_(Membership.network_id != source.network_id, ~in_scope(source, Team.site_id)))
    )  # fmt: skip
    role = select(NetworkMember.id).where(
        NetworkMember.user_id == user.id, NetworkMember.deleted_at.is_(None)
    )
    listed = select(RosterPerson.id).where(
        RosterPerson.user_id == user.id,
        RosterPerson.source_id != source.id,
        RosterPerson.deleted_at.is_(None),
    )
    return not any(session.scalar(query.limit(1)) is not None for query in (outside, role, listed))


def other_network_leads(session: Session, network_id: int, user_id: int) -> int:
    """Return how many others lead a network and may sign in."""
    found = session.scalar(
        select(func.count()).select_from(NetworkMember).join(User, User.id == NetworkMember.user_id)
        .where(NetworkMember.network_id == network_id, NetworkMember.user_id != user_id)
        .where(NetworkMember.role == NetworkRole.LEAD, NetworkMember.deleted_at.is_(None))
        .where(User.disabled_at.is_(None))
    )  # fmt: skip
    return int(found or 0)


@dataclass(frozen=True)
class TeamChoice:
    """A team that a directory's group can stand for."""

    id: UUID
    number: int
    name: str
    site: str


def teams_in_scope(session: Session, source: RosterSource, limit: int = 2000) -> list[TeamChoice]:
    """Return the teams that a source answers for, by place and name."""
    rows = session.execute(
        select(Team.public_id, Team.id, Team.name, Site.name).join(Site, Site.id == Team.site_id)
        .where(Team.network_id == source.network_id, Team.deleted_at.is_(None), Team.archived_at.is_(None))
        .where(in_scope(source, Team.site_id)).order_by(Site.name, Team.name, Team.id).limit(limit)
    )  # fmt: skip
    return [TeamChoice(*row) for row in rows]


def teams_at(session: Session, network_id: int, site_ids: Collection[int]) -> dict[int, list[Team]]:
    """Return the living teams of each place that work at the place's own level."""
    found: dict[int, list[Team]] = {}
    for piece in pieces(sorted(set(site_ids)), _PIECE):
        rows = session.execute(
            select(Team, Site.level).join(Site, Site.id == Team.site_id)
            .where(Team.network_id == network_id, Team.site_id.in_(piece), Team.deleted_at.is_(None))
            .where(Team.archived_at.is_(None)).order_by(Team.id)
        )  # fmt: skip
        for team, level in rows:
            if team.level == level:
                found.setdefault(team.site_id, []).append(team)
    return found


@dataclass(frozen=True)
class KnownSite:
    """A place of the network, cut down to what an organisation is compared with."""

    id: int
    name: str
    level: Level
    nces_id: str | None
    state_code: str | None
    parent_id: int | None


def sites_in_scope(session: Session, source: RosterSource) -> list[KnownSite]:
    """Return the places that a source answers for."""
    rows = session.execute(
        select(Site.id, Site.name, Site.level, Site.nces_id, Site.state_code, Site.parent_id)
        .where(Site.network_id == source.network_id, Site.deleted_at.is_(None), in_scope(source, Site.id))
        .order_by(Site.id)
    )  # fmt: skip
    return [KnownSite(*row) for row in rows]


@dataclass(frozen=True)
class PersonRow:
    """Somebody a source knows, as its page lists them."""

    id: UUID
    name: str
    email: str
    is_active: bool
    has_account: bool
    ended_at: datetime | None


def list_people(session: Session, source: RosterSource, limit: int = 200) -> list[PersonRow]:
    """Return whom a source knows: who left last comes first, then by name."""
    rows = session.execute(
        select(RosterPerson.public_id, RosterPerson.values["name"].as_string(), RosterPerson.email,
               RosterPerson.is_active, RosterPerson.user_id, RosterPerson.ended_at)
        .where(RosterPerson.source_id == source.id, RosterPerson.deleted_at.is_(None))
        .order_by(RosterPerson.is_active, RosterPerson.ended_at.desc(), RosterPerson.email, RosterPerson.id)
        .limit(limit)
    )  # fmt: skip
    return [PersonRow(row[0], row[1] or "", row[2], row[3], row[4] is not None, row[5]) for row in rows]


def seats_of(session: Session, person_ids: Iterable[int]) -> list[RosterSeat]:
    """Return the seats of some people of a roster."""
    found: list[RosterSeat] = []
    for piece in pieces(sorted(set(person_ids)), _PIECE):
        found += session.scalars(
            select(RosterSeat).where(RosterSeat.person_id.in_(piece)).order_by(RosterSeat.id)
        )
    return found


def get_run(session: Session, actor: Actor, run_id: UUID) -> ImportRun:
    """Return one import of a roster of the actor's network.

    Raises:
        AbsentError: there is none.
    """
    found = session.scalar(
        select(ImportRun).where(
            in_network(actor, ImportRun.network_id),
            ImportRun.public_id == run_id,
            ImportRun.kind == rules.KIND,
        )
    )
    if found is None:
        raise AbsentError(_("There is no such import."))
    return found


def runs_of(session: Session, source: RosterSource, limit: int = 20) -> list[ImportRun]:
    """Return the newest imports of a source."""
    rows = session.scalars(
        select(ImportRun).where(ImportRun.network_id == source.network_id, ImportRun.kind == rules.KIND)
        .where(ImportRun.mapping["source"].as_string() == str(source.public_id))
        .order_by(ImportRun.id.desc()).limit(limit)
    )  # fmt: skip
    return list(rows)
