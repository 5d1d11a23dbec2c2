"""Reading who looked at figures of students: a network's looks for who runs it, one's own for everybody."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, func, select, union_all
from sqlalchemy.orm import Session

from accounts.models import User
from nic_platform.actor import Actor
from nic_platform.looking import WAYS
from nic_platform.tables import StudentLook
from teams.models import Network, Site, Team
from teams.queries import in_network

SHORT = 100  # signs of a name that is looked for


@dataclass(frozen=True)
class LookRow:
    """That somebody looked at figures of students of a place on a day: how often, first and last.

    ``place`` is team, site or network, ``place_name`` empty where it is gone for good.
    """

    id: UUID
    person_id: UUID
    person: str
    is_program: bool
    network: str
    place: str
    place_id: UUID
    place_name: str
    on_day: date
    way: str
    times: int
    first_at: datetime
    last_at: datetime


@dataclass(frozen=True)
class Wanted:
    """Which looks are asked for: parts of names, a person or a place by id, a day, a way; all where empty."""

    person: str = ""
    place: str = ""
    person_id: UUID | None = None
    place_id: UUID | None = None
    on: date | None = None
    way: str = ""


def of_network(
    session: Session, actor: Actor, wanted: Wanted, *, after: UUID | None = None, limit: int = 50
) -> list[LookRow]:
    """Return looks in the actor's network, newest first, one more than *limit* where there are more.

    The caller asks whether the actor may see them.
    """
    here = in_network(actor, StudentLook.network_id)
    return _rows(session, [here, *_conditions(actor, wanted)], after, limit)


def own(session: Session, user_id: int, *, after: UUID | None = None, limit: int = 50) -> list[LookRow]:
    """Return a person's own looks, in whatever network, newest first."""
    return _rows(session, [StudentLook.user_id == user_id], after, limit)


def _rows(
    session: Session, conditions: list[ColumnElement[bool]], after: UUID | None, limit: int
) -> list[LookRow]:
    if after is not None:
        last = select(StudentLook.id).where(StudentLook.public_id == after).scalar_subquery()
        conditions = [*conditions, StudentLook.id < last]
    query = (
        select(
            StudentLook.public_id, User.public_id, User.name, User.is_service, Network.name,
            StudentLook.place, StudentLook.place_id, func.coalesce(Team.name, Site.name, ""),
            StudentLook.on_day, StudentLook.way, StudentLook.times, StudentLook.first_at,
            StudentLook.last_at,
        )
        .join(User, User.id == StudentLook.user_id)
        .join(Network, Network.id == StudentLook.network_id)
        .outerjoin(Team, Team.public_id == StudentLook.place_id)
        .outerjoin(Site, Site.public_id == StudentLook.place_id)
        .where(*conditions)
        .order_by(StudentLook.id.desc())
        .limit(limit + 1)
    )  # fmt: skip
    rows: Any = session.execute(query)
    return [LookRow(*row) for row in rows]


def _conditions(actor: Actor, wanted: Wanted) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.person_id is not None:
        found.append(User.public_id == wanted.person_id)
    if wanted.person.strip():
        found.append(_holds(User.name, wanted.person))
    if wanted.place_id is not None:
        found.append(StudentLook.place_id == wanted.place_id)
    if wanted.place.strip():
        found.append(StudentLook.place_id.in_(_places_called(actor, wanted.place)))
    if wanted.on is not None:
        found.append(StudentLook.on_day == wanted.on)
    if wanted.way in WAYS:
        found.append(StudentLook.way == wanted.way)
    return found


def _holds(column: Any, part: str) -> ColumnElement[bool]:
    return func.lower(column).contains(part.strip().lower()[:SHORT], autoescape=True)


def _places_called(actor: Actor, part: str) -> Any:
    """Return the public ids of teams, places and the network with a part of a name in theirs."""
    tables: tuple[type[Any], ...] = (Team, Site)
    named = [
        select(each.public_id).where(in_network(actor, each.network_id), _holds(each.name, part))
        for each in tables
    ]
    whole = select(Network.public_id).where(in_network(actor, Network.id), _holds(Network.name, part))
    return union_all(*named, whole)


def kept_days(session: Session, actor: Actor) -> int | None:
    """Return for how many days the network keeps looks, where it said so itself."""
    return session.scalar(select(Network.kept_looks).where(in_network(actor, Network.id)))
