from collections.abc import Collection
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from accounts.models import IdentityProvider, ProviderGrant, User, UserIdentity
from nic_platform.actor import Level, NetworkRole, TeamRole
from nic_platform.tables import Notice
from teams import provider_services as services
from teams.models import Membership, Network, NetworkMember, Team
from tests import factories as make
from tests.factories import NOON


class Setting:
    """A team with a lead, an organisation's sign-in with a mapping, and somebody connected with it."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.team: Team = make.make_team(session)
        self.network = session.get_one(Network, self.team.network_id)
        self.lead: User = make.make_user(session, self.team, role=TeamRole.LEAD)
        self.user: User = make.make_user(session)
        self.provider = IdentityProvider(
            name="A", issuer="https://a.example", client_id="c", network_id=self.network.id, roles=[]
        )
        session.add(self.provider)
        session.flush()
        self.identity = UserIdentity(provider_id=self.provider.id, user_id=self.user.id, subject="7")
        session.add(self.identity)
        session.flush()

    def maps(self, value: str, role: str, **place: Any) -> None:
        """Add a line: the team unless a network is given."""
        line = {
            "id": "1",
            "value": value,
            "role": role,
            **({} if place else {"team": str(self.team.public_id)}),
        }
        self.provider.roles = [*self.provider.roles, line | {name: str(each) for name, each in place.items()}]

    def sign_in(self, values: Collection[str] | None) -> services.Applied:
        """Come in with these groups."""
        done = services.apply(self.session, self.provider, self.identity, values, at=NOON)
        self.session.expire_all()
        return done

    def role(self, user: User | None = None) -> TeamRole | None:
        """Return what somebody is in the team now."""
        return self.session.scalar(
            select(Membership.role).where(
                Membership.user_id == (user or self.user).id, Membership.team_id == self.team.id,
                Membership.deleted_at.is_(None),
            )
        )  # fmt: skip

    def network_roles(self) -> set[NetworkRole]:
        """Return what the person is in the network now."""
        return set(
            self.session.scalars(
                select(NetworkMember.role).where(
                    NetworkMember.user_id == self.user.id, NetworkMember.deleted_at.is_(None)
                )
            )
        )

    def grants(self) -> int:
        """Return how many roles are known to come from the sign-in."""
        return self.session.scalar(select(func.count()).select_from(ProviderGrant)) or 0


@pytest.fixture
def setting(session: Session) -> Setting:
    return Setting(session)


def test_a_role_comes_with_the_group_and_goes_with_it(setting: Setting) -> None:
    setting.maps("Staff", "member")

    assert setting.sign_in({"Staff", "Other"}).given == 1
    assert setting.role() is TeamRole.MEMBER
    assert setting.sign_in({"Staff"}).given == 0
    assert setting.sign_in({"Other"}).taken == 1
    assert (setting.role(), setting.grants()) == (None, 0)


def test_the_strongest_of_several_groups_counts_and_changes_with_them(setting: Setting) -> None:
    for value, role in (("Coaches", "coach"), ("Leads", "lead"), ("Staff", "member")):
        setting.maps(value, role)

    setting.sign_in({"Coaches", "Leads", "Staff"})
    assert setting.role() is TeamRole.LEAD
    setting.sign_in({"Coaches"})
    assert (setting.role(), setting.grants()) == (TeamRole.COACH, 1)


def test_who_avoids_the_organisation_for_a_week_loses_what_its_groups_gave(
    session: Session, setting: Setting
) -> None:
    setting.maps("Staff", "member")
    setting.sign_in({"Staff"})
    setting.identity.last_used_at = NOON
    session.flush()
    later = NOON + services.UNSEEN + timedelta(seconds=1)

    assert services.take_back_unseen(session, setting.user.id, at=NOON + services.UNSEEN) == []
    setting.provider.is_enabled = False
    assert services.take_back_unseen(session, setting.user.id, at=later) == []
    setting.provider.is_enabled = True
    session.flush()
    assert services.take_back_unseen(session, setting.user.id, at=later) == ["A"]
    session.expire_all()
    assert (setting.role(), setting.grants()) == (None, 0)
    assert services.take_back_unseen(session, setting.user.id, at=later) == []
    assert setting.sign_in({"Staff"}).given == 1


def test_a_role_that_people_gave_is_left_alone(session: Session, setting: Setting) -> None:
    make.make_membership(session, setting.team, setting.user, TeamRole.LINKING)
    setting.maps("Staff", "member")

    setting.sign_in({"Staff"})
    assert (setting.role(), setting.grants()) == (TeamRole.LINKING, 0)
    setting.sign_in(())
    assert setting.role() is TeamRole.LINKING


def test_a_role_that_people_changed_is_theirs_from_then_on(session: Session, setting: Setting) -> None:
    setting.maps("Staff", "member")
    setting.sign_in({"Staff"})
    place = session.scalars(select(Membership).where(Membership.user_id == setting.user.id)).one()
    place.role = TeamRole.LEAD
    session.flush()

    setting.sign_in({"Staff"})
    setting.sign_in(())

    assert (setting.role(), setting.grants()) == (TeamRole.LEAD, 0)


def test_groups_that_could_not_be_named_change_nothing(setting: Setting) -> None:
    setting.maps("Staff", "member")
    setting.sign_in({"Staff"})

    assert setting.sign_in(None) == services.Applied()
    assert setting.role() is TeamRole.MEMBER


def test_the_last_lead_of_a_team_goes_and_the_network_lead_is_told(
    session: Session, setting: Setting
) -> None:
    boss = make.make_user(session)
    make.make_network_member(session, setting.network, boss, NetworkRole.LEAD)
    session.scalars(select(Membership).where(Membership.user_id == setting.lead.id)).one().deleted_at = NOON
    setting.maps("Leads", "lead")
    setting.sign_in({"Leads"})

    setting.sign_in(())

    assert setting.role() is None
    assert session.scalars(select(Notice.user_id).where(Notice.kind == "team.no_lead")).all() == [boss.id]


def test_network_roles_come_and_go_with_a_level(session: Session, setting: Setting) -> None:
    place = setting.network.public_id
    setting.maps("Office", "reviewer", network=place, level="district")
    setting.maps("State", "reviewer", network=place, level="state")
    setting.maps("Data", "analyst", network=place)

    setting.sign_in({"Office", "State", "Data"})

    assert setting.network_roles() == {NetworkRole.REVIEWER, NetworkRole.ANALYST}
    level = select(NetworkMember.level).where(NetworkMember.role == NetworkRole.REVIEWER)
    assert session.scalar(level) is Level.STATE
    setting.sign_in({"Office"})
    assert setting.network_roles() == {NetworkRole.REVIEWER}
    assert (
        session.scalar(select(NetworkMember.level).where(NetworkMember.role == "reviewer")) is Level.DISTRICT
    )


def test_the_last_network_lead_is_kept_and_told_once_a_week(session: Session, setting: Setting) -> None:
    admin = make.make_user(session, is_admin=True)
    setting.maps("Office", "network_lead", network=setting.network.public_id)
    setting.sign_in({"Office"})

    setting.sign_in(())
    setting.sign_in(())

    assert setting.network_roles() == {NetworkRole.LEAD}
    told = session.scalars(select(Notice.user_id).where(Notice.kind == services.LAST_LEAD)).all()
    assert (len(told), set(told)) == (2, {admin.id, setting.user.id})
    make.make_network_member(session, setting.network, setting.lead, NetworkRole.LEAD)
    setting.sign_in(())
    assert setting.network_roles() == set()


@pytest.mark.parametrize("gone", ["archived_at", "deleted_at"])
def test_a_team_that_is_gone_gives_no_role(session: Session, setting: Setting, gone: str) -> None:
    setting.maps("Staff", "member")
    setattr(setting.team, gone, NOON)
    session.flush()

    assert setting.sign_in({"Staff"}).given == 0


def test_a_networks_sign_in_gives_nothing_in_another_network(session: Session, setting: Setting) -> None:
    other = make.make_team(session)
    setting.maps("Staff", "lead", team=other.public_id)
    setting.maps("Staff", "network_lead", network=session.get_one(Network, other.network_id).public_id)

    assert setting.sign_in({"Staff"}) == services.Applied()
    setting.provider.network_id = None
    session.flush()
    assert setting.sign_in({"Staff"}).given == 2


def test_what_a_connection_gave_ends_with_it(setting: Setting) -> None:
    setting.maps("Staff", "member")
    setting.sign_in({"Staff"})

    services.take_back(setting.session, setting.provider, setting.identity, at=NOON)

    assert (setting.role(), setting.grants()) == (None, 0)
