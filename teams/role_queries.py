"""Reading who holds a role in a whole network."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import User
from nic_platform.actor import Actor, Level, NetworkRole
from nic_platform.errors import AbsentError
from nic_platform.text import _
from teams.models import NetworkMember


@dataclass(frozen=True)
class RoleRow:
    """One person's role in the network; only a reviewer has a level."""

    id: UUID
    user_id: int
    name: str
    title: str
    role: NetworkRole
    level: Level | None
    is_program: bool = False
    person_id: UUID | None = None
    has_second: bool = False


def list_roles(session: Session, actor: Actor) -> Sequence[RoleRow]:
    """Return who leads, reviews or analyses the actor's network, by role and name; one statement."""
    rows = session.execute(
        select(
            NetworkMember.public_id,
            User.id,
            User.name,
            User.title,
            NetworkMember.role,
            NetworkMember.level,
            User.is_service,
            User.public_id,
            User.second_since.is_not(None),
        )
        .join(User, User.id == NetworkMember.user_id)
        .where(NetworkMember.network_id == actor.network_id, NetworkMember.deleted_at.is_(None))
        .order_by(NetworkMember.role, User.name, NetworkMember.id)
    )
    return [RoleRow(*row) for row in rows]


def get_role(session: Session, actor: Actor, role_id: UUID, *, gone_too: bool = False) -> NetworkMember:
    """Return one role of the actor's network, to be changed.

    Raises:
        AbsentError: there is none.
    """
    query = select(NetworkMember).where(
        NetworkMember.network_id == actor.network_id, NetworkMember.public_id == role_id
    )
    found = session.scalar(query if gone_too else query.where(NetworkMember.deleted_at.is_(None)))
    if found is None:
        raise AbsentError(_("There is no such role."))
    return found
