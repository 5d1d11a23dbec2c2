"""Taking roles in a whole network away, and giving them back. Callers decide when to commit."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from accounts.models import User
from nic_platform.actor import NetworkRole
from nic_platform.errors import RuleError
from nic_platform.text import _
from teams.models import Network, NetworkMember


def take_role(session: Session, held: NetworkMember, *, at: datetime) -> None:
    """Take a network role from a person; what they wrote stays theirs.

    Raises:
        RuleError: they are the network's only lead who can sign in.
    """
    # Two leads who take each other's role at once take turns, so that the second sees what the first did.
    session.execute(select(Network.id).where(Network.id == held.network_id).with_for_update(key_share=True))
    others = (
        select(func.count())
        .select_from(NetworkMember)
        .join(User, User.id == NetworkMember.user_id)
        .where(NetworkMember.network_id == held.network_id, NetworkMember.id != held.id)
        .where(NetworkMember.role == NetworkRole.LEAD, NetworkMember.deleted_at.is_(None))
        .where(User.disabled_at.is_(None), User.deleted_at.is_(None), User.is_service.is_(False))
        .where(User.ends_at.is_(None))
    )
    if held.role is NetworkRole.LEAD and not session.scalar(others):
        raise RuleError(_("This is the network’s only lead. Invite another network lead first."))
    held.deleted_at = at
    session.flush()


def return_role(session: Session, held: NetworkMember) -> None:
    """Undo :func:`take_role`."""
    held.deleted_at = None
    session.flush()
