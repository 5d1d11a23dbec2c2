"""Who may invite whom, and who may change accounts."""

from types import MappingProxyType

import pytest

from accounts import policies
from nic_platform.actor import Actor, NetworkRole, TeamRole

OWN, OTHER = 1, 2


def actor(role: TeamRole | None = None, *network: NetworkRole, admin: bool = False) -> Actor:
    roles = MappingProxyType({7: role} if role else {})
    return Actor(5, network_id=OWN, roles=roles, network_roles=frozenset(network), is_admin=admin)


@pytest.mark.parametrize("role", list(TeamRole))
def test_only_a_lead_invites_to_the_own_team(role: TeamRole) -> None:
    assert policies.can_invite_to_team(actor(role), 7, OWN) is (role is TeamRole.LEAD)
    assert not policies.can_invite_to_team(actor(role), 8, OWN)
    assert policies.can_invite(actor(role)) is (role is TeamRole.LEAD)


@pytest.mark.parametrize("role", list(NetworkRole))
def test_only_a_network_lead_invites_in_the_own_network(role: NetworkRole) -> None:
    runs = role is NetworkRole.LEAD
    assert policies.can_invite_to_team(actor(None, role), 8, OWN) is runs
    assert policies.can_invite_to_network(actor(None, role), OWN) is runs
    assert not policies.can_invite_to_team(actor(None, role), 8, OTHER)
    assert not policies.can_invite_to_network(actor(None, role), OTHER)


def test_an_admin_invites_anywhere() -> None:
    assert policies.can_invite_to_team(actor(admin=True), 8, OTHER)
    assert policies.can_invite_to_network(actor(admin=True), OTHER)


def test_an_invitation_is_taken_back_by_who_sent_it_or_runs_the_network() -> None:
    assert policies.can_withdraw(actor(), network_id=OTHER, created_by_id=5)
    assert policies.can_withdraw(actor(None, NetworkRole.LEAD), network_id=OWN, created_by_id=6)
    assert policies.can_withdraw(actor(admin=True), network_id=OTHER, created_by_id=6)
    assert not policies.can_withdraw(actor(None, NetworkRole.LEAD), network_id=OTHER, created_by_id=6)
    assert not policies.can_withdraw(actor(TeamRole.LEAD), network_id=OWN, created_by_id=6)
    assert not policies.can_withdraw(actor(None, NetworkRole.LEAD), network_id=None, created_by_id=None)


def test_an_admin_changes_others_but_not_themselves() -> None:
    assert policies.can_change_person(actor(admin=True), 6)
    assert not policies.can_change_person(actor(admin=True), 5)
    assert not policies.can_change_person(actor(None, NetworkRole.LEAD), 6)
