"""Which background work a person may know of."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, or_, select, true
from sqlalchemy.orm import Session

from accounts.models import User
from nic_platform.actor import Actor
from nic_platform.job_control import of_network
from nic_platform.tables import Job
from teams.models import Membership, NetworkMember


@dataclass(frozen=True)
class Unreached:
    """Somebody whose mail comes back: what the other server said, and since when."""

    name: str
    since: datetime
    said: str


def unreached(session: Session, network_id: int | None = None) -> list[Unreached]:
    """Return whose mail comes back, by name: of one network, or of all; at most a hundred, one statement."""
    query = select(User.name, User.mail_bounced_at, User.mail_bounce).where(
        User.mail_bounced_at.is_not(None), User.disabled_at.is_(None), User.deleted_at.is_(None)
    )
    if network_id is not None:
        team = select(Membership.user_id).where(
            Membership.network_id == network_id, Membership.deleted_at.is_(None)
        )
        wide = select(NetworkMember.user_id).where(
            NetworkMember.network_id == network_id, NetworkMember.deleted_at.is_(None)
        )
        query = query.where(or_(User.id.in_(team), User.id.in_(wide)))
    rows: Any = session.execute(query.order_by(User.name).limit(100))
    return [Unreached(*row) for row in rows]


def of_own_network(actor: Actor) -> ColumnElement[bool]:
    """Return the condition of work that belongs to the actor's network."""
    return of_network(actor.network_id)


def known_to(actor: Actor) -> ColumnElement[bool]:
    """Return the condition of work that a person may see and stop.

    Everybody what they began, a lead the network's, an administrator all of it.
    """
    if actor.is_admin:
        return true()
    own = (Job.created_by_id == actor.user_id) & of_own_network(actor)
    return or_(own, of_own_network(actor)) if actor.is_network_lead else own
