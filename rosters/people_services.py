"""Making a roster's people people here: linking or making accounts, and giving the places their seats mean.

Callers hand in the session and decide when to commit.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts import services as account_services
from accounts.models import User
from accounts.rules import normal_email
from nic_platform.actor import TeamRole
from nic_platform.errors import InputError
from nic_platform.importing import pieces
from nic_platform.text import _
from rosters import leaving_services, queries, rules
from rosters.models import RosterGroup, RosterPerson, RosterPlace, RosterSeat, RosterSource
from teams import lead_queries
from teams.models import Membership
from teams.services import add_member


class TakenError(InputError):
    """An address belongs to somebody whom this source may not speak of."""

    status = 409


@dataclass(frozen=True)
class Said:
    """What a roster says of somebody."""

    name: str
    email: str
    user_name: str = ""


def taken() -> TakenError:
    """Return what is said of an address that a source may not link."""
    words = _("This address can't be linked by this roster. Invite the person to a team instead.")
    return TakenError(words, {"email": words})


def account_for(
    session: Session, source: RosterSource, said: Said, *, at: datetime, makes: bool
) -> tuple[User | None, bool]:
    """Return the account that somebody of a roster has here, and whether it was made now.

    Raises:
        TakenError: the address is somebody's whom the source may not speak of.
        InputError: the address can't be one.
    """
    email = normal_email(said.email) if said.email else None
    if said.email and email is None:
        raise InputError(_("Write a mail address like name@school.org."), {"email": _("Not a mail address.")})
    if email is None:
        return None, False
    found = session.scalar(select(User).where(User.email == email))
    if found is not None:
        if not queries.may_link(session, source, found) or _is_anothers(session, source, found):
            raise taken()
        return found, False
    if not makes:
        return None, False
    return account_services.create_person(session, email=email, name=said.name or email, at=at), True


def _is_anothers(session: Session, source: RosterSource, user: User) -> bool:
    """Say whether this source knows an account under another id already."""
    query = select(RosterPerson.id).where(
        RosterPerson.source_id == source.id,
        RosterPerson.user_id == user.id,
        RosterPerson.deleted_at.is_(None),
    )
    return session.scalar(query.limit(1)) is not None


def rename(session: Session, source: RosterSource, person: RosterPerson, said: Said, *, at: datetime) -> bool:
    """Give an account that is this source's alone the name and address that the roster says now.

    Returns:
        Whether something changed. Of an account that is not its alone nothing does.

    Raises:
        TakenError: the new address is somebody else's.
        InputError: it can't be one, or lies outside what the source answers for.
    """
    user = session.get(User, person.user_id) if person.user_id else None
    if user is None or not queries.may_change(session, source, person):
        return False
    email = normal_email(said.email) if said.email else user.email
    if email is None:
        raise InputError(_("Write a mail address like name@school.org."), {"email": _("Not a mail address.")})
    changed = False
    if email != user.email:
        if source.domains and not rules.answers_for(email, source.domains):
            words = _("This address lies outside the domains of the roster.")
            raise InputError(words, {"email": words})
        other = session.scalar(select(User.id).where(User.email == email))
        if other is not None:
            raise taken()
        account_services.change_email(session, user, email, at=at)
        changed = True
    if said.name and said.name != user.name:
        user.name, changed = said.name[:120], True
    session.flush()
    return changed


def meant(
    session: Session, source: RosterSource, person_ids: Iterable[int]
) -> dict[int, dict[int, TeamRole]]:
    """Return what people's seats mean: person → team → role; four statements.

    A place stands for its one team of its own level; where there are several nobody can say which. Of several
    roles in a team the one that does most counts.
    """
    groups = {group.id: group for group in queries.groups_of(session, source)}
    places = {place.id: place for place in queries.places_of(session, source).values()}
    at_site = queries.teams_at(
        session, source.network_id, [place.site_id for place in places.values() if place.site_id]
    )
    found: dict[int, dict[int, TeamRole]] = {}
    for seat in queries.seats_of(session, person_ids):
        team_id, role = _meaning(seat, source.roles or {}, groups, places, at_site)
        if team_id is not None and role is not None:
            own = found.setdefault(seat.person_id, {})
            own[team_id] = rules.strongest((own.get(team_id, role), role)) or role
    return found


def _meaning(
    seat: RosterSeat, roles: Mapping[str, str], groups: Mapping[int, RosterGroup],
    places: Mapping[int, RosterPlace], at_site: Mapping[int, list[Any]],
) -> tuple[int | None, TeamRole | None]:  # fmt: skip
    if seat.group_id is not None:
        group = groups.get(seat.group_id)
        if group is None or group.team_id is None or group.role not in set(TeamRole):
            return None, None
        return group.team_id, TeamRole(group.role)
    place = places.get(seat.place_id or 0)
    teams = at_site.get(place.site_id or 0, []) if place else []
    return (teams[0].id if len(teams) == 1 else None), rules.role_here(seat.role, roles)


def give_places(
    session: Session, source: RosterSource, people: Iterable[RosterPerson], *, at: datetime
) -> dict[str, list[Any]]:
    """Give people the places that their seats mean, and take back those that no seat means any more.

    A place that somebody else gave stays as it is: a roster neither raises nor lowers nor ends it.

    Returns:
        What was done, for an undo: ids of places ``given`` and ``taken``, and ``roles``: id and earlier role.
    """
    persons = {person.id: person for person in people if person.is_active and person.user_id}
    wanted = meant(session, source, persons)
    done: dict[str, list[Any]] = {"given": [], "taken": [], "roles": []}
    by_roster = _given(session, persons)
    for person in persons.values():
        own, mine = wanted.get(person.id, {}), by_roster.get(person.id, {})
        for team_id, place in mine.items():
            ended = None if team_id in own else leaving_services.end_given(session, place, at=at)
            if ended:
                done["taken"].append(ended)
                person.given = [name for name in person.given if name != ended]
        for team_id, role in own.items():
            _give(session, person, team_id, role, mine.get(team_id), done, at)
    session.flush()
    return done


def _given(session: Session, persons: Mapping[int, RosterPerson]) -> dict[int, dict[int, Membership]]:
    """Return the living places that a source gave people and still answers for: person → team → place."""
    whose = {UUID(name): person.id for person in persons.values() for name in person.given or []}
    found: dict[int, dict[int, Membership]] = {}
    for piece in pieces(sorted(whose, key=str), 500):
        rows = session.scalars(
            select(Membership).where(Membership.public_id.in_(piece), Membership.deleted_at.is_(None))
        )
        for place in rows:
            found.setdefault(whose[place.public_id], {})[place.team_id] = place
    return found


def _give(
    session: Session, person: RosterPerson, team_id: int, role: TeamRole, mine: Membership | None,
    done: dict[str, list[Any]], at: datetime,
) -> None:  # fmt: skip
    if mine is not None:
        if mine.role is not role and not (mine.role is TeamRole.LEAD and _leads_alone(session, mine)):
            done["roles"].append([str(mine.public_id), mine.role.value])
            mine.role = role
        return
    user_id = person.user_id or 0
    there = session.scalar(
        select(Membership.id).where(
            Membership.team_id == team_id, Membership.user_id == user_id, Membership.deleted_at.is_(None)
        )
    )
    if there is None:
        place = add_member(session, team_id, user_id, role, by=None, at=at)
        person.given = [*(person.given or []), str(place.public_id)]
        done["given"].append(str(place.public_id))


def _leads_alone(session: Session, place: Membership) -> bool:
    return all(one.user_id == place.user_id for one in lead_queries.leads_of(session, place.team_id))
