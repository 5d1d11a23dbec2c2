"""Ending somebody's access because a roster let go of them, and bringing it back.

The one way out for all rosters: files, a directory's ``active: false``, a deleted row. What hung on the
person goes to another lead of each team, as a hand-over does it; where nobody else leads, it stays with the
team, and those above are told, who name a lead. What was ended is kept, so that all of it can come back.
Callers hand in the session and decide when to commit.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from accounts import services as account_services
from accounts import sign_in_services
from accounts.models import ApiToken, OneTimeLink, User
from accounts.rules import LinkPurpose
from desk import handover, handover_queries, handover_services
from nic_platform.actor import Actor, NetworkRole, TeamRole
from nic_platform.notices import notify
from nic_platform.tables import ImportRun
from nic_platform.text import _
from rosters import queries
from rosters.models import RosterPerson, RosterSource
from teams import lead_queries, lead_services
from teams.models import Membership, Network, NetworkMember, Team

LEFT = "team.left_roster"


def end_access(
    session: Session,
    source: RosterSource,
    person: RosterPerson,
    *,
    at: datetime,
    leaving: Collection[int] = (),
    anyway: bool = False,
) -> None:
    """End what somebody may do here by a source: places in its teams, sign-ins, tokens, links.

    The account is closed where nothing else lets the person in: no place in another part of the network, in
    another network, or in another roster. An administrator's account stays.

    Args:
        leaving: numbers of the people who leave at the same time: nothing is handed to them.
        anyway: also where the source is set to end nobody's access, since a person asked for it.
    """
    person.is_active, person.ended_at, person.changed_at = False, at, at
    person.version += 1
    user = session.get(User, person.user_id) if person.user_id else None
    if user is None or not (source.ends_access or anyway):
        person.ended = None
        return
    record: dict[str, Any] = {
        "at": at.isoformat(),
        "closed": False,
        "places": [],
        "handovers": [],
        "roles": [],
    }
    led = lead_queries.led_by(session, user.id)
    teams: list[int] = []
    for place in queries.memberships_in_scope(session, source, [user.id]):
        teams.append(place.team_id)
        _end_place(session, source, user, place, record, {*leaving, user.id}, at)
    _end_roles(session, source, user, record, at)
    session.flush()
    _end_ways_in(session, source, user, teams, record, at)
    person.ended = record
    session.flush()
    if led:
        lead_services.tell_unled(session, lead_queries.unled_since(session, only=led), at=at)


def _end_place(
    session: Session, source: RosterSource, user: User, place: Membership, record: dict[str, Any],
    leaving: Collection[int], at: datetime,
) -> None:  # fmt: skip
    """End one membership. Another lead of the team gets what hangs on the person, and every lead is told."""
    team = session.get_one(Team, place.team_id)
    leads = [one for one in lead_queries.leads_of(session, team.id) if one.user_id not in leaving]
    if leads:
        network = session.get_one(Network, source.network_id)
        kinds = dict.fromkeys(handover.kind_words(), leads[0].id)
        run = handover_services.hand_over(
            session, team, user, handover_services.Wanted(to=kinds, end_feeds=True, take_out=True),
            on=at.astimezone(ZoneInfo(network.time_zone)).date(), at=at, by=_nobody(source),
        )  # fmt: skip
        record["handovers"].append(str(run.public_id))
    else:
        for feed in handover_queries.feeds_of(session, team.id, user.id):
            feed.revoked_at = at
    if place.deleted_at is None:
        place.deleted_at = at
    record["places"].append(str(place.public_id))
    session.flush()
    notify(
        session, [one.user_id for one in leads], kind=LEFT, network_id=source.network_id, at=at,
        subject=_("%(name)s is no longer in %(team)s", name=user.name, team=team.name),
        body=_(
            "The roster “%(roster)s” lists them no more. Look at what was handed over.", roster=source.name
        ),
        path=f"/teams/{team.public_id}/people",
    )  # fmt: skip


def _nobody(source: RosterSource) -> Actor:
    """Return who hands over in a roster's name: no person."""
    return Actor(user_id=0, name=source.name, network_id=source.network_id)


def _end_roles(
    session: Session, source: RosterSource, user: User, record: dict[str, Any], at: datetime
) -> None:
    """End roles in the whole network, if the source answers for all of it; its last lead stays one."""
    if source.site_id is not None:
        return
    roles = session.scalars(
        select(NetworkMember).where(
            NetworkMember.network_id == source.network_id, NetworkMember.user_id == user.id,
            NetworkMember.deleted_at.is_(None),
        )
    ).all()  # fmt: skip
    for role in roles:
        if role.role is NetworkRole.LEAD and not queries.other_network_leads(
            session, source.network_id, user.id
        ):
            continue
        role.deleted_at = at
        record["roles"].append(str(role.public_id))


def _end_ways_in(
    session: Session,
    source: RosterSource,
    user: User,
    teams: Collection[int],
    record: dict[str, Any],
    at: datetime,
) -> None:
    if not user.is_admin and user.is_active and not queries.has_place_elsewhere(session, source, user.id):
        account_services.disable(session, user, by=None, at=at)
        record["closed"] = True
        return
    sign_in_services.end_all(session, user.id, at=at)
    account_services.void_links(session, user.id, at=at)
    session.execute(
        update(ApiToken).where(ApiToken.user_id == user.id, ApiToken.revoked_at.is_(None))
        .where(or_(ApiToken.team_id.in_(sorted(teams)), ApiToken.team_id.is_(None))).values(revoked_at=at)
    )  # fmt: skip
    session.execute(
        update(OneTimeLink).where(OneTimeLink.created_by_id == user.id, OneTimeLink.used_at.is_(None))
        .where(OneTimeLink.network_id == source.network_id)
        .where(OneTimeLink.purpose == LinkPurpose.INVITATION.value).values(used_at=at)
    )  # fmt: skip


def bring_back(session: Session, source: RosterSource, person: RosterPerson, *, at: datetime) -> None:
    """Undo :func:`end_access`: the account, the places and what was handed over, unless it was changed since.

    Sign-ins, tokens and links that ended stay ended. An account that an administrator closed stays closed.
    """
    record, person.ended = person.ended, None
    person.is_active, person.ended_at, person.changed_at = True, None, at
    person.version += 1
    user = session.get(User, person.user_id) if person.user_id else None
    if not record or user is None:
        return
    ended = datetime.fromisoformat(record["at"])
    if record["closed"] and user.disabled_at == ended:
        account_services.enable(session, user, by=None, at=at)
    for name in reversed(record["handovers"]):
        run = session.scalar(select(ImportRun).where(ImportRun.public_id == UUID(name)))
        if run is not None and run.state == "done":
            handover_services.undo(session, run, by=_nobody(source), at=at)
    kinds: tuple[tuple[Any, str], ...] = ((Membership, "places"), (NetworkMember, "roles"))
    for model, key in kinds:
        for name in record[key]:
            row = session.scalar(select(model).where(model.public_id == UUID(name)))
            if row is not None and row.deleted_at == ended:
                row.deleted_at = None
    session.flush()


def end_given(session: Session, place: Membership, *, at: datetime) -> str | None:
    """End a place that a roster gave and takes back; who stays in other ways keeps the account.

    A lead whom nobody else could follow stays until somebody else leads.

    Returns:
        The place's id where it ended.
    """
    if place.deleted_at is not None:
        return None
    others = [one for one in lead_queries.leads_of(session, place.team_id) if one.user_id != place.user_id]
    if place.role is TeamRole.LEAD and not others:
        return None
    place.deleted_at = at
    session.flush()
    return str(place.public_id)
