"""What the pages of organisations' sign-ins need of networks and teams: names, choices, checked lines."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from accounts.models import IdentityProvider, User
from nic_platform.actor import Actor, NetworkRole, TeamRole
from nic_platform.errors import InputError
from nic_platform.text import _
from teams.models import Network, Team

MOST_NAMES = 300  # teams that a field offers while somebody types
_WIDE = frozenset(role.value for role in NetworkRole)


@dataclass(frozen=True)
class RoleLine:
    """One line of a mapping in words; ``place`` is empty if the team or network is gone."""

    id: UUID
    value: str
    role: str
    level: str
    place: str
    is_wide: bool


def network_names(session: Session, network_ids: Collection[int]) -> dict[int, str]:
    """Return the names of networks by their numbers; none asked, none looked for."""
    if not network_ids:
        return {}
    rows = session.execute(select(Network.id, Network.name).where(Network.id.in_(sorted(network_ids))))
    return {row.id: row.name for row in rows}


def person_names(session: Session, user_ids: Collection[int]) -> dict[int, str]:
    """Return the names of people by their numbers; none asked, none looked for."""
    if not user_ids:
        return {}
    rows = session.execute(select(User.id, User.name).where(User.id.in_(sorted(user_ids))))
    return {row.id: row.name for row in rows}


def network_choices(session: Session, actor: Actor) -> list[tuple[str, str]]:
    """Return the networks that an administrator chooses from, by name; a network lead has the own one."""
    query = select(Network.public_id, Network.name).where(Network.deleted_at.is_(None))
    if not actor.is_admin:
        query = query.where(Network.id == actor.network_id)
    rows = session.execute(query.order_by(Network.name, Network.id).limit(500))
    return [(str(row.public_id), row.name) for row in rows]


def network_chosen(session: Session, actor: Actor, public_id: str | UUID | None) -> int | None:
    """Return the number of the network that a new sign-in is for; ``None`` for the whole installation.

    A network lead's is for the own network, whatever was sent.

    Raises:
        InputError: there is no such network.
    """
    if not actor.is_admin:
        return actor.network_id
    if not public_id:
        return None
    found = session.scalar(
        select(Network.id).where(Network.public_id == UUID(str(public_id)), Network.deleted_at.is_(None))
    )
    if found is None:
        raise InputError(_("There is no such network."), {"network": _("There is no such network.")})
    return found


def team_names(session: Session, network_id: int | None) -> list[str]:
    """Return names of teams to offer while somebody types, the highest levels first."""
    query = select(Team.name).where(Team.deleted_at.is_(None), Team.archived_at.is_(None))
    if network_id is not None:
        query = query.where(Team.network_id == network_id)
    return list(session.scalars(query.order_by(Team.rank.desc(), Team.name).limit(MOST_NAMES)))


def role_lines(session: Session, roles: Sequence[Mapping[str, Any]]) -> list[RoleLine]:
    """Return a mapping in words, by value; two statements at most."""
    teams = _names(session, Team, [line["team"] for line in roles if line.get("team")])
    networks = _names(session, Network, [line["network"] for line in roles if line.get("network")])
    lines = [
        RoleLine(
            UUID(line["id"]), line["value"], line["role"], line.get("level", ""),
            teams.get(line.get("team", "")) or networks.get(line.get("network", "")) or "",
            line["role"] in _WIDE,
        )
        for line in roles
    ]  # fmt: skip
    return sorted(lines, key=lambda line: (line.value.casefold(), line.place))


def _names(session: Session, kind: type[Team] | type[Network], ids: Sequence[str]) -> dict[str, str]:
    if not ids:
        return {}
    query = select(kind.public_id, kind.name).where(kind.public_id.in_([UUID(each) for each in ids]))
    return {str(row.public_id): row.name for row in session.execute(query.where(kind.deleted_at.is_(None)))}


def role_entry(
    session: Session, provider: IdentityProvider, *, value: str, role: str, level: str | None,
    team: str, network: str | UUID | None,
) -> dict[str, str]:  # fmt: skip
    """Return one line of a mapping, checked: its team or network is one that the sign-in may give roles in.

    Args:
        team: a team's name or public id, for a role in a team.
        network: a network's public id, for a role in a network; a network's own sign-in has only that one.

    Raises:
        InputError: there is no such place, or several teams are called that.
    """
    if role not in _WIDE:
        return {"value": value, "role": TeamRole(role).value, "team": _team(session, provider, team)}
    entry = {"value": value, "role": role, "network": _network(session, provider, network)}
    return entry | ({"level": level} if role == NetworkRole.REVIEWER and level else {})


def _team(session: Session, provider: IdentityProvider, text: str) -> str:
    query = select(Team.public_id).where(Team.deleted_at.is_(None), Team.archived_at.is_(None))
    if provider.network_id is not None:
        query = query.where(Team.network_id == provider.network_id)
    try:
        query = query.where(Team.public_id == UUID(text.strip()))
    except ValueError:
        query = query.where(func.lower(Team.name) == text.strip().lower())
    found = session.scalars(query.limit(2)).all()
    if len(found) == 1:
        return str(found[0])
    words = _("Write the name of a team of this network.")
    if found:
        words = _("Several teams are called that. Write the team’s id, which ends its page’s address.")
    raise InputError(words, {"team": words})


def _network(session: Session, provider: IdentityProvider, public_id: str | UUID | None) -> str:
    query = select(Network.public_id).where(Network.deleted_at.is_(None))
    if provider.network_id is not None:
        query = query.where(Network.id == provider.network_id)
    else:
        query = query.where(Network.public_id == (UUID(str(public_id)) if public_id else None))
    found = session.scalar(query)
    if found is None:
        words = _("Choose a network.")
        raise InputError(words, {"network": words})
    return str(found)
