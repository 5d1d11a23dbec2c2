"""Programs' accounts: made by a network lead, with roles as a person has, ended at once."""

from datetime import datetime
from uuid import uuid4

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from accounts import services as account_services
from accounts.models import User
from nic_platform.actor import Actor, Level, NetworkRole, TeamRole
from nic_platform.errors import InputError, RuleError
from nic_platform.text import _
from teams.models import Program, Team
from teams.services import add_member, give_network_role

MOST = 50  # living ones of one network
PROGRAM_HOST = "programs.invalid"  # no mail is ever sent there: RFC 2606 keeps the name free


def create(session: Session, network_id: int, *, name: str, purpose: str, by: Actor, at: datetime) -> Program:
    """Add a program to a network; it can't do anything until it has a role and a token.

    Raises:
        InputError: the name is empty or too long.
        RuleError: the network has as many as it may have.
    """
    living = select(func.count()).select_from(Program).join(User, User.id == Program.user_id).where(
        Program.network_id == network_id, User.disabled_at.is_(None)
    )  # fmt: skip
    if int(session.scalar(living) or 0) >= MOST:
        raise RuleError(_("The network has %(count)s programs. End one first.", count=MOST))
    user = User(
        email=f"program-{uuid4().hex}@{PROGRAM_HOST}", name=_name(name), is_service=True, mail_notices=False
    )
    session.add(user)
    session.flush()
    made = Program(network_id=network_id, user_id=user.id, purpose=purpose.strip(), created_at=at, user=user)
    session.add(made)
    session.flush()
    return made


def _name(name: str) -> str:
    tidy = " ".join(name.split())
    if not tidy or len(tidy) > 120:
        raise InputError(
            _("Say what the program is called, up to 120 signs."), {"name": _("Missing or too long.")}
        )
    return tidy


def change(session: Session, program: Program, *, name: str, purpose: str, at: datetime) -> None:
    """Call a program by another name, or say anew what it is for; its version moves with either.

    Raises:
        InputError: the name is empty or too long.
    """
    program.user.name, program.purpose = _name(name), purpose.strip()
    program.user.updated_at = at
    session.flush()


def give_role(
    session: Session, program: Program, role: NetworkRole | TeamRole, team: Team | None, *,
    by: Actor, at: datetime,
) -> None:  # fmt: skip
    """Give a program a role in its network, or in one of its teams. A reviewer works the state's level.

    Raises:
        InputError: the role asks for a team and there is none, or the other way about.
        RuleError: the program has ended.
    """
    if program.user.disabled_at is not None:
        raise RuleError(_("This program has ended. Add another one."))
    if isinstance(role, NetworkRole):
        if team is not None:
            raise InputError(_("This role is in the whole network."), {"team": _("Leave it empty.")})
        level = Level.STATE if role is NetworkRole.REVIEWER else None
        give_network_role(session, program.network_id, program.user_id, role, level, by=by, at=at)
        return
    if team is None or team.network_id != program.network_id:
        raise InputError(_("This role is in a team. Say which."), {"team": _("Missing.")})
    add_member(session, team.id, program.user_id, role, by=by, at=at)


def end(session: Session, program: Program, *, by: Actor, at: datetime) -> None:
    """Shut a program out from its next request on; what it did stays under its name."""
    account_services.disable(session, program.user, by=by, at=at)
