"""Reading what is to be deleted: what was asked, what waits for its day, what is gone."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy.orm import Session, aliased

from accounts.models import User
from desk.ending import NETWORK, PERSON
from nic_platform.actor import Actor, NetworkRole
from nic_platform.errors import AbsentError
from nic_platform.tables import Deletion
from nic_platform.text import _
from teams.models import Membership, Network, NetworkMember, Team

SHOWN = 100


@dataclass(frozen=True)
class DeletionRow:
    """One request: of a network or a person; ``state``: asked, waiting, undone or done."""

    id: UUID
    kind: str
    object_id: UUID
    name: str
    asked_at: datetime
    asked_by: str
    why: str
    confirmed_at: datetime | None
    confirmed_by: str
    due_at: datetime | None
    undone_at: datetime | None
    done_at: datetime | None

    @property
    def state(self) -> str:
        """Return where it stands."""
        if self.done_at:
            return "done"
        if self.undone_at:
            return "undone"
        return "waiting" if self.due_at else "asked"


def is_open() -> ColumnElement[bool]:
    """Return the condition of a request that is neither undone nor done."""
    return Deletion.undone_at.is_(None) & Deletion.done_at.is_(None)


def _rows(session: Session, *where: Any) -> list[DeletionRow]:
    asker, confirmer = aliased(User), aliased(User)
    query = (
        select(
            Deletion.public_id, Deletion.kind, Deletion.object_id, Deletion.name, Deletion.asked_at,
            func.coalesce(asker.name, ""), Deletion.why, Deletion.confirmed_at,
            func.coalesce(confirmer.name, ""), Deletion.due_at, Deletion.undone_at, Deletion.done_at,
        )
        .outerjoin(asker, asker.id == Deletion.asked_by_id)
        .outerjoin(confirmer, confirmer.id == Deletion.confirmed_by_id)
        .where(*where)
        .order_by(Deletion.id.desc())
        .limit(SHOWN)
    )  # fmt: skip
    rows: Any = session.execute(query)
    return [DeletionRow(*row) for row in rows]


def list_all(session: Session) -> list[DeletionRow]:
    """Return the newest requests of the installation; the caller asks whether the reader is an admin."""
    return _rows(session)


def get_one(session: Session, deletion_id: UUID) -> DeletionRow:
    """Return one request, whatever it is of.

    Raises:
        AbsentError: there is none.
    """
    found = _rows(session, Deletion.public_id == deletion_id)
    if not found:
        raise AbsentError(_("There is no such request."))
    return found[0]


def open_of(session: Session, kind: str, object_id: UUID) -> DeletionRow | None:
    """Return the open request of a network or a person, by public id."""
    found = _rows(session, Deletion.kind == kind, Deletion.object_id == object_id, is_open())
    return found[0] if found else None


def entity(session: Session, deletion_id: UUID) -> Deletion:
    """Return an open request for writing.

    Raises:
        AbsentError: there is none that is open.
    """
    query = select(Deletion).where(Deletion.public_id == deletion_id, is_open())
    found = session.scalars(query.with_for_update()).first()
    if found is None:
        raise AbsentError(_("There is no such request, or it is over."))
    return found


def due(session: Session, at: datetime) -> list[tuple[UUID, str]]:
    """Return the requests whose day has come, oldest first, with what they are of."""
    query = select(Deletion.public_id, Deletion.kind).where(Deletion.due_at <= at, is_open())
    return [(row[0], row[1]) for row in session.execute(query.order_by(Deletion.id))]


def person_of_network(session: Session, actor: Actor, person_id: UUID) -> User:
    """Return somebody who belongs to the actor's network, or did and belongs to no other one since.

    Raises:
        AbsentError: nobody of the network has this id.
    """
    here = [
        exists().where(each.user_id == User.id, each.network_id == actor.network_id)
        for each in (Membership, NetworkMember)
    ]
    still = [
        exists().where(
            each.user_id == User.id, each.network_id == actor.network_id, each.deleted_at.is_(None)
        )
        for each in (Membership, NetworkMember)
    ]
    query = select(User, still[0] | still[1]).where(
        User.public_id == person_id, User.deleted_at.is_(None), User.is_service.is_(False), here[0] | here[1]
    )
    row = session.execute(query).first()
    if row is None or actor.network_id is None:
        raise AbsentError(_("There is no such person."))
    found: User = row[0]
    if not row[1] and belongs_elsewhere(session, found.id, actor.network_id):
        raise AbsentError(_("There is no such person."))
    return found


def belongs_elsewhere(session: Session, user_id: int, network_id: int | None) -> bool:
    """Say whether a person has a team or a role in another network; in any, where none is named."""
    places: tuple[type[Membership] | type[NetworkMember], ...] = (Membership, NetworkMember)
    found = [
        exists().where(
            each.user_id == user_id,
            each.deleted_at.is_(None),
            *(() if network_id is None else (each.network_id != network_id,)),
        )
        for each in places
    ]
    return bool(session.scalar(select(found[0] | found[1])))


def hold_led(session: Session, user_id: int) -> None:
    """Let nobody else stop to lead the networks that a person leads until the transaction ends."""
    led = select(NetworkMember.network_id).where(
        NetworkMember.user_id == user_id, NetworkMember.role == NetworkRole.LEAD
    )
    held = select(Network.id).where(Network.id.in_(led)).order_by(Network.id)
    session.execute(held.with_for_update(key_share=True))


def led_alone(session: Session, user_id: int) -> str:
    """Return the name of a network that nobody else leads who can sign in; empty where there is none.

    One that is to be deleted itself does not count.
    """
    other = aliased(NetworkMember)
    others = (
        exists()
        .where(other.network_id == NetworkMember.network_id, other.user_id != user_id)
        .where(other.role == NetworkRole.LEAD, other.deleted_at.is_(None), other.user_id == User.id)
        .where(User.disabled_at.is_(None), User.deleted_at.is_(None), User.is_service.is_(False))
        .where(User.ends_at.is_(None))
    )
    query = (
        select(Network.name)
        .join(NetworkMember, NetworkMember.network_id == Network.id)
        .where(NetworkMember.user_id == user_id, NetworkMember.role == NetworkRole.LEAD)
        .where(NetworkMember.deleted_at.is_(None), Network.ends_at.is_(None), ~others)
    )
    return session.scalar(query.limit(1)) or ""


def leaders(session: Session, network_id: int) -> set[int]:
    """Return who leads a network or one of its teams, by number."""
    teams = select(Membership.user_id).join(Team, Team.id == Membership.team_id).where(
        Membership.network_id == network_id, Membership.role == "lead", Membership.deleted_at.is_(None),
        Team.archived_at.is_(None),
    )  # fmt: skip
    wide = select(NetworkMember.user_id).where(
        NetworkMember.network_id == network_id, NetworkMember.deleted_at.is_(None)
    )
    return set(session.scalars(teams.union(wide)))


def admins(session: Session) -> set[int]:
    """Return the administrators who can sign in, by number."""
    query = select(User.id).where(
        User.is_admin.is_(True), User.disabled_at.is_(None), User.deleted_at.is_(None)
    )
    return set(session.scalars(query))


KINDS = (NETWORK, PERSON)
