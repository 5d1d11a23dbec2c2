"""Reading the programs' accounts of a network."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session, contains_eager

from accounts.models import ApiToken, User
from nic_platform.actor import Actor, Level, NetworkRole, TeamRole
from nic_platform.errors import AbsentError
from nic_platform.text import _
from teams.models import Membership, NetworkMember, Program, Team


@dataclass(frozen=True)
class ProgramRow:
    """One program's account in a list."""

    id: UUID
    name: str
    purpose: str
    created_at: datetime
    ended_at: datetime | None
    last_used_at: datetime | None
    version: int


@dataclass(frozen=True)
class ProgramRole:
    """One role of a program: in the whole network, or in a team."""

    role: NetworkRole | TeamRole
    level: Level | None = None
    team_id: UUID | None = None
    team: str | None = None


@dataclass(frozen=True)
class ProgramToken:
    """One living token of a program; its text is nowhere."""

    id: UUID
    name: str
    scopes: list[str]
    created_at: datetime
    last_used_at: datetime | None
    expires_at: datetime | None


def list_programs(
    session: Session, actor: Actor, *, after: UUID | None = None, limit: int = 50
) -> list[ProgramRow]:
    """Return the network's programs and one more row if there is another page, by name; one statement."""
    query = _rows(actor).order_by(User.name, User.id).limit(limit + 1)
    if after is not None:
        last = get_program(session, actor, after).user
        query = query.where(or_(User.name > last.name, (User.name == last.name) & (User.id > last.id)))
    return [ProgramRow(*row) for row in session.execute(query)]


def row_of(session: Session, actor: Actor, program_id: UUID) -> ProgramRow:
    """Return one program of the network.

    Raises:
        AbsentError: there is none.
    """
    found = session.execute(_rows(actor).where(User.public_id == program_id)).one_or_none()
    if found is None:
        raise _absent()
    return ProgramRow(*found)


def _rows(actor: Actor):  # type: ignore[no-untyped-def]  # Select of seven columns
    used = (
        select(func.max(ApiToken.last_used_at))
        .where(ApiToken.user_id == User.id)
        .correlate(User)
        .scalar_subquery()
    )
    return (
        select(
            User.public_id, User.name, Program.purpose, Program.created_at, User.disabled_at, used,
            User.version,
        )
        .join(User, User.id == Program.user_id)
        .where(Program.network_id == actor.network_id, User.deleted_at.is_(None))
    )  # fmt: skip


def get_program(session: Session, actor: Actor, program_id: UUID) -> Program:
    """Return one program of the network with its account, for writing.

    Raises:
        AbsentError: there is none.
    """
    found = session.scalar(
        select(Program)
        .join(Program.user)
        .options(contains_eager(Program.user))
        .where(Program.network_id == actor.network_id, User.public_id == program_id)
        .where(User.deleted_at.is_(None))
    )
    if found is None:
        raise _absent()
    return found


def _absent() -> AbsentError:
    return AbsentError(_("There is no such program."))


def roles_of(session: Session, actor: Actor, user_id: int) -> Sequence[ProgramRole]:
    """Return what a program may be in the network: its roles there, then in teams by name."""
    wide = session.execute(
        select(NetworkMember.role, NetworkMember.level)
        .where(NetworkMember.network_id == actor.network_id, NetworkMember.user_id == user_id)
        .where(NetworkMember.deleted_at.is_(None))
        .order_by(NetworkMember.role)
    )
    inside = session.execute(
        select(Membership.role, Team.public_id, Team.name)
        .join(Team, Team.id == Membership.team_id)
        .where(Membership.network_id == actor.network_id, Membership.user_id == user_id)
        .where(Membership.deleted_at.is_(None))
        .order_by(Team.name, Team.id)
        .limit(200)
    )
    return [
        *(ProgramRole(role, level) for role, level in wide),
        *(ProgramRole(role, None, team_id, team) for role, team_id, team in inside),
    ]


def tokens_of(session: Session, user_id: int, *, at: datetime) -> list[ProgramToken]:
    """Return a program's living tokens, newest first."""
    rows = session.execute(
        select(
            ApiToken.public_id, ApiToken.name, ApiToken.scopes, ApiToken.created_at, ApiToken.last_used_at,
            ApiToken.expires_at,
        )
        .where(ApiToken.user_id == user_id, ApiToken.revoked_at.is_(None))
        .where(or_(ApiToken.expires_at.is_(None), ApiToken.expires_at > at))
        .order_by(ApiToken.id.desc())
    )  # fmt: skip
    return [ProgramToken(*row) for row in rows]
