"""Who attaches files: those who write for the team, and nobody above it."""

import pytest

from desk import policies
from nic_platform.actor import Actor, NetworkRole, TeamRole


@pytest.mark.parametrize("role", TeamRole)
def test_who_writes_for_a_team_attaches_its_files(role: TeamRole) -> None:
    may = role in {TeamRole.LEAD, TeamRole.MEMBER, TeamRole.LINKING}

    assert policies.can_attach(Actor(user_id=1, roles={7: role}), 7) is may
    assert not policies.can_attach(Actor(user_id=1, roles={7: role}), 8)


@pytest.mark.parametrize("role", NetworkRole)
def test_a_role_in_the_network_attaches_nothing(role: NetworkRole) -> None:
    assert not policies.can_attach(Actor(user_id=1, network_roles=frozenset({role}), is_admin=True), 7)
