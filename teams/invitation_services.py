"""What accepting an invitation does. Callers hand in the session and decide when to commit."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from accounts.models import OneTimeLink, User
from nic_platform.actor import Level, NetworkRole, TeamRole
from nic_platform.errors import RuleError
from nic_platform.text import _
from teams.invitation_queries import is_in_team, team_of_invitation
from teams.models import Network, Team
from teams.services import add_member, give_network_role


def to_team(team: Team, role: TeamRole) -> dict[str, Any]:
    """Return what an invitation to a team keeps."""
    return {"team": str(team.public_id), "role": role.value}


def to_network(role: NetworkRole, level: Level | None) -> dict[str, Any]:
    """Return what an invitation to a role in a network keeps; only a reviewer has a level."""
    return {"network_role": role.value, "level": level.value if level else None}


def accept(session: Session, link: OneTimeLink, user: User, *, at: datetime) -> Team | None:
    """Give the person the place that the invitation names and return the team, if it is one.

    Who is in the team already keeps the role they have.

    Raises:
        RuleError: the team or network is gone.
    """
    wanted: dict[str, Any] = link.payload
    if "team" not in wanted:
        _join_network(session, link, user, at=at)
        return None
    team = team_of_invitation(session, UUID(wanted["team"]), link.network_id)
    if team is None:
        raise RuleError(_("This team is gone. Ask whoever invited you."))
    if not is_in_team(session, team.id, user.id):
        add_member(session, team.id, user.id, TeamRole(wanted["role"]), by=None, at=at)
    return team


def _join_network(session: Session, link: OneTimeLink, user: User, *, at: datetime) -> None:
    network = session.get(Network, link.network_id) if link.network_id else None
    if network is None or network.deleted_at is not None:
        raise RuleError(_("This network is gone. Ask whoever invited you."))
    role, level = NetworkRole(link.payload["network_role"]), link.payload.get("level")
    give_network_role(session, network.id, user.id, role, Level(level) if level else None, by=None, at=at)
