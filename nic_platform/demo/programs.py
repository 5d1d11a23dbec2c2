"""Programs' accounts: one in each network, with a token that is good for little."""

from datetime import timedelta

from sqlalchemy import select

from accounts.models import ApiToken, User
from accounts.rules import hashed
from nic_platform.actor import NetworkRole
from nic_platform.demo.builder import Builder
from nic_platform.demo.people import OTHER_TEAM
from teams.models import NetworkMember, Program, Team

NIGHTLY = "Nightly attendance export"


def build(b: Builder) -> None:
    """Give each network a program that reads pooled figures."""
    other = b.session.scalars(select(Team.network_id).where(Team.name == OTHER_TEAM)).one()
    _program(b, b.network_id, NIGHTLY, "Sends the week's pooled attendance to the State's warehouse.")
    _program(b, other, "Dashboard", "Shows pooled figures on the office's wall.")


def _program(b: Builder, network_id: int, name: str, purpose: str) -> None:
    at = b.days.now
    user = User(
        public_id=b.uuid(), email=f"program-{network_id}@programs.invalid", name=name, is_service=True,
        mail_notices=False,
    )  # fmt: skip
    b.session.add(user)
    b.session.flush()
    kept = {"network_id": network_id, "user_id": user.id}
    b.session.add_all(
        [
            Program(public_id=b.uuid(), purpose=purpose, created_at=at, user=user, **kept),
            NetworkMember(public_id=b.uuid(), role=NetworkRole.ANALYST, **kept),
            ApiToken(
                public_id=b.uuid(), token_hash=hashed(str(b.uuid())), user_id=user.id,
                name="The export itself",
                scopes=["measures:read", "compare:read"], created_at=at,
                expires_at=at + timedelta(days=365),
            ),
        ]
    )  # fmt: skip
    b.session.flush()
