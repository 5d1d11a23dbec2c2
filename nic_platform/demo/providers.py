"""Sign-ins of organisations, switched off: nothing outside this machine is asked in a demo."""

from sqlalchemy import select

from accounts.models import IdentityProvider, UserIdentity
from nic_platform.demo.builder import Builder
from nic_platform.demo.names import SCHOOL
from nic_platform.demo.people import OTHER_TEAM
from teams.models import Network, Team


def build(b: Builder) -> None:
    """Give each network a sign-in with a mapping, and connect one person with it."""
    other = b.session.scalars(select(Team.id).where(Team.name == OTHER_TEAM)).one()
    _provider(b, b.teams[SCHOOL].id, "Altamont schools", "altamont.example", "member", "Alder Creek staff")
    _provider(b, other, "Kestrel Bay schools", "kestrelbay.example", "other_network", "Staff")


def _provider(b: Builder, team_id: int, name: str, domain: str, role: str, group: str) -> None:
    team = b.session.get_one(Team, team_id)
    network = b.session.get_one(Network, team.network_id)
    roles = [{"id": str(b.uuid()), "value": group, "role": "member", "team": str(team.public_id)}]
    roles += [
        {
            "id": str(b.uuid()),
            "value": "Improvement office",
            "role": "analyst",
            "network": str(network.public_id),
        }
    ]
    row = IdentityProvider(
        public_id=b.uuid(), network_id=network.id, name=name, issuer=f"https://login.{domain}",
        client_id="switchback", domains=[domain], asked_domains=[f"charter.{domain}"], roles=roles,
        is_enabled=False, created_at=b.days.now,
    )  # fmt: skip
    b.session.add(row)
    b.session.flush()
    b.session.add(
        UserIdentity(
            public_id=b.uuid(), provider_id=row.id, user_id=b.people[role], subject=f"staff-{b.people[role]}",
            created_at=b.days.now,
        )
    )  # fmt: skip
    b.session.flush()
