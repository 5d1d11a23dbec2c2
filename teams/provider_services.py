"""Roles by the groups of an organisation's sign-in: given and taken away at each sign-in.

Only what the sign-in gave is taken away by it; a role that a lead gave, or changed, is the lead's. Callers
hand in the session and decide when to commit.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import Select, bindparam, func, select
from sqlalchemy.orm import Session

from accounts.models import IdentityProvider, ProviderGrant, User, UserIdentity
from accounts.sign_in_services import log
from nic_platform.actor import Level, NetworkRole, TeamRole
from nic_platform.notices import notify
from nic_platform.tables import Notice
from nic_platform.text import _
from teams import lead_queries, lead_services
from teams.models import Membership, Network, NetworkMember, Team
from teams.services import add_member, give_network_role

LAST_LEAD = "teams.last_lead"
AGAIN = timedelta(days=7)
"""That a network's last lead has lost the group is told again after so long."""

UNSEEN = timedelta(days=7)
"""So long roles by groups go on counting for who comes by password, link or passkey instead."""

_STRENGTH = {role: place for place, role in enumerate(
    (TeamRole.OBSERVER, TeamRole.COACH, TeamRole.LINKING, TeamRole.MEMBER, TeamRole.LEAD)
)}  # fmt: skip


@dataclass
class Applied:
    """How many roles a sign-in gave and took away, and the networks whose last lead it could not take."""

    given: int = 0
    taken: int = 0
    unled: set[int] = field(default_factory=set)  # teams that lost a lead
    kept_networks: list[int] = field(default_factory=list)


@dataclass
class _Wanted:
    teams: dict[int, TeamRole] = field(default_factory=dict)
    networks: dict[tuple[int, NetworkRole], Level | None] = field(default_factory=dict)


def apply(
    session: Session, provider: IdentityProvider, identity: UserIdentity, values: Collection[str] | None, *,
    at: datetime,
) -> Applied:  # fmt: skip
    """Give and take roles after what the provider said of a person's groups.

    Args:
        values: the groups; ``None`` if the provider could not name them: then nothing changes.
    """
    done = Applied()
    if values is None:
        log.warning(
            "provider %s named no groups of person %s: too many", provider.public_id, identity.user_id
        )
        return done
    # One sign-in at a time for one connection: two at once would give everything twice.
    session.execute(select(UserIdentity.id).where(UserIdentity.id == identity.id).with_for_update())
    wanted = _wanted(session, provider, values)
    grants = session.scalars(
        select(ProviderGrant).where(ProviderGrant.identity_id == identity.id).order_by(ProviderGrant.id)
    ).all()
    _teams(session, identity, wanted.teams, [each for each in grants if each.team_id], done, at)
    _networks(session, identity, wanted.networks, [each for each in grants if not each.team_id], done, at)
    session.flush()
    _tell(session, identity, done, at)
    if done.given or done.taken:
        log.info(
            "provider %s gave %s roles and took %s of person %s",
            provider.public_id, done.given, done.taken, identity.user_id,
        )  # fmt: skip
    return done


def take_back(
    session: Session, provider: IdentityProvider, identity: UserIdentity, *, at: datetime
) -> Applied:
    """Take away all that a connection gave: it has ended."""
    return apply(session, provider, identity, (), at=at)


def take_back_unseen(session: Session, user_id: int, *, at: datetime) -> list[str]:
    """Take back what organisations gave somebody whom they have not let in for a week; return their names.

    For who comes by another way: a lost group must not go on counting because somebody avoids the
    organisation's sign-in. All of it comes back with the next sign-in there. One statement if there is none.
    """
    rows = session.execute(_unseen(), {"person": user_id, "before": at - UNSEEN}).all()
    return [
        provider.name for identity, provider in rows if take_back(session, provider, identity, at=at).taken
    ]


@cache
def _unseen() -> Select[UserIdentity, IdentityProvider]:
    """Return the statement of each sign-in, put together once."""
    return (
        select(UserIdentity, IdentityProvider)
        .join(IdentityProvider, IdentityProvider.id == UserIdentity.provider_id)
        .where(UserIdentity.user_id == bindparam("person"), UserIdentity.deleted_at.is_(None))
        .where(UserIdentity.last_used_at < bindparam("before"))
        .where(IdentityProvider.deleted_at.is_(None), IdentityProvider.is_enabled.is_(True))
        .where(select(ProviderGrant.id).where(ProviderGrant.identity_id == UserIdentity.id).exists())
        .order_by(UserIdentity.id)
    )


# ---------------------------------------------------------------- what the mapping says


def _wanted(session: Session, provider: IdentityProvider, values: Collection[str]) -> _Wanted:
    lines = [line for line in provider.roles if line.get("value") in values]
    teams = _teams_named(session, provider, lines)
    networks = _networks_named(session, provider, lines)
    wanted = _Wanted()
    for line in lines:
        if line.get("team") in teams:
            number, role = teams[line["team"]], TeamRole(line["role"])
            strongest = max(wanted.teams.get(number, role), role, key=_STRENGTH.__getitem__)
            wanted.teams[number] = strongest
        elif line.get("network") in networks:
            _want_in_network(wanted, networks[line["network"]], line)
    return wanted


def _want_in_network(wanted: _Wanted, network_id: int, line: Mapping[str, Any]) -> None:
    key = network_id, NetworkRole(line["role"])
    level = Level(line["level"]) if line.get("level") else None
    before = wanted.networks.get(key)
    if key not in wanted.networks or (level and before and level.rank > before.rank):
        wanted.networks[key] = level


def _ids(lines: Sequence[Mapping[str, Any]], name: str) -> list[UUID]:
    return [UUID(line[name]) for line in lines if line.get(name)]


def _teams_named(
    session: Session, provider: IdentityProvider, lines: Sequence[Mapping[str, Any]]
) -> dict[str, int]:
    query = select(Team.public_id, Team.id).where(
        Team.public_id.in_(_ids(lines, "team")), Team.deleted_at.is_(None), Team.archived_at.is_(None)
    )
    if provider.network_id is not None:
        query = query.where(Team.network_id == provider.network_id)
    return {str(row.public_id): row.id for row in session.execute(query)}


def _networks_named(
    session: Session, provider: IdentityProvider, lines: Sequence[Mapping[str, Any]]
) -> dict[str, int]:
    query = select(Network.public_id, Network.id).where(
        Network.public_id.in_(_ids(lines, "network")), Network.deleted_at.is_(None)
    )
    if provider.network_id is not None:
        query = query.where(Network.id == provider.network_id)
    return {str(row.public_id): row.id for row in session.execute(query)}


# ---------------------------------------------------------------- teams


def _teams(
    session: Session, identity: UserIdentity, wanted: Mapping[int, TeamRole], grants: Sequence[ProviderGrant],
    done: Applied, at: datetime,
) -> None:  # fmt: skip
    held = {grant.team_id: grant for grant in grants}
    query = select(Membership).where(
        Membership.user_id == identity.user_id, Membership.team_id.in_([*held, *wanted]),
        Membership.deleted_at.is_(None),
    )  # fmt: skip
    places = {place.team_id: place for place in session.scalars(query)}
    for team_id, role in wanted.items():
        _give_place(session, identity, team_id, role, places.get(team_id), held.get(team_id), done, at)
    for grant in grants:
        if grant.team_id not in wanted:
            place = places.get(grant.team_id or 0)
            if place is not None and place.role == grant.role:
                if place.role is TeamRole.LEAD:
                    done.unled.add(place.team_id)
                place.deleted_at = at
                done.taken += 1
            session.delete(grant)


def _give_place(
    session: Session, identity: UserIdentity, team_id: int, role: TeamRole, place: Membership | None,
    grant: ProviderGrant | None, done: Applied, at: datetime,
) -> None:  # fmt: skip
    if place is None:
        add_member(session, team_id, identity.user_id, role, by=None, at=at)
        done.given += 1
        if grant is None:
            session.add(
                ProviderGrant(identity_id=identity.id, team_id=team_id, role=role.value, created_at=at)
            )
        else:
            grant.role = role.value
    elif grant is not None and place.role != grant.role:
        session.delete(grant)  # somebody changed it by hand: it is theirs now
    elif grant is not None and place.role is not role:
        if place.role is TeamRole.LEAD:
            done.unled.add(team_id)
        place.role, place.interim_until, grant.role = role, None, role.value
        done.given += 1


# ---------------------------------------------------------------- networks


def _networks(
    session: Session, identity: UserIdentity, wanted: Mapping[tuple[int, NetworkRole], Level | None],
    grants: Sequence[ProviderGrant], done: Applied, at: datetime,
) -> None:  # fmt: skip
    given = {(grant.network_id or 0, NetworkRole(grant.role)): grant for grant in grants}
    query = select(NetworkMember).where(
        NetworkMember.user_id == identity.user_id, NetworkMember.deleted_at.is_(None)
    )
    held = {(row.network_id, row.role): row for row in session.scalars(query)}
    for key, level in wanted.items():
        if key not in held:
            give_network_role(session, key[0], identity.user_id, key[1], level, by=None, at=at)
            done.given += 1
            if key not in given:
                session.add(
                    ProviderGrant(
                        identity_id=identity.id, network_id=key[0], role=key[1].value, created_at=at
                    )
                )
        elif key in given and held[key].level != level:
            held[key].level = level
    for key, grant in given.items():
        if key not in wanted:
            _take_network_role(session, held.get(key), grant, done, at)


def _take_network_role(
    session: Session, row: NetworkMember | None, grant: ProviderGrant, done: Applied, at: datetime
) -> None:
    if row is not None and row.role is NetworkRole.LEAD and _is_last_lead(session, row):
        done.kept_networks.append(row.network_id)
        return
    if row is not None:
        row.deleted_at = at
        done.taken += 1
    session.delete(grant)


def _is_last_lead(session: Session, row: NetworkMember) -> bool:
    # Two leads who lose the role at once take turns, so that the second sees that the first has gone.
    session.execute(select(Network.id).where(Network.id == row.network_id).with_for_update(key_share=True))
    others = (
        select(func.count())
        .select_from(NetworkMember)
        .join(User, User.id == NetworkMember.user_id)
        .where(NetworkMember.network_id == row.network_id, NetworkMember.id != row.id)
        .where(NetworkMember.role == NetworkRole.LEAD, NetworkMember.deleted_at.is_(None))
        .where(User.disabled_at.is_(None), User.deleted_at.is_(None))
    )
    return not session.scalar(others)


# ---------------------------------------------------------------- telling


def _tell(session: Session, identity: UserIdentity, done: Applied, at: datetime) -> None:
    if done.unled:
        lead_services.tell_unled(session, lead_queries.unled_since(session, only=done.unled), at=at)
    if not done.kept_networks:
        return
    name = session.get_one(User, identity.user_id).name
    admins = session.scalars(
        select(User.id).where(User.is_admin.is_(True), User.disabled_at.is_(None), User.deleted_at.is_(None))
    ).all()
    for network_id in done.kept_networks:
        network = session.get_one(Network, network_id)
        if _is_told(session, network_id, at):
            continue
        notify(
            session, {*admins, identity.user_id}, kind=LAST_LEAD, network_id=network_id, at=at,
            path="/network/people", subject=_("%(network)s would have no lead", network=network.name),
            body=_(
                "%(name)s’s organisation no longer says that they lead %(network)s. They are its last lead, "
                "so they keep the role until another one is named.", name=name, network=network.name,
            ),
        )  # fmt: skip


def _is_told(session: Session, network_id: int, at: datetime) -> bool:
    """Say whether it was told this week: who signs in every day is no news every day."""
    found = select(Notice.id).where(
        Notice.network_id == network_id, Notice.kind == LAST_LEAD, Notice.created_at > at - AGAIN
    )
    return session.scalar(found.limit(1)) is not None
